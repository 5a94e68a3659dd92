"""Crawl runs: one subprocess each, so that a blocking or crashing spider is its own problem only."""

from __future__ import annotations

import datetime
import logging
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field

from crawler.errors import CrawlFailed
from crawler.lists import seeds
from crawler.process import crawl
from crawler.sources import Source
from db import ingest, rhythm, runs
from db.connection import open_reader, open_writer, transaction
from db.frontier import SqliteFrontier
from db.paths import DataDirectory
from parsers.dates import BEIJING
from parsers.visits import Task
from scheduler import lifeline
from scheduler.house import now
from scheduler.settings import load

_log = logging.getLogger(__name__)
_GRACE = 5.0  # seconds that runs get to store what they hold
AT_ONCE = 4  # runs side by side: they wait for the network, not for the processor
_RETRY = datetime.timedelta(minutes=5)


@dataclass(slots=True)
class Launcher:
    """Starts a subprocess for each due source and records those that end without a word."""

    directory: DataDirectory
    sources: dict[str, Source]
    running: dict[int, tuple[str, subprocess.Popen[bytes]]] = field(default_factory=dict)

    def tick(self) -> None:
        """Reap what has ended, start what is due."""
        connection = open_writer(self.directory.crawl)
        try:
            self._reap()
            free = AT_ONCE - len(self.running)
            for source, run in runs.take_due(connection, now(), free) if free > 0 else []:
                command = [sys.executable, "-m", "caixun", "crawl-run", str(self.directory.path), source, str(run)]
                self.running[run] = (source, lifeline.spawn(command))
        finally:
            connection.close()

    def stop(self) -> None:
        """End the runs in good order; what they held is leased again by the next run."""
        for _, process in self.running.values():
            process.terminate()
        deadline = time.monotonic() + _GRACE
        for _, process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _reap(self) -> None:
        for run, (source, process) in list(self.running.items()):
            code = process.poll()
            if code is None:
                continue
            del self.running[run]
            every = self.sources[source].every if source in self.sources else _RETRY
            _end_silent(self.directory, run, code, min(every, _RETRY))


def _end_silent(directory: DataDirectory, run: int, code: int, wait: datetime.timedelta) -> None:
    connection = open_writer(directory.crawl)
    try:
        message = f"抓取进程结束，没有留下记录（退出码 {code}）"
        runs.end(connection, run, now(), outcome="failed", message=message, every=wait, counts={})
    finally:
        connection.close()


def seed_follow_ups(
    directory: DataDirectory, crawl_db: sqlite3.Connection, frontier: SqliteFrontier, source: str
) -> None:
    """Hand what the archive wants fetched (the original of a mirror) to the frontier, behind a mark in crawl.db.

    Seeding twice is harmless, so the mark may move after it.
    """
    stage = f"follow_ups:{source}"
    archive = open_reader(directory.archive)
    try:
        wanted = ingest.follow_ups(archive, source, ingest.position(crawl_db, stage))
    finally:
        archive.close()
    if wanted:
        frontier.seed([Task(row["url"], source, "article", title=row["title"]) for row in wanted])
        with transaction(crawl_db):
            ingest.set_position(crawl_db, wanted[-1]["number"], stage)


def perform(
    directory: DataDirectory,
    source: Source,
    run: int,
    *,
    since: datetime.date | None = None,
    limit: int | None = None,
) -> str:
    """Crawl one source in this process and record the run; a line that says what came of it."""
    connection = open_writer(directory.crawl)
    frontier = SqliteFrontier(connection, source.id, run, now, source.revisit, source.gone_after)
    frontier.release()
    today = now().astimezone(BEIJING).date()
    frontier.seed(seeds(source, today, since))
    seed_follow_ups(directory, connection, frontier, source.id)
    try:
        report = crawl(
            source,
            frontier,
            since=since,
            limit=limit,
            heartbeat=lambda: runs.beat(connection, run, now()),
            user_agent=load(directory.path).crawl.full_agent,
        )
    except CrawlFailed as error:
        runs.end(connection, run, now(), outcome="failed", message=str(error), every=_RETRY, counts={})
        connection.close()
        return str(error)
    counts = {"requested": report.requested, "stored": report.stored, "failed": report.failed, "new": report.new}
    message = (
        f"{report.ended}：请求 {report.requested}，入库 {report.stored}，失败 {report.failed}，新网址 {report.new}"
    )
    outcome = "failed" if report.requested and not report.stored + report.unchanged else "ok"
    if report.ended == "stopped":
        outcome = "stopped"
    wait = datetime.timedelta() if report.ended == "stopped" else source.every
    if outcome == "ok" and since is None and limit is None:
        wait = rhythm.record(connection, source.id, source.every, now(), report.new)
    runs.end(connection, run, now(), outcome=outcome, message=message, every=wait, counts=counts)
    connection.close()
    return f"{source.title}（{source.id}）{message}"
