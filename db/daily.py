"""Whether a day brings anything at all, and how surprising it is that it has not yet: the measure of silence.

Surprise is −log of the chance that a source which is well shows nothing for so long; it adds up over days, and grows
by 1 on the way to a publication whatever the source's habit is. A paper that misses two mornings is far more
surprising than an office that is two expected notices late, which the number of expected publications cannot tell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

_PRIOR_DAYS = 1.5  # days that the guess from the mean weighs


@dataclass(slots=True)
class Daily:
    """Days seen and days with a publication, by kind of day, the past fading; and the day that goes on."""

    days: dict[str, float] = field(default_factory=dict)
    hits: dict[str, float] = field(default_factory=dict)
    today: str = ""  # ISO 8601
    kind: str = ""
    hit: bool = False

    def enter(self, day: str, kind: str, memory: float) -> None:
        """Time has come to `day`; the one before is counted, the past fades by a day in `memory` days."""
        if day == self.today:
            return
        if self.today:
            fade = math.exp(-1 / memory)
            self.days[self.kind] = self.days.get(self.kind, 0.0) * fade + 1
            self.hits[self.kind] = self.hits.get(self.kind, 0.0) * fade + self.hit
        self.today, self.kind, self.hit = day, kind, False

    def chance(self, kind: str, mean: float) -> float:
        """The chance that a day of `kind` brings something; `mean` publications a day are what it is guessed from."""
        days = self.days.get(kind, 0.0)
        random = -math.expm1(-mean)
        likely = (self.hits.get(kind, 0.0) + _PRIOR_DAYS * random) / (days + _PRIOR_DAYS)
        likely = min(likely, 1 - 0.5 / (days + 1))  # a short past is no certainty
        spread = math.sqrt(likely * (1 - likely) / (days + 1))
        return likely if likely - spread > random else random  # regular only where that is no accident

    def surprise(self, day: str, kind: str, mean: float, part: tuple[float, float]) -> float:
        """What silence from one `part` of the day's publications to another adds (shares of 0 to 1)."""
        since, until = part
        chance = self.chance(kind, mean)
        if day == self.today and self.hit:  # it may publish once a day, or more often
            return min(mean, 2 * max(0.0, mean - chance) / chance) * (until - since)
        return _so_far(chance, mean, until) - _so_far(chance, mean, since)

    def of_a_day(self, kind: str, mean: float) -> float:
        """The surprise of a whole day of `kind` without anything."""
        return _so_far(self.chance(kind, mean), mean, 1.0)

    def as_json(self) -> dict[str, Any]:
        """Everything learned, to be kept."""
        return {"days": self.days, "hits": self.hits, "today": [self.today, self.kind, self.hit]}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Daily:
        """What `as_json` made."""
        return cls(dict(kept["days"]), dict(kept["hits"]), *kept["today"])


def _so_far(chance: float, mean: float, share: float) -> float:
    """The surprise of a day without anything up to `share` of it: one publication at most, or many at random."""
    if chance <= -math.expm1(-mean):
        return mean * share
    return max(-math.log1p(-chance * share), mean * share)
