"""One crawl of a source at a time on this machine: a file lock that the kernel lets go when its process ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = "locks"
SCHEDULER = ".scheduler"  # the lock of the one scheduler of a data directory


@contextmanager
def holding(directory: Path, source: str) -> Iterator[bool]:
    """Hold the lock of `source`; whether it was free (else nothing is held)."""
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / source).open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def is_free(directory: Path, source: str) -> bool:
    """Whether no process crawls `source` now."""
    with holding(directory, source) as free:
        return free
