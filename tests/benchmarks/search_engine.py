"""Our engine for a benchmark that runs several search engines on one corpus in turn.

Each class answers: rel(q) best 20, date(q) newest 20, count(q), facets(q), page(q) = count, newest 20 and facets;
ids(q) all ids. q is words parted by spaces that must all occur. `Caixun` forgets what it kept before each question,
`CaixunKept` keeps it as the product does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from pyroaring import BitMap

from db.connection import READER_CACHE, open_reader
from db.retrieval.engine import View, engine_of, viewing
from db.retrieval.stories import array_of
from parsers.query import parse_query
from tests.benchmarks.search_archive import Row, build

FACETS = {"province": "place", "source": "source", "doc_type": "type", "themes": "theme"}
Counts = dict[str, list[tuple[str, int]]]


class Caixun:
    """The engine, nothing kept from one question to the next."""

    needs_build = True
    order = "published,id"
    keep = False

    def __init__(self, folder: str) -> None:
        self.path = Path(folder) / "archive.db"

    def build(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write the archive from (id, title, body, published, province, source, doc_type, themes)."""
        spent = build(self.path, map(_row, rows))
        self.t_tok, self.t_opt = spent["tokens"], spent["optimize"]

    def open(self) -> Caixun:
        """Load what is kept of every article."""
        self.connection = open_reader(self.path)
        self.connection.execute(f"pragma cache_size = -{READER_CACHE}")
        self.engine = engine_of(self.connection)
        with self.engine.lock:
            self.state = self.engine.follow(self.connection)
        rows = self.connection.execute("select id from articles order by revision")
        self.identity = np.array([int(row[0], 16) for row in rows], np.int64)
        return self

    def size(self) -> int:
        """Bytes of the index alone; the archive holds the texts too."""
        row = open_reader(self.path).execute("select sum(length(block)) from article_index_data").fetchone()
        return int(row[0])

    def close(self) -> None:
        """Nothing is left open."""
        self.connection.close()

    def pids(self) -> list[int]:
        """No other process works for this one."""
        return []

    def _view(self) -> Any:
        if not self.keep:
            self.engine.forget()
        return viewing(self.engine, self.connection)

    def rel(self, q: str) -> list[int]:
        """The best 20."""
        with self._view() as view:
            tree = parse_query(q)
            return self._named(view.page(tree, view.evaluate(tree), "relevance", 20, None))

    def date(self, q: str) -> list[int]:
        """The newest 20."""
        with self._view() as view:
            return self._newest(view, q)

    def _newest(self, view: View, q: str) -> list[int]:
        tree = parse_query(q)
        return self._named(view.page(tree, view.evaluate(tree), "newest", 20, None))

    def _named(self, page: list[tuple[int, float]]) -> list[int]:
        chosen = [ordinal for ordinal, _ in page]
        return [int(identity) for identity in self.identity[chosen]]

    def count(self, q: str) -> int:
        """How many."""
        with self._view() as view:
            return len(view.evaluate(parse_query(q)))

    def ids(self, q: str) -> Any:
        """All of them."""
        with self._view() as view:
            return self.identity[array_of(view.evaluate(parse_query(q)))]

    def facets(self, q: str) -> tuple[int, Counts]:
        """How many, and the 20 most frequent values of four facets."""
        with self._view() as view:
            found = view.evaluate(parse_query(q))
            return len(found), _top(view, found)

    def page(self, q: str) -> tuple[int, list[int], Counts]:
        """What a page of results needs."""
        with self._view() as view:
            tree = parse_query(q)
            found = view.evaluate(tree)
            return len(found), self._named(view.page(tree, found, "newest", 20, None)), _top(view, found)


class CaixunKept(Caixun):
    """The engine as it runs."""

    keep = True


def _row(row: tuple[Any, ...]) -> Row:
    identity, title, body, published, province, source, kind, themes = row
    return identity, title, body, published, province, province, source, kind, "[]", themes


def _top(view: View, found: BitMap) -> Counts:
    array = array_of(found)
    return {name: list(_most(view.counts(facet, found, array))) for name, facet in FACETS.items()}


def _most(counts: dict[str, int]) -> Iterator[tuple[str, int]]:
    yield from sorted(counts.items(), key=itemgetter(1), reverse=True)[:20]
