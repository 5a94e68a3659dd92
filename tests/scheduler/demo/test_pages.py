"""Every page of the four sites over real HTTP."""

from __future__ import annotations

import html
import re

import pytest

from scheduler.demo import texts
from scheduler.demo.pages import FOOTER
from scheduler.demo.site import LAST_TICK
from tests.scheduler.demo.conftest import Running

DAY = "2026-11-23"
CHARSETS = {"portal": "gbk", "epaper": "utf-8", "gov": "utf-8", "mirror": "utf-8"}
LISTS = {
    "portal": ["/col/rencai/index.shtml", "/col/zonghe/index.shtml"],
    "epaper": ["/pc/layout/index.html"],
    "gov": ["/xwdt/rcgz/index.html", "/zcwj/index.html", "/tzgg/index.html"],
    "mirror": ["/index.html"],
}


def page(running: Running, site: str, path: str) -> str:
    reply = running.get(site, path)
    assert reply.status == 200, path
    return reply.body.decode(CHARSETS[site])


def listed(running: Running, site: str) -> dict[str, str]:
    """Path → title of all that a crawler finds from the list pages, next pages included."""
    found: dict[str, str] = {}
    queue = list(LISTS[site])
    while queue:
        path = queue.pop(0)
        text = page(running, site, path)
        folder = path.rsplit("/", 1)[0]
        for href, title in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', text):
            target = href.replace("./", f"{folder}/") if href.startswith("./") else href
            if title == "下一页":
                queue.append(f"{folder}/{href}")
            elif re.search(r"/system/|/t\d{8}_|/content_", target):
                found[target] = html.unescape(title)
    return found


@pytest.mark.parametrize("tick", [0, 5, LAST_TICK])
def test_every_article_is_listed_and_holds_its_text(running: Running, tick: int) -> None:
    running.site.move(tick, DAY)
    lists = {site: listed(running, site) for site in ("portal", "epaper", "gov")}
    for text in texts.at(tick, DAY):
        assert lists[text.site].pop(text.path) == text.title
        content = html.unescape(page(running, text.site, text.path))
        cells = [cell for row in text.rows for cell in row]
        wanted = (*text.paragraphs, *text.captions, *cells, *text.authors, text.kicker, text.subtitle, text.document)
        assert [line for line in (text.title, text.origin, *wanted) if line not in content] == []
        assert FOOTER in content
    assert lists == {"portal": {}, "epaper": {}, "gov": {}}


def test_the_portal_is_gbk_and_says_so_in_the_page_only(running: Running) -> None:
    reply = running.get("portal", "/col/rencai/index.shtml")
    assert reply.headers["content-type"] == "text/html"
    assert b'charset="gb2312"' in reply.body
    assert "人才".encode("gbk") in reply.body
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode("utf-8")


def test_the_portal_column_has_a_second_page(running: Running) -> None:
    assert 'href="index_2.shtml">下一页' in page(running, "portal", "/col/rencai/index.shtml")
    assert "第2页" in page(running, "portal", "/col/rencai/index_2.shtml")
    assert running.get("portal", "/col/rencai/index_9.shtml").status == 404


def test_the_gov_column_counts_its_pages_from_nought(running: Running) -> None:
    running.site.move(LAST_TICK, DAY)
    assert running.get("gov", "/xwdt/rcgz/index_1.html").status == 404
    assert 'content="2025-03-18 10:30"' in page(running, "gov", "/xwdt/rcgz/202503/t20250318_123456.html")


def test_a_newspaper_page_maps_its_articles(running: Running) -> None:
    node = page(running, "epaper", "/pc/layout/202512/02/node_01.html")
    assert 'usemap="#pagepicmap"' in node
    assert re.findall(r'<area [^>]*href="([^"]+)"', node) == ["/pc/content/202512/02/content_50001.html"]
    assert running.get("epaper", "/pc/layout/202512/03/node_01.html").status == 404
    assert running.get("epaper", "/pc/pic/page.gif").headers["content-type"] == "image/gif"


def test_the_mirror_spoils_the_text_and_keeps_the_path(running: Running) -> None:
    running.site.move(6, DAY)
    (path,) = listed(running, "mirror")
    assert path == "/system/2025/03/18/030367001.shtml"
    copy = html.unescape(page(running, "mirror", path))
    for spoilt in (
        "域?qū)<覍W(xué)",
        "專家?guī),",
        "?shù)匚穆卯a(chǎn)",
        "青?蛻舳擞",
        "?xùn)|",
        "?nèi),",
        "?shù)拳h(huán)",
    ):
        assert spoilt in copy
    assert "领域专家" in html.unescape(page(running, "portal", path))


def test_robots_lets_all_in(running: Running) -> None:
    for site in CHARSETS:
        robots = running.get(site, "/robots.txt").body.decode()
        assert "Allow: /" in robots
        assert "Crawl-delay" not in robots
