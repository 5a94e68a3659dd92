"""The whole house on the replica site: undisturbed, and with every process killed in the middle of its work."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from db import alerts
from db.connection import open_reader, open_writer
from db.inbox import mails
from scheduler import house
from scheduler.demo.site import LAST_TICK

PATIENCE = 420  # seconds for the replica to publish everything


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """A demo data directory with one subscription to everything, and `caixun run --demo` over it."""

    def __init__(self, path: Path, ports: dict[str, int]) -> None:
        demo = path / "demo"
        demo.mkdir(parents=True)
        (demo / "ports.json").write_text(json.dumps(ports), "utf-8")
        (demo / "mail-port").write_text(str(free_port()), "utf-8")
        self.directory = house.prepare(path, demo=True)
        self.port = free_port()
        subscribers = open_writer(self.directory.subscribers)
        one = alerts.subscribe(subscribers, "reader@example.org", "人才", {}, "instant", house.now())
        alerts.confirm(subscribers, one.id, 0, house.now())
        subscribers.close()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "caixun", "run", "--demo", "--data", str(self.directory.path)]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            env={**os.environ, "CAIXUN_DEMO_PAUSE": "0"},
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> float:
        """Seconds that a Ctrl-C took to end all of it."""
        assert self.process is not None
        before = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(20) == 0
        return time.monotonic() - before

    def pids(self) -> list[int]:
        """The children of the supervisor and theirs, by what their command lines name."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    line = (entry / "cmdline").read_bytes().decode("utf-8", "replace")
                except OSError:
                    continue
                if str(self.directory.path) in line and int(entry.name) != os.getpid():
                    found.append(int(entry.name))
        return found

    def wait(self, tick: int) -> None:
        """Until the replica has published step `tick` (and, at the last one, everything is delivered)."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if int((self.directory.path / "demo" / "tick").read_text("utf-8")) >= tick and (
                tick < LAST_TICK or self.settled()
            ):
                return
            time.sleep(0.5)
        pytest.fail(f"步骤 {tick} 没有在 {PATIENCE} 秒内到达：{self.result()}")

    def settled(self) -> bool:
        """Whether the edit and the removal were seen, nothing waits to be sent, and nothing changed for a while."""
        result = self.result()
        if not {"gone", "revised"} <= {kind for kind, _ in result["changes"]} or result["waiting"]:
            return False
        time.sleep(15)
        return self.result() == result

    def result(self) -> dict[str, Any]:
        ports = json.loads((self.directory.path / "demo" / "ports.json").read_text("utf-8"))
        inbox = self.directory.inbox
        archive, subscribers = open_reader(self.directory.archive), open_reader(self.directory.subscribers)

        def place(url: str) -> str:
            for name, port in ports.items():
                url = url.replace(f"http://127.0.0.1:{port}", name)
            return url

        def rows(connection: sqlite3.Connection, sql: str) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in connection.execute(sql)]

        return {
            "articles": sorted((place(url), text) for url, text in rows(
                archive, "select a.url, t.text_hash from articles a join article_text t using (revision)"
                " where a.recorded_to is null")),
            "facts": sorted((place(url), *rest) for url, *rest in rows(
                archive, "select a.url, f.kind, f.evidence, f.start from facts f join articles a using (revision)"
                " where f.recorded_to is null")),
            "changes": sorted((kind, place(url)) for kind, url in rows(
                archive, "select c.kind, a.url from changes c join articles a using (revision)")),
            "told": sorted(rows(
                subscribers, "select o.about, o.kind from outbox o join letter l on l.message_id = o.letter"
                " where l.state = 'sent'")),
            "inbox": sorted(
                line for mail in mails(open_reader(inbox)) for line in mail.text.splitlines()
                if line.startswith("■ ")) if inbox.exists() else [],
            "waiting": rows(subscribers, "select message_id from letter where state = 'waiting'"),
        }  # fmt: skip


@pytest.mark.slow
def test_kill_nine_of_every_process_changes_nothing(tmp_path: Path) -> None:
    # the same ports, one after the other: article ids and Message-IDs come from the URLs, and must be equal
    ports = {name: free_port() for name in ("portal", "epaper", "gov", "mirror")}
    calm = Demo(tmp_path / "calm", ports)
    with running(calm):
        calm.wait(LAST_TICK)
        assert calm.stop() <= 10
    rough = Demo(tmp_path / "rough", ports)
    with running(rough):
        kill_everything(rough)
        rough.start()
        rough.wait(LAST_TICK)
        assert rough.stop() <= 10
    expected, found = calm.result(), rough.result()
    for what in ("articles", "facts", "changes", "told", "inbox"):
        assert found[what] == expected[what], what
    assert len(expected["articles"]) >= 26
    assert len(expected["facts"]) >= 26
    assert len(expected["inbox"]) >= 26


@contextmanager
def running(demo: Demo) -> Iterator[None]:
    demo.start()
    try:
        yield
    finally:
        if demo.process and demo.process.poll() is None:
            demo.process.kill()


def kill_everything(demo: Demo) -> None:
    """SIGKILL to every process below the supervisor, three times in its work, then to the supervisor itself."""
    assert demo.process is not None
    for wait in (3.0, 2.0, 4.0):  # in the first crawl, in the next start, a little later
        time.sleep(wait)
        for pid in demo.pids():
            if pid != demo.process.pid:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
    demo.process.kill()
    demo.process.wait(10)
    deadline = time.monotonic() + 12
    while demo.pids() and time.monotonic() < deadline:  # its children end by themselves
        time.sleep(0.2)
    assert demo.pids() == []
