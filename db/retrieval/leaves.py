"""The revisions that a SQL condition chooses (fields, figures, words near each other), kept and caught up."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Hashable
from dataclasses import dataclass

from pyroaring import BitMap

from db.conditions import Condition
from db.retrieval.kept import bitmap_bytes, bitmap_of
from db.retrieval.state import State, ints, rows_of
from db.retrieval.stories import array_of

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


def find(connection: sqlite3.Connection, state: State, chosen: Condition) -> BitMap:
    """All ordinals that fit a condition on `articles a`, of every revision ever."""
    sql = f"select group_concat(a.revision) from articles a where {chosen[0]}"  # noqa: S608 - built in db.conditions
    (text,) = rows_of(connection, sql, chosen[1]).fetchone()
    return bitmap_of(state.known(ints(text)))


def catch_up(
    connection: sqlite3.Connection, state: State, chosen: Condition, known: LeafHits, touched: BitMap
) -> BitMap:
    """`known.hits` with the touched ordinals asked anew."""
    if not touched:
        return known.hits
    revisions = state.revision.values[array_of(touched)].tolist()
    only: Condition = (
        f"a.revision in (select value from json_each(?)) and ({chosen[0]})",  # noqa: S608 - built in db.conditions
        [json.dumps(revisions), *chosen[1]],
    )
    return (known.hits - touched) | find(connection, state, only)


def key_of(chosen: Condition) -> Hashable:
    """What a kept condition is known by."""
    return chosen[0], tuple(chosen[1])
