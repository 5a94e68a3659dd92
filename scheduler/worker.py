"""A worker on another machine: takes up open runs of hosts that nobody asks, each in a process of its own.

It needs Redis and the network, and neither the data directory nor the source files.
"""

from __future__ import annotations

import logging
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version

from crawler.errors import CrawlFailed, RedisAway, SourceFileError
from crawler.process import crawl
from crawler.redis_frontier import RedisFrontier
from crawler.redis_post import Post, RemoteRun
from crawler.run import CrawlReport
from scheduler import lifeline
from scheduler.limits import Watch
from scheduler.remote import post_at, source_of
from scheduler.signals import heard

_log = logging.getLogger(__name__)
_POLL = 0.3
_GRACE = 25.0  # seconds that runs get to answer what they hold
_RENEW_EVERY = 3.0
_REST = 30.0  # seconds after which a run whose process broke down is taken up again


@dataclass(slots=True)
class _Running:
    run: RemoteRun
    token: str
    watch: Watch


@dataclass(slots=True)
class Worker:
    """Takes up at most `at_once` runs at a time from the Redis at `url`; `echo` gets lines for people."""

    url: str
    at_once: int
    echo: Callable[[str], None]
    post: Post = field(init=False)
    running: dict[str, _Running] = field(default_factory=dict)  # by host
    resting: dict[int, float] = field(default_factory=dict)  # run → until when
    others: set[str] = field(default_factory=set)  # versions that are not ours, and were said
    stopping: bool = False
    away: bool = False

    def __post_init__(self) -> None:
        self.post = post_at(self.url, patience=2)

    def work(self) -> int:
        """Until SIGTERM or SIGINT; then what is in flight is answered, the rest is left for others. The exit code."""
        with heard((signal.SIGTERM, signal.SIGINT), self._stop):
            while not self.stopping:
                self.step()
                time.sleep(_POLL)
            self._end_all()
        return 0

    def _stop(self) -> None:
        self.stopping = True

    def step(self) -> None:
        """Take up what is open, end what hangs. While Redis is away that is said once, and tried again."""
        try:
            self._reap()
            self._enforce()
            for run in self.post.runs():
                if len(self.running) < self.at_once and run.host not in self.running and self._can_take(run):
                    self._take_up(run)
        except RedisAway as error:
            if not self.away:
                self.echo(f"{error}；会一直重试")
            self.away = True
            time.sleep(1)
        else:
            if self.away:
                self.echo("Redis 又可用了")
            self.away = False

    def _can_take(self, run: RemoteRun) -> bool:
        ours = version("caixun")
        if run.version != ours and run.version not in self.others:
            self.others.add(run.version)
            self.echo(f"任务由才讯 {run.version} 分派，本机是 {ours}：各台机器请装同一版本，本进程不领这些任务")
        return run.version == ours and self.resting.get(run.number, 0.0) <= time.monotonic()

    def _take_up(self, run: RemoteRun) -> None:
        token = secrets.token_hex(8)
        if self.post.queued(run.source) and self.post.hold(run.host, token):
            command = [sys.executable, "-m", "caixun", "crawl-shard", self.url, str(run.number), token]
            watch = Watch.over(lifeline.spawn(command), _longest(run))
            self.running[run.host] = _Running(run, token, watch)

    def _enforce(self) -> None:
        """End a process that takes too long, or that renews its host no more (it hangs, and another took over)."""
        for host, one in self.running.items():
            held = self.post.is_held_by(host, one.token)
            one.watch.enforce(str(time.monotonic()) if held else None)

    def _reap(self) -> None:
        for host, one in list(self.running.items()):
            code = one.watch.process.poll()
            if code is None:
                continue
            del self.running[host]
            self.post.drop(host, one.token)
            if code:
                self.resting[one.run.number] = time.monotonic() + _REST
                why = f"{one.watch.reason}，已终止，" if one.watch.reason else ""
                self.echo(f"来源 {one.run.source} 的抓取进程中断（{why}退出码 {code}），没有答复的网址会重新分派")

    def _end_all(self) -> None:
        for one in self.running.values():
            one.watch.process.terminate()
        until = time.monotonic() + _GRACE
        for one in self.running.values():
            try:
                one.watch.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                one.watch.process.kill()


def _longest(run: RemoteRun) -> float:
    """Seconds that the run may take."""
    try:
        return source_of(run).timeout
    except SourceFileError:  # its own process says so
        return _REST


def crawl_shard(url: str, number: int, token: str) -> int:
    """In a process of its own: crawl the run `number`, whose host is held with `token`; the exit code.

    What the worker has in hand when it is stopped or loses the host is left for the next one.
    """
    post = post_at(url)
    run = next((one for one in post.runs() if one.number == number), None)
    if run is None:
        return 0  # ended meanwhile
    worker = f"{socket.gethostname()}-{token}"
    try:
        report = crawl(
            source_of(run),
            RedisFrontier(post, run, worker, token),
            heartbeat=_Holding(post, run, token),
            user_agent=run.agent,
        )
    except CrawlFailed as error:
        _log.error("%s", error)
        post.end(run, "failed", 0)
        return 1
    _log.info("来源 %s：请求 %d，入库 %d，失败 %d", run.source, report.requested, report.stored, report.failed)
    if report.ended != "stopped":
        post.end(run, report.ended, report.left)
    post.drop(run.host, token)
    return 0


class _Holding:
    """Holds the host on while the run goes on; stops the run when the host was lost to another worker."""

    def __init__(self, post: Post, run: RemoteRun, token: str) -> None:
        self.post, self.run, self.token = post, run, token
        self.renewed = time.monotonic()

    def __call__(self, _report: CrawlReport) -> None:
        if time.monotonic() - self.renewed < _RENEW_EVERY:
            return
        self.renewed = time.monotonic()
        if not self.post.renew(self.run.host, self.token):
            _log.warning("主机 %s 已由另一个进程接手，本进程停止抓取", self.run.host)
            signal.raise_signal(signal.SIGTERM)
