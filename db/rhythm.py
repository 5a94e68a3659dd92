"""When a list page is looked at next: learned from when it brought something new, at an unchanged total budget.

A list that publishes r articles an hour is best looked at √r as often as the others: that is the split of a fixed
number of looks over lists, and over the hours of one list, with the least mean delay from publication to discovery
(Lagrange: delay ∝ Σ r/f at Σ f fixed gives f ∝ √r). What is learned of a source is 48 numbers: hours watched and
articles found by hour of the Beijing day, apart for Monday to Friday and the weekend.
"""

from __future__ import annotations

import datetime
import math
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from db.connection import transaction
from parsers.dates import BEIJING

SLOTS = 48  # hour of day, + 24 on Saturday and Sunday
LEAST_EVERY = datetime.timedelta(minutes=5)  # a source that asks for less is a demonstration: its wish is law
SHORTEST, LONGEST = 1 / 8, 4.0  # of the interval in the source file
MEMORY = 60 * 24.0  # hours watched after which the past counts half as much
_PRIOR = 24.0  # hours of the mean rate that each guess starts from
_SLOWEST = 1e-4  # articles an hour; a list that never brought anything is still looked at


@dataclass(slots=True)
class Rhythm:
    """What is known of one list: hours watched and articles found in each slot."""

    hours: list[float] = field(default_factory=lambda: [0.0] * SLOTS)
    found: list[float] = field(default_factory=lambda: [0.0] * SLOTS)

    def learn(self, since: datetime.datetime, until: datetime.datetime, new: int) -> None:
        """`new` articles appeared somewhere between two looks: they are spread over the slots between, evenly in time
        where nothing is known yet, by what is known of the slots later.
        """
        spans = list(_spans(since, until))
        weights = [hours * self.rate(slot) for slot, hours in spans]
        total = sum(weights)
        for (slot, hours), weight in zip(spans, weights, strict=True):
            self.hours[slot] += hours
            if total:
                self.found[slot] += new * weight / total
        if sum(self.hours) > 2 * MEMORY:
            self.hours = [value / 2 for value in self.hours]
            self.found = [value / 2 for value in self.found]

    def mean(self) -> float:
        """Articles an hour over everything watched."""
        return (sum(self.found) + 0.5) / (sum(self.hours) + _PRIOR)

    def rate(self, slot: int) -> float:
        """Articles an hour in `slot`: the hour's own share, drawn towards the mean while little is known."""
        mean = self.mean()
        twin = (slot + 24) % SLOTS  # the same hour on the other kind of day
        both = self.hours[slot] + self.hours[twin]
        hour = (self.found[slot] + self.found[twin] + 2 * mean) / (both + 2)
        return max(_SLOWEST, hour * min(2.0, max(0.2, self._kind(slot, mean))))

    def _kind(self, slot: int, mean: float) -> float:
        """How the slot's kind of day (workday, weekend) compares with all days."""
        first = 0 if slot < 24 else 24
        hours, found = sum(self.hours[first : first + 24]), sum(self.found[first : first + 24])
        return (found + _PRIOR * mean) / (hours + _PRIOR) / mean

    def mean_root(self) -> float:
        """The mean over a week of √rate: what one look an hour would be worth."""
        roots = [math.sqrt(self.rate(slot)) for slot in range(SLOTS)]
        return (5 * sum(roots[:24]) + 2 * sum(roots[24:])) / (7 * 24)

    def wait(self, now: datetime.datetime, scale: float, most: datetime.timedelta) -> datetime.timedelta:
        """The time until ∫√rate dt reaches `scale`, at most `most`."""
        gathered, moment, end = 0.0, now, now + most
        while moment < end:
            slot, upto = _slot(moment)
            step = min((upto - moment).total_seconds() / 3600, (scale - gathered) / math.sqrt(self.rate(slot)))
            gathered += step * math.sqrt(self.rate(slot))
            moment += datetime.timedelta(hours=step)
            if gathered >= scale - 1e-9:
                break
        return min(moment, end) - now


def scale_of(lists: Iterable[tuple[Rhythm, datetime.timedelta]]) -> float:
    """The ∫√rate between two looks at which all `lists` together are looked at as often as their intervals say."""
    worth = looks = 0.0
    for rhythm, every in lists:
        worth += rhythm.mean_root()
        looks += datetime.timedelta(hours=1) / every
    return worth / looks if looks else 1.0


def record(
    connection: sqlite3.Connection, source: str, every: datetime.timedelta, now: datetime.datetime, new: int
) -> datetime.timedelta:
    """Learn that a look at `now` found `new` articles; the time until the next look."""
    if every < LEAST_EVERY:
        return every
    with transaction(connection):
        row = connection.execute("select looked from list_rhythm where source = ?", [source]).fetchone()
        rhythm = _load(connection, source)
        if row is not None:
            since = datetime.datetime.fromisoformat(row[0])
            if since < now <= since + datetime.timedelta(days=3):  # a longer pause says nothing about hours
                rhythm.learn(since, now, new)
        _save(connection, source, rhythm, every, now)
        scale = scale_of(_everyone(connection))
    wait = rhythm.wait(now, scale, LONGEST * every)
    return max(wait, SHORTEST * every)


def _everyone(connection: sqlite3.Connection) -> list[tuple[Rhythm, datetime.timedelta]]:
    rows = connection.execute("select source, every from list_rhythm").fetchall()
    return [(_load(connection, row[0]), datetime.timedelta(seconds=row[1])) for row in rows]


def _load(connection: sqlite3.Connection, source: str) -> Rhythm:
    rhythm = Rhythm()
    for slot, hours, found in connection.execute(
        "select slot, hours, found from list_rhythm_slot where source = ?", [source]
    ):
        rhythm.hours[slot], rhythm.found[slot] = hours, found
    return rhythm


def _save(
    connection: sqlite3.Connection, source: str, rhythm: Rhythm, every: datetime.timedelta, now: datetime.datetime
) -> None:
    connection.execute(
        "insert or replace into list_rhythm(source, every, looked) values (?, ?, ?)",
        [source, every.total_seconds(), now.astimezone(datetime.UTC).isoformat()],
    )
    connection.executemany(
        "insert or replace into list_rhythm_slot(source, slot, hours, found) values (?, ?, ?, ?)",
        [(source, slot, rhythm.hours[slot], rhythm.found[slot]) for slot in range(SLOTS)],
    )


def _slot(moment: datetime.datetime) -> tuple[int, datetime.datetime]:
    """The slot of a moment and the moment when it ends."""
    local = moment.astimezone(BEIJING)
    upto = local.replace(minute=0, second=0, microsecond=0) + datetime.timedelta(hours=1)
    return local.hour + (24 if local.weekday() >= 5 else 0), upto


def _spans(since: datetime.datetime, until: datetime.datetime) -> Iterable[tuple[int, float]]:
    """The slots between two moments with the hours that lie in each."""
    moment = since
    while moment < until:
        slot, upto = _slot(moment)
        end = min(upto, until)
        yield slot, (end - moment).total_seconds() / 3600
        moment = end
