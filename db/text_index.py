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
from parsers.script import fold, hints

Points = NDArray[np.uint32]

TOKENIZER = 1  # raise when the tokens of a text change; takedown needs the version a row was indexed with
DAY_SHIFT = 13
_EPOCH = datetime.date(1900, 1, 1).toordinal()


def tokens(text: str) -> str:
    """The index form of `text`, tokens separated by spaces.

    Three columns a character (itself, the one after it, a space) of which those that are no part of a pair are left
    out: a dozen times as fast as joining pairs of strings.
    """
    packed = _packed(text)
    inside = (packed & _INSIDE) != 0
    points = packed & _POINT
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
    return (_packed(text) & _POINT).tobytes().decode("utf-32-le", "surrogatepass")


# What is known of a code point, in one number: its normal form, whether that stands in runs, and what it says of
# the script of a text (`parsers.script.hints`).
_POINT = np.uint32((1 << 21) - 1)
_INSIDE, _KNOWN, _TRADITIONAL, _SIMPLIFIED, _CHANGING = (np.uint32(1 << bit) for bit in range(21, 26))
_TABLE: Points = np.zeros(sys.maxunicode + 1, np.uint32)  # filled on first use


def _packed(text: str) -> Points:
    """What is known of each character of `fold(text)`.

    A text in Simplified characters folds as each of its characters does alone; another one needs its context.
    """
    packed = _looked_up(_points(text))
    every = np.bitwise_or.reduce(packed)
    if every & _TRADITIONAL or (every & _CHANGING and not every & _SIMPLIFIED):
        points = _points(fold(text))
        in_runs: Points = points | (_looked_up(points) & _INSIDE)
        return in_runs
    return packed


def _looked_up(points: Points) -> Points:
    packed: Points = _TABLE.take(points)
    if not np.bitwise_and.reduce(packed) & _KNOWN:
        for point in np.unique(points[packed & _KNOWN == 0]).tolist():
            _TABLE[point] = _known(point)
        packed = _TABLE.take(points)
    return packed


def _known(point: int) -> int:
    if 0xD800 <= point < 0xE000:  # half of a character, which a damaged text may hold
        return point | int(_KNOWN)
    character = chr(point)
    normal = fold(character)
    bits = zip((_INSIDE, _TRADITIONAL, _SIMPLIFIED, _CHANGING), (bool(runs(normal)), *hints(character)), strict=True)
    return ord(normal) | int(_KNOWN) | sum(int(bit) for bit, holds in bits if holds)


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
