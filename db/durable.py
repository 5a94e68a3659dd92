"""Files that are handed on or kept: the hash of their bytes, and the moment when they lie on the disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

_BLOCK = 1 << 20  # bytes read at a time


def hash_of(file: Path, progress: Callable[[int], None] | None = None) -> str:
    """The SHA-256 of a file's bytes, hexadecimal; `progress` hears how many bytes each step read."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            if progress:
                progress(len(block))
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Return when what was written to a file or folder lies on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
