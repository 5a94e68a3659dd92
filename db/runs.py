"""What is due, and the runs: started, heartbeat, ended, how. Trusting a job store loses runs; this table does not.

A run ends complete, incomplete (a list could not be read, or a budget was reached), blocked (the site does not want
us), failed (nothing was received, or the spider broke down) or interrupted (stopped, or its process is gone).
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterable

from db.connection import transaction
from db.frontier import iso

LEASE = datetime.timedelta(minutes=2)


def plan(connection: sqlite3.Connection, sources: Iterable[str], now: datetime.datetime) -> None:
    """Know every enabled source: a new one is due now, one no longer there is never due."""
    names = list(sources)
    with transaction(connection):
        connection.executemany(
            "insert or ignore into source_state(source, next_due) values (?, ?)", [(name, iso(now)) for name in names]
        )
        marks = ",".join("?" * len(names))
        connection.execute(f"delete from source_state where source not in ({marks})", names)  # noqa: S608 - marks only


def take_due(connection: sqlite3.Connection, now: datetime.datetime, limit: int) -> list[tuple[str, int]]:
    """Up to `limit` due sources, each with the id of a run started for it and leased to the caller."""
    with transaction(connection):
        rows = connection.execute(
            "select source from source_state where next_due <= ? and (lease_until is null or lease_until < ?)"
            " order by next_due, source limit ?",
            [iso(now), iso(now), limit],
        ).fetchall()
        return [(row["source"], _start(connection, row["source"], now)) for row in rows]


def start(connection: sqlite3.Connection, source: str, now: datetime.datetime, *, dead: bool = False) -> int | None:
    """A run of `source` started by hand; None when another holds it, unless the caller knows that one to be `dead`."""
    with transaction(connection):
        connection.execute("insert or ignore into source_state(source, next_due) values (?, ?)", [source, iso(now)])
        held = connection.execute(
            "select 1 from source_state where source = ? and lease_until >= ?", [source, iso(now)]
        ).fetchone()
        return None if held and not dead else _start(connection, source, now)


def _start(connection: sqlite3.Connection, source: str, now: datetime.datetime) -> int:
    connection.execute(
        "update run set ended = ?, outcome = 'interrupted', message = '进程中断，没有结束记录'"
        " where source = ? and ended is null",
        [iso(now), source],
    )
    connection.execute("update source_state set lease_until = ? where source = ?", [iso(now + LEASE), source])
    cursor = connection.execute(
        "insert into run(source, started, heartbeat) values (?, ?, ?)", [source, iso(now), iso(now)]
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def beat(
    connection: sqlite3.Connection, run: int, now: datetime.datetime, counts: dict[str, int] | None = None
) -> None:
    """The run is alive: prolong its lease, and note how far it is."""
    counts = counts or {}
    with transaction(connection):
        connection.execute(
            "update run set heartbeat = ?, requested = ?, stored = ?, failed = ?, new_urls = ? where id = ?",
            [iso(now), *(counts.get(name, 0) for name in ("requested", "stored", "failed", "new")), run],
        )
        connection.execute(
            "update source_state set lease_until = ? where source = (select source from run where id = ?)",
            [iso(now + LEASE), run],
        )


def heartbeats(connection: sqlite3.Connection) -> dict[int, str]:
    """The runs that go on, each with its last sign of life (whatever of it changes while it works)."""
    rows = connection.execute("select id, heartbeat from run where ended is null")
    return {row["id"]: row["heartbeat"] for row in rows}


def clock_went_back(connection: sqlite3.Connection, now: datetime.datetime) -> int:
    """Make due what waits for a time that only a wrong clock made so late; how many sources.

    A source whose last run lies in the future (beyond two minutes) was planned by a clock that was ahead.
    """
    with transaction(connection):
        return connection.execute(
            "update source_state set next_due = ?, lease_until = null where next_due > ? and"
            " (select max(coalesce(ended, started)) from run where source = source_state.source"
            "  and id = (select max(id) from run where source = source_state.source)) > ?",
            [iso(now), iso(now), iso(now + LEASE)],
        ).rowcount


def failures(connection: sqlite3.Connection, source: str) -> int:
    """How many runs of `source` in a row came to nothing."""
    row = connection.execute("select failures from source_state where source = ?", [source]).fetchone()
    return int(row[0]) if row else 0


def end(
    connection: sqlite3.Connection,
    run: int,
    now: datetime.datetime,
    *,
    outcome: str,
    message: str,
    every: datetime.timedelta,
    counts: dict[str, int],
) -> None:
    """Record how the run ended and when its source is due again; a second call changes nothing."""
    with transaction(connection):
        changed = connection.execute(
            "update run set ended = ?, outcome = ?, message = ?, requested = ?, stored = ?, failed = ?, new_urls = ?"
            " where id = ? and ended is null",
            [
                iso(now),
                outcome,
                message,
                counts.get("requested", 0),
                counts.get("stored", 0),
                counts.get("failed", 0),
                counts.get("new", 0),
                run,
            ],
        )
        if changed.rowcount:
            connection.execute(
                "update source_state set lease_until = null, next_due = ?,"
                " failures = case ? when 'failed' then failures + 1 when 'blocked' then failures + 1"
                " when 'interrupted' then failures else 0 end"
                " where source = (select source from run where id = ?)",
                [iso(now + every), outcome, run],
            )


def recover(connection: sqlite3.Connection, now: datetime.datetime) -> int:
    """At the start of the one scheduler: runs without an end were lost; their sources are due now. How many."""
    with transaction(connection):
        lost = connection.execute(
            "update run set ended = ?, outcome = 'interrupted', message = '进程中断，没有结束记录' where ended is null",
            [iso(now)],
        ).rowcount
        connection.execute(
            "update source_state set lease_until = null, next_due = ? where lease_until is not null", [iso(now)]
        )
    return lost
