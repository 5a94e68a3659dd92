"""The archive's tables, SQL and ready questions: in our look, in Chinese, searched and counted as Chinese needs it."""

from __future__ import annotations

import re
import sqlite3
from html import unescape
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from datasette_plugins.tables import found, questions
from db.dictionary import TABLES
from db.site import Site
from tests.web import archive_of

_BASE = "http://127.0.0.1:8000"
PAGES = ("/data", "/-/tables", "/archive", "/archive/articles", "/archive/facts", "/archive/revisions",
         "/archive?sql=select+1", "/archive/policies", "/archive/changes/1", "/archive/articles?_facet_values=places",
         "/archive/articles?_facet=source&title__contains=引才")  # fmt: skip


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return archive_of.make(tmp_path / "data", 10).path


@pytest.fixture
def site(directory: Path) -> Datasette:
    return build(directory, _BASE)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
async def test_pages_wear_our_look_in_both_languages(site: Datasette, path: str, language: str) -> None:
    answer = await site.client.get(path, cookies={"caixun_lang": language})
    assert answer.status_code == 200
    html = answer.text
    assert 'class="brand"' in html and not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html)
    title = re.search(r"<title>(.*?)</title>", html)
    assert title and bool(re.search("[\u4e00-\u9fff]", title[1].split(" · ")[0])) == (language == "zh")


@pytest.mark.parametrize("path", ["/archive/articles", "/archive/places-by-month?地点=西宁市", "/archive?sql=select+1"])
async def test_the_language_of_a_table_is_no_condition(site: Datasette, path: str) -> None:
    asked = path + ("&" if "?" in path else "?") + "lang=en"
    answer = await site.client.get(asked)
    assert answer.status_code == 302 and "caixun_lang=en" in answer.headers["set-cookie"]
    assert httpx.URL(answer.headers["location"]) == httpx.URL(path.replace("+", "%20").replace("%20", "+"))
    assert (await site.client.get(answer.headers["location"])).status_code == 200


async def test_the_columns_of_a_table_are_explained(site: Datasette) -> None:
    html = (await site.client.get("/archive/facts")).text
    for column in TABLES["facts"].columns.values():
        assert unescape(html).count(column.about["zh"]) >= 1, column.name
    english = (await site.client.get("/archive/facts", cookies={"caixun_lang": "en"})).text
    assert "stands word for word in the body" in english


@pytest.mark.parametrize(
    ("query", "count"),
    [("引才", 10), ("绿色算力", 10), ("德令哈", 0), ("title:夜话", 1), ("夜话 OR title:第7场", 2), ("綠色算力", 10)],
)
@pytest.mark.parametrize("full", [True, False])
async def test_the_search_of_a_table_finds_what_the_search_finds(
    directory: Path, query: str, count: int, full: bool
) -> None:
    site = build(directory, _BASE, show_full_text=full)
    answer = await site.client.get("/archive/articles.json", params={"_q": query, "_shape": "array"})
    assert answer.status_code == 200 and len(answer.json()) == count
    sql = "select count(*) n from facts where revision in (select value from json_each(caixun_found(:q)))"
    counted = await site.client.get("/archive.json", params={"sql": sql, "q": query, "_shape": "array"})
    assert counted.json()[0]["n"] == 2 * count


async def test_a_wrong_query_is_explained_beside_the_field(site: Datasette) -> None:
    answer = await site.client.get("/archive/articles", params={"_q": "(引才"})
    assert answer.status_code == 200 and 'id="q-error"' in answer.text and "没有符合条件的行" in answer.text


async def test_places_are_counted_and_chosen_with_their_provinces(site: Datasette) -> None:
    answer = await site.client.get("/archive/articles.json?_facet_values=places")
    [facet] = answer.json()["facet_results"].values()
    assert {value["value"]: value["count"] for value in facet["results"]} == {"青海省": 10, "西宁市": 10}
    chosen = await site.client.get("/archive/articles.json?_place=青海省&_place=西宁市&_theme=引才&_shape=array")
    assert len(chosen.json()) == 10
    none = await site.client.get("/archive/articles.json?_place=青海&_shape=array")
    assert none.json() == []


async def test_every_question_has_an_answer_and_can_be_changed(site: Datasette) -> None:
    page = (await site.client.get("/data")).text
    assert len(questions()) >= 5
    for one in questions():
        assert one.titles["zh"] in page
        answer = await site.client.get(f"/archive/{one.name}")
        assert answer.status_code == 200 and "message-error" not in answer.text, one.name
        assert "/archive?sql=" in answer.text, one.name
        parameters = dict.fromkeys(re.findall(r"(?<!:):(\w+)", one.sql), "")
        changed = await site.client.get("/archive.json", params={"sql": one.sql, "_shape": "array", **parameters})
        assert changed.status_code == 200, one.name


async def test_questions_answer_from_the_facts(site: Datasette) -> None:
    rows = (await site.client.get("/archive/signed-projects-by-city.json?_shape=array&地点=西宁")).json()
    assert rows and rows[0]["地方"] == "西宁市" and rows[0]["数值"] == 103
    weeks = (await site.client.get("/archive/articles-per-site-and-week.json?_shape=array")).json()
    assert sum(week["文章数"] for week in weeks) == 10 and all(week["周"] <= "2026-03-30" for week in weeks)
    months = (await site.client.get("/archive/places-by-month.json?_shape=array&地点=西宁市&检索=夜话")).json()
    assert months == [{"月份": "2026-03", "文章数": 1, "报道数": 1}]


async def test_a_query_that_takes_too_long_is_stopped_and_told_in_words(site: Datasette) -> None:
    slow = "with recursive n(x) as (select 1 union all select x+1 from n) select count(*) from n"
    answer = await site.client.get("/archive", params={"sql": slow})
    assert answer.status_code == 400 and "超过了 2 秒" in answer.text and "&lt;p&gt;" not in answer.text


def test_found_is_what_a_search_finds(directory: Path) -> None:
    site = Site(directory)
    assert len(found(site, "引才")) == 10
    with pytest.raises(sqlite3.OperationalError):
        site.archive.execute("select caixun_found('x')")
