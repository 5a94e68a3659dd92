"""The words of a made newspaper article broken into lines, as a newspaper sets them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.eval.newspaper_words import Words

CLOSING = "，。、；：！？”》）"


@dataclass(slots=True)
class Printed:
    """What a reader finds: one article, its lines in reading order as they are set."""

    title: str
    kicker: str | None = None
    subtitle: str | None = None
    authors: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)
    subheads: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a column."""

    text: str
    indent: float = 0.0  # em
    kind: str = "line"  # line | last | subhead | gap


@dataclass(frozen=True, slots=True)
class Style:
    """What varies from paper to paper."""

    chars: int
    gutter: float  # em
    hanging: bool
    spaces: bool  # the indent is two full-width spaces, not an offset
    shadow: float  # distance of the second print of a heading, in points; below 0: printed once
    byline_in_text: bool


def story(
    words: Words, style: Style, rows: int, article: Printed, byline: str | None, pick: random.Random
) -> Iterator[Line]:
    """Lines that fill `rows` rows but for the last few."""
    if byline:
        yield Line(byline, 1.0, "byline")
        rows -= 1
    number = 0
    while rows > 3:
        number += 1
        if number > 2 and rows > 12 and pick.random() < 0.25:
            subhead = words.subhead()
            article.subheads.append(subhead)
            yield Line(subhead, (style.chars - len(subhead) * 1.15) / 2, "subhead")
            yield Line("", 0.0, "gap")
            rows -= 2
        text = words.sentence()
        while len(text) < style.chars * min(rows - 4, 9) and pick.random() < 0.8:
            text += words.sentence()
        lines = list(_set(text, style))
        if len(lines) > rows:
            if number == 1:
                yield from (Line(words.short(), 2.0, "last") for _ in range(rows - 1))
            return
        yield from lines
        rows -= len(lines)


def _set(text: str, style: Style) -> Iterator[Line]:
    """A paragraph broken into lines: no closing mark at the start of one, no number cut in two."""
    indent = 2.0
    while text:
        room, cut = style.chars - indent, 0
        while cut < len(text) and _width(text[: cut + 1]) <= room:
            cut += 1
        if cut < len(text):
            cut = _good_cut(text, cut, style.hanging)
        kind = "line" if cut < len(text) else "last"
        yield Line(text[:cut], indent, kind)
        text, indent = text[cut:], 0.0


def _good_cut(text: str, cut: int, hanging: bool) -> int:
    if hanging and text[cut] in CLOSING and text[cut + 1 : cut + 2].strip(CLOSING) != "":
        return cut + 1
    while text[cut] in CLOSING or (_half(text[cut]) and _half(text[cut - 1])) or text[cut - 1] in "“《（":
        cut -= 1
    return cut


def _half(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _width(text: str) -> float:
    """Width in em."""
    return sum(0.55 if character.isascii() else 1.0 for character in text)
