"""Which revisions the changes after a number touched."""

from __future__ import annotations

import json
import sqlite3

from db.retrieval.state import ints, rows_of

MOST_CHANGES = 20_000  # more than these: reading everything anew is quicker


def newest_change(connection: sqlite3.Connection) -> int:
    """The number of the newest change, 0 in an empty archive."""
    row = rows_of(connection, "select max(number) from changes").fetchone()
    return int(row[0] or 0)


def touched(connection: sqlite3.Connection, after: int) -> list[int]:
    """Every revision of the articles, and of the stories' articles, named by the changes after `after`."""
    rows = rows_of(connection, "select article, story, note from changes where number > ?", [after]).fetchall()
    articles = {row[0] for row in rows if row[0]}
    named = {name for row in rows for name in row[1:] if name}  # a merge or split notes the other story
    members = rows_of(
        connection,
        "select article from stories where id in (select value from json_each(?))",
        [json.dumps(sorted(named))],
    )
    articles.update(row[0] for row in members)
    sql = "select group_concat(revision) from articles where id in (select value from json_each(?))"
    (text,) = rows_of(connection, sql, [json.dumps(sorted(articles))]).fetchone()
    return [int(revision) for revision in ints(text)]
