"""Search answers what a slow reading of the archive answers: counts, facets, pages; after changes; as of the past."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db import archive, search, takedown
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from db.errors import WrongCursor
from db.paths import DataDirectory
from db.retrieval.engine import FACETS, Engine, engine_of, reading, viewing
from db.retrieval.listing import MOST
from db.retrieval.words import self_test
from parsers.query import normal, parse_query
from parsers.values import Article
from tests.benchmarks import search_readers
from tests.db import query_archive
from tests.db.search_reference import Slow

ARTICLES = 2_000
WORDS = ("人才", "绿色算力", "引才", "青海大学", "AI人才", "专家", "103", "盐", "才", "5g", "光伏", "ABC", "双一流")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory, _ = query_archive.make(tmp_path_factory.mktemp("search") / "data", ARTICLES)
    return directory.archive


@pytest.fixture
def reader(path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_reader(path)
    yield connection
    connection.close()


def some_filters(dice: random.Random, slow: Slow) -> dict[str, tuple[str, ...]]:
    filters = {}
    for name in dice.sample(FACETS, dice.choice((0, 0, 1, 1, 2, 3))):
        values = sorted({value for row in slow.rows for value in slow.values(row, name)})
        if values:
            filters[name] = tuple(dice.sample(values, min(len(values), dice.choice((1, 1, 2, 3)))))
    return filters


def same(connection: sqlite3.Connection, slow: Slow, dice: random.Random, as_of: int | None = None) -> int:
    """Ask one random search of both; how many articles it found."""
    words, filters = dice.sample(WORDS, dice.choice((0, 1, 1, 2))), some_filters(dice, slow)
    text = " ".join(words)
    result = search.search(connection, text, filters, limit=50, as_of=as_of)
    fewer = slow.having([normal(word) for word in words])
    rows = fewer.found([], filters)
    stories = slow.one_each(rows)
    said = f"{text} {filters} {as_of}"
    assert (result.total, result.stories) == (len(rows), len(stories)), said
    assert [hit.id for hit in result.hits] == [row.member.article for row in stories[:50]], said
    for name in FACETS:
        expected = fewer.counts(filters, name)
        listed = {value.value: value.count for value in result.facets[name] if value.count}
        assert listed.items() <= expected.items(), (said, name)
        assert len(listed) >= min(len(expected), MOST), (said, name)
    shown = {month: count for month, count in result.months if count}
    assert shown == _counted(row.values["month"][0] for row in rows), said
    return len(rows)


def _counted(months: Iterator[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for month in months:
        counts[month] = counts.get(month, 0) + 1
    return counts


def test_random_searches_with_facets_answer_as_a_slow_reading_does(reader: sqlite3.Connection) -> None:
    slow, dice = Slow(reader), random.Random(1)
    found = [same(reader, slow, dice) for _ in range(100)]
    assert sum(0 < count < ARTICLES for count in found) > 40


def test_every_part_of_a_text_of_one_to_eight_characters_is_found_exactly(reader: sqlite3.Connection) -> None:
    slow, dice = Slow(reader), random.Random(2)
    for length in range(1, 9):
        for _ in range(12):
            text = dice.choice(slow.rows).text
            start = dice.randrange(max(1, len(text) - length))
            part = text[start : start + length]
            if not part.isalnum():
                continue
            expected = {row.member.article for row in slow.found([part], {})}
            with viewing(engine_of(reader), reader) as view:
                found = view.evaluate(parse_query(f'"{part}"'))
                revisions = {int(view.state.revision.values[ordinal]) for ordinal in found}
            assert {row.member.article for row in slow.rows if row.revision in revisions} == expected, part


def test_the_past_is_answered_as_it_was(reader: sqlite3.Connection) -> None:
    newest = reader.execute("select max(number) from changes").fetchone()[0]
    dice = random.Random(3)
    for _ in range(4):
        number = dice.randint(1, newest)
        slow = Slow(reader, number)
        for _ in range(8):
            same(reader, slow, dice, number)


def test_pages_by_cursor_are_the_whole_result_once(reader: sqlite3.Connection) -> None:
    for order in search.ORDERS:
        whole = [hit.id for hit in search.search(reader, "人才", {}, order, limit=5000).hits]
        cursor, walked = None, []
        while True:
            page = search.search(reader, "人才", {}, order, limit=97, after=cursor)
            walked += [hit.id for hit in page.hits]
            cursor = page.next
            if cursor is None:
                break
        assert len(whole) > 500
        assert walked == whole


def test_offset_and_cursor_name_the_same_page(reader: sqlite3.Connection) -> None:
    first = search.search(reader, "引才", {}, "relevance", limit=10)
    second = search.search(reader, "引才", {}, "relevance", limit=10, offset=10)
    assert first.next is not None
    assert search.search(reader, "引才", {}, "relevance", limit=10, after=first.next).hits == second.hits


@pytest.mark.parametrize("cursor", ["x", "!!!!", "W10", "eyJhIjoxfQ", "WyJuZXdlc3QiLCJ4IiwwXQ", "人才"])
def test_a_wrong_cursor_says_so(reader: sqlite3.Connection, cursor: str) -> None:
    with pytest.raises(WrongCursor, match="第一页"):
        search.search(reader, "人才", {}, after=cursor)


def test_a_cursor_of_another_order_is_refused(reader: sqlite3.Connection) -> None:
    cursor = search.search(reader, "人才", {}).next
    with pytest.raises(WrongCursor):
        search.search(reader, "人才", {}, "oldest", after=cursor)


def test_relevance_is_bm25_with_titles_five_times(reader: sqlite3.Connection) -> None:
    expected = _full_bm25(reader, "绿色算力")
    best = search.search(reader, "绿色算力", {}, "relevance", limit=20).hits
    scores = [expected[hit.id] for hit in best]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == max(expected.values())


def _full_bm25(connection: sqlite3.Connection, word: str) -> dict[str, float]:
    """Score by id, counts taken from the texts themselves."""
    rows = connection.execute(
        "select a.id, a.title, t.body from articles a join article_text t using (revision)"
    ).fetchall()
    counts = {row[0]: 5 * normal(row[1]).count(word) + normal(row[2]).count(word) for row in rows}
    mean = sum(len(row[2]) for row in rows) / len(rows)
    lengths = {row[0]: len(row[2]) / mean for row in rows}
    return {one: count / (count + 0.3 + 0.9 * lengths[one]) for one, count in counts.items() if count}


def test_this_sqlite_scores_as_supposed() -> None:
    assert self_test()


def test_facet_values_finds_what_the_list_leaves_out(reader: sqlite3.Connection) -> None:
    counts = Slow(reader).having(["人才"]).counts({}, "policy")
    values = search.facet_values(reader, "人才", {"policy": ("海东市引才办法",)}, "policy", "昆仑")
    assert {value.value: value.count for value in values} == {
        name: count for name, count in counts.items() if "昆仑" in name or name == "海东市引才办法"
    }
    assert [value.selected for value in values] == [True, False]


def test_places_are_a_tree(reader: sqlite3.Connection) -> None:
    places = {value.value: value for value in search.search(reader, "", {}).facets["place"]}
    assert places["西宁市"].parent == "青海省"
    assert places["大通回族土族自治县"].parent == "西宁市"
    assert places["青海省"].parent is None
    assert places["青海省"].count >= places["西宁市"].count >= places["大通回族土族自治县"].count


def test_the_place_facet_counts_what_its_filter_finds(tmp_path: Path) -> None:
    dice, shared = random.Random(7), ("城中区", "朝阳区", "铁西区", "鼓楼区")
    names = (*shared, "青海省", "西宁市", "柳州市", "广西壮族自治区", "北京市", "长春市", "吉林省", "四平市", "海晏县")
    path = DataDirectory(tmp_path).prepare().archive
    writer, follower = open_writer(path), open_reader(path)
    for number in range(120):
        with transaction(writer):
            url = f"https://a.example/{number}"
            places = tuple(dice.sample(names, dice.randrange(1, 5)))
            one = Article(title=f"人才{number}", paragraphs=(f"第{number}条。",), relevant=True, places=places)
            archive.record(writer, one, Seen(url, "qh", "2026-11-18T00:00:00+00:00", "2026-11-18"), url=url)
        if number in (0, 59, 119):  # read whole, then followed; `conditions` asks SQL, the page counts
            counts = {value.value: value.count for value in search.search(follower, "", {}).facets["place"]}
            for name in names:
                found = search.search(follower, f"place:{name}", {}).total
                assert found == search.search(follower, "", {"place": (name,)}).total == counts.get(name, 0), name
    writer.close()
    again = open_reader(path)
    with reading(again), viewing(Engine(), again) as view:  # read whole at the end
        assert {name: len(view.members("place", name)) for name in names} == {
            name: search.search(follower, f"place:{name}", {}).total for name in names
        }


def test_slow_conditions_are_asked_while_nobody_waits(path: Path) -> None:
    reader, engine = open_reader(path), engine_of(open_reader(path))
    search.search(reader, "", {})
    free: list[bool] = []

    def is_free() -> None:
        free.append(engine.lock.acquire(blocking=False))
        if free[-1]:
            engine.lock.release()

    def asked(sql: str) -> None:
        if "words_near" in sql:
            other = threading.Thread(target=is_free)
            other.start()
            other.join()

    reader.set_trace_callback(asked)
    assert search.search(reader, "near:31(人才 引才) OR org:青海", {}).total
    assert free == [True]


def test_what_was_asked_ahead_is_made_current(tmp_path: Path) -> None:
    path = DataDirectory(tmp_path).prepare().archive
    writer, reader = open_writer(path), open_reader(path)

    def put(number: int, text: str) -> None:
        with transaction(writer):
            url = f"https://a.example/{number}"
            one = Article(title=f"第{number}条", paragraphs=(text,), relevant=True)
            archive.record(writer, one, Seen(url, "qh", "2026-11-18T00:00:00+00:00", "2026-11-18"), url=url)

    for number in range(6):
        put(number, f"引进绿色算力人才{number}名。")
    tree = parse_query("near:(引进 人才)")
    engine_of(reader).prepare(reader, tree)
    put(6, "引进一名人才。")
    put(0, "此文改了，不再说这些。")
    assert search.count(reader, tree) == 6
    put(7, "人才引进。")
    assert search.count(reader, tree) == 7


def test_an_empty_archive_finds_nothing_in_any_order(tmp_path: Path) -> None:
    reader = open_reader(DataDirectory(tmp_path).prepare().archive)
    for order in search.ORDERS:
        assert search.search(reader, "人才 near:(引进 人才)", {}, order).total == 0
    reader.close()


def test_the_change_of_a_day_is_its_last_one(tmp_path: Path) -> None:
    path = copy_of(tmp_path)
    writer = open_writer(path)
    with transaction(writer):
        for at in ("2026-11-19T15:59:59+00:00", "2026-11-19T16:00:00+00:00", "2026-11-20T15:59:59+00:00"):
            archive.change(writer, at, "new")
    assert [search.change_at(writer, f"2026-11-{day}") for day in (18, 19, 20, 21)] == [0, 1, 3, 3]


def copy_of(folder: Path) -> Path:
    """An empty archive."""
    directory, _ = query_archive.make(folder / "empty", 0)
    return directory.archive


def test_a_page_of_a_hundred_asks_as_often_as_a_page_of_ten(reader: sqlite3.Connection) -> None:
    asked: list[str] = []
    search.search(reader, "人才", {}, limit=100)
    reader.set_trace_callback(asked.append)
    search.search(reader, "人才", {}, limit=10)
    ten = len(asked)
    search.search(reader, "人才", {}, limit=100)
    assert len(asked) == 2 * ten


def test_what_another_connection_writes_is_in_the_next_answer(tmp_path: Path) -> None:
    directory, written = query_archive.make(tmp_path / "data", 300)
    reader, writer, dice = open_reader(directory.archive), open_writer(directory.archive), random.Random(5)
    articles = list(written.values())
    for word in WORDS:
        search.search(reader, word, {}, "relevance")
    for step in range(60):
        with_change(writer, dice, articles, step)
        slow = Slow(reader)
        for _ in range(3):
            same(reader, slow, dice)
    assert reader.execute("select count(*) from articles where state = 'removed'").fetchone()[0] > 0


def with_change(
    writer: sqlite3.Connection, dice: random.Random, articles: list[query_archive.Written], step: int
) -> None:
    """One change of any kind to the archive."""
    one, other = dice.choice(articles), dice.choice(articles)
    at = archive.Seen(one.url, one.source, f"2026-11-21T04:{step:02}:00+00:00", "2026-11-21")
    match dice.randrange(6):
        case 0:
            takedown.take_down(writer, archive.article_id(one.url), at.at, "测试")
        case 1:
            with transaction(writer):
                archive.mark_gone(writer, one.url, at)
        case 2 | 3:
            fresh = replace(other.article, published=f"202{dice.randint(0, 6)}-0{dice.randint(1, 9)}-11")
            url = f"https://fresh.example/{step}"
            with transaction(writer):
                archive.record(writer, fresh, replace(at, url=url), url=url)
        case _:
            edited = replace(one.article, paragraphs=(*other.article.paragraphs, "又添上绿色算力一句。"))
            with transaction(writer):
                archive.record(writer, edited, at, url=one.url)


def test_a_takedown_that_is_taken_back_is_found_again(tmp_path: Path) -> None:
    directory, written = query_archive.make(tmp_path / "data", 60)
    reader, writer = open_reader(directory.archive), open_writer(directory.archive)
    one = next(one for one in written.values() if "绿色算力" in normal("".join(one.article.paragraphs)))
    identity = archive.article_id(one.url)
    before = search.search(reader, "绿色算力", {}, "relevance").total
    takedown.take_down(writer, identity, "2026-11-21T04:00:00+00:00", "测试")
    assert search.search(reader, "绿色算力", {}, "relevance").total == before - 1
    takedown.lift(writer, "2026-11-21T05:00:00+00:00", article=identity)
    assert search.search(reader, "绿色算力", {}, "relevance").total == before - 1
    with transaction(writer):
        seen = archive.Seen(one.url, one.source, "2026-11-21T06:00:00+00:00", "2026-11-21")
        archive.record(writer, one.article, seen, url=one.url)
    assert search.search(reader, "绿色算力", {}, "relevance").total == before


def test_a_search_inside_a_transaction_sees_its_own_writes_and_leaves_no_trace(tmp_path: Path) -> None:
    directory, _ = query_archive.make(tmp_path / "data", 40)
    writer, reader = open_writer(directory.archive), open_reader(directory.archive)
    before = search.search(reader, "", {}).total
    writer.execute("begin immediate")
    seen = archive.Seen("https://x.example/1", "XNWB", "2026-11-21T06:00:00+00:00", "2026-11-21")
    one = replace(next(iter(query_archive.make(tmp_path / "other", 1)[1].values())).article, relevant=True)
    archive.record(writer, one, seen, url="https://x.example/1")
    assert search.search(writer, "", {}).total == before + 1
    writer.execute("rollback")
    assert search.search(reader, "", {}).total == before


def test_readers_beside_a_writer_never_see_a_wrong_count(tmp_path: Path) -> None:
    directory, _ = query_archive.make(tmp_path / "data", 120)
    for query in search_readers.QUERIES:  # the dictionary for suggestions is loaded once, in seconds
        search.search(open_reader(directory.archive), query, {})
    tally = search_readers.run(directory.archive, seconds=2.5, readers=3, pause=0.02)
    assert tally.wrong == []
    assert len(tally.writes) > 5 < len(tally.milliseconds)
