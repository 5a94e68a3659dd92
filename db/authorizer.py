"""The SQLite authorizer of public connections: what is refused holds on every way out, arbitrary SQL included.

It names what is allowed, not what is forbidden: the tables of the data dictionary, the functions of SQLite that only
compute, a few pragmas that describe tables. A table that a later step of the schema adds is private until the
dictionary describes it. Where only excerpts are shown, the tables with texts are refused as well, and
`facts.evidence` reads as null (`facts.evidence_excerpt`, made of its first 150 characters, stays).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from db.dictionary import EVIDENCE, EXCERPT_TABLES, TABLES

_COMPUTING_TABLES = frozenset({
    "json_each", "json_tree", "pragma_table_info", "pragma_table_xinfo", "pragma_index_list", "pragma_index_info",
    "pragma_index_xinfo", "pragma_foreign_key_list",
})  # fmt: skip
_SCHEMA = frozenset({"sqlite_master", "sqlite_schema"})
_INDEX = "article_index"  # FTS5 reads its own tables (article_index_data …) through the same connection
_PRAGMAS = frozenset({
    "table_info", "table_xinfo", "index_list", "index_info", "index_xinfo", "foreign_key_list", "recursive_triggers",
    "schema_version", "data_version", "cache_size", "page_size", "page_count", "query_only",
})  # fmt: skip
_FUNCTIONS_REFUSED = frozenset({"load_extension", "fts3_tokenizer", "sqlite_log", "readfile", "writefile", "edit"})
_ACTIONS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION})
_HIDDEN_COLUMNS = frozenset({("facts", "evidence")})

Decision = Callable[[int, str | None, str | None, str | None, str | None], int]


def guard(connection: sqlite3.Connection, *, full_text: bool, also: frozenset[str] = frozenset()) -> None:
    """Allow on `connection` what the public may read, and nothing else; texts and index only with `full_text`.

    `also` names tables that our own statements read on the way (the public's never meet such a connection).
    """
    names = {row[0].lower() for row in connection.execute("select name from sqlite_master").fetchall()}
    connection.set_authorizer(_decision(frozenset(names), also, full_text=full_text))


def _decision(names: frozenset[str], also: frozenset[str], *, full_text: bool) -> Decision:
    tables = (frozenset(TABLES) if full_text else EXCERPT_TABLES) | also

    def decide(action: int, first: str | None, second: str | None, database: str | None, inner: str | None) -> int:
        if action == sqlite3.SQLITE_READ:
            return _read((first or "").lower(), (second or "").lower(), tables, names)
        if action == sqlite3.SQLITE_FUNCTION:
            return _allowed((second or "").lower() not in _FUNCTIONS_REFUSED)
        if action == sqlite3.SQLITE_PRAGMA:
            return _allowed((first or "").lower() in _PRAGMAS)
        if action == sqlite3.SQLITE_UPDATE:  # asked when a virtual table is declared; the file is open for reading only
            return _allowed((first or "").lower() in _SCHEMA)
        return _allowed(action in _ACTIONS)

    return decide


def _read(table: str, column: str, tables: frozenset[str], names: frozenset[str]) -> int:
    if (table, column) in _HIDDEN_COLUMNS and _INDEX not in tables:
        return sqlite3.SQLITE_IGNORE
    if table in tables or table in _COMPUTING_TABLES or table in _SCHEMA:
        return sqlite3.SQLITE_OK
    if table == f"{_INDEX}_config":  # read whenever the schema is described
        return sqlite3.SQLITE_OK
    if table == f"{_INDEX}_idx":  # FTS5 reads it by SQL; the blocks themselves it opens otherwise
        return _allowed(_INDEX in tables)
    # The name of a subquery (`with x as …`) is asked for without a column; no table has that name.
    is_subquery = not column and table not in names and not table.startswith(("sqlite_", "pragma_", "dbstat"))
    return _allowed(is_subquery)


def _allowed(answer: bool) -> int:
    return sqlite3.SQLITE_OK if answer else sqlite3.SQLITE_DENY


def excerpt_facts(connection: sqlite3.Connection) -> None:
    """Let `facts` on our own reading connection mean facts with evidence of at most 150 characters.

    Every page, feed and download that reads facts through the connection is shortened by it.
    """
    columns = [row[1] for row in connection.execute("pragma main.table_xinfo(facts)").fetchall()]
    listed = ", ".join(_excerpt() if name == "evidence" else f'"{name}"' for name in columns)
    connection.execute(f"create temp view facts as select {listed} from main.facts")  # noqa: S608 - names of columns


def _excerpt() -> str:
    kept = EVIDENCE - 1
    return f"iif(length(evidence) > {EVIDENCE}, substr(evidence, 1, {kept}) || '…', evidence) as evidence"
