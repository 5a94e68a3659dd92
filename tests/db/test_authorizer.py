"""The authorizer: arbitrary SQL reaches what the dictionary describes, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db import archive, authorizer, dictionary
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from tests.web import archive_of

LONG = "西宁市" + "引进高层次人才并给予安家补助，" * 20 + "共103名"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    made = archive_of.make(tmp_path_factory.mktemp("authorizer") / "data", 3)
    article = archive_of.article(5, "长句子的文章")
    paragraphs = (*article.paragraphs, LONG)
    start = len("\n".join(article.paragraphs)) + 1
    fact = replace(article.facts[0], evidence=LONG, start=start, end=start + len(LONG))
    long = replace(article, paragraphs=paragraphs, facts=(fact,))
    connection = open_writer(made.archive)
    with transaction(connection):
        url = "https://news.example.cn/long.html"
        archive.record(connection, long, Seen(url, "qhnews", "2026-03-09T01:00:00+00:00", "2026-03-09"), url=url)
    connection.close()
    return made


@pytest.fixture(params=[True, False], ids=["full", "excerpt"])
def public(request: pytest.FixtureRequest, data: DataDirectory) -> Iterator[sqlite3.Connection]:
    connection = open_reader(data.archive)
    authorizer.guard(connection, full_text=request.param)
    yield connection
    connection.close()


@pytest.fixture
def excerpt(data: DataDirectory) -> Iterator[sqlite3.Connection]:
    connection = open_reader(data.archive)
    authorizer.guard(connection, full_text=False)
    yield connection
    connection.close()


NEVER = (
    "select * from rejected",
    "select count(*) from REJECTED",
    "select 1 from [rejected]",
    'select url from main."Rejected"',
    "select url from follow_ups",
    "select * from mark",
    "select * from pages",
    "select * from takedowns",
    "select * from sketch",
    "select block from article_index_data",
    "select * from _sqlite_migrations",
    "with rejected as (select * from main.rejected) select * from rejected",
    "select (select title from rejected limit 1)",
    "select * from articles where exists (select 1 from rejected where title like '%a%')",
    "select * from articles a left join rejected r on r.url = a.url",
    "select * from articles union all select * from rejected",
    "select * from pragma_database_list",
    "select * from pragma_database_list()",
    "select file from PRAGMA_DATABASE_LIST",
    "pragma database_list",
    "pragma table_list",
    "select * from pragma_table_list",
    "select * from pragma_function_list",
    "select * from pragma_module_list",
    "pragma journal_mode = delete",
    "pragma writable_schema = 1",
    "pragma temp_store_directory",
    "pragma trusted_schema = 1",
    "attach 'crawl.db' as crawl",
    "attach database 'file:subscribers.db?mode=ro' as s",
    "detach main",
    "vacuum into '/tmp/copy.db'",
    "select load_extension('x')",
    "select fts3_tokenizer('simple')",
    "select readfile('/etc/passwd')",
    "select writefile('/tmp/x', 'x')",
    "select * from dbstat",
    "select * from sqlite_dbpage",
    "select * from sqlite_stmt",
    "select * from sqlite_temp_master",
    "select * from sqlite_temp_schema",
    "select * from sqlite_sequence",
    "create temp table x as select 1",
    "create temp view facts as select 1",
    "create virtual table temp.v using fts5vocab(main, article_index, row)",
    "insert into articles select * from articles",
    "update articles set title = 'x'",
    "delete from articles",
    "update sqlite_master set sql = 1",
    "drop table articles",
    "reindex",
    "analyze",
)


@pytest.mark.parametrize("sql", NEVER)
def test_what_is_private_is_refused_however_it_is_asked_for(public: sqlite3.Connection, sql: str) -> None:
    with pytest.raises(sqlite3.DatabaseError):
        public.execute(sql).fetchall()


@pytest.mark.parametrize(
    "sql",
    [
        "select id, title, url from articles",
        "select province, count(*) from sources group by 1",
        "with x as (select month, count(*) n from articles group by 1) select * from x order by n desc",
        "with x as (select 1 as a) select count(*) from x",
        "with recursive n(x) as (select 1 union all select x + 1 from n where x < 5) select sum(x) from n",
        "select j.value, count(*) from articles, json_each(places) j group by 1",
        "select max(number), upper(kind) from changes",
        "select * from revisions where number = 1",
        "select name, sql from sqlite_master",
        "select * from pragma_table_info('articles')",
        "select evidence_excerpt, length(evidence_excerpt) from facts",
        "explain query plan select * from facts where revision = 1",
    ],
)
def test_what_the_public_may_read_it_can_ask_for(public: sqlite3.Connection, sql: str) -> None:
    assert public.execute(sql).fetchall()


TEXTS = (
    "select body from article_text",
    "select count(*) from Article_Text",
    "select length(body) from article_text",
    "select rowid from article_index where article_index match '引才'",
    "select * from article_index",
    "select snippet(article_index, 1, '', '', '', 64) from article_index('引才')",
    "select highlight(article_index, 1, '', '') from article_index where article_index match '引才'",
    "select block from article_index_data",
    "select term from article_index_idx",
    "select instr(body, '103') from article_text t join articles a using (revision)",
    "with facts as (select evidence from article_text) select * from facts",
)


@pytest.mark.parametrize("sql", TEXTS)
def test_texts_and_their_index_are_refused_where_excerpts_are_shown(excerpt: sqlite3.Connection, sql: str) -> None:
    with pytest.raises(sqlite3.DatabaseError):
        excerpt.execute(sql).fetchall()


def test_texts_and_their_index_can_be_asked_for_where_all_is_shown(data: DataDirectory) -> None:
    connection = open_reader(data.archive)
    authorizer.guard(connection, full_text=True)

    rows = connection.execute("select rowid from article_index where article_index match '引才'").fetchall()
    bodies = connection.execute("select body from article_text").fetchall()

    assert len(bodies) == 4 and rows
    connection.close()


@pytest.mark.parametrize(
    "sql",
    [
        "select evidence from facts",
        "select max(length(evidence)) from facts",
        "select e from (select evidence as e from facts)",
        "with facts as (select evidence from main.facts) select evidence from facts",
        "select group_concat(evidence) from facts",
        "select 1 from facts where evidence like '%人才%'",
        "select substr(facts.evidence, 200) from facts",
    ],
)
def test_whole_evidence_sentences_stay_hidden_where_excerpts_are_shown(excerpt: sqlite3.Connection, sql: str) -> None:
    assert all(row[0] is None for row in excerpt.execute(sql))
    [longest] = excerpt.execute("select max(length(evidence_excerpt)) from facts").fetchone()
    assert longest == dictionary.EVIDENCE


def test_our_own_connection_reads_short_evidence_where_excerpts_are_shown(data: DataDirectory) -> None:
    connection = open_reader(data.archive)
    authorizer.excerpt_facts(connection)

    rows = connection.execute('select f.evidence, "end" - start from facts f order by 2 desc').fetchall()

    assert rows[0][1] == len(LONG) and rows[0][0] == LONG[:149] + "…"
    assert rows[-1][0] == archive_of.article(1, "").facts[0].evidence or len(rows[-1][0]) == rows[-1][1]
    connection.close()


def test_the_dictionary_describes_every_column_of_the_tables_that_it_names(data: DataDirectory) -> None:
    connection = open_reader(data.archive)
    for name, table in dictionary.TABLES.items():
        columns = {row[1] for row in connection.execute("select * from pragma_table_xinfo(?)", [name])}
        assert set(table.columns) == columns - {"article_index", "rank"} | (set(table.columns) & {"rank"}), name
        for column in table.columns.values():
            assert all(column.about[language] for language in dictionary.LANGUAGES), (name, column.name)
    connection.close()


def test_a_table_that_nobody_described_is_private(tmp_path: Path) -> None:
    made = archive_of.make(tmp_path / "data", 1)
    writer = open_writer(made.archive)
    writer.execute("create table later (secret text)")
    writer.close()
    connection = open_reader(made.archive)
    authorizer.guard(connection, full_text=True)
    for sql in ("select secret from later", "select count(*) from later"):
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute(sql)
    connection.close()
