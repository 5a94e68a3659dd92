"""The values of a facet: a bitmap per value for large results, rows of codes for small ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from db.retrieval.kept import bitmap_bytes, bitmap_of

Ordinals = NDArray[np.uint32]

_NONE = 0  # the code that stands for no value
_PER_BITMAP = 1.2  # microseconds to count one value by its bitmap, and
_PER_CODE = 0.003  # to count one code of a row: where the first costs less, bitmaps are taken


class Facet:
    """Values of one facet over dense ordinals. `mapped` facets (few values) keep a bitmap per value."""

    def __init__(self, name: str, mapped: bool = True) -> None:
        self.name = name
        self.mapped = mapped
        self.values: list[str] = [""]
        self.codes: dict[str, int] = {}
        self.members: list[BitMap] = [BitMap()]
        self.rows: NDArray[Any] = np.zeros((0, 1), np.uint16)
        self.edition = 0  # a row that was there has changed: what was counted of it is wrong
        self._filled = 0

    def code(self, value: str) -> int:
        """The code of `value`, a new one for a new value."""
        found = self.codes.get(value)
        if found is None:
            found = self.codes[value] = len(self.values)
            self.values.append(value)
            if self.mapped:
                self.members.append(BitMap())
            if found == 1 << 16:
                self.rows = self.rows.astype(np.uint32)
        return found

    def fill(self, count: int, groups: Iterable[tuple[str, Ordinals]]) -> None:
        """Take in the first `count` ordinals: each value with its ordinals, each ordinal once a value."""
        self.rows = np.zeros((count, 1), np.uint16)
        self._filled = count
        filled = np.zeros(count, np.uint8)
        for value, ordinals in groups:
            code = self.code(value)
            place = filled[ordinals]
            self._widen(int(place.max(initial=0)) + 1)
            self.rows[ordinals, place] = code
            filled[ordinals] = place + 1
            if self.mapped:
                self.members[code] = bitmap_of(ordinals)

    def fill_codes(self, codes: NDArray[np.int64]) -> None:
        """Take in one code an ordinal (made by `code`)."""
        self.rows = codes.astype(np.uint16 if len(self.values) < 1 << 16 else np.uint32).reshape(-1, 1)
        self._filled = len(codes)
        if not self.mapped:
            return
        order = np.argsort(codes, kind="stable")
        edges = np.searchsorted(codes[order], np.arange(len(self.values) + 1))
        for code in range(1, len(self.values)):
            self.members[code] = bitmap_of(order[edges[code] : edges[code + 1]])

    def set(self, ordinal: int, values: Iterable[str]) -> None:
        """The values of one ordinal from now on."""
        codes = [self.code(value) for value in values]
        self._grow(ordinal + 1)
        self._widen(len(codes))
        before = self.rows[ordinal].tolist()
        if ordinal < self._filled and set(before) - {_NONE} != set(codes):
            self.edition += 1
        self._filled = max(self._filled, ordinal + 1)
        if self.mapped:
            for old in before:
                self.members[old].discard(ordinal)
            for code in codes:
                self.members[code].add(ordinal)
        self.rows[ordinal] = codes + [_NONE] * (self.rows.shape[1] - len(codes))

    def _grow(self, count: int) -> None:
        have, width = self.rows.shape
        if count > have:
            larger = np.zeros((max(count, have + have // 8 + 64), width), self.rows.dtype)
            larger[:have] = self.rows
            self.rows = larger

    def _widen(self, width: int) -> None:
        if width > self.rows.shape[1]:
            self.rows = np.pad(self.rows, ((0, 0), (0, width - self.rows.shape[1])))

    def of(self, value: str) -> BitMap:
        """The ordinals that have `value` (not to be changed)."""
        code = self.codes.get(value)
        if code is None:
            return BitMap()
        if self.mapped:
            return self.members[code]
        return bitmap_of(np.nonzero((self.rows == code).any(1))[0])

    def counts(self, bitmap: BitMap, array: Ordinals) -> NDArray[np.int64]:
        """How many ordinals of a result (the same as bitmap and as array) each code has."""
        if self.mapped and len(self.values) * _PER_BITMAP < array.size * self.rows.shape[1] * _PER_CODE:
            found = np.fromiter((bitmap.intersection_cardinality(one) for one in self.members), np.int64)
        else:
            found = np.bincount(self.rows.take(array, 0).ravel(), minlength=len(self.values))
        found[_NONE] = 0
        return found

    def named(self, counts: NDArray[np.int64], codes: NDArray[np.int64]) -> dict[str, int]:
        """The counts of some codes by their values, those without any left out."""
        counted = counts.take(codes)
        if np.count_nonzero(counted) < len(counted):
            codes, counted = codes[counted > 0], counted[counted > 0]
        return dict(zip(map(self.values.__getitem__, codes.tolist()), counted.tolist(), strict=True))

    @property
    def size(self) -> int:
        """Bytes held, about."""
        return self.rows.nbytes + sum(map(bitmap_bytes, self.members)) + 150 * len(self.values)
