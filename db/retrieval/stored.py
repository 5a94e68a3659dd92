"""Hits and term counts of the most frequent words as the archive keeps them: what costs the index most is read ready.

`db.frequent_words` writes them. A word's hits are places in one stored order of revisions (`frequent_words_order`),
true as of change `seen`; what was recorded later is tested by its text when a word is loaded. A text that leaves
the archive empties both tables (triggers), so what is there never names a text that is gone.
"""

from __future__ import annotations

import sqlite3
import zlib

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from db.retrieval.facets import Ordinals
from db.retrieval.kept import bitmap_of
from db.retrieval.state import State, rows_of
from db.retrieval.stories import array_of
from db.retrieval.words import RecentTexts, WordHits, counted_in
from parsers.query import Word

MOST_NEW = 800  # more texts than these recorded since: ask the index
_LEVEL = 1  # of compression: counts are small numbers and shrink to a third at once


def packed_counts(counts: NDArray[np.uint16]) -> bytes:
    """Term counts as stored: one byte each where all fit."""
    small = not len(counts) or counts.max() < 256
    return zlib.compress(counts.astype(np.uint8 if small else "<u2").tobytes(), _LEVEL)


def _unpacked_counts(block: bytes, count: int) -> NDArray[np.uint16]:
    found = zlib.decompress(block)
    return np.frombuffer(found, np.uint8 if len(found) == count else "<u2").astype(np.uint16)


def packed_order(revisions: NDArray[np.int64]) -> bytes:
    """Revisions in order of their places, as stored."""
    return zlib.compress(np.diff(revisions, prepend=0).astype("<i4").tobytes(), _LEVEL)


def _unpacked_order(block: bytes) -> NDArray[np.int64]:
    return np.cumsum(np.frombuffer(zlib.decompress(block), "<i4"), dtype=np.int64)


class StoredWords:
    """The stored words of one archive, in the ordinals of one `State`. Its owner holds a lock."""

    def __init__(self) -> None:
        self._there: bool | None = None  # whether the archive has the table: one of an older version has none
        self._seen = -1
        self._ordinals: Ordinals | None = None  # of each stored place; None where they are the same numbers
        self._new: tuple[int, list[int]] = (-1, [])  # how many ordinals there were, those recorded since `_seen`

    def find(self, connection: sqlite3.Connection, state: State, word: Word, recent: RecentTexts) -> WordHits | None:
        """The hits of a word with its term counts, up to date; None when the index must be asked."""
        if self._there is None:
            self._there = _has_table(connection)
        if word.column or not self._there:
            return None
        row = rows_of(
            connection, "select seen, hits, counts from frequent_words where word = ?", [word.text]
        ).fetchone()
        if row is None:
            return None
        seen, hits, counts = row
        if seen != self._seen:
            self._read_order(connection, state, seen)
        new = self._recorded_since(state)
        if len(new) > MOST_NEW:
            return None
        found = BitMap.deserialize(hits)
        known = self._placed(found, _unpacked_counts(counts, len(found)), state.count)
        return _with_new(connection, state, word, known, new, recent) if new else known

    def _read_order(self, connection: sqlite3.Connection, state: State, seen: int) -> None:
        sql = "select revisions from frequent_words_order where seen = ?"
        ordinals = state.known(_unpacked_order(rows_of(connection, sql, [seen]).fetchone()[0]))
        same = not len(ordinals) or (int(ordinals[-1]) == len(ordinals) - 1 and bool((np.diff(ordinals) == 1).all()))
        self._ordinals = None if same else ordinals
        self._seen, self._new = seen, (-1, [])

    def _recorded_since(self, state: State) -> list[int]:
        """The ordinals recorded after `_seen`, ascending."""
        if self._new[0] != state.count:
            since = np.nonzero(state.recorded_from.values > self._seen)[0]
            self._new = (state.count, [int(ordinal) for ordinal in since])
        return self._new[1]

    def _placed(self, places: BitMap, counts: NDArray[np.uint16], count: int) -> WordHits:
        if self._ordinals is None:
            return WordHits(places, count, counts)
        ordinals = self._ordinals[array_of(places)]
        if (np.diff(ordinals.astype(np.int64)) < 0).any():  # written by an engine that late articles had joined
            order = np.argsort(ordinals, kind="stable")
            ordinals, counts = ordinals[order], counts[order]
        return WordHits(bitmap_of(ordinals), count, counts)


def _with_new(
    connection: sqlite3.Connection, state: State, word: Word, known: WordHits, new: list[int], recent: RecentTexts
) -> WordHits:
    """The hits with those among the new ordinals, which may lie between the old ones."""
    assert known.counts is not None
    found = [(ordinal, count) for ordinal in new if (count := counted_in(connection, state, word, ordinal, recent))]
    if not found:
        return known
    ordinals = np.array([ordinal for ordinal, _ in found], np.uint32)
    at = np.searchsorted(array_of(known.hits), ordinals)
    known.counts = np.insert(known.counts, at, np.array([count for _, count in found], np.uint16))
    known.hits |= bitmap_of(ordinals)
    return known


def _has_table(connection: sqlite3.Connection) -> bool:
    """An archive of an older version, opened for reading only, has none."""
    return rows_of(connection, "select 1 from sqlite_master where name = 'frequent_words'").fetchone() is not None
