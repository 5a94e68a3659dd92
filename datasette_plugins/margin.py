"""The facts beside the text as cards: short, each with a link into the archive, the many of a paragraph folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from markupsafe import Markup

from datasette_plugins.facts import Block, Numbered
from db import policies
from parsers.values import Flag

_ALWAYS = 3  # cards shown beside even the shortest paragraph
_LONGEST_HEADING = 34
_ENDS = "。！？；：…”）)]】.!?;:、，"
_CHARACTERS_A_CARD = 42  # a card is as high as about this much text


@dataclass(frozen=True, slots=True)
class Card:
    """A fact as the margin shows it: `href` leads to the person, the policy or the same measure ("" for none).

    `doubts` are the sentences of the flags that its evidence touches.
    """

    number: int
    kind: str
    text: str
    about: str
    href: str
    evidence: str
    doubtful: bool
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextRow:
    """A paragraph with the cards beside it: those shown, and those folded away. `heading`: it stands over others."""

    html: Markup
    heading: bool
    shown: tuple[Card, ...]
    folded: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Caution:
    """A doubt about the text, told once, with the numbers of the places (`#dN`) that it is about."""

    detail: str
    places: tuple[int, ...]


def cautions(flags: Sequence[Flag]) -> tuple[Caution, ...]:
    """The flags of an article in their order, those that say the same together."""
    places: dict[str, list[int]] = {}
    for number, flag in enumerate(flags, 1):
        found = places.setdefault(flag.detail, [])
        if flag.start is not None and flag.end is not None and flag.start < flag.end:
            found.append(number)
    return tuple(Caution(detail, tuple(numbers)) for detail, numbers in places.items())


def cards(items: Iterable[Numbered], flags: Sequence[Flag]) -> tuple[Card, ...]:
    """One card a fact, in the same order."""
    return tuple(_card(item, flags) for item in items)


def text_rows(blocks: Iterable[Block], flags: Sequence[Flag]) -> tuple[TextRow, ...]:
    """The paragraphs with their cards; what would stand far below its paragraph is folded."""
    rows: list[TextRow] = []
    listed = [(block, Markup(block.html).striptags()) for block in blocks]  # noqa: S704 - rendered by us
    for index, (block, text) in enumerate(listed):
        found = cards(block.facts, flags)
        room = max(_ALWAYS, len(text) // _CHARACTERS_A_CARD)
        if len(found) == room + 1:  # folding one card saves nothing
            room += 1
        heading = 0 < index < len(listed) - 1 and _is_heading(text)
        rows.append(TextRow(block.html, heading, found[:room], found[room:]))
    return tuple(rows)


def _is_heading(text: str) -> bool:
    """A short line without the end of a sentence, with no name of a writer in brackets."""
    return 2 < len(text) <= _LONGEST_HEADING and text[-1] not in _ENDS and text[0] not in "（(["


def _card(item: Numbered, flags: Sequence[Flag]) -> Card:
    fact = item.fact
    about = " · ".join(part for part in (fact.subject, fact.period) if part)
    doubts = tuple(dict.fromkeys(flag.detail for flag in flags if _touches(item, flag)))
    return Card(item.number, fact.kind, item.text, about, _href(item), fact.evidence, bool(fact.flags), doubts)


def _touches(item: Numbered, flag: Flag) -> bool:
    if flag.start is None or flag.end is None:
        return False
    return flag.start < item.fact.end and flag.end > item.fact.start


def _href(item: Numbered) -> str:
    fields = item.fact.fields
    if item.fact.kind == "person" and fields.get("name"):
        return f"/person/{quote(str(fields['name']), safe='')}"
    if item.fact.kind == "policy" and fields.get("title"):
        return f"/policy/{policies.identity(str(fields['title']))}"
    if item.fact.kind == "figure" and fields.get("measure"):
        return "/facts?" + urlencode({"measure": fields["measure"]})
    name = fields.get("title") or fields.get("name")
    return "/facts?" + urlencode({"kind": item.fact.kind, "text": name}) if name else ""
