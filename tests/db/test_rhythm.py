"""The learned interval of a list: short when it publishes, long when it sleeps, the same number of looks in all."""

from __future__ import annotations

import datetime
import random
import sqlite3
from pathlib import Path

import pytest

from db import rhythm
from db.connection import migrate, open_writer
from db.migrations import crawl
from parsers.dates import BEIJING
from tests.benchmarks.rhythm import at_equal_budget

HOUR = datetime.timedelta(hours=1)
MONDAY = datetime.datetime(2026, 3, 2, tzinfo=BEIJING)


@pytest.fixture
def connection(tmp_path: Path) -> sqlite3.Connection:
    migrate(tmp_path / "crawl.db", crawl.migrations)
    return open_writer(tmp_path / "crawl.db")


def watched(connection: sqlite3.Connection, source: str, days: int, per_day: int) -> None:
    """`days` days of hourly looks at a list that publishes between 9 and 11 on working days."""
    for hour in range(days * 24):
        moment = MONDAY + hour * HOUR
        new = per_day // 2 if moment.hour in (10, 11) and moment.weekday() < 5 else 0
        rhythm.record(connection, source, HOUR, moment, new)


def test_the_morning_is_looked_at_more_often_than_the_night(connection: sqlite3.Connection) -> None:
    watched(connection, "one", 21, 10)
    monday = MONDAY + datetime.timedelta(days=21)
    morning = rhythm.record(connection, "one", HOUR, monday + 9 * HOUR, 0)
    night = rhythm.record(connection, "one", HOUR, monday + 25 * HOUR, 0)
    assert morning < HOUR < night


def test_weekends_are_quieter(connection: sqlite3.Connection) -> None:
    watched(connection, "one", 21, 10)
    monday = MONDAY + datetime.timedelta(days=21)
    workday = rhythm.record(connection, "one", HOUR, monday + 9 * HOUR, 0)
    saturday = rhythm.record(connection, "one", HOUR, monday + datetime.timedelta(days=5) + 9 * HOUR, 0)
    assert saturday > workday


def test_a_busy_list_is_looked_at_more_often_than_a_slow_one(connection: sqlite3.Connection) -> None:
    watched(connection, "busy", 14, 40)
    watched(connection, "slow", 14, 0)
    noon = MONDAY + datetime.timedelta(days=14, hours=12)
    assert rhythm.record(connection, "busy", HOUR, noon, 2) < rhythm.record(connection, "slow", HOUR, noon, 0)


def test_an_interval_stays_between_an_eighth_and_four_times_the_wish(connection: sqlite3.Connection) -> None:
    watched(connection, "busy", 14, 400)
    watched(connection, "slow", 14, 0)
    waits = [
        rhythm.record(connection, name, HOUR, MONDAY + datetime.timedelta(days=14, hours=hour), 0)
        for hour in range(48)
        for name in ("busy", "slow")
    ]
    assert min(waits) >= HOUR / 8
    assert max(waits) <= 4 * HOUR


def test_a_pause_of_days_teaches_nothing(connection: sqlite3.Connection) -> None:
    rhythm.record(connection, "one", HOUR, MONDAY, 0)
    rhythm.record(connection, "one", HOUR, MONDAY + datetime.timedelta(days=30), 500)
    rows = connection.execute("select sum(hours), sum(found) from list_rhythm_slot").fetchone()
    assert tuple(rows) == (0, 0)


def test_a_clock_that_went_back_teaches_nothing(connection: sqlite3.Connection) -> None:
    rhythm.record(connection, "one", HOUR, MONDAY, 0)
    assert rhythm.record(connection, "one", HOUR, MONDAY - HOUR, 7) > datetime.timedelta()
    assert connection.execute("select sum(hours) from list_rhythm_slot").fetchone()[0] == 0


def test_a_demonstration_keeps_its_seconds(connection: sqlite3.Connection) -> None:
    wish = datetime.timedelta(seconds=5)
    assert rhythm.record(connection, "demo", wish, MONDAY, 3) == wish


def test_what_was_found_is_neither_lost_nor_invented() -> None:
    draw, one, moment, total = random.Random(2), rhythm.Rhythm(), MONDAY, 0
    for _ in range(200):
        until, new = moment + draw.uniform(0.1, 5) * HOUR, draw.randrange(4)
        one.learn(moment, until, new)
        moment, total = until, total + new
    assert sum(one.found) == pytest.approx(total)
    assert sum(one.hours) == pytest.approx((moment - MONDAY) / HOUR)


def test_news_is_found_in_less_than_six_tenths_of_the_time_at_an_equal_number_of_looks() -> None:
    ours, theirs = at_equal_budget(2 * HOUR, seed=7)
    assert ours.looks == pytest.approx(theirs.looks, rel=0.02)
    assert ours.mean <= 0.60 * theirs.mean
