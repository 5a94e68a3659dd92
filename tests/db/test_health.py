"""The health of sources over real databases: runs and pages in, states and events out, once each."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from db import health, ingest, runs
from db.connection import open_writer, transaction
from db.frontier import SqliteFrontier
from db.ingest import SourceFacts
from db.paths import DataDirectory
from parsers import Page, parse_page
from parsers.visits import Task, Visit
from scheduler.calendar import WorkCalendar

START = datetime.datetime(2026, 3, 2, 1, tzinfo=datetime.UTC)
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
CALENDAR = WorkCalendar()


def page(number: int, date: bool = True) -> bytes:
    title = f"第{number}次人才工作会议召开"
    line = f"全省引进高层次人才{number + 100}名，建设人才平台{number + 3}个。"
    when = f"<p>2026-03-{number % 28 + 1:02} 10:00 来源：青海日报</p>" if date else ""
    return f"<html><title>{title}</title><body><h1>{title}</h1>{when}<p>{line * 6}</p></body></html>".encode()


def read(body: bytes, url: str, content_type: str | None, _source: str) -> Page:
    return parse_page(body, url, content_type)


@dataclass
class Bed:
    """A data directory with one source; time passes as told."""

    directory: DataDirectory
    now: datetime.datetime = START

    def __post_init__(self) -> None:
        self.crawl, self.archive = open_writer(self.directory.crawl), open_writer(self.directory.archive)
        self.facts = SourceFacts("news", "新闻", "青海省", None, "generic", True, None, None, None, DAY)
        ingest.save_sources(self.archive, {"news": self.facts})
        runs.plan(self.crawl, ["news"], self.now)

    def run(self, outcome: str = "complete", new: int = 0, message: str = "") -> None:
        number = runs.start(self.crawl, "news", self.now, dead=True)
        assert number is not None
        self.now += HOUR / 60
        runs.end(self.crawl, number, self.now, outcome=outcome, message=message, every=HOUR, counts={"new": new})

    def page(self, number: int, date: bool = True) -> None:
        url = f"http://news.example/a/{number}.html"
        visit = Visit(url, "news", "article", self.now.isoformat(), 200, page(number, date), "text/html; charset=utf-8")
        frontier = SqliteFrontier(self.crawl, "news", 1, lambda: self.now, (DAY,), DAY)
        frontier.done([(Task(url, "news", "article"), visit, [])])
        while ingest.step(self.crawl, self.archive, {"news": self.facts}, read):
            pass

    def check(self) -> int:
        return health.check(self.archive, self.crawl, {"news": {}}, lambda day: str(CALENDAR.kind(day)), self.now)

    def seen(self) -> tuple[str, str]:
        (one,) = health.sources(self.archive, self.crawl, self.now)
        return one.state, one.detail

    def weeks(self, count: int, new: int = 3) -> None:
        """Runs every two hours, with something new at ten on workdays."""
        for _ in range(count * 84):
            local = self.now + 8 * HOUR
            self.run(new=new if CALENDAR.workday(local.date()) and local.hour in (9, 10) else 0)
            self.now += 2 * HOUR - HOUR / 60


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    one = Bed(DataDirectory(tmp_path).prepare())
    yield one
    one.crawl.close()
    one.archive.close()


def test_a_source_goes_from_new_to_well(bed: Bed) -> None:
    assert bed.seen()[0] == "new"
    bed.run(new=40)
    assert bed.check() == 1
    assert bed.seen() == ("ok", "正常")
    assert bed.check() == 0  # nothing happened since


def test_an_empty_list_from_the_beginning_is_new_and_no_event(bed: Bed) -> None:
    for _ in range(5):
        bed.run("incomplete", message="不完整（1 个列表页没有取到）")
    bed.check()

    assert bed.seen() == ("new", "不完整（1 个列表页没有取到）")
    assert health.events(bed.archive) == ()


def test_blocked_is_an_event_with_a_beginning_and_an_end_told_once(bed: Bed) -> None:
    bed.run(new=9)
    bed.check()
    bed.now += HOUR
    began = bed.now
    bed.run("blocked", message="被网站拦截：请求 3")
    bed.check()
    assert bed.seen() == ("ok", "正常")  # once is an accident
    for _ in range(3):
        bed.run("blocked", message="被网站拦截：请求 3")
        bed.check()

    (event,) = health.events(bed.archive)
    assert (event.kind, event.fixed) == ("blocked", None)
    assert datetime.datetime.fromisoformat(event.since) == began
    assert bed.seen() == ("blocked", "连续 4 次：被网站拦截：请求 3")
    bed.run()
    bed.check()
    (event,) = health.events(bed.archive)
    assert event.fixed is not None
    assert bed.seen() == ("ok", "正常")
    assert [one.number for one in health.changed_since(bed.archive, bed.now - HOUR / 30)] == [event.number]


def test_silence_by_its_own_rhythm_is_told_and_ends(bed: Bed) -> None:
    bed.run(new=50)
    bed.weeks(6)
    bed.check()
    assert bed.seen() == ("ok", "正常")
    bed.weeks(1, new=0)
    bed.check()
    state, detail = bed.seen()
    assert state == "silent"
    assert "沉默 1" in detail or "沉默 9" in detail
    bed.run(new=2)
    bed.check()
    assert [(one.kind, one.fixed is None) for one in health.events(bed.archive)] == [("silent", False)]


def test_vanished_fields_are_found_in_the_pages_themselves(bed: Bed) -> None:
    for number in range(12):
        bed.page(number)
    bed.check()
    assert bed.seen()[0] != "redesign"
    for number in range(12, 16):
        bed.page(number, date=False)
    bed.check()

    state, detail = bed.seen()
    assert (state, detail) == ("redesign", "改版疑似：日期、来源变空")
    (one,) = health.sources(bed.archive, bed.crawl, bed.now)
    assert one.since is not None
    assert one.fill["title"] == 1.0


def test_a_check_that_is_killed_before_its_commit_is_done_again(bed: Bed) -> None:
    bed.run(new=5)
    for _ in range(3):
        bed.run("failed", message="x")
    with pytest.raises(RuntimeError), transaction(bed.archive):
        raise RuntimeError
    bed.archive.close()
    bed.archive = open_writer(bed.directory.archive)
    assert bed.check() == 1
    assert len(health.events(bed.archive)) == 1
    assert bed.check() == 0


def test_what_was_crawled_is_shown_by_week_of_monday(bed: Bed) -> None:
    bed.page(1)
    (one,) = health.sources(bed.archive, None, bed.now)

    assert one.days[-1] == ("2026-03-02", 1, 1)
    assert one.state == "ok"  # an archive without its runs: judged by the last day crawled
    assert len(one.days) == health.WEEKS
