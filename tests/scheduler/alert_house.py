"""A house for the tests of alerts: a data directory, articles put into it, and a mail server that misbehaves."""

from __future__ import annotations

import asyncio
import email
import email.policy
import random
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from db import archive, ingest, subscriptions
from db.archive import Seen
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from db.schedules import Wishes
from parsers.values import Article

NOW = datetime(2026, 11, 18, 4, tzinfo=UTC)  # a Wednesday noon in Beijing


def prepared(path: Path, port: int = 0) -> DataDirectory:
    """An empty data directory with one source; mail goes to `port` of this machine."""
    directory = DataDirectory(path).prepare()
    connection = open_writer(directory.archive)
    source = ingest.SourceFacts(
        "qh", "青海新闻网", "青海省", None, "generic", True, None, None, None, timedelta(days=30)
    )
    ingest.save_sources(connection, {"qh": source})
    connection.close()
    if port:
        settings = f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "caixun@example.cn"\n'
        (path / "caixun.toml").write_text(settings + '[operator]\nemail = "operator@example.cn"\n', "utf-8")
    return directory


def text_of(number: int) -> str:
    """A body of which no two are copies of each other."""
    dice = random.Random(number)
    return "。".join("".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(30)) for _ in range(6)) + "。"


def put(directory: DataDirectory, *articles: Article, at: datetime = NOW, url: str = "") -> None:
    """Store articles as if they were fetched at `at`; each at its own address, made of its title, or all at `url`."""
    connection = open_writer(directory.archive)
    with transaction(connection):
        for one in articles:
            address = url or f"https://qh.example.cn/{one.title}"
            seen = Seen(address, "qh", at.isoformat(timespec="seconds"), at.date().isoformat())
            archive.record(connection, one, seen, url=address)
    connection.close()


def article(title: str, body: str = "", published: str = "2026-11-18") -> Article:
    """A relevant article with a text of its own."""
    return Article(
        title=title,
        published=published,
        paragraphs=(body or f"{title}。", text_of(zlib.crc32(f"{title}{body}".encode()))),
        relevant=True,
        relevance=1.0,
        places=("西宁市",),
    )


def subscribed(
    directory: DataDirectory,
    query: str,
    email_address: str = "reader@example.cn",
    schedule: str = "instant",
    wishes: Wishes | None = None,
    target: tuple[str, str] | None = None,
) -> str:
    """A confirmed subscription; its id. The confirmation letter counts as sent."""
    connection = open_writer(directory.subscribers)
    one = subscriptions.subscribe(connection, email_address, query, {}, schedule, NOW, wishes, target)
    subscriptions.confirm(connection, one.id, 0, NOW)
    connection.execute("update letter set state = 'sent' where kind = 'confirm'")
    connection.close()
    return one.id


@dataclass
class Post:
    """A mail server on loopback: what it accepted, by Message-ID, and how it answers."""

    accepted: list[tuple[str, str, str]] = field(default_factory=list)  # (recipient, Message-ID, text)
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    trouble: float = 0.0  # share of letters that are answered 4xx, hung upon or cut off
    refuses: frozenset[str] = frozenset()  # recipients that do not exist
    at: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.dice.random() < self.trouble:
            return self.dice.choice(("451 try later", "452 full", "421 closing"))
        parsed = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        body = parsed.get_body(("plain",))
        text = body.get_content() if body else ""
        with self.lock:
            self.accepted += [(to, parsed["Message-ID"], text) for to in envelope.rcpt_tos]
            self.at.append(time.monotonic())
        if self.dice.random() < self.trouble / 2:
            assert server.transport is not None
            server.transport.close()  # accepted, and the answer is lost
        return "250 OK"

    def told(self) -> Counter[tuple[str, str]]:
        """(recipient, title) by the number of different messages that told it: a repeated Message-ID counts once."""
        found: Counter[tuple[str, str]] = Counter()
        for to, _, text in {(to, key): (to, key, text) for to, key, text in self.accepted}.values():
            found.update((to, line.removeprefix("■ ")) for line in text.splitlines() if line.startswith("■ "))
        return found


@contextmanager
def post_office(**manners: object) -> Iterator[tuple[Post, int]]:
    """A running mail server and its port."""
    post = Post(**manners)  # type: ignore[arg-type] # the fields of Post
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(post, hostname="mx.example.cn", loop=loop), "127.0.0.1", 0)

    async def close() -> None:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.05)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    try:
        yield post, server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
