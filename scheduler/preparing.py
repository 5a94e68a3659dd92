"""Files that readers asked to have prepared: made in a process of their own, and swept when the rules end."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from db.bundle import kept
from db.connection import open_reader
from db.downloads import prepared
from db.downloads.frames import count
from db.downloads.wishes import Wish, open_public, wish_of
from db.paths import DataDirectory
from db.requests import Request
from scheduler import house

_log = logging.getLogger(__name__)
SWEEP = 300.0  # seconds between two looks at what lies ready
_WORD = 0.5  # seconds between two words on the progress
Say = Callable[[str], None]


def prepare(directory: DataDirectory, request: Request, say: Say) -> dict[str, Any]:
    """Make the file of a wish; its name, rows and bytes. One that lies ready is not made again.

    The progress is said as "rows done/rows in all". Raises what db.downloads.prepared.prepare raises.
    """
    wish = wish_of(request.arguments["wish"])
    with closing(open_public(directory.archive, full=wish.full)) as archive:
        found = prepared.find(directory, archive, wish.name, full=wish.full)
        total = 0 if found else _rows(archive, wish)
    if found is None:
        say(f"0/{total}")
        found = prepared.prepare(directory, wish, house.now(), _spoken(say, total))
    return {"name": found.path.name, "rows": found.rows, "bytes": found.size}


def _rows(archive: sqlite3.Connection, wish: Wish) -> int:
    return count(archive, wish.asked.what, wish.asked.query, wish.asked.filters, wish.asked.as_of)


def _spoken(say: Say, total: int) -> Callable[[int], None]:
    last = time.monotonic()

    def progress(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _WORD:
            last = time.monotonic()
            say(f"{done}/{total}")

    return progress


def sweep(directory: DataDirectory) -> None:
    """Remove the prepared files and bundles that the rules no longer keep, those made before a takedown at once."""
    gone = prepared.sweep(directory, house.now())
    with closing(open_reader(directory.archive)) as archive:
        gone += kept.sweep(directory, archive, house.now())
    if gone:
        _log.info("清理了 %s 个不再保留的下载文件和资料包", len(gone))
