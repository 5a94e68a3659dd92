"""Feeds of any search: valid, also when empty; the same in all three formats; answered with 304 when nothing is new."""

from __future__ import annotations

import json
import os
from contextlib import closing
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from datasette.app import Datasette

from datasette_plugins import feed
from datasette_plugins.app import build
from db import archive, takedown
from db.connection import open_writer
from tests.web import archive_of
from tests.web.messages_of_feeds import STRANGE

ATOM = "{http://www.w3.org/2005/Atom}"
PATHS = ("/search.atom", "/search.rss", "/search.feed.json")
HEAD = feed.Head("才讯：人才", "https://caixun.example.cn", "/search.atom?q=1", "/search?q=1")
BASE = "https://caixun.example.cn"


def site(path: Path, count: int) -> Datasette:
    archive_of.make(path / "data", count)
    # made long ago, so that the validators are those of a quiet day
    for file in (path / "data").glob("archive.db*"):
        os.utime(file, (1_770_000_000, 1_770_000_000))
    return build(path / "data", BASE)


def absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isascii() and " " not in url


def check_atom(body: bytes) -> list[str]:
    """The rules of RFC 4287 section 4.1; the ids of the entries."""
    root = ET.fromstring(body)
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(root.findall(ATOM + name)) == 1
    links = {link.get("rel"): link.get("href", "") for link in root.findall(f"{ATOM}link")}
    assert absolute(links["self"]) and absolute(links["alternate"])
    ids = []
    for entry in root.findall(f"{ATOM}entry"):
        for name in ("id", "title", "updated"):
            assert len(entry.findall(ATOM + name)) == 1
        assert len(entry.findall(f"{ATOM}published")) <= 1
        assert (entry.findtext(f"{ATOM}author/{ATOM}name") or "").strip()
        assert [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert all(absolute(link.get("href", "")) for link in entry.findall(f"{ATOM}link"))
        ids.append(entry.findtext(f"{ATOM}id") or "")
    assert len(ids) == len(set(ids))
    return ids


def check_rss(body: bytes) -> list[str]:
    """The rules of the RSS 2.0 specification and of the RSS Advisory Board's profile; the guids."""
    root = ET.fromstring(body)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root.findall("channel")
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        assert (channel.findtext(name) or "").strip(), name
    assert absolute(channel.findtext("link") or "")
    assert channel.find(f"{ATOM}link") is not None
    assert parsedate_to_datetime(channel.findtext("lastBuildDate") or "").tzinfo
    guids = []
    for item in channel.findall("item"):
        assert (item.findtext("title") or item.findtext("description") or "").strip()
        assert absolute(item.findtext("link") or "")
        assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo
        (guid,) = item.findall("guid")
        assert guid.get("isPermaLink") == "false"
        guids.append(guid.text or "")
    assert len(guids) == len(set(guids))
    return guids


def check_json(body: bytes) -> list[str]:
    """The rules of JSON Feed 1.1; the ids."""
    content: dict[str, Any] = json.loads(body)
    assert content["version"] == "https://jsonfeed.org/version/1.1"
    assert content["title"]
    assert absolute(content["feed_url"]) and absolute(content["home_page_url"])
    for item in content["items"]:
        assert isinstance(item["id"], str) and item["content_text"]
        assert absolute(item["url"]) and absolute(item.get("external_url", "http://x.cn"))
        assert all(author["name"] for author in item["authors"])
    ids = [item["id"] for item in content["items"]]
    assert len(ids) == len(set(ids))
    return ids


CHECKS = dict(zip(PATHS, (check_atom, check_rss, check_json), strict=True))


@pytest.mark.parametrize("path", PATHS)
async def test_feeds_of_a_search_are_valid(tmp_path: Path, path: str) -> None:
    answer = await site(tmp_path, 6).client.get(f"{path}?q=校园引才&place=青海省")
    assert answer.status_code == 200
    assert len(CHECKS[path](answer.content)) == 6


@pytest.mark.parametrize("path", PATHS)
async def test_empty_feeds_are_valid(tmp_path: Path, path: str) -> None:
    for query in ("", "?q=没有这样的词"):
        answer = await site(tmp_path, 0).client.get(path + query)
        assert (answer.status_code, CHECKS[path](answer.content)) == (200, [])


async def test_all_formats_have_the_same_articles_under_the_same_ids(tmp_path: Path) -> None:
    server = site(tmp_path, 5)
    found = [CHECKS[path]((await server.client.get(f"{path}?q=引才")).content) for path in PATHS]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 5


@pytest.mark.parametrize(
    ("write", "check"), [(feed.atom, check_atom), (feed.rss, check_rss), (feed.json_feed, check_json)]
)
def test_what_pages_print_breaks_no_feed(write: Any, check: Any) -> None:
    body = write(STRANGE, HEAD)
    assert len(check(body)) == len(STRANGE)
    assert b"javascript:" not in body
    assert body == write(STRANGE, HEAD)


@pytest.mark.parametrize("path", PATHS)
async def test_a_feed_comes_again_only_when_it_changed(tmp_path: Path, path: str) -> None:
    server = site(tmp_path, 4)
    first = await server.client.get(f"{path}?q=校园引才")
    for headers in (
        {"if-none-match": first.headers["etag"]},
        {"if-none-match": f'"other", W/{first.headers["etag"]}'},
        {"if-none-match": "*"},
        {"if-modified-since": first.headers["last-modified"]},
    ):
        again = await server.client.get(f"{path}?q=校园引才", headers=headers)
        assert (again.status_code, again.content) == (304, b""), headers
        assert again.headers["etag"] == first.headers["etag"]
    for headers in (
        {"if-none-match": '"other"', "if-modified-since": first.headers["last-modified"]},
        {"if-modified-since": "Thu, 01 Jan 2015 00:00:00 GMT"},
        {"if-modified-since": "yesterday"},
    ):
        assert (await server.client.get(f"{path}?q=校园引才", headers=headers)).status_code == 200, headers


@pytest.mark.parametrize("path", PATHS)
async def test_a_takedown_is_news_although_nothing_is_newer(tmp_path: Path, path: str) -> None:
    server = site(tmp_path, 4)
    first = await server.client.get(path)
    gone = archive.article_id("https://news.example.cn/0.html")
    with closing(open_writer(tmp_path / "data" / "archive.db")) as writer:
        takedown.take_down(writer, gone, "2026-01-01T00:00:00+00:00", "来源要求")
    for name, header in (("if-none-match", "etag"), ("if-modified-since", "last-modified")):
        again = await server.client.get(path, headers={name: first.headers[header]})
        assert again.status_code == 200
        assert len(CHECKS[path](again.content)) == 3


async def test_what_is_written_in_the_second_of_the_answer_is_not_missed(tmp_path: Path) -> None:
    archive_of.make(tmp_path / "data", 1)
    server = build(tmp_path / "data", BASE)
    first = await server.client.get("/search.atom")
    archive_of.make(tmp_path / "data", 3)
    again = await server.client.get("/search.atom", headers={"if-modified-since": first.headers["last-modified"]})
    assert again.status_code == 200


@pytest.mark.parametrize("path", PATHS)
async def test_a_wrong_query_is_a_page_with_status_400(tmp_path: Path, path: str) -> None:
    answer = await site(tmp_path, 0).client.get(f"{path}?q=(引才")
    assert answer.status_code == 400
    assert "text/html" in answer.headers["content-type"]
