"""Which saved searches an article can answer: one automaton over the rarest required term of each.

A search can be answered only by an article that holds one of its *triggers*: a run of characters that every answer
has in it, or a place, source, theme or story that every answer bears. The rarest is taken, by a sample of the newest
articles. What is left over (searches without any such term) is asked of every article.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

import ahocorasick_rs

from db.schedules import Wishes
from parsers.query_match import Document, chosen, matches
from parsers.query_tree import And, Field, Near, Not, Or, Query, Word, runs

_SHARES = {"story": 0.0, "source": 0.03, "place": 0.05, "theme": 0.2}  # of articles, roughly; words are sampled
_FEW = 2000  # searches added since the automaton was built that a small one beside it may hold

Key = str | tuple[str, str]  # a run of characters, or (field, value)
Filters = Mapping[str, tuple[str, ...]]


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
class Frequencies:
    """The share of articles that hold a run, by a sample; what the sample lacks is the rarer the longer it is."""

    shares: Mapping[str, float] = field(default_factory=dict)

    def of(self, key: Key) -> float:
        """An estimate to compare by."""
        if isinstance(key, tuple):
            return _SHARES[key[0]]
        return self.shares.get(key, 0.001 / len(key))


class Triggers:
    """The searches, and the automaton that finds those which an article may answer. Changes take effect at once."""

    def __init__(self, sample: Sequence[str] = ()) -> None:
        self.sample = sample
        self.searches: dict[str, SavedSearch] = {}
        self._built = _Automaton((), Frequencies())
        self._fresh: dict[str, SavedSearch] = {}
        self._beside = self._built
        self._altered = False  # since the automaton was built

    def put(self, searches: Iterable[SavedSearch], gone: Iterable[str] = ()) -> None:
        """Add or replace `searches`, forget those in `gone`."""
        self._altered = True
        for identity in gone:
            self.searches.pop(identity, None)
            self._fresh.pop(identity, None)
        added = {search.id: search for search in searches}
        self.searches.update(added)
        self._fresh.update(added)
        if len(self._fresh) > max(_FEW, len(self.searches) // 20) or not self._built.count:
            self._rebuild()
        elif added:
            self._beside = _Automaton(tuple(self._fresh.values()), self._frequencies)

    def _rebuild(self) -> None:
        searches = tuple(self.searches.values())
        self._frequencies = sampled(searches, self.sample)
        self._built = _Automaton(searches, self._frequencies)
        self._fresh = {}
        self._beside = _Automaton((), self._frequencies)
        self._altered = False

    def answered(self, document: Document) -> list[SavedSearch]:
        """The searches that `document` answers."""
        found = self._built.answered(document)
        if not self._altered:
            return found
        found += self._beside.answered(document)
        return [search for search in found if self.searches.get(search.id) is search]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A search as it is asked of an article that holds one of its triggers.

    `words` must all stand in the text (the cheapest to ask, so first), then `rest` and the filters hold. `once` says
    that the search has this trigger only, so that it cannot come a second time; `plain` that there is nothing else.
    """

    search: SavedSearch
    words: frozenset[str]
    rest: Query | None
    once: bool
    plain: bool


class _Automaton:
    def __init__(self, searches: Sequence[SavedSearch], frequencies: Frequencies) -> None:
        self.count = len(searches)
        by_key: dict[Key, list[_Candidate]] = defaultdict(list)
        self._always: list[_Candidate] = []
        for search in searches:
            keys = _required(search, frequencies)
            if keys is None:
                self._always.append(_candidate(search, None, once=True))
                continue
            only = next(iter(keys)) if len(keys) == 1 else None
            one = _candidate(search, only, once=only is not None)
            for key in keys:
                by_key[key].append(one)
        self._fields = {key: found for key, found in by_key.items() if isinstance(key, tuple)}
        self._by_run = {key: found for key, found in by_key.items() if isinstance(key, str)}
        self._words = sorted(self._by_run.keys() | {word for one in searches for word in _plain_words(one.tree)})
        self._vocabulary = frozenset(self._words)
        self._scan = ahocorasick_rs.AhoCorasick(self._words, matchkind=ahocorasick_rs.MatchKind.Standard)
        self._places = [one for (name, _), found in self._fields.items() if name == "place" for one in found]

    def answered(self, document: Document) -> list[SavedSearch]:
        """The searches that `document` answers; each once."""
        if not self.count:
            return []
        standing = document.standing = self._scanned(document.text)
        document.known = self._vocabulary
        found: list[SavedSearch] = []
        several: set[str] = set()  # those with several triggers (a OR b) come once
        for candidates in self._lists(document):
            for one in candidates:
                if not one.words <= standing:
                    continue
                if not one.once:
                    if one.search.id in several:
                        continue
                    several.add(one.search.id)
                if one.plain or _holds(one, document):
                    found.append(one.search)
        return found

    def _scanned(self, text: str) -> set[str]:
        """The words of the searches that stand in `text`, in one pass over it."""
        words = self._words
        return {words[match[0]] for match in self._scan.find_matches_as_indexes(text, overlapping=True)}

    def _lists(self, document: Document) -> Iterator[list[_Candidate]]:
        by_run = self._by_run
        yield from (by_run[word] for word in document.standing if word in by_run)
        keys = [key for key in _keys(document) if key in self._fields]
        if document.shared and self._places:  # a shared name may lie in any of these places
            keys = [key for key in keys if key[0] != "place"]
            yield list({id(one): one for one in self._places}.values())
        yield from (self._fields[key] for key in keys)
        yield self._always


def _holds(one: _Candidate, document: Document) -> bool:
    if one.rest is not None and not matches(one.rest, document):
        return False
    return not one.search.filters or chosen(one.search.filters, document)


def _candidate(search: SavedSearch, only: Key | None, *, once: bool) -> _Candidate:
    """Plain words apart from the rest; the trigger itself, when it is a whole word of the search, need not be asked."""
    items = search.tree.items if isinstance(search.tree, And) else (search.tree,)
    words = [item.text for item in items if _is_plain(item)]
    rest = tuple(item for item in items if not _is_plain(item))
    return _Candidate(
        search,
        frozenset(word for word in words if word != only),
        None if not rest else rest[0] if len(rest) == 1 else And(rest),
        once,
        plain=not rest and not search.filters,
    )


def _plain_words(tree: Query) -> Iterator[str]:
    """All words that one scan tells of, excluded ones too."""
    match tree:
        case Word(text):
            if _is_plain(tree):
                yield text
        case And(items) | Or(items):
            for item in items:
                yield from _plain_words(item)
        case Not(item):
            yield from _plain_words(item)


def _is_plain(item: Query) -> TypeGuard[Word]:
    return isinstance(item, Word) and not item.column and item.text.isalnum()


def _keys(document: Document) -> Iterator[Key]:
    yield ("source", document.source)
    yield from (("place", name) for name in document.above)
    yield from (("theme", name) for name in document.themes)
    yield from (("story", name) for name in document.stories)


def _required(search: SavedSearch, frequencies: Frequencies) -> frozenset[Key] | None:
    """Terms of which every answer has one; None when there are no such terms."""
    options = [_of_tree(search.tree, frequencies)]
    options += [
        frozenset((name, value) for value in values)
        for name, values in search.filters.items()
        if values and name in _SHARES
    ]
    return _rarest([keys for keys in options if keys is not None], frequencies)


def _rarest(options: list[frozenset[Key]], frequencies: Frequencies) -> frozenset[Key] | None:
    return min(options, key=lambda keys: sum(map(frequencies.of, keys)), default=None)


def _of_tree(tree: Query, frequencies: Frequencies) -> frozenset[Key] | None:
    match tree:
        case Word(text):
            return _rarest([frozenset((run,)) for run in runs(text)], frequencies)
        case Near(words):
            return _rarest([frozenset((run,)) for word in words for run in runs(word)], frequencies)
        case Field("place", value):
            return frozenset((("place", value),))
        case And(items):
            options = [_of_tree(item, frequencies) for item in items]
            return _rarest([keys for keys in options if keys is not None], frequencies)
        case Or(items):
            options = [_of_tree(item, frequencies) for item in items]
            return None if not options or None in options else frozenset().union(*(keys for keys in options if keys))
        case _:
            return None


def sampled(searches: Iterable[SavedSearch], sample: Sequence[str]) -> Frequencies:
    """How frequent the searches' words are in `sample` (texts in normal form)."""
    terms = sorted({run for search in searches for run in _runs_in(search.tree)})
    if not terms or not sample:
        return Frequencies()
    scan = ahocorasick_rs.AhoCorasick(terms, matchkind=ahocorasick_rs.MatchKind.Standard)
    counts: Counter[int] = Counter()
    for text in sample:
        counts.update({match[0] for match in scan.find_matches_as_indexes(text, overlapping=True)})
    return Frequencies({terms[index]: count / len(sample) for index, count in counts.items()})


def _runs_in(tree: Query) -> Iterator[str]:
    match tree:
        case Word(text):
            yield from runs(text)
        case Near(words):
            for word in words:
                yield from runs(word)
        case And(items) | Or(items):
            for item in items:
                yield from _runs_in(item)
        case Not():
            return
