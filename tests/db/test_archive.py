"""The stores: what goes in is found, changes are counted, nothing is overwritten, the public sees what it may."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import alerts, archive, authorizer, search, snapshots, text_index
from db.connection import migrate, open_reader, open_writer, run_script, transaction
from db.errors import DataDirectoryError, OldSQLite, Refused
from db.frontier import SqliteFrontier
from db.ingest import position
from db.paths import DataDirectory
from parsers.errors import QueryError
from parsers.query import normal, parse_query
from parsers.values import Article, Fact
from parsers.visits import Task, Visit

NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
TEXT = "西宁市出台绿色算力人才措施，签约人才项目103个。\n海东市引进专家40余名，AI人才12人。"


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "data").prepare()


def article(title: str = "绿色算力人才综述", body: str = TEXT, **values: object) -> Article:
    fields = {"published": "2025-03-18", "places": ("西宁市",), "relevant": True, "relevance": 0.9, **values}
    return Article(title=title, paragraphs=tuple(body.split("\n")), **fields)  # type: ignore[arg-type] # test values


def put(data: DataDirectory, one: Article, url: str = "https://a.example/1", day: int = 0) -> str | None:
    at = (NOON + datetime.timedelta(days=day)).isoformat()
    connection = open_writer(data.archive)
    with transaction(connection):
        made = archive.record(connection, one, archive.Seen(url, "a", at, at[:10]), url=url)
    connection.close()
    return made


def found(data: DataDirectory, query: str, as_of: int | None = None) -> int:
    return search.search(open_reader(data.archive), query, {}, as_of=as_of).total


@pytest.mark.parametrize("query", ["绿", "算力", "綠色算力", "绿色 专家", "103", "20 -体育", "ＡＩ", "i人", "名",
                                   "title:综述", "place:青海省", "place:西宁", "after:2025-03", "before:2026",
                                   "体育 OR 引进", "“人才措施，签约”"])  # fmt: skip
def test_a_query_finds_the_article(data: DataDirectory, query: str) -> None:
    put(data, article(body=TEXT + "2025年"))

    assert found(data, query) == 1


@pytest.mark.parametrize(
    "query", ["体育", "算绿", "place:甘肃省", "after:2025-04", "-人才", "title:措施", "“措施签约”"]
)
def test_a_query_that_does_not_fit_finds_nothing(data: DataDirectory, query: str) -> None:
    put(data, article())

    assert found(data, query) == 0


@settings(max_examples=150, deadline=None)
@given(start=st.integers(0, len(TEXT) - 1), length=st.integers(1, 3))
def test_the_index_finds_what_a_substring_search_finds(start: int, length: int) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "create virtual table article_index using fts5(title, body, content='', columnsize=0, tokenize='ascii')"
    )
    text_index.add(connection, 1, "", TEXT)
    part = normal(TEXT[start : start + length])
    if not part.isalnum():
        return
    rows = connection.execute(
        "select rowid from article_index where article_index match ?", [text_index.match_expression(part)]
    ).fetchall()

    assert rows == [(1,)]


def test_an_edit_makes_a_revision_and_as_of_still_shows_the_old_one(data: DataDirectory) -> None:
    assert put(data, article()) == "new"
    assert put(data, article(), day=1) is None
    assert put(data, article(body=TEXT.replace("103", "135")), day=2) == "revised"

    assert (found(data, "135"), found(data, "103")) == (1, 0)
    assert (found(data, "135", as_of=1), found(data, "103", as_of=1)) == (0, 1)


def test_an_irrelevant_article_is_rejected_with_its_reason(data: DataDirectory) -> None:
    put(data, article(relevant=False, words=("足球",)))

    rows = open_reader(data.archive).execute("select reason, words from rejected").fetchall()
    assert [tuple(row) for row in rows] == [("与人才工作无关", '["足球"]')]
    assert found(data, "人才") == 0


def test_a_repost_joins_the_story_and_counts_once(data: DataDirectory) -> None:
    long = "。".join(f"第{n}项是{chr(0x4E00 + n * 7)}{chr(0x5E00 + n * 11)}领域的人才工作安排" for n in range(60))
    put(data, article(body=long), "https://a.example/1")
    put(data, article("转载的标题", body=long + "\n又加了一句。"), "https://b.example/2")
    put(data, article("另一篇", body="完全不同的一篇人才报道，讲的是别的事情。" * 20), "https://b.example/3")

    result = search.search(open_reader(data.archive), "人才", {})
    assert (result.total, result.stories, len(result.hits)) == (3, 2, 2)
    assert sorted(hit.copies for hit in result.hits) == [0, 1]


def test_facets_of_one_kind_do_not_narrow_themselves(data: DataDirectory) -> None:
    put(data, article(), "https://a.example/1")
    put(data, article(places=("兰州市",), published="2024-05-01"), "https://a.example/2")

    facets = search.search(open_reader(data.archive), "", {"place": ("西宁市",)}).facets
    assert {value.value: value.count for value in facets["place"]}["兰州市"] == 1
    assert [(value.value, value.count) for value in facets["year"]] == [("2025", 1)]


@pytest.mark.parametrize(("query", "position"), [("“引才", 0), ("(a", 0), ("a)", 1), ("place:", 0), ("after:昨天", 0)])
def test_a_wrong_query_says_where(query: str, position: int) -> None:
    with pytest.raises(QueryError) as error:
        parse_query(query)
    assert error.value.position == position


def test_the_public_connection_refuses_operator_tables_and_hidden_texts(data: DataDirectory) -> None:
    put(data, article())
    public = open_reader(data.archive)
    authorizer.guard(public, full_text=False)

    assert public.execute("select count(*) from articles").fetchone()[0] == 1
    for sql in ("select * from rejected", "select body from article_text", "pragma database_list",
                "select rowid from article_index", "attach ':memory:' as x"):  # fmt: skip
        with pytest.raises(sqlite3.DatabaseError):
            public.execute(sql).fetchall()


def test_an_alert_is_owed_once_per_story_and_carries_the_same_message_id(data: DataDirectory) -> None:
    subscribers, reader = open_writer(data.subscribers), open_reader(data.archive)
    one = alerts.subscribe(subscribers, "a@example.org", "绿色算力", {}, "instant", NOON)
    put(data, article(), "https://a.example/early")
    alerts.confirm(subscribers, one.id, 1, NOON)
    put(data, article("绿色算力新篇", body="绿色算力人才工作站成立。"), "https://a.example/2")

    assert alerts.match(subscribers, reader, NOON) == 2
    assert alerts.match(subscribers, reader, NOON) == 0
    due = alerts.due_letters(subscribers, NOON)
    assert [letter.kind for letter in due] == ["confirm", "alert"]
    assert position(subscribers, "match") == 2

    alerts.not_sent(subscribers, due[1].message_id, NOON, "451", datetime.timedelta(minutes=5))
    assert [letter.kind for letter in alerts.due_letters(subscribers, NOON)] == ["confirm"]
    later = alerts.due_letters(subscribers, NOON + datetime.timedelta(minutes=5))
    assert due[1].message_id in {letter.message_id for letter in later}
    alerts.stop(subscribers, one.id, NOON)
    assert alerts.due_letters(subscribers, NOON + datetime.timedelta(days=1)) == []


def test_an_ended_subscriber_can_come_back_and_a_flood_is_refused(data: DataDirectory) -> None:
    subscribers = open_writer(data.subscribers)
    for number in range(5):
        alerts.subscribe(subscribers, "a@example.org", f"人才{number}", {}, "daily", NOON)
    with pytest.raises(Refused):
        alerts.subscribe(subscribers, "a@example.org", "再来", {}, "daily", NOON)
    with pytest.raises(Refused):
        alerts.subscribe(subscribers, "不是邮箱", "人才", {}, "daily", NOON)


def test_the_frontier_leases_stores_and_backs_off(data: DataDirectory) -> None:
    moment = [NOON]
    crawl = open_writer(data.crawl)
    frontier = SqliteFrontier(crawl, "a", 1, lambda: moment[0], [datetime.timedelta(hours=1)])
    frontier.seed([Task("https://a.example/list", "a", "list")])
    [task] = frontier.claim(5)
    assert frontier.claim(5) == []
    visit = Visit(task.url, "a", "list", NOON.isoformat(), 200, b"<a>", "text/html")
    child = Task("https://a.example/1", "a", "article")
    assert frontier.done([(task, visit, [child])]) == 1
    assert frontier.done([(task, visit, [child])]) == 0
    row = crawl.execute("select body_hash from visit").fetchone()
    assert snapshots.read(crawl, row["body_hash"]) == b"<a>"

    [again] = frontier.claim(5)
    frontier.fail(again, Visit(again.url, "a", "article", NOON.isoformat(), 503, retry_after=600.0))
    assert frontier.outstanding() == 0
    moment[0] += datetime.timedelta(seconds=601)
    assert [one.tries for one in frontier.claim(5)] == [1]
    moment[0] += datetime.timedelta(hours=1)  # the lease has run out: handed out again
    assert len(frontier.claim(5)) == 1


def test_facts_keep_their_words(data: DataDirectory) -> None:
    start = TEXT.index("签约人才项目103个")
    fact = Fact("figure", "西宁市", "2025", "签约人才项目103个", start, start + 10, "t", 1,
                {"measure": "签约人才项目", "value_low": 103, "value_high": 103, "unit": "个"})  # fmt: skip
    put(data, article(facts=(fact,)))

    result = search.search(open_reader(data.archive), "has:figure", {})
    assert result.hits[0].figures == ("签约人才项目 103 个",)


def test_a_newer_data_directory_is_refused_and_left_alone(data: DataDirectory) -> None:
    connection = open_writer(data.archive)
    connection.execute(
        "insert into _sqlite_migrations(migration_set, name, applied_at) values ('caixun.archive', 'm999_future', 'x')"
    )
    connection.close()
    with pytest.raises(DataDirectoryError, match="m999_future"):
        data.prepare()


def test_bad_directories_and_old_sqlite_are_one_line(tmp_path: Path) -> None:
    from db.connection import check_sqlite

    with pytest.raises(OldSQLite):
        check_sqlite((3, 39, 4))
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataDirectoryError):
        DataDirectory(tmp_path / "file").prepare()
    with pytest.raises(DataDirectoryError):
        DataDirectory(tmp_path).existing()


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    from sqlite_utils import Database, Migrations

    steps = Migrations("test")

    @steps()
    def broken(database: Database) -> None:
        run_script(database.conn, "create table a (x);\ncreate table a (y);\n")

    with pytest.raises(sqlite3.OperationalError):
        migrate(tmp_path / "x.db", steps)
    assert open_reader(tmp_path / "x.db").execute("select 1 from sqlite_master where name = 'a'").fetchone() is None
