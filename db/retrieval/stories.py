"""One story once: which articles share a story, who published first, which of a result stands for its story."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from db import stories
from db.retrieval.facets import Ordinals
from db.retrieval.kept import bitmap_of
from db.retrieval.state import Column, State, rows_of, story_number


def array_of(bitmap: BitMap) -> Ordinals:
    """The ordinals of a bitmap, ascending."""
    return np.frombuffer(bitmap.to_array(), np.uint32)


class Groups:
    """The stories of several articles among the ordinals of `universe`."""

    def __init__(self, connection: sqlite3.Connection, state: State, universe: BitMap, story: NDArray[Any]) -> None:
        """`story` is the number of the story of each ordinal."""
        self.story = Column(story.copy())
        self.shared = BitMap()
        self.first = BitMap()
        self.rank = Column(np.zeros(state.count, np.int64))
        self._arrange(connection, state, array_of(universe))

    def update(self, connection: sqlite3.Connection, state: State, touched: BitMap) -> None:
        """Bring the stories of the touched ordinals (what they were and what they are) up to `state`'s current ones."""
        ordinals = array_of(touched)
        known = ordinals[ordinals < self.story.count]
        affected = set(self.story.values[known].tolist()) | set(state.story.values[ordinals].tolist())
        for ordinal in ordinals.tolist():
            self.story.set(ordinal, int(state.story.values[ordinal]))
            self.rank.set(ordinal, 0)
        concerned = np.isin(self.story.values, np.array(sorted(affected), np.int64))
        members = bitmap_of(np.nonzero(concerned)[0])
        self.shared -= members
        self.first -= members
        self._arrange(connection, state, array_of(members & state.current))

    def _arrange(self, connection: sqlite3.Connection, state: State, members: Ordinals) -> None:
        story = self.story.values[members]
        _, inverse, counts = np.unique(story, return_inverse=True, return_counts=True)
        several = members[counts[inverse] > 1]
        if not len(several):
            return
        self.shared |= bitmap_of(several)
        for group in _by_story(connection, state, several, self.story.values):
            for rank, ordinal in enumerate(group):
                self.rank.set(ordinal, rank)
            self.first.add(group[0])

    def one_each(self, found: BitMap) -> BitMap:
        """One ordinal for each story in `found`: its first publisher among those found."""
        several = found & self.shared
        if not several:
            return found
        members = array_of(several)
        story = self.story.values[members]
        order = np.lexsort((self.rank.values[members], story))
        starts = np.concatenate([[True], np.diff(story[order]) != 0])
        return (found - several) | bitmap_of(members[order][starts])

    def of(self, status: str, universe: BitMap) -> BitMap:
        """The ordinals of one status."""
        match status:
            case "first":
                return self.first
            case "repost":
                return self.shared - self.first
            case "only":
                return universe - self.shared
            case _:
                return BitMap()

    def counts(self, found: BitMap) -> dict[str, int]:
        """How many of a result have each status."""
        first = found.intersection_cardinality(self.first)
        shared = found.intersection_cardinality(self.shared)
        return {"first": first, "repost": shared - first, "only": len(found) - shared}


def _by_story(connection: sqlite3.Connection, state: State, ordinals: Ordinals, story: NDArray[Any]) -> list[list[int]]:
    """The ordinals grouped by story, the first publisher of each first."""
    revisions = state.revision.values[ordinals]
    rows = rows_of(
        connection,
        "select a.revision, a.id, a.title, coalesce(s.title, a.source), a.origin, a.published, a.first_seen"
        " from articles a left join sources s on s.id = a.source"
        " where a.revision in (select value from json_each(?)) order by a.revision",
        [json.dumps(revisions.tolist())],
    ).fetchall()
    of_revision = dict(zip(revisions.tolist(), ordinals.tolist(), strict=True))
    groups: dict[int, list[tuple[int, stories.Member]]] = defaultdict(list)
    for row in rows:
        ordinal = of_revision[row[0]]
        groups[int(story[ordinal])].append((ordinal, stories.Member(*row[1:])))
    return [_in_order(group) for group in groups.values()]


def _in_order(group: Sequence[tuple[int, stories.Member]]) -> list[int]:
    ordinals = {id(member): ordinal for ordinal, member in group}
    return [ordinals[id(member)] for member in stories.in_order([member for _, member in group])]


def story_as_of(connection: sqlite3.Connection, state: State, number: int) -> NDArray[Any]:
    """The number of the story that each ordinal was in after change `number`."""
    story = state.story.values.copy()
    rows = rows_of(
        connection,
        "select a.revision, s.id from stories s join articles a on a.id = s.article and a.recorded_from <= ?1"
        " and (a.recorded_to is null or a.recorded_to > ?1) where s.recorded_from <= ?1 and s.recorded_to > ?1",
        [number],
    ).fetchall()
    for revision, identity in rows:
        for ordinal in state.known(np.array([revision])).tolist():
            story[ordinal] = story_number(identity)
    return story
