"""Answers for machines that are lists: feeds, sitemaps, JSON, records of jcms."""

from __future__ import annotations

import pytest

from parsers import Page, PageKind, parse_page
from parsers.feeds import feed_date, read_feed

_FEEDS = {
    "rss": "<?xml version='1.0'?><rss version='2.0'><channel>"
    "<title>青河新闻</title><item><title>青河市召开人才会议</title>"
    "<link>http://www.qinghe.example/1.html</link>"
    "<pubDate>Tue, 18 Mar 2025 00:55:11 GMT</pubDate></item></channel></rss>",
    "atom": "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><entry><title>青河市召开人才会议</title>"
    "<link href='http://www.qinghe.example/1.html'/><updated>2025-03-18T08:55:11+08:00</updated></entry></feed>",
    "sitemap": "<?xml version='1.0'?><urlset><url><loc>http://www.qinghe.example/1.html"
    "</loc><lastmod>2025-03-18</lastmod></url></urlset>",
    "xinhua json": '{"datasource":[{"title":"青河市召开人才会议",'
    '"publishUrl":"../20250318/a/c.html","publishTime":"2025-03-18 08:55:11"}]}',
    "guangdong json": '{"articles":[{"id":1,"title":"关于人才项目的通知",'
    '"url":"http://www.qinghe.example/post_1.html","date":1742259311}]}',
    "jsonp": 'callback({"list":[{"title":"青河市召开人才会议","link":"/a/1.html"}]});',
    "jpaas html in json": '{"data":{"html":"<ul><li><a href=\\"/art/1.html\\">青河市召开人才会议'
    '</a><b>2025-03-18</b></li></ul>"}}',
    "jcms records": "<datastore><recordset><record><![CDATA[<li>"
    "<a href='/art/1.html'>青河市召开人才会议</a>2025-03-18</li>]]>"
    "</record></recordset></datastore>",
}


def _links(page: Page) -> list[tuple[str, str | None, str | None]]:
    return [(link.url, link.title, link.date) for link in page.links]


@pytest.mark.parametrize(
    ("name", "url", "title", "date"),
    [
        ("rss", "http://www.qinghe.example/1.html", "青河市召开人才会议", "2025-03-18T08:55:11+08:00"),
        ("atom", "http://www.qinghe.example/1.html", "青河市召开人才会议", "2025-03-18T08:55:11+08:00"),
        ("sitemap", "http://www.qinghe.example/1.html", None, "2025-03-18"),
        (
            "xinhua json",
            "http://www.qinghe.example/20250318/a/c.html",
            "青河市召开人才会议",
            "2025-03-18T08:55:11+08:00",
        ),
        ("guangdong json", "http://www.qinghe.example/post_1.html", "关于人才项目的通知", "2025-03-18T08:55:11+08:00"),
        ("jsonp", "http://www.qinghe.example/a/1.html", "青河市召开人才会议", None),
        ("jpaas html in json", "http://www.qinghe.example/art/1.html", "青河市召开人才会议", "2025-03-18"),
        ("jcms records", "http://www.qinghe.example/art/1.html", "青河市召开人才会议", "2025-03-18"),
    ],
)
def test_an_answer_for_machines_lists_titles_and_dates(
    name: str, url: str, title: str | None, date: str | None
) -> None:
    page = parse_page(_FEEDS[name].encode(), "http://www.qinghe.example/rc/list.html")
    assert _links(page) == [(url, title, date)]


@pytest.mark.parametrize("name", list(_FEEDS))
def test_an_answer_for_machines_is_a_list(name: str) -> None:
    page = parse_page(_FEEDS[name].encode(), "http://www.qinghe.example/rc/list.html")
    assert page.kind == PageKind.LIST
    assert page.reason.endswith("1 条")


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("Tue, 18 Mar 2025 00:55:11 GMT", "2025-03-18T08:55:11+08:00"),
        ("Mon, 17 Mar 2025 20:00:00 +0000", "2025-03-18T04:00:00+08:00"),
        ("2025-03-17T20:00:00Z", "2025-03-18T04:00:00+08:00"),
        ("2025-03-18 08:55", "2025-03-18T08:55+08:00"),
        ("2025年3月18日", "2025-03-18"),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_of_feeds_are_in_beijing_time(printed: str, date: str | None) -> None:
    assert feed_date(printed) == date


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<p>青河市</p>",
        "<?xml version='1.0'?><html><body>x</body></html>",
        "青河市",
        "[本报讯] 青河市召开会议",
        '{"a": [1, 2',
    ],
)
def test_what_is_no_feed_is_none(text: str) -> None:
    assert read_feed(text, None) is None


def test_a_feed_names_each_address_once_and_keeps_the_order() -> None:
    items = "".join(f"<item><title>第{n}条</title><link>http://a.example/{n % 3}.html</link></item>" for n in range(6))
    feed = read_feed(f"<rss><channel>{items}</channel></rss>", None)
    assert feed is not None
    assert [link.url[-6:] for link in feed.links] == ["0.html", "1.html", "2.html"]


def test_titles_with_tags_and_entities_are_plain_text() -> None:
    item = "<item><title><![CDATA[青河<b>人才</b> &amp; 产业]]></title><link>http://a.example/1.html</link></item>"
    feed = read_feed(f"<rss><channel>{item}</channel></rss>", None)
    assert feed is not None
    assert feed.links[0].title == "青河人才 & 产业"


def test_json_nested_without_end_is_no_feed() -> None:
    assert read_feed("[" * 100_000, None) is None
