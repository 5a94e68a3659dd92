"""/facts over a real archive: filters, evidence links, copies once, doubts, the trend, the download."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from datasette_plugins.fact_chart import draw, nice_top
from datasette_plugins.fact_page import spans
from db import archive
from db.archive import Seen
from db.connection import open_writer, transaction
from db.fact_trend import trend
from db.fact_values import FactRow
from db.paths import DataDirectory
from parsers.values import Article, Fact, Flag
from tests.web import archive_of

_BASE = "http://caixun.example"


def report(year: int, number: int, place: str = "西宁市", text: str = "", flags: tuple[Flag, ...] = ()) -> Article:
    """An article with one figure, of a text that is no other's."""
    body = f"{year}年，{place}{text or f'全年引进各类高层次人才{number}名。'}"
    start = body.index("引进")
    end = body.index("名", start) + 1
    fields = {
        "measure": "引进各类高层次人才" if number % 2 else "引进高层次人才",
        "measure_normal": "引进高层次人才",
        "value_low": number,
        "value_high": number,
        "unit": "名",
        "qualifier": "exact",
        "action": "引进",
    }
    fact = Fact("figure", place, str(year), body[start:end], start, end, "count", 1, fields)
    own = archive_of.article(number % 97, "").paragraphs[-1]
    return Article(
        title=f"{place}{year}年人才工作综述",
        published=f"{year + 1}-01-05",
        paragraphs=(body, own),
        flags=flags,
        relevant=True,
        relevance=0.9,
        places=("青海省", place),
        facts=(fact,),
    )


def store(path: Path, articles: list[tuple[str, Article]]) -> Datasette:
    archive_of.make(path, 0)
    connection = open_writer(DataDirectory(path).archive)
    try:
        with transaction(connection):
            for url, one in articles:
                archive.record(connection, one, Seen(url, "qhnews", "2026-03-03T01:00:00+00:00", "2026-03-03"), url=url)
    finally:
        connection.close()
    return build(path, _BASE)


@pytest.fixture
def site(tmp_path: Path) -> Datasette:
    reports = [
        ("https://a.cn/1", report(2023, 100)),
        ("https://a.cn/2", report(2024, 151)),
        ("https://a.cn/3", report(2024, 172)),
        ("https://a.cn/4", report(2025, 190)),
        ("https://a.cn/5", report(2024, 30, "海东市")),
        ("https://a.cn/6", report(2024, 45, "兰州市")),
    ]
    return store(tmp_path / "data", reports)


def rows(html: str) -> list[str]:
    table = html.split('class="facts-table"')[1].split("</table>")[0]
    return re.findall(r"<tr>.*?</tr>", table.split("<tbody>")[1], re.S)


async def test_each_fact_links_to_its_words_on_the_article_page(site: Datasette) -> None:
    html = (await site.client.get("/facts?text=172")).text
    (row,) = rows(html)
    link = re.search(r'href="(/article/[^"#]+)#(e\d+)">“', row)
    assert link
    page = (await site.client.get(link[1])).text
    assert f'id="{link[2]}"' in page
    back = re.search(r'href="(/facts\?measure=[^"]+)"', page)
    assert back and len(rows((await site.client.get(back[1])).text)) == 6
    assert "高层次人才172名" in page


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("kind=figure", 6),
        ("kind=policy", 0),
        ("measure=引进高层次人才", 6),
        ("measure=引进各类高层次人才", 6),
        ("measure=高层次", 6),
        ("year=2024", 4),
        ("year=2024&place=青海省", 3),
        ("place=海东", 1),
        ("text=190名", 1),
        ("year=二〇二四", 6),
    ],
)
async def test_filters(site: Datasette, asked: str, expected: int) -> None:
    html = (await site.client.get(f"/facts?{asked}")).text
    assert (len(rows(html)) if expected else 0) == expected
    assert expected or "没有这样的事实" in html


async def test_reports_that_contradict_say_so_and_link_to_each_other(site: Datasette) -> None:
    (row,) = rows((await site.client.get("/facts?text=151")).text)
    assert "另有报道为 172 名" in row
    other = re.search(r'<span class="doubt">△ <a href="(/article/[^"#]+)', row)
    assert other and "172名" in (await site.client.get(other[1])).text
    assert "doubt" not in rows((await site.client.get("/facts?text=190名")).text)[0]


async def test_the_trend_has_a_point_and_an_article_for_each_year(site: Datasette) -> None:
    html = (await site.client.get("/facts?measure=引进高层次人才")).text
    chart = html.split('<section class="trend"')[1].split("</section>")[0]
    panels = [panel.split("</svg>")[0] for panel in chart.split('<svg class="panel"')[1:]]
    assert [len(re.findall(r'<a href="/article/[^"]+#e1"', panel)) for panel in panels] == [
        4,
        1,
        1,
    ]  # 3 years of 西宁市
    assert [panel.count('class="dot other"') for panel in panels] == [1, 0, 0], "one year has two reports"
    assert panels[0].count('<line class="step') == 2
    assert "151 名" in chart and "172 名" in chart  # both reports of one point stand in the table
    assert "<script" not in chart


async def test_a_copied_story_counts_once(tmp_path: Path) -> None:
    one = report(2024, 151)
    copy = replace(one, published="2025-01-06")
    datasette = store(tmp_path / "data", [("https://a.cn/1", one), ("https://b.cn/2", copy)])
    (row,) = rows((await datasette.client.get("/facts")).text)
    assert "另有 1 家转载" in row and "2025-01-05" in row


async def test_flagged_and_repaired_words_are_marked(tmp_path: Path) -> None:
    flag = Flag("year", "本文年份存疑", 5, 20)
    datasette = store(tmp_path / "data", [("https://a.cn/1", report(2024, 151, flags=(flag,)))])
    assert "△ 本文年份存疑" in rows((await datasette.client.get("/facts")).text)[0]


async def test_the_download_holds_every_row_of_the_filter(site: Datasette) -> None:
    answer = await site.client.get("/facts.csv?year=2024")
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(table) == 4 and answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert {row["measure_normal"] for row in table} == {"引进高层次人才"}
    assert any("172" in row["doubts"] for row in table)
    assert len(list(csv.reader(io.StringIO((await site.client.get("/facts.csv?kind=policy")).text)))) == 1


async def test_the_json_holds_exact_values_and_leads_to_the_words(site: Datasette) -> None:
    told = (await site.client.get("/facts.json?year=2024&place=西宁市")).json()
    assert sorted(row["value_low"] for row in told) == [151, 172]
    assert {row["measure_normal"] for row in told} == {"引进高层次人才"}
    assert all(row["doubts"][0]["name"] == "conflict" for row in told)
    path, _, anchor = told[0]["url"].removeprefix(_BASE).partition("#")
    assert f'id="{anchor}"' in (await site.client.get(path)).text
    assert (await site.client.get("/facts.json?kind=policy")).json() == []


async def test_more_rows_than_one_part_are_all_there(tmp_path: Path) -> None:
    one = report(2024, 151)
    figures = [
        replace(one.facts[0], fields={**one.facts[0].fields, "value_low": n, "value_high": n}) for n in range(1203)
    ]
    datasette = store(tmp_path / "data", [("https://a.cn/1", replace(one, facts=tuple(figures)))])
    told = (await datasette.client.get("/facts.json")).json()
    assert sorted(row["value_low"] for row in told) == list(range(1203))
    lines = (await datasette.client.get("/facts.csv")).text.splitlines()
    assert len(lines) == 1204


async def test_a_part_of_a_measure_lists_the_measures_that_hold_it(tmp_path: Path) -> None:
    other = report(2024, 33)
    fields = {**other.facts[0].fields, "measure": "引进高层次团队", "measure_normal": "引进高层次团队"}
    other = replace(other, facts=(replace(other.facts[0], fields=fields),))
    reports = [("https://a.cn/1", report(2024, 151)), ("https://a.cn/2", other)]
    datasette = store(tmp_path / "data", reports)
    page = (await datasette.client.get("/facts?measure=高层次")).text
    listed = page.split('<p class="measures">')[1].split("</p>")[0]
    assert "引进高层次人才" in listed and "引进高层次团队" in listed
    assert len(rows(page)) == 2 and '<section class="trend"' not in page
    address = re.findall(r'href="([^"]+)"', listed)[0].replace("&amp;", "&")
    assert '<section class="trend"' in (await datasette.client.get(address)).text


async def test_theme_and_source_narrow_the_facts(tmp_path: Path) -> None:
    reports = [
        ("https://a.cn/1", replace(report(2024, 151), themes=("引才",))),
        ("https://a.cn/2", replace(report(2023, 30), themes=("育才",))),
    ]
    datasette = store(tmp_path / "data", reports)
    for asked, count in (("theme=引才", 1), ("theme=留才", 0), ("source=qhnews", 2), ("source=nobody", 0)):
        page = (await datasette.client.get(f"/facts?{asked}")).text
        assert page.count('<tr><td class="kind">') == count, asked
    assert "引才（1）" in (await datasette.client.get("/facts")).text


async def test_amounts_read_as_people_write_them(tmp_path: Path) -> None:
    fund = {"measure": "人才专项资金", "measure_normal": "人才专项资金", "value_low": 15_000_000,
            "value_high": 15_000_000, "unit": "元", "qualifier": "exact", "action": ""}  # fmt: skip
    one = report(2024, 151)
    datasette = store(
        tmp_path / "data", [("https://a.cn/1", replace(one, facts=(replace(one.facts[0], fields=fund),)))]
    )
    assert "人才专项资金 · 1500 万元" in (await datasette.client.get("/facts")).text
    assert "15000000" in (await datasette.client.get("/facts.csv")).text


async def test_pages_hold_fifty_and_hostile_input_stays_text(tmp_path: Path) -> None:
    many = [(f"https://a.cn/{n}", report(1990 + n % 30, 1000 + n, text=f"引进第{n}批{1000 + n}名")) for n in range(60)]
    datasette = store(tmp_path / "data", many)
    first = (await datasette.client.get("/facts")).text
    last = (await datasette.client.get("/facts?page=2")).text
    assert len(rows(first)) == 50 and len(rows(last)) == 10 and 'rel="prev"' in last
    hostile = (await datasette.client.get('/facts?text="><script>x</script>&page=-1&kind=x')).text
    assert "<script>x" not in hostile


async def test_what_was_not_understood_is_said(tmp_path: Path) -> None:
    site = store(tmp_path / "data", [("https://a.cn/1", report(2024, 151))])
    for asked, said in (("kind=nichts", "没有“nichts”这类事实"), ("year=abcd", "“abcd”不是年份")):
        page = await site.client.get(f"/facts?{asked}")
        assert page.status_code == 400 and said in page.text and len(rows(page.text)) == 1
        table = await site.client.get(f"/facts.csv?{asked}")
        assert table.status_code == 400 and said in table.text
        listed = await site.client.get(f"/facts.json?{asked}")
        assert listed.status_code == 400 and said in listed.json()["error"]
    assert (await site.client.get("/facts?kind=figure&year=2024")).status_code == 200


@pytest.mark.parametrize("filled", [True, False])
async def test_the_page_is_whole_in_both_languages(tmp_path: Path, filled: bool) -> None:
    datasette = store(tmp_path / "data", [("https://a.cn/1", report(2024, 151))] if filled else [])
    for language, title in (("zh", "事实"), ("en", "Facts")):
        answer = await datasette.client.get("/facts?measure=引进", headers={"accept-language": language})
        assert answer.status_code == 200 and f">{title}</h1>" in answer.text
        identities = re.findall(r'\sid="([^"]+)"', answer.text)
        assert len(identities) == len(set(identities))


@pytest.mark.parametrize(("most", "top"), [(0, 1), (0.4, 0.4), (7, 8), (1213, 2000), (5400000, 8000000), (10, 10)])
def test_the_scale_ends_just_above_the_highest(most: float, top: float) -> None:
    assert nice_top(most) == pytest.approx(top)


def _row(number: int, year: str, value: float, unit: str = "名") -> FactRow:
    fields = {"measure": "m", "value_low": value, "value_high": value, "unit": unit}
    fact = Fact("figure", "西宁市", year, "x", 0, 1, "count", 1, fields)
    return FactRow(number, 1, 1, f"a{number}", "t", "2025-01-01", "s", "站", 0, "m", fact)


def test_the_trend_takes_one_unit_and_says_what_it_left_out() -> None:
    line = trend([_row(1, "2023", 5), _row(2, "2022-2024", 7), _row(3, "2024", 9, "元"), _row(4, "0203", 1)])
    assert line and line.unit == "名" and line.years == (2023, 2024) and line.left_out == 1
    drawing = draw(line)
    assert [dot.href for dot in drawing.panels[0].dots] == ["/article/a1#e1", "/article/a2#e1"]
    low, high = drawing.panels[0].dots
    assert low.x < high.x and low.y > high.y and all(0 < dot.y <= drawing.height for dot in (low, high))
    assert trend([]) is None


def test_every_report_is_drawn_and_places_share_one_scale_from_zero() -> None:
    early, late = (
        replace(_row(1, "2021", 40), published="2021-02-01"),
        replace(_row(2, "2021", 44), published="2021-03-01"),
    )
    far = replace(_row(4, "2024", 10), fact=replace(_row(4, "2024", 10).fact, subject="海东市"))
    line = trend([early, late, _row(3, "2024", 80), far, _row(5, "2024", 0)])
    assert line
    drawing = draw(line)
    panels = {panel.place: panel for panel in drawing.panels}
    xining = panels["西宁市"]
    assert [dot.latest for dot in xining.dots if dot.href.startswith(("/article/a1", "/article/a2"))] == [False, True]
    assert [step.gap for step in xining.steps] == [True], "no report of 2022 and 2023"
    assert {dot.y for dot in xining.dots if dot.href == "/article/a5#e1"} == {drawing.base}, "zero lies on the base"
    ten = drawing.base - panels["海东市"].dots[0].y
    eighty = drawing.base - min(dot.y for dot in xining.dots)
    assert eighty == pytest.approx(8 * ten, rel=0.02)


@pytest.mark.parametrize("view", ["meetings", "promises", "phrases", "posts", "policies"])
@pytest.mark.parametrize("filled", [True, False])
async def test_what_follows_from_many_articles_has_its_page(tmp_path: Path, view: str, filled: bool) -> None:
    one = report(2024, 151)
    body = one.body
    name = "市委人才工作领导小组第2次会议"
    cite = "2024年"
    fields = {
        "event": {"name": name, "ordinal": "第2次", "date": "2024-03-01", "place": ""},
        "programme": {"name": "“<b>飞地</b>”"},
        "person": {"name": "张进", "role": "局长", "organisation": "西宁市科技局"},
        "policy": {"title": "西宁市人才办法", "action": "印发", "issuer": ""},
    }
    start = body.index(cite)
    more = [Fact(kind, "西宁市", "2024", cite, start, start + 5, "r", 1, values) for kind, values in fields.items()]
    datasette = store(tmp_path / "data", [("https://a.cn/1", replace(one, facts=(*one.facts, *more)))] * filled)
    for language in ("zh", "en"):
        answer = await datasette.client.get(f"/facts/{view}", headers={"accept-language": language})
        assert answer.status_code == 200 and 'aria-current="page"' in answer.text
        assert "<b>飞地" not in answer.text
    if filled and view != "promises":
        page = (await datasette.client.get(f"/facts/{view}")).text
        assert re.search(r'href="/article/[^"]+#e\d"', page)
    assert (await datasette.client.get("/facts/nonsense")).status_code == 404


def test_missing_numbers_read_as_spans() -> None:
    assert spans((1, 2, 3, 5, 8, 9)) == "1–3、5、8–9"
    assert spans(()) == ""


@pytest.mark.parametrize("path", ["/facts", "/facts?measure=引进高层次人才", "/facts.csv", "/facts.json"])
async def test_where_only_excerpts_are_shown_long_evidence_is_cut(tmp_path: Path, path: str) -> None:
    one = report(2024, 151)
    long = one.body[: one.facts[0].end + 300]
    fact = replace(one.facts[0], evidence=long, start=0, end=len(long))
    store(tmp_path / "data", [("https://a.cn/1", replace(one, facts=(fact,)))])
    whole = build(tmp_path / "data", _BASE)
    cut = build(tmp_path / "data", _BASE, show_full_text=False)
    ending = long[-40:].strip()
    assert (await cut.client.get(path)).status_code == 200
    assert ending not in (await cut.client.get(path)).text
    assert ending in (await whole.client.get(path)).text
