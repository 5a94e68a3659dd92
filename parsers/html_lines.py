"""The printed lines of a page: the text of each, how much of it is link text, and marks of its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.html_sheet import Box
    from parsers.html_tables import Cell

_GAP = re.compile(r"(?<=[。！？…”’）)：:])\s{2,}(?=\S)")  # behind the end of a sentence
# a line of the file that was wrapped inside a paragraph: Chinese puts no space there
_WRAP = re.compile(r"(?<=[\u4e00-\u9fff，。；：、])[ \t]*\r?\n[ \t]*(?=[\u4e00-\u9fff，。；：、“（《])")
_INDENT = re.compile(r"(?:\u3000{2}|[ \xa0]{2})\s*\S")
_FULL_LINE = 0.85  # share of the longest line
_SHORTEST_WRAPPED = 16
_WRAPPED = 100  # characters; shorter texts may be headings set on two lines


@dataclass(slots=True, eq=False)
class Line:
    """One printed line. `linked` counts its characters in links, `after_image` says that an image stands above it."""

    text: str
    linked: int = 0
    image: bool = False
    caption: bool = False
    row: bool = False
    after_image: bool = False
    box: Box | None = None
    cell: Cell | None = None

    @property
    def link_share(self) -> float:
        """The share of characters that are link text, 0 to 1."""
        return self.linked / len(self.text) if self.text else 0.0


def printed(text: str, as_set: bool = False) -> list[str]:
    """The lines that a run of text is printed on, white space single: one, or several where paragraphs are only
    indented or the text is `as_set` (`<pre>`); [] when nothing is printed."""
    if as_set:
        return [line for line in (" ".join(part.split()) for part in _unwrapped(text)) if line]
    if len(text) > _WRAPPED:
        if "\n" in text.strip():
            text = _WRAP.sub("", text)
        if "\u3000\u3000" in text or "\xa0\xa0" in text:
            return [line for line in (" ".join(part.split()) for part in _indented(text.strip())) if line]
    line = " ".join(text.split())
    return [line] if line else []


def _unwrapped(text: str) -> list[str]:
    """The paragraphs of a text as set: where some lines are indented, a full line goes on in the next that is not."""
    lines = text.split("\n")
    if not any(_INDENT.match(line) for line in lines):
        return lines
    full = max(len(line.strip()) for line in lines) * _FULL_LINE
    joined: list[str] = []
    goes_on = False
    for line in lines:
        if goes_on and line.strip() and not _INDENT.match(line):
            joined[-1] += line.strip()
        else:
            joined.append(line)
        goes_on = len(line.strip()) >= max(full, _SHORTEST_WRAPPED)
    return joined


def _indented(text: str) -> list[str]:
    """The paragraphs of `text`, each but the first indented by two full-width spaces or four that do not break."""
    parts = []
    start = 0
    for gap in _GAP.finditer(text):
        if gap[0].count("\u3000") > 1 or gap[0].count("\xa0") > 3:
            parts.append(text[start : gap.start()])
            start = gap.end()
    return [*parts, text[start:]]
