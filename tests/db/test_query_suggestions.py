"""What is proposed when a search finds nothing or little: near queries that do find something, counted, best first."""

from __future__ import annotations

import time

import pytest

from db import archive, search
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from db.suggest import suggest
from db.values import Suggestion
from parsers.synonyms import alike, variants
from parsers.values import Article, Fact

_TEXTS = (
    ("西宁市举办招才引智大会", "西宁市绿色算力企业签约人才项目103个，人才公寓交付。", "西宁市", "2024-03-18"),
    ("海东市推进昆仑英才计划", "海东市柔性引进专家，校园招聘启动，安家补贴到位。", "海东市", "2025-05-01"),
    ("青海出台人才政策", "青海省人才工作领导小组会议强调产教融合，数据中心建设提速。", "青海省", "2023-01-10"),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    directory = DataDirectory(tmp_path_factory.mktemp("suggest") / "data").prepare()
    connection = open_writer(directory.archive)
    with transaction(connection):
        for number, (title, body, place, day) in enumerate(_TEXTS):
            fields = {"measure": "签约人才项目", "value_low": 103, "value_high": 103, "unit": "个"}
            facts = (Fact("figure", place, day[:4], body[:4], 0, 4, "t", 1, fields),) if number == 0 else ()
            one = Article(title=title, paragraphs=(body,), published=day, places=(place,), relevant=True, facts=facts)
            seen = archive.Seen(f"https://{number}.cn/", "a", "2026-11-20T04:00:00+00:00", "2026-11-20")
            archive.record(connection, one, seen, url=f"https://{number}.cn/")
    connection.close()
    return directory


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers wait a fraction of a second for suggestions; what is proposed must not depend on a busy machine."""
    for name in ("_SECONDS", "_SECONDS_FEW"):
        monkeypatch.setattr(f"db.suggest.{name}", 60.0)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("query", "proposed", "kind"),
    [
        ("昆伦英才", "昆仑英才", "sound"),
        ("校园引才", "校园招聘", "synonym"),
        ("引才大会", "招才引智大会", "synonym"),
        ("算力人才公寓", "算力 人才公寓", "words"),
        ("绿色算力 after:2025", "绿色算力", "dates"),
        ("place:西宁 柔性引进", "place:青海省 柔性引进", "place"),
        ("title:数据中心", "数据中心", "title"),
        ("near:1(绿色算力 人才公寓)", "near:50(绿色算力 人才公寓)", "near"),
        ("figure:签约人才项目>200", "figure:签约人才项目", "figure"),
        ("figure:人才项目>100", "figure:签约人才项目>100", "figure"),
        ("人才公寓 is:gone", "人才公寓", "field"),
        ("绿色算力 -西宁市", "绿色算力", "field"),
        ("绿色算力 昆仑英才", "绿色算力 OR 昆仑英才", "any"),
        ("绿色算力 昆仑英才", "绿色算力", "one"),
    ],
)
def test_a_near_query_is_proposed_with_its_count(data: DataDirectory, query: str, proposed: str, kind: str) -> None:
    connection = open_reader(data.archive)
    assert search.search(connection, query, {}).total == 0
    found = {one.query: one for one in suggest(connection, query, {})}
    assert found[proposed].kind == kind
    for one in found.values():
        assert one.count == search.search(connection, one.query, {}).total > 0


@pytest.mark.usefixtures("patient")
def test_a_search_without_its_facets_is_proposed_first(data: DataDirectory) -> None:
    found = search.search(open_reader(data.archive), "绿色算力", {"place": ("海东市",)}).suggestions
    assert found[0] == Suggestion("绿色算力", 1, filtered=False, kind="facets")


@pytest.mark.usefixtures("patient")
def test_a_search_with_few_hits_is_told_only_what_finds_more(data: DataDirectory) -> None:
    found = search.search(open_reader(data.archive), "place:西宁 人才", {}).suggestions
    assert found
    assert all(one.count > 1 for one in found)


def test_nothing_is_proposed_where_nothing_is_near_and_no_bytes_do_harm(data: DataDirectory) -> None:
    connection = open_reader(data.archive)
    for query in ("", "zzzz", "“", "((((", "-a", "place:火星", "\x00\ud800", "a" * 3000):
        assert all(one.count for one in suggest(connection, query, {"place": ("海东市",)}))
    assert suggest(connection, "zzzz", {}) == ()


def test_a_long_query_is_answered_in_bounded_time(data: DataDirectory) -> None:
    connection = open_reader(data.archive)
    query = " ".join(f"{word}{number}" for number in range(30) for word in ("引才", "人才公寓"))
    suggest(connection, query, {})
    start = time.process_time()
    suggest(connection, query, {})
    assert time.process_time() - start < 2


def test_words_of_the_same_meaning_and_sound() -> None:
    assert "校园招聘周" in variants("校园引才周")
    assert variants("体育") == ()
    assert alike("昆轮英才") == ("昆仑英才",)
    assert alike("昆仑英才") == ()
