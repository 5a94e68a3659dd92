"""Today's parsers over what was fetched: the newest snapshot of each page is read again.

Reading is pure and may happen in many processes; one writes, in the order of the visits, a batch and its mark in one
transaction. So the result does not depend on how many read, and a stopped reading goes on where it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from db import fact_refresh, ingest, parts, snapshots
from db.connection import transaction
from db.ingest import SourceFacts, take_in_again
from db.parts import Read
from parsers.values import Page

_STAGE = "reparse:"


def visits(crawl: sqlite3.Connection, source: str | None, since: str) -> list[int]:
    """The newest visit with a body of each article page, oldest first; of one source and from a day on if asked."""
    rows = crawl.execute(
        "select max(id) from visit where body_hash is not null and kind not in ('list', 'part')"
        " and status between 200 and 299"
        " and not exists (select 1 from snapshot_dropped d where d.hash = visit.body_hash)"
        " and (? is null or source = ?) and fetched_at >= ? group by url order by 1",
        [source, source, since],
    )
    return [row[0] for row in rows]


def reading(crawl: sqlite3.Connection, archive: sqlite3.Connection, number: int, read: Read) -> Page:
    """What today's parsers make of the visit `number`, an article of several pages whole; writes nothing."""
    visit = _visit(crawl, number)
    body = snapshots.read(crawl, visit["body_hash"])
    page = read(body, visit["final_url"] or visit["url"], visit["content_type"], visit["source"])
    found = parts.whole(crawl, archive, visit, page, read)
    return found.page if found and found.page else page


def again(
    crawl: sqlite3.Connection,
    archive: sqlite3.Connection,
    number: int,
    sources: Mapping[str, SourceFacts],
    read: Read,
) -> bool:
    """Read one visit again in a transaction of its own; whether anything changed."""
    page = reading(crawl, archive, number, read)
    with transaction(archive):
        return _take_in(crawl, archive, number, page, sources)


def store(
    crawl: sqlite3.Connection,
    archive: sqlite3.Connection,
    pages: Sequence[tuple[int, Page]],
    sources: Mapping[str, SourceFacts],
    task: str,
) -> int:
    """Store what was read, by visit, with the mark of `task`, in one transaction; how many visits changed anything."""
    with transaction(archive):
        changed = 0
        for number, page in pages:
            changed += _take_in(crawl, archive, number, page, sources)
        if pages:
            ingest.set_position(archive, pages[-1][0], _STAGE + task)
    return changed


def _take_in(
    crawl: sqlite3.Connection,
    archive: sqlite3.Connection,
    number: int,
    page: Page,
    sources: Mapping[str, SourceFacts],
) -> bool:
    visit = _visit(crawl, number)
    changes = take_in_again(archive, visit, page, sources.get(visit["source"]))
    return bool(changes) or fact_refresh.refresh(archive, visit, page)


def reached(archive: sqlite3.Connection, task: str) -> int:
    """The last visit that a stopped reading called `task` has stored; 0 when there was none."""
    return ingest.position(archive, _STAGE + task)


def finished(archive: sqlite3.Connection) -> None:
    """Forget the marks of every reading: the next one begins at the beginning."""
    with transaction(archive):
        archive.execute("delete from mark where stage >= ? and stage < ?", [_STAGE, _STAGE + "\x7f"])


def _visit(crawl: sqlite3.Connection, number: int) -> sqlite3.Row:
    row: sqlite3.Row = crawl.execute("select * from visit where id = ?", [number]).fetchone()
    return row
