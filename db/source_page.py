"""What is known of one source: its last days, runs, events; for the operator the last pages as the spider saw them."""

from __future__ import annotations

import datetime
import json
import sqlite3
from dataclasses import dataclass

from db import page_log, snapshots
from db.bands import KINDS
from db.field_rates import PageRead
from db.troubles import Memory
from parsers.dates import BEIJING

DAYS = 60
LONGEST_TEXT = 200_000  # characters of a stored page that are shown


@dataclass(frozen=True, slots=True)
class Day:
    """One Beijing day of a source: pages and lists fetched, articles read, relevant ones, refusals and failures."""

    day: str
    fetched: int
    articles: int
    relevant: int
    faults: int


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run: when, how it ended, its counts, what it said."""

    id: int
    started: str
    ended: str | None
    outcome: str | None
    requested: int
    stored: int
    failed: int
    new: int
    message: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One answer of the network: what was asked, what came, and what was read of it (None: no article's page)."""

    id: int
    url: str
    kind: str
    fetched_at: str
    status: int
    error: str | None
    body_hash: str | None
    size: int
    title: str | None
    read: PageRead | None


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A visit with its stored bytes and the answer's headers."""

    visit: VisitRow
    content_type: str | None
    final_url: str | None
    headers: dict[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a day of each kind should bring (publications), and at how many silent ones the alarm is."""

    workday: float
    weekend: float
    holiday: float
    silence: float
    threshold: float
    ready: bool


def days(archive: sqlite3.Connection, source: str, now: datetime.datetime) -> tuple[Day, ...]:
    """The last DAYS days, the oldest first; days without a crawl are all zero."""
    today = now.astimezone(BEIJING).date()
    names = [(today - datetime.timedelta(days=back)).isoformat() for back in range(DAYS - 1, -1, -1)]
    rows = archive.execute("select * from coverage where source = ? and day >= ?", [source, names[0]])
    known = {
        row["day"]: Day(
            row["day"],
            row["lists"] + row["pages"],
            row["articles"],
            row["relevant"],
            row["blocked"] + row["failures"],
        )
        for row in rows
    }
    return tuple(known.get(name) or Day(name, 0, 0, 0, 0) for name in names)


def rhythm(archive: sqlite3.Connection, source: str) -> Rhythm | None:
    """What the health check has learned of the source's rhythm; None before its first check."""
    row = archive.execute("select memory from source_health where source = ?", [source]).fetchone()
    if row is None:
        return None
    band = Memory.of(json.loads(row["memory"])).band
    workday, weekend, holiday = (band.rate(kind) for kind in KINDS)
    return Rhythm(workday, weekend, holiday, band.silence, band.alarm_at, band.ready)


def runs(crawl: sqlite3.Connection, source: str, limit: int = 12) -> tuple[RunRow, ...]:
    """The last runs, the newest first."""
    rows = crawl.execute("select * from run where source = ? order by id desc limit ?", [source, limit])
    return tuple(
        RunRow(
            row["id"], row["started"], row["ended"], row["outcome"], row["requested"], row["stored"], row["failed"],
            row["new_urls"], row["message"] or "",
        )
        for row in rows
    )  # fmt: skip


def visits(
    crawl: sqlite3.Connection, archive: sqlite3.Connection, source: str, limit: int = 30
) -> tuple[VisitRow, ...]:
    """The last answers, the newest first, each with what was read of it."""
    rows = crawl.execute(
        "select v.*, s.size from visit v left join snapshot s on s.hash = v.body_hash"
        " where v.source = ? order by v.id desc limit ?",
        [source, limit],
    ).fetchall()
    if not rows:
        return ()
    read = {
        row["visit"]: page_log.read_of(row)
        for row in archive.execute(
            "select * from page_read where source = ? and visit between ? and ?",
            [source, rows[-1]["id"], rows[0]["id"]],
        )
    }
    return tuple(_visit(row, read.get(row["id"])) for row in rows)


def stored(crawl: sqlite3.Connection, source: str, number: int) -> StoredPage | None:
    """A visit of `source` with its bytes (None where there are none); None when there is no such visit.

    Raises db.snapshots.DamagedSnapshot when the bytes are not what they were.
    """
    row = crawl.execute(
        "select v.*, s.size from visit v left join snapshot s on s.hash = v.body_hash where v.id = ? and v.source = ?",
        [number, source],
    ).fetchone()
    if row is None:
        return None
    body = snapshots.read(crawl, row["body_hash"]) if row["size"] is not None else None
    return StoredPage(_visit(row, None), row["content_type"], row["final_url"], json.loads(row["headers"]), body)


def _visit(row: sqlite3.Row, read: PageRead | None) -> VisitRow:
    return VisitRow(
        row["id"], row["url"], row["kind"], row["fetched_at"], row["status"], row["error"], row["body_hash"],
        row["size"] or 0, row["title"], read,
    )  # fmt: skip
