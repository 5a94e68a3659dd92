"""Search over the archive: hits, counts, facets, months, and what to try when nothing is found."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Iterator
from functools import lru_cache

from pyroaring import BitMap

from db.conditions import both, condition, filtered
from db.hits import figure_text, hits_of
from db.retrieval.engine import Filters, View, engine_of, reading, viewing
from db.retrieval.listing import all_facets, keep, months_between, months_of, tally_of, values_of
from db.retrieval.ranking import Cursor, read_cursor
from db.retrieval.state import rows_of
from db.suggest import FEW, suggest
from db.values import FacetValue, Hit, SearchResult
from parsers.query import Query, parse_query

__all__ = [
    "Filters", "change_at", "count", "every_hit", "facet_values", "figure_text", "hit", "matches", "months_between",
    "search",
]  # fmt: skip

ORDERS = ("newest", "relevance", "oldest")
_HITS_A_TIME = 200


def search(
    connection: sqlite3.Connection,
    text: str,
    filters: Filters,
    order: str = "newest",
    limit: int = 20,
    offset: int = 0,
    as_of: int | None = None,
    after: str | None = None,
) -> SearchResult:
    """A page of hits, one per story, with counts that stay right under multi-select facets.

    `order` is newest, relevance or oldest; `after` is the `next` of the page before (then `offset` is not needed);
    `as_of` a change number (`change_at` finds the one of a day). Raises QueryError, WrongCursor.
    """
    tree = parse_query(text)
    cursor = read_cursor(after, order) if after else None
    engine = engine_of(connection)
    engine.prepare(connection, tree, as_of)
    with reading(connection):
        with viewing(engine, connection, as_of) as view:
            answer = view.evaluate(tree, order == "relevance")
            chosen = view.chosen(filters)
            found = answer if chosen is None else answer & chosen
            tally = tally_of(view, tree, filters, found)
            facets = all_facets(view, tree, answer, tally, filters, labels_of(connection))
            months = months_of(view, tally)
            keep(view, tree, filters, tally)
            stories = view.moment.groups.one_each(found)
            page = view.page(tree, stories, order, offset + limit + 1, cursor)
            revisions = [(int(view.state.revision.values[ordinal]), score) for ordinal, score in page[offset:]]
        shown = revisions[:limit]
        hits = hits_of(connection, [revision for revision, _ in shown], tree, engine.texts)
    return SearchResult(
        total=len(found),
        stories=len(stories),
        hits=tuple(hits),
        facets=facets,
        months=months,
        suggestions=suggest(connection, text, filters, as_of, len(found)) if len(stories) < FEW else (),
        next=Cursor(order, *shown[-1]).text() if shown and len(revisions) > limit else None,
    )


def every_hit(
    connection: sqlite3.Connection, text: str, filters: Filters, order: str = "newest", as_of: int | None = None
) -> Iterator[Hit]:
    """All hits, one per article (not per story), streamed: for downloads and feeds. Raises QueryError at once."""
    tree = parse_query(text)
    revisions = _revisions(connection, tree, filters, order, as_of)
    return _streamed(connection, revisions, tree)


def _revisions(
    connection: sqlite3.Connection, tree: Query, filters: Filters, order: str, as_of: int | None
) -> list[int]:
    engine = engine_of(connection)
    engine.prepare(connection, tree, as_of)
    with reading(connection), viewing(engine, connection, as_of) as view:
        found = _found(view, tree, filters)
        page = view.page(tree, found, order, max(1, len(found)), None)
        return [int(view.state.revision.values[ordinal]) for ordinal, _ in page]


def _streamed(connection: sqlite3.Connection, revisions: list[int], tree: Query) -> Iterator[Hit]:
    for start in range(0, len(revisions), _HITS_A_TIME):
        for one in hits_of(connection, revisions[start : start + _HITS_A_TIME], tree):
            if one.state != "removed":  # taken down while the download ran
                yield one


def _found(view: View, tree: Query, filters: Filters) -> BitMap:
    answer, chosen = view.evaluate(tree), view.chosen(filters)
    return answer if chosen is None else answer & chosen


def hit(connection: sqlite3.Connection, revision: int, tree: Query) -> Hit:
    """The hit of one revision, its matches with `tree` marked. Raises KeyError when there is no such revision."""
    found = hits_of(connection, [revision], tree)
    if not found:
        raise KeyError(revision)
    return found[0]


def facet_values(
    connection: sqlite3.Connection,
    text: str,
    filters: Filters,
    name: str,
    contains: str = "",
    limit: int = 100,
    as_of: int | None = None,
) -> tuple[FacetValue, ...]:
    """The values of one facet whose label contains `contains`, as `search` counts them; at most `limit` not chosen.

    Raises QueryError, and KeyError for an unknown facet.
    """
    tree = parse_query(text)
    engine = engine_of(connection)
    engine.prepare(connection, tree, as_of)
    with reading(connection), viewing(engine, connection, as_of) as view:
        labels = labels_of(connection)
        answer, others = view.evaluate(tree), view.chosen(filters, leave_out=name)
        counts = view.counts(name, answer if others is None else answer & others)
    chosen = frozenset(value for value in filters.get(name, ()) if value)
    values = values_of(name, counts, chosen, labels, len(counts))
    fitting = [value for value in values if value.selected or contains.casefold() in value.label.casefold()]
    return tuple(fitting[: limit + len(chosen)])


def count(connection: sqlite3.Connection, tree: Query, filters: Filters | None = None, as_of: int | None = None) -> int:
    """How many articles answer a query."""
    engine = engine_of(connection)
    engine.prepare(connection, tree, as_of)
    with reading(connection), viewing(engine, connection, as_of) as view:
        return len(_found(view, tree, filters or {}))


def change_at(connection: sqlite3.Connection, day: str) -> int:
    """The number of the last change made by the end of `day` (ISO date, Beijing time); 0 when there was none.

    It is the one before the first change made later: a page fetched long ago and added today (a WARC) bears its old
    time, and does not belong to the archive of that day.
    """
    end = f"{datetime.date.fromisoformat(day).isoformat()}T16:00:00"  # UTC, where the day of Beijing is over
    sql = "select coalesce((select min(number) - 1 from changes where at >= ?), (select max(number) from changes), 0)"
    return int(rows_of(connection, sql, [end]).fetchone()[0])


def labels_of(connection: sqlite3.Connection) -> dict[str, str]:
    """The names of all sources by id."""
    sql = "select json_group_array(json_array(id, title)) from sources"
    return _labels(rows_of(connection, sql).fetchone()[0])


@lru_cache(maxsize=4)  # names hardly ever change
def _labels(text: str) -> dict[str, str]:
    return dict(json.loads(text))


def matches(connection: sqlite3.Connection, text: str, filters: Filters, revision: int) -> bool:
    """Whether one revision answers a query (alert matching asks SQLite of that one article)."""
    where = both(("a.revision = ?", [revision]), condition(parse_query(text)), filtered(filters))
    return connection.execute(f"select 1 from articles a where {where[0]}", where[1]).fetchone() is not None  # noqa: S608
