"""Answers that other machines fetched enter crawl.db: a batch and the mark behind it in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db import ingest
from db.connection import transaction
from db.frontier import SqliteFrontier
from parsers.visits import Task, Visit


@dataclass(frozen=True, slots=True)
class Settled:
    """One answer to one task of a run, and the tasks found on the page; `failed` asks for another try later."""

    frontier: SqliteFrontier
    task: Task
    visit: Visit
    found: list[Task]
    failed: bool


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run without an end; `started` in ISO 8601, UTC."""

    number: int
    source: str
    started: str


def take_in(connection: sqlite3.Connection, items: Sequence[Settled], stage: str, position: int) -> None:
    """Store `items` and move the mark of `stage` to `position`, all or nothing.

    The mark never moves back: a batch at or before it was stored already, and is left alone.
    """
    with transaction(connection):
        if position <= ingest.position(connection, stage):
            return
        for item in items:
            new = item.frontier.settle(item.task, item.visit, item.found, failed=item.failed)
            if new:
                connection.execute("update run set new_urls = new_urls + ? where id = ?", [new, item.frontier.run])
        ingest.set_position(connection, position, stage)


def open_run(connection: sqlite3.Connection, number: int) -> OpenRun | None:
    """The run `number` while it has no end, else None."""
    row = connection.execute("select source, started from run where id = ? and ended is null", [number]).fetchone()
    return OpenRun(number, row["source"], row["started"]) if row else None


def visits_of(connection: sqlite3.Connection, run: OpenRun, after: int = 0) -> list[sqlite3.Row]:
    """kind, status, error, and whether there were bytes (`stored`), of each visit of the run after visit `after`."""
    return connection.execute(
        "select kind, status, error, body_hash is not null as stored from visit"
        " where source = ? and run = ? and id > ?",
        [run.source, run.number, after],
    ).fetchall()


def last_visit_before(connection: sqlite3.Connection, run: OpenRun) -> int:
    """The number of the source's last visit that another run made; 0 when there is none."""
    row = connection.execute(
        "select id from visit where source = ? and run is not ? order by id desc limit 1", [run.source, run.number]
    ).fetchone()
    return int(row[0]) if row else 0


def new_urls(connection: sqlite3.Connection, run: OpenRun) -> int:
    """How many URLs the run brought that the frontier did not know."""
    return int(connection.execute("select new_urls from run where id = ?", [run.number]).fetchone()[0])
