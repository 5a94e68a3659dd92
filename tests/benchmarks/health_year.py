"""Twelve simulated months of sources with the Chinese calendar, and what the health check says of them.

Run it: python -m tests.benchmarks.health_year [sources [first seed]]. Sources of seven habits (an e-paper, portals,
bureaus, small offices, a weekly, a rare one) publish on workdays, weekends and holidays of 2026 as such sources do;
runs look every one or two hours, one in 150 fails by accident. Each source breaks four times: its list freezes
(silent), its pages lose fields (redesign), a list page in the middle comes empty (incomplete), it answers no more
(failed). Each fault ends two days after it is noticed. Measured: alarms outside faults, and the delay of each alarm.

One expected publication of a source is the stretch of its own active time in which, over the unbroken year, a look at
it brought something new in 99 of 100 cases (its own rhythm: some hours for a portal, two workdays for a bureau, weeks
for a rare one); the plain number of sessions that should have come is printed beside it, and how many came. Seeds from
100 on were tuned with; SEEDS and those from 9001 on were looked at between two changes, those from 11001 on never.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from db.field_rates import PageRead
from db.troubles import Memory, RunEnd
from parsers.dates import BEIJING
from scheduler.calendar import WorkCalendar

SEEDS = tuple(range(7001, 7041))
FIRST, DAYS = date(2025, 12, 1), 365
_CALENDAR = WorkCalendar()
_ACCIDENT = 1 / 150
_LONGER = 150  # days beyond the year in which a fault that lasts may still be found
_REPAIR = timedelta(days=2)
FAULTS = ("silent", "fields", "incomplete", "failed")


@dataclass(frozen=True)
class Habit:
    """How a kind of source publishes: sessions a day by kind of day, its hours, articles a session."""

    name: str
    per_day: dict[str, float]
    hours: tuple[int, ...]
    most_a_day: int  # 1: a session a day at most, by chance of that number
    articles: float
    every: int  # hours between two runs
    weekday: int | None = None


HABITS = (
    Habit("epaper", {"workday": 0.99, "weekend": 0.95, "holiday": 0.7}, (6, 7), 1, 30, 2),
    Habit("portal", {"workday": 11, "weekend": 6, "holiday": 4}, tuple(range(7, 22)), 99, 3, 1),
    Habit("city portal", {"workday": 5, "weekend": 1.2, "holiday": 0.6}, tuple(range(8, 19)), 99, 2, 2),
    Habit("bureau", {"workday": 0.9, "weekend": 0.06, "holiday": 0.02}, (9, 10, 11, 15, 16, 17), 1, 3, 2),
    Habit("office", {"workday": 0.45, "weekend": 0.03, "holiday": 0.01}, (9, 10, 15, 16), 1, 1.3, 2),
    Habit("weekly", {"workday": 0.95, "weekend": 0.1, "holiday": 0.02}, (10, 15), 1, 4, 2, weekday=4),
    Habit("rare", {"workday": 0.09, "weekend": 0.01, "holiday": 0.005}, (9, 16), 1, 1, 2),
)


@dataclass
class Outcome:
    """What became of one source's year."""

    habit: str
    false: Counter[int] = field(default_factory=Counter)  # quarter → alarms outside faults
    kinds: Counter[str] = field(default_factory=Counter)
    delays: dict[str, float] = field(default_factory=dict)  # fault → expected publications until it was noticed
    plain: dict[str, float] = field(default_factory=dict)  # likewise, plainly counted
    hours: dict[str, float] = field(default_factory=dict)
    came: dict[str, int] = field(default_factory=dict)  # likewise, publications of the site until then
    missed: list[str] = field(default_factory=list)


class Source:
    """One simulated source: its sessions over the year, and the true expectation of them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.habit = HABITS[seed % len(HABITS)]
        self.scale = self.chance.uniform(0.8, 1.25)
        self.drift = self.chance.choice((1.0, 1.0, 0.7, 1.5))  # a new editor in the middle of the year
        self.changes = self.chance.randrange(120, 240)
        self.fill = {"title": 1.0, "published": 0.995, "origin": self.chance.choice((0.98, 0.7)), "authors": 0.6}
        self.sessions = sorted(self._sessions())

    def expected(self, day: date) -> float:
        """Sessions that `day` should bring."""
        kind = str(_CALENDAR.kind(day))
        if self.habit.weekday is not None and kind == "workday" and day.weekday() != self.habit.weekday:
            kind = "holiday"
        value = self.habit.per_day[kind] * self.scale
        value *= self.drift if (day - FIRST).days >= self.changes else 1.0
        return min(0.995, value) if self.habit.most_a_day == 1 else value

    def _sessions(self) -> Iterator[datetime]:
        mood = 1.0
        for number in range(DAYS + _LONGER):
            day = FIRST + timedelta(days=number)
            mood = 0.6 * mood + 0.4 * self.chance.gammavariate(6, 1 / 6)
            expected = self.expected(day)
            if self.habit.most_a_day == 1:
                count = int(self.chance.random() < expected)
            else:
                count = _poisson(self.chance, expected * mood)
            for _ in range(count):
                yield self.moment(day)

    def moment(self, day: date) -> datetime:
        """A time of `day` at which it publishes."""
        at = datetime(day.year, day.month, day.day, self.chance.choice(self.habit.hours), tzinfo=BEIJING)
        return at + timedelta(minutes=self.chance.randrange(60))

    def between(self, since: datetime, until: datetime) -> float:
        """Sessions that should have come between two moments."""
        total, moment = 0.0, since.astimezone(BEIJING)
        while moment < until:
            upto = min(until, moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1))
            if moment.hour in self.habit.hours:
                share = (upto - moment).total_seconds() / 3600 / len(self.habit.hours)
                total += self.expected(moment.date()) * share
            moment = upto
        return total

    def unit(self) -> float:
        """One expected publication, in plainly expected sessions: 99 of 100 gaps of the unbroken year between looks
        that bring something new are not longer.
        """
        step = timedelta(hours=self.habit.every)
        zero = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=BEIJING)
        end = zero + timedelta(days=DAYS)
        looks = sorted({zero + ((one - zero) // step + 1) * step for one in self.sessions if one < end})
        gaps = sorted(self.between(before, after) for before, after in pairwise(looks))
        return max(1.0, gaps[min(len(gaps) - 1, int(0.99 * len(gaps)))])


def _poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1)
    return count


def simulate(seed: int, days: int = DAYS) -> Outcome:
    """One source's months under watch."""
    return _Year(Source(seed), days).run()


class _Year:
    def __init__(self, source: Source, days: int) -> None:
        self.source, self.days, self.chance = source, days, random.Random(-source.chance.randrange(10**9))
        self.memory = Memory()
        self.outcome = Outcome(source.habit.name)
        self.open: set[str] = set()
        self.fault: str | None = None
        self.began = self.until = datetime.min.replace(tzinfo=UTC)
        self.hidden: list[datetime] = []  # sessions behind a frozen list
        self.queue = list(source.sessions)
        starts = [int(days * share) + self.chance.randrange(int(days * 0.06)) for share in (0.3, 0.48, 0.66, 0.82)]
        self.plan = list(zip(starts, self.chance.sample(FAULTS, len(FAULTS)), strict=True))

    def run(self) -> Outcome:
        at = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=BEIJING)
        end = at + timedelta(days=self.days)
        while at < end or (self.fault and self.fault not in self.outcome.delays and at < end + timedelta(days=_LONGER)):
            self._begin_and_end(at)
            self._look(at)
            self._judge(at)
            at += timedelta(hours=self.source.habit.every, minutes=self.chance.randrange(-9, 10))
        self.outcome.missed += [self.fault] if self.fault and self.fault not in self.outcome.delays else []
        return self.outcome

    def _begin_and_end(self, at: datetime) -> None:
        if self.fault and self.fault in self.outcome.delays and at >= self.until:
            self.fault, self.until = None, at + timedelta(days=3)  # closing is no alarm, and takes a publication
        if not self.fault and self.plan and (at.astimezone(BEIJING).date() - FIRST).days >= self.plan[0][0]:
            self.fault, self.began = self.plan.pop(0)[1], at
            self.until = datetime.max.replace(tzinfo=UTC)

    def _look(self, at: datetime) -> None:
        fresh = [one for one in self.queue if one <= at]
        self.queue = self.queue[len(fresh) :]
        outcome, new = "complete", 0
        if self.fault == "silent":
            fresh = []  # what a frozen list hid is not shown later either
        if self.fault == "failed" or self.chance.random() < _ACCIDENT:
            outcome = self.chance.choice(("failed", "incomplete")) if self.fault != "failed" else "failed"
            self.queue, fresh = sorted([*fresh, *self.queue]), []
        elif self.fault == "incomplete":
            outcome = "incomplete"
            fresh = [one for one in fresh if self.chance.random() < 0.5]
        for _ in fresh:
            for _ in range(1 + _poisson(self.chance, self.source.habit.articles - 1)):
                new += 1
                self.memory.learn_page(self._page(at))
        self.memory.learn_run(RunEnd(at, at, outcome, new), _kind)

    def _page(self, at: datetime) -> PageRead:
        there = {name: self.chance.random() < share for name, share in self.source.fill.items()}
        if self.fault == "fields":
            there |= {"published": False, "origin": False}
        return PageRead(at.isoformat(), True, **there, length=int(self.chance.lognormvariate(6.5, 0.8)))

    def _judge(self, at: datetime) -> None:
        now = {trouble.kind for trouble in self.memory.troubles()}
        for kind in now - self.open:
            if self.fault and kind in (self.fault, "silent", "few"):
                self._noticed(at)
            elif not self.fault and at >= self.until:
                quarter = (at.astimezone(BEIJING).date() - FIRST).days // 92
                self.outcome.false[quarter] += 1
                self.outcome.kinds[kind] += 1
        self.open = now

    def _noticed(self, at: datetime) -> None:
        if self.fault is None or self.fault in self.outcome.delays:
            return
        self.outcome.came[self.fault] = sum(self.began < one <= at for one in self.source.sessions)
        plain = self.source.between(self.began, at)
        self.outcome.plain[self.fault] = plain
        self.outcome.delays[self.fault] = plain / self.source.unit()
        self.outcome.hours[self.fault] = (at - self.began).total_seconds() / 3600
        self.until = at + _REPAIR


def _kind(day: date) -> str:
    return str(_CALENDAR.kind(day))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _report_fault(fault: str, outcomes: list[Outcome]) -> None:
    some = [one for one in outcomes if fault in one.delays]
    delays, plain, hours = (sorted(kept[fault] for kept in table) for table in _tables(some))
    missed = sum(fault in one.missed for one in outcomes)
    soon, few = sum(delay <= 2 for delay in delays), sum(one.came[fault] <= 2 for one in some)
    say(
        f"{fault:10} 发现 {len(some)}（未发现 {missed}）  两个应有发布之内 {soon}，站点实际两次发布之内 {few}"
        f"；应有发布 中位 {_middle(delays):.2f}，最迟 {delays[-1]:.2f}"
        f"；篇次 中位 {_middle(plain):.1f}，最迟 {plain[-1]:.1f}；小时 中位 {_middle(hours):.0f}"
    )


def _tables(outcomes: list[Outcome]) -> Iterator[list[dict[str, float]]]:
    yield [one.delays for one in outcomes]
    yield [one.plain for one in outcomes]
    yield [one.hours for one in outcomes]


def _middle(values: list[float]) -> float:
    return values[len(values) // 2]


def _report(outcomes: list[Outcome]) -> None:
    worst = max((count for one in outcomes for count in one.false.values()), default=0)
    kinds = sum((one.kinds for one in outcomes), Counter[str]())
    say(f"{len(outcomes)} 个来源：误报 {sum(kinds.values())} 次（{dict(kinds)}），最多的一季 {worst} 次")
    for fault in FAULTS:
        _report_fault(fault, outcomes)
    for habit in dict.fromkeys(one.habit for one in outcomes):
        some = [one for one in outcomes if one.habit == habit]
        silent = [(one.delays["silent"], one.hours["silent"]) for one in some if "silent" in one.delays]
        false = sum(sum(one.false.values()) for one in some)
        shown = "，".join(f"{delay:.1f}（{hours / 24:.1f} 天）" for delay, hours in silent)
        say(f"  {habit:12} 误报 {false}；沉默发现于 {shown}")


if __name__ == "__main__":
    first = int(sys.argv[2]) if len(sys.argv) > 2 else SEEDS[0]
    count = int(sys.argv[1]) if len(sys.argv) > 1 else len(SEEDS)
    chosen = range(first, first + count)
    _report([simulate(seed) for seed in chosen])
