"""How often the pages of a source carry each field, and when a field has vanished: the sign of a redesign.

A field that is nearly always there is missed after two pages in a row, one that is there now and then after more: as
many as by the source's own past would come in a row once in eight years (a two-state Markov chain, since pages without
an author come in bunches).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FIELDS = ("read", "title", "published", "origin", "authors", "length")
RARE = 0.03  # of a field and quarter: rows without it that chance alone may bring
_QUARTER = 91.0  # days
_FADE = math.exp(-1 / 200)  # a page
_FEWEST = 6  # pages of the past before a field can be missed
_WATCHED = 0.2  # a field that is there less often is not watched
_RESIGNED = 300  # pages in a row without it, and the field is given up: that is how the site is now
_SHORT = 0.15  # of the usual length: the body is as good as empty


@dataclass(frozen=True, slots=True)
class PageRead:
    """What one page of an article gave: `at` ISO 8601, fields that were there, characters of the body."""

    at: str
    read: bool
    title: bool = False
    published: bool = False
    origin: bool = False
    authors: bool = False
    length: int = 0


@dataclass(slots=True)
class _Rate:
    """One field: how often it was there, how often it was missing twice in a row, and the row it is missing in now."""

    seen: float = 0.0
    present: float = 0.0
    missing_before: float = 0.0
    missing_twice: float = 0.0
    row: int = 0
    since: str | None = None
    missed: bool = False  # on the last page counted

    @property
    def share(self) -> float:
        return (self.present + 0.5) / (self.seen + 1)  # a short past is no certainty

    def longest(self, rare: float) -> int | None:
        """How many pages in a row without the field come with a chance of `rare`; None where it is not watched."""
        missing = 1 - min(0.999, self.share)
        if self.seen < _FEWEST or 1 - missing < _WATCHED:
            return None
        stays = (self.missing_twice + 3 * max(missing, 0.015)) / (self.missing_before + 3)
        more = math.log(min(0.99, rare / missing)) / math.log(min(0.97, max(stays, 0.015)))
        return max(2, 1 + math.ceil(more))

    def gone(self, rare: float) -> bool:
        longest = self.longest(rare)
        return longest is not None and self.row >= longest

    def learn(self, there: bool, at: str, rare: float) -> None:
        """The row that a watched field is missing in is a fault until it ends: only then does it count as a habit."""
        if there:
            if not self.gone(rare):
                for _ in range(self.row):
                    self._count(False)
            self._count(True)
            self.row, self.since = 0, None
        elif not self.row and self.longest(rare) is None:
            self._count(False)
        else:
            self.row, self.since = self.row + 1, self.since or at
            if self.row >= _RESIGNED:
                self.seen, self.present, self.row, self.since = float(_FEWEST), 0.0, 0, None

    def _count(self, there: bool) -> None:
        self.seen = self.seen * _FADE + 1
        self.present = self.present * _FADE + there
        if self.missed:
            self.missing_before = self.missing_before * _FADE + 1
            self.missing_twice = self.missing_twice * _FADE + (not there)
        self.missed = not there


@dataclass(slots=True)
class Fields:
    """The fields of one source's pages."""

    rates: dict[str, _Rate] = field(default_factory=lambda: {name: _Rate() for name in FIELDS})
    length: float = 0.0  # the usual one: mean of the logarithms
    bodies: float = 0.0
    pace: float = 1.0  # days between two pages
    last: str | None = None

    @property
    def rare(self) -> float:
        """The chance of a row of missing fields, at each page, that is taken for chance."""
        return RARE / max(_FEWEST, _QUARTER / max(self.pace, 1e-3))

    def learn(self, page: PageRead) -> None:
        """Take in one page of an article; fields of a page that could not be read at all are not counted."""
        if self.last:
            days = (datetime.fromisoformat(page.at) - datetime.fromisoformat(self.last)).total_seconds() / 86400
            self.pace += (max(0.0, days) - self.pace) / 50
        self.last = page.at
        rare = self.rare
        self.rates["read"].learn(page.read, page.at, rare)
        if not page.read:
            return
        for name in ("title", "published", "origin", "authors"):
            self.rates[name].learn(getattr(page, name), page.at, rare)
        there = self.bodies < _FEWEST or page.length >= _SHORT * math.exp(self.length)
        self.rates["length"].learn(there, page.at, rare)
        if there and page.length:
            self.bodies = min(200.0, self.bodies + 1)
            self.length += (math.log(page.length) - self.length) / self.bodies

    def gone(self) -> dict[str, str]:
        """The fields that have vanished, each with the time of the first page without it."""
        return {name: rate.since or "" for name, rate in self.rates.items() if rate.gone(self.rare)}

    def shares(self) -> dict[str, float]:
        """How often each field was there lately, 0 to 1; {} before any page."""
        return {name: rate.present / rate.seen for name, rate in self.rates.items() if rate.seen}

    def as_json(self) -> dict[str, Any]:
        """Everything learned, to be kept."""
        rates = {
            name: [one.seen, one.present, one.missing_before, one.missing_twice, one.row, one.since, one.missed]
            for name, one in self.rates.items()
        }
        return {"rates": rates, "length": self.length, "bodies": self.bodies, "pace": self.pace, "last": self.last}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Fields:
        """The fields that `as_json` made."""
        rates = {name: _Rate(*kept["rates"][name]) if name in kept["rates"] else _Rate() for name in FIELDS}
        return cls(rates, kept["length"], kept["bodies"], kept["pace"], kept["last"])
