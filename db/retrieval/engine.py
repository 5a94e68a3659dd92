"""One engine per archive file: it follows the database, evaluates queries, counts and orders."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyroaring import BitMap

from db.conditions import condition
from db.hits import ShownTexts
from db.retrieval import leaves, ranking, words
from db.retrieval.facets import Ordinals
from db.retrieval.following import MOST_CHANGES, newest_change, touched
from db.retrieval.kept import Kept, bitmap_bytes
from db.retrieval.leaves import Answered, LeafHits, Steps
from db.retrieval.ranking import Cursor
from db.retrieval.state import State, rows_of
from db.retrieval.stored import StoredWords
from db.retrieval.stories import Groups, array_of, story_as_of
from db.retrieval.tally import Tally
from db.retrieval.words import RecentTexts, WordHits
from parsers.query import And, Field, Not, Or, Query, Word, words_of

Filters = Mapping[str, tuple[str, ...]]

FACETS = ("place", "year", "month", "source", "origin", "theme", "type", "author", "policy", "status")
_MOST_WORDS = 96 << 20  # bytes of kept words, and
_MOST_LEAVES = 24 << 20  # of kept conditions
_MOST_TALLIES = 16 << 20  # of counts of facets
_MOST_EARLY = 64  # conditions asked ahead of their views


@dataclass(frozen=True, slots=True)
class Moment:
    """The articles that count at some time (now, or as of a change), and their stories then."""

    universe: BitMap
    groups: Groups
    as_of: int | None = None  # the change that it lies behind; None is now

    @property
    def size(self) -> int:
        """Bytes held, about."""
        return bitmap_bytes(self.universe) + 16 * self.groups.story.count


class Engine:
    """What is kept of one archive. `lock` is held by whoever brings it up to date or computes with it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.state: State | None = None
        self._labels: list[tuple[str, str]] = []
        self._now: Moment | None = None
        self._moments: Kept[Moment] = Kept(16 << 20)
        self._words: Kept[WordHits] = Kept(_MOST_WORDS)
        self._leaves: Kept[LeafHits] = Kept(_MOST_LEAVES)
        self.tallies: Kept[Tally] = Kept(_MOST_TALLIES)
        self.texts = ShownTexts()
        self._early: dict[Hashable, Answered] = {}
        self._recent = RecentTexts()
        self._stored = StoredWords()
        self._steps = Steps()
        self._scratch = np.zeros(0, np.float32)

    def follow(self, connection: sqlite3.Connection) -> State:
        """The state at the snapshot that `connection` reads; the lock is held."""
        newest = newest_change(connection)
        state = self.state
        if state is None or not 0 <= newest - state.version <= MOST_CHANGES:
            return self._read_all(connection, newest)
        if newest > state.version:
            self._read_changes(connection, state, newest)
        return state

    def _read_all(self, connection: sqlite3.Connection, newest: int) -> State:
        state = self.state = State(connection, newest)
        groups = Groups(connection, state, state.current, state.story.values)
        self._now = Moment(state.current, groups)
        for kept in (self._moments, self._words, self._leaves, self.tallies):
            kept.clear()
        self.texts.clear()
        self._recent, self._stored, self._steps = RecentTexts(), StoredWords(), Steps()
        return state

    def _read_changes(self, connection: sqlite3.Connection, state: State, newest: int) -> None:
        assert self._now is not None
        removed = state.removed.copy()
        ordinals = state.refresh(connection, touched(connection, state.version))
        self._now.groups.update(connection, state, ordinals)
        state.version = newest
        self._moments.clear()
        self._steps.add(ordinals)
        if state.removed != removed:  # a text left the index, or its number was given to another one
            self._words.clear()
            self._recent = RecentTexts()

    def moment(self, connection: sqlite3.Connection, state: State, as_of: int | None) -> Moment:
        """What counts now, or as of a change."""
        assert self._now is not None
        if as_of is None or as_of >= state.version:
            return self._now
        known = self._moments.get(as_of)
        if known is None:
            universe = state.as_of(as_of)
            known = Moment(universe, Groups(connection, state, universe, story_as_of(connection, state, as_of)), as_of)
            self._moments.put(as_of, known)
        return known

    def word(self, connection: sqlite3.Connection, state: State, word: Word) -> WordHits:
        """The hits of a word, up to date."""
        known = self._words.get(word)
        if known is None or not words.catch_up(connection, state, word, known, self._recent):
            known = self._stored.find(connection, state, word, self._recent) or words.find(connection, state, word)
        self._words.put(word, known)
        return known

    def counted(self, connection: sqlite3.Connection, state: State, word: Word) -> WordHits:
        """The hits of a word with its term counts."""
        known = self._words.get(word)
        if known is None:  # one pass over the index instead of two
            known = words.find_counted(connection, state, word)
        elif not words.catch_up(connection, state, word, known, self._recent):
            known = self.word(connection, state, word)
        if known.counts is None:
            known.counts = words.term_counts(connection, state, word, known)
        self._words.put(word, known)
        return known

    def leaf(self, connection: sqlite3.Connection, state: State, tree: Query, as_of: int | None) -> BitMap:
        """The ordinals that fit a leaf that is no word (who was first depends on the moment)."""
        self._check_labels(connection)
        chosen = condition(tree, as_of)
        key = leaves.key_of(chosen)
        known, early = self._leaves.get(key), self._early.pop(key, None)
        since = self._steps.since(known.step) if known else None
        if known and since is not None:
            hits = leaves.catch_up(connection, state, chosen, known.hits, since)
        elif early and early.version <= state.version:
            hits = leaves.take(connection, state, chosen, early)
        else:
            hits = leaves.find(connection, state, chosen)
        self._leaves.put(key, LeafHits(hits, self._steps.number))
        return hits

    def prepare(self, connection: sqlite3.Connection, tree: Query, as_of: int | None = None) -> None:
        """Ask the conditions in `tree` that are not known before the engine is held, so that nobody waits for them.

        Words near each other are looked for in the texts: of two common words that takes seconds. In a transaction of
        its own, which must not be the one that the view reads in.
        """
        if connection.in_transaction:
            return
        for chosen in leaves.conditions_in(tree, as_of):
            key = leaves.key_of(chosen)
            with self.lock:
                known = self._leaves.get(key)
                if known and self._steps.since(known.step) is not None:
                    continue
            with reading(connection):
                answered = Answered(version=newest_change(connection), revisions=leaves.ask(connection, chosen))
            with self.lock:
                self._early[key] = answered
                while len(self._early) > _MOST_EARLY:  # of requests that ended before they took them
                    del self._early[next(iter(self._early))]

    def _check_labels(self, connection: sqlite3.Connection) -> None:
        """Names of sources change without a change of any article: conditions on them are asked anew."""
        labels = rows_of(connection, "select id, title from sources order by id").fetchall()
        if labels != self._labels:
            self._labels = labels
            self._leaves.clear()

    def forget(self) -> None:
        """Let go of what earlier questions left; the next ones are answered by the index again."""
        self._words.clear()
        self._leaves.clear()
        self.tallies.clear()

    def scratch(self, count: int) -> ranking.Scores:
        """A zeroed array of at least `count` numbers, to be left zeroed."""
        if len(self._scratch) < count:
            self._scratch = np.zeros(count + count // 8, np.float32)
        return self._scratch

    @property
    def size(self) -> int:
        """Bytes held, about."""
        kept = self._words.held + self._leaves.held + self._moments.held + self.tallies.held
        return kept + (self.state.size if self.state else 0)


@dataclass(frozen=True, slots=True)
class View:
    """One engine at one moment, for one connection; to be used inside `viewing` only."""

    engine: Engine
    connection: sqlite3.Connection
    state: State
    moment: Moment

    def evaluate(self, tree: Query, ranked: bool = False) -> BitMap:
        """The articles that answer `tree`; `ranked` when they are to be ordered by relevance."""
        for word in dict.fromkeys(words_of(tree)) if ranked else ():
            self.engine.counted(self.connection, self.state, word)
        return self.moment.universe & self._all_that(tree)

    def _all_that(self, tree: Query) -> BitMap:
        match tree:
            case Word():
                return self.engine.word(self.connection, self.state, tree).hits
            case And(items):
                return self._every(items)
            case Or(items):
                return BitMap.union(BitMap(), *(self._all_that(item) for item in items))
            case Not(item):
                return self.moment.universe - self._all_that(item)
            case Field("is", "first" | "repost" | "only" as status):  # known here for every moment
                return self.moment.groups.of(status, self.moment.universe)
            case _:
                return self.engine.leaf(self.connection, self.state, tree, self.moment.as_of)

    def _every(self, items: Sequence[Query]) -> BitMap:
        found = self.moment.universe
        for item in items:
            if not found:
                break
            found = found & self._all_that(item)
        return found

    def chosen(self, filters: Filters, leave_out: str | None = None) -> BitMap | None:
        """The articles with one of the chosen values of every facet; None when nothing is chosen."""
        found: BitMap | None = None
        for name in FACETS:
            values = [value for value in filters.get(name, ()) if value]
            if values and name != leave_out:
                any_of = BitMap.union(BitMap(), *(self.members(name, value) for value in values))
                found = any_of if found is None else found & any_of
        return found

    def members(self, name: str, value: str) -> BitMap:
        """The ordinals that have a value of a facet."""
        if name == "status":
            return self.moment.groups.of(value, self.moment.universe)
        return self.state.facets[name].of(value)

    def counts(self, name: str, found: BitMap, array: Ordinals | None = None) -> dict[str, int]:
        """How many of a result have each value of a facet, values with none left out."""
        if name == "status":
            return {value: count for value, count in self.moment.groups.counts(found).items() if count}
        facet = self.state.facets[name]
        counts = facet.counts(found, array_of(found) if array is None else array)
        return facet.named(counts, counts.nonzero()[0])

    def page(self, tree: Query, found: BitMap, order: str, count: int, after: Cursor | None) -> list[tuple[int, float]]:
        """The first `count` (ordinal, score) of a result, one a story already, beyond `after`."""
        ranked = order == "relevance" and words_of(tree)
        if not ranked:
            last = None if after is None else after.revision
            chosen = ranking.by_day(self.state, found, count, order != "oldest", last)
            return [(ordinal, 0.0) for ordinal in chosen]
        array = array_of(found)
        kept = [self.engine.counted(self.connection, self.state, word) for word in dict.fromkeys(words_of(tree))]
        scores = ranking.bm25(self.state, array, kept, self.engine.scratch(self.state.count))
        return ranking.by_score(self.state, array, scores, count, after)


_ENGINES: dict[tuple[str, int, int], Engine] = {}
_ENGINES_LOCK = threading.Lock()


def engine_of(connection: sqlite3.Connection) -> Engine:
    """The engine of the archive that `connection` has open; one of its own for a connection in a transaction.

    A transaction may hold an older snapshot, or writes that are rolled back: neither must reach other threads.
    """
    path = next(row[2] for row in rows_of(connection, "pragma database_list") if row[1] == "main")
    if not path or connection.in_transaction:
        return Engine()
    found = Path(path).stat()
    key = (path, found.st_dev, found.st_ino)
    with _ENGINES_LOCK:
        return _ENGINES.setdefault(key, Engine())


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """One snapshot for everything read inside."""
    if connection.in_transaction:
        yield
        return
    connection.execute("begin")
    try:
        yield
    finally:
        connection.execute("commit")


@contextmanager
def viewing(engine: Engine, connection: sqlite3.Connection, as_of: int | None = None) -> Iterator[View]:
    """A view of the engine brought up to date; other threads wait until it is given back.

    The first read of `connection`'s transaction must happen in here: then its snapshot is never older than what
    the engine has followed.
    """
    with engine.lock:
        state = engine.follow(connection)
        yield View(engine, connection, state, engine.moment(connection, state, as_of))
