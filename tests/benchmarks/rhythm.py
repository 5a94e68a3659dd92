"""Learned list intervals against fixed ones at an equal number of looks: `python -m tests.benchmarks.rhythm`.

40 lists with 0.2 to 40 articles a day (log-uniform), an office day and quiet weekends; 14 days to learn, 42 scored.
Learned from what a look can see (how many are new since the last look), not from the times of publication.
"""

from __future__ import annotations

import bisect
import datetime
import math
import random
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from db.rhythm import LONGEST, SHORTEST, Rhythm, scale_of
from parsers.dates import BEIJING

START = datetime.datetime(2026, 3, 2, tzinfo=BEIJING)  # a Monday
LISTS, DAYS, LEARN = 40, 56, 14
_DAY = [0.1] * 7 + [1, 3, 4, 3, 2, 1, 1, 2, 3, 3, 2, 1, 0.6, 0.5, 0.4, 0.3, 0.2]
_WEEK = [1.2, 1.2, 1.2, 1.2, 1.2, 0.5, 0.5]


@dataclass(slots=True)
class List:
    """One list: when it publishes, and what was learned of it."""

    events: list[datetime.datetime]
    rhythm: Rhythm = field(default_factory=Rhythm)
    looked: datetime.datetime = START
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Delays in minutes, and looks per list and day, of the scored days."""

    mean: float
    ninetieth: float
    looks: float


def lists(seed: int) -> list[List]:
    """The lists with their publications."""
    draw = random.Random(seed)
    rates = [math.exp(draw.uniform(math.log(0.2), math.log(40))) for _ in range(LISTS)]
    return [List(_events(rate, random.Random(seed * 1000 + number))) for number, rate in enumerate(rates)]


def _events(rate: float, draw: random.Random) -> list[datetime.datetime]:
    found = []
    total = sum(_DAY)
    for day in range(DAYS):
        for hour, weight in enumerate(_DAY):
            mean, count, product = rate * weight / total * _WEEK[day % 7], 0, draw.random()
            while product > math.exp(-mean):
                count, product = count + 1, product * draw.random()
            found += [START + datetime.timedelta(days=day, hours=hour + draw.random()) for _ in range(count)]
    return sorted(found)


Policy = Callable[[List, datetime.datetime, float], datetime.timedelta]


def fixed(every: datetime.timedelta) -> Policy:
    """Always the same interval."""
    return lambda _one, _now, _scale: every


def learned(every: datetime.timedelta) -> Policy:
    """What the product does with a source of `every`."""
    return lambda one, now, scale: max(one.rhythm.wait(now, scale, LONGEST * every), SHORTEST * every)


def run(policy: Policy, every: datetime.timedelta, seed: int) -> Outcome:
    """Play all lists in the order of time; the scale follows what is learned, as in the product."""
    all_lists, scored, end = lists(seed), START + datetime.timedelta(days=LEARN), START + datetime.timedelta(days=DAYS)
    due = sorted((START, number) for number in range(LISTS))
    delays: list[float] = []
    looks, scale, rescaled = 0, 1.0, START - every
    while due:
        now, number = due.pop(0)
        one = all_lists[number]
        upto = bisect.bisect_right(one.events, now, one.seen)
        if now > scored:
            looks += 1
            delays += [(now - at).total_seconds() / 60 for at in one.events[one.seen : upto] if at > scored]
        if now > one.looked:
            one.rhythm.learn(one.looked, now, upto - one.seen)
        one.seen, one.looked = upto, now
        if now - rescaled >= datetime.timedelta(hours=6):
            scale, rescaled = scale_of([(each.rhythm, every) for each in all_lists]), now
        following = now + policy(one, now, scale)
        if following < end:
            bisect.insort(due, (following, number))
    nine = statistics.quantiles(delays, n=10)[-1]
    return Outcome(statistics.fmean(delays), nine, looks / (LISTS * (DAYS - LEARN)))


def at_equal_budget(every: datetime.timedelta, seed: int) -> tuple[Outcome, Outcome]:
    """The learned policy, and the fixed one with as many looks."""
    ours = run(learned(every), every, seed)
    return ours, run(fixed(datetime.timedelta(days=1) / ours.looks), every, seed)


def main() -> None:
    """A line per interval and seed."""
    for hours in (1, 2):
        for seed in (3, 4, 5):
            ours, theirs = at_equal_budget(datetime.timedelta(hours=hours), seed)
            sys.stdout.write(
                f"every {hours} h, seed {seed}: learned {ours.mean:.1f} min (p90 {ours.ninetieth:.0f},"
                f" {ours.looks:.1f} looks a day), fixed {theirs.mean:.1f} min (p90 {theirs.ninetieth:.0f},"
                f" {theirs.looks:.1f}); ratio {ours.mean / theirs.mean:.2f}\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
