"""Pruning at night: when it is due, what it deletes, and that it waits for the backup that was promised."""

from __future__ import annotations

import datetime
from contextlib import closing
from pathlib import Path

import pytest

from db.backup import taking
from db.connection import open_writer
from db.paths import DataDirectory
from parsers.dates import BEIJING
from scheduler import house
from scheduler.errors import SettingsError
from scheduler.in_force import settings_of
from scheduler.pruning import PruneClock
from scheduler.settings import FILE_NAME, load


def clock_of(directory: DataDirectory, text: str) -> PruneClock:
    (directory.path / FILE_NAME).write_text(text, "utf-8")
    return PruneClock(directory, settings_of(directory))


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(datetime.UTC)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    made = DataDirectory(tmp_path / "data").prepare()
    with closing(open_writer(made.subscribers)) as subscribers:
        subscribers.executemany("insert into subscription_log(subscription) values (?)", [("x",)] * 1500)
    return made


def left(directory: DataDirectory) -> int:
    with closing(open_writer(directory.subscribers)) as subscribers:
        return int(subscribers.execute("select count(*) from subscription_log").fetchone()[0])


def test_nothing_is_pruned_unless_a_time_is_set(directory: DataDirectory) -> None:
    clock = clock_of(directory, "")
    assert not any(clock.is_due(at(f"2026-11-21T{hour:02}:30")) for hour in range(24))


@pytest.mark.parametrize(
    ("named", "when", "due"),
    [
        ("03:30", "2026-11-21T03:29", False),
        ("03:30", "2026-11-21T03:30", True),
        ("03:30", "2026-11-21T05:29", True),
        ("03:30", "2026-11-21T05:30", False),  # the machine was off: not by day
        ("23:30", "2026-11-22T00:15", True),
        ("23:30", "2026-11-22T01:45", False),
    ],
)
def test_it_is_due_in_the_two_hours_after_the_named_time(
    directory: DataDirectory, named: str, when: str, due: bool
) -> None:
    assert clock_of(directory, f'[retention]\nat = "{named}"\n').is_due(at(when)) is due


def test_a_night_is_tried_once_and_a_clock_that_went_back_stops_nothing(directory: DataDirectory) -> None:
    clock = clock_of(directory, '[retention]\nat = "23:30"\n')
    clock.tried = at("2026-11-21T23:31")
    assert not clock.is_due(at("2026-11-22T00:30"))
    assert clock.is_due(at("2026-11-22T23:30"))
    clock.tried = at("2027-01-01T00:00")
    assert clock.is_due(at("2026-11-22T23:30"))


def tonight() -> str:
    return f"{house.now().astimezone(BEIJING):%H:%M}"


def run_once(clock: PruneClock) -> None:
    clock.tick()
    if clock.side.process is not None:
        assert clock.side.process.wait(60) == 0
    clock.tick()
    assert not clock.side.runs


def test_the_clock_prunes_by_the_rules(directory: DataDirectory) -> None:
    run_once(clock_of(directory, f'[retention]\nat = "{tonight()}"\n'))
    assert left(directory) == 1000  # the newest


def test_where_the_promised_backup_is_late_nothing_is_deleted(
    directory: DataDirectory, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    safe = tmp_path / "safe"
    text = f'[backup]\ndir = "{safe}"\nevery = "6h"\n[retention]\nat = "{tonight()}"\n'
    clock = clock_of(directory, text)
    run_once(clock)
    assert left(directory) == 1500
    assert "没有做夜间清理" in caplog.text

    now = house.now()
    taking.take(directory, safe, now, lambda name, done, total: None)
    assert not clock.lacks_backup(now + datetime.timedelta(hours=11))
    assert clock.lacks_backup(now + datetime.timedelta(hours=13))


def test_a_time_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('[retention]\nat = "3:30"\n', "utf-8")
    with pytest.raises(SettingsError, match="03:30"):
        load(tmp_path)
