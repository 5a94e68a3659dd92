"""Whether one article answers a query, asked in memory: what alert matching needs for each new article.

The same answers as the search engine gives (`db.conditions` says in SQL what each leaf asks; a property test holds the
two together), without an index: the article is prepared once as a `Document` and then asked thousands of queries.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from parsers.facts.measure_forms import normal_measure
from parsers.places import PROVINCES, inside, is_inside, province_of
from parsers.query_fields import same_unit
from parsers.query_tree import And, Field, Figure, Near, Not, Or, Query, Word, normal, runs

_COUNTED = re.compile(r"^(?:全年|累计|共计|共|总|已|现有|先后|新)+")
_BODY_KEYS = frozenset({"organisation", "issuer", "host"})
_BODY_KINDS = frozenset({"person", "policy", "cooperation", "platform", "programme", "event"})


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """A fact as queries see it; `title` is the policy's, the person's name … in normal form."""

    kind: str
    title: str
    measure: str | None
    unit: str | None
    low: float | None
    high: float | None
    fields: Mapping[str, Any]
    printed_title: str | None = None


@dataclass(slots=True)
class Document:
    """One revision of an article, prepared for many queries: `title`, `body`, `names` … are in normal form.

    `status` tells first, repost or only (asked for only when a query wants it: it looks at the whole story).
    `stories` are all ids that its story ever had.
    """

    title: str
    body: str
    day: str  # ISO
    source: str
    source_title: str
    origin: str | None
    authors: tuple[str, ...]
    authors_text: str  # the list as it is stored, in normal form
    themes: tuple[str, ...]
    doc_type: str | None
    places: frozenset[str]
    facts: tuple[DocumentFact, ...]
    marks: frozenset[str]  # of flag, repair, gone, changed, mirror, traditional those that hold
    status: Callable[[], str]
    stories: frozenset[str] = frozenset()
    text: str = ""  # title and body, for one scan
    above: frozenset[str] = frozenset()  # every place whose search finds the article, save for shared names
    shared: frozenset[str] = frozenset()
    known: Set[str] = frozenset()  # words that were looked for in one scan of the text, and of them
    standing: Set[str] = frozenset()  # those that stand there

    def __post_init__(self) -> None:
        self.text = f"{self.title}\n{self.body}"
        self.above = self.places.union(*map(is_inside, self.places))
        self.shared = frozenset(place for place in self.places if place not in PROVINCES and not is_inside(place))

    def has(self, word: Word) -> bool:
        """Whether the word stands in the title or the body."""
        if not word.column and word.text in self.known:
            return word.text in self.standing
        return self._find(word)

    def _find(self, word: Word) -> bool:
        if word.text.isalnum():
            return word.text in (self.title if word.column else self.text)
        pattern = pattern_of(word.text)
        return bool(pattern.search(self.title) or (not word.column and pattern.search(self.body)))


def matches(tree: Query, document: Document) -> bool:
    """Whether `document` answers `tree`."""
    match tree:
        case Word():
            return document.has(tree)
        case And(items):
            return all(matches(item, document) for item in items)
        case Or(items):
            return any(matches(item, document) for item in items)
        case Not(item):
            return not matches(item, document)
        case Field(name, value):
            return _FIELDS[name](document, value)
        case Near(words, distance):
            return any(stand_near(part, words, distance) for part in (document.title, *document.body.split("\n")))
        case Figure():
            return any(_is_figure(tree, fact) for fact in document.facts)


def chosen(filters: Mapping[str, tuple[str, ...]], document: Document) -> bool:
    """Whether the facet values hold: any value of a facet, all facets (as `db.conditions.filtered`, and `story`)."""
    for name, values in filters.items():
        holds = _FACETS[name]
        for value in values:
            if holds(document, value):
                break
        else:
            if values:
                return False
    return True


def stand_near(text: str, words: tuple[str, ...], distance: int) -> bool:
    """Whether the folded words stand in the folded `text` near each other.

    Near: at most `distance` characters from the end of the occurrence that ends first to the start of the last.
    """
    found = [
        (match.start(), match.end(1), number)
        for number, word in enumerate(words)
        for match in pattern_of(word).finditer(text)
    ]
    latest: dict[int, int] = {}  # of each word the end of its last occurrence so far
    for start, end, number in sorted(found):
        latest[number] = end
        if len(latest) == len(words) and start - min(latest.values()) <= distance:
            return True
    return False


@functools.lru_cache(maxsize=4096)
def pattern_of(word: str) -> re.Pattern[str]:
    """Every occurrence of the folded `word`, overlapping ones too; group 1 spans it."""
    return re.compile("(?=(" + r"[\W_]+".join(re.escape(run) for run in runs(word)) + "))")


@functools.lru_cache(maxsize=4096)
def measure_form(measure: str | None) -> str:
    """The form in which the names of one measure meet: 累计引育各类高层次人才 and 引进高层次人才."""
    plain = _COUNTED.sub("", normal(measure or "").strip())
    return normal_measure(plain) if plain else normal(measure or "")


def first_day(date: str) -> str:
    """The first day of a year, month or day (ISO)."""
    return date + "-01-01"[len(date) - 4 :]


def _is_figure(asked: Figure, fact: DocumentFact) -> bool:
    if fact.kind != "figure" or (asked.measure and measure_form(fact.measure) != measure_form(asked.measure)):
        return False
    if fact.measure is None and asked.measure:
        return False
    if asked.unit and (fact.unit is None or same_unit(fact.unit) != asked.unit):
        return False
    return _from(asked.low, fact, asked.beyond) and _up_to(asked.high, fact, asked.beyond)


def _from(low: float | None, fact: DocumentFact, beyond: bool) -> bool:
    """100余 is more than 100."""
    if low is None:
        return True
    value = fact.high if fact.high is not None else fact.low
    if value is None:
        return False
    return value > low or (fact.high is None and fact.low == low) if beyond else value >= low


def _up_to(high: float | None, fact: DocumentFact, beyond: bool) -> bool:
    """不足 100 is less than 100."""
    if high is None:
        return True
    value = fact.low if fact.low is not None else fact.high
    if value is None:
        return False
    return value < high or (fact.low is None and fact.high == high) if beyond else value <= high


def in_place(document: Document, name: str) -> bool:
    """Articles on `name` or a place inside it; a name that several units share counts with the province beside it."""
    if name in document.above:
        return True
    if not document.shared or document.shared.isdisjoint(inside(name)[1]):
        return False
    try:
        return province_of(name) in document.places
    except KeyError:
        return False


def _named(kind: str) -> Callable[[Document, str], bool]:
    return lambda document, value: any(fact.kind == kind and value in fact.title for fact in document.facts)


def _of_body(document: Document, value: str) -> bool:
    return any(
        value in normal(text) for fact in document.facts if fact.kind in _BODY_KINDS for text in _bodies(fact.fields)
    )


def _bodies(fields: Mapping[str, Any]) -> Iterator[str]:
    parties = fields.get("parties")
    inner = parties.values() if isinstance(parties, dict) else parties if isinstance(parties, list | tuple) else ()
    yield from (text for text in inner if isinstance(text, str))
    yield from _keyed(fields)


def _keyed(value: Any) -> Iterator[str]:
    """The texts under the keys that name bodies, however deep."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(inner, str):
                if key in _BODY_KEYS:
                    yield inner
            else:
                yield from _keyed(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _keyed(inner)


def _has(document: Document, what: str) -> bool:
    match what:
        case "fact":
            return bool(document.facts)
        case "author":
            return bool(document.authors)
        case "origin":
            return bool(document.origin)
        case "flag" | "repair":
            return what in document.marks
    return any(fact.kind == what for fact in document.facts)


def _is(document: Document, what: str) -> bool:
    return what == document.status() if what in ("first", "repost", "only") else what in document.marks


_FIELDS: Mapping[str, Callable[[Document, str], bool]] = {
    "place": in_place,
    "theme": lambda document, value: any(normal(theme) == value for theme in document.themes),
    "source": lambda document, value: normal(document.source) == value or value in normal(document.source_title),
    "origin": lambda document, value: value in normal(document.origin or ""),
    "type": lambda document, value: value in normal(document.doc_type or ""),
    "author": lambda document, value: value in document.authors_text,
    "policy": _named("policy"),
    "person": _named("person"),
    "org": _of_body,
    "after": lambda document, value: document.day >= first_day(value),
    "before": lambda document, value: document.day < first_day(value),
    "has": _has,
    "is": _is,
}
_FACETS: Mapping[str, Callable[[Document, str], bool]] = {
    "place": in_place,
    "year": lambda document, value: document.day[:4] == value,
    "month": lambda document, value: document.day[:7] == value,
    "source": lambda document, value: document.source == value,
    "origin": lambda document, value: document.origin == value,
    "theme": lambda document, value: value in document.themes,
    "type": lambda document, value: document.doc_type == value,
    "author": lambda document, value: value in document.authors,
    "policy": lambda document, value: any(
        fact.kind == "policy" and fact.printed_title == value for fact in document.facts
    ),
    "status": lambda document, value: value in ("first", "repost", "only") and document.status() == value,
    "story": lambda document, value: value in document.stories,
}
