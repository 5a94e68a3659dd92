"""Whole tables for download: every row, in a stated order, none cut."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from db.conditions import both, condition, now_or
from parsers.query import parse_query

_COLUMNS = {
    "articles": "a.id, a.title, a.subtitle, a.url, a.source, a.origin, a.authors, a.editor, a.published, a.first_seen,"
    " a.doc_type, a.themes, a.places, a.relevance, a.story, a.state",
    "facts": "f.id, f.article, a.title as article_title, a.url, a.published, f.kind, f.subject, f.period, f.measure,"
    ' f.value_low, f.value_high, f.unit, f.qualifier, f.action, f.title, f.evidence, f.start, f."end", f.rule',
}
_FROM = {
    "articles": "articles a where {where} order by a.revision desc",
    "facts": "facts f join articles a using (revision) where {where} order by f.revision desc, f.start, f.id",
}
_WHOLE = {
    "stories": "select id as story, article, recorded_from, recorded_to from stories order by id, recorded_from",
    "revisions": "select * from revisions order by id, number",
    "coverage": "select * from coverage order by source, day",
}


def table(connection: sqlite3.Connection, what: str, query: str = "") -> tuple[list[str], Iterator[list[Any]]]:
    """The column names and all rows of articles, facts, stories, revisions or coverage. Raises QueryError.

    `query` limits articles and facts to what a search finds.
    """
    if what in _WHOLE:
        cursor = connection.execute(_WHOLE[what])
    else:
        text, values = both(now_or(None), condition(parse_query(query)))
        sql = f"select {_COLUMNS[what]} from {_FROM[what].format(where=text)}"  # noqa: S608 - texts of this module
        cursor = connection.execute(sql, values)
    return [column[0] for column in cursor.description], (list(row) for row in cursor)


def safe_cell(value: Any) -> Any:
    """A CSV cell that no spreadsheet takes for a formula: a leading = + - @ tab or CR in text gets a '."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
