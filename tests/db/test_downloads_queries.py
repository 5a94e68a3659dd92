"""A download of a search has exactly the articles that the search finds, all of them, now and as of any change."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from db import search
from db.connection import open_reader
from db.downloads.frames import count, frame
from parsers.query import parse_query
from tests.db import query_archive
from tests.db.query_writing import Writer

ARTICLES = 300
QUERIES = 60
FILTERS: tuple[dict[str, tuple[str, ...]], ...] = (
    {}, {"place": ("青海省",)}, {"status": ("repost", "only")}, {"year": ("2023", "2024"), "theme": ("引才",)},
    {"policy": (query_archive.POLICIES[0],)}, {"author": ("李四",), "source": ("qhnews",)},
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[sqlite3.Connection, Writer]:
    directory, written = query_archive.make(tmp_path_factory.mktemp("queries") / "data", ARTICLES)
    texts = [text for one in written.values() for text in (one.article.title or "", *one.article.paragraphs)]
    return open_reader(directory.archive), Writer(random.Random(), [text for text in texts if text.strip()])


def downloaded(connection: sqlite3.Connection, what: str, query: str, **asked: Any) -> list[str]:
    """The article of each row."""
    found = frame(connection, what, query=query, texts=False, **asked)
    return [row[found.names.index("article" if what == "facts" else "id")] for row in found.rows]


@pytest.mark.parametrize("seed", range(4))
def test_random_queries(archive: tuple[sqlite3.Connection, Writer], seed: int) -> None:
    connection, writer = archive
    dice = writer.dice = random.Random(seed)
    (newest,) = connection.execute("select max(number) from changes").fetchone()
    found_some = 0
    for _ in range(QUERIES):
        _, query = writer.written()
        filters = dice.choice(FILTERS) if dice.random() < 0.4 else {}
        as_of = newest if dice.random() < 0.4 else dice.randint(newest // 3, newest)
        expected = sorted(hit.id for hit in search.every_hit(connection, query, filters, as_of=as_of))
        asked = {"filters": filters, "as_of": as_of}
        assert sorted(downloaded(connection, "articles", query, **asked)) == expected, (query, asked)
        assert count(connection, "articles", query, filters, as_of) == len(expected), (query, asked)
        facts = downloaded(connection, "facts", query, **asked)
        assert set(facts) <= set(expected), (query, asked)
        everything = downloaded(connection, "facts", "", as_of=as_of)
        assert len(facts) == sum(article in set(expected) for article in everything), (query, asked)
        found_some += 0 < len(expected) < ARTICLES
    assert found_some > QUERIES // 5  # the queries are worth asking


def test_all_rows_come_however_many(archive: tuple[sqlite3.Connection, Writer], tmp_path: Path) -> None:
    connection, _ = archive
    assert search.count(connection, parse_query("")) == len(downloaded(connection, "articles", "")) == ARTICLES
