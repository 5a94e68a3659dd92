"""`show = excerpt`: on every way out at most 200 characters around a match and 150 of a fact, never the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from db import archive
from db.archive import Seen
from db.connection import open_writer, transaction
from tests.web import archive_of

_BASE = "http://127.0.0.1:8000"
URL = "https://news.example.cn/long.html"
IDENTITY = archive.article_id(URL)
LONG = "西宁市" + "、".join(f"第{number}批引进高层次人才{number + 100}名" for number in range(60))
WAYS = (
    "/",
    "/search?q=高层次人才",
    "/search",
    "/search.csv?q=高层次人才",
    "/search.atom?q=高层次人才",
    "/facts",
    "/facts.csv",
    "/facts?text=高层次",
    f"/article/{IDENTITY}",
    f"/article/{IDENTITY}?revision=1",
    f"/compare?a={IDENTITY}&b={IDENTITY}",
    f"/story/{IDENTITY}",
    "/archive/articles",
    "/archive/articles.json?_size=max",
    "/archive/articles.csv",
    "/archive/facts",
    "/archive/facts.json",
    "/archive/facts.csv",
    "/archive/article_text.json",
    "/archive/article_text",
    "/archive/facts.json?_facet=evidence",
    "/archive/facts?evidence__contains=高层次",
    "/archive/article_index.json",
    "/archive.json?sql=select+body+from+article_text",
    "/archive.csv?sql=select+evidence+from+facts",
    "/archive.json?sql=select+group_concat(substr(evidence,100,400))+from+facts",
    "/archive/signed-projects-by-city.json",
    "/archive.json?sql=select+snippet(article_index,1,'','','',64)+from+article_index('引进')",
    "/archive/articles?_q=引进",
    f"/api/article/{IDENTITY}",
    f"/api/articles/{IDENTITY}.json",
    f"/article/{IDENTITY}.json",
    "/search.json?q=高层次人才",
    "/facts.json",
    f"/story/{IDENTITY}.json",
    "/people",
    "/places",
    "/policies",
    "/places/西宁市",
    f"/article/{IDENTITY}?text=original",
    f"/compare.json?a={IDENTITY}&b={IDENTITY}",
)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = archive_of.make(tmp_path_factory.mktemp("excerpt") / "data", 3)
    one = archive_of.article(5, "长文章")
    start = len(one.body) + 1
    fact = replace(one.facts[0], evidence=LONG, start=start, end=start + len(LONG))
    long = replace(one, paragraphs=(*one.paragraphs, LONG), facts=(fact,), original_paragraphs=(LONG,))
    connection = open_writer(made.archive)
    with transaction(connection):
        seen = Seen(URL, "qhnews", "2026-03-09T01:00:00+00:00", "2026-03-09")
        archive.record(connection, long, seen, url=URL)
    connection.close()
    return made.path


@pytest.fixture
def site(directory: Path) -> Iterator[Datasette]:
    yield build(directory, _BASE, show_full_text=False)


def _longest_part(text: str) -> int:
    """How many characters of the long paragraph stand in `text` in one piece."""
    best = 0
    for start in range(len(LONG)):
        while start + best < len(LONG) and LONG[start : start + best + 1] in text:
            best += 1
    return best


@pytest.mark.parametrize("path", WAYS)
async def test_no_way_out_tells_more_than_an_excerpt(site: Datasette, path: str) -> None:
    answer = await site.client.get(path, follow_redirects=True)
    assert answer.status_code < 500
    text = answer.text
    if "json" in answer.headers.get("content-type", ""):
        text = str(answer.json())
    assert _longest_part(text) <= 200, path


async def test_the_full_setting_shows_all_of_it(directory: Path) -> None:
    text = (await build(directory, _BASE).client.get("/archive.csv?sql=select+body+from+article_text")).text
    assert _longest_part(text) == len(LONG)


async def test_what_is_shown_is_worth_reading(site: Datasette) -> None:
    feed = ET.fromstring((await site.client.get("/search.atom?q=高层次人才")).content)
    assert "高层次人才" in ET.tostring(feed, encoding="unicode")
    page = (await site.client.get(f"/article/{IDENTITY}")).text
    assert LONG[:100] in page and URL in page
    rows = (await site.client.get("/archive/facts.json?_shape=array&_sort_desc=id")).json()
    assert rows[0]["evidence"] is None and rows[0]["evidence_excerpt"] == LONG[:150]
