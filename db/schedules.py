"""When a subscription is told: its schedule, its wishes, and the moments that follow from them.

    instant · hours N · daily [HH:MM,HH:MM…] · weekly D [HH:MM]        (D: 1 Monday … 7 Sunday; Asia/Shanghai)

Without a time the operator's hour counts (`[alerts] daily_at`). In quiet hours nothing is sent; what falls there goes
out when they end. With `workdays`, what falls on a holiday goes out at the same hour of the next workday, once.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from db.errors import Refused
from parsers.dates import BEIJING

KINDS = ("new", "changed", "removed", "value", "phrase")
COPIES = ("first", "every")
_SCHEDULE = re.compile(
    r"(?P<instant>instant)|hours (?P<hours>[1-9]|1\d|2[0-4])"
    r"|(?P<daily>daily)(?: (?P<times>\d\d:\d\d(?:,\d\d:\d\d){0,11}))?"
    r"|weekly (?P<weekday>[1-7])(?: (?P<time>\d\d:\d\d))?"
)
_QUIET = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_HOLIDAYS = 16  # days: longer than any run of holidays
_DAY = timedelta(days=1)

Workday = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Schedule:
    """`kind` is instant, hours, daily or weekly; `times` are Beijing times, empty for the operator's hour."""

    kind: str
    hours: int = 0
    weekday: int = 0
    times: tuple[time, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What else a subscriber chose.

    `kinds`: of new, changed, removed, value (a measure's new value), phrase (first use); `copies`: "first" tells once
    a story, "every" once an article; `least_weight`: of changes (parsers.differences), 0 to 1; `cap`: most messages a
    day, 0 for no limit; `quiet`: "22:00-07:00" or ""; `silence`: a line a week when there was nothing.
    """

    kinds: tuple[str, ...] = ("new",)
    copies: str = "first"
    least_weight: float = 0.5
    cap: int = 0
    quiet: str = ""
    workdays: bool = False
    silence: bool = True

    def text(self) -> str:
        """As it is stored: JSON of what differs from the defaults, always in the same order."""
        usual = asdict(Wishes())
        return json.dumps({name: value for name, value in asdict(self).items() if value != usual[name]}, sort_keys=True)


def read_wishes(stored: Mapping[str, Any] | str) -> Wishes:
    """Wishes from a mapping or its JSON. Raises Refused for a value that means nothing."""
    given = json.loads(stored) if isinstance(stored, str) else dict(stored)
    given["kinds"] = tuple(dict.fromkeys(given.get("kinds") or ("new",)))
    wishes = Wishes(**given)
    if unknown := [kind for kind in wishes.kinds if kind not in KINDS]:
        raise Refused(f"没有“{unknown[0]}”这种提醒：可选 {'、'.join(KINDS)}")
    if wishes.copies not in COPIES:
        raise Refused("转载只能选“只报首发”（first）或“每篇都报”（every）")
    if wishes.quiet and not _QUIET.fullmatch(wishes.quiet):
        raise Refused("免打扰时段请写成 22:00-07:00 的样子")
    if not 0 <= wishes.least_weight <= 1 or not 0 <= wishes.cap <= 1000:
        raise Refused("改动的分量在 0 到 1 之间，每日上限在 0 到 1000 之间")
    return wishes


@functools.lru_cache(maxsize=1024)
def read_schedule(text: str) -> Schedule:
    """The schedule that `text` names. Raises Refused when it names none."""
    found = _SCHEDULE.fullmatch(text.strip())
    if found is None:
        raise Refused("推送方式只能是即时（instant）、每几小时（hours 3）、每日（daily 08:00）或每周（weekly 1 08:00）")
    try:
        times = tuple(
            sorted({time.fromisoformat(one) for one in (found["times"] or found["time"] or "").split(",") if one})
        )
    except ValueError as error:
        raise Refused(f"没有这个时刻：{text}") from error
    if found["hours"]:
        return Schedule("hours", hours=int(found["hours"]))
    if found["weekday"]:
        return Schedule("weekly", weekday=int(found["weekday"]), times=times)
    return Schedule("daily", times=times) if found["daily"] else Schedule("instant")


@dataclass(frozen=True, slots=True)
class Clock:
    """What moments depend on beside the subscription: which days are workdays, and the operator's hour."""

    workday: Workday
    daily_at: time = field(default=time(8))


def is_open(wishes: Wishes, now: datetime, clock: Clock) -> bool:
    """Whether an instant message may go out at `now`."""
    local = now.astimezone(BEIJING)
    return _opening(wishes, local, clock) == local


def latest_slot(schedule: Schedule, wishes: Wishes, now: datetime, clock: Clock) -> datetime | None:
    """The last moment up to `now` at which the schedule sends; None for instant, or when there was none lately."""
    local = now.astimezone(BEIJING)
    back = 1 + (_HOLIDAYS if wishes.workdays else 1) + (6 if schedule.weekday else 0)
    slots = (_opening(wishes, base, clock) for base in _bases(schedule, local, clock, back))
    return max((slot for slot in slots if slot <= local), default=None)


def latest_proof(schedule: Schedule, wishes: Wishes, now: datetime, clock: Clock) -> datetime | None:
    """The last moment up to `now` at which a quiet week is told of: Mondays, for those that are not weekly anyhow."""
    if schedule.kind == "weekly":
        return None
    return latest_slot(Schedule("weekly", weekday=1), wishes, now, clock)


def _bases(schedule: Schedule, local: datetime, clock: Clock, days: int) -> Iterator[datetime]:
    """The moments of the last `days` as the schedule says them, before quiet hours and holidays."""
    if schedule.kind == "instant":
        return
    times: tuple[time, ...] = schedule.times or (clock.daily_at,)
    if schedule.kind == "hours":
        times = tuple(time(hour) for hour in range(0, 24, schedule.hours))
    for back in range(days):
        day = local.date() - back * _DAY
        if not schedule.weekday or day.isoweekday() == schedule.weekday:
            yield from (datetime.combine(day, one, BEIJING) for one in times)


def _opening(wishes: Wishes, moment: datetime, clock: Clock) -> datetime:
    """The first moment from `moment` on that is no holiday (if holidays count) and not in quiet hours."""
    for _ in range(2 * _HOLIDAYS):
        if wishes.workdays and not clock.workday(moment.date()):
            moment += _DAY
        elif (end := _quiet_end(wishes.quiet, moment)) is not None:
            moment = end
        else:
            return moment
    return moment


def _quiet_end(quiet: str, moment: datetime) -> datetime | None:
    """When the quiet hours around `moment` end; None when it lies in none."""
    if not quiet:
        return None
    start, end = map(time.fromisoformat, quiet.split("-"))
    now = moment.time()
    if start <= end:
        return datetime.combine(moment.date(), end, BEIJING) if start <= now < end else None
    if now >= start:
        return datetime.combine(moment.date() + _DAY, end, BEIJING)
    return datetime.combine(moment.date(), end, BEIJING) if now < end else None
