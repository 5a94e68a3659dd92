"""Whether anything in a file of SQLite has changed, whoever changed it: asked in some microseconds."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from db.connection import open_reader


class Stamp:
    """The state of one file. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def read(self) -> int:
        """A number that is another one after every commit to the file; to be compared within this process only.

        SQLite's `data_version` counts for one connection, which is why all threads share one that reads nothing else.
        """
        with self._lock:
            if self._connection is None:
                self._connection = open_reader(self._path)
            return int(self._connection.execute("pragma data_version").fetchone()[0])
