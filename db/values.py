"""What the stores answer: plain values for pages, feeds, downloads and alerts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from db.schedules import Wishes
from parsers.values import Fact, Flag, Repair


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: an article in its current (or as-of) revision, its story counted once."""

    id: str
    title: str
    url: str
    source: str  # id of the source
    source_title: str
    origin: str | None
    published: str | None  # ISO 8601, printed precision
    first_seen: str  # ISO 8601 UTC
    places: tuple[str, ...]
    doc_type: str | None
    themes: tuple[str, ...]
    snippet: str  # about two lines of the body around the first match
    snippet_marks: tuple[tuple[int, int], ...]  # spans of matches in snippet
    title_marks: tuple[tuple[int, int], ...]
    figures: tuple[str, ...]  # up to three printed figures, "签约人才项目 103 个"
    copies: int  # other articles of the same story
    story: str
    state: str  # current | gone


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet with the number of articles it would leave."""

    value: str  # what goes into the URL
    label: str  # what people read
    count: int
    selected: bool = False
    parent: str | None = None  # places: the value above this one (province over city over county)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A query near one that found little, with its count; `filtered`: the chosen facet values still hold.

    `kind` is what was changed: facets, sound, synonym, words, near, dates, place, field, title, figure, any.
    """

    query: str
    count: int
    filtered: bool = True
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of hits; `total` counts articles, `stories` counts them after joining reposts."""

    total: int
    stories: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]  # keys: FACETS of db.conditions, most frequent values first
    months: tuple[tuple[str, int], ...] = ()  # ("2025-03", 12), oldest first, gaps filled
    suggestions: tuple[Suggestion, ...] = ()  # when little is found
    next: str | None = None  # the cursor of the page after this one, None at the end


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article of the same story."""

    id: str
    title: str
    source_title: str
    published: str | None


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article of a story. `delay` is in minutes after the first publisher, None where a time is not known."""

    id: str
    title: str
    site: str
    origin: str | None
    published: str | None
    first_seen: str
    delay: int | None
    kept: float  # share of the first publisher's text that stands here too, 0 to 1
    changes: dict[str, int]  # kind of difference from the first publisher's text: how many


@dataclass(frozen=True, slots=True)
class StoryRecord:
    """A story with its members, the first publisher first; `id` is the one it has today."""

    id: str
    members: tuple[StoryMember, ...]


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """Everything kept of an article in one revision, for its page."""

    id: str
    revision: int  # 1, 2, … of this article
    revisions: int
    state: str  # current | gone | removed (taken down)
    url: str
    source: str
    source_title: str
    title: str
    subtitle: str | None
    kicker: str | None
    published: str | None
    first_seen: str
    origin: str | None
    authors: tuple[str, ...]
    editor: str | None
    doc_type: str | None
    themes: tuple[str, ...]
    places: tuple[str, ...]
    relevance: float
    words: tuple[str, ...]
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]
    script: str
    original_paragraphs: tuple[str, ...]
    flags: tuple[Flag, ...]
    repairs: tuple[Repair, ...]
    original_url: str | None  # where a mirror seems to have it from
    facts: tuple[Fact, ...]
    story: str
    copies: tuple[Copy, ...]

    @property
    def body(self) -> str:
        """The text in which the spans of facts, flags and repairs count."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class NewPhrase:
    """A phrase that names a programme, with its first use in the archive."""

    phrase: str
    day: str  # of the article that used it first
    place: str
    article: str
    title: str  # of that article


@dataclass(frozen=True, slots=True)
class Home:
    """The numbers of the front page."""

    articles: int
    new_today: int
    sources: int
    healthy: int
    last_article: str | None  # first_seen of the newest, ISO 8601 UTC
    months: tuple[tuple[str, int], ...]  # 24 months, oldest first
    provinces: tuple[tuple[str, int], ...]  # all 34, canonical names
    newest: tuple[Hit, ...]
    figures: tuple[tuple[str, str, str], ...]  # (printed figure, article id, article title), newest first
    phrases: tuple[NewPhrase, ...] = ()  # first used in the last two months, newest first
    examples: tuple[str, ...] = ()  # queries that find something


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A row of the sources page. `state`: ok | silent | few | blocked | failing | redesign | incomplete | new | off.

    `since`: since when it is in trouble; `expected_next`: when its next publication is due at its own pace.
    """

    id: str
    title: str
    province: str
    family: str
    state: str
    detail: str  # one Chinese sentence with the reason
    articles: int
    articles_week: int
    last_article: str | None
    last_run: str | None
    next_due: str | None
    days: tuple[tuple[str, int, int], ...]  # last 26 weeks by week: (first day, pages fetched, articles)
    fill: dict[str, float] = field(default_factory=dict)  # share of articles with title, date, origin, author
    since: str | None = None
    expected_next: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A saved search that someone is told about. `state`: pending | active | paused | ended."""

    id: str
    email: str  # of the owner, wherever the messages go
    query: str
    filters: dict[str, tuple[str, ...]]
    schedule: str  # as db.schedules has it: instant, hours 3, daily 08:00, weekly 1 08:00
    state: str
    created: str
    confirmed: str | None
    wishes: Wishes = field(default_factory=Wishes)
    channel: str = "mail"
    address: str = ""
    paused: str | None = None  # why, "" when the owner wished it


@dataclass(frozen=True, slots=True)
class Mail:
    """A message in the demo's local mail catcher."""

    id: int
    received: str
    sender: str
    recipient: str
    subject: str
    message_id: str
    text: str
    html: str
    headers: dict[str, Any] = field(default_factory=dict)
