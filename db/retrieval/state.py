"""What the engine keeps of every revision: dense ordinals, facet values, since when and until when it counts."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from db.retrieval.divisions import above, beside, lying_in
from db.retrieval.facets import Facet
from db.retrieval.kept import bitmap_bytes, bitmap_of
from db.retrieval.ordinals import Ordinals

FOREVER = (1 << 62) - 1  # `recorded_to` of what is current
ROW_FACETS = ("year", "month", "source", "origin", "type", "author")
GROUP_FACETS = {
    "place": "select place, group_concat(revision) from article_places group by place",
    "theme": "select theme, group_concat(revision) from article_themes group by theme",
    "policy": "select title, group_concat(revision) from (select distinct title, revision from facts"
    " where kind = 'policy' and title <> '') group by title",
}
_UNMAPPED = frozenset({"author", "policy", "origin"})  # many values, each of few articles: no bitmap a value
_ROW = (
    "select a.revision, a.story, a.recorded_from, a.recorded_to, a.state, t.size, a.day, a.source, a.origin,"
    " a.doc_type, a.authors from articles a join article_text t using (revision)"
)
_CHUNK = 20_000


def ints(text: str | None) -> NDArray[np.int64]:
    """The numbers of SQLite's `group_concat`: one string leaves it several times faster than rows do."""
    if not text:
        return np.zeros(0, np.int64)
    return np.array(text.split(",")).astype(np.int64) if len(text) < 64 else _parsed(text)


def _parsed(text: str) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.fromstring(text, dtype=np.int64, sep=",")
    return found


def story_number(story: str) -> int:
    """A story's id (twelve hexadecimal digits, perhaps -2 behind them) as a number of 62 bits."""
    digits, _, again = story.partition("-")
    try:
        return int(digits, 16) | int(again or "0") << 48
    except ValueError:  # an id of another make
        return int.from_bytes(hashlib.blake2b(story.encode(), digest_size=8).digest(), "big") >> 2 | 1 << 61


class Column:
    """A growing array of one number per ordinal."""

    def __init__(self, values: NDArray[Any]) -> None:
        self._values, self.count = values, len(values)

    @property
    def values(self) -> NDArray[Any]:
        """The numbers, by ordinal."""
        return self._values[: self.count]

    def set(self, ordinal: int, value: float) -> None:
        """Put one number; the next ordinal may be new."""
        if ordinal >= len(self._values):
            self._values = np.concatenate([self._values, np.zeros(self.count // 8 + 64, self._values.dtype)])
        self._values[ordinal] = value
        self.count = max(self.count, ordinal + 1)


def rows_of(connection: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
    """A cursor of plain tuples, whatever the connection's own row factory."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, values)


class State:
    """Every revision of the archive as of change number `version`."""

    def __init__(self, connection: sqlite3.Connection, version: int) -> None:
        """Read it all (a second per 100,000 revisions or so)."""
        self.version = version
        self.facets = {name: Facet(name, name not in _UNMAPPED) for name in (*ROW_FACETS, *GROUP_FACETS)}
        columns = self._read_rows(connection)
        self.revision = Column(columns[0])
        self.story = Column(columns[1])
        self.recorded_from = Column(columns[2])
        self.recorded_to = Column(columns[3])
        self.mean_size = max(1.0, float(columns[4].mean())) if len(columns[0]) else 1.0
        self.length = Column(self._length(columns[4]))
        self.removed = bitmap_of(np.nonzero(columns[5])[0])
        self.count = self.sorted_count = len(columns[0])
        self.ordinals = Ordinals(columns[0])
        for name, sql in GROUP_FACETS.items():
            self.facets[name].fill(self.count, self._groups(connection, name, sql))
        self.current = bitmap_of(np.nonzero(columns[3] == FOREVER)[0]) - self.removed

    def _read_rows(self, connection: sqlite3.Connection) -> list[NDArray[Any]]:
        cursor = rows_of(connection, _ROW + " order by a.revision")
        parts: list[list[NDArray[Any]]] = []
        codes: dict[str, list[NDArray[Any]]] = defaultdict(list)
        authors: dict[str, list[int]] = defaultdict(list)
        at = 0
        while chunk := cursor.fetchmany(_CHUNK):
            columns = list(zip(*chunk, strict=True))
            parts.append(_numbers(columns))
            for name, values in zip(ROW_FACETS[:5], _row_values(columns), strict=True):
                code = self.facets[name].code
                codes[name].append(np.fromiter((code(value) if value else 0 for value in values), np.int64))
            for ordinal, text in enumerate(columns[10], at):
                if text != "[]":
                    authors[text].append(ordinal)
            at += len(chunk)
        for name in ROW_FACETS[:5]:
            self.facets[name].fill_codes(np.concatenate(codes[name] or [np.zeros(0, np.int64)]))
        self.facets["author"].fill(at, _by_author(authors))
        return [np.concatenate([part[i] for part in parts] or [np.zeros(0, np.int64)]) for i in range(6)]

    def _groups(self, connection: sqlite3.Connection, name: str, sql: str) -> Iterator[tuple[str, NDArray[np.uint32]]]:
        own = {value: self.known(ints(revisions)) for value, revisions in rows_of(connection, sql)}
        groups = {value: [found] for value, found in own.items()}
        for value, found in own.items() if name == "place" else ():  # an article on a county is on its city
            for one in above(value):
                groups.setdefault(one, []).append(found)
            for one, province in beside(value):
                if province in own:
                    groups.setdefault(one, []).append(np.intersect1d(found, own[province]))
        for value, parts in groups.items():
            yield value, np.unique(np.concatenate(parts)) if len(parts) > 1 else parts[0]

    def _length(self, size: Any) -> Any:
        """What a text's length adds to the count that BM25 divides by: 1.2 · (¼ + ¾ · length / mean length)."""
        return (0.3 + 0.9 * size / self.mean_size).astype(np.float32)

    def known(self, revisions: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The ordinals of `revisions`, those not known left out."""
        return self.ordinals.known(revisions)

    def refresh(self, connection: sqlite3.Connection, revisions: Sequence[int]) -> BitMap:
        """Read some revisions again, new ones among them; their ordinals."""
        chosen = json.dumps(sorted(revisions))
        here = " in (select value from json_each(?))"
        rows = rows_of(connection, f"{_ROW} where a.revision{here}", [chosen]).fetchall()
        groups: dict[str, dict[int, list[str]]] = {name: defaultdict(list) for name in GROUP_FACETS}
        for name, table in (("place", "article_places"), ("theme", "article_themes")):
            sql = f"select revision, {name} from {table} where revision{here}"  # noqa: S608 - names of ours
            for revision, value in rows_of(connection, sql, [chosen]):
                groups[name][revision].append(value)
        sql = f"select distinct revision, title from facts where kind = 'policy' and title <> '' and revision{here}"  # noqa: S608
        for revision, value in rows_of(connection, sql, [chosen]):
            groups["policy"][revision].append(value)
        return BitMap([self._take(row, {name: found[row[0]] for name, found in groups.items()}) for row in rows])

    def _take(self, row: tuple[Any, ...], groups: dict[str, list[str]]) -> int:
        revision, story, since, until, state, size = row[:6]
        ordinal = int(self.ordinals.of(np.array([revision]))[0])
        if ordinal < 0:
            ordinal = self.count
            self.ordinals.add(revision, ordinal)
            self.count += 1
        self.revision.set(ordinal, revision)
        self.story.set(ordinal, story_number(story))
        self.recorded_from.set(ordinal, since)
        self.recorded_to.set(ordinal, FOREVER if until is None else until)
        self.length.set(ordinal, float(self._length(np.float64(size))))
        (self.removed.add if state == "removed" else self.removed.discard)(ordinal)
        (self.current.add if until is None and state != "removed" else self.current.discard)(ordinal)
        for name, (value,) in zip(ROW_FACETS[:5], _row_values([(field,) for field in row]), strict=True):
            self.facets[name].set(ordinal, [value] if value else [])
        self.facets["author"].set(ordinal, dict.fromkeys(json.loads(row[10])))
        groups["place"] = list(lying_in(groups["place"]))
        for name, values in groups.items():
            self.facets[name].set(ordinal, values)
        return ordinal

    def as_of(self, number: int) -> BitMap:
        """The ordinals that counted after change `number`; what was taken down since does not."""
        there = (self.recorded_from.values <= number) & (self.recorded_to.values > number)
        return bitmap_of(np.nonzero(there)[0]) - self.removed

    @property
    def size(self) -> int:
        """Bytes held, about."""
        columns = 5 * 8 * len(self.revision.values)
        return columns + self.ordinals.size + sum(one.size for one in self.facets.values()) + bitmap_bytes(self.current)


def _numbers(columns: list[tuple[Any, ...]]) -> list[NDArray[Any]]:
    revision, story, since, until, state, size = columns[:6]
    return [
        np.array(revision, np.int64),
        np.array([story_number(one) for one in story], np.int64),
        np.array(since, np.int64),
        np.array([FOREVER if one is None else one for one in until], np.int64),
        np.array(size, np.int64),
        np.array([one == "removed" for one in state], np.int64),
    ]


def _row_values(columns: Sequence[tuple[Any, ...]]) -> Iterator[Iterable[str | None]]:
    """The values of the facets of one value each, in the order of ROW_FACETS."""
    yield (day[:4] for day in columns[6])
    yield (day[:7] for day in columns[6])
    yield from columns[7:10]


def _by_author(lists: dict[str, list[int]]) -> Iterator[tuple[str, NDArray[np.uint32]]]:
    found: dict[str, list[int]] = defaultdict(list)
    for text, ordinals in lists.items():
        for author in dict.fromkeys(json.loads(text)):
            found[author] += ordinals
    for author, ordinals in found.items():
        yield author, np.array(ordinals, np.uint32)
