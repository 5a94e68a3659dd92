"""The counts of a result's facets, kept by question and corrected by what came into the result and what left it.

A row of facet codes never changes as long as its facet's edition is the same, so the counts of a result that has moved
are the counts before, less those of what left, more those of what came. Counting a large result costs a millisecond or
two; correcting it costs as much as the change is large.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from db.retrieval.facets import Facet, Ordinals
from db.retrieval.kept import bitmap_bytes
from db.retrieval.stories import array_of

_MOST_MOVED = 2_000  # articles; of more than these counting anew costs hardly more
_PER_VALUE = 200  # bytes of a listed value, about


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of each code of a facet, as of an edition of its rows."""

    edition: int
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Listed:
    """What was made of counts (and of names); the same as long as those are."""

    counts: NDArray[np.int64]
    names: object
    values: tuple[Any, ...]


class Tally:
    """The counts of one question's result. Its owner holds a lock."""

    def __init__(self) -> None:
        self.found = BitMap()
        self.listed: dict[Hashable, Listed] = {}
        self._counted: dict[str, Counted] = {}
        self._array: Ordinals | None = None

    def follow(self, facets: dict[str, Facet], found: BitMap) -> None:
        """Count `found` from now on."""
        came, went = found - self.found, self.found - found
        if not came and not went:
            return
        self.found, self._array = found, None
        if len(came) + len(went) > _MOST_MOVED:
            self._counted.clear()
        for name, known in self._counted.items():
            if known.edition == facets[name].edition:
                self._counted[name] = Counted(known.edition, _moved(facets[name], known.counts, came, went))

    def counts(self, facet: Facet) -> NDArray[np.int64]:
        """How many of the result each code of `facet` has; the same array as before where nothing changed."""
        known = self._counted.get(facet.name)
        if known is None or known.edition != facet.edition:
            if self._array is None:
                self._array = array_of(self.found)
            known = Counted(facet.edition, facet.counts(self.found, self._array))
        if len(known.counts) < len(facet.values):  # new values, which nothing found has
            known = Counted(known.edition, _widened(known.counts, len(facet.values)))
        self._counted[facet.name] = known
        return known.counts

    def settle(self) -> None:
        """Let go of what only this question needed."""
        self._array = None

    @property
    def size(self) -> int:
        """Bytes held, about."""
        counted = sum(one.counts.nbytes for one in self._counted.values())
        return bitmap_bytes(self.found) + counted + _PER_VALUE * sum(len(one.values) for one in self.listed.values())


def _moved(facet: Facet, counts: NDArray[np.int64], came: BitMap, went: BitMap) -> NDArray[np.int64]:
    moved = _widened(counts, len(facet.values)).copy()
    if came:
        moved += facet.counts(came, array_of(came))
    if went:
        moved -= facet.counts(went, array_of(went))
    return moved


def _widened(counts: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    return np.concatenate([counts, np.zeros(count - len(counts), counts.dtype)]) if len(counts) < count else counts
