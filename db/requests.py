"""What the web asks of the network: rows of crawl.db that the scheduler works off while the page shows their progress.

A request goes waiting → running → done or failed. Pressing twice asks once; a scheduler that was killed in the middle
begins the request again, so every kind must bear being worked off twice.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.connection import transaction
from db.frontier import iso

SHORT = ("preview", "accept", "run")  # of the operator, done in seconds
LONG = ("download", "bundle")  # done in minutes: a worker of their own, so that nothing waits for them
KINDS = SHORT + LONG
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
            "delete from request where state in ('done', 'failed') and kind = ?"
            " and id <= (select max(id) from request) - ?",
            [kind, KEPT],
        )
        cursor = connection.execute(
            "insert into request(kind, arguments, created) values (?, ?, ?)", [kind, text, iso(now)]
        )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def waiting(connection: sqlite3.Connection, kinds: Sequence[str] = KINDS) -> int:
    """How many of these kinds wait; asked often, so it takes no lock."""
    sql = "select count(*) from request where state = 'waiting' and kind in (select value from json_each(?))"
    return int(connection.execute(sql, [json.dumps(kinds)]).fetchone()[0])


def claim(connection: sqlite3.Connection, kinds: Sequence[str] = KINDS) -> Request | None:
    """The oldest waiting request of these kinds, now running; None when none waits. No two claimers get the same."""
    with transaction(connection):
        row = connection.execute(
            "update request set state = 'running'"
            " where id = (select id from request where state = 'waiting'"
            " and kind in (select value from json_each(?)) order by id limit 1) returning *",
            [json.dumps(kinds)],
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


def recover(connection: sqlite3.Connection, kinds: Sequence[str] = KINDS) -> int:
    """At the start of the one scheduler: what was running of these kinds waits again. How many."""
    sql = "update request set state = 'waiting' where state = 'running' and kind in (select value from json_each(?))"
    with transaction(connection):
        return connection.execute(sql, [json.dumps(kinds)]).rowcount


def find(connection: sqlite3.Connection, number: int) -> Request | None:
    """The request of this id, None where there is none."""
    row = connection.execute("select * from request where id = ?", [number]).fetchone()
    return _request(row) if row else None


def newest_with(connection: sqlite3.Connection, kind: str, name: str, value: str) -> Request | None:
    """The newest request of a kind whose argument `name` has this value."""
    row = connection.execute(
        "select * from request where kind = ? and json_extract(arguments, '$.' || ?) = ? order by id desc limit 1",
        [kind, name, value],
    ).fetchone()
    return _request(row) if row else None


def recent(connection: sqlite3.Connection, limit: int = 20, kinds: Sequence[str] = KINDS) -> list[Request]:
    """The newest requests of these kinds first."""
    sql = "select * from request where kind in (select value from json_each(?)) order by id desc limit ?"
    rows = connection.execute(sql, [json.dumps(kinds), limit])
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
