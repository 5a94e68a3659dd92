"""How a run ends: a page that says nothing is not the end of a list, and a site that blocks us is left alone."""

from __future__ import annotations

import pytest

from tests.crawler.site import Site, crawled, serving
from tests.crawler.test_crawl import row

CHALLENGE = "<html><script>document.cookie='__jsl_clearance=1';location.reload()</script></html>"
BLOCK = "<html><head><title>访问被拒绝</title></head><body><p>您的访问请求被网站管理员拦截</p></body></html>"
TOO_OFTEN = "<html><body><div>您的访问过于频繁，请稍后再试</div></body></html>"
CAPTCHA = "<html><title>安全验证</title><body>请完成安全验证后继续访问<input name=code></body></html>"
LOGIN = "<html><title>用户登录</title><body><form>请先登录<input type=password></form></body></html>"
EMPTY = "<html><head><title>人才工作</title></head><body><ul class='list'></ul></body></html>"
PAST_THE_END = "<html><head><title>页面不存在</title></head><body><p>您访问的页面不存在或已删除</p></body></html>"


def listing(site: Site, pages: int, articles: int = 3) -> None:
    for page in range(1, pages + 1):
        name = "/list/" if page == 1 else f"/list/{page}.html"
        rows = "".join(row((page - 1) * articles + number) for number in range(1, articles + 1))
        following = f'<a href="/list/{page + 1}.html">下一页</a>' if page < pages else ""
        site.put(name, f"<ul>{rows}</ul>{following}")
    for number in range(1, pages * articles + 1):
        site.put(f"/a/{number}.html", f"<h1>第{number}次人才工作会议召开</h1>")


def test_a_run_that_reads_everything_is_complete() -> None:
    with serving() as site:
        listing(site, 2)
        result = crawled(site)
    assert (result["report"]["outcome"], result["report"]["stored"]) == ("complete", 8)


def test_an_empty_page_in_the_middle_of_a_list_is_not_its_end() -> None:
    with serving() as site:
        listing(site, 3)
        site.pages["/list/2.html"] = [(200, {"Content-Type": "text/html; charset=utf-8"}, EMPTY.encode())]
        result = crawled(site)
    assert result["report"]["outcome"] == "incomplete"
    assert result["by_path"]["/list/2.html"]["error"].startswith("empty list：")
    assert "/a/9.html" not in result["by_path"]
    assert result["known"][site.url + "/list/2.html"]


def test_the_page_after_the_last_one_may_say_so() -> None:
    with serving() as site:
        site.put("/list/", f"<ul>{row(1)}</ul>")
        site.put("/list/index_2.html", PAST_THE_END)
        site.put("/a/1.html", "<h1>会议召开</h1>")
        result = crawled(site, crawl={"next_page": "index_{n}.html"})
    assert result["report"]["outcome"] == "complete"


@pytest.mark.parametrize(
    ("page", "word"),
    [(CHALLENGE, "challenge"), (BLOCK, "blocked"), (TOO_OFTEN, "blocked"), (CAPTCHA, "challenge"), (LOGIN, "login")],
)
def test_a_wall_of_200_is_a_failure_that_says_which(page: str, word: str) -> None:
    with serving() as site:
        listing(site, 1)
        site.pages["/a/2.html"] = [(200, {"Content-Type": "text/html; charset=utf-8"}, page.encode())]
        result = crawled(site)
    assert result["by_path"]["/a/2.html"]["error"].startswith(f"{word}：")
    assert result["report"]["blocked"] == 1
    assert result["report"]["outcome"] == "complete"  # one wall among pages that answer


@pytest.mark.parametrize(("status", "body"), [(403, b"no"), (412, b""), (521, b""), (200, CHALLENGE.encode())])
def test_a_site_that_shows_only_walls_is_left_alone(status: int, body: bytes) -> None:
    with serving() as site:
        listing(site, 1, 40)
        for number in range(1, 41):
            site.pages[f"/a/{number}.html"] = [(status, {"Content-Type": "text/html"}, body)]
        result = crawled(site, crawl={"concurrency": 1})
    assert result["report"]["outcome"] == "blocked"
    assert len([path for path in site.paths() if path.startswith("/a/")]) <= 10


def test_a_blocked_list_page_is_a_blocked_run() -> None:
    with serving() as site:
        site.put("/list/", BLOCK)
        result = crawled(site)
    assert result["report"]["outcome"] == "blocked"


def test_a_list_that_shows_nothing_is_an_incomplete_run() -> None:
    with serving() as site:
        site.put("/list/", EMPTY)
        result = crawled(site)
    assert result["report"]["outcome"] == "incomplete"


def test_nothing_received_is_a_failed_run() -> None:
    with serving() as site:
        site.put("/list/", b"oops", 500)
        result = crawled(site)
    assert result["report"]["outcome"] == "failed"


def test_a_budget_reached_is_an_incomplete_run() -> None:
    with serving() as site:
        listing(site, 1, 9)
        result = crawled(site, limit=4)
    assert result["report"]["outcome"] == "incomplete"
