"""A download that flows: one thread reads and writes text, the loop sends it on; what fails ends the answer unclean.

An answer in chunks is whole only with its last, empty chunk. When reading fails, the client stalls, or this process
is killed, that chunk is never sent, so every client that speaks HTTP/1.1 notices. The manifest, made in the same view
of the archive as the rows, tells everybody else.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from datasette_plugins import render
from datasette_plugins.ranges import Send, gone_away
from db.downloads import files
from db.downloads.frames import columns_of
from db.downloads.manifest import MEDIA, Written, describe_written
from db.downloads.wishes import Wish, open_public

_log = logging.getLogger(__name__)
BLOCK = 1 << 16  # characters
WAITING = 4  # blocks between the two sides
STALL = 60.0  # seconds that a client may take for a block: a reader holds back the archive's log of changes
LONGEST = 3600.0  # seconds for all of it, for the same reason; slow lines have prepared files
Manifest = dict[str, Any]
Put = Callable[[bytes], None]


class NobodyReads(Exception):
    """The client is gone; writing on would be in vain."""


class _Out(io.TextIOBase):
    """Text is handed on as blocks of UTF-8; length and SHA-256 are kept."""

    def __init__(self, put: Put) -> None:
        self._put, self._parts, self._characters = put, list[str](), 0
        self.size, self.digest = 0, hashlib.sha256()

    def write(self, text: str) -> int:
        for start in range(0, len(text), BLOCK):  # the writers hand over thousands of rows at a time
            part = text[start : start + BLOCK]
            self._parts.append(part)
            self._characters += len(part)
            if self._characters >= BLOCK:
                self.pass_on()
        return len(text)

    def pass_on(self) -> None:
        """Hand on what has come."""
        block = "".join(self._parts).encode()
        self._parts.clear()
        self._characters = 0
        self.size += len(block)
        self.digest.update(block)
        if block:
            self._put(block)


def write(archive: Path, wish: Wish, now: datetime, put: Put) -> Manifest:
    """Hand the bytes of `wish` to `put`, block by block; the manifest of what was handed on. Raises QueryError."""
    out = _Out(put)
    with closing(open_public(archive, full=wish.full)) as connection:
        connection.execute("begin")  # one view for rows and manifest
        rows = files.stream(connection, wish.asked, cast(Any, out), bom=wish.bom, texts=wish.texts)
        out.pass_on()
        written = Written(wish.name, rows, out.size, out.digest.hexdigest())
        columns = columns_of(wish.asked.what, texts=wish.texts)
        told = describe_written(connection, wish.asked, columns, written, now)
        connection.execute("commit")
    told["caixun"] |= wish.notes
    return told


class Flow:
    """The answer: the bytes of `wish` in chunks; `done` gets the manifest when all of it was sent."""

    def __init__(self, request: Any, archive: Path, wish: Wish, headers: dict[str, str], done: Callable[..., None]):
        self._request, self._archive, self._wish, self._headers, self._done = request, archive, wish, headers, done
        self._loop = asyncio.get_running_loop()
        self._blocks: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self._given_up = threading.Event()

    async def asgi_send(self, send: Send) -> None:
        """Send it; the first block is there before the status, so that what fails at once has a page of its own."""
        if self._request.method == "HEAD":
            await self._start(send)
            await send({"type": "http.response.body", "body": b""})
            return
        thread = ThreadPoolExecutor(1, "download")
        writing = self._loop.run_in_executor(thread, self._write)
        writing.add_done_callback(self._wake)
        gone = asyncio.create_task(gone_away(self._request))
        try:
            await self._flow(send, writing, gone)
        finally:
            gone.cancel()
            self._given_up.set()
            while not self._blocks.empty():
                self._blocks.get_nowait()
            thread.shutdown(wait=False)

    def _wake(self, writing: asyncio.Future[Manifest]) -> None:
        """The thread has ended: let who waits for a block look."""
        writing.exception()
        if self._blocks.empty():
            self._blocks.put_nowait(None)

    async def _flow(self, send: Send, writing: asyncio.Future[Manifest], gone: asyncio.Task[None]) -> None:
        started, end = False, self._loop.time() + LONGEST
        while (block := await self._next(writing)) is not None and not gone.done():
            if not started:
                started = True
                await self._start(send)
            message = {"type": "http.response.body", "body": block, "more_body": True}
            try:
                await asyncio.wait_for(send(message), min(STALL, end - self._loop.time()))
            except TimeoutError:
                _log.warning("下载 %s 的读者太慢，中断", self._wish.name)
                return
        if gone.done():
            return
        if started and (error := writing.exception()):
            _log.error("下载 %s 中途出错，中断连接", self._wish.name, exc_info=error)
            return  # without its last chunk
        told = writing.result()
        if not started:
            await self._start(send)
        await send({"type": "http.response.body", "body": b""})
        self._done(self._wish, told)

    async def _next(self, writing: asyncio.Future[Manifest]) -> bytes | None:
        """The next block; None when all were taken and the thread has ended."""
        while True:
            if writing.done() and self._blocks.empty():
                return None
            block = await self._blocks.get()
            if block is not None:
                return block

    async def _start(self, send: Send) -> None:
        media = {"csv": "text/csv; charset=utf-8"}.get(self._wish.asked.form, MEDIA[self._wish.asked.form])
        told = {"content-type": media, "accept-ranges": "none", **self._headers}
        headers = [[name.lower().encode(), value.encode()] for name, value in told.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    def _write(self) -> Manifest:
        return write(self._archive, self._wish, render.now(), self._put)

    def _put(self, block: bytes) -> None:
        """In the thread: wait until there is room for a block."""
        if self._given_up.is_set():
            raise NobodyReads
        asyncio.run_coroutine_threadsafe(self._blocks.put(block), self._loop).result()
