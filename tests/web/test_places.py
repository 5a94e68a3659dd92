"""Pages of places: counted, found by their short names, with what was reported of them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from db import places_page
from db.connection import open_reader
from tests.web import archive_of, rich_archive

_TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich_archive.make(tmp_path_factory.mktemp("places") / "data", 160, _TODAY).path


@pytest.fixture
def site(directory: Path) -> Datasette:
    return build(directory, "http://caixun.example")


def test_a_province_counts_the_articles_on_its_places(directory: Path) -> None:
    connection = open_reader(directory / "archive.db")
    found = {one.name: one for one in places_page.places(connection)}
    assert len(found) == 34
    direct = connection.execute(
        "select count(distinct revision) from article_places join articles using (revision) where recorded_to is null"
        " and place in ('青海省', '西宁市', '海东市', '海西蒙古族藏族自治州', '玉树藏族自治州', '格尔木市')"
    ).fetchone()[0]
    assert found["青海省"].articles == direct > 0
    assert "西宁市" in dict(found["青海省"].below) and found["西藏自治区"].articles == 0


def test_the_table_of_a_place_holds_the_latest_report_of_each_year(directory: Path) -> None:
    connection = open_reader(directory / "archive.db")
    facts = places_page.place_facts(connection, "西宁市")
    assert facts.years == tuple(sorted(facts.years)) and facts.years[-1] == 2026
    measure = next(one for one in facts.measures if one.name == "签约人才项目")
    for year, rows in zip(facts.years, measure.cells, strict=True):
        assert all(str(year) in (row.fact.period or row.published or "") for row in rows)
        assert [row.published or "" for row in rows] == sorted((row.published or "" for row in rows), reverse=True)
    assert {row.fact.subject for one in facts.measures for cell in one.cells for row in cell} == {"西宁市"}


async def test_the_page_leads_to_figures_articles_and_the_place_above(site: Datasette) -> None:
    html = (await site.client.get("/place/西宁市")).text
    assert 'href="/place/%E9%9D%92%E6%B5%B7%E7%9C%81"' in html
    assert "历年数据" in html and re.search(r'<a href="/article/\w+#e\d+"', html)
    assert "《西宁市绿色算力产业人才支持办法》" in html
    listed = html.split('id="policies"')[1].split("</section>")[0]
    assert listed.count("绿色算力产业人才支持办法》") == 1, "a policy stands once"


async def test_a_short_name_is_sent_to_the_full_one_and_nonsense_is_not_found(site: Datasette) -> None:
    moved = await site.client.get("/place/西宁")
    assert (moved.status_code, moved.headers["location"]) == (301, "/place/%E8%A5%BF%E5%AE%81%E5%B8%82")
    assert (await site.client.get("/place/" + quote("没有这个地方"))).status_code == 404


async def test_a_place_without_articles_says_so_and_leads_on(site: Datasette) -> None:
    html = (await site.client.get("/place/拉萨市")).text
    assert "还没有关于拉萨市的文章" in html and "/place/%E8%A5%BF%E8%97%8F" in html


async def test_an_empty_archive_has_pages_of_places(tmp_path: Path) -> None:
    archive_of.make(tmp_path / "data", 0)
    empty = build(tmp_path / "data", "http://caixun.example")
    for path in ("/places", "/place/青海省"):
        assert (await empty.client.get(path)).status_code == 200
