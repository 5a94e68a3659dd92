"""What the operator is told, by the outbox: sources that break and are well again, the calendar, stages that stand."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.sources import Source, read_source
from db import ingest, notices, runs
from db.connection import open_writer, transaction
from db.outbox import DueLetter, due_letters
from db.paths import DataDirectory
from scheduler import health_checks, house, settings
from scheduler.health_checks import HealthChecks

NOW = datetime.datetime(2026, 11, 20, 6, tzinfo=datetime.UTC)  # 14:00 in Beijing
HOUR = datetime.timedelta(hours=1)
TOML = """
title = "青海新闻网"
province = "青海省"
[crawl]
lists = ["https://www.qhnews.example/rc/"]
article = '/\\d+\\.html$'
[expect]
articles_per_week = {min = 20}
"""


class Bed:
    """A data directory with one source and an operator; `now` is the clock."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch, email: str = "operator@example.cn") -> None:
        self.now = NOW
        monkeypatch.setattr(house, "now", lambda: self.now)
        self.directory = DataDirectory(path).prepare()
        (path / "qhnews.toml").write_text(TOML, "utf-8")
        self.source = read_source(path / "qhnews.toml")
        (path / settings.FILE_NAME).write_text(f'[operator]\nemail = "{email}"\n[web]\nbase_url = "https://c.cn"\n')
        self.checks = HealthChecks(self.directory, settings.load(path))
        self.crawl, self.archive, self.subscribers = (
            open_writer(file) for file in (self.directory.crawl, self.directory.archive, self.directory.subscribers)
        )
        ingest.save_sources(self.archive, {"qhnews": house.facts_of(self.source)})

    def run(self, outcome: str, new: int = 0) -> None:
        number = runs.start(self.crawl, "qhnews", self.now, dead=True)
        assert number is not None
        self.now += HOUR / 4
        runs.end(self.crawl, number, self.now, outcome=outcome, message="网站不应答", every=HOUR, counts={"new": new})

    def tick(self, source: Source | None = None) -> None:
        self.now += HOUR / 60
        self.checks.tick({"qhnews": source or self.source})

    def told(self) -> list[DueLetter]:
        return due_letters(self.subscribers, self.now + HOUR)


@pytest.fixture
def bed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bed]:
    one = Bed(tmp_path, monkeypatch)
    yield one
    for connection in (one.crawl, one.archive, one.subscribers):
        connection.close()


def test_a_source_that_breaks_is_told_once_and_once_more_when_it_is_well(bed: Bed) -> None:
    bed.tick()
    bed.run("complete", 12)
    for _ in range(4):
        bed.run("failed")
        bed.tick()
    (broken,) = bed.told()
    assert (broken.kind, broken.channel, broken.subject) == ("notice", "operator", "才讯：青海新闻网失效")
    assert broken.lines[0].startswith("青海新闻网：连续 3 次：网站不应答（自 11-20 14:16 起）")
    assert broken.lines[0].endswith(" https://c.cn/source/qhnews")

    bed.run("complete")
    bed.tick()
    bed.tick()

    assert [one.subject for one in bed.told() if "日报" not in one.subject] == [
        "才讯：青海新闻网失效",
        "才讯：青海新闻网恢复",
    ]


def test_who_breaks_again_the_same_day_waits_for_the_letter_of_the_day(bed: Bed) -> None:
    bed.tick()
    for outcome in ("complete", *["failed"] * 3, "complete", *["failed"] * 3, "complete"):
        bed.run(outcome)
        bed.tick()
    assert [one.subject for one in bed.told() if "日报" not in one.subject] == [
        "才讯：青海新闻网失效",
        "才讯：青海新闻网恢复",
    ]
    bed.now += 19 * HOUR
    bed.tick()

    assert "才讯运行日报 2026-11-21：0 处异常" in [one.subject for one in bed.told()]


def test_without_an_address_nothing_is_owed_and_the_past_is_not_told_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed = Bed(tmp_path, monkeypatch, email="")
    for outcome in ("complete", "failed", "failed", "failed"):
        bed.run(outcome)
    bed.tick()
    assert bed.told() == []
    bed.checks.settings = replace(bed.checks.settings, operator=settings.OperatorSettings("operator@example.cn"))
    assert notices.tell_events(bed.subscribers, bed.archive, bed.now, "") == 0


def test_a_year_without_a_calendar_is_an_alarm_from_december_on(bed: Bed) -> None:
    bed.tick()
    assert bed.told() == []
    bed.now = datetime.datetime(2026, 12, 1, 1, tzinfo=datetime.UTC)
    bed.tick()
    bed.tick()
    assert [one.subject for one in bed.told()] == ["才讯：缺少 2027 年的节假日安排"]


def test_a_stage_whose_log_waits_half_an_hour_is_told_once(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction(bed.crawl):
        bed.crawl.execute(
            "insert into visit(url, source, kind, fetched_at, status, headers)"
            " values ('u', 'qhnews', 'list', '2026-11-20T06:00:00+00:00', 200, '{}')"
        )
    bed.tick()
    bed.tick()
    assert bed.told() == []
    monkeypatch.setattr(health_checks, "STUCK", 0.0)
    bed.tick()
    bed.tick()
    (letter,) = bed.told()
    assert letter.subject == "才讯：解析停住了"
    assert "后面还有 1 条" in letter.lines[0]


def test_a_full_disk_is_told_once_a_week(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_checks, "LEAST_FREE", 1 << 62)
    bed.tick()
    bed.now += HOUR
    bed.tick()
    assert [one.subject for one in bed.told()] == ["才讯：磁盘空间不足"]


def test_less_than_the_source_file_expects_is_trouble_after_a_week(bed: Bed) -> None:
    bed.archive.executemany(
        "insert into coverage(source, day, lists, pages, articles) values ('qhnews', ?, 1, 2, 2)",
        [((NOW - 24 * HOUR * back).date().isoformat(),) for back in range(3, 20)],
    )
    bed.run("complete", 5)
    bed.tick()

    row = bed.archive.execute("select state, detail from source_health").fetchone()
    assert tuple(row) == ("few", "近七天文章 8 篇，少于来源文件所定的 20 篇")


def test_a_wrong_calendar_file_stops_nothing(bed: Bed, caplog: pytest.LogCaptureFixture) -> None:
    (bed.directory.path / "calendar.toml").write_text("[x]\n", "utf-8")
    bed.run("complete", 5)
    bed.tick()

    assert "日历有误" in caplog.text
    assert bed.archive.execute("select count(*) from source_health").fetchone()[0] == 1
