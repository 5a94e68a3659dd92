"""Downloads of any length in constant memory: rows are read by one thread, written in parts as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
ROWS_A_CHUNK = 500


class Rows(Generic[Row]):
    """Reads the rows in one thread of its own: SQLite cursors stay in the thread that made them."""

    def __init__(self, begin: Callable[[], Iterator[Row]]) -> None:
        self._begin = begin
        self._rows: Iterator[Row] | None = None
        self._thread = ThreadPoolExecutor(1, "download")

    async def chunk(self) -> list[Row]:
        """The next rows, [] at the end."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._next)

    def _next(self) -> list[Row]:
        if self._rows is None:
            self._rows = self._begin()
        return list(islice(self._rows, ROWS_A_CHUNK))

    def close(self) -> None:
        """Let the reading end (its connection too) without waiting for it."""
        self._thread.submit(self._drop)
        self._thread.shutdown(wait=False)

    def _drop(self) -> None:
        close = getattr(self._rows, "close", None)
        if close:
            close()
        self._rows = None


async def write(writer: Any, head: str, first: list[Row], rows: Rows[Row], text: Callable[[list[Row]], str]) -> None:
    """Write `head`, the text of `first`, and that of all further chunks; `rows` are closed whatever happens.

    A failure on the way breaks the connection off, so that a partial file never looks complete.
    """
    try:
        await writer.write(head)
        chunk = first
        while chunk:
            await writer.write(text(chunk))
            chunk = await rows.chunk()
    finally:
        rows.close()
