"""What is stored of frequent words answers as the index does: after changes, after takedowns, in an older order."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from db import archive as archive_of
from db import frequent_words, search, takedown
from db.connection import open_reader, open_writer, transaction
from db.retrieval import stored, words
from db.retrieval.engine import Engine, View, viewing
from parsers.query import Word, parse_query
from parsers.values import Article
from tests.db import query_archive

LATER = 40


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory, _ = query_archive.make(tmp_path_factory.mktemp("frequent") / "data", 2_100)
    with_words = open_writer(directory.archive)
    reader = open_reader(directory.archive)
    assert frequent_words.store(with_words, reader) > 20
    reader.close()
    with_words.close()  # the last one writes the log back: what is copied is one file
    return directory.archive


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "archive.db"))


@pytest.fixture
def writer(path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(path)
    yield connection
    connection.close()


@pytest.fixture
def reader(path: Path, writer: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection = open_reader(path)
    yield connection
    connection.close()


def stored_words(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("select word from frequent_words order by rowid")]


def same(view: View, word: str) -> None:
    found = stored.StoredWords().find(view.connection, view.state, Word(word), words.RecentTexts())
    asked = words.find(view.connection, view.state, Word(word))
    assert found is not None, word
    assert found.hits == asked.hits, word
    assert found.counts is not None
    counted = words.term_counts(view.connection, view.state, Word(word), asked)
    assert np.array_equal(found.counts, counted), word


def add(writer: sqlite3.Connection, number: int, day: str) -> None:
    body = f"第{number}次会议研究人才工作，{'引才引才。' * (number % 5)}青海大学参加，编号{number * 7919}。"
    one = Article(title=f"人才会议{number}", published=day, paragraphs=(body,), relevant=True)
    seen = archive_of.Seen(f"https://later.cn/{number}", "later", f"{day}T01:00:00+00:00", day)
    with transaction(writer):
        archive_of.record(writer, one, seen, url=f"https://later.cn/{number}")


def test_stored_words_are_the_index_again(reader: sqlite3.Connection) -> None:
    chosen = stored_words(reader)
    assert "人才" in chosen
    with viewing(Engine(), reader) as view:
        for word in chosen[::7]:
            same(view, word)


def test_texts_recorded_later_are_among_them(reader: sqlite3.Connection, writer: sqlite3.Connection) -> None:
    running = Engine()
    with viewing(running, reader):
        pass
    for number in range(LATER):
        add(writer, number, "2026-03-01" if number % 2 else "2019-05-06")  # late ones lie between the old ones
    for engine in (running, Engine()):
        with viewing(engine, reader) as view:
            for word in ["人才", *stored_words(reader)[::31]]:
                same(view, word)
    assert frequent_words.store(writer, reader, choose=False) > 20
    with viewing(running, reader) as view:  # whose ordinals are not in the order that is stored now
        for word in ["人才", *stored_words(reader)[::31]]:
            same(view, word)


def test_bringing_them_up_to_date_is_choosing_them_anew(reader: sqlite3.Connection, writer: sqlite3.Connection) -> None:
    for number in range(LATER):
        add(writer, number, "2026-03-01")
    words_then = stored_words(reader)
    frequent_words.store(writer, reader, choose=False)
    rows = reader.execute("select * from frequent_words order by word").fetchall()
    assert {row["word"] for row in rows} <= set(words_then)
    asked = words.find
    with viewing(Engine(), reader) as view:
        for row in rows[::5]:
            hits = asked(reader, view.state, Word(row["word"])).hits
            assert row["hits"] == hits.serialize()
    assert {row["seen"] for row in rows} == {reader.execute("select max(number) from changes").fetchone()[0]}


def test_too_many_later_texts_ask_the_index(
    reader: sqlite3.Connection, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "MOST_NEW", 3)
    for number in range(4):
        add(writer, number, "2026-03-01")
    with viewing(Engine(), reader) as view:
        assert stored.StoredWords().find(reader, view.state, Word("人才"), words.RecentTexts()) is None
        assert (
            view.engine.word(reader, view.state, Word("人才")).hits == words.find(reader, view.state, Word("人才")).hits
        )


def test_a_takedown_leaves_no_stored_word(reader: sqlite3.Connection, writer: sqlite3.Connection) -> None:
    hit = search.search(reader, "人才", {}).hits[0]
    takedown.take_down(writer, hit.id, "2026-11-21T00:00:00+00:00", "申请撤下")
    assert stored_words(reader) == []
    assert reader.execute("select count(*) from frequent_words_order").fetchone()[0] == 0
    assert hit.id not in {one.id for one in search.search(reader, "人才", {}, limit=5000).hits}
    assert frequent_words.are_due(writer)
    assert frequent_words.store(writer, reader, choose=False) > 20
    assert hit.id not in {one.id for one in search.search(reader, "人才", {}, limit=5000).hits}


def test_a_takedown_while_they_are_found_stores_nothing(reader: sqlite3.Connection, writer: sqlite3.Connection) -> None:
    hit = search.search(reader, "人才", {}).hits[0]

    def meanwhile(count: int) -> None:
        if count == 1:
            takedown.take_down(other, hit.id, "2026-11-21T00:00:00+00:00", "申请撤下")

    other = open_writer(Path(reader.execute("pragma database_list").fetchone()[2]))
    assert frequent_words.store(writer, reader, on_word=meanwhile) == 0
    other.close()
    assert stored_words(reader) == []


def test_they_are_due_when_missing_or_old(writer: sqlite3.Connection) -> None:
    assert not frequent_words.are_due(writer)
    add(writer, 1, "2026-03-01")
    assert not frequent_words.are_due(writer)
    assert frequent_words.are_due(writer, 0)


def test_a_small_archive_has_none(tmp_path: Path) -> None:
    directory, _ = query_archive.make(tmp_path / "data", 30)
    connection = open_writer(directory.archive)
    assert not frequent_words.are_due(connection)
    assert search.count(connection, parse_query("人才")) >= 0
    connection.close()


def test_the_budget_is_kept(
    reader: sqlite3.Connection, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frequent_words, "BUDGET", 40_000)
    many = len(stored_words(reader))
    assert 0 < frequent_words.store(writer, reader) < many
    spent = reader.execute("select sum(length(hits) + length(counts)) from frequent_words").fetchone()[0]
    assert spent <= 40_000
