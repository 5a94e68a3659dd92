"""Today's parsers over what was fetched: the newest snapshot of each page is read again."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from db import parts, snapshots
from db.connection import transaction
from db.ingest import SourceFacts, take_in_again
from db.parts import Read


def visits(crawl: sqlite3.Connection, source: str | None, since: str) -> list[int]:
    """The newest visit with a body of each article page, oldest first; of one source and from a day on if asked."""
    rows = crawl.execute(
        "select max(id) from visit where body_hash is not null and kind not in ('list', 'part')"
        " and status between 200 and 299"
        " and (? is null or source = ?) and fetched_at >= ? group by url order by 1",
        [source, source, since],
    )
    return [row[0] for row in rows]


def again(
    crawl: sqlite3.Connection,
    archive: sqlite3.Connection,
    number: int,
    sources: Mapping[str, SourceFacts],
    read: Read,
) -> bool:
    """Read one visit again in a transaction of its own; whether anything changed."""
    visit = crawl.execute("select * from visit where id = ?", [number]).fetchone()
    body = snapshots.read(crawl, visit["body_hash"])
    page = read(body, visit["final_url"] or visit["url"], visit["content_type"], visit["source"])
    found = parts.whole(crawl, archive, visit, page, read)
    page = found.page if found and found.page else page
    with transaction(archive):
        return bool(take_in_again(archive, visit, page, sources.get(visit["source"])))
