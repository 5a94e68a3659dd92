"""What of the stored bytes and logs may go, by rules; never what an article's revision was read from, unless asked.

Visits stay (log 1 is append-only); a snapshot that goes leaves its hash in `snapshot_dropped`, so that it is known to
be dropped and not lost. Everything is deleted in small transactions, beside whatever else runs.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from db import snapshots
from db.connection import open_writer, transaction
from db.frontier import iso
from db.paths import DataDirectory

_SNAPSHOTS_AT_ONCE = 50
_ROWS_AT_ONCE = 2000
_LOG_KEPT = 1000  # newest changes of subscriptions: a matcher that is further behind reads all searches anew
# reason → the visits whose bytes it gives up; `made` holds where and when a revision was read
_REASONS = {
    "lists": "select id from visit where kind = 'list' and fetched_at < :lists",
    "versions": (
        "select id from (select v.*, row_number() over (partition by url order by id) as first,"
        " row_number() over (partition by url order by id desc) as last from visit v"
        " where kind in ('article', 'epaper') and body_hash is not null and status between 200 and 299) v"
        " where first > 1 and last > 1"
        " and not exists (select 1 from temp.made where made.url = v.url and made.at = v.fetched_at)"
    ),
    "rejected": (
        "select id from visit v where kind in ('article', 'epaper', 'look') and fetched_at < :rejected"
        " and exists (select 1 from archive.rejected r where r.url = v.url)"
        " and not exists (select 1 from temp.made where made.url = v.url)"
    ),
    "articles": (
        "select id from visit v where kind in ('article', 'epaper', 'look') and fetched_at < :articles"
        " and not exists (select 1 from archive.article_parts p where p.first = v.url or p.url = v.url)"
    ),
}
Progress = Callable[[int, int], None]  # done, of all


@dataclass(frozen=True, slots=True)
class Rules:
    """What is kept: days, 0 for ever; `versions` of an article: "all", or "revisions" (first, last, one a revision)."""

    versions: str = "revisions"
    lists_days: int = 30
    rejected_days: int = 0
    articles_days: int = 0
    deliveries_days: int = 730
    logs_days: int = 90


@dataclass(frozen=True, slots=True)
class Portion:
    """What one rule would free: how many (snapshots, rows, files) and about how many bytes."""

    reason: str
    count: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What pruning would free now. `newest` is the last visit that was looked at."""

    portions: tuple[Portion, ...]
    hashes: tuple[tuple[str, str], ...]  # snapshot, reason
    newest: int

    @property
    def bytes(self) -> int:
        """About how many bytes become free."""
        return sum(portion.bytes for portion in self.portions)


def plan(directory: DataDirectory, rules: Rules, now: datetime.datetime) -> Plan:
    """What the rules would free; reads only."""
    with closing(_both(directory)) as crawl:
        newest = int(crawl.execute("select coalesce(max(id), 0) from visit").fetchone()[0])
        rows = _doomed(crawl, rules, now)
    portions = [
        Portion(reason, len(sizes), sum(sizes))
        for reason in _REASONS
        if (sizes := [row["bytes"] for row in rows if row["reason"] == reason])
    ]
    with closing(open_writer(directory.subscribers)) as subscribers:
        portions += [
            Portion(name, count, count * size)
            for name, sql, values, size in _row_rules(rules, now)
            if (count := subscribers.execute(f"select count(*) from {sql}", values).fetchone()[0])  # noqa: S608 - ours
        ]
    files = list(_old_logs(directory.path, rules, now))
    if files:
        portions.append(Portion("logs", len(files), sum(file.stat().st_size for file in files)))
    return Plan(tuple(portions), tuple((row["hash"], row["reason"]) for row in rows), newest)


def prune(
    directory: DataDirectory, rules: Rules, found: Plan, now: datetime.datetime, progress: Progress | None = None
) -> int:
    """Free what `plan` found; how many snapshots, rows and files went. Killed anywhere, the next one goes on."""
    done = 0
    with closing(open_writer(directory.crawl)) as crawl:
        for start in range(0, len(found.hashes), _SNAPSHOTS_AT_ONCE):
            done += _drop(crawl, found.hashes[start : start + _SNAPSHOTS_AT_ONCE], found.newest, now)
            if progress:
                progress(min(start + _SNAPSHOTS_AT_ONCE, len(found.hashes)), len(found.hashes))
    with closing(open_writer(directory.subscribers)) as subscribers:
        for _, sql, values, _ in _row_rules(rules, now):
            done += _delete(subscribers, sql, values)
    for file in _old_logs(directory.path, rules, now):
        file.unlink(missing_ok=True)
        done += 1
    return done


def compact(directory: DataDirectory) -> int:
    """Give free pages of crawl.db and subscribers.db back to the disk; bytes gained. Nothing else may have them open.

    Needs as much free disk as the larger of the two. Raises sqlite3.OperationalError (busy, disk full).
    """
    gained = 0
    for file in (directory.crawl, directory.subscribers):
        with closing(open_writer(file)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)").fetchall()
            before = file.stat().st_size
            connection.execute("vacuum")
            connection.execute("pragma wal_checkpoint(truncate)").fetchall()
        gained += before - file.stat().st_size
    return gained


def _both(directory: DataDirectory) -> sqlite3.Connection:
    """crawl.db with archive.db beside it, both for reading only; what is worked out goes into temporary tables."""
    connection = sqlite3.connect(f"{directory.crawl.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("attach ? as archive", [f"{directory.archive.resolve().as_uri()}?mode=ro"])
    return connection


def _doomed(crawl: sqlite3.Connection, rules: Rules, now: datetime.datetime) -> list[sqlite3.Row]:
    """The snapshots that every visit gives up, each with the first reason and the bytes that it takes."""
    days = {"lists": rules.lists_days, "rejected": rules.rejected_days, "articles": rules.articles_days}
    before = {name: iso(now - datetime.timedelta(days=count)) if count else "" for name, count in days.items()}
    crawl.execute("create temp table made (url text, at text)")
    crawl.execute(
        "insert into temp.made select distinct case instr(a.url, '#') when 0 then a.url else"
        " substr(a.url, 1, instr(a.url, '#') - 1) end, c.at"
        " from archive.changes c join archive.articles a using (revision)"
    )
    crawl.execute("create index temp.made_by_url on made(url, at)")
    crawl.execute("create temp table latest (hash text primary key) without rowid")
    crawl.execute(
        "insert or ignore into temp.latest select body_hash from frontier where body_hash is not null"
    )  # what an address had last is kept: the next answer is compared with it
    crawl.execute("create temp table given_up (visit integer primary key, reason text)")
    for reason, sql in _REASONS.items():
        if reason != "versions" or rules.versions == "revisions":
            crawl.execute(f"insert or ignore into temp.given_up select id, '{reason}' from ({sql})", before)  # noqa: S608
    return crawl.execute(
        "select s.hash, min(g.reason) as reason, length(s.blob) as bytes from visit v"
        " left join temp.given_up g on g.visit = v.id join snapshot s on s.hash = v.body_hash"
        " group by s.hash having count(*) = count(g.visit) and (max(g.reason in ('rejected', 'articles'))"
        " or not exists (select 1 from temp.latest l where l.hash = s.hash)) order by min(v.id)"
    ).fetchall()


def _drop(crawl: sqlite3.Connection, chosen: tuple[tuple[str, str], ...], newest: int, now: datetime.datetime) -> int:
    """One transaction; what was fetched again meanwhile stays."""
    with transaction(crawl):
        fresh = {row[0] for row in crawl.execute("select body_hash from visit where id > ?", [newest])}
        gone = [(name, iso(now), reason) for name, reason in chosen if name not in fresh and _is_there(crawl, name)]
        for name, _, _ in gone:
            snapshots.remove(crawl, name)
        crawl.executemany("insert or replace into snapshot_dropped(hash, at, reason) values (?, ?, ?)", gone)
    return len(gone)


def _is_there(crawl: sqlite3.Connection, name: str) -> bool:
    return crawl.execute("select 1 from snapshot where hash = ?", [name]).fetchone() is not None


def _row_rules(rules: Rules, now: datetime.datetime) -> Iterator[tuple[str, str, list[str], int]]:
    """Rows of subscribers.db that may go: name, the rows, values, bytes of one. Debts and messages stay for ever.

    (They are what keeps anything from being told twice.)
    """
    newest = "(select max(number) from subscription_log)"
    yield "subscription_log", f"subscription_log where number <= {newest} - {_LOG_KEPT}", [], 40
    if rules.deliveries_days:
        before = iso(now - datetime.timedelta(days=rules.deliveries_days))
        ended = "(select 1 from letter l where l.message_id = delivery.message_id and l.state = 'waiting')"
        yield "deliveries", f"delivery where at < ? and not exists {ended}", [before], 160


def _delete(connection: sqlite3.Connection, rows: str, values: list[str]) -> int:
    table, done = rows.split()[0], 0
    sql = f"delete from {table} where rowid in (select rowid from {rows} limit {_ROWS_AT_ONCE})"  # noqa: S608 - ours
    while True:
        with transaction(connection):
            gone = connection.execute(sql, values).rowcount
        done += gone
        if gone < _ROWS_AT_ONCE:
            return done


def _old_logs(path: Path, rules: Rules, now: datetime.datetime) -> Iterator[Path]:
    """Logs that were put aside when they grew too long, and have not been touched for so many days."""
    if not rules.logs_days:
        return
    before = (now - datetime.timedelta(days=rules.logs_days)).timestamp()
    for file in sorted((path / "logs").glob("*.log.*")):
        if file.is_file() and file.stat().st_mtime < before:
            yield file
