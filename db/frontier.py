"""The frontier in SQLite: what to fetch, who holds it, and the visits that came of it (log 1).

A URL goes pending → leased(until) → pending again at its next look, done (lists, until the next run) or dead.
A page, its links, its snapshot and its validators are stored in one transaction.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Callable, Sequence

from db import snapshots
from db.connection import transaction
from parsers.visits import Task, Visit

LEASE = datetime.timedelta(minutes=3)
TRIES = 3
_PRIORITY = {"list": 0, "epaper": 0, "article": 1, "part": 1, "look": 1}
_KEPT = ("article", "part")  # looked at again for edits
_REVISIT = 2
_GONE = (404, 410)
_YEAR = datetime.timedelta(days=365)
# a run looks at an article again only if that was due when it began: so it ends, however short the ladder
_DUE = f"(state = 'pending' and due <= ? and (priority < {_REVISIT} or due <= ?))"


def iso(moment: datetime.datetime) -> str:
    """UTC, to the second, so that text order is time order."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


class SqliteFrontier:
    """The `Frontier` of one run over crawl.db.

    `revisit` is the ladder of waits between looks at an article (after its last rung, yearly); `gone_after` the
    wait after a first 404. `now` is the caller's clock.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        source: str,
        run: int | None,
        now: Callable[[], datetime.datetime],
        revisit: Sequence[datetime.timedelta] = (),
        gone_after: datetime.timedelta = datetime.timedelta(hours=24),
    ) -> None:
        self.connection = connection
        self.source = source
        self.run = run
        self.now = now
        self.revisit = tuple(revisit)
        self.gone_after = gone_after
        self.started = iso(now())

    def seed(self, tasks: Sequence[Task]) -> None:
        """Make the list pages of this run (or pages asked for by hand) due now."""
        now = iso(self.now())
        with transaction(self.connection):
            for task in tasks:
                self.connection.execute(
                    "insert into frontier(url, source, kind, priority, due, date, first_seen)"
                    " values (?, ?, ?, ?, ?, ?, ?)"
                    " on conflict(url) do update set state = 'pending', due = excluded.due, tries = 0"
                    " where state <> 'leased'",
                    [task.url, self.source, task.kind, _PRIORITY[task.kind], now, task.date, now],
                )

    def look_again(self, url: str, since: datetime.datetime) -> None:
        """Look at an article again `gone_after` after `since`, if no look is due before."""
        with transaction(self.connection):
            self.connection.execute(
                "update frontier set due = min(due, ?) where url = ? and state = 'pending'",
                [iso(since + self.gone_after), url],
            )

    def claim(self, limit: int) -> list[Task]:
        """See `parsers.visits.Frontier`."""
        now = self.now()
        with transaction(self.connection):
            rows = self.connection.execute(
                f"select * from frontier where source = ? and ({_DUE} or (state = 'leased' and lease_until < ?))"  # noqa: S608 - a text of ours
                " order by priority, due, id limit ?",
                [self.source, iso(now), self.started, iso(now), limit],
            ).fetchall()
            self.connection.executemany(
                "update frontier set state = 'leased', lease_until = ?, lease_run = ? where id = ?",
                [(iso(now + LEASE), self.run, row["id"]) for row in rows],
            )
        return [_task(row) for row in rows]

    def done(self, visits: list[tuple[Task, Visit, list[Task]]]) -> int:
        """See `parsers.visits.Frontier`."""
        with transaction(self.connection):
            return sum(self._done(*item) for item in visits)

    def _done(self, task: Task, visit: Visit, found: list[Task]) -> int:
        row = self.connection.execute(
            "select id, looks, kind, body_hash from frontier where url = ?", [task.url]
        ).fetchone()
        body_hash = store_visit(self.connection, visit, self.run, row["body_hash"] if row else None)
        if row is not None:
            self._schedule(row, visit, body_hash)
        new = sum(self._add(child) for child in found if not child.only_if_new)
        if new:
            new += sum(self._add(child) for child in found if child.only_if_new)
        return new

    def _schedule(self, row: sqlite3.Row, visit: Visit, body_hash: str | None) -> None:
        wait = self._wait(row["kind"], row["looks"], visit.status)
        self.connection.execute(
            "update frontier set state = ?, due = ?, priority = ?, tries = 0, looks = looks + 1, lease_until = null,"
            " lease_run = null, last_fetched = ?, etag = coalesce(?, etag),"
            " last_modified = coalesce(?, last_modified), body_hash = coalesce(?, body_hash) where id = ?",
            [
                "done" if wait is None else "pending",
                iso(self.now() + (wait or _YEAR)),
                _PRIORITY[row["kind"]] if wait is None else _REVISIT,
                visit.fetched_at,
                visit.etag,
                visit.last_modified,
                body_hash,
                row["id"],
            ],
        )

    def _wait(self, kind: str, looks: int, status: int) -> datetime.timedelta | None:
        if kind not in _KEPT:
            return None
        if status in _GONE:
            return self.gone_after
        return self.revisit[looks] if looks < len(self.revisit) else _YEAR

    def _add(self, task: Task) -> int:
        now = iso(self.now())
        known = self.connection.execute(
            "select id, title, state, kind, last_fetched from frontier where url = ?", [task.url]
        ).fetchone()
        if known is None:
            self.connection.execute(
                "insert into frontier(url, source, kind, priority, due, depth, title, date, first_seen)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [task.url, self.source, task.kind, _PRIORITY[task.kind], now, task.depth, task.title, task.date, now],
            )
            return 1
        if known["kind"] == "list" and known["state"] == "done" and (known["last_fetched"] or "") < self.started:
            self.connection.execute("update frontier set state = 'pending', due = ? where id = ?", [now, known["id"]])
            return 0
        changed = task.title and known["title"] and task.title != known["title"]
        if task.title and (changed or not known["title"]):
            self.connection.execute("update frontier set title = ? where id = ?", [task.title, known["id"]])
        if changed and known["state"] in ("pending", "done"):
            self.connection.execute("update frontier set state = 'pending', due = ? where id = ?", [now, known["id"]])
        return 0

    def fail(self, task: Task, visit: Visit) -> None:
        """See `parsers.visits.Frontier`."""
        with transaction(self.connection):
            self._fail(task, visit)

    def _fail(self, task: Task, visit: Visit) -> None:
        store_visit(self.connection, visit, self.run)
        row = self.connection.execute(
            "select id, tries, looks, kind from frontier where url = ?", [task.url]
        ).fetchone()
        if row is None:
            return
        last = row["tries"] + 1 >= TRIES
        state = "pending" if not last else ("done" if row["kind"] not in _KEPT else "dead")
        wait = datetime.timedelta(seconds=max(visit.retry_after or 0.0, 30.0 * 4 ** row["tries"]))
        if last and row["kind"] == "article" and row["looks"]:  # it was there once: keep looking
            state, wait = "pending", self._wait("article", row["looks"], 0) or _YEAR
        self.connection.execute(
            "update frontier set state = ?, due = ?, tries = ?, lease_until = null, lease_run = null,"
            " last_fetched = ? where id = ?",
            [state, iso(self.now() + wait), 0 if last else row["tries"] + 1, visit.fetched_at, row["id"]],
        )

    def settle(self, task: Task, visit: Visit, found: list[Task], *, failed: bool) -> int:
        """`done` or `fail` of one task inside the caller's transaction; the number of new URLs.

        An answer to a task that this run no longer holds is a late copy: it is not stored, and counts nothing.
        """
        held = self.connection.execute(
            "select 1 from frontier where url = ? and state = 'leased' and lease_run is ?", [task.url, self.run]
        ).fetchone()
        if held is None:
            return 0
        if failed:
            self._fail(task, visit)
            return 0
        return self._done(task, visit, found)

    def held(self) -> list[Task]:
        """The tasks that this run has taken and not settled, in the order of their due times."""
        rows = self.connection.execute(
            "select * from frontier where source = ? and state = 'leased' and lease_run is ?"
            " order by priority, due, id",
            [self.source, self.run],
        )
        return [_task(row) for row in rows]

    def extend(self, tasks: list[Task]) -> None:
        """See `parsers.visits.Frontier`."""
        with transaction(self.connection):
            self.connection.executemany(
                "update frontier set lease_until = ? where url = ? and state = 'leased'",
                [(iso(self.now() + LEASE), task.url) for task in tasks],
            )

    def outstanding(self) -> int:
        """See `parsers.visits.Frontier`."""
        now = iso(self.now())
        row = self.connection.execute(
            f"select count(*) from frontier where source = ? and ({_DUE}"  # noqa: S608 - a text of ours
            " or (state = 'leased' and (lease_run is ? or lease_until < ?)))",
            [self.source, now, self.started, self.run, now],
        ).fetchone()
        return int(row[0])

    def release(self) -> None:
        """Hand back what this source's earlier runs held: one run a source at a time, so they are dead."""
        with transaction(self.connection):
            self.connection.execute(
                "update frontier set state = 'pending', lease_until = null, lease_run = null"
                " where source = ? and state = 'leased'",
                [self.source],
            )


def _task(row: sqlite3.Row) -> Task:
    return Task(
        url=row["url"],
        source=row["source"],
        kind=row["kind"],
        depth=row["depth"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_hash=row["body_hash"],
        title=row["title"],
        date=row["date"],
        tries=row["tries"],
    )


def store_visit(connection: sqlite3.Connection, visit: Visit, run: int | None, before: str | None = None) -> str | None:
    """Append a visit to log 1 with its snapshot; the snapshot's hash, or None without a body.

    `before` names the snapshot that the same address had last.
    """
    body_hash = snapshots.store(connection, visit.body, before) if visit.body is not None else None
    connection.execute(
        "insert into visit(url, source, kind, fetched_at, status, content_type, final_url, error, body_hash,"
        " title, date, headers, run) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            visit.url,
            visit.source,
            visit.kind,
            visit.fetched_at,
            visit.status,
            visit.content_type,
            visit.final_url,
            visit.error,
            body_hash,
            visit.title,
            visit.date,
            json.dumps(visit.headers, ensure_ascii=False),
            run,
        ],
    )
    return body_hash
