"""A bed for several machines: a real redis-server, a news site of several hosts, and our programs as processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crawler.sources import load_sources
from db import runs
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from scheduler import house
from scheduler.remote import RemoteLauncher, post_at

ROOT = Path(__file__).resolve().parents[2]
PER_LIST = 30


@dataclass
class Server:
    """A redis-server with its append-only file in `folder`, on a port of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        options += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("没有 redis-server：sh tools/system_packages.sh 会安装它")
        self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("redis-server did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def redis_server(folder: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(folder, port)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass
class NewsSite:
    """`hosts` ports of loopback with `pages` articles each behind list pages of thirty; `asked` counts requests."""

    pages: int
    delay: float
    ports: list[int] = field(default_factory=list)
    asked: Counter[tuple[int, str]] = field(default_factory=Counter)
    most_at_once: Counter[int] = field(default_factory=Counter)

    def page(self, path: str) -> str | None:
        kind, _, name = path.strip("/").partition("/")
        number = int(name.removesuffix(".html") or 0) if name.removesuffix(".html").isdigit() else 0
        if kind == "list" and 1 <= number <= -(-self.pages // PER_LIST):
            return self._list(number)
        if kind == "a" and 1 <= number <= self.pages:
            text = f"<p>青海省第{number}次人才工作会议在西宁召开，会议通报引进高层次人才{number}名。</p>" * 4
            return f"<h1>青海省第{number}次人才工作会议召开</h1><div>2025-03-18 08:55</div><div>{text}</div>"
        return None

    def _list(self, number: int) -> str:
        rows = range((number - 1) * PER_LIST + 1, min(number * PER_LIST, self.pages) + 1)
        links = "".join(f'<li><a href="/a/{one}.html">青海省第{one}次人才工作会议召开</a></li>' for one in rows)
        return f'<ul>{links}</ul><a href="/list/{number + 1}.html">下一页</a>'

    def repeated(self) -> int:
        """Requests for pages beyond the first for each."""
        return sum(count - 1 for (_, path), count in self.asked.items() if path != "/robots.txt")


@contextmanager
def news_site(hosts: int, pages: int, delay: float = 0.0) -> Iterator[NewsSite]:
    site = NewsSite(pages, delay)
    now: Counter[int] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            port = int(self.request.getsockname()[1])
            now[port] += 1
            site.most_at_once[port] = max(site.most_at_once[port], now[port])
            site.asked[port, self.path] += 1
            time.sleep(site.delay)
            page = site.page(self.path)
            body = (page or "").encode()
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            now[port] -= 1
            with suppress(ConnectionError):  # its reader was killed
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """The test reads `asked`."""

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(hosts)]
    for server in servers:
        server.daemon_threads = True
        site.ports.append(server.server_port)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield site
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


@dataclass
class Bed:
    """A data directory with a source for each host of the site, and the programs that work on it."""

    site: NewsSite
    redis: Server
    directory: DataDirectory
    concurrency: int = 4
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.directory = house.prepare(self.directory.path)
        folder = self.directory.path / "sources"
        folder.mkdir(exist_ok=True)
        for port in self.site.ports:
            lines = ['title = "测试"', 'province = "青海省"', "reviewed = 2026-11-21", "[crawl]"]
            lines += [f'lists = ["http://127.0.0.1:{port}/list/1.html"]', "article = '/a/\\d+\\.html$'", "delay = 0"]
            lines += [f"concurrency = {self.concurrency}", f'allow_private = ["127.0.0.1:{port}"]']
            lines += ["max_list_pages = 50", "page_budget = 2000"]
            (folder / f"site{port}.toml").write_text("\n".join(lines), "utf-8")

    def announce(self) -> None:
        """What the scheduler does when every source of the bed is due."""
        sources = load_sources([self.directory.path / "sources"])
        with closing(open_writer(self.directory.crawl)) as connection:
            runs.plan(connection, sources, house.now())
        RemoteLauncher(self.directory, sources, post_at(self.redis.url), "Caixun/0.1 (test)").tick()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A program of ours, in a group of its own."""
        command = [sys.executable, "-m", "caixun", *words]
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        self.started.append(process)
        return process

    def worker(self, processes: int = 2) -> subprocess.Popen[bytes]:
        return self.start("crawl", "--worker", self.redis.url, "--processes", str(processes))

    def ingest(self) -> subprocess.Popen[bytes]:
        return self.start("ingest", "--data", str(self.directory.path), "--redis", self.redis.url)

    def stored(self) -> int:
        """How many different articles of the site lie in crawl.db."""
        return self._one("select count(distinct url) from visit where kind = 'article' and body_hash is not null")

    def ended(self) -> bool:
        """Whether every run has an end."""
        return self._one("select count(*) from run") > 0 and not self._one(
            "select count(*) from run where ended is null"
        )

    def outcomes(self) -> list[str]:
        with closing(open_reader(self.directory.crawl)) as connection:
            return [row[0] for row in connection.execute("select outcome from run order by id")]

    def visits(self) -> int:
        return self._one("select count(*) from visit")

    def _one(self, question: str) -> int:
        with closing(open_reader(self.directory.crawl)) as connection:
            row: sqlite3.Row = connection.execute(question).fetchone()
            return int(row[0])

    def wait(self, done: Any, seconds: float = 120.0) -> None:
        until = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < until, f"not reached in {seconds} s: stored {self.stored()}, {self.outcomes()}"
            time.sleep(0.05)

    def close(self) -> None:
        for process in self.started:
            kill_all(process)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """kill −9 of a program and of the runs that it started, as when its machine goes."""
    for child in _children(process.pid):
        os.kill(child, signal.SIGKILL)
    if process.poll() is None:
        process.kill()
    process.wait()


def _children(parent: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    return [int(one) for one in found.stdout.split()]


def figures(bed: Bed) -> str:
    total = len(bed.site.ports) * bed.site.pages
    return json.dumps(
        {"missing": total - bed.stored(), "repeated": bed.site.repeated(), "outcomes": Counter(bed.outcomes())}
    )
