"""Crawl runs: one subprocess each, so that a blocking or crashing spider is its own problem only."""

from __future__ import annotations

import datetime
import logging
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field

from crawler.errors import CrawlFailed
from crawler.lists import seeds
from crawler.process import crawl
from crawler.run import CrawlReport
from crawler.sources import Source
from db import ingest, rhythm, runs
from db.connection import open_reader, open_writer, transaction
from db.frontier import SqliteFrontier
from db.paths import DataDirectory
from parsers.dates import BEIJING
from parsers.visits import Task
from scheduler import lifeline, locks
from scheduler.house import now
from scheduler.limits import Watch
from scheduler.settings import load

_log = logging.getLogger(__name__)
_GRACE = 5.0  # seconds that runs get to store what they hold
_RETRY = datetime.timedelta(minutes=5)
_UNKNOWN = 3600.0  # seconds for a source whose file was taken away while it ran
_LONGEST_BACKOFF = datetime.timedelta(hours=24)  # between two looks at a site that blocks us


@dataclass(slots=True)
class Launcher:
    """Starts a subprocess for each due source and records those that end without a word."""

    directory: DataDirectory
    sources: dict[str, Source]
    at_once: int = 8  # runs side by side: they wait for the network, not for the processor
    running: dict[int, tuple[str, Watch]] = field(default_factory=dict)

    def tick(self) -> None:
        """Reap what has ended, end what takes too long, start what is due."""
        connection = open_writer(self.directory.crawl)
        try:
            self._reap()
            beats = runs.heartbeats(connection) if self.running else {}
            for run, (_, watch) in self.running.items():
                watch.enforce(beats.get(run))
            free = self.at_once - len(self.running)
            for source, run in runs.take_due(connection, now(), free) if free > 0 else []:
                command = [sys.executable, "-m", "caixun", "crawl-run", str(self.directory.path), source, str(run)]
                seconds = self.sources[source].timeout if source in self.sources else _UNKNOWN
                self.running[run] = (source, Watch.over(lifeline.spawn(command), seconds))
        finally:
            connection.close()

    def stop(self) -> None:
        """End the runs in good order; what they held is leased again by the next run."""
        for _, watch in self.running.values():
            watch.process.terminate()
        deadline = time.monotonic() + _GRACE
        for _, watch in self.running.values():
            try:
                watch.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                watch.process.kill()

    def _reap(self) -> None:
        for run, (source, watch) in list(self.running.items()):
            code = watch.process.poll()
            if code is None:
                continue
            del self.running[run]
            every = self.sources[source].every if source in self.sources else _RETRY
            why = f"{watch.reason}，已终止" if watch.reason else "没有留下记录"
            _end_silent(self.directory, run, f"抓取进程结束：{why}（退出码 {code}）", min(every, _RETRY))


def _end_silent(directory: DataDirectory, run: int, message: str, wait: datetime.timedelta) -> None:
    connection = open_writer(directory.crawl)
    try:
        runs.end(connection, run, now(), outcome="failed", message=message, every=wait, counts={})
    finally:
        connection.close()


def seed_follow_ups(
    directory: DataDirectory, crawl_db: sqlite3.Connection, frontier: SqliteFrontier, source: str
) -> None:
    """Hand what the archive wants fetched (a mirror's original, a page that was missing) to the frontier.

    Behind a mark in crawl.db; seeding twice is harmless, so the mark may move after it.
    """
    stage = f"follow_ups:{source}"
    archive = open_reader(directory.archive)
    try:
        wanted = ingest.follow_ups(archive, source, ingest.position(crawl_db, stage))
    finally:
        archive.close()
    if wanted:
        originals = [row for row in wanted if row["kind"] == "original"]
        frontier.seed([Task(row["url"], source, "article", title=row["title"]) for row in originals])
        for row in wanted:
            if row["kind"] == "again":
                frontier.look_again(row["url"], datetime.datetime.fromisoformat(row["at"]))
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
    with closing(connection), locks.holding(directory.path, source.id) as free:
        if not free:
            message = "另一个进程正在抓取这个来源"
            runs.end(connection, run, now(), outcome="interrupted", message=message, every=_RETRY, counts={})
            return f"{source.title}（{source.id}）{message}"
        frontier = seeded(directory, connection, source, run, since)
        try:
            report = crawl(
                source,
                frontier,
                since=since,
                limit=limit,
                heartbeat=lambda report: runs.beat(connection, run, now(), counts_of(report)),
                user_agent=load(directory.path).crawl.full_agent,
            )
        except CrawlFailed as error:
            wait = _after_failure(source, runs.failures(connection, source.id))
            runs.end(connection, run, now(), outcome="failed", message=str(error), every=wait, counts={})
            return str(error)
        message = record(connection, source, run, report, learned=since is None and limit is None)
        return f"{source.title}（{source.id}）{message}"


def record(connection: sqlite3.Connection, source: Source, run: int, report: CrawlReport, *, learned: bool) -> str:
    """End the run as its report says, and make its source due again; the message.

    `learned` says that it was an ordinary run, from which the rhythm of the lists can be learned.
    """
    wait = _wait(connection, source, report, learned=learned)
    message = message_of(report)
    runs.end(connection, run, now(), outcome=report.outcome, message=message, every=wait, counts=counts_of(report))
    return message


def seeded(
    directory: DataDirectory, connection: sqlite3.Connection, source: Source, run: int, since: datetime.date | None
) -> SqliteFrontier:
    """The source's frontier with its list pages due now, and what the archive wants fetched."""
    frontier = SqliteFrontier(connection, source.id, run, now, source.revisit, source.gone_after)
    frontier.release()
    frontier.seed(seeds(source, now().astimezone(BEIJING).date(), since))
    seed_follow_ups(directory, connection, frontier, source.id)
    return frontier


def counts_of(report: CrawlReport) -> dict[str, int]:
    """The numbers of a run as its row keeps them."""
    return {"requested": report.requested, "stored": report.stored, "failed": report.failed, "new": report.new}


_OUTCOMES = {
    "complete": "完成",
    "incomplete": "不完整",
    "blocked": "被网站拦截",
    "failed": "失败",
    "interrupted": "中断",
}
_ENDED = {"budget": "请求数到达上限", "time": "到达时限"}


def message_of(report: CrawlReport) -> str:
    """What came of a run, in one Chinese line."""
    causes = [_ENDED[report.ended]] if report.ended in _ENDED else []
    causes += [f"{report.list_faults} 个列表页没有取到"] if report.list_faults else []
    causes += [f"{report.left} 页因对方要求稍候而留待下次"] if report.left and report.ended != "stopped" else []
    why = f"（{'，'.join(causes)}）" if causes else ""
    return (
        f"{_OUTCOMES[report.outcome]}{why}：请求 {report.requested}，入库 {report.stored}，"
        f"失败 {report.failed}，新网址 {report.new}"
    )


def _wait(connection: sqlite3.Connection, source: Source, report: CrawlReport, *, learned: bool) -> datetime.timedelta:
    """Until the source is due again: at once after an interruption, later and later while it blocks or fails."""
    failed = runs.failures(connection, source.id)
    if report.outcome == "interrupted":
        return datetime.timedelta()
    if report.outcome == "blocked":
        return min(_LONGEST_BACKOFF, source.every * (2 << min(failed, 10)))
    if report.outcome == "failed":
        return _after_failure(source, failed)
    return rhythm.record(connection, source.id, source.every, now(), report.new) if learned else source.every


def _after_failure(source: Source, failed: int) -> datetime.timedelta:
    return min(source.every, _RETRY * (1 << 2 * min(failed, 5)))
