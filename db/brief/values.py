"""What a brief says, as plain values: every item, number and line names the article that it is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from db.coverage import Certificate
from db.fact_values import FactRow

TITLE = "人才工作简报"
ITEMS = 200  # stories in one brief unless more are asked for


@dataclass(frozen=True, slots=True)
class Asked:
    """What a brief is asked for: the days (both included, Beijing), the search, and the words of its head.

    `items` is the most stories it tells; `excerpt` shortens what it quotes to what may be shown without the texts.
    """

    first: date
    last: date
    query: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    title: str = TITLE
    number: str = ""
    office: str = ""
    items: int = ITEMS
    excerpt: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of an article: `text` is `body[start:end]`, cut where `cut` says so; `paragraph` counts from 1."""

    text: str
    start: int
    end: int
    paragraph: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Cite:
    """Where something is read: the article, its `number`-th text, and the place of a fact in it (0: none)."""

    article: str
    number: int
    title: str
    site: str
    published: str | None
    fact: int = 0

    @property
    def path(self) -> str:
        """The permanent address on our site, without the host."""
        mark = f"#e{self.fact}" if self.fact else ""
        return f"/article/{self.article}/revision/{self.number}{mark}"


@dataclass(frozen=True, slots=True)
class Item:
    """A story, told once by its first publisher: `copies` other sites have it too, `sites` names them.

    `level` is 中央, 省, 市, 县 or "" (no place is named); `began` is set where the story is older than the brief.
    """

    cite: Cite
    url: str
    origin: str
    place: str
    level: str
    themes: tuple[str, ...]
    quotes: tuple[Quote, ...]
    copies: int = 0
    sites: tuple[str, ...] = ()
    began: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one level within a section, by place, then by date."""

    level: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The items of one theme ("" where an article has none)."""

    theme: str
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """How many items it has."""
        return sum(len(group.items) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Number:
    """A figure of the brief with the same measure of earlier periods, the latest first.

    `trend` is up, down, same or "" (nothing to compare); `change` says by how much ("32.8%", "2.1 个百分点").
    `planned`: the period lay ahead when the article came out.
    """

    row: FactRow
    cite: Cite
    value: str
    trend: str = ""
    change: str = ""
    before: tuple[tuple[str, str, Cite], ...] = ()  # (period, value, where)
    doubt: str = ""
    planned: bool = False


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy that the articles say was made, changed or ended: `document` is its number, "" where none is known."""

    title: str
    document: str
    issuer: str
    action: str
    cite: Cite


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting or another named event; `date` as printed, "" where none is."""

    name: str
    date: str
    place: str
    cite: Cite


@dataclass(frozen=True, slots=True)
class Brief:
    """All of it. `articles` and `stories` count the whole answer; of it `left_out` stories are not told."""

    asked: Asked
    made: date
    change: int  # the number of the archive's newest change
    articles: int
    stories: int
    sections: tuple[Section, ...] = ()
    numbers: tuple[Number, ...] = ()
    policies: tuple[PolicyLine, ...] = ()
    meetings: tuple[MeetingLine, ...] = ()
    certificate: Certificate | None = None
    more: Mapping[str, int] = field(default_factory=dict)  # lines of the tables that are left out: numbers, …

    @property
    def told(self) -> int:
        """How many stories are told."""
        return sum(section.count for section in self.sections)

    @property
    def left_out(self) -> int:
        """How many stories of the answer are not told, because there are too many."""
        return self.stories - self.told
