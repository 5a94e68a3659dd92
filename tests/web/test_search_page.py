"""The search page: what was understood, facets that can all be reached, other days, saved links, what stands around."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from datasette_plugins.query import SearchQuery
from db import archive
from db.archive import Seen
from db.connection import open_writer, transaction
from tests.web import archive_of, rich_archive

_TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich_archive.make(tmp_path_factory.mktemp("search") / "data", 120, _TODAY).path


@pytest.fixture
def site(directory: Path) -> Datasette:
    return build(directory, "http://caixun.example")


async def _page(site: Datasette, address: str) -> str:
    answer = await site.client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.text)


def _count(html: str) -> int:
    found = re.search(r'id="count">([\d,]+) 篇', html)
    return int(found[1].replace(",", "")) if found else 0


async def test_a_query_in_another_form_is_shown_as_it_was_understood(site: Datasette) -> None:
    assert 'class="understood"' not in await _page(site, "/search?q=人才 公寓")
    html = await _page(site, "/search?q=" + quote("地区：西宁 人才"))
    assert "按此检索：" in html and "place:西宁市 人才" in html


async def test_every_value_of_a_facet_leads_to_as_many_articles_as_it_says(site: Datasette) -> None:
    html = await _page(site, "/search?q=人才")
    rail = html.split('class="rail"')[1].split('class="results"')[0]
    links = re.findall(
        r'href="([^"]+)"[^>]*>(?:<span[^>]*>☐</span>)<span class="facet-label">[^<]+</span><span class="num">([\d,]+)',
        rail,
    )
    assert len(links) > 15
    for address, count in links[::4]:
        assert _count(await _page(site, address)) == int(count), address


async def test_two_values_of_a_facet_add_up_and_a_chosen_one_can_be_let_go(site: Datasette) -> None:
    one, two = [_count(await _page(site, f"/search?source={name}")) for name in ("zjol", "gansu")]
    both = await _page(site, "/search?source=zjol&source=gansu")
    assert _count(both) == one + two
    assert 'aria-label="去掉筛选：来源站点 浙江在线"' in both


async def test_the_page_of_a_facet_finds_values_and_keeps_the_search(site: Datasette) -> None:
    html = await _page(site, "/search/facet/place?q=人才&year=2026&contains=西宁")
    assert html.count('type="checkbox"') == 1 and 'value="西宁市"' in html
    assert (
        '<input type="hidden" name="q" value="人才">' in html
        and '<input type="hidden" name="year" value="2026">' in html
    )
    assert "没有含“火星”的项" in await _page(site, "/search/facet/place?contains=火星")
    assert (await site.client.get("/search/facet/nothing")).status_code == 404


async def test_bars_lead_to_their_month_and_shares_are_of_all_articles(site: Datasette) -> None:
    html = await _page(site, "/search?q=公寓&chart=share")
    row = re.search(r'<a href="([^"]+)">(\d{4}-\d\d)</a></td><td class="num">(\d+)</td><td class="num">([\d.]+)%', html)
    assert row is not None
    assert _count(await _page(site, row[1])) == int(row[3])
    everything = _count(await _page(site, f"/search?month={row[2]}"))
    assert float(row[4]) == pytest.approx(100 * int(row[3]) / everything, abs=0.06)


async def test_a_search_as_of_a_day_leaves_out_what_came_later(tmp_path: Path) -> None:
    archive_of.make(tmp_path / "data", 10)
    site = build(tmp_path / "data", "http://caixun.example")
    html = await _page(site, "/search?q=招才引智&asof=2026-03-05")
    assert "截至 2026-03-05 的档案" in html
    assert 0 < _count(html) < _count(await _page(site, "/search?q=招才引智"))
    assert "asof=2026-03-05" in re.search(r'class="facet".*?href="([^"]+)"', html, re.DOTALL)[1]  # type: ignore[index]
    csv = (await site.client.get("/search.csv?q=" + quote("招才引智") + "&asof=2026-03-05")).text
    assert len(csv.splitlines()) - 1 == _count(html), "the download is as of the same day"
    assert _count(await _page(site, "/search?asof=2020-01-01")) == 0


async def test_a_saved_search_is_its_link_and_says_what_is_new(tmp_path: Path) -> None:
    directory = archive_of.make(tmp_path / "data", 5)
    site = build(tmp_path / "data", "http://caixun.example")
    made = await site.client.get("/save?q=招才引智&place=青海省")
    assert made.status_code == 302
    link = made.headers["location"]
    html = await _page(site, link)
    assert "保存以后没有新增" in html and f'value="http://caixun.example{link}"' in html
    connection = open_writer(directory.archive)
    with transaction(connection):
        url = "https://news.example.cn/new.html"
        later = archive_of.article(7, "西宁招才引智新场次")
        archive.record(connection, later, Seen(url, "qhnews", "2026-03-20T01:20:00+00:00", "2026-03-20"), url=url)
    connection.close()
    html = await _page(site, link)
    assert "保存以后新增 1 篇" in html and "西宁<mark>招才引智</mark>新场次" in html


async def test_a_cut_or_forged_link_is_told_apart(site: Datasette) -> None:
    link = (await site.client.get("/save?q=人才")).headers["location"]
    for wrong in (link[:-2], link + "x", "/saved/abc", "/saved/W10.x"):
        answer = await site.client.get(wrong)
        assert answer.status_code == 404 and "链接不完整" in answer.text


async def test_the_certificate_stands_on_every_search(site: Datasette) -> None:
    for address in ("/search?q=人才", "/search?q=没有这样的词", "/search?source=qhrc"):
        html = await _page(site, address)
        assert "覆盖凭证" in html and 'href="/coverage?from=' in html
    assert "青海人才网</span> 2026-" in await _page(site, "/search?source=qhrc")


async def test_undated_articles_say_when_they_were_seen_and_long_titles_stay_whole(site: Datasette) -> None:
    html = await _page(site, "/search?q=人才&order=oldest")
    pages = html + "".join([await _page(site, f"/search?q=人才&page={page}") for page in (1, 2, 3, 4, 5, 6)])
    assert re.search(r"日期不详，\d{4}-\d\d-\d\d 收录", pages)
    assert "一揽子工作的若干措施（试行）》的通知及政策解读答记者问" in re.sub(r"</?mark>", "", pages)


async def test_an_old_page_added_later_is_not_in_the_archive_of_its_day(tmp_path: Path) -> None:
    directory = archive_of.make(tmp_path / "data", 10)
    site = build(tmp_path / "data", "http://caixun.example")
    before = _count(await _page(site, "/search?asof=2026-03-05"))
    connection = open_writer(directory.archive)
    with transaction(connection):
        url = "https://news.example.cn/old.html"
        seen = Seen(url, "qhnews", "2026-03-02T01:20:00+00:00", "2026-03-02")  # the time of its WARC record
        archive.record(connection, archive_of.article(9, "旧网页后来才加入"), seen, url=url)
    connection.close()
    assert _count(await _page(site, "/search?asof=2026-03-05")) == before
    assert _count(await _page(site, "/search")) == 11


@pytest.mark.parametrize(
    ("chosen", "picked", "left"),
    [
        (("青海省",), "西宁市", ("西宁市",)),
        (("西宁市",), "青海省", ("青海省",)),
        (("西宁市",), "海东市", ("海东市", "西宁市")),
        (("青海省", "甘肃省"), "西宁市", ("甘肃省", "西宁市")),
        (("西宁市",), "西宁市", ()),
    ],
)
def test_who_picks_a_city_has_left_its_province(chosen: tuple[str, ...], picked: str, left: tuple[str, ...]) -> None:
    query = SearchQuery("", {"place": chosen})
    assert query.toggled("place", picked).filters.get("place", ()) == left
