"""A thousand generated queries find what a slow reading of the texts finds, and any bytes at all do no harm."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from db import archive as archive_of
from db import search
from db.conditions import both, condition, now_or
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from parsers.query import parse_leniently, parse_query, print_query
from parsers.values import Article
from tests.db import query_archive
from tests.db.query_reference import Reference
from tests.db.query_writing import Writer

ARTICLES = 2000
QUERIES = 1000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[sqlite3.Connection, Reference]:
    directory, written = query_archive.make(tmp_path_factory.mktemp("query") / "data", ARTICLES)
    connection = open_reader(directory.archive)
    stories = dict(connection.execute("select id, story from articles where recorded_to is null").fetchall())
    return connection, Reference(written, stories)


def found_by_sql(connection: sqlite3.Connection, text: str) -> set[str]:
    where, values = both(now_or(None), condition(parse_query(text)))
    return {row[0] for row in connection.execute(f"select a.id from articles a where {where}", values)}


def writer_of(reference: Reference, seed: int) -> Writer:
    texts = [text for one in reference.written.values() for text in (one.article.title or "", *one.article.paragraphs)]
    return Writer(random.Random(seed), [text for text in texts if text.strip()])


def test_the_archive_has_what_the_queries_ask_for(archive: tuple[sqlite3.Connection, Reference]) -> None:
    _, reference = archive
    shared = [members for members in reference.members.values() if len(members) > 1]
    assert len(shared) > 50
    assert sum(one.gone for one in reference.written.values()) > 50
    assert sum(one.changed for one in reference.written.values()) > 50


@pytest.mark.parametrize("part", range(10))
def test_generated_queries_find_what_the_reference_finds(
    archive: tuple[sqlite3.Connection, Reference], part: int
) -> None:
    connection, reference = archive
    writer = writer_of(reference, part)
    some = 0
    for number in range(QUERIES // 10):
        tree, text = writer.written()
        expected = reference.found(tree)
        assert found_by_sql(connection, text) == expected, text
        assert search.count(connection, parse_query(text)) == len(expected), text
        some += 0 < len(expected) < ARTICLES
        if number % 5 == 0:
            result = search.search(connection, text, {}, limit=20)
            assert result.total == len(expected), text
            assert result.stories == len({reference.story[identity] for identity in expected}), text
            assert {hit.id for hit in result.hits} <= expected, text
    assert some > QUERIES // 20  # the queries are worth asking


def test_who_was_first_is_asked_of_the_moment(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data").prepare()
    connection = open_writer(data.archive)
    body = "。".join(f"第{n}项是{chr(0x4E00 + n * 7)}{chr(0x5E00 + n * 11)}领域的人才工作安排" for n in range(60))
    for day in (1, 2):
        one = Article(title="人才工作", published=f"2026-03-0{day}", paragraphs=(body,), relevant=True)
        seen = archive_of.Seen(f"https://{day}.cn/", f"s{day}", f"2026-03-0{day}T01:00:00+00:00", f"2026-03-0{day}")
        with transaction(connection):
            archive_of.record(connection, one, seen, url=f"https://{day}.cn/")
    connection.close()
    reader = open_reader(data.archive)

    def found(status: str, as_of: int | None) -> list[str]:
        return [hit.url for hit in search.search(reader, f"is:{status}", {}, as_of=as_of).hits]

    assert [found(status, 1) for status in ("only", "first", "repost")] == [["https://1.cn/"], [], []]
    assert [found(status, None) for status in ("only", "first", "repost")] == [[], ["https://1.cn/"], ["https://2.cn/"]]
    for status in ("only", "first", "repost"):
        for moment in (1, None):
            where, values = both(now_or(moment), condition(parse_query(f"is:{status}"), moment))
            rows = reader.execute(f"select a.url from articles a where {where}", values).fetchall()
            assert [row[0] for row in rows] == found(status, moment)


@pytest.mark.parametrize("part", range(4))
def test_what_is_printed_reads_as_the_same_query(archive: tuple[sqlite3.Connection, Reference], part: int) -> None:
    writer = writer_of(archive[1], 100 + part)
    for _ in range(250):
        _, text = writer.written()
        tree = parse_query(text)
        assert parse_query(print_query(tree)) == tree, text


_SYNTAX = (
    *"()\"“-| >=9：、a万\x00%_*\\'\ud800１é𠀀",
    *("OR", "或", "NOT", "place:", "figure:", "..", "near:", "after:", "has:", "引才"),
)


def test_garbage_is_answered(archive: tuple[sqlite3.Connection, Reference]) -> None:
    connection, _ = archive
    dice = random.Random(7)
    for number in range(600):
        if number % 2:
            text = "".join(dice.choice(_SYNTAX) for _ in range(dice.randint(1, 25)))
        else:
            text = dice.randbytes(dice.randint(1, 60)).decode(dice.choice(("utf-8", "gb18030", "latin-1")), "replace")
        tree, problems = parse_leniently(text)
        assert all(
            problem.text(language) and problem.instead(language) for problem in problems for language in ("zh", "en")
        )
        printed = print_query(tree)
        assert parse_leniently(printed) == (tree, ()), text
        assert search.search(connection, printed, {}, limit=1).total >= 0


def test_the_archive_can_be_made_twice(tmp_path: Path) -> None:
    _, first = query_archive.make(tmp_path / "a", 30)
    _, second = query_archive.make(tmp_path / "b", 30)
    assert first == second
