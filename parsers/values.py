"""The values that flow through the house: what is read from a page. Frozen, typed, JSON by `as_json`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class PageKind(StrEnum):
    """What an answer of the network is; only `article` and `epaper` lead to articles."""

    ARTICLE = "article"
    LIST = "list"
    EPAPER = "epaper"
    PDF = "pdf"
    ERROR = "error"
    LOGIN = "login"
    CHALLENGE = "challenge"
    BLOCKED = "blocked"
    EMPTY = "empty"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a list page: absolute URL, printed title, printed date (ISO 8601, the precision printed)."""

    url: str
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """A change made to damaged text. `start`/`end` delimit `after` in the text of `place` (body, title, …)."""

    place: str
    start: int
    end: int
    before: str
    after: str
    why: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """A doubt a reader must see: machine `name`, a Chinese sentence, and where in the body (or None)."""

    name: str
    detail: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact with the words it comes from: `body[start:end] == evidence` always.

    `fields` holds the fields of the kind (see README, data dictionary): for a figure measure, value_low,
    value_high, unit, qualifier, action; for a policy title, action, issuer. Values are in the unit's base.
    """

    kind: str
    subject: str
    period: str
    evidence: str
    start: int
    end: int
    rule: str
    version: int
    fields: dict[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The flat form that `caixun parse` prints."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "period": self.period,
            **self.fields,
            "evidence": self.evidence,
            "start": self.start,
            "end": self.end,
            "rule": f"{self.rule}/{self.version}",
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the layout of a page says, before anyone judges it. Absent things are None or empty, never guessed.

    `published` is ISO 8601 with the precision that the page has (2025-03-18T08:55:11+08:00, 2022-10-11, 2018).
    `paragraphs` are Simplified; `original_paragraphs` hold the printed ones where they differ, else ().
    `origin` is the 来源 that the page prints, `original_origin` where that one has it from (据, 转自). `box` is the
    article's place on a newspaper page (left, top, right, bottom as shares of its width and height, from the top
    left); `order_confidence`, 0 to 1, says how sure the order of its paragraphs is where it had to be worked out.
    `original_url` is where a mirror has the page from, derived from its own address: likely, not known.
    """

    title: str | None = None
    subtitle: str | None = None
    kicker: str | None = None
    published: str | None = None
    published_from: str | None = None
    origin: str | None = None
    original_origin: str | None = None
    authors: tuple[str, ...] = ()
    editor: str | None = None
    paragraphs: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    repairs: tuple[Repair, ...] = ()
    script: str = "hans"
    original_paragraphs: tuple[str, ...] = ()
    box: tuple[float, float, float, float] | None = None
    order_confidence: float | None = None
    original_url: str | None = None

    @property
    def body(self) -> str:
        """The paragraphs joined by newlines; spans of facts, flags and repairs count in it."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Reading):
    """A reading with what was judged of it: relevance, kind of document, themes, places and facts."""

    relevant: bool = False
    relevance: float = 0.0
    words: tuple[str, ...] = ()
    doc_type: str | None = None
    themes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The part of a `caixun parse` line that belongs to the article."""
        return {
            "relevant": self.relevant,
            "relevance": round(self.relevance, 3),
            "words": list(self.words),
            "doc_type": self.doc_type,
            "title": self.title,
            "subtitle": self.subtitle,
            "kicker": self.kicker,
            "published": self.published,
            "origin": self.origin,
            "original_origin": self.original_origin,
            "authors": list(self.authors),
            "editor": self.editor,
            "places": list(self.places),
            "themes": list(self.themes),
            "paragraphs": list(self.paragraphs),
            "captions": list(self.captions),
            "flags": [asdict(flag) for flag in self.flags],
            "repairs": [asdict(repair) for repair in self.repairs],
            "original_url": self.original_url,
            "facts": [fact.as_json() for fact in self.facts],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page read: its kind with the reason, the articles on it, and the links a crawler may follow."""

    kind: PageKind
    reason: str
    articles: tuple[Article, ...] = ()
    links: tuple[Link, ...] = ()
    next_page: str | None = None
