"""The original of a mirrored article: derived from the mirror's address, asked of the source that we watch, once."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from db import ingest
from db.connection import open_reader, open_writer
from db.frontier import SqliteFrontier
from db.paths import DataDirectory
from parsers import parse_page
from parsers.values import Page, Repair
from parsers.visits import Task, Visit
from scheduler import house, runs

NOW = datetime.datetime(2026, 11, 21, 4, 0, tzinfo=datetime.UTC)
MIRROR = "http://copies.example/system/2026/03/30/030535730.shtml"
ORIGINAL = "https://www.qhnews.com/system/2026/03/30/030535730.shtml"
BODY = (
    "<html><head><title>青河市引进人才</title></head><body><h1>青河市引进高层次人才</h1><div>2026-03-30 08:55</div>"
    "<div id='content'><p>青河市今年引进高层次人才103名，兑现人才补贴二千余万元，人才工作领导小组逐项督办。</p>"
    "<p>下一步还将继续优化人才服务，让各类人才引得来、留得住、用得好。</p></div>"
    "<p>www.qhnews.com 版权所有</p></body></html>"
).encode()


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return house.prepare(tmp_path / "data")


def read(body: bytes, url: str, content_type: str | None, source: str) -> Page:
    """A reading as of a repaired mirror page."""
    page = parse_page(body, url, content_type)
    repaired = tuple(replace(one, repairs=(Repair("body", 0, 2, "？河", "青河", "试", True),)) for one in page.articles)
    return house.with_originals(replace(page, articles=repaired), body, url, ["www.qhnews.com", "www.gscn.com.cn"])


def test_the_original_is_shown_and_asked_of_its_source_once(directory: DataDirectory) -> None:
    sources = house.sources(directory)
    crawl = open_writer(directory.crawl)
    frontier = SqliteFrontier(crawl, "local", None, lambda: NOW)
    for _ in range(2):
        visit = Visit(MIRROR, "local", "look", NOW.isoformat(), 200, BODY, "text/html")
        frontier.done([(Task(MIRROR, "local", "look"), visit, [])])
    archive = open_writer(directory.archive)
    facts = {source.id: house.facts_of(source) for source in sources.values()}
    while ingest.step(crawl, archive, facts, read):
        pass
    shown = archive.execute("select original_url from article_text").fetchall()
    assert [row[0] for row in shown] == [ORIGINAL]
    assert {row["url"] for row in ingest.follow_ups(archive, "qhnews", 0)} == {ORIGINAL}

    own = SqliteFrontier(crawl, "qhnews", None, lambda: NOW)
    for _ in range(2):
        runs.seed_follow_ups(directory, crawl, own, "qhnews")
    assert [(task.url, task.kind) for task in own.claim(10)] == [(ORIGINAL, "article")]
    assert ingest.position(open_reader(directory.crawl), "follow_ups:qhnews") > 0


def test_a_page_that_is_no_mirror_of_a_known_site_has_no_original() -> None:
    page = house.with_originals(parse_page(BODY, MIRROR), BODY, MIRROR, ["www.other.example", "www.gscn.com.cn"])
    assert [one.original_url for one in page.articles] == [None]
