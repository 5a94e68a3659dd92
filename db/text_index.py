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

TOKENIZER = 1  # raise when the tokens of a text change; takedown needs the version a row was indexed with
DAY_SHIFT = 13
_EPOCH = datetime.date(1900, 1, 1).toordinal()


def tokens(text: str) -> str:
    """The index form of `text`, tokens separated by spaces.

    Three columns a character (itself, the one after it, a space) of which those that are no part of a pair are left
    out: a dozen times as fast as joining pairs of strings.
    """
    points = _folded(simplify(text))
    inside = _FOLDING.inside[points]
    paired = inside.copy()
    paired[:-1] &= inside[1:]
    paired[-1:] = False
    shape = np.full((len(points), 3), ord(" "), np.uint32)
    shape[:, 0] = points
    shape[:-1, 1] = points[1:]
    kept: bytes = shape[np.stack([inside, paired, inside], axis=1)].tobytes()
    return kept.decode("utf-32-le").rstrip(" ")


class _Folding:
    """Code point → code point of the normal form, and whether that stands in runs; filled on first use."""

    def __init__(self) -> None:
        self.known = np.zeros(sys.maxunicode + 1, bool)
        self.folded = np.zeros(sys.maxunicode + 1, np.uint32)
        self.inside = np.zeros(sys.maxunicode + 1, bool)

    def learn(self, points: NDArray[np.uint32]) -> None:
        """Look up what is not known yet."""
        for point in np.unique(points[~self.known[points]]).tolist():
            to = point if _is_surrogate(point) else ord(fold(chr(point)))
            self.folded[point] = to
            self.inside[to] = bool(runs(chr(to)))
            self.known[point] = True


_FOLDING = _Folding()


def _is_surrogate(point: int) -> bool:
    return 0xD800 <= point < 0xE000


def _folded(text: str) -> NDArray[np.uint32]:
    points: NDArray[np.uint32] = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if not _FOLDING.known[points].all():
        _FOLDING.learn(points)
    folded: NDArray[np.uint32] = _FOLDING.folded[points]
    return folded


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
    """Merge the index into one segment (scheduled; automerge is off so that no insert pays for it)."""
    connection.execute("insert into article_index(article_index) values ('optimize')")
