"""What the web asks of the network: rows of crawl.db that the scheduler works off while the page shows their progress.

A request goes waiting → running → done or failed. Pressing twice asks once; a scheduler that was killed in the middle
begins the request again, so every kind must bear being worked off twice.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from db.connection import transaction
from db.frontier import iso

KINDS = ("preview", "accept", "run")
KEPT = 200  # ended requests that are remembered
_OPEN = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its kind and arguments, its state, what is being done, and what came of it."""

    id: int
    kind: str
    arguments: dict[str, Any]
    created: str
    state: str
    progress: str
    result: dict[str, Any]
    ended: str | None

    @property
    def open(self) -> bool:
        """Whether there is still something to wait for."""
        return self.state in _OPEN


def enqueue(connection: sqlite3.Connection, kind: str, arguments: dict[str, Any], now: datetime.datetime) -> int:
    """Ask for something; the id of the request. One that asks the same and is still open is not asked again.

    Raises ValueError for a kind that nobody works off.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of request: {kind}")
    text = json.dumps(arguments, ensure_ascii=False, sort_keys=True)
    with transaction(connection):
        same = connection.execute(
            "select id from request where kind = ? and arguments = ? and state in ('waiting', 'running')", [kind, text]
        ).fetchone()
        if same:
            return int(same["id"])
        connection.execute(
            "delete from request where state in ('done', 'failed') and id <= (select max(id) from request) - ?", [KEPT]
        )
        cursor = connection.execute(
            "insert into request(kind, arguments, created) values (?, ?, ?)", [kind, text, iso(now)]
        )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def waiting(connection: sqlite3.Connection) -> int:
    """How many wait; asked often, so it takes no lock."""
    return int(connection.execute("select count(*) from request where state = 'waiting'").fetchone()[0])


def claim(connection: sqlite3.Connection) -> Request | None:
    """The oldest waiting request, now running; None when nothing waits. Two claimers never get the same one."""
    with transaction(connection):
        row = connection.execute(
            "update request set state = 'running'"
            " where id = (select id from request where state = 'waiting' order by id limit 1) returning *"
        ).fetchone()
    return _request(row) if row else None


def report(connection: sqlite3.Connection, number: int, progress: str) -> None:
    """Say what is being done."""
    with transaction(connection):
        connection.execute("update request set progress = ? where id = ? and state = 'running'", [progress, number])


def finish(
    connection: sqlite3.Connection, number: int, result: dict[str, Any], now: datetime.datetime, *, failed: bool = False
) -> bool:
    """Record what came of a request; whether it was still open (a second call changes nothing)."""
    with transaction(connection):
        changed = connection.execute(
            "update request set state = ?, result = ?, ended = ? where id = ? and state in ('waiting', 'running')",
            ["failed" if failed else "done", json.dumps(result, ensure_ascii=False), iso(now), number],
        )
    return changed.rowcount > 0


def recover(connection: sqlite3.Connection) -> int:
    """At the start of the one scheduler: what was running waits again. How many."""
    with transaction(connection):
        return connection.execute("update request set state = 'waiting' where state = 'running'").rowcount


def find(connection: sqlite3.Connection, number: int) -> Request | None:
    """The request of this id, None where there is none."""
    row = connection.execute("select * from request where id = ?", [number]).fetchone()
    return _request(row) if row else None


def recent(connection: sqlite3.Connection, limit: int = 20) -> list[Request]:
    """The newest requests first."""
    rows = connection.execute("select * from request order by id desc limit ?", [limit])
    return [_request(row) for row in rows]


def due_now(connection: sqlite3.Connection, source: str, now: datetime.datetime) -> bool:
    """Make a watched source due at once; whether it is watched."""
    with transaction(connection):
        changed = connection.execute("update source_state set next_due = ? where source = ?", [iso(now), source])
    return changed.rowcount > 0


def _request(row: sqlite3.Row) -> Request:
    return Request(
        id=row["id"],
        kind=row["kind"],
        arguments=json.loads(row["arguments"]),
        created=row["created"],
        state=row["state"],
        progress=row["progress"] or "",
        result=json.loads(row["result"]) if row["result"] else {},
        ended=row["ended"],
    )
