"""Which saved searches an article can answer: one automaton over the rarest required term of each.

A search can be answered only by an article that holds one of its *triggers*: a run of characters that every answer
has in it, or a place, source, theme or story that every answer bears. The rarest is taken, by a sample of the newest
articles. What is left over (searches without any such term) is asked of every article.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import ahocorasick_rs

from db.candidates import Group, Key, SavedSearch, asked_of, candidate, is_plain, keys_of
from parsers.query_match import Document, in_place
from parsers.query_tree import And, Field, Near, Not, Or, Query, Word, runs

__all__ = ["SavedSearch", "Triggers", "sampled"]

_SHARES = {"story": 0.0, "author": 0.001, "policy": 0.001, "origin": 0.02, "source": 0.03, "place": 0.05, "theme": 0.2}
# of articles, roughly; words are sampled
_FEW = 2000  # searches added since the automaton was built that a small one beside it may hold


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


class _Automaton:
    def __init__(self, searches: Sequence[SavedSearch], frequencies: Frequencies) -> None:
        self.count = len(searches)
        self._groups: dict[Key, Group] = defaultdict(Group)
        self._always = Group()
        asked: set[Key] = set()  # words and values of fields
        for search in searches:
            keys = _required(search, frequencies)
            one = candidate(search, keys)
            asked.update(keys or (), asked_of(one), _plain_words(search.tree))
            for group in (self._groups[key] for key in keys) if keys is not None else (self._always,):
                group.add(one)
        self._words = sorted(key for key in asked if isinstance(key, str))
        self._places = frozenset(key[1] for key in asked if not isinstance(key, str) and key[0] == "place")
        self._vocabulary = frozenset(self._words)
        self._scan = ahocorasick_rs.AhoCorasick(self._words, matchkind=ahocorasick_rs.MatchKind.Standard)

    def answered(self, document: Document) -> list[SavedSearch]:
        """The searches that `document` answers; each once."""
        if not self.count:
            return []
        standing = document.standing = self._scanned(document.text)
        document.known = self._vocabulary
        borne = self._borne(document) | standing
        found: list[SavedSearch] = []
        several: set[str] = set()  # those found that have several triggers (a OR b): they come once
        for group in [*(self._groups[key] for key in borne & self._groups.keys()), self._always]:
            if group.sure:
                found += group.sure
            if group.worded:
                found += [search for words, search in group.worded if words <= borne]
            for one in group.others:
                if one.words <= borne and one.search.id not in several and one.holds(document, borne):
                    found.append(one.search)
                    if not one.once:
                        several.add(one.search.id)
        return found

    def _scanned(self, text: str) -> set[str]:
        """The words of the searches that stand in `text`, in one pass over it."""
        words = self._words
        return {words[match[0]] for match in self._scan.find_matches_as_indexes(text, overlapping=True)}

    def _borne(self, document: Document) -> set[Key]:
        """The values of fields that the document bears; a place name that several units share may be any of those."""
        keys = set(keys_of(document))
        if document.shared:
            keys.update(("place", name) for name in self._places if in_place(document, name))
        return keys


def _plain_words(tree: Query) -> Iterator[str]:
    """All words that one scan tells of, excluded ones too."""
    match tree:
        case Word(text):
            if is_plain(tree):
                yield text
        case And(items) | Or(items):
            for item in items:
                yield from _plain_words(item)
        case Not(item):
            yield from _plain_words(item)


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
