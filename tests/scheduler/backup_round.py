"""One round of backup under fire: a site is crawled, articles are matched and told, a backup is taken at some instant,

the house lives on for a while and is killed, its disk is lost; the backup is restored elsewhere and goes on to the end.
The receivers (a process of their own) fail, hang and cut off at random and write down what they accepted.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import shutil
import signal
import socket
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from db import runs
from db.backup import kept, restoring, taking
from db.connection import open_reader, open_writer
from db.frontier import iso
from db.paths import DataDirectory
from db.schedules import Wishes
from scheduler import delivery, house
from scheduler.channels import exchange
from scheduler.delivering import Delivering
from scheduler.in_force import settings_of
from scheduler.runs import perform
from scheduler.stages import Stages
from tests.scheduler.alert_house import prepared, subscribed, text_of
from tests.scheduler.killing import WAIT, receiving

PATIENCE = 150.0  # seconds for a restored house to tell everything
_SOURCE = """\
title = "青海新闻网"
province = "青海省"
family = "generic"
reviewed = 2026-11-21
[crawl]
lists = ["http://127.0.0.1:{port}/list.html"]
article = '/a/\\d+\\.html$'
delay = 0
concurrency = 2
allow_private = ["127.0.0.1:{port}"]
"""


@dataclass
class Round:
    """What is needed of a round, and what came of it."""

    path: Path
    seed: int
    articles: int = 30
    every: float = 0.8  # seconds between two articles of the site
    journal: bool = True  # without it, what was told after the backup is told again: the control of this experiment
    titles: list[str] = field(default_factory=list)
    who: list[str] = field(default_factory=list)
    told_before: int = 0  # messages that the restored house learned of from the journal
    heard: tuple[int, int] = (0, 0)  # messages accepted before the backup was begun, and when the house was killed

    def play(self) -> tuple[int, int]:
        """(lost, repeated): titles that a receiver was never told, and those told under more than one key."""
        dice = random.Random(self.seed)
        self.titles = [f"青海人才工作第{self.seed}轮第{number}号" for number in range(self.articles)]
        accepted = self.path / "accepted.jsonl"
        with receiving(accepted, 0.3, self.seed) as (mail, hook):
            site, port = _site(self.titles, self.every)
            try:
                first = self._house(self.path / "first", mail, hook, port)
                lives = _live(first)
                self._until(accepted, dice.randrange(self.articles // 2), self.articles * self.every)
                at_backup = self._count(accepted)
                backup = taking.take(first, self.path / "safe", house.now())
                self._until(accepted, self._count(accepted) + dice.randrange(self.articles // 2), 15.0)
                self.heard = (at_backup, self._count(accepted))
                _kill(lives)
                shutil.rmtree(first.path)
                second = self._restored(backup)
                lives = _live(second)
                try:
                    _wait(lambda: self._is_settled(second, accepted), PATIENCE)
                finally:
                    _kill(lives)
                assert _is_whole(second)
            finally:
                _kill([site])
        return self._verdict(accepted)

    def _house(self, path: Path, mail: int, hook: int, port: int) -> DataDirectory:
        directory = prepared(path, mail)
        (path / "sources").mkdir()
        (path / "sources" / "qh.toml").write_text(_SOURCE.format(port=port), "utf-8")
        more = f'[channels]\nplain_http = true\nallow_private = ["127.0.0.1:{hook}"]\n'
        more += f'[backup]\ndir = "{self.path / "safe"}"\n' if self.journal else ""
        with (path / "caixun.toml").open("a", encoding="utf-8") as file:
            file.write(more)
        subscribed(directory, "人才", "a@example.cn")
        subscribed(directory, "人才工作", "b@example.cn", wishes=Wishes(copies="every"))
        subscribed(directory, "青海", "c@example.cn", target=("webhook", f"http://127.0.0.1:{hook}/x"))
        self.who = ["a@example.cn", "b@example.cn", "hook"]
        return directory

    def _restored(self, backup: kept.Backup) -> DataDirectory:
        second = DataDirectory(self.path / "elsewhere" / "data")
        self.told_before = restoring.restore(backup, second.path, house.now()).told
        with closing(open_writer(second.subscribers)) as subscribers:  # the lease of the killed process runs out
            subscribers.execute("update letter set next_try = ? where state = 'waiting'", [iso(house.now())])
        return second

    def _until(self, accepted: Path, count: int, seconds: float) -> None:
        _wait(lambda: self._count(accepted) >= count, seconds)

    def _count(self, accepted: Path) -> int:
        return len(accepted.read_text("utf-8").splitlines())

    def _is_settled(self, directory: DataDirectory, accepted: Path) -> bool:
        with closing(open_reader(directory.subscribers)) as subscribers:
            waiting = subscribers.execute(
                "select (select count(*) from letter where state = 'waiting')"
                " + (select count(*) from outbox where letter is null)"
            ).fetchone()[0]
        return not waiting and not [one for one in self._wanted() if not _keys(accepted)[one]]

    def _wanted(self) -> list[tuple[str, str]]:
        return [(to, title) for to in self.who for title in self.titles]

    def _verdict(self, accepted: Path) -> tuple[int, int]:
        keys = _keys(accepted)
        assert set(keys) <= set(self._wanted())
        return sum(not keys[one] for one in self._wanted()), sum(len(keys[one]) > 1 for one in self._wanted())


def _keys(accepted: Path) -> dict[tuple[str, str], set[str]]:
    keys: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in accepted.read_text("utf-8").splitlines():
        to, key, titles, _ = json.loads(line)
        for title in titles:
            keys[to, title].add(key)
    return keys


def _is_whole(directory: DataDirectory) -> bool:
    for file in (directory.crawl, directory.archive, directory.subscribers):
        with closing(open_reader(file)) as connection:
            if connection.execute("pragma integrity_check").fetchone()[0] != "ok":
                return False
    return True


def _wait(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not done():
        time.sleep(0.05)


def _forked(work: Callable[[], object]) -> int:
    """A process of its own, leader of its group."""
    child = os.fork()
    if child:
        return child
    logging.disable(logging.CRITICAL)
    os.setsid()
    try:
        work()
    finally:
        os._exit(1)


def _kill(pids: list[int]) -> None:
    """SIGKILL to each and to all that it started."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _live(directory: DataDirectory) -> list[int]:
    """The crawl, the reading and the delivery of a house, until they are killed."""
    works: tuple[Callable[[], object], ...] = (
        lambda: _crawl(directory),
        lambda: _parse(directory),
        lambda: asyncio.run(_deliver(directory)),
    )
    return [_forked(work) for work in works]


def _crawl(directory: DataDirectory) -> None:
    """One run after the other, each in a process of its own, as the scheduler has them."""
    while True:
        child = os.fork()
        if child == 0:
            try:
                with closing(open_writer(directory.crawl)) as crawl:
                    run = runs.start(crawl, "qh", house.now(), dead=True)
                if run is not None:
                    perform(directory, house.sources(directory)["qh"], run)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        time.sleep(0.2)


def _parse(directory: DataDirectory) -> None:
    stages = Stages(directory, settings_of(directory), house.sources(directory))
    while True:
        stages.parse()
        time.sleep(0.1)


async def _deliver(directory: DataDirectory) -> None:
    delivery.TIMEOUT = exchange.TOTAL = WAIT
    delivery._WAITS = (timedelta(seconds=1),) * 8
    work = Delivering(directory, settings_of(directory))
    await work.run(asyncio.Event())


def _site(titles: list[str], every: float) -> tuple[int, int]:
    """A news site in a process of its own that publishes a title every so many seconds: (process, port)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    return _forked(lambda: _serve(titles, every, port)), port


def _serve(titles: list[str], every: float, port: int) -> None:
    start = time.monotonic()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown = titles[: int((time.monotonic() - start) / every)]
            body = _page(self.path, shown, titles)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def _page(path: str, shown: list[str], titles: list[str]) -> bytes:
    if path == "/list.html":
        links = "".join(f'<li><a href="/a/{titles.index(one)}.html">{one}</a> 2026-11-21</li>' for one in shown)
        return f"<html><head><title>人才要闻</title></head><body><ul>{links}</ul></body></html>".encode()
    number = path.removeprefix("/a/").removesuffix(".html")
    if not number.isdigit() or int(number) >= len(shown):
        return b""
    title = shown[int(number)]
    text = "".join(f"<p>{line}。</p>" for line in text_of(hash(title) % 10_000_000).split("。") if line)
    lead = f"<p>{title}。青海省引进高层次人才，人才工作取得进展。</p>"
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div>2026-11-21 10:00 来源：青海日报</div>"
        f'<div class="content">{lead}{text}</div></body></html>'
    ).encode()
