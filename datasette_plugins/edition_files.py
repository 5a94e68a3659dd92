"""A file that a copy can go on with: its length, a strong validator, and the part that is asked for (RFC 9110)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

from datasette import Response

from datasette_plugins.archive import ask

_TYPES = {".db": "application/vnd.sqlite3", ".json": "application/json", ".jsonl": "application/x-ndjson"}
_BLOCK = 1 << 18
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class FileAnswer:
    """The bytes `first` to `last` of a file, read while they are sent; nothing of a HEAD. Datasette sends it."""

    def __init__(self, file: Path, first: int, last: int, headers: dict[str, str], *, head: bool) -> None:
        self.status = 206 if "content-range" in headers else 200
        self.headers = {**headers, "content-type": _TYPES.get(file.suffix, "text/plain; charset=utf-8")}
        self._file, self._first, self._last, self._head = file, first, last, head

    async def asgi_send(self, send: Any) -> None:
        """Send the head and then block after block, as the reader takes them."""
        raw = [[name.encode(), value.encode()] for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        blocks = self._blocks()
        while not self._head and (block := await ask(lambda: next(blocks, b""))):
            await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _blocks(self) -> Iterator[bytes]:
        left = self._last - self._first + 1
        with self._file.open("rb") as file:
            file.seek(self._first)
            while left > 0 and (block := file.read(min(_BLOCK, left))):
                left -= len(block)
                yield block


def answer(request: Any, file: Path) -> Response | FileAnswer:
    """The file, 206 with a part of it, 304 when the reader has it, 416 for a part that it does not have."""
    known = file.stat()
    tag = f'"{known.st_size:x}-{known.st_mtime_ns:x}"'
    headers = {
        "etag": tag,
        "last-modified": formatdate(known.st_mtime, usegmt=True),
        "accept-ranges": "bytes",
        "cache-control": "public, max-age=300",
        "content-disposition": f'attachment; filename="{file.name}"',
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response("", 304, headers)
    part = _part(request, tag, known.st_size)
    if part == (0, -1) and known.st_size:
        return Response("", 416, {**headers, "content-range": f"bytes */{known.st_size}"})
    first, last = part or (0, known.st_size - 1)
    headers["content-length"] = str(last - first + 1)
    if part:
        headers["content-range"] = f"bytes {first}-{last}/{known.st_size}"
    return FileAnswer(file, first, last, headers, head=request.method == "HEAD")


def _part(request: Any, tag: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for; None for the whole; (0, -1) for a part behind the end.

    Several parts at once are answered with the whole, as is a part of what has changed meanwhile (If-Range).
    """
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or not any(match.groups()) or request.headers.get("if-range", tag) != tag:
        return None
    if not match[1]:
        return (max(0, size - int(match[2])), size - 1) if int(match[2]) and size else (0, -1)
    first, last = int(match[1]), min(int(match[2] or size), size - 1)
    return (first, last) if first <= last else (0, -1)
