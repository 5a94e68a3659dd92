"""Revision number (day × 2¹³ + number) → dense ordinal, by two gathers."""

from __future__ import annotations

import sqlite3
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from db.text_index import DAY_SHIFT

Ints = NDArray[np.signedinteger[Any]]

_DAYS = 1 << 17
_NUMBERS = (1 << DAY_SHIFT) - 1


class Ordinals:
    """`base[day] + number` is a place in order of revisions, `places[…]` the ordinal there (-1: none).

    Ordinals themselves never move, so bitmaps of ordinals stay right when a late article is put between older ones.
    """

    def __init__(self, revisions: Ints) -> None:
        """`revisions` in ascending order get the ordinals 0, 1, …"""
        days, numbers = revisions >> DAY_SHIFT, revisions & _NUMBERS
        slots = np.zeros(_DAYS, np.int64)
        np.maximum.at(slots, days, numbers + 1)
        self.base = np.concatenate([[0], np.cumsum(slots)]).astype(np.int32)
        self.places = np.full(int(self.base[-1]), -1, np.int32)
        self.places[self.base[days] + numbers] = np.arange(len(revisions))

    def of(self, revisions: Ints) -> Ints:
        """The ordinals of `revisions`; -1 for one that is not known."""
        days = revisions >> DAY_SHIFT
        places = self.base.take(days) + (revisions & _NUMBERS)
        outside = places >= self.base.take(days + 1)
        if not outside.any():
            known: Ints = self.places.take(places)
            return known
        inside = ~outside
        found = np.full(len(revisions), -1, np.int32)
        found[inside] = self.places[places[inside]]
        return found

    def known(self, revisions: Ints) -> NDArray[np.uint32]:
        """The ordinals of `revisions`, those not known left out."""
        found = self.of(revisions)
        if len(found) and found.min() < 0:
            found = found[found >= 0]
        return found.astype(np.uint32)

    def add(self, revision: int, ordinal: int) -> None:
        """Put one more revision in; late ones of old days too."""
        day, number = revision >> DAY_SHIFT, revision & _NUMBERS
        have = int(self.base[day + 1] - self.base[day])
        if number >= have:
            more = number + 1 - have
            self.places = np.insert(self.places, int(self.base[day + 1]), np.full(more, -1, np.int32))
            self.base[day + 1 :] += more
        self.places[self.base[day] + number] = ordinal

    @property
    def size(self) -> int:
        """Bytes held."""
        return self.base.nbytes + self.places.nbytes


class Numbered(Protocol):
    """Whatever gives the revisions of an archive their ordinals."""

    ordinals: Ordinals
    count: int


class Places:
    """The ordinals of all revisions alone, ascending: what it takes to ask the index, without any facet."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read the numbers of the revisions (in one snapshot with what they are used for)."""
        sql = "select revision from articles where revision in (select revision from article_text) order by revision"
        cursor = connection.cursor()
        cursor.row_factory = None
        self.revisions = np.array([row[0] for row in cursor.execute(sql)], np.int64)
        self.ordinals = Ordinals(self.revisions)
        self.count = len(self.revisions)
