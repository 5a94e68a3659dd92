"""List pages as tasks: articles with what the row prints, the next page by the page's own pager, feeds as lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.lists import tasks_on
from crawler.sources import Source, read_source
from crawler.values import Task

_BASE = "http://www.qinghe.example/rc/"
_ROW = "<li><a href='./202503/t202503{n}_2{n}.html'>青河市{n}日召开人才工作座谈会</a><i>2025-03-{n}</i></li>"
_OTHER = "<a href=/xw/1.html>别的栏目的一条新闻标题</a>"
_LIST = "<ul>" + "".join(_ROW.format(n=n) for n in range(18, 14, -1)) + f"</ul>{_OTHER}"


@pytest.fixture
def source(tmp_path: Path) -> Source:
    file = tmp_path / "qinghe.toml"
    file.write_text(
        'title = "青河网"\nprovince = "青海省"\nfamily = "trs_wcm'
        f'"\nreviewed = 2026-11-21\n[crawl]\nlists = ["{_BASE}"]\n',
        "utf-8",
    )
    return read_source(file)


def _tasks(source: Source, html: str, since: date | None = None, depth: int = 0) -> list[Task]:
    task = Task(_BASE, source.id, "list", depth)
    return tasks_on(source, task, _BASE, html.encode(), "text/html", since)


def test_rows_become_article_tasks_with_title_and_date(source: Source) -> None:
    tasks = [task for task in _tasks(source, _LIST) if task.kind == "article"]
    assert [(task.url.rpartition("/")[2], task.date) for task in tasks] == [
        (f"t202503{n}_2{n}.html", f"2025-03-{n}") for n in range(18, 14, -1)
    ]
    assert tasks[0].title == "青河市18日召开人才工作座谈会"


def test_the_pager_of_the_page_wins_over_the_rule_of_the_family(source: Source) -> None:
    html = _LIST + "<script>createPageHTML('page_div', 9, 1, 'list', 'shtml')</script>"
    assert [task.url for task in _tasks(source, html) if task.kind == "list"] == [_BASE + "list_2.shtml"]


def test_without_a_pager_the_rule_of_the_family_leads_on(source: Source) -> None:
    assert [task.url for task in _tasks(source, _LIST) if task.kind == "list"] == [_BASE + "index_1.html"]


def test_on_the_last_page_no_rule_leads_on(source: Source) -> None:
    html = _LIST + "<script>createPageHTML(4, 3, 'index', 'html')</script>"
    assert [task.url for task in _tasks(source, html) if task.kind == "list"] == []


def test_older_rows_are_left_out(source: Source) -> None:
    tasks = _tasks(source, _LIST, since=date(2025, 3, 17))
    assert [task.date for task in tasks if task.kind == "article"] == ["2025-03-18", "2025-03-17"]


def test_a_feed_is_a_list(source: Source) -> None:
    feed = (
        "<?xml version='1.0'?><rss><channel><item><title>青河市召开人才会议</title>"
        "<link>http://www.qinghe.example/rc/202503/t20250318_21.html</link>"
        "<pubDate>Tue, 18 Mar 2025 00:55:11 GMT</pubDate></item>"
        "<item><title>别的</title><link>http://www.qinghe.example/about.html</link></item></channel></rss>"
    )
    tasks = [task for task in _tasks(source, feed) if task.kind == "article"]
    assert [(task.url, task.title, task.date) for task in tasks] == [
        (_BASE + "202503/t20250318_21.html", "青河市召开人才会议", "2025-03-18T08:55:11+08:00")
    ]


def test_a_json_list_is_a_list(source: Source) -> None:
    record = '{"title": "青河市召开人才会议", "publishUrl": "202503/t20250318_21.html", "publishTime": "2025-03-18"}'
    answer = f'{{"datasource": [{record}]}}'
    tasks = [task for task in _tasks(source, answer) if task.kind == "article"]
    assert [(task.url, task.date) for task in tasks] == [(_BASE + "202503/t20250318_21.html", "2025-03-18")]


def test_a_newspaper_page_without_article_links_is_taken_as_its_pdf(source: Source) -> None:
    base = "http://www.qinghe.example/qhrb/pc/layout/202503/18/node_02.html"
    pages = "".join(f'<li><a href="node_0{n}.html">第0{n}版：要闻</a></li>' for n in (1, 2, 3))
    pdfs = "".join(f'<a href="../../../att/202503/18/{n}{n}a-{n}.pdf">第0{n}版 PDF</a>' for n in (1, 2, 3))
    html = f'<html><body><div id="pageList"><ul>{pages}</ul></div>{pdfs}</body></html>'
    task = Task(base, source.id, "epaper", 1, date="2025-03-18")
    found = tasks_on(source, task, base, html.encode(), "text/html", None)
    assert [(one.url.rpartition("/")[2], one.kind, one.date) for one in found] == [
        ("22a-2.pdf", "article", "2025-03-18")
    ]
