"""The one process that stores what workers fetched, and hands them what to fetch next.

It moves tasks from the frontier to Redis and answers from Redis into crawl.db, a batch and its mark in one
transaction; only then are the answers forgotten in Redis. So it may end at any moment and be started again.
"""

from __future__ import annotations

import datetime
import logging
import signal
import sqlite3
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

from crawler.errors import RedisAway
from crawler.exchange import Answer
from crawler.redis_post import Answered, Ended, Post, RemoteRun, entry_at, numbers_of, position_of
from crawler.run import CrawlReport
from crawler.sources import Source
from crawler.values import Visit
from crawler.walls import is_block
from db import handover, ingest, runs
from db.connection import open_writer
from db.errors import DataDirectoryError
from db.frontier import SqliteFrontier
from db.handover import OpenRun, Settled
from db.paths import DataDirectory
from scheduler import locks
from scheduler.house import now
from scheduler.remote import source_of
from scheduler.runs import counts_of, record

_log = logging.getLogger(__name__)

WINDOW = 60  # tasks of a run that lie in Redis at a time; the others stay in the frontier
BATCH = 50  # answers a transaction
BEAT = 5.0  # seconds between two signs of life of the open runs
_LOCK = ".ingest"  # no source is called so
HAND_OUT = 2.0  # seconds between two looks for tasks while nothing comes in
_RETRY = datetime.timedelta(minutes=5)
_PATIENCE = 6 * 3600.0  # seconds beyond its time limit after which a run that nobody holds is over


@dataclass(slots=True)
class _Followed:
    """An open run, and what it takes to follow it."""

    announced: RemoteRun
    row: OpenRun
    source: Source
    frontier: SqliteFrontier
    lock: ExitStack
    after: int  # its visits come after this one
    queued: set[str] | None  # the URLs that lay in Redis when it was adopted; None once that was set right
    newest: str  # the last answer that lay in Redis then


@dataclass(slots=True)
class Ingest:
    """Stores answers into crawl.db of `directory`; `step` by `step`."""

    directory: DataDirectory
    post: Post
    connection: sqlite3.Connection = field(init=False)
    followed: dict[int, _Followed] = field(default_factory=dict)
    stage: str = ""
    entry: str = "0-0"  # the last answer that is stored
    beaten: float = 0.0
    handed_out: float = 0.0

    def __post_init__(self) -> None:
        self.connection = open_writer(self.directory.crawl)

    def close(self) -> None:
        """Let the locks and the database go."""
        self._forget()
        self.connection.close()

    def _forget(self) -> None:
        for one in self.followed.values():
            one.lock.close()
        self.followed.clear()
        self.stage = ""

    def step(self, wait_ms: int = 300) -> int:
        """Adopt new runs, store up to BATCH answers, hand out tasks, end what is over; how many answers were read.

        Raises RedisAway; what was stored is stored, and the next step goes on from there. What Redis was told last is
        not known then: the next step adopts the runs anew, and hands out again what did not arrive.
        """
        try:
            return self._step(wait_ms)
        except RedisAway:
            self._forget()
            raise

    def _step(self, wait_ms: int) -> int:
        self._begin()
        self._adopt()
        answers = self.post.answers(self.entry, BATCH, wait_ms)
        self._store(answers)
        if self._set_right() or answers or time.monotonic() - self.handed_out >= HAND_OUT:
            self._hand_out()
        if answers:
            self.post.stored(self.entry)
        self._beat()
        return len(answers)

    def _begin(self) -> None:
        """Know this Redis, and where we were in it; another one begins with a mark of its own."""
        stage = f"redis:{self.post.birth()}"
        if stage != self.stage:
            self.stage = stage
            self.entry = entry_at(ingest.position(self.connection, stage))
            self.post.stored(self.entry)

    def _adopt(self) -> None:
        for announced in self.post.runs():
            if announced.number in self.followed:
                continue
            row = handover.open_run(self.connection, announced.number)
            lock = ExitStack()
            if row is None or not lock.enter_context(locks.holding(self.directory.path, announced.source)):
                lock.close()
                self.post.withdraw(announced)  # it has ended, or the source is crawled from here just now
                continue
            source = source_of(announced)
            frontier = SqliteFrontier(self.connection, source.id, row.number, now, source.revisit, source.gone_after)
            frontier.started = row.started
            tasks = self.post.queued_tasks(source.id)
            frontier.extend(tasks)  # while nobody ingested, their leases may have run out
            after = handover.last_visit_before(self.connection, row)
            self.followed[row.number] = _Followed(
                announced, row, source, frontier, lock, after, {task.url for task in tasks}, self.post.newest()
            )

    def _store(self, answers: list[Answered | Ended]) -> None:
        """Store answers in their order; the end of a run only when all before it is stored."""
        batch: list[Settled] = []
        for answer in answers:
            if isinstance(answer, Answered):
                one = self.followed.get(answer.run)
                if one is not None:  # else its run has ended: a late copy
                    batch.append(Settled(one.frontier, answer.task, answer.visit, answer.found, answer.failed))
            else:
                self._commit(batch, self.entry)
                batch = []
                self._worker_left(answer)
            self.entry = answer.entry
        if answers:
            self._commit(batch, self.entry)

    def _commit(self, batch: list[Settled], entry: str) -> None:
        handover.take_in(self.connection, batch, self.stage, position_of(entry))

    def _worker_left(self, answer: Ended) -> None:
        one = self.followed.get(answer.run)
        if one is None or (answer.ended == "finished" and not answer.left and one.frontier.outstanding()):
            return  # more was found meanwhile: the next worker takes it up
        self._finish(one, answer.ended, answer.left)

    def _set_right(self) -> bool:
        """Hand out again what was taken for Redis by an ingest that was killed before it said so; whether any run
        is ready for tasks only now. It is when every answer that was there when it was adopted is stored.
        """
        ready = [
            one
            for one in self.followed.values()
            if one.queued is not None and numbers_of(self.entry) >= numbers_of(one.newest)
        ]
        for one in ready:
            lost = [task for task in one.frontier.held() if task.url not in (one.queued or ())]
            self.post.put(one.source.id, lost)
            one.queued = None
        return bool(ready)

    def _hand_out(self) -> None:
        self.handed_out = time.monotonic()
        for one in self.followed.values():
            if one.queued is None:
                room = WINDOW - self.post.queued(one.source.id)
                self.post.put(one.source.id, one.frontier.claim(room) if room > 0 else [])

    def _beat(self) -> None:
        if time.monotonic() - self.beaten < BEAT:
            return
        self.beaten = time.monotonic()
        for one in list(self.followed.values()):
            one.frontier.extend(self.post.queued_tasks(one.source.id))
            runs.beat(self.connection, one.row.number, now(), counts_of(self._report(one, "finished", 0)))
            self._end_if_forgotten(one)

    def _end_if_forgotten(self, one: _Followed) -> None:
        """End a run whose last worker was killed before it could say that nothing is left, or that nobody took up."""
        if self.post.is_held(one.announced.host) or self.post.waiting():
            return
        if not self.post.queued(one.source.id) and not one.frontier.outstanding():
            self._finish(one, "finished", 0)
        elif (
            now() - datetime.datetime.fromisoformat(one.row.started)
        ).total_seconds() > one.source.timeout + _PATIENCE:
            self._finish(one, "time", 0)

    def _finish(self, one: _Followed, ended: str, left: int) -> None:
        report = self._report(one, ended, left)
        if ended == "failed":
            message, wait = "抓取程序出错中断，详见工作机的日志", min(one.source.every, _RETRY)
            counts = counts_of(report)
            runs.end(
                self.connection, one.row.number, now(), outcome="failed", message=message, every=wait, counts=counts
            )
        else:
            message = record(self.connection, one.source, one.row.number, report, learned=True)
        _log.info("%s（%s）%s", one.source.title, one.source.id, message)
        one.frontier.release()
        self.post.withdraw(one.announced)
        del self.followed[one.row.number]
        one.lock.close()

    def _report(self, one: _Followed, ended: str, left: int) -> CrawlReport:
        """What the run did so far, from its visits: so it is the same however many workers and restarts it took."""
        report = CrawlReport(one.source.id, new=handover.new_urls(self.connection, one.row), left=left, ended=ended)
        for row in handover.visits_of(self.connection, one.row, one.after):
            failed = _failed(row["status"], row["error"])
            report.requested += 1
            report.failed += failed
            report.list_faults += failed and row["kind"] == "list"
            report.stored += bool(row["stored"]) and not failed
            report.unchanged += not row["stored"] and row["error"] is None and not failed
            report.blocked += is_block(row["status"], row["error"])
        return report


def _failed(status: int, error: str | None) -> bool:
    return Answer(Visit("", "", "", "", status, error=error)).failed


def run_ingest(directory: DataDirectory, post: Post) -> int:
    """Store what comes until SIGTERM or SIGINT; while Redis is away that is said once, and tried again. Exit code 0.

    Raises DataDirectoryError when another ingest works on this directory.
    """
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: stopped.append(got))
    with locks.holding(directory.path, _LOCK) as free:
        if not free:
            raise DataDirectoryError(f"数据目录 {directory.path} 已有一个 ingest 进程：只能有一个，请先停止它")
        work = Ingest(directory, post)
        away = False
        while not stopped:
            try:
                work.step()
                away = False
            except RedisAway as error:
                if not away:
                    _log.warning("%s；会一直重试", error)
                away = True
                time.sleep(1)
        work.close()
    return 0
