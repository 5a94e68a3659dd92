"""A stored revision as the `Document` that queries are asked of in memory."""

from __future__ import annotations

import functools
import json
import sqlite3

from db import stories
from db.sql_functions import folded
from db.text_index import folded as folded_text
from parsers.query_match import Document, DocumentFact


def document(connection: sqlite3.Connection, revision: int) -> Document | None:
    """The revision prepared for queries; None when it is not there or was taken down."""
    row = connection.execute(
        "select a.*, t.body, t.flags, t.repairs, t.script, t.original_url, coalesce(s.title, '') as source_title,"
        " exists (select 1 from articles e where e.id = a.id and e.recorded_from < a.recorded_from) as edited"
        " from articles a join article_text t using (revision) left join sources s on s.id = a.source"
        " where a.revision = ? and a.state <> 'removed'",
        [revision],
    ).fetchone()
    if row is None:
        return None
    return Document(
        title=folded_text(row["title"]),
        body=folded_text(row["body"]),
        day=row["day"],
        source=row["source"],
        source_title=row["source_title"],
        origin=row["origin"],
        authors=tuple(json.loads(row["authors"])),
        authors_text=folded(row["authors"]),
        themes=_column(connection, "select theme from article_themes where revision = ? order by theme", revision),
        doc_type=row["doc_type"],
        places=frozenset(_column(connection, "select place from article_places where revision = ?", revision)),
        facts=_facts(connection, revision),
        marks=_marks(row),
        status=functools.cache(lambda: _status(connection, row["id"], row["story"])),
        stories=frozenset(story_ids(connection, row["story"])),
    )


def story_ids(connection: sqlite3.Connection, story: str) -> set[str]:
    """All ids under which the story, as it is today, was ever known."""
    return stories.past_ids(connection, stories.resolve(connection, story) or story) | {story}


def _column(connection: sqlite3.Connection, sql: str, revision: int) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute(sql, [revision]))


def _facts(connection: sqlite3.Connection, revision: int) -> tuple[DocumentFact, ...]:
    rows = connection.execute("select * from facts where revision = ? order by id", [revision])
    return tuple(
        DocumentFact(
            row["kind"], folded(row["title"]), row["measure"], row["unit"], row["value_low"], row["value_high"],
            json.loads(row["fields"]), row["title"],
        )
        for row in rows
    )  # fmt: skip


def _marks(row: sqlite3.Row) -> frozenset[str]:
    found = {
        "flag": row["flags"] != "[]",
        "repair": row["repairs"] != "[]",
        "gone": row["state"] == "gone",
        "changed": bool(row["edited"]),
        "mirror": row["original_url"] is not None,
        "traditional": row["script"] != "hans",
    }
    return frozenset(name for name, holds in found.items() if holds)


def _status(connection: sqlite3.Connection, article: str, story: str) -> str:
    """Whether the article was its story's first, a repost, or the only one there is."""
    members = [
        member
        for member in stories.story_members(connection, stories.resolve(connection, story) or story)
        if not _is_removed(connection, member.article)
    ]
    if len(members) < 2:
        return "only"
    return "first" if members[0].article == article else "repost"


def _is_removed(connection: sqlite3.Connection, article: str) -> bool:
    sql = "select 1 from articles where id = ? and recorded_to is null and state = 'removed'"
    return connection.execute(sql, [article]).fetchone() is not None
