"""When a source should have published: its own rhythm, learned from its runs, and silence measured in it.

A *publication* is a complete run that found something new. What is learned of a source is how many publications a
workday, a weekend day and a holiday bring, how they lie over the hours of the Beijing day, and how regular they are.
Silence is counted in expected publications (for people) and in surprise (db.daily, for the alarm): a night, a weekend
or the Spring Festival adds little to either. It is an alarm when, by the source's own gaps, such a surprise should
come once in two years (FALSE_ALARMS a quarter). Everything is forgotten slowly, so a source that changes its habits is
judged by the new ones after some weeks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import NormalDist
from typing import Any

from db.daily import Daily
from parsers.dates import BEIJING

KINDS = ("workday", "weekend", "holiday")
DayKind = Callable[[date], str]  # one of KINDS
FALSE_ALARMS = 0.12  # a source and quarter that chance alone may bring
_MEMORY = {"workday": 45.0, "weekend": 20.0, "holiday": 20.0}  # days after which the past counts 1/e
_REMEMBERED = 25.0  # publications that are remembered at least: a rare source is remembered for longer
_LIKE = {"weekend": ("workday", 0.4), "holiday": ("weekend", 0.6)}  # what a kind is taken for while it is unknown
_PRIOR_DAYS = 1.5
_FLAT = 6.0  # publications that the hours are guessed even from
_GAPS = 80.0  # gaps after which the past counts 1/e
_PRIOR_GAPS = 2.0
_FEWEST = 8  # publications before silence means anything
_SHORTEST = 14.0  # days watched, likewise: two weekends
_LEAST = 2.5  # surprise below which silence is never an alarm
_WIDEST = 1.15  # of the threshold: a longer gap was an outage, and teaches nothing more about regularity
_PATIENCE, _MOST_PATIENCE = 1.3, 1.5  # after an alarm the next one needs more surprise, for about a quarter
_WEEK = 7.0  # days that "lately" looks back
_ENOUGH = 6.0  # expected publications lately before "few" means anything
_FEW, _FEW_STILL = 4.0, 2.0  # standard deviations below the usual that begin, and end, too few
_LONGEST_LOOK = timedelta(days=14)
_QUARTER = {"workday": 62.0, "weekend": 22.0, "holiday": 7.0}  # days


@dataclass(slots=True)
class Band:
    """The rhythm of one source. `silence` is in expected publications since the last one (`last`)."""

    days: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))
    found: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))
    hours: list[float] = field(default_factory=lambda: [0.0] * 24)
    watched: float = 0.0  # days, by the profile of its hours
    publications: int = 0
    gaps: float = 0.0
    gap_sum: float = 0.0
    gap_squares: float = 0.0
    longest: float = 0.0  # gap, fading over a quarter: what happened once is no alarm the next time
    silence: float = 0.0
    surprise: float = 0.0
    daily: Daily = field(default_factory=Daily)
    lately: float = 0.0  # publications of about a week, older ones fading
    usual: float = 0.0  # those that were expected in the same time
    few_since: datetime | None = None
    looked: datetime | None = None
    last: datetime | None = None

    def learn(self, at: datetime, new: int, kind_of: DayKind) -> None:
        """A complete run that ended at `at` found `new` addresses that were not known."""
        since, self.looked = self.looked, at
        if since is None or at <= since:  # the first run finds the whole list: that is no publication
            self.last = self.last or at
            return
        spans = list(_spans(max(since, at - _LONGEST_LOOK), at))
        weights = [(kind_of(day), hour, share * self._share(hour)) for day, hour, share in spans]
        expected = [self.rate(kind) * weight for kind, _, weight in weights]
        self.silence += sum(expected)
        self._be_surprised(max(since, at - _LONGEST_LOOK), at, bool(new), kind_of)
        fade = math.exp(-(at - since).total_seconds() / 86400 / _WEEK)
        self.lately, self.usual = self.lately * fade + bool(new), self.usual * fade + sum(expected)
        self._forget(weights)
        if new:
            self._publish(weights, expected)
            self.last = at
        self.few_since = (self.few_since or at) if self._is_few() else None

    def _be_surprised(self, since: datetime, at: datetime, new: bool, kind_of: DayKind) -> None:
        """Add the surprise of the time between two looks, day by day; what is new came on the likeliest day."""
        added = {}
        for day, part in self._parts(since.astimezone(BEIJING), at.astimezone(BEIJING)):
            kind = kind_of(day)
            added[day] = self.daily.surprise(day.isoformat(), kind, self.rate(kind), part)
        self.surprise += sum(added.values())
        likeliest = max(added, key=lambda day: added[day])
        for day in added:
            self.daily.enter(day.isoformat(), kind_of(day), self._memory(self.daily.kind or "workday"))
            self.daily.hit = self.daily.hit or (new and day == likeliest)

    def _parts(self, since: datetime, until: datetime) -> Iterator[tuple[date, tuple[float, float]]]:
        """The days between two moments, each with the part of its publications (by its hours) that lies between."""
        for number in range((until.date() - since.date()).days + 1):
            day = since.date() + timedelta(days=number)
            first = self._passed(since) if number == 0 else 0.0
            yield day, (first, self._passed(until) if day == until.date() else 1.0)

    def _passed(self, moment: datetime) -> float:
        """The part of a day's publications that has come by this time of day."""
        whole = sum(self._share(hour) for hour in range(moment.hour))
        return min(1.0, whole + self._share(moment.hour) * (moment.minute / 60 + moment.second / 3600))

    def _forget(self, weights: list[tuple[str, int, float]]) -> None:
        """Time passes: the days watched grow, the past fades."""
        for kind, _, weight in weights:
            fade = math.exp(-weight / self._memory(kind))
            self.days[kind] = self.days[kind] * fade + weight
            self.found[kind] *= fade
            self.watched += weight

    def _publish(self, weights: list[tuple[str, int, float]], expected: list[float]) -> None:
        total = sum(expected) or 1.0
        for (kind, hour, _), part in zip(weights, expected, strict=True):
            self.found[kind] += part / total
            self.hours[hour] += part / total
        if sum(self.hours) > 400:
            self.hours = [value / 2 for value in self.hours]
        if self.ready:
            usual = self._usual_threshold()
            gap = min(self.surprise, _WIDEST * self.threshold())
            fade = math.exp(-1 / _GAPS)
            self.gaps = self.gaps * fade + 1
            self.gap_sum = self.gap_sum * fade + gap
            self.gap_squares = self.gap_squares * fade + gap * gap
            patience = min(_PATIENCE * self.surprise, _MOST_PATIENCE * usual) if self.silent else gap
            self.longest = max(patience, self.longest * math.exp(-1 / max(4.0, self.per_quarter)))
        self.publications += 1
        self.silence = self.surprise = 0.0

    def _memory(self, kind: str) -> float:
        """Days of `kind` after which the past counts 1/e: more for a source whose publications are few."""
        return _MEMORY[kind] * min(4.0, max(1.0, _REMEMBERED / (_MEMORY["workday"] * self.rate("workday"))))

    def rate(self, kind: str) -> float:
        """Publications that a day of `kind` brings."""
        like = _LIKE.get(kind)
        guess = self.rate(like[0]) * like[1] if like else self._mean()
        return max(1e-4, (self.found[kind] + _PRIOR_DAYS * guess) / (self.days[kind] + _PRIOR_DAYS))

    def _mean(self) -> float:
        """Publications a day over everything watched; what a workday is guessed from."""
        return (sum(self.found.values()) + 0.2) / (sum(self.days.values()) + 1.0)

    def _share(self, hour: int) -> float:
        return (self.hours[hour] + _FLAT / 24) / (sum(self.hours) + _FLAT)

    @property
    def ready(self) -> bool:
        """Whether enough was seen for silence to mean anything."""
        return self.publications >= _FEWEST and self.watched >= _SHORTEST

    @property
    def per_quarter(self) -> float:
        """Publications that a quarter should bring."""
        return sum(self.rate(kind) * days for kind, days in _QUARTER.items())

    def threshold(self) -> float:
        """Surprise that is an alarm."""
        return max(self.longest, self._usual_threshold())

    @property
    def alarm_at(self) -> float:
        """Expected publications (those of workdays) without one that are an alarm."""
        mean = self.rate("workday")
        return self.threshold() * mean / self.daily.of_a_day("workday", mean)

    def _usual_threshold(self) -> float:
        """The surprise that should come FALSE_ALARMS times a quarter, by the moments of the gaps."""
        count, mean, variance = self._gap_moments()
        rare = min(0.2, FALSE_ALARMS / max(1.0, self.per_quarter))
        doubt = 1 + 2 / (count + _PRIOR_GAPS)  # few gaps say little about the longest
        return max(_LEAST, _gamma_quantile(mean, variance, 1 - rare) * doubt)

    def _gap_moments(self) -> tuple[float, float, float]:
        """How many gaps are known, their mean and variance (drawn towards those of pure chance, 1 and 1)."""
        count = self.gaps + _PRIOR_GAPS
        mean = (self.gap_sum + _PRIOR_GAPS) / count
        return self.gaps, mean, max(0.02, (self.gap_squares + 2 * _PRIOR_GAPS) / count - mean * mean)

    @property
    def silent(self) -> bool:
        """Whether the silence at the last look is longer than chance explains."""
        return self.ready and self.surprise > self.threshold()

    def _is_few(self) -> bool:
        """Whether it publishes, but far less than it used to (one of its lists may be lost)."""
        if not self.ready or self.usual < _ENOUGH or self.watched < 4 * _WEEK:
            return False
        _, mean, variance = self._gap_moments()
        spread = math.sqrt(self.usual / 2 * min(3.0, max(1.0, variance / (mean * mean))))
        return self.lately < self.usual - (_FEW_STILL if self.few_since else _FEW) * spread

    def expected_next(self, now: datetime, kind_of: DayKind) -> datetime | None:
        """When the next publication is due at an even pace (the whole hour); None while too little is known."""
        if not self.ready:
            return None
        gathered, moment = self.silence, now
        for day, hour, share in _spans(now, now + timedelta(days=60)):
            gathered += self.rate(kind_of(day)) * share * self._share(hour)
            moment += timedelta(hours=share)
            if gathered >= 1:
                break
        return moment

    def as_json(self) -> dict[str, Any]:
        """Everything learned, to be kept."""
        return {
            "days": self.days, "found": self.found, "hours": self.hours, "watched": self.watched,
            "publications": self.publications, "gaps": [self.gaps, self.gap_sum, self.gap_squares, self.longest],
            "silence": self.silence, "surprise": self.surprise, "daily": self.daily.as_json(),
            "lately": [self.lately, self.usual, _text(self.few_since)],
            "looked": _text(self.looked), "last": _text(self.last),
        }  # fmt: skip

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Band:
        """The band that `as_json` made."""
        gaps = kept["gaps"] if "daily" in kept else [0.0] * 4  # older ones were measured otherwise
        lately = kept.get("lately", (0.0, 0.0, None))
        return cls(
            days=dict(kept["days"]),
            found=dict(kept["found"]),
            hours=list(kept["hours"]),
            watched=kept["watched"],
            publications=kept["publications"],
            gaps=gaps[0],
            gap_sum=gaps[1],
            gap_squares=gaps[2],
            longest=gaps[3],
            silence=kept["silence"],
            surprise=kept.get("surprise", 0.0),
            daily=Daily.of(kept["daily"]) if "daily" in kept else Daily(),
            lately=lately[0],
            usual=lately[1],
            few_since=_moment(lately[2]),
            looked=_moment(kept["looked"]),
            last=_moment(kept["last"]),
        )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _gamma_quantile(mean: float, variance: float, share: float) -> float:
    """The `share` quantile of the gamma distribution with these moments (Wilson and Hilferty's approximation)."""
    shape = min(400.0, max(0.35, mean * mean / variance))
    z = NormalDist().inv_cdf(share)
    return float(mean * max(0.0, 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3)


def _spans(since: datetime, until: datetime) -> Iterator[tuple[date, int, float]]:
    """The hours of the Beijing day between two moments: day, hour, and the part of the hour that lies between."""
    moment, end = since.astimezone(BEIJING), until.astimezone(BEIJING)
    while moment < end:
        upto = min(end, moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1))
        yield moment.date(), moment.hour, (upto - moment).total_seconds() / 3600
        moment = upto
