"""The index in small: tokens as the slow way makes them, new texts tested as it matches, merges that stay small."""

from __future__ import annotations

import random
import sqlite3

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from db import text_index
from db.retrieval.kept import Kept, bitmap_of
from db.retrieval.ordinals import Ordinals
from db.retrieval.words import WordHits
from parsers.query import normal, runs
from parsers.script import fold

TEXTS = st.text("人才引聚綠色算力著名乾隆麼麽么么薴覆ＡＩai5Ｇ①㎡ﬁé٣𠀀 ，。、_-\n\u200b", max_size=40)


def index() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(
        "create virtual table article_index using fts5(title, body, content='', columnsize=0, tokenize='ascii')"
    )
    connection.execute("insert into article_index(article_index, rank) values ('automerge', 0)")
    connection.execute("insert into article_index(article_index, rank) values ('crisismerge', 256)")
    return connection


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_tokens_are_the_overlapping_pairs_of_each_run_and_its_last_character(text: str) -> None:
    expected = [
        token for run in runs(fold(text)) for token in (*(run[i : i + 2] for i in range(len(run) - 1)), run[-1])
    ]
    assert text_index.tokens(text).split() == expected
    assert text_index.folded(text) == fold(text)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(0, 39), st.integers(1, 9))
def test_a_needle_stands_in_the_tokens_exactly_where_the_index_matches(text: str, start: int, length: int) -> None:
    for word in (normal(text[start : start + length]), "人才", "才 引", "a"):
        if not runs(word):
            continue
        connection = index()
        text_index.add(connection, 1, "", text)
        sql = "select count(*) from article_index where article_index match ?"
        (found,) = connection.execute(sql, [text_index.match_expression(word)]).fetchone()
        assert (text_index.needle(word) in f" {text_index.tokens(text)} ") == bool(found)


def test_small_merges_keep_the_segments_few_and_the_answers_right() -> None:
    connection, dice = index(), random.Random(4)
    texts = ["".join(dice.choices("人才引聚绿色算力西宁", k=60)) for _ in range(300)]
    most = 0
    for number, text in enumerate(texts, 1):
        text_index.add(connection, number, "", text)
        if number % 25 == 0:
            text_index.maintain(connection)
        most = max(most, text_index.segments(connection))
    assert 8 <= most < 60
    while text_index.maintain(connection, 10, whole=True) == 10:
        pass
    assert text_index.segments(connection) == 1
    rows = connection.execute("select rowid from article_index where article_index match '\"人才\"'").fetchall()
    assert {row[0] for row in rows} == {number for number, text in enumerate(texts, 1) if "人才" in text}


def test_a_late_article_of_an_old_day_finds_its_place() -> None:
    first = np.array([(100 << 13) + n for n in range(3)] + [(200 << 13) + n for n in range(2)])
    ordinals = Ordinals(first)
    ordinals.add((100 << 13) + 5, 5)  # numbers may leave gaps
    ordinals.add((150 << 13), 6)
    ordinals.add((300 << 13), 7)
    asked = np.array([*first, (100 << 13) + 5, 150 << 13, 300 << 13, (100 << 13) + 4, 120 << 13, (300 << 13) + 1])
    assert ordinals.of(asked).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, -1, -1, -1]


def test_what_is_kept_is_bounded_and_the_least_used_goes_first() -> None:
    kept: Kept[WordHits] = Kept(3_000)
    for name in "abcdef":
        kept.put(name, WordHits(bitmap_of(np.arange(300, dtype=np.uint32)), 300))
        kept.get("a")
    assert kept.held <= 3_000
    assert kept.get("a") is not None
    assert kept.get("b") is None
