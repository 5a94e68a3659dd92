"""What follows from the facts of many articles, over a real archive."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from db import archive, fact_search, higher_facts
from db.archive import Seen
from db.connection import migrate, open_reader, open_writer, transaction
from db.fact_search import FactFilters
from db.fact_values import in_words, quantity_in_words
from db.higher_tables import HigherTables
from db.migrations.archive import migrations as archive_schema
from db.paths import DataDirectory
from parsers.values import Article, Fact


def article(published: str, sentence: str, *facts: tuple[str, str, dict[str, Any]], place: str = "西宁市") -> Article:
    """An article of one sentence and a long text of its own; facts are (kind, evidence, fields)."""
    own = "".join(random.Random(published + sentence).choices([chr(0x4E00 + n) for n in range(3000)], k=600))
    read = []
    for kind, evidence, fields in facts:
        start = sentence.index(evidence)
        period = str(fields.get("year") or "")
        values = {name: value for name, value in fields.items() if name != "year"}
        read.append(Fact(kind, place, period, evidence, start, start + len(evidence), "r", 1, values))
    return Article(
        title=sentence[:20], published=published, paragraphs=(sentence, own), relevant=True, relevance=0.9,
        places=(place,), facts=tuple(read),
    )  # fmt: skip


def store(path: Path, *articles: Article) -> sqlite3.Connection:
    directory = DataDirectory(path).prepare()
    connection = open_writer(directory.archive)
    try:
        with transaction(connection):
            for number, one in enumerate(articles):
                url = f"https://a.cn/{number}"
                archive.record(connection, one, Seen(url, "s", "2026-03-03T01:00:00+00:00", "2026-03-03"), url=url)
    finally:
        connection.close()
    return open_reader(directory.archive)


def figure(measure: str, value: float, year: str, unit: str = "名") -> dict[str, Any]:
    return {"measure": measure, "value_low": value, "value_high": value, "unit": unit, "year": year}


def test_measures_line_up_in_the_form_that_facts_carry(tmp_path: Path) -> None:
    forms = ("引进高层次人才", "引育高层次人才", "新引进高层次人才")
    carried = figure("引才", 5, "2020") | {"measure_normal": "引进高层次人才"}
    connection = store(
        tmp_path,
        *(article(f"202{n}-01-05", f"{form}{n + 3}名。", ("figure", f"{form}{n + 3}名", figure(form, n + 3, f"202{n}")))
          for n, form in enumerate(forms)),
        article("2025-01-05", "引才5名，来自各地。", ("figure", "引才5名", carried)),
    )  # fmt: skip
    # the first three facts carry no form of their own: the printed measure stands, as the oldest rules left them
    assert fact_search.find(connection, FactFilters(measure="引进高层次人才")).total == 2
    assert fact_search.find(connection, FactFilters(measure="高层次")).total == 4
    page = fact_search.find(connection, FactFilters(measure="高层次"))
    assert page.measure == "" and dict(page.measures)["引进高层次人才"] == 2
    assert fact_search.find(connection, FactFilters(measure="新引进高层次人才")).measure == "新引进高层次人才"


@pytest.mark.parametrize(
    ("low", "high", "unit", "words"),
    [
        (15_000_000, 15_000_000, "元", "1500 万元"),
        (120_000_000, 120_000_000, "元", "1.2 亿元"),
        (206_400_000, 206_400_000, "元", "2.064 亿元"),
        (30_000, 50_000, "元", "3–5 万元"),
        (800, 800, "元", "800 元"),
        (5_000, 20_000, "元", "5,000–20,000 元"),
        (123_456_789, 123_456_789, "元", "123,456,789 元"),
        (73_000, None, "人次", "7.3 万人次"),
        (None, 12_345, "人", "12,345 人"),
        (2.5, 2.5, "个百分点", "2.5 个百分点"),
        (None, None, "名", ""),
    ],
)
def test_amounts_read_as_people_write_them(low: float | None, high: float | None, unit: str, words: str) -> None:
    assert in_words(low, high, unit) == words


@pytest.mark.parametrize(
    ("low", "high", "unit", "qualifier", "words"),
    [
        (9_800, None, "名", "over", "9,800 名以上"),
        (50, None, "%", "over", "50%以上"),
        (33.333333, None, "%", "over", "三分之一以上"),
        (66.666667, 66.666667, "%", "exact", "三分之二"),
        (33.3, 33.3, "%", "exact", "33.3%"),
        (30_000, 30_000, "人", "nearly", "近 3 万人"),
        (None, 30, "天", "under", "不超过 30 天"),
        (103, 103, "个", "exact", "103 个"),
    ],
)
def test_a_quantity_says_how_exact_it_is(
    low: float | None, high: float | None, unit: str, qualifier: str, words: str
) -> None:
    assert quantity_in_words(low, high, unit, qualifier) == words


def test_meetings_stand_in_order_with_chair_and_missing_numbers(tmp_path: Path) -> None:
    def held(date: str, number: str, chair: str) -> Article:
        name = f"市委人才工作领导小组2023年第{number}次会议"
        event = {"name": name, "ordinal": f"第{number}次", "place": "", "date": date, "year": date[:7]}
        person = {"name": chair, "role": "书记", "organisation": "市委"}
        text = f"{name}召开，市委书记{chair}主持会议并讲话。"
        return article(date, text, ("event", name, event), ("person", f"市委书记{chair}", person))

    connection = store(tmp_path, held("2023-12-01", "四", "李某"), held("2023-02-01", "1", "王某"))
    (series,) = higher_facts.meetings(connection)
    assert [(one.ordinal, one.date, one.chair) for one in series.meetings] == [
        (1, "2023-02-01", "王某"),
        (4, "2023-12-01", "李某"),
    ]
    assert (series.place, series.year, series.missing) == ("西宁市", "2023", (2, 3))


def test_a_promise_meets_its_result(tmp_path: Path) -> None:
    connection = store(
        tmp_path,
        article("2024-01-05", "今年力争引进博士100名。", ("figure", "引进博士100名", figure("引进博士", 100, "2024"))),
        article("2024-02-05", "今年计划建设平台9个。", ("figure", "建设平台9个", figure("建设平台", 9, "2024", "个"))),
        article("2025-01-09", "全年引进博士112名。", ("figure", "引进博士112名", figure("引进博士", 112, "2024"))),
        article("2026-01-09", "全年引进博士90名。", ("figure", "引进博士90名", figure("引进博士", 90, "2025"))),
    )
    kept, open_one = higher_facts.promises(connection)
    assert kept.reached is True and [row.fact.fields["value_low"] for row in kept.results] == [112]
    assert open_one.reached is None and open_one.results == ()


def test_a_promise_and_its_result_are_joined_by_their_programme(tmp_path: Path) -> None:
    name = "“科技副总”计划"
    promise, result, other = "选派“科技副总”100名", "选派“科技副总”86名", "举办“科技副总”培训班120名"
    connection = store(
        tmp_path,
        article("2024-01-05", f"今年将{promise}。", ("figure", promise, figure("选派“科技副总”", 100, "2024")),
                ("programme", "“科技副总”", {"name": name})),
        article("2025-07-09", f"两年来，{result}。", ("figure", result, figure("新选派“科技副总”", 86, "2023-2025"))),
        article("2025-08-09", f"去年，{other}。", ("figure", other, figure("举办培训班", 120, "2024"))),
    )  # fmt: skip
    (kept,) = higher_facts.promises(connection)
    assert (kept.programme, kept.reached) == ("科技副总", False)
    assert [row.fact.fields["value_low"] for row in kept.results] == [86]


def test_a_phrase_has_its_first_use_in_each_place(tmp_path: Path) -> None:
    def used(date: str, place: str) -> Article:
        name = "“人才飞地”计划"
        return article(date, f"{place}实施{name}。", ("programme", name, {"name": name}), place=place)

    connection = store(
        tmp_path, used("2024-05-01", "西宁市"), used("2023-05-01", "衢州市"), used("2025-05-01", "西宁市")
    )
    (phrase,) = higher_facts.first_uses(connection)
    assert (phrase.phrase, phrase.stories) == ("人才飞地", 3)
    assert [(row.fact.subject, row.published) for row in phrase.uses] == [
        ("衢州市", "2023-05-01"),
        ("西宁市", "2024-05-01"),
    ]


def test_a_post_has_its_holders_over_time(tmp_path: Path) -> None:
    def named(date: str, name: str) -> Article:
        evidence = f"市科技局局长{name}"
        fields = {"name": name, "role": "局长", "organisation": "市科技局"}
        return article(date, f"{evidence}说。", ("person", evidence, fields))

    connection = store(tmp_path, named("2025-01-01", "张进"), named("2022-01-01", "赵海"), named("2023-06-01", "赵海"))
    (post,) = higher_facts.posts(connection)
    assert (post.organisation, post.role) == ("西宁市 市科技局", "局长")
    assert [holder[:3] for holder in post.holders] == [
        ("赵海", "2022-01-01", "2023-06-01"),
        ("张进", "2025-01-01", "2025-01-01"),
    ]


def test_a_policy_lives_from_issue_to_repeal(tmp_path: Path) -> None:
    def told(date: str, title: str, action: str) -> Article:
        fields = {"title": title, "action": action, "issuer": ""}
        return article(date, f"{action}《{title}》。", ("policy", f"《{title}》", fields))

    connection = store(
        tmp_path,
        told("2025-03-01", "西宁市人才办法", "废止"),
        told("2019-03-01", "西宁市人才办法（试行）", "印发"),
        told("2022-03-01", "西宁市人才办法（2022年修订）", "修订出台"),
        told("2020-03-01", "另一个方案", "出台"),
    )
    life, other = higher_facts.policies(connection)
    assert [(step, row.published) for step, row in life.steps] == [
        ("印发", "2019-03-01"),
        ("修订", "2022-03-01"),
        ("废止", "2025-03-01"),
    ]
    assert life.title == "西宁市人才办法" and other.title == "另一个方案"


def test_a_year_in_a_span_and_a_province_above_a_city_are_found(tmp_path: Path) -> None:
    connection = store(
        tmp_path,
        article("2025-01-05", "引进博士100名。", ("figure", "引进博士100名", figure("引进博士", 100, "2022-2024"))),
        article(
            "2025-01-05", "引进硕士8名。", ("figure", "引进硕士8名", figure("引进硕士", 8, "2025")), place="兰州市"
        ),
    )
    for filters, count in (
        (FactFilters(year="2023"), 1),
        (FactFilters(year="2025"), 1),
        (FactFilters(year="2021"), 0),
        (FactFilters(place="青海省"), 1),
        (FactFilters(place="甘肃"), 1),
        (FactFilters(text="博士 100"), 1),
    ):
        assert fact_search.find(connection, filters).total == count, filters


def test_an_empty_archive_has_nothing_and_says_nothing_wrong(tmp_path: Path) -> None:
    connection = store(tmp_path)
    assert fact_search.find(connection, FactFilters(measure="引进")).total == 0
    for view in (higher_facts.meetings, higher_facts.promises, higher_facts.first_uses, higher_facts.posts):
        assert view(connection) == ()
    assert higher_facts.policies(connection) == ()


def test_ten_and_a_hundred_rows_need_the_same_number_of_queries(tmp_path: Path) -> None:
    def count(folder: str, rows: int) -> int:
        many = [
            article(f"2024-01-{n % 28 + 1:02}", f"第{n}家引进博士{n + 1}名。",
                    ("figure", f"引进博士{n + 1}名", figure("引进博士", n + 1, "2024")))
            for n in range(rows)
        ]  # fmt: skip
        connection = store(tmp_path / folder, *many)
        asked: list[str] = []
        connection.set_trace_callback(lambda text: asked.append(text) if text.startswith("select") else None)
        assert fact_search.find(connection, FactFilters(kind="figure"), limit=200).total == rows
        return len(asked)

    assert count("ten", 10) == count("hundred", 100)


def test_higher_facts_are_computed_once_for_each_version_of_the_archive(tmp_path: Path) -> None:
    def used(date: str, name: str) -> Article:
        return article(date, f"实施{name}。", ("programme", name, {"name": name}))

    tables = HigherTables()
    connection = store(tmp_path, used("2024-05-01", "“人才飞地”计划"))
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    assert [one.phrase for one in tables.rows(connection, "phrases")] == ["人才飞地"]
    read = len(asked)
    assert tables.rows(connection, "phrases", "飞地") and tables.rows(connection, "phrases", "西宁")
    assert tables.rows(connection, "phrases", "evidence") == []  # the name of a field is no word of the archive
    assert len(asked) == read + 3  # only the version was asked
    writer = open_writer(DataDirectory(tmp_path).archive)
    with transaction(writer):
        later = used("2025-05-01", "“候鸟人才”计划")
        archive.record(
            writer, later, Seen("https://b.cn/9", "s", "2026-03-04T01:00:00+00:00", "2026-03-04"), url="https://b.cn/9"
        )
    writer.close()
    assert {one.phrase for one in tables.rows(connection, "phrases")} == {"人才飞地", "候鸟人才"}


def test_facts_of_older_rules_get_the_normal_form_of_their_measure(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    steps = Migrations(archive_schema.name)
    for step in archive_schema.pending(Database(memory=True)):
        if step.name != "m006_normal_measures":
            steps()(step.fn)
    migrate(path, steps)
    old = sqlite3.connect(path)
    with old:
        columns = 'article, revision, kind, subject, period, measure, fields, evidence, start, "end", rule, flags'
        values = (
            "a",
            1,
            "figure",
            "西宁市",
            "2024",
            "引育优秀人才",
            '{"measure": "引育优秀人才"}',
            "",
            0,
            0,
            "f/1",
            "[]",
        )
        old.execute(f"insert into facts({columns}, recorded_from) values (?,?,?,?,?,?,?,?,?,?,?,?,1)", values)
    old.close()
    migrate(path, archive_schema)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select measure_normal from facts").fetchone() == ("引进人才",)
