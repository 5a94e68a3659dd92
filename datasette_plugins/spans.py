"""Spans over a text rendered as valid HTML, however they nest or overlap.

The text is cut at every border; each piece carries the classes of all spans that cover it. So nothing ever
crosses, and stripping the tags gives the text back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

# A web address or a number of a document: no line can break in it, and the line before would be torn apart to be full
_LONG_WORD = re.compile(r"[!-~]{16,}")
_AFTER_SIGNS = re.compile(r"(?<=[/?&=._-])(?=[^/?&=._-])")


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is shown with CSS class `kind`; `anchor` becomes an id, `href` a link, `title` a hint."""

    start: int
    end: int
    kind: str
    anchor: str | None = None
    href: str | None = None
    title: str | None = None


_SPECIAL = re.compile("[&<>'\"]")


def escaped(text: str) -> str:
    """`text` for HTML as a plain string; most texts need nothing, which is soon seen."""
    return str(escape(text)) if _SPECIAL.search(text) else text


def mark(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """`text` escaped, with the (start, end) spans in <mark>; overlapping spans are joined."""
    pieces = [
        f"<mark>{escaped(text[start:end])}</mark>" if inside else escaped(text[start:end])
        for start, end, inside in _pieces(text, list(spans))
    ]
    return Markup("".join(pieces))  # noqa: S704 - every piece is escaped


def _pieces(text: str, spans: list[tuple[int, int]]) -> Iterable[tuple[int, int, bool]]:
    position = 0
    for start, end in sorted(spans):
        start, end = max(start, position), min(end, len(text))
        if start >= end:
            continue
        if start > position:
            yield position, start, False
        yield start, end, True
        position = end
    if position < len(text):
        yield position, len(text), False


def render(text: str, spans: Iterable[Span]) -> Markup:
    """`text` escaped, each piece between two borders wrapped once; every anchor stands exactly once.

    Where several linked spans cover a piece, the shortest gives the link: links cannot nest in HTML.
    """
    inside = [span for span in spans if 0 <= span.start < span.end <= len(text)]
    borders = sorted({0, len(text), *(s.start for s in inside), *(s.end for s in inside)})
    return Markup("").join(
        _piece(text[start:end], start, [s for s in inside if s.start <= start and end <= s.end])
        for start, end in pairwise(borders)
    )


def _piece(text: str, start: int, covering: list[Span]) -> Markup:
    if not covering:
        return breakable(text)
    anchors = Markup("").join(
        Markup('<span id="{}" class="anchor"></span>').format(span.anchor)
        for span in covering
        if span.anchor and span.start == start
    )
    shortest = sorted(covering, key=lambda span: span.end - span.start)
    kinds = " ".join(dict.fromkeys(span.kind for span in covering))
    hints = "；".join(span.title for span in shortest if span.title)
    href = next((span.href for span in shortest if span.href), None)
    hint = Markup(' title="{}"').format(hints) if hints else Markup("")
    if href:
        wrapped = Markup('<a class="{}" href="{}"{}>{}</a>').format(kinds, href, hint, breakable(text))
    else:
        wrapped = Markup('<span class="{}"{}>{}</span>').format(kinds, hint, breakable(text))
    return anchors + wrapped


def breakable(text: str) -> Markup:
    """`text` escaped, with places where a line may break (`<wbr>`) in what is longer than a word."""
    parts: list[Markup] = []
    position = 0
    for found in _LONG_WORD.finditer(text):
        parts += escape(text[position : found.start()]), Markup("<wbr>").join(_pieces_of(found.group()))
        position = found.end()
    return Markup("").join([*parts, escape(text[position:])])


def _pieces_of(word: str) -> list[str]:
    """A long word cut after its signs, and pieces that are still long every twelve characters."""
    cut = [piece for piece in _AFTER_SIGNS.split(word) if piece]
    return [piece[at : at + 12] for piece in cut for at in range(0, len(piece), 12)]
