"""/sources, /source/ID and /metrics: what everybody sees, and what only the operator does."""

from __future__ import annotations

import datetime
import re
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from datasette_plugins.operator import PASSWORD_VARIABLE
from db import health, ingest, runs
from db.connection import open_writer
from db.frontier import SqliteFrontier
from db.ingest import SourceFacts
from db.paths import DataDirectory
from parsers import Page, parse_page
from parsers.visits import Task, Visit
from tests.web import archive_of

LOCAL = "http://localhost"
HOUR = datetime.timedelta(hours=1)
NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
PAGE = """<html><head><title>西宁引才百人</title></head><body><script>alert('站点脚本')</script><h1>西宁引才百人</h1>
<p>2026-03-05 10:00 来源：西宁晚报</p><p>{line}</p></body></html>"""
FACTS = SourceFacts(
    "qhnews", "青海新闻网", "青海省", "西宁市", "enorth", True, "https://qhnews.example/", None, None,
    datetime.timedelta(days=30),
)  # fmt: skip


def read(body: bytes, url: str, content_type: str | None, _source: str) -> Page:
    return parse_page(body, url, content_type)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    """A source that was crawled, and then refused us twice."""
    data: DataDirectory = archive_of.make(tmp_path_factory.mktemp("sources"), 2)
    with closing(open_writer(data.crawl)) as crawl, closing(open_writer(data.archive)) as archive:
        ingest.save_sources(archive, {"qhnews": FACTS})
        runs.plan(crawl, ["qhnews"], NOW)
        for back, outcome, new in ((5, "complete", 3), (3, "blocked", 0), (2, "blocked", 0)):
            number = runs.start(crawl, "qhnews", NOW - back * HOUR, dead=True)
            assert number is not None
            counts = {"requested": 4, "stored": new, "new": new}
            runs.end(
                crawl, number, NOW - back * HOUR + HOUR / 20, outcome=outcome, message="被网站拦截：请求 4",
                every=HOUR, counts=counts,
            )  # fmt: skip
        url = "https://qhnews.example/a/1.html"
        body = PAGE.format(line="西宁引进高层次人才103名，建设平台6个。" * 8).encode()
        at = (NOW - 5 * HOUR).isoformat()
        visit = Visit(url, "qhnews", "article", at, 200, body, "text/html; charset=utf-8", title="西宁引才百人")
        refused = Visit("https://qhnews.example/a/2.html", "qhnews", "article", at, 403, error="blocked：拒绝访问")
        frontier = SqliteFrontier(crawl, "qhnews", 1, lambda: NOW, (HOUR,), HOUR)
        frontier.done([(Task(one.url, "qhnews", "article"), one, []) for one in (visit, refused)])
        while ingest.step(crawl, archive, {"qhnews": FACTS}, read):
            pass
        assert health.check(archive, crawl, {"qhnews": {}}, lambda day: "workday", NOW) == 1
    return data


@pytest.fixture
def operator(directory: DataDirectory, monkeypatch: pytest.MonkeyPatch) -> Datasette:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    return build(directory.path, LOCAL)


@pytest.fixture
def stranger(directory: DataDirectory, monkeypatch: pytest.MonkeyPatch) -> Datasette:
    monkeypatch.setenv(PASSWORD_VARIABLE, "a long password")
    return build(directory.path, LOCAL)


async def get(web: Datasette, path: str) -> tuple[int, str]:
    answer = await web.client.get(path)
    return answer.status_code, answer.text


async def test_everybody_sees_state_days_and_events_but_no_pages(stranger: Datasette) -> None:
    status, html = await get(stranger, "/source/qhnews")

    assert status == 200
    assert "■</span> 被拦截" in html and "连续 2 次：被网站拦截：请求 4" in html
    assert "最近 60 天" in html and "异常记录" in html and "尚未恢复" in html
    assert "爬虫最近看到的页面" not in html
    assert "/visit/" not in html and "立即抓取" not in html and "最近的抓取" not in html


async def test_the_operator_sees_runs_and_the_last_pages_and_can_run_now(operator: Datasette) -> None:
    _, html = await get(operator, "/source/qhnews")

    assert 'name="source" value="qhnews"' in html and "立即抓取" in html
    assert html.count("● 完成") == 1 and html.count("■ 被拦截") >= 2
    assert "西宁引才百人</a>" in html and "blocked：拒绝访问" in html
    assert re.search(r"正文 \d+ 字", html)


async def test_each_row_has_its_own_button_to_crawl_now_for_the_operator_only(
    operator: Datasette, stranger: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    _, html = await get(operator, "/sources")
    row = re.search(r'<form class="run-row" method="post" action="/sources/run">.*?</form>', html, re.S)

    assert row is not None
    assert 'name="source" value="qhnews"' in row[0] and 'aria-label="立即抓取青海新闻网"' in row[0]
    monkeypatch.setenv(PASSWORD_VARIABLE, "a long password")
    assert "/sources/run" not in (await get(stranger, "/sources"))[1]


async def test_a_stored_page_is_shown_as_text_only(operator: Datasette) -> None:
    _, html = await get(operator, "/source/qhnews")
    (link,) = set(re.findall(r"/source/qhnews/visit/\d+", html))
    status, page = await get(operator, link)

    assert status == 200
    assert "alert(&#39;站点脚本&#39;)" in page and "alert('站点脚本')" not in page
    assert "西宁晚报" in page and "页面类型：article" in page


async def test_others_do_not_see_stored_pages_nor_metrics(stranger: Datasette) -> None:
    assert (await get(stranger, "/source/qhnews/visit/1"))[0] == 401
    assert (await get(stranger, "/metrics"))[0] == 401


@pytest.mark.parametrize("path", ["/source/none", "/source/%E6%97%A0", "/source/qhnews/visit/99", "/source/x/visit/1"])
async def test_what_is_not_there_is_said(operator: Datasette, path: str) -> None:
    status, html = await get(operator, path)
    assert status == 404
    assert "没有" in html


async def test_the_table_of_sources_says_since_when_and_leads_to_the_source(stranger: Datasette) -> None:
    _, html = await get(stranger, "/sources")

    assert 'href="/source/qhnews"' in html
    assert "共关注 1 个来源，0 个正常" in html
    assert re.search(r"自 \d{4}-\d\d-\d\d \d\d:\d\d 起", html)


async def test_english_is_complete(operator: Datasette) -> None:
    for path in ("/sources", "/source/qhnews", "/source/qhnews/visit/1"):
        _, html = await get(operator, f"{path}?lang=en")
        assert not re.search(r">(?:source|sources|visit)\.[a-z.]+<", html), path


async def test_metrics_are_what_prometheus_reads(operator: Datasette) -> None:
    answer = await operator.client.get("/metrics")

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert answer.text.endswith("\n")
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names)) and all(name.startswith("caixun_") for name in names)
    samples = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"\\]*"\})? -?[0-9.e+]+', line) for line in samples), samples
    assert 'caixun_source_healthy{source="qhnews"} 0' in samples
    assert 'caixun_sources{state="blocked"} 1' in samples
    assert 'caixun_stage_waiting{stage="parse"} 0' in samples
    assert 'caixun_runs_last_day{outcome="blocked"} 2' in samples


def test_labels_are_escaped() -> None:
    from db.metrics import Metric

    text = Metric("x", "Two\nlines.").add(1, source='a"b\\c\nd').text()
    assert text == '# HELP caixun_x Two\\nlines.\n# TYPE caixun_x gauge\ncaixun_x{source="a\\"b\\\\c\\nd"} 1\n'


@pytest.fixture
def archive_alone(tmp_path: Path) -> Datasette:
    data = archive_of.make(tmp_path, 1)
    for file in tmp_path.glob("crawl.db*"):
        file.unlink()
    return build(data.path, LOCAL)


async def test_an_archive_without_crawl_db_has_the_public_part(archive_alone: Datasette) -> None:
    status, html = await get(archive_alone, "/source/qhnews")
    assert status == 200 and "还没有抓取过" in html
    assert (await get(archive_alone, "/metrics"))[0] == 200
