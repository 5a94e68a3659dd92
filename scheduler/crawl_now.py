"""`caixun crawl`: the chosen sources, several side by side, read while they come in, with the count in sight."""

from __future__ import annotations

import datetime
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from subprocess import Popen
from threading import Event, Thread

from crawler.sources import Source
from db import ingest, runs
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from scheduler import lifeline, locks
from scheduler.house import now
from scheduler.signals import heard
from scheduler.stages import Stages

_POLL = 0.2


@dataclass(slots=True)
class CrawlNow:
    """One pass over `chosen`; `echo` gets lines for people, `progress` the state about once a second."""

    directory: DataDirectory
    stages: Stages
    chosen: Sequence[Source]
    at_once: int
    options: Sequence[str]  # of the hidden command that each run is: --since=…, --limit=…
    echo: Callable[[str], None]
    progress: Callable[[str], None]
    waiting: list[Source] = field(default_factory=list)
    running: dict[int, Popen[bytes]] = field(default_factory=dict)
    started: list[int] = field(default_factory=list)
    failed: int = 0
    signals: int = 0
    told: float = 0.0
    crawled: Event = field(default_factory=Event)
    broken: list[Exception] = field(default_factory=list)  # what went wrong while reading

    def work(self) -> int:
        """Crawl and read until everything is done; the exit code: 0, 1 when a run failed, 130 when interrupted."""
        self.waiting = list(self.chosen)
        reader = Thread(target=self._read, name="read", daemon=True)
        with heard((signal.SIGTERM, signal.SIGINT), self._interrupted):
            reader.start()
            while (self.waiting and not self.signals) or self.running:
                self._start()
                self._reap()
                self._tell(self._state)
                time.sleep(_POLL)
            self.crawled.set()
            while reader.is_alive() and self.signals < 2:
                self._tell(self._unread)
                reader.join(_POLL)
        self.progress("")
        if self.signals:
            self.echo("已停止：取得的页面都在库里，再次运行会从这里接着抓")
            return 130
        if self.broken:
            raise self.broken[0]
        return 1 if self.failed else 0

    def _read(self) -> None:
        """Read what has come in, beside the crawl, until that is over and everything is read."""
        try:
            while not self.crawled.is_set() and not self.signals:
                self.stages.parse()
                self.crawled.wait(_POLL)
            if not self.signals:
                self.stages.parse()
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits for this one, which raises it
            self.broken.append(error)

    def _tell(self, state: Callable[[], str]) -> None:
        if time.monotonic() - self.told >= 1:
            self.told = time.monotonic()
            self.progress(state())

    def _unread(self) -> str:
        with (
            closing(open_reader(self.directory.crawl)) as crawl,
            closing(open_reader(self.directory.archive)) as archive,
        ):
            newest = crawl.execute("select coalesce(max(id), 0) from visit").fetchone()[0]
            return f"正在解析，还有 {newest - ingest.position(archive):,} 页"

    def _start(self) -> None:
        while self.waiting and not self.signals and len(self.running) < self.at_once:
            source = self.waiting.pop(0)
            with closing(open_writer(self.directory.crawl)) as connection:
                dead = locks.is_free(self.directory.path, source.id)
                run = runs.start(connection, source.id, now(), dead=dead)
            if run is None:
                self.echo(f"{source.title}（{source.id}）正在被另一个进程抓取，跳过")
                continue
            command = [sys.executable, "-m", "caixun", "crawl-once", str(self.directory.path), source.id, str(run)]
            self.running[run] = lifeline.spawn([*command, *self.options])
            self.started.append(run)

    def _reap(self) -> None:
        for run, process in list(self.running.items()):
            code = process.poll()
            if code is None:
                continue
            del self.running[run]
            self._note_end(run, code)

    def _note_end(self, run: int, code: int) -> None:
        with closing(open_writer(self.directory.crawl)) as connection:
            message = f"抓取进程结束，没有留下记录（退出码 {code}）"
            wait = datetime.timedelta(minutes=5)
            runs.end(connection, run, now(), outcome="failed", message=message, every=wait, counts={})
            row = connection.execute("select source, outcome, message from run where id = ?", [run]).fetchone()
        source = next(one for one in self.chosen if one.id == row["source"])
        self.failed += row["outcome"] in ("failed", "blocked")
        self.echo(f"{source.title}（{source.id}）{row['message']}")

    def _state(self) -> str:
        done = len(self.started) - len(self.running)
        with closing(open_reader(self.directory.crawl)) as connection:
            marks = ",".join("?" * len(self.started))
            row = connection.execute(
                f"select coalesce(sum(requested), 0), coalesce(sum(new_urls), 0) from run where id in ({marks})",  # noqa: S608 - marks only
                self.started,
            ).fetchone()
        return f"来源 {done}/{len(self.chosen)}，请求 {row[0]:,}，新网址 {row[1]:,}"

    def _interrupted(self) -> None:
        self.signals += 1
        for process in self.running.values():
            process.send_signal(signal.SIGTERM if self.signals == 1 else signal.SIGKILL)
