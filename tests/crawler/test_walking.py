"""Walking lists: systems that count pages otherwise than we think, sitemaps, addresses with session numbers."""

from __future__ import annotations

import pytest

from crawler.addresses import canonical
from tests.crawler.site import crawled, serving
from tests.crawler.test_crawl import row


def lists_asked(paths: list[str]) -> list[str]:
    return [path for path in paths if path.startswith("/list/")]


def test_a_page_two_that_is_page_one_again_is_asked_under_the_other_number() -> None:
    with serving() as site:
        first, second, third = (f"<ul>{row(n)}{row(n + 1)}</ul>" for n in (1, 3, 5))
        for path, page in (("", first), ("index_1.html", first), ("index_2.html", second), ("index_3.html", third)):
            site.put("/list/" + path, page)
        for number in range(1, 7):
            site.put(f"/a/{number}.html", "<h1>会议召开</h1>")
        result = crawled(site, crawl={"next_page": "index_{n}.html", "next_page_from": 1})
    assert {path for path in result["by_path"] if path.startswith("/a/")} == {f"/a/{n}.html" for n in range(1, 7)}


def test_a_last_page_that_is_shown_for_ever_ends_the_walk() -> None:
    with serving() as site:
        for number in range(1, 20):
            page = min(number, 3)
            path = "/list/" if number == 1 else f"/list/p{number}.html"
            site.put(path, f'<ul>{row(page)}</ul><a href="/list/p{number + 1}.html">下一页</a>')
        for number in range(1, 4):
            site.put(f"/a/{number}.html", "<h1>会议召开</h1>")
        crawled(site, crawl={"max_list_pages": 19})
    assert lists_asked(site.paths()) == ["/list/", "/list/p2.html", "/list/p3.html", "/list/p4.html"]


def test_an_index_of_sitemaps_leads_to_the_newest_of_them() -> None:
    with serving() as site:
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        maps = "".join(
            f"<sitemap><loc>{site.url}/map{year}.xml</loc><lastmod>{year}-12-31</lastmod></sitemap>"
            for year in (2022, 2026, 2024)
        )
        site.put("/list/", f"<?xml version='1.0'?><sitemapindex {space}>{maps}</sitemapindex>", Content_Type="text/xml")
        for number, year in enumerate((2022, 2024, 2026), 1):
            place = f"<url><loc>{site.url}/a/{number}.html</loc><lastmod>{year}-05-01</lastmod></url>"
            text = f"<?xml version='1.0'?><urlset {space}>{place}</urlset>"
            site.put(f"/map{year}.xml", text, Content_Type="text/xml")
            site.put(f"/a/{number}.html", "<h1>会议召开</h1>")
        result = crawled(site, crawl={"max_list_pages": 2})
    assert {path for path in result["by_path"] if path.startswith("/a/")} == {"/a/2.html", "/a/3.html"}
    assert result["report"]["outcome"] == "complete"


def test_one_page_under_many_session_numbers_is_asked_once() -> None:
    with serving() as site:
        rows = "".join(
            f'<li><a href="/a/1.html;jsessionid={n}AB?utm_source=x{n}">青海省第{n}次人才工作会议召开</a></li>'
            for n in range(9)
        )
        site.put("/list/", f"<ul>{rows}</ul>")
        site.put("/a/1.html", "<h1>会议召开</h1>")
        crawled(site, crawl={"article": r"/a/\d+\.html"})
    assert [path for path in site.paths() if path.startswith("/a/")] == ["/a/1.html"]


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("http://n.cn/a.html", "http://n.cn/a.html"),
        ("http://n.cn/a.html#top", "http://n.cn/a.html"),
        ("http://n.cn/a;jsessionid=9F?id=3", "http://n.cn/a?id=3"),
        ("http://n.cn/a.asp?id=3&utm_source=wx&PHPSESSID=1", "http://n.cn/a.asp?id=3"),
        ("http://n.cn/a.asp?id=3&t=%E4%BA%BA", "http://n.cn/a.asp?id=3&t=%E4%BA%BA"),
        ("http://n.cn/a?ID=&b", "http://n.cn/a?ID=&b"),
    ],
)
def test_what_names_a_visitor_is_no_part_of_an_address(printed: str, kept: str) -> None:
    assert canonical(printed) == kept
