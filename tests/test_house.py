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
from pathlib import Path
from typing import Any

import pytest

from db import alerts
from db.connection import open_reader, open_writer
from scheduler import house
from scheduler.demo.site import LAST_TICK

PATIENCE = 420  # seconds for the replica to publish everything


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """A demo data directory with one subscription to everything, and `caixun run --demo` over it."""

    def __init__(self, path: Path) -> None:
        demo = path / "demo"  # ports of its own: two demos run side by side
        demo.mkdir(parents=True)
        ports = {name: free_port() for name in ("portal", "epaper", "gov", "mirror")}
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
            "mails": sorted(rows(subscribers, "select count(*), kind from letter where state = 'sent' group by kind")),
            "waiting": rows(subscribers, "select message_id from letter where state = 'waiting'"),
        }  # fmt: skip


@pytest.mark.slow
def test_kill_nine_of_every_process_changes_nothing(tmp_path: Path) -> None:
    calm, rough = Demo(tmp_path / "calm"), Demo(tmp_path / "rough")
    calm.start()
    rough.start()
    try:
        for wait in (3.0, 2.0, 4.0):  # in the first crawl, in the next start, a little later
            time.sleep(wait)
            for pid in rough.pids():
                if rough.process is None or pid != rough.process.pid:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        continue
        assert rough.process is not None
        rough.process.kill()  # and the supervisor itself: its children end by themselves
        rough.process.wait(10)
        time.sleep(10)
        assert rough.pids() == []
        rough.start()
        for demo in (calm, rough):
            demo.wait(LAST_TICK)
        assert calm.stop() <= 10
        assert rough.stop() <= 10
    finally:
        for demo in (calm, rough):
            if demo.process and demo.process.poll() is None:
                demo.process.kill()
    expected, found = calm.result(), rough.result()
    assert found["articles"] == expected["articles"]
    assert found["facts"] == expected["facts"]
    assert found["changes"] == expected["changes"]
    assert found["mails"] == expected["mails"]
    assert len(expected["articles"]) >= 26
