"""The search page with a faulty query: each fault at its place in the reader's language, and what the rest finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette

from datasette_plugins import app
from tests.web import archive_of


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    path: Path = tmp_path_factory.mktemp("faults")
    archive_of.make(path, 6)
    return app.build(path, "http://localhost")


async def soup_of(site: Datasette, query: str, language: str = "zh") -> tuple[int, BeautifulSoup]:
    response = await site.client.get("/search", params={"q": query, "lang": language})
    return response.status_code, BeautifulSoup(response.text, "html.parser")


async def test_a_fault_is_marked_and_the_rest_is_searched(site: Datasette) -> None:
    status, soup = await soup_of(site, "“绿色算力 after:昨天")

    assert status == 400
    assert [mark.get_text() for mark in soup.select(".error-place mark")] == ["“", "after:昨天"]
    assert "引号没有配对" in soup.get_text() and "读不懂“昨天”" in soup.get_text()
    assert soup.select_one("#q")["value"] == "“绿色算力 after:昨天"  # type: ignore[index] # there is one
    assert "已改为检索： 绿色算力" in soup.get_text()
    assert len(soup.select("[data-hit]")) == 6


async def test_faults_are_told_in_english_too(site: Datasette) -> None:
    _, soup = await soup_of(site, "(a", "en")

    assert "the opening bracket at character 1 is not closed" in soup.get_text()
    assert "Searched instead: a" in soup.get_text()


async def test_a_query_of_which_nothing_is_left_finds_nothing_and_says_why(site: Datasette) -> None:
    status, soup = await soup_of(site, "has:金子")

    assert (status, soup.select("[data-hit]")) == (400, [])
    assert "可写 figure（数据）" in soup.get_text()


async def test_what_finds_more_is_proposed_under_few_results(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.suggest._SECONDS_FEW", 60.0)  # readers wait less; a busy machine must not change the answer
    _, soup = await soup_of(site, "title:西宁举行 绿色算力 -place:甘肃")
    links = [link.get_text() for link in soup.select("[aria-labelledby=also] a, .suggestions a")]
    assert "西宁举行 绿色算力 -place:甘肃省" in links or any("OR" in link for link in links)


async def test_a_long_query_is_told_its_limit(site: Datasette) -> None:
    status, soup = await soup_of(site, "a" * 1500)
    assert (status, "超过 1000 个字符" in soup.get_text()) == (400, True)
