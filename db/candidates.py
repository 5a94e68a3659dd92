"""A saved search as it is asked of an article that holds one of its triggers (`db.triggers`): sets first.

What a search asks for is taken apart into sets of words and of values of fields; the article is one such set too, so
that most searches are answered by comparing sets, without walking their trees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TypeGuard

from db.schedules import Wishes
from parsers.query_match import Document, chosen, matches
from parsers.query_tree import And, Field, Not, Or, Query, Word

Key = str | tuple[str, str]  # a run of characters, or (field, value)
Filters = Mapping[str, tuple[str, ...]]
_NOTHING: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """What matching knows of a subscription; `since` is the change that it was confirmed at."""

    id: str
    tree: Query
    filters: Filters
    since: int
    wishes: Wishes

    def wants(self, document: Document) -> bool:
        """Whether the article answers it."""
        return matches(self.tree, document) and (not self.filters or chosen(self.filters, document))


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is left to be asked: all of `words` (the cheapest, so first), none of `without`, one of each of `some`.

    Then what no set tells: `rest` of the tree and the remaining `filters`. `once` says that the search has one trigger
    only, so that it cannot come a second time.
    """

    search: SavedSearch
    words: frozenset[Key]
    without: frozenset[Key]
    some: tuple[frozenset[Key], ...]
    rest: Query | None
    filters: Filters | None
    once: bool

    def holds(self, document: Document, borne: Set[Key]) -> bool:
        """Whether all but `words` holds; `borne` are the words and the values of fields that the document bears."""
        if self.without and not self.without.isdisjoint(borne):
            return False
        for keys in self.some:
            if keys.isdisjoint(borne):
                return False
        if self.filters and not chosen(self.filters, document):
            return False
        return self.rest is None or matches(self.rest, document)


class Group:
    """The searches of one trigger, by how little is left to be asked of an article that has it.

    Most saved searches are one word, which is their trigger: they are `sure` and are taken over in one go. `worded`
    ask for other words and values of fields only.
    """

    __slots__ = ("others", "sure", "worded")

    def __init__(self) -> None:
        self.sure: list[SavedSearch] = []
        self.worded: list[tuple[frozenset[Key], SavedSearch]] = []
        self.others: list[Candidate] = []

    def add(self, one: Candidate) -> None:
        """Put the candidate where it is asked the least."""
        if one.without or one.some or one.rest is not None or one.filters or not one.once:
            self.others.append(one)
        elif one.words:
            self.worded.append((one.words, one.search))
        else:
            self.sure.append(one.search)


def candidate(search: SavedSearch, triggers: frozenset[Key] | None) -> Candidate:
    """What is left to be asked of an article that has a trigger of the search (None: it has no trigger).

    A single trigger that is all that one part of the search asks for need not be asked again.
    """
    only = next(iter(triggers)) if triggers is not None and len(triggers) == 1 else None
    every: set[Key | None] = set()
    without: set[Key] = set()
    some: list[frozenset[Key]] = []
    rest: list[Query] = []
    for item in search.tree.items if isinstance(search.tree, And) else (search.tree,):
        if (key := _key(item)) is not None:
            every.add(key)
        elif isinstance(item, Not) and (key := _key(item.item)) is not None:
            without.add(key)
        elif isinstance(item, Or) and (keys := _keys(item)) is not None:
            some.append(keys)
        else:
            rest.append(item)
    for name, values in search.filters.items():
        if name != "status" and values:
            some.append(frozenset((name, value) for value in values))
    every.update(*(keys for keys in some if len(keys) == 1))
    status = search.filters.get("status")
    return Candidate(
        search,
        frozenset(key for key in every if key is not None and key != only) or _NOTHING,
        frozenset(without) or _NOTHING,
        tuple(keys for keys in some if len(keys) > 1),
        None if not rest else rest[0] if len(rest) == 1 else And(tuple(rest)),
        {"status": status} if status else None,
        once=triggers is None or only is not None,
    )


def asked_of(one: Candidate) -> Iterator[Key]:
    """All words and values of fields that the sets of a candidate ask for."""
    yield from one.words
    yield from one.without
    for keys in one.some:
        yield from keys


def keys_of(document: Document) -> Iterator[Key]:
    """The values of fields that the document bears: exactly those whose facet finds it.

    Two are left out: the status, which is asked for only when a search wants it, and place names that several units
    share, which mean a place only beside its province.
    """
    yield ("source", document.source)
    yield ("year", document.day[:4])
    yield ("month", document.day[:7])
    for name, value in (("origin", document.origin), ("type", document.doc_type)):
        if value is not None:
            yield (name, value)
    for name, values in (("place", document.above), ("theme", document.themes), ("author", document.authors)):
        for value in values:
            yield (name, value)
    for story in document.stories:
        yield ("story", story)
    for fact in document.facts:
        if fact.kind == "policy" and fact.printed_title is not None:
            yield ("policy", fact.printed_title)


def is_plain(item: Query) -> TypeGuard[Word]:
    """Whether one scan of the text tells all about the item: a word anywhere, without punctuation inside."""
    return isinstance(item, Word) and not item.column and item.text.isalnum()


def _key(item: Query) -> Key | None:
    """The one thing that an item asks for, where a set can tell."""
    if is_plain(item):
        return item.text
    return ("place", item.value) if isinstance(item, Field) and item.name == "place" else None


def _keys(item: Or) -> frozenset[Key] | None:
    """What an Or asks for one of, where a set can tell."""
    keys = [_key(part) for part in item.items]
    return None if None in keys else frozenset(key for key in keys if key is not None)
