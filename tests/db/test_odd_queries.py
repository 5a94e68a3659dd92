"""Queries as people mistype them mean what they say in the index as they do in an article held in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from db import archive, search
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from parsers.query import Figure, parse_query
from parsers.values import Article
from tests.web import archive_of

BODY = ("校园活动启动，各地引才。", "ไทยAI人才5G、3.5亿元投资。")


def _article() -> Article:
    return replace(archive_of.article(1, "座谈会"), paragraphs=BODY, facts=(), repairs=(), flags=())


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    directory = DataDirectory(tmp_path_factory.mktemp("odd")).prepare()
    writer = open_writer(directory.archive)
    with transaction(writer):
        url = "https://a.example/1"
        archive.record(writer, _article(), Seen(url, "qhnews", "2026-03-02T01:00:00+00:00", "2026-03-02"), url=url)
    writer.close()
    reader = open_reader(directory.archive)
    yield reader
    reader.close()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("near:20(校园 引才)", 1),
        ("near:20(校园， 引才。)", 1),  # marks at the ends of a word are not asked for, as nowhere else
        ("near:20(“（校园）” “引才！”)", 1),
        ("near:20(“ไทย。” “投资”)", 1),
        ("near:1(“（校园）” “引才！”)", 0),
        ("near:20(“校园、活动” 引才)", 0),
    ],
)
def test_marks_around_the_words_of_near_are_passed_over(connection: sqlite3.Connection, text: str, count: int) -> None:
    assert search.count(connection, parse_query(text)) == count


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("figure:投资额=50至1.5万", 50, 15_000),
        ("figure:投资额=1-2万", 10_000, 20_000),
        ("figure:投资额=100-200万元", 1_000_000, 2_000_000),
        ("figure:投资额=9千至1万", 9_000, 10_000),
    ],
)
def test_a_scale_behind_a_range_is_shared_where_the_range_then_ascends(text: str, low: float, high: float) -> None:
    tree = parse_query(text)
    assert isinstance(tree, Figure) and (tree.low, tree.high) == (low, high)
