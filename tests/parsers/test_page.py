"""parse_page on whatever a network answers: kinds with reasons, and never an exception."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import caixun
from parsers import PageKind, parse_page

_PAGES = Path(__file__).parent / "pages"
_PORTAL = (_PAGES / "portal_gbk" / "page.html").read_bytes()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", PageKind.EMPTY),
        (b"\x89PNG\r\n\x1a\n0000", PageKind.OTHER),
        ("<title>404</title><body>您访问的页面不存在</body>".encode(), PageKind.ERROR),
        ("<body>您的访问请求被拦截，请联系网站管理员</body>".encode(), PageKind.BLOCKED),
        ("<body>请完成验证后继续访问</body>".encode(), PageKind.CHALLENGE),
        (b'<meta http-equiv="refresh" content="0;url=/a/"><body></body>', PageKind.OTHER),
    ],
)
def test_what_is_no_article_is_named(body: bytes, kind: PageKind) -> None:
    page = parse_page(body)
    assert page.kind == kind
    assert page.reason


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0, max_value=len(_PORTAL)), st.binary(max_size=6))
def test_a_page_cut_anywhere_is_read_without_an_error(end: int, junk: bytes) -> None:
    assert parse_page(_PORTAL[:end] + junk, "http://news.example/1.html").reason


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_in_a_page_are_read_without_an_error(junk: bytes) -> None:
    assert parse_page(b"<html><body><p>" + junk + b"</p></body></html>").reason


def test_the_same_bytes_give_the_same_page() -> None:
    assert parse_page(_PORTAL, "http://a.example/1.html") == parse_page(_PORTAL, "http://a.example/1.html")


def _printed(*arguments: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(caixun.main, ["parse", *arguments])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_the_command_says_what_a_page_is_that_is_no_article() -> None:
    (line,) = _printed(str(_PAGES / "list_gov" / "page.html"), "--url", "https://rsj.example/tz/")
    assert (line["page"], line["reason"], line["links"]) == ("list", "列表页，5 个标题", 5)
    assert line["next_page"] == "https://rsj.example/tz/index_1.html"
    assert line["title"] is None


def test_the_command_lists_links_as_lines() -> None:
    page, *links = _printed(str(_PAGES / "list_gov" / "page.html"), "--links", "--url", "https://rsj.example/tz/")
    assert page["links"] == len(links) == 5
    assert links[0]["link"] == "https://rsj.example/tz/202508/t20250807_2007.html"
    assert (links[0]["title"], links[0]["date"]) == ("关于公布高层次人才引进名单的通知公告", "2025-08-07")


def test_a_list_cut_anywhere_is_read_without_an_error() -> None:
    page = (_PAGES / "list_gov" / "page.html").read_bytes()
    kinds = {parse_page(page[:end], "https://rsj.example/tz/").kind for end in range(0, len(page), 97)}
    assert PageKind.LIST in kinds


_TEXT = "青河市召开人才工作会议，总结去年的工作，安排今年的任务，三个县区作了交流发言，与会人员参观了产业园。" * 4
_HOST = "http://www.qinghe.example"


@pytest.mark.parametrize(
    ("pager", "url", "following"),
    [
        (
            "<div id=news_more_page_div_id><b>1</b><a href=030535730_2.shtml>下一页</a></div>",
            "/rc/system/2025/03/18/030535730.shtml",
            "/rc/system/2025/03/18/030535730_2.shtml",
        ),
        (
            "<div><a href=030535730.shtml>上一页</a> <a href=030535730_3.shtml>下一页</a></div>",
            "/rc/system/2025/03/18/030535730_2.shtml",
            "/rc/system/2025/03/18/030535730_3.shtml",
        ),
        (
            "<div><b>[1]</b><a href=c182775-35132605-2.html>[2]</a></div>",
            "/n2/2025/0318/c182775-35132605.html",
            "/n2/2025/0318/c182775-35132605-2.html",
        ),
        (
            "<div id=displaypagenum><a href=content_6729456_2.html>下一页</a></div>",
            "/2025-11/18/content_6729456.html",
            "/2025-11/18/content_6729456_2.html",
        ),
        (
            '<script>createPageHTML(3, 0, "t20250318_217861", "html");</script>',
            "/rc/202503/t20250318_217861.html",
            "/rc/202503/t20250318_217861_1.html",
        ),
        (
            '<script>createPageHTML(3, 2, "t20250318_217861", "html");</script>',
            "/rc/202503/t20250318_217861_2.html",
            None,
        ),
        ("<p>下一篇：<a href=t20250317_217700.html>青河市夜校开班</a></p>", "/rc/202503/t20250318_217861.html", None),
        ("<p><a href=6731.htm>下一条</a> <a href=6731.htm>下一页</a></p>", "/info/1053/6730.htm", None),
        ("<div>评论 <a href=/comment/1?page=2>下一页</a></div>", "/rc/202503/t20250318_217861.html", None),
        ("<p>没有翻页</p>", "/rc/202503/t20250318_217861.html", None),
    ],
)
def test_an_article_goes_on_at_its_own_next_part_only(pager: str, url: str, following: str | None) -> None:
    head = "<title>青河市召开人才工作会议_青河网</title><h1>青河市召开人才工作会议</h1><p>2025-03-18 08:55</p>"
    html = f"{head}<p>{_TEXT}</p>{pager}"
    page = parse_page(f"<html><body>{html}</body></html>".encode(), _HOST + url)
    assert page.kind == PageKind.ARTICLE
    assert page.next_page == (following and _HOST + following)


_HUGE = {
    "selects": "<select>" * 60_000,
    "options": "<select>" + "<option value=1.html>" * 60_000,
    "pager calls": "<script>" + "createPageHTML(1," * 60_000,
    "records": "<record><![CDATA[" * 60_000,
    "redirects": "<script>" + "location.href='" * 60_000,
    "frames": "<iframe src=" * 60_000,
    "rows": "".join(f"<li><a href={n}.html>青河市召开第{n}次会议</a><i>2024-03-05</i></li>" for n in range(20_000)),
    "arrows": "<a href=2.html>&gt;</a>" * 30_000,
    "flat links": "".join(f"<a href={n}.html>青河市召开第{n}次会议</a><br>" for n in range(20_000)),
    "a headline of a megabyte": f"<a href=1.html>{'青河市' * 300_000}</a>",
    "an address of a megabyte": f"<a href={'1.' * 500_000}html>下一页</a>",
}


@pytest.mark.parametrize("body", _HUGE.values(), ids=list(_HUGE))
def test_a_huge_page_of_one_thing_is_read_in_time(body: str) -> None:
    start = time.process_time()
    assert parse_page(f"<html><body>{body}</body></html>".encode(), "http://a.example/1.html").reason
    assert time.process_time() - start < 5
