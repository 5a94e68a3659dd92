"""The revisions that a SQL condition chooses (fields, figures, words near each other), kept and caught up."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from db.conditions import Condition, condition
from db.retrieval.following import touched
from db.retrieval.kept import bitmap_bytes, bitmap_of
from db.retrieval.state import State, ints, rows_of
from db.retrieval.stories import array_of
from parsers.query import And, Field, Not, Or, Query, Word

_MOST_TOUCHED = 2_000  # more than these: the condition is asked of everything again


@dataclass(slots=True)
class LeafHits:
    """The ordinals that fit a condition, as of engine step `step`."""

    hits: BitMap
    step: int

    @property
    def size(self) -> int:
        """Bytes held, about."""
        return bitmap_bytes(self.hits)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a condition chose before anybody held the engine: revisions, as of change `version`."""

    revisions: NDArray[np.int64]
    version: int


class Steps:
    """Which ordinals each following of the database touched, newest last."""

    def __init__(self) -> None:
        self.number = 0
        self._touched: list[BitMap] = []

    def add(self, touched: BitMap) -> None:
        """One more step."""
        self.number += 1
        self._touched = [*self._touched[-200:], touched]

    def since(self, step: int) -> BitMap | None:
        """All ordinals touched after `step`; None when that is too long ago or too many."""
        back = self.number - step
        if back > len(self._touched):
            return None
        union: BitMap = BitMap.union(BitMap(), *self._touched[len(self._touched) - back :])
        return union if len(union) <= _MOST_TOUCHED else None


def conditions_in(tree: Query, as_of: int | None) -> Iterator[Condition]:
    """The conditions of all leaves that SQL answers."""
    match tree:
        case And(items) | Or(items):
            for item in items:
                yield from conditions_in(item, as_of)
        case Not(item):
            yield from conditions_in(item, as_of)
        case Word() | Field("is", "first" | "repost" | "only"):
            return
        case _:
            yield condition(tree, as_of)


def ask(connection: sqlite3.Connection, chosen: Condition) -> NDArray[np.int64]:
    """The revisions, of all ever, that fit a condition on `articles a`."""
    sql = f"select group_concat(a.revision) from articles a where {chosen[0]}"  # noqa: S608 - built in db.conditions
    (text,) = rows_of(connection, sql, chosen[1]).fetchone()
    return ints(text)


def find(connection: sqlite3.Connection, state: State, chosen: Condition) -> BitMap:
    """All ordinals that fit a condition on `articles a`, of every revision ever."""
    return bitmap_of(state.known(ask(connection, chosen)))


def take(connection: sqlite3.Connection, state: State, chosen: Condition, early: Answered) -> BitMap:
    """The hits of a condition that was asked before the engine was held, made current."""
    changed = touched(connection, early.version) if early.version < state.version else []
    if len(changed) > _MOST_TOUCHED:
        return find(connection, state, chosen)
    since = bitmap_of(state.known(np.array(changed, np.int64)))
    return catch_up(connection, state, chosen, bitmap_of(state.known(early.revisions)), since)


def catch_up(connection: sqlite3.Connection, state: State, chosen: Condition, hits: BitMap, touched: BitMap) -> BitMap:
    """`hits` with the touched ordinals asked anew."""
    if not touched:
        return hits
    revisions = state.revision.values[array_of(touched)].tolist()
    only: Condition = (
        f"a.revision in (select value from json_each(?)) and ({chosen[0]})",  # noqa: S608 - built in db.conditions
        [json.dumps(revisions), *chosen[1]],
    )
    return (hits - touched) | find(connection, state, only)


def key_of(chosen: Condition) -> Hashable:
    """What a kept condition is known by."""
    return chosen[0], tuple(chosen[1])
