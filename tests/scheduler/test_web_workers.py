"""The web in several processes: fair spreading, killed workers, stops, and nobody left behind. Real processes."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler import machine, serving, settings
from scheduler.errors import SettingsError
from tests.scheduler.test_lifeline import alive, wait_until

ROOT = Path(__file__).parents[2]
# A web of workers that answer with their process number; what died is written down.
WEB = f"""
import os, pathlib, sys, time
sys.path.insert(0, {str(ROOT)!r})
import uvicorn
from scheduler import lifeline, web_workers
from scheduler.web_workers import Workers, bound
folder, port, count, how = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
web_workers.STOP_GRACE = 1.0
lifeline.watch()

async def answer(scope, receive, send):
    await send({{"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}})
    await send({{"type": "http.response.body", "body": f"{{os.getpid()}} {{scope['client'][1]}}".encode()}})

class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        sockets[0].counts.ready()
        sockets[0].counts.settled()
        (folder / str(os.getpid())).touch()

def work(channel):
    if how == "broken":
        sys.exit(3)
    if how == "slow":
        time.sleep(0.7)
    Server(uvicorn.Config(answer, loop="asyncio", lifespan="off", log_level="error")).run(sockets=[channel])

class Told:
    def died(self, number, cause):
        (folder / "died").open("a").write(f"{{number}} {{cause}}\\n")

    def answering(self, count):
        (folder / "answering").write_text(str(count))

sys.exit(Workers(work, bound("127.0.0.1", port), count, Told()).run())
"""


class Web:
    """A running web of `count` workers."""

    def __init__(self, folder: Path, count: int = 2, how: str = "") -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.folder, self.count = folder, count
        self.process = subprocess.Popen([sys.executable, "-c", WEB, str(folder), str(self.port), str(count), how])

    def workers(self) -> list[int]:
        """Those that answer."""
        return [int(file.name) for file in self.folder.iterdir() if file.name.isdigit() and alive(int(file.name))]

    def complete(self) -> list[int]:
        """The workers, once all are there."""
        assert wait_until(lambda: (self.folder / "answering").exists() and len(self.workers()) == self.count, 60)
        return self.workers()

    def ask(self) -> int:
        """The worker that answers on a connection of its own; 0 when refused."""
        try:
            with contextlib.closing(self.connection()) as connection:
                return told(connection)
        except ConnectionRefusedError:
            return 0

    def connection(self) -> http.client.HTTPConnection:
        """A connection that is kept."""
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        made.connect()
        return made

    def stop(self, number: signal.Signals) -> tuple[int, float]:
        """The exit code and the seconds it took."""
        start = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(20), time.monotonic() - start


def told(connection: http.client.HTTPConnection) -> int:
    connection.request("GET", "/")
    worker, port = connection.getresponse().read().split()
    assert int(port) == connection.sock.getsockname()[1]  # the reader's own address, not the parent's
    return int(worker)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    running = Web(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


def spread(web: Web, number: int) -> tuple[list[http.client.HTTPConnection], Counter[int]]:
    connections = [web.connection() for _ in range(number)]
    return connections, Counter(map(told, connections))


def test_kept_connections_are_spread_evenly_every_time(web: Web) -> None:
    web.complete()
    every: list[http.client.HTTPConnection] = []
    found: Counter[int] = Counter()
    for number in [2, 4, 8, 4, 8] * 3:
        connections, more = spread(web, number)
        assert sorted(more.values()) == [number // 2, number // 2]
        every, found = every + connections, found + more
    assert len(every) == 78 and len(set(found.values())) == 1
    for connection in every:
        connection.close()


def test_who_has_lost_his_readers_gets_the_next(web: Web) -> None:
    first, second = web.complete()
    connections, _ = spread(web, 8)
    for connection in connections:
        if told(connection) == first:
            connection.close()
    for _ in range(50):  # on a busy machine it takes a while until he knows that they are gone
        time.sleep(0.1)
        more, found = spread(web, 4)
        for connection in more:
            connection.close()
        if found == {first: 4}:
            break
    for connection in connections:
        connection.close()
    assert found == {first: 4}
    assert alive(second)


def test_kill_9_of_a_worker_refuses_nobody_and_it_is_replaced(web: Web) -> None:
    before = set(web.complete())
    os.kill(min(before), signal.SIGKILL)
    answered = [web.ask() for _ in range(50)]
    assert 0 not in answered
    assert wait_until(lambda: len(web.workers()) == 2, 10)
    assert (web.folder / "died").read_text("utf-8").split()[1:] == ["信号", "9"]
    assert web.process.poll() is None


def test_what_a_killed_worker_had_not_taken_is_answered_by_another(web: Web) -> None:
    stuck, healthy = web.complete()
    os.kill(stuck, signal.SIGSTOP)
    connections = [web.connection() for _ in range(6)]
    answers: list[int] = []
    threads = [threading.Thread(target=lambda one=one: answers.append(told(one))) for one in connections]
    for thread in threads:
        thread.start()
    assert wait_until(lambda: len(answers) == 3, 10)  # the others were handed to the one that is stuck
    os.kill(stuck, signal.SIGKILL)
    for thread in threads:
        thread.join(10)
    assert len(answers) == 6 and set(answers) <= {healthy, *web.workers()}
    for connection in connections:
        connection.close()


def test_a_worker_that_takes_nothing_is_handed_nothing_more(web: Web) -> None:
    stuck, healthy = web.complete()
    os.kill(stuck, signal.SIGSTOP)
    waiting = [web.connection(), web.connection()]
    time.sleep(1.3)
    assert {web.ask() for _ in range(10)} == {healthy}
    os.kill(stuck, signal.SIGCONT)
    assert {told(one) for one in waiting} == {stuck, healthy}
    for connection in waiting:
        connection.close()


def test_a_reader_who_comes_while_no_worker_lives_waits_for_the_next_one(web: Web) -> None:
    before = web.complete()
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    answer = web.ask()
    assert answer not in [0, *before]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_ends_all_with_exit_0(web: Web, number: signal.Signals) -> None:
    workers = web.complete()
    kept, _ = spread(web, 4)
    code, seconds = web.stop(number)
    assert code == 0 and seconds < 5
    assert not any(map(alive, workers)) and not web.ask()
    for connection in kept:
        connection.close()


def test_a_worker_that_hears_nothing_is_ended_hard(web: Web) -> None:
    workers = web.complete()
    os.kill(workers[0], signal.SIGSTOP)
    code, seconds = web.stop(signal.SIGTERM)
    assert code == 0 and seconds < 5 and not any(map(alive, workers))


def test_kill_9_of_the_parent_leaves_no_worker_and_the_port_is_free(web: Web) -> None:
    workers = web.complete()
    web.process.kill()
    web.process.wait()
    assert wait_until(lambda: not any(map(alive, workers)), 4)
    socket.create_server(("127.0.0.1", web.port)).close()


def test_nobody_listens_before_the_first_worker_answers(tmp_path: Path) -> None:
    slow = Web(tmp_path, 1, "slow")
    try:
        while not slow.ask():
            assert slow.process.poll() is None
            time.sleep(0.02)
        assert slow.workers()  # the first reader who was not refused had an answer, and from a worker
    finally:
        slow.process.kill()
        slow.process.wait()


def test_a_first_worker_that_cannot_start_ends_the_web_with_its_code(tmp_path: Path) -> None:
    assert Web(tmp_path, 2, "broken").process.wait(20) == 3


def test_auto_follows_processors_and_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gigabyte = 1024**3
    archive = tmp_path / "archive.db"
    with archive.open("wb") as file:
        file.truncate(2 * gigabyte)
    for cores, free, wanted in ((1, 64, 1), (2, 64, 2), (16, 64, 4), (16, 1, 1), (16, 2, 2), (16, 3, 4), (4, 0, 1)):
        monkeypatch.setattr(machine, "processors", lambda cores=cores: cores)
        monkeypatch.setattr(machine, "free_memory", lambda free=free: free * gigabyte)
        assert serving.number_of("auto", archive) == wanted, (cores, free)
    assert serving.number_of(7, archive) == 7


def test_the_limits_of_a_container_count(tmp_path: Path) -> None:
    group, meminfo = tmp_path / "group", tmp_path / "meminfo"
    group.mkdir()
    meminfo.write_text("MemTotal: 8000000 kB\nMemAvailable: 4000000 kB\n")
    assert machine.free_memory(group, meminfo) == 4_000_000 * 1024
    assert machine.processors(group) == len(os.sched_getaffinity(0))
    (group / "memory.max").write_text("1000000000\n")
    (group / "memory.current").write_text("400000000\n")
    (group / "cpu.max").write_text("100000 100000\n")
    assert machine.free_memory(group, meminfo) == 600_000_000
    assert machine.processors(group) == 1
    (group / "memory.max").write_text("max\n")
    (group / "cpu.max").write_text("max 100000\n")
    assert machine.free_memory(group, meminfo) == 4_000_000 * 1024
    assert machine.processors(group) == len(os.sched_getaffinity(0))
    assert machine.free_memory(tmp_path, tmp_path / "none") == 0


@pytest.mark.parametrize(("given", "kept"), [("3", 3), ('"auto"', "auto")])
def test_the_setting_takes_a_number_or_auto(tmp_path: Path, given: str, kept: int | str) -> None:
    (tmp_path / settings.FILE_NAME).write_text(f"[web]\nworkers = {given}\n", "utf-8")
    assert settings.load(tmp_path).web.workers == kept


@pytest.mark.parametrize("given", ["0", "33", '"2"', "true", "1.5", '"many"'])
def test_the_setting_refuses_everything_else(tmp_path: Path, given: str) -> None:
    (tmp_path / settings.FILE_NAME).write_text(f"[web]\nworkers = {given}\n", "utf-8")
    with pytest.raises(SettingsError, match=r'workers = .* 不对，应为"auto" 或 1 到 32 的整数'):
        settings.load(tmp_path)
