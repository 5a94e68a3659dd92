"""Kill −9 at every named point of matching, gathering and delivery, while the receivers fail, hang and cut off.

The receivers are a process of their own (a real SMTP server and a real HTTP receiver on loopback) that writes down
every acceptance before it answers. Each kill is of a forked process that was told to die at a point; the next one goes
on. At the end every article must have been told to every subscription under exactly one idempotency key.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import logging
import os
import random
import resource
import signal
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from db.connection import open_writer
from db.crash_points import VARIABLE
from db.paths import DataDirectory
from db.schedules import Wishes
from scheduler import delivery
from scheduler.channels import exchange
from scheduler.channels.addresses import Rules
from scheduler.delivering import Delivering
from scheduler.in_force import settings_of
from tests.scheduler.alert_house import article, prepared, put, subscribed

HANG = 0.6  # seconds that a hanging receiver waits; the sender gives up before
WAIT = 0.3  # seconds that the sender waits
_DONE = 7  # exit code of a child that found nothing more to do


@dataclass
class Receivers:
    """What accepts, in its own process: lines of `accepted` are (receiver, key, titles, when)."""

    accepted: Path
    trouble: float
    dice: random.Random

    def note(self, to: str, key: str, titles: list[str]) -> None:
        line = json.dumps([to, key, titles, time.time()], ensure_ascii=False) + "\n"
        with self.accepted.open("a", encoding="utf-8") as file:
            file.write(line)

    def manner(self) -> str:
        """How the next one is treated."""
        if self.dice.random() >= self.trouble:
            return "well"
        return self.dice.choice(("later", "later", "hang", "cut after"))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        manner = self.manner()
        if manner == "later":
            return self.dice.choice(("451 4.3.0 try later", "452 4.2.2 full", "421 4.3.2 closing"))
        if manner == "hang":
            await asyncio.sleep(HANG)
            return "451 4.3.0 slow"
        letter = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        body = letter.get_body(("plain",))
        text = body.get_content() if body else ""
        titles = [line.removeprefix("■ ") for line in text.splitlines() if line.startswith("■ ")]
        self.note(envelope.rcpt_tos[0], str(letter["Message-ID"]), titles)
        if manner == "cut after" and server.transport is not None:
            server.transport.close()
        return "250 OK"

    async def hook(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._request(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        manner = self.manner()
        if manner == "hang":
            await asyncio.sleep(HANG)
            return
        if manner == "later":
            status = self.dice.choice(("500 Broken", "429 Slowly", "503 Away"))
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            return
        self.note("hook", headers["webhook-id"], [item["title"] for item in body["items"]])
        if manner == "well":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            await writer.drain()


async def _serve(receivers: Receivers, pipe: int) -> None:
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: SMTP(receivers, hostname="mx.example.cn"), "127.0.0.1", 0)
    hook = await asyncio.start_server(receivers.hook, "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (mail, hook)]
    os.write(pipe, json.dumps(ports).encode())
    os.close(pipe)
    await asyncio.Event().wait()


@contextmanager
def receiving(accepted: Path, trouble: float, seed: int) -> Iterator[tuple[int, int]]:
    """The receivers in a process of their own: (mail port, webhook port)."""
    accepted.touch()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        logging.disable(logging.CRITICAL)
        try:
            asyncio.run(_serve(Receivers(accepted, trouble, random.Random(seed)), write))
        finally:
            os._exit(0)
    os.close(write)
    ports = json.loads(os.read(read, 100))
    os.close(read)
    try:
        yield ports[0], ports[1]
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@dataclass
class Bench:
    """One house under fire. `told` are the titles that everybody must hear of."""

    directory: DataDirectory
    hook: int
    accepted: Path
    kills: Counter[str] = field(default_factory=Counter)
    failed: int = 0  # lives that ended with an error of their own
    titles: list[str] = field(default_factory=list)
    who: dict[str, str] = field(default_factory=dict)  # receiver → subscription

    def publish(self, count: int = 1) -> None:
        new = [article(f"人才工作第{len(self.titles) + number}号") for number in range(count)]
        self.titles += [str(one.title) for one in new]
        put(self.directory, *(replace(one, published="2026-11-21") for one in new))

    def attempt(self, point: str, times: int, most: int | None = None) -> bool:
        """One life of the delivery process, to end at `point`; whether it was killed there. `most`: bytes a file."""
        child = os.fork()
        if child == 0:
            logging.disable(logging.CRITICAL)
            if point:
                os.environ[VARIABLE] = f"{point}:{times}"
            if most is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            code = 1
            try:
                asyncio.run(self._live())
                code = _DONE
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        self.kills[point] += killed
        self.failed += os.WIFEXITED(status) and os.WEXITSTATUS(status) != _DONE
        return killed

    async def _live(self) -> None:
        delivery.TIMEOUT = exchange.TOTAL = WAIT
        work = Delivering(self.directory, settings_of(self.directory))
        work._channel_desk = replace(
            work._channel_desk, rules=Rules(plain_http=True, allowed=frozenset({f"127.0.0.1:{self.hook}"}))
        )
        work.match()
        work.gather()
        await work.deliver()
        work.close()

    def later(self) -> None:
        """Time passes: what was to be tried later is tried now."""
        connection = open_writer(self.directory.subscribers)
        connection.execute("update letter set next_try = '2000-01-01T00:00:00+00:00', tries = min(tries, 3)")
        connection.close()

    def finish(self, rounds: int = 60) -> None:
        """Lives without a kill until nothing waits."""
        for _ in range(rounds):
            self.later()
            self.attempt("", 0)
            if not self.waiting():
                return
        raise AssertionError(f"{self.waiting()} messages still wait")

    def waiting(self) -> int:
        connection = sqlite3.connect(self.directory.subscribers)
        count = connection.execute("select count(*) from letter where state = 'waiting'").fetchone()[0]
        open_debts = connection.execute("select count(*) from outbox where letter is null").fetchone()[0]
        connection.close()
        return int(count + open_debts)

    def verdict(self) -> tuple[int, int]:
        """(lost, repeated): titles that a receiver was never told, and those told under more than one key."""
        keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        for line in self.accepted.read_text("utf-8").splitlines():
            to, key, titles, _ = json.loads(line)
            for title in titles:
                keys[to, title].add(key)
        wanted = [(to, title) for to in self.who for title in self.titles]
        assert keys.keys() <= set(wanted)
        return sum(not keys[one] for one in wanted), sum(len(keys[one]) > 1 for one in wanted)

    def whole(self) -> bool:
        """Whether the file is sound."""
        connection = sqlite3.connect(self.directory.subscribers)
        answer: Any = connection.execute("pragma integrity_check").fetchone()[0]
        connection.close()
        return bool(answer == "ok")


@contextmanager
def bench(path: Path, trouble: float = 0.3, seed: int = 1) -> Iterator[Bench]:
    """A house with a letter box, a webhook and a digest, and its receivers."""
    accepted = path / "accepted.jsonl"
    with receiving(accepted, trouble, seed) as (mail, hook):
        directory = prepared(path / "house", mail)
        one = Bench(directory, hook, accepted)
        one.who["a@example.cn"] = subscribed(directory, "人才", "a@example.cn")
        one.who["b@example.cn"] = subscribed(
            directory, "人才工作 place:西宁", "b@example.cn", wishes=Wishes(silence=False)
        )
        target = ("webhook", f"http://127.0.0.1:{hook}/x")
        one.who["hook"] = subscribed(directory, "工作", "c@example.cn", target=target)
        yield one
