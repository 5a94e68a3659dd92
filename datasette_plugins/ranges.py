"""A file on the web (RFC 9110): its length, ETag and date told, parts of it given, so that it can be resumed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any

_BLOCK = 1 << 18
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes `first` to `last` (both within) of a file of `size`."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


def part_of(header: str, size: int) -> Part | None:
    """The part that a Range header asks for; None when it is to be ignored (absent, malformed, several parts).

    Raises IndexError when no byte of it exists (to be answered by 416).
    """
    match = _RANGE.fullmatch(header.strip().replace(" ", ""))
    if not match or match.group(1) == match.group(2) == "":
        return None
    if match.group(1) == "":
        length = min(int(match.group(2)), size)
        if length == 0:
            raise IndexError(header)
        return Part(size - length, size - 1, size)
    first = int(match.group(1))
    last = min(int(match.group(2)), size - 1) if match.group(2) else size - 1
    if match.group(2) and int(match.group(2)) < first:
        return None
    if first >= size:
        raise IndexError(header)
    return Part(first, last, size)


@dataclass(frozen=True, slots=True)
class RangedFile:
    """The answer to a request for `path`; `digest` (SHA-256) and `changed` are those of its content."""

    request: Any
    path: Path
    size: int
    digest: str
    changed: datetime
    headers: Mapping[str, str]

    @property
    def etag(self) -> str:
        """The strong validator."""
        return f'"{self.digest[:40]}"'

    @property
    def modified(self) -> str:
        """The date of the content as HTTP writes it."""
        return format_datetime(self.changed.astimezone(UTC).replace(microsecond=0), usegmt=True)

    async def asgi_send(self, send: Send) -> None:
        """Send it: 200, 206, 304 or 416. A file that ends too early breaks the connection off."""
        if self._is_known():
            await self._start(send, 304, {})
            await send({"type": "http.response.body", "body": b""})
            return
        try:
            part = part_of(self.request.headers.get("range", ""), self.size) if self._range_counts() else None
        except IndexError:
            await self._start(send, 416, {"content-range": f"bytes */{self.size}", "content-length": "0"})
            await send({"type": "http.response.body", "body": b""})
            return
        if part is None:
            await self._start(send, 200, {"content-length": str(self.size)})
            await self._send(send, Part(0, self.size - 1, self.size))
        else:
            said = f"bytes {part.first}-{part.last}/{part.size}"
            await self._start(send, 206, {"content-length": str(part.length), "content-range": said})
            await self._send(send, part)

    async def _start(self, send: Send, status: int, more: Mapping[str, str]) -> None:
        told = {**self.headers, "etag": self.etag, "last-modified": self.modified, "accept-ranges": "bytes", **more}
        headers = [[name.lower().encode(), value.encode()] for name, value in told.items()]
        await send({"type": "http.response.start", "status": status, "headers": headers})

    async def _send(self, send: Send, part: Part) -> None:
        if self.request.method == "HEAD" or part.length <= 0:
            await send({"type": "http.response.body", "body": b""})
            return
        gone = asyncio.create_task(gone_away(self.request))
        left = part.length
        try:
            with self.path.open("rb") as file:
                file.seek(part.first)
                while left and not gone.done():
                    block = await asyncio.to_thread(file.read, min(_BLOCK, left))
                    if not block:
                        return  # the server breaks off what is shorter than its Content-Length
                    left -= len(block)
                    await send({"type": "http.response.body", "body": block, "more_body": left > 0})
        finally:
            gone.cancel()

    def _is_known(self) -> bool:
        """Whether the client has this content already."""
        asked = self.request.headers.get("if-none-match")
        if asked is not None:
            return asked.strip() == "*" or self.etag in (one.strip().removeprefix("W/") for one in asked.split(","))
        since = _date(self.request.headers.get("if-modified-since", ""))
        return since is not None and self.changed.replace(microsecond=0) <= since

    def _range_counts(self) -> bool:
        """Whether the part may be given: the client's first part, if it says so, was of this content."""
        said = self.request.headers.get("if-range", "").strip()
        return not said or said in (self.etag, self.modified)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


async def gone_away(request: Any) -> None:
    """Return when the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
