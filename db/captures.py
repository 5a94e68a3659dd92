"""The visits of crawl.db as they were fetched, with their bytes: what an export of the crawl holds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from db import snapshots
from parsers.visits import Visit

_AT_A_TIME = 200
_CHOSEN = "(? is null or source = ?) and fetched_at >= ? and status > 0"


def count(crawl: sqlite3.Connection, source: str | None, since: str) -> int:
    """How many answers were received from `source` (all: None) from the day `since` on ("": ever)."""
    question = f"select count(*) from visit where {_CHOSEN}"  # noqa: S608 - a text of ours
    return int(crawl.execute(question, [source, source, since]).fetchone()[0])


def captures(crawl: sqlite3.Connection, source: str | None, since: str) -> Iterator[tuple[Visit, Visit | None]]:
    """Each answer, oldest first, with its bytes; for one that said "unchanged", also the earlier one with the bytes.

    What was taken down has no bytes any more and is left out.
    """
    question = f"select * from visit where id > ? and {_CHOSEN} order by id limit {_AT_A_TIME}"  # noqa: S608 - ours
    after = 0
    while rows := crawl.execute(question, [after, source, source, since]).fetchall():
        for row in rows:
            if (found := _capture(crawl, row)) is not None:
                yield found
        after = rows[-1]["id"]


def of_addresses(
    crawl: sqlite3.Connection, addresses: Iterable[str], until: str
) -> Iterator[tuple[Visit, Visit | None]]:
    """The pages at `addresses` as they were fetched up to `until` (ISO 8601 UTC), each of their texts once.

    By address, then in time. `crawl` holds the list of them in a temporary table of its own meanwhile.
    """
    crawl.execute("create temp table if not exists wanted (url text primary key) without rowid")
    crawl.execute("delete from wanted")
    crawl.executemany("insert or ignore into wanted values (?)", ((url,) for url in addresses))
    rows = crawl.execute(
        "select v.* from wanted w join visit v on v.url = w.url where v.fetched_at <= ? and v.body_hash is not null"
        " and not exists (select 1 from visit e where e.url = v.url and e.id < v.id and e.body_hash = v.body_hash)"
        " order by w.url, v.id",
        [until],
    )
    for row in rows:
        if (found := _capture(crawl, row)) is not None:
            yield found


def _capture(crawl: sqlite3.Connection, row: sqlite3.Row) -> tuple[Visit, Visit | None] | None:
    try:
        visit = _visit(crawl, row)
        if visit.body is not None or visit.error is not None:
            return visit, None
        earlier = crawl.execute(
            "select * from visit where url = ? and id < ? and body_hash is not null order by id desc limit 1",
            [row["url"], row["id"]],
        ).fetchone()
        return visit, _visit(crawl, earlier) if earlier else None
    except KeyError:  # the snapshot was removed by a takedown
        return None


def _visit(crawl: sqlite3.Connection, row: sqlite3.Row) -> Visit:
    return Visit(
        url=row["url"],
        source=row["source"],
        kind=row["kind"],
        fetched_at=row["fetched_at"],
        status=row["status"],
        body=snapshots.read(crawl, row["body_hash"]) if row["body_hash"] else None,
        content_type=row["content_type"],
        final_url=row["final_url"],
        error=row["error"],
        title=row["title"],
        date=row["date"],
        headers=json.loads(row["headers"]),
    )
