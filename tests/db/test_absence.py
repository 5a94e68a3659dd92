"""Suspect, gone, returned: what is read as removed by its site, and what is not."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from db import ingest
from db.frontier import SqliteFrontier, iso
from db.ingest import SourceFacts
from db.paths import DataDirectory
from parsers import Page, parse_page
from parsers.visits import Task, Visit

START = datetime.datetime(2026, 3, 2, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
LIST = "http://news.example/rc/"
SAID = "<html><title>提示</title><body>您访问的页面不存在或已删除！</body></html>"
WALL = "<html><title>访问被拒绝</title><body>您的访问请求被网站管理员拦截</body></html>"


def page(number: int) -> str:
    title = f"第{number}次人才工作会议召开"
    line = f"青海省{title}，全省引进高层次人才{number + 100}名，建设人才平台{number + 3}个。"
    return f"<html><title>{title}</title><body><h1>{title}</h1><p>{line * 6}</p></body></html>"


def read(body: bytes, url: str, content_type: str | None, _source: str) -> Page:
    return parse_page(body, url, content_type)


@dataclass
class Bed:
    """A site of one source: `show` says what an address answers now, `look` lets the house see it."""

    crawl: sqlite3.Connection
    archive: sqlite3.Connection
    now: datetime.datetime = START

    def frontier(self) -> SqliteFrontier:
        return SqliteFrontier(self.crawl, "news", 1, lambda: self.now, (DAY,), DAY)

    def look(self, number: int, status: int = 200, body: str | None = None, final: str | None = None) -> None:
        url = f"http://news.example/a/{number}.html"
        text = page(number) if body is None else body
        visit = Visit(
            url, "news", "article", iso(self.now), status, text.encode() if status == 200 else None,
            "text/html; charset=utf-8", final_url=final,
        )  # fmt: skip
        self.frontier().done([(Task(url, "news", "article"), visit, [])])
        facts = SourceFacts("news", "新闻", "青海省", None, "generic", True, LIST, None, None, DAY, lists=(LIST,))
        while ingest.step(self.crawl, self.archive, {"news": facts}, read):
            pass

    def listed(self, status: int) -> None:
        visit = Visit(LIST, "news", "list", iso(self.now), status, error=None if status == 200 else "status：")
        self.frontier().done([(Task(LIST, "news", "list"), visit, [])])

    def kinds(self) -> list[str]:
        return [row[0] for row in self.archive.execute("select kind from changes order by number")]


@pytest.fixture
def bed(tmp_path: Path) -> Bed:
    directory = DataDirectory(tmp_path).prepare()
    return Bed(directory.open(directory.crawl, write=True), directory.open(directory.archive, write=True))


ABSENT: dict[str, Callable[[Bed], None]] = {
    "404": lambda bed: bed.look(1, 404),
    "410": lambda bed: bed.look(1, 410),
    "said in words": lambda bed: bed.look(1, 200, SAID),
    "nothing": lambda bed: bed.look(1, 200, "<html><body></body></html>"),
    "the front page": lambda bed: bed.look(1, 200, page(9), final="http://news.example/"),
    "a list page": lambda bed: bed.look(1, 200, page(9), final=LIST),
}


@pytest.mark.parametrize("kind", ABSENT)
def test_what_is_missing_twice_a_day_apart_is_gone(bed: Bed, kind: str) -> None:
    bed.look(1)
    bed.now += DAY
    ABSENT[kind](bed)
    assert bed.kinds() == ["new"]
    bed.now += DAY
    ABSENT[kind](bed)
    assert bed.kinds() == ["new", "gone"]
    body = bed.archive.execute("select body from article_text").fetchone()[0]
    assert "第1次人才工作会议" in body


def test_a_page_that_comes_back_has_returned(bed: Bed) -> None:
    bed.look(1)
    for _ in range(2):
        bed.now += DAY
        bed.look(1, 404)
    bed.now += DAY
    bed.look(1)
    assert bed.kinds() == ["new", "gone", "returned"]


def test_a_page_that_was_missing_once_is_looked_at_again_after_a_day(bed: Bed) -> None:
    bed.look(1)
    bed.look(1, 200, SAID)
    rows = bed.archive.execute("select kind, url from follow_ups").fetchall()
    assert [tuple(row) for row in rows] == [("again", "http://news.example/a/1.html")]


def test_a_wall_is_no_removal(bed: Bed) -> None:
    bed.look(1)
    for _ in range(3):
        bed.now += DAY
        bed.look(1, 200, WALL)
    assert bed.kinds() == ["new"]


def test_an_address_never_seen_is_not_missing(bed: Bed) -> None:
    for _ in range(2):
        bed.look(5, 404)
        bed.now += DAY
    assert bed.kinds() == []


def test_a_site_in_trouble_removes_nothing(bed: Bed) -> None:
    for number in range(1, 31):
        bed.look(number)
    for _ in range(3):
        bed.now += DAY
        for number in range(1, 16):
            bed.look(number, 404)
    assert "gone" not in bed.kinds()


def test_a_site_whose_lists_do_not_answer_removes_nothing(bed: Bed) -> None:
    bed.look(1)
    for _ in range(2):
        bed.now += DAY
        bed.listed(500)
        bed.look(1, 404)
    assert "gone" not in bed.kinds()


def test_a_few_removals_among_many_pages_are_removals(bed: Bed) -> None:
    for number in range(1, 31):
        bed.look(number)
    for _ in range(2):
        bed.now += DAY
        for number in range(1, 31):
            bed.look(number, 404 if number <= 4 else 200)
    assert bed.kinds().count("gone") == 4
