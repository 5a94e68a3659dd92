"""Requests that nobody meant to send: each is answered or refused in words, never with a server error."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette

from datasette_plugins import app
from tests.web import archive_of

WAYS = (
    "/search",
    "/search.json",
    "/search.csv",
    "/search.atom",
    "/search.rss",
    "/search.feed.json",
    "/search/facet/month",
    "/search/facet/year",
    "/subscribe",
    "/cite/search",
    "/download",
    "/download/articles.csv",
    "/brief",
)
SENSELESS = (
    ("month", "abc"),
    ("month", "²"),
    ("month", "9" * 5000),
    ("year", "1e5"),
    ("year", ""),
    ("asof", "0001-01-01"),
    ("asof", "9999-12-31"),
    ("page", "٣"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    path: Path = tmp_path_factory.mktemp("odd")
    archive_of.make(path, 4)
    return app.build(path, "http://localhost")


@pytest.mark.parametrize("way", WAYS)
async def test_a_senseless_choice_is_no_server_error(site: Datasette, way: str) -> None:
    for pair in SENSELESS:
        answer = await site.client.get(f"{way}?{urlencode([pair])}")
        assert answer.status_code < 500, (pair, answer.status_code)


async def test_the_archive_of_the_end_of_time_is_todays_and_that_of_its_beginning_is_empty(site: Datasette) -> None:
    totals = {
        day: (await site.client.get("/search.json", params={"asof": day})).json()["total"]
        for day in ("0001-01-01", "1899-12-31", "9999-12-31")
    }
    assert totals == {"0001-01-01": 0, "1899-12-31": 0, "9999-12-31": 4}


async def test_coverage_of_days_at_the_ends_of_the_calendar_is_no_server_error(site: Datasette) -> None:
    for query in ("to=0001-01-01", "from=0001-01-01", "from=9999-12-31&to=9999-12-31", "to=0001-01-01&by=day"):
        assert (await site.client.get(f"/coverage?{query}")).status_code == 200
        assert (await site.client.get(f"/coverage.json?{query}")).status_code == 200


@pytest.mark.parametrize(
    "packed",
    ['["{}",1e999,0]', "[" * 5000, '["{}",1,' + "9" * 400 + "]", '["{}",1,NaN]', '["{}",1e30,0]', '["{}",-1,0]'],
)
@pytest.mark.parametrize("order", ["newest", "relevance", "oldest"])
async def test_a_forged_cursor_is_refused(site: Datasette, packed: str, order: str) -> None:
    cursor = base64.urlsafe_b64encode(packed.replace("{}", order).encode()).decode().rstrip("=")
    answer = await site.client.get("/search.json", params={"order": order, "cursor": cursor})
    assert (answer.status_code, answer.json().get("where")) == (400, {"parameter": "cursor"})


@pytest.mark.parametrize("space", ["\u3000", "\u00a0", "\t", "\n", "\u2003"])
async def test_every_kind_of_space_parts_words(site: Datasette, space: str) -> None:
    """The space that a Chinese input method writes is U+3000: with it the two words must not grow together."""
    plain = (await site.client.get("/search.json", params={"q": "招才引智 举行"})).json()
    found = (await site.client.get("/search.json", params={"q": f"招才引智{space}举行"})).json()
    page = (await site.client.get("/search", params={"q": f"招才引智{space}举行"})).text
    form = (await site.client.get("/subscribe", params={"must": f"招才引智{space}举行"})).text
    assert plain["total"] == found["total"] == 2
    assert page.count("data-hit") == 2
    assert "招才引智举行" not in page and "招才引智举行" not in form


@pytest.mark.parametrize("way", ["/search.json", "/search.csv"])
async def test_a_choice_is_taken_as_it_is_stored(site: Datasette, way: str) -> None:
    """A facet value may hold spaces of any kind (王　伟): its link must find it."""
    answer = await site.client.get(way, params={"author": "王\u3000小明"})
    other = await site.client.get(way, params={"author": "王小明"})
    assert answer.text != other.text


async def test_a_form_sent_to_a_table_is_no_server_error(site: Datasette) -> None:
    answer = await site.client.post("/archive/articles", headers={"content-length": "0"})
    assert answer.status_code == 400


async def test_every_table_that_the_data_page_names_can_be_opened(site: Datasette) -> None:
    page = BeautifulSoup((await site.client.get("/data")).text, "html.parser")
    links = {str(link["href"]) for link in page.select("main a[href^='/archive/']")}
    assert "/archive/article_index" in links
    for link in sorted(links):
        assert (await site.client.get(link, follow_redirects=True)).status_code == 200, link


@pytest.mark.parametrize("query", ["人才", "(人才"])
async def test_a_day_that_does_not_exist_is_told_and_not_taken_for_today(site: Datasette, query: str) -> None:
    answer = await site.client.get("/search?" + urlencode({"q": query, "asof": "2024-02-30"}))
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 400
    assert any("没有“2024-02-30”这一天" in one.get_text() for one in page.select(".field-error"))
    assert page.select("[data-hit]")
