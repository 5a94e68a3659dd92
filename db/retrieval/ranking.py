"""The order of results: newest, oldest, or by BM25; a page of them after a cursor."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from db.errors import WrongCursor
from db.retrieval.facets import Ordinals
from db.retrieval.state import State
from db.retrieval.stories import array_of
from db.retrieval.words import WordHits, idf

Scores = NDArray[np.float32]

_BEYOND = 1 << 32  # no revision is so large: they are kept in bitmaps of 32 bits


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last result of a page: the next one begins after it. `score` is 0 unless ordered by relevance."""

    order: str
    revision: int
    score: float = 0.0

    def text(self) -> str:
        """The cursor as it stands in an address."""
        packed = json.dumps([self.order, self.revision, self.score], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read_cursor(text: str, order: str) -> Cursor:
    """The cursor that `Cursor.text` wrote. Raises WrongCursor for anything else, and for one of another order."""
    try:
        kind, revision, score = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        cursor = Cursor(str(kind), int(revision), float(score))
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise WrongCursor("翻页标记读不懂，请从第一页重新翻起") from error
    if not (0 <= cursor.revision < _BEYOND and math.isfinite(cursor.score)):
        raise WrongCursor("翻页标记读不懂，请从第一页重新翻起")
    if cursor.order != order:
        raise WrongCursor("翻页标记属于另一种排序，请从第一页重新翻起")
    return cursor


def by_day(state: State, found: BitMap, count: int, descending: bool, after: int | None = None) -> list[int]:
    """The first `count` ordinals in order of revision (day, then arrival), beyond revision `after`."""
    sorted_part = state.revision.values[: state.sorted_count]
    late = array_of(found & BitMap(range(state.sorted_count, state.count)))
    limit = len(sorted_part) if descending else 0
    if after is not None:
        limit = int(np.searchsorted(sorted_part, after, "left" if descending else "right"))
    early = _tail(found, limit, count) if descending else _head(found, limit, state.sorted_count, count)
    chosen = np.concatenate([early, _beyond(state, late, descending, after)])
    revisions = state.revision.values[chosen]
    order = np.argsort(-revisions if descending else revisions, kind="stable")[:count]
    return [int(ordinal) for ordinal in chosen[order]]


def _tail(found: BitMap, limit: int, count: int) -> Ordinals:
    end = found.rank(limit - 1) if limit else 0
    return array_of(found[max(0, end - count) : end])


def _head(found: BitMap, limit: int, until: int, count: int) -> Ordinals:
    start = found.rank(limit - 1) if limit else 0
    end = found.rank(until - 1) if until else 0
    return array_of(found[start : min(end, start + count)])


def _beyond(state: State, late: Ordinals, descending: bool, after: int | None) -> Ordinals:
    if after is None:
        return late
    revisions = state.revision.values[late]
    return late[revisions < after if descending else revisions > after]


def bm25(state: State, found: Ordinals, words: Sequence[WordHits], scratch: Scores) -> Scores:
    """The sum of the words' BM25 scores (k1 1.2, b .75, lengths in characters) for the ordinals `found`.

    `scratch` is as long as the state and zero, before and after.
    """
    total = np.zeros(len(found), np.float32)
    for word in words:
        hits, scores = array_of(word.hits), _scores(state, word)
        if len(hits) == len(found) and np.array_equal(hits, found):
            total += scores
        else:
            scratch[hits] = scores
            total += scratch[found]
            scratch[hits] = 0
    return total


def _scores(state: State, word: WordHits) -> Scores:
    """The scores of a word's hits, kept until the archive grows."""
    if word.scores is None or word.scored != state.count:
        counts = (np.ones(len(word.hits), np.uint16) if word.counts is None else word.counts).astype(np.float32)
        weight = np.float32(2.2 * idf(state.count, len(word.hits)))
        word.scores = weight * counts / (counts + state.length.values[array_of(word.hits)])
        word.scored = state.count
    return word.scores


def by_score(
    state: State, found: Ordinals, scores: Scores, count: int, after: Cursor | None = None
) -> list[tuple[int, float]]:
    """The first `count` (ordinal, score) by score, then newest, beyond `after`."""
    if after is not None:
        mark, revisions = np.float32(after.score), state.revision.values[found]
        beyond = (scores < mark) | ((scores == mark) & (revisions < after.revision))
        found, scores = found[beyond], scores[beyond]
    if len(found) > count * _BLOCK:
        best = np.nonzero(scores >= _least(scores, count))[0]
        found, scores = found[best], scores[best]
    order = np.lexsort((-state.revision.values[found], -scores))[:count]
    return [(int(found[i]), float(scores[i])) for i in order]


_BLOCK = 64


def _least(scores: Scores, count: int) -> np.float32:
    """A score that at least `count` reach, and few more: the `count`-th of the maxima of blocks."""
    whole = len(scores) // _BLOCK
    maxima = scores[: whole * _BLOCK].reshape(whole, _BLOCK).max(axis=1)
    return np.float32(np.partition(maxima, whole - count)[whole - count])
