"""The SQLite authorizer of public connections: what is refused holds on every way out, arbitrary SQL included."""

from __future__ import annotations

import sqlite3

OPERATOR_TABLES = frozenset({"rejected", "follow_ups", "mark", "pages", "_sqlite_migrations"})
TEXT_TABLES = frozenset({
    "article_text", "article_index", "article_index_data", "article_index_idx", "article_index_docsize",
    "article_index_config", "article_index_content", "sketch", "sketch_of", "article_parts",
})  # fmt: skip
_PATHS = frozenset({"database_list"})
_WRITES = frozenset({sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH})


def guard(connection: sqlite3.Connection, *, full_text: bool) -> None:
    """Refuse operator tables, file paths and ATTACH on `connection`; texts and index too unless `full_text`."""
    refused = OPERATOR_TABLES if full_text else OPERATOR_TABLES | TEXT_TABLES

    def decide(action: int, first: str | None, second: str | None, database: str | None, inner: str | None) -> int:
        if action in _WRITES:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ and first and (first in refused or first.startswith("pragma_database_list")):
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PATHS:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    connection.set_authorizer(decide)
