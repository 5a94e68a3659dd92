"""Hits and term counts per word, kept and caught up with new texts.

FTS5 finds; what it found is a bitmap of ordinals. New revisions are tested by their tokens alone: a phrase of
pairs stands in a text exactly where its tokens follow each other, so `" 绿色 色算 "` is looked for in the tokens.

Term counts come out of FTS5's own score. With `columnsize=0` its bm25 of a phrase is idf · 2.2 · tf / (tf + c) with
one c for all rows (lengths count as -1 a column), which gives tf back; `self_test` proves that at start.
"""

from __future__ import annotations

import functools
import math
import sqlite3
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from db import text_index
from db.retrieval.kept import bitmap_bytes, bitmap_of
from db.retrieval.ordinals import Numbered
from db.retrieval.state import State, ints, rows_of
from parsers.query import Word

TITLE_WEIGHT = 5  # a word in the title counts like five in the body
_SCALE = 1e13  # makes whole numbers of scores, which lie between a millionth (a word in half of all texts) and 40
_MOST_NEW = 300  # more new texts than these: ask the index again
_RECENT_CHARACTERS = 4_000_000


@dataclass(slots=True)
class WordHits:
    """The ordinals that hold a word, of the first `seen`; term counts beside them (ascending) once ranking asked."""

    hits: BitMap
    seen: int
    counts: NDArray[np.uint16] | None = None
    scores: NDArray[np.float32] | None = None
    scored: int = -1  # how many ordinals there were when the scores were made

    @property
    def size(self) -> int:
        """Bytes held, about."""
        ranked = 0 if self.counts is None else 6 * len(self.hits)  # counts, and the scores made of them
        return bitmap_bytes(self.hits) + ranked


class RecentTexts:
    """The tokens of the newest revisions, for testing kept words; bounded by characters."""

    def __init__(self) -> None:
        self._tokens: OrderedDict[int, tuple[str, str]] = OrderedDict()
        self._held = 0

    def get(self, connection: sqlite3.Connection, revision: int) -> tuple[str, str]:
        """The tokens of title and body, a space at either end."""
        found = self._tokens.get(revision)
        if found is None:
            row = rows_of(
                connection,
                "select a.title, t.body from articles a join article_text t using (revision) where a.revision = ?",
                [revision],
            ).fetchone()
            found = (f" {text_index.tokens(row[0])} ", f" {text_index.tokens(row[1])} ")
            self._tokens[revision] = found
            self._held += len(found[1])
            while self._held > _RECENT_CHARACTERS:
                self._held -= len(self._tokens.popitem(last=False)[1][1])
        return found


def find(connection: sqlite3.Connection, state: Numbered, word: Word) -> WordHits:
    """All hits of `word` from the index."""
    expression = text_index.match_expression(word.text, word.column)
    sql = "select group_concat(rowid) from article_index where article_index match ?"
    (text,) = rows_of(connection, sql, [expression]).fetchone()
    return WordHits(bitmap_of(state.ordinals.known(ints(text))), state.count)


def find_counted(connection: sqlite3.Connection, state: Numbered, word: Word) -> WordHits:
    """All hits of `word` with their term counts, in one pass over the index."""
    if not self_test():
        return find(connection, state, word)
    revisions, counts = _scored(connection, text_index.match_expression(word.text, word.column))
    ordinals = state.ordinals.of(revisions)
    counts, ordinals = counts[ordinals >= 0], ordinals[ordinals >= 0]
    order = np.argsort(ordinals, kind="stable")
    return WordHits(bitmap_of(ordinals.astype(np.uint32)), state.count, counts[order])


def catch_up(connection: sqlite3.Connection, state: State, word: Word, known: WordHits, recent: RecentTexts) -> bool:
    """Test the texts that came since `known` was found; False when they are too many and the index is to be asked."""
    if state.count - known.seen > _MOST_NEW:
        return False
    counts: list[int] = []
    for ordinal in range(known.seen, state.count):
        count = counted_in(connection, state, word, ordinal, recent)
        if count:
            known.hits.add(ordinal)
            counts.append(count)
    if known.counts is not None and counts:
        known.counts = np.concatenate([known.counts, np.array(counts, np.uint16)])
    known.seen = state.count
    return True


def counted_in(connection: sqlite3.Connection, state: State, word: Word, ordinal: int, recent: RecentTexts) -> int:
    """How often a word stands in one text (title ×5), counted in its tokens."""
    needle = text_index.needle(word.text)
    title, body = recent.get(connection, int(state.revision.values[ordinal]))
    count = TITLE_WEIGHT * _count(needle, title) + (0 if word.column else _count(needle, body))
    return min(count, 65535)


def _count(needle: str, tokens: str) -> int:
    count, at = 0, tokens.find(needle)
    while at >= 0:
        count += 1
        at = tokens.find(needle, at + 1)
    return count


@dataclass(frozen=True, slots=True)
class IndexTotals:
    """Rows and tokens of the index, as FTS5 counts them for its score."""

    rows: int
    tokens: int


def totals(connection: sqlite3.Connection) -> IndexTotals:
    """Read FTS5's own record of totals (row 1 of its data): varints of rows, then tokens a column."""
    row = rows_of(connection, "select block from article_index_data where id = 1").fetchone()
    numbers = text_index.varints(row[0]) if row and row[0] else [0, 0]
    return IndexTotals(numbers[0], sum(numbers[1:]))


def idf(rows: int, hits: int) -> float:
    """FTS5's inverse document frequency: never below a millionth."""
    return max(math.log((max(rows, hits) - hits + 0.5) / (hits + 0.5)), 1e-6)


def term_counts(connection: sqlite3.Connection, state: State, word: Word, known: WordHits) -> NDArray[np.uint16]:
    """How often the word stands in each of its hits (title ×5), in the order of ordinals.

    Ones where this SQLite scores in another way than `self_test` expects.
    """
    if not known.hits or not self_test():
        return np.ones(len(known.hits), np.uint16)
    expression = text_index.match_expression(word.text, word.column)
    revisions, counts = _scored(connection, expression)
    ordinals = state.ordinals.of(revisions)
    counts, ordinals = counts[ordinals >= 0], ordinals[ordinals >= 0]
    return counts[np.argsort(ordinals, kind="stable")] if (np.diff(ordinals) < 0).any() else counts


def _scored(connection: sqlite3.Connection, expression: str) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """The rows of an expression and how often each holds it."""
    index = totals(connection)
    if not index.tokens:
        return np.zeros(0, np.int64), np.zeros(0, np.uint16)
    constant = 1.2 * (0.25 - 0.75 * 2 / (index.tokens / max(1, index.rows)))
    sql = (
        "select group_concat(rowid), group_concat(cast(rank * ? as int)) from article_index where article_index match ?"  # noqa: S608 - numbers
        f" and rank match 'bm25({TITLE_WEIGHT}.0, 1.0)'"
    )
    rows, ranks = map(ints, rows_of(connection, sql, [-_SCALE, expression]).fetchone())
    share = np.minimum(ranks / (_SCALE * 2.2 * idf(index.rows, len(rows))), 0.99999)
    counts = np.clip(np.rint(constant * share / (1 - share)), 1, 65535)
    return rows, counts.astype(np.uint16)


@functools.cache
def self_test() -> bool:
    """Whether this SQLite scores as `term_counts` supposes, tried on a small index of known counts."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(
        "create virtual table article_index using fts5(title, body, content='', columnsize=0, tokenize='ascii')"
    )
    for row in range(1, 41):
        title, body = ("人才 " * (row % 3), "文字 " * (40 + row) + "人才 " * (row % 5))
        connection.execute("insert into article_index(rowid, title, body) values (?, ?, ?)", [row, title, body])
    expected = {row: TITLE_WEIGHT * (row % 3) + row % 5 for row in range(1, 41) if row % 3 or row % 5}
    rows, counts = _scored(connection, '"人才"')
    connection.close()
    return dict(zip(rows.tolist(), counts.tolist(), strict=True)) == expected
