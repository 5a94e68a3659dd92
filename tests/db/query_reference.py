"""What a query means, said slowly: each leaf asked of each article in plain Python, without SQL or index."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import product

from parsers.query import And, Field, Figure, Near, Not, Or, Query, Word
from parsers.script import fold
from parsers.values import Fact
from tests.db.query_archive import ABOVE, SOURCES, Written

_BODY_KEYS = ("organisation", "issuer", "host")


class Reference:
    """The articles by id with the story that each is in; answers trees."""

    def __init__(self, written: Mapping[str, Written], stories: Mapping[str, str]) -> None:
        self.written = written
        self.texts = {
            identity: (fold(one.article.title or ""), [fold(part) for part in one.article.paragraphs])
            for identity, one in written.items()
        }
        self.bodies = {identity: "\n".join(paragraphs) for identity, (_, paragraphs) in self.texts.items()}
        self.members: dict[str, list[str]] = defaultdict(list)
        for identity, story in stories.items():
            self.members[story].append(identity)
        self.story = stories
        self.known: dict[Query, set[str]] = {}
        self.first = {story: self._first(members) for story, members in self.members.items()}

    def found(self, tree: Query) -> set[str]:
        """The ids that `tree` finds."""
        match tree:
            case And(items):
                return set(self.written).intersection(*map(self.found, items))
            case Or(items):
                return set().union(*map(self.found, items))
            case Not(item):
                return set(self.written) - self.found(item)
            case _:
                if tree not in self.known:
                    self.known[tree] = {identity for identity in self.written if self._holds(tree, identity)}
                return self.known[tree]

    def _holds(self, leaf: Query, identity: str) -> bool:
        match leaf:
            case Word(text, column):
                title, paragraphs = self.texts[identity]
                places = [title] if column else [title, self.bodies[identity]]
                return any(
                    runs_of(text)[0] in place and any(True for _ in occurrences(text, place)) for place in places
                )
            case Near(words, distance):
                title, paragraphs = self.texts[identity]
                return any(near(words, distance, part) for part in (title, *paragraphs))
            case Figure():
                return any(_figure(leaf, fact) for fact in self.written[identity].article.facts)
            case Field(name, value):
                return self._field(name, value, identity)
        raise AssertionError(leaf)

    def _field(self, name: str, value: str, identity: str) -> bool:
        one = self.written[identity]
        article, facts = one.article, one.article.facts
        simple: dict[str, Callable[[], bool]] = {
            "source": lambda: fold(one.source) == value or value in fold(SOURCES[one.source]),
            "origin": lambda: value in fold(article.origin or ""),
            "author": lambda: any(value in fold(author) for author in article.authors),
            "theme": lambda: value in article.themes,
            "type": lambda: value in fold(article.doc_type or ""),
            "policy": lambda: _named(facts, "policy", "title", value),
            "person": lambda: _named(facts, "person", "name", value),
            "org": lambda: any(value in fold(body) for fact in facts for body in _bodies(fact)),
            "place": lambda: any(value in _with_above(place, article.places) for place in article.places),
            "after": lambda: one.day >= value + "-01-01"[len(value) - 4 :],
            "before": lambda: one.day < value + "-01-01"[len(value) - 4 :],
        }
        return simple[name]() if name in simple else self._has_or_is(value, identity)

    def _has_or_is(self, value: str, identity: str) -> bool:
        one, story = self.written[identity], self.story[identity]
        shared = len(self.members[story]) > 1
        known = {
            "fact": bool(one.article.facts),
            "flag": bool(one.article.flags),
            "repair": bool(one.article.repairs),
            "author": bool(one.article.authors),
            "origin": bool(one.article.origin),
            "gone": one.gone,
            "changed": one.changed,
            "mirror": one.article.original_url is not None,
            "traditional": one.article.script == "hant",
            "only": not shared,
            "first": shared and self.first[story] == identity,
            "repost": shared and self.first[story] != identity,
        }
        return known[value] if value in known else any(fact.kind == value for fact in one.article.facts)

    def _first(self, members: list[str]) -> str:
        """The one that most others name as their origin, naming none itself; else the earliest; else the least id."""
        sites = {identity: SOURCES[self.written[identity].source] for identity in members}
        origins = {identity: self.written[identity].article.origin for identity in members}

        def named(identity: str) -> int:
            own = origins[identity]
            if own and own != sites[identity] and own in sites.values():
                return 0
            return sum(origins[other] == sites[identity] for other in members if sites[other] != sites[identity])

        return min(members, key=lambda one: (-named(one), self.written[one].day, one))


@functools.cache
def runs_of(word: str) -> list[str]:
    """The runs of letters and digits in the word."""
    return re.findall(r"[^\W_]+", word)


def occurrences(word: str, text: str) -> Iterable[tuple[int, int]]:
    """Every (start, end) of the folded word in the folded text; its runs are parted by what is no letter or digit."""
    first, *runs = runs_of(word)
    start = text.find(first)
    while start >= 0:
        at = start + len(first)
        for run in runs:
            gap = at
            while at < len(text) and not text[at].isalnum():
                at += 1
            if at == gap or not text.startswith(run, at):
                break
            at += len(run)
        else:
            yield start, at
        start = text.find(first, start + 1)


def near(words: tuple[str, ...], distance: int, text: str) -> bool:
    """Whether any choice of one occurrence a word lies within the distance."""
    found = [list(occurrences(word, text)) for word in words]
    return any(
        max(start for start, _ in choice) - min(end for _, end in choice) <= distance for choice in product(*found)
    )


def _named(facts: Iterable[Fact], kind: str, key: str, value: str) -> bool:
    return any(fact.kind == kind and value in fold(str(fact.fields[key])) for fact in facts)


def _bodies(fact: Fact) -> list[str]:
    return [str(fact.fields[key]) for key in _BODY_KEYS if key in fact.fields] + list(fact.fields.get("parties", ()))


def _with_above(place: str, beside: tuple[str, ...]) -> set[str]:
    """The place and what lies above it; 城中区 is one of several, and lies in 西宁 where Qinghai stands beside it."""
    found = {place}
    if place == "城中区":
        provinces = {_province(other) for other in beside}
        return found | ({"西宁市", "青海省"} if "青海省" in provinces else set())
    while place := ABOVE.get(place, ""):
        found.add(place)
    return found


def _province(place: str) -> str:
    while ABOVE.get(place):
        place = ABOVE[place]
    return place


_FORMS = {"累计引进高层次人才": "引进高层次人才", "引进各类高层次人才": "引进高层次人才"}
_UNITS = {"人": "名", "个": "项"}


def _figure(asked: Figure, fact: Fact) -> bool:
    if fact.kind != "figure":
        return False
    fields = fact.fields
    measure, low, high = str(fields["measure"]), fields["value_low"], fields["value_high"]
    if asked.measure and _FORMS.get(asked.measure, asked.measure) != _FORMS.get(measure, measure):
        return False
    if asked.unit and asked.unit != _UNITS.get(str(fields["unit"]), fields["unit"]):
        return False
    lowest, highest = low if low is not None else high, high if high is not None else low
    if asked.beyond:  # 100余 is more than 100, 不足100 less
        highest = highest + 1e-6 if high is None else highest
        lowest = lowest - 1e-6 if low is None else lowest
        return (asked.low is None or highest > asked.low) and (asked.high is None or lowest < asked.high)
    return (asked.low is None or highest >= asked.low) and (asked.high is None or lowest <= asked.high)
