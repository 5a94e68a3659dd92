"""A year of days with Chinese holidays and make-up workdays: exactly the expected sends, at the expected moments.

The expectation is said day by day from the calendar, not by the functions under test.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from db import gathering
from db.connection import open_writer
from db.frontier import iso
from db.schedules import Clock, Wishes
from parsers.dates import BEIJING
from scheduler.calendar import WorkCalendar
from tests.scheduler.alert_house import prepared, subscribed

FIRST, LAST = date(2025, 11, 20), date(2026, 11, 19)
WORKED = WorkCalendar()
CLOCK = Clock(WORKED.workday, time(8))
HOUSE = {
    "daily": ("daily", Wishes()),
    "office": ("daily 09:30,17:00", Wishes(workdays=True)),
    "weekly": ("weekly 1 08:00", Wishes(workdays=True)),
    "hours": ("hours 6", Wishes(quiet="22:00-07:00")),
    "instant": ("instant", Wishes(workdays=True, quiet="20:00-08:00")),
    "silent": ("daily", Wishes(silence=False)),
}


def news(day: date) -> list[time]:
    """When something is found on that day: never in March, else twice on days divisible by three, at night on 7ths."""
    if day.month == 3:
        return []
    found = [time(10, 5), time(18, 40)] if day.toordinal() % 3 == 0 else []
    return [*found, time(23, 10)] if day.toordinal() % 7 == 0 else found


def days() -> Iterator[date]:
    for number in range((LAST - FIRST).days + 1):
        yield FIRST + timedelta(days=number)


def simulated(path: Path) -> dict[str, list[tuple[datetime, str]]]:
    """(moment, kind) of every message of each subscription, looked at every five minutes of the year."""
    house = prepared(path)
    names = {
        subscribed(house, "人才", f"{name}@example.cn", schedule, wishes): name
        for name, (schedule, wishes) in HOUSE.items()
    }
    connection = open_writer(house.subscribers)
    begin = datetime.combine(FIRST, time(), BEIJING)
    connection.execute("update subscription set confirmed = ?1, gathered = ?1, proved = ?1", [iso(begin)])
    connection.execute("pragma synchronous = off")
    found: dict[str, list[tuple[datetime, str]]] = {name: [] for name in names.values()}
    for day in days():
        for moment in looked_at(day):
            if moment.time() in news(day):
                owe(connection, names, moment)
            gathering.gather(connection, moment, CLOCK)
            for row in connection.execute(
                "select * from letter where kind <> 'confirm' and state = 'waiting'"
            ).fetchall():
                assert row["created"] == iso(moment)
                found[names[row["subscription"]]].append((moment, row["kind"]))
            connection.execute("update letter set state = 'sent'")
    connection.close()
    return found


def looked_at(day: date) -> list[datetime]:
    """The moments of a day at which anything may happen, and some at which nothing may."""
    clock = {time(hour) for hour in range(0, 24, 2)} | {
        time(9, 30),
        time(9, 25),
        time(10, 5),
        time(18, 40),
        time(23, 10),
        time(23, 15),
    }
    return [datetime.combine(day, one, BEIJING) for one in sorted(clock | {time(17, 0), time(7, 0), time(7, 55)})]


def owe(connection: object, names: dict[str, str], moment: datetime) -> None:
    for identity in names:
        connection.execute(  # type: ignore[attr-defined]
            "insert into outbox(subscription, about, kind, story, article, revision, change, created)"
            " values (?, ?, 'new', 's', 'a', 1, 1, ?)",
            [identity, f"story:{moment.isoformat()}", iso(moment)],
        )


def found_at(name: str) -> list[datetime]:
    return [datetime.combine(day, one, BEIJING) for day in days() for one in news(day)]


def expected(name: str) -> list[datetime]:
    """When a subscription of the house must be written to because something was found."""
    match name:
        case "daily" | "silent":
            slots = [datetime.combine(day, time(8), BEIJING) for day in days()]
        case "office":
            slots = [
                datetime.combine(day, at, BEIJING)
                for day in days()
                if WORKED.workday(day)
                for at in (time(9, 30), time(17))
            ]
        case "hours":
            slots = [datetime.combine(day, at, BEIJING) for day in days() for at in (time(7), time(12), time(18))]
        case _:
            raise AssertionError(name)
    sends = []
    before = datetime.combine(FIRST, time(), BEIJING)
    for slot in slots:
        if any(before <= moment < slot for moment in found_at(name)):
            sends.append(slot)
        before = slot
    return sends


def first_workday_from(day: date) -> date:
    while not WORKED.workday(day):
        day += timedelta(days=1)
    return day


def mondays() -> list[date]:
    return [day for day in days() if day.weekday() == 0]


def test_a_year_has_exactly_the_expected_sends(tmp_path: Path) -> None:
    found = simulated(tmp_path)
    for name in ("daily", "silent", "office", "hours"):
        assert [moment for moment, kind in found[name] if kind == "digest"] == expected(name), name

    weekly = list(dict.fromkeys(first_workday_from(monday) for monday in mondays()))
    assert [moment for moment, _ in found["weekly"]] == [
        datetime.combine(day, time(8), BEIJING) for day in weekly if day <= LAST
    ]
    assert sum(kind == "silence" for _, kind in found["weekly"]) >= 3  # the Mondays after the weeks of March

    held = {
        datetime.combine(first_workday_from(day + timedelta(days=at.hour >= 20)), time(8), BEIJING)
        for day in days()
        for at in news(day)
        if at.hour >= 20 or not WORKED.workday(day)
    }
    direct = {
        datetime.combine(day, at, BEIJING) for day in days() for at in news(day) if at.hour < 20 and WORKED.workday(day)
    }
    end = datetime.combine(LAST, time(23, 59), BEIJING)
    alerts = [moment for moment, kind in found["instant"] if kind != "silence"]
    assert alerts == sorted(moment for moment in held | direct if moment <= end)

    assert not [kind for _, kind in found["silent"] if kind == "silence"]
    assert [moment for moment, kind in found["daily"] if kind == "silence"] == [
        datetime(2026, 3, day, 8, tzinfo=BEIJING) for day in (9, 16, 23, 30)
    ]


def test_what_was_missed_while_the_house_was_down_comes_as_one_message(tmp_path: Path) -> None:
    house = prepared(tmp_path)
    identity = subscribed(house, "人才", "a@example.cn", "daily 08:00,17:00")
    connection = open_writer(house.subscribers)
    begin = datetime(2026, 11, 16, 18, tzinfo=BEIJING)
    connection.execute("update subscription set confirmed = ?1, gathered = ?1, proved = ?1", [iso(begin)])
    for hour in (1, 20, 40):
        owe(connection, {identity: "a"}, begin + timedelta(hours=hour))
    later = datetime(2026, 11, 19, 3, tzinfo=UTC)
    assert gathering.gather(connection, later, CLOCK) == 1
    assert gathering.gather(connection, later + timedelta(minutes=1), CLOCK) == 0
    connection.close()
