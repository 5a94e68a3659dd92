"""A piece of HTML → the lines a reader sees, with how much of each is link text, and what is a caption."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass

_COMMENT = re.compile(r"<!--.*?-->|<script\b.*?</script\s*>", re.S | re.I)
_TAG = re.compile(r'<(/?)([a-zA-Z][\w:-]*)((?:[^<>"]|"[^"]*")*)>')
_ROW = re.compile(r"<tr\b[^>]*>((?:(?!<tr\b|<table\b).)*?)</tr>", re.S)
_CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", re.S)
_INLINE = frozenset(
    re.split(
        " ",
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby rt rp s "
        "samp small span strike strong sub sup time tt u var wbr st1:chsdate o:p bzs",
    )
)
_CAPTION = re.compile(r"caption|img[-_]?(?:desc|title|note)|pic[-_]?(?:desc|note|txt|info)|tuzhu|图注", re.I)
_OPEN, _CLOSE, _IMAGE, _NOTE, _CELLS = "\x01", "\x02", "\x04", "\x05", "\x06"
_LINKED = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}?")
_MARKS = re.compile(f"[{_OPEN}{_CLOSE}{_IMAGE}{_NOTE}{_CELLS}]")
_LONGEST_CELL = 120


@dataclass(slots=True)
class Line:
    """One printed line: its text, how many of its characters are links, and marks of its place."""

    text: str
    linked: int = 0
    image: bool = False
    caption: bool = False
    row: bool = False

    @property
    def link_share(self) -> float:
        """The share of characters that are link text, 0 to 1."""
        return self.linked / len(self.text) if self.text else 0.0


def lines_of(html: str) -> list[Line]:
    """The lines of serialised `html` in page order, none empty. Rows of small cells become "cell | cell"."""
    html = _ROW.sub(_cells, _COMMENT.sub("", html))
    marked = _TAG.sub(_mark, re.sub(r"\s+", " ", html))
    lines: list[Line] = []
    inside = False
    for piece in marked.split("\n"):
        if not piece.strip():
            continue
        line = _line(_OPEN + piece if inside else piece)
        inside = piece.rfind(_OPEN) > piece.rfind(_CLOSE) or (inside and _CLOSE not in piece)
        if line.text:
            lines.append(line)
    return lines


def _line(piece: str) -> Line:
    text = " ".join(entities.unescape(_MARKS.sub("", piece)).split())
    linked = sum(len(_MARKS.sub("", part).replace(" ", "")) for part in _LINKED.findall(piece))
    return Line(text, linked, _IMAGE in piece, _NOTE in piece, _CELLS in piece)


def _mark(match: re.Match[str]) -> str:
    closing, name = match[1], match[2].lower()
    if name == "a":
        return _CLOSE if closing else _OPEN
    if name == "img":
        return _IMAGE
    if not closing and (name == "figcaption" or (match[3] and _CAPTION.search(match[3]))):
        return "\n" + _NOTE
    return "" if name in _INLINE else "\n"


def _cells(match: re.Match[str]) -> str:
    cells = [_flat(cell) for cell in _CELL.findall(match[1])]
    full = [cell for cell in cells if cell]
    if len(full) < 2 or any(len(cell) > _LONGEST_CELL for cell in full) or "<a" in match[1]:
        return match[0]
    return f"<p>{_CELLS}{' | '.join(full)}</p>"


def _flat(cell: str) -> str:
    return " ".join(_TAG.sub(lambda tag: "" if tag[2].lower() in _INLINE else " ", cell).split())
