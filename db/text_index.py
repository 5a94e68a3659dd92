"""The bigram index: a word is found wherever a substring search would find it.

Every run of letters, digits and Chinese characters becomes overlapping pairs of characters, and its last
character also alone: 绿色算力 → 绿色 色算 算力 力. A word of a query is a phrase of pairs; a single character,
or the end of a word of one character, is a prefix. Spellings meet by `parsers.script.fold`.
"""

from __future__ import annotations

import datetime
import sqlite3
import sys

import numpy as np
from numpy.typing import NDArray

from parsers.query import runs
from parsers.script import fold, simplify

Points = NDArray[np.uint32]

TOKENIZER = 1  # raise when the tokens of a text change; takedown needs the version a row was indexed with
DAY_SHIFT = 13
_EPOCH = datetime.date(1900, 1, 1).toordinal()


def tokens(text: str) -> str:
    """The index form of `text`, tokens separated by spaces.

    Three columns a character (itself, the one after it, a space) of which those that are no part of a pair are left
    out: a dozen times as fast as joining pairs of strings.
    """
    points = _folded_points(text)
    inside = _FOLDING.inside_of(points)
    paired = inside.copy()
    paired[:-1] &= inside[1:]
    paired[-1:] = False
    shape = np.full((len(points), 3), ord(" "), np.uint32)
    shape[:, 0] = points
    shape[:-1, 1] = points[1:]
    kept: bytes = shape[np.stack([inside, paired, inside], axis=1)].tobytes()
    return kept.decode("utf-32-le").rstrip(" ")


def folded(text: str) -> str:
    """`parsers.script.fold(text)`, several times as fast on a text in Simplified characters."""
    return _folded_points(text).tobytes().decode("utf-32-le", "surrogatepass")


def _folded_points(text: str) -> Points:
    return _FOLDING.of(text) if simplify(text) == text else _points(fold(text))


class _Folding:
    """Code point → code point of the normal form, and whether a point stands in runs; filled on first use."""

    def __init__(self) -> None:
        self._known = np.zeros(sys.maxunicode + 1, bool)
        self._folded = np.zeros(sys.maxunicode + 1, np.uint32)
        self._inside = np.zeros(sys.maxunicode + 1, bool)

    def of(self, text: str) -> Points:
        """`fold(text)` for a text in Simplified characters, where each character folds as it does alone."""
        points = _points(text)
        self._learn(points)
        folded: Points = self._folded[points]
        return folded

    def inside_of(self, points: Points) -> NDArray[np.bool_]:
        """Which points are letters, digits or Chinese characters."""
        self._learn(points)
        inside: NDArray[np.bool_] = self._inside[points]
        return inside

    def _learn(self, points: Points) -> None:
        if self._known[points].all():
            return
        for point in np.unique(points[~self._known[points]]).tolist():
            self._folded[point] = point if 0xD800 <= point < 0xE000 else ord(fold(chr(point)))
            self._inside[point] = bool(runs(chr(point)))
            self._known[point] = True


_FOLDING = _Folding()


def _points(text: str) -> Points:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _run_tokens(run: str) -> str:
    return " ".join([*(run[i : i + 2] for i in range(len(run) - 1)), run[-1]])


def match_expression(word: str, column: str = "") -> str:
    """The FTS5 expression that finds the folded `word` (runs in it must follow each other)."""
    parts = runs(word)
    last = parts[-1]
    head = [_run_tokens(run) for run in parts[:-1]]
    pairs = [last[i : i + 2] for i in range(len(last) - 1)]
    expression = '"' + " ".join([*head, *(pairs or [last])]) + '"' + ("" if pairs else " *")
    return f"{{{column}}} : {expression}" if column else expression


def needle(word: str) -> str:
    """What stands in `" " + tokens(text) + " "` exactly where `match_expression(word)` matches in that text."""
    *head, last = runs(word)
    pairs = [last[i : i + 2] for i in range(len(last) - 1)]
    before = "".join(f" {_run_tokens(run)}" for run in head)
    return f"{before} {' '.join(pairs)} " if pairs else f"{before} {last}"


def day_number(day: str) -> int:
    """Days from 1900-01-01 to `day` (ISO, at least a year; a missing month or day counts as the first)."""
    year, month, date = (*map(int, day[:10].split("-")), 1, 1)[:3]
    return max(0, datetime.date(year, month, date).toordinal() - _EPOCH)


def next_revision(connection: sqlite3.Connection, day: str) -> int:
    """The next free index rowid of `day`: day × 2¹³ + number, so that newest first is rowid order.

    A day with 8,192 revisions spills into the following day: order suffers there, nothing is lost.
    """
    first = day_number(day) << DAY_SHIFT
    while True:
        row = connection.execute(
            "select max(revision) from articles where revision >= ? and revision < ?",
            [first, first + (1 << DAY_SHIFT)],
        ).fetchone()
        number = first if row[0] is None else row[0] + 1
        if number < first + (1 << DAY_SHIFT):
            return number
        first += 1 << DAY_SHIFT


def add(connection: sqlite3.Connection, revision: int, title: str, body: str) -> None:
    """Index one revision."""
    connection.execute(
        "insert into article_index(rowid, title, body) values (?, ?, ?)", [revision, tokens(title), tokens(body)]
    )


def remove(connection: sqlite3.Connection, revision: int, title: str, body: str) -> None:
    """Take one revision out of the index (takedown only); needs the very text that was indexed."""
    connection.execute(
        "insert into article_index(article_index, rowid, title, body) values ('delete', ?, ?, ?)",
        [revision, tokens(title), tokens(body)],
    )


def optimize(connection: sqlite3.Connection) -> None:
    """Merge the index into one segment at once: for an archive that nothing else writes (seconds at 100,000)."""
    connection.execute("insert into article_index(article_index) values ('optimize')")


def segments(connection: sqlite3.Connection) -> int:
    """How many segments the index has: FTS5's record of its structure (levels, then segments, as varints)."""
    row = connection.execute("select block from article_index_data where id = 10").fetchone()
    return varints(row[0][4:])[1] if row and len(row[0]) > 5 else 0


def varints(block: bytes) -> list[int]:
    """The numbers in one of FTS5's records, seven bits a byte, the last byte of each below 128."""
    numbers, value = [], 0
    for byte in block:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    return numbers


MANY_SEGMENTS = 8  # half of those at which FTS5 would merge them all inside of one insert
_PAGES = 32  # written by one small merge: a few milliseconds


def maintain(connection: sqlite3.Connection, rounds: int = 24, *, whole: bool = False) -> int:
    """Merge segments in small transactions of their own while there are many; how many merges were needed.

    No insert ever pays for a merge this way. `whole` works towards one segment, however few there are: called again
    until it returns less than `rounds`, it does what `optimize` does without keeping other writers waiting.
    """
    if whole and segments(connection) > 1:
        connection.execute("insert into article_index(article_index, rank) values ('merge', ?)", [-_PAGES])
    for done in range(rounds):
        if not whole and segments(connection) < MANY_SEGMENTS:
            return done
        before = connection.total_changes
        connection.execute("insert into article_index(article_index, rank) values ('merge', ?)", [_PAGES])
        if connection.total_changes - before < 2:  # FTS5 says so when nothing was left to merge
            return done
    return rounds
