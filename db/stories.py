"""Stories: the same text republished, found by containment of character 5-shingles (FracMinHash, mod 16)."""

from __future__ import annotations

import hashlib
import sqlite3

from parsers.query import runs
from parsers.script import fold

_WIDTH = 5
_KEEP_ONE_IN = 16
_ENOUGH = 0.5
_SMALLEST_SKETCH = 8  # below it, formula briefs look alike: the title must agree too
_COMMONEST = 500  # a shingle in more articles than this says nothing


def sketch(text: str) -> frozenset[int]:
    """The kept hashes of the 5-shingles of `text` (63-bit, folded, punctuation left out)."""
    letters = "".join(runs(fold(text)))
    hashes = (
        int.from_bytes(hashlib.blake2b(letters[i : i + _WIDTH].encode(), digest_size=8).digest(), "big") >> 1
        for i in range(len(letters) - _WIDTH + 1)
    )
    return frozenset(value for value in hashes if value % _KEEP_ONE_IN == 0)


def join(connection: sqlite3.Connection, article: str, title: str, body: str) -> str:
    """The id of the story that the text belongs to (its own id when it is the first), its sketch stored."""
    kept = sketch(body)
    known = connection.execute("select story from articles where id = ? and recorded_to is null", [article]).fetchone()
    story = known["story"] if known else _nearest(connection, article, title, kept) or article
    connection.execute("delete from sketch where article = ?", [article])
    connection.executemany("insert into sketch(shingle, article) values (?, ?)", [(value, article) for value in kept])
    return str(story)


def _nearest(connection: sqlite3.Connection, article: str, title: str, kept: frozenset[int]) -> str | None:
    shared: dict[str, int] = {}
    for value in sorted(kept):
        rows = connection.execute(
            "select article from sketch where shingle = ? and article <> ? limit ?", [value, article, _COMMONEST + 1]
        ).fetchall()
        if len(rows) <= _COMMONEST:
            for row in rows:
                shared[row[0]] = shared.get(row[0], 0) + 1
    for other, count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if story := _same(connection, other, title, count, len(kept)):
            return story
    return None


def _same(connection: sqlite3.Connection, other: str, title: str, shared: int, size: int) -> str | None:
    other_size = connection.execute("select count(*) from sketch where article = ?", [other]).fetchone()[0]
    smaller = min(size, other_size)
    if not smaller or shared / smaller < _ENOUGH:
        return None
    row = connection.execute(
        "select story, title from articles where id = ? and recorded_to is null", [other]
    ).fetchone()
    if row is None or (smaller < _SMALLEST_SKETCH and fold(row["title"]) != fold(title)):
        return None
    return str(row["story"])
