"""A whole run over real HTTP on loopback: what is taken, what is refused, what is left alone."""

from __future__ import annotations

import base64
import gzip
import hashlib
from typing import Any

from tests.crawler.site import Site, crawled, serving


def look(site: Site, *paths: str) -> list[dict[str, Any]]:
    return [{"url": site.url + path, "source": "test", "kind": "article"} for path in paths]


def row(number: int) -> str:
    return f'<li><a href="/a/{number}.html">青海省第{number}次人才工作会议召开</a><span>2025-03-{number:02}</span></li>'


def test_lists_are_walked_to_articles_with_printed_title_and_date() -> None:
    with serving() as site:
        site.put("/list/", f'<ul>{row(1)}{row(2)}</ul><a href="/list/2.html">下一页</a>')
        site.put("/list/2.html", f"<ul>{row(3)}</ul>")
        for number in (1, 2, 3):
            site.put(f"/a/{number}.html", f"<h1>{number}</h1>")
        result = crawled(site)
    assert result["report"]["stored"] == 5
    assert (result["by_path"]["/a/3.html"]["title"], result["by_path"]["/a/3.html"]["date"]) == (
        "青海省第3次人才工作会议召开",
        "2025-03-03",
    )
    assert result["leased"] == []


def test_a_page_with_nothing_new_ends_the_walk_and_the_cap_holds() -> None:
    with serving() as site:
        for page in range(1, 9):
            name = "/list/" if page == 1 else f"/list/{page}.html"
            site.put(name, f'<ul>{row(page)}</ul><a href="/list/{page + 1}.html">下一页</a>')
        crawled(site, crawl={"max_list_pages": 3})
    assert [path for path in site.paths() if path.startswith("/list")] == ["/list/", "/list/2.html", "/list/3.html"]


def test_since_leaves_older_articles_and_limit_caps_requests() -> None:
    with serving() as site:
        site.put("/list/", f"<ul>{''.join(map(row, range(1, 10)))}</ul>")
        dated = crawled(site, since="2025-03-08")
        site.asked.clear()
        capped = crawled(site, limit=3)
    assert {path for path in dated["by_path"] if path.startswith("/a/")} == {"/a/8.html", "/a/9.html"}
    assert capped["report"]["requested"] == 3
    assert capped["report"]["ended"] == "budget"


def test_the_crawler_says_who_it_is_and_how_to_reach_the_operator() -> None:
    with serving() as site:
        site.put("/list/", f"<ul>{row(1)}</ul>")
        site.put("/a/1.html", "<h1>1</h1>")
        crawled(site, user_agent="Caixun/0.1 (+ops@example.cn)")
    assert {headers["User-Agent"] for _, headers in site.asked} == {"Caixun/0.1 (+ops@example.cn)"}


def test_validators_are_sent_and_an_unchanged_page_has_no_body() -> None:
    page = "<h1>未变</h1>".encode()
    with serving() as site:
        site.put("/a/1.html", status=304)
        site.put("/a/2.html", page)
        tasks = look(site, "/a/1.html", "/a/2.html")
        tasks[0] |= {"etag": '"x"', "last_modified": "Mon, 03 Mar 2025 00:00:00 GMT"}
        tasks[1] |= {"body_hash": hashlib.sha256(page).hexdigest()}
        result = crawled(site, tasks=tasks)
        sent = dict(site.asked)["/a/1.html"]
    assert sent["If-None-Match"] == '"x"'
    assert sent["If-Modified-Since"].startswith("Mon, 03 Mar")
    assert [result["by_path"][path]["status"] for path in ("/a/1.html", "/a/2.html")] == [304, 200]
    assert all(visit["body"] is None and visit["error"] is None for visit in result["visits"])
    assert result["report"]["unchanged"] == 2


def test_no_redirect_reaches_a_private_address() -> None:
    with serving() as site, serving("127.0.0.2", site.port) as private:
        spellings = ["127.0.0.2", "0x7f.0.0.2", "2130706434", "[::ffff:127.0.0.2]"]
        for number, host in enumerate(spellings):
            site.put(f"/a/{number}.html", status=302, Location=f"http://{host}:{site.port}/secret")
        site.put("/a/8.html", status=302, Location="file:///etc/hostname")
        site.put("/a/9.html", f'<meta http-equiv="refresh" content="0;url=http://127.0.0.2:{site.port}/secret">')
        result = crawled(site, tasks=look(site, *(f"/a/{number}.html" for number in (0, 1, 2, 3, 8, 9))))
        assert private.asked == []
    errors = [result["by_path"][f"/a/{number}.html"]["error"] for number in range(4)]
    assert all(error.startswith("refused address") for error in errors)
    assert result["by_path"]["/a/8.html"]["error"].startswith("redirect")


def test_a_name_that_resolves_to_a_private_address_is_refused() -> None:
    with serving() as site:
        site.put("/a/1.html", status=302, Location=f"http://localhost:{site.port + 1}/secret")
        result = crawled(site, tasks=look(site, "/a/1.html"))
    visit = result["by_path"]["/a/1.html"]
    assert visit["status"] == 0
    assert "不是公网地址" in visit["error"]


def test_robots_with_a_server_error_forbids_and_without_a_file_allows() -> None:
    with serving() as site:
        site.put("/a/1.html", "<h1>一</h1>")
        allowed = crawled(site, tasks=look(site, "/a/1.html"))
        site.put("/robots.txt", status=500)
        site.asked.clear()
        forbidden = crawled(site, tasks=look(site, "/a/1.html"))
    assert allowed["visits"][0]["status"] == 200
    assert forbidden["visits"][0]["error"].startswith("robots")
    assert site.paths() == ["/robots.txt"]


def test_robots_rules_and_crawl_delay_are_kept() -> None:
    with serving() as site:
        site.put("/robots.txt", "User-agent: *\nDisallow: /a/2\nCrawl-delay: 0.4\n", Content_Type="text/plain")
        for number in (1, 2, 3):
            site.put(f"/a/{number}.html", "<h1>页</h1>")
        result = crawled(site, tasks=look(site, "/a/1.html", "/a/2.html", "/a/3.html"))
    assert sorted(site.paths()) == ["/a/1.html", "/a/3.html", "/robots.txt"]
    assert result["by_path"]["/a/2.html"]["error"].startswith("robots")
    assert result["report"]["seconds"] >= 0.8


def test_retry_after_is_kept_and_the_host_is_left_alone() -> None:
    with serving() as site:
        site.put("/a/1.html", status=429, Retry_After="600")
        tasks = look(site, *(f"/a/{number}.html" for number in range(1, 6)))
        result = crawled(site, tasks=tasks, crawl={"concurrency": 1})
    assert [path for path in site.paths() if path != "/robots.txt"] == ["/a/1.html"]
    assert result["by_path"]["/a/1.html"]["retry_after"] == 600
    assert result["report"]["left"] == 4


def test_broken_answers_are_visits_with_an_error_and_healthy_ones_are_stored() -> None:
    page = "<h1>高层次人才</h1>".encode()
    with serving() as site:
        site.put("/a/1.html", gzip.compress(page * 500)[:60], Content_Encoding="gzip")
        site.put("/a/2.html", gzip.compress(bytes(20 << 20)), Content_Encoding="gzip")
        site.put("/a/3.html", status=302, Location="/a/3.html")
        site.put("/a/4.html", b"PK\3\4", Content_Type="application/zip")
        site.put("/a/5.html", "<h1>人才</h1>".encode("gbk"))
        site.put("/a/6.html", b"%PDF-1.4\n")
        site.put("/a/7.html", gzip.compress(page), Content_Encoding="gzip")
        site.put("/a/8.html", b"x" * (11 << 20))
        site.put("/a/9.html", b"")
        result = crawled(site, tasks=look(site, *(f"/a/{number}.html" for number in range(1, 10))))
    found = {path: (visit["error"] or "").split("：")[0] for path, visit in result["by_path"].items()}
    names = {1: "cut short", 2: "too large", 3: "redirect", 4: "content type", 8: "too large"}
    assert found == {f"/a/{number}.html": names.get(number, "") for number in range(1, 10)}
    assert base64.b64decode(result["by_path"]["/a/7.html"]["body"]) == page
    assert base64.b64decode(result["by_path"]["/a/5.html"]["body"]).decode("gbk") == "<h1>人才</h1>"
    assert result["by_path"]["/a/9.html"]["body"] == ""
