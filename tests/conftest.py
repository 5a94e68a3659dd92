"""Shared by all tests: where the shared material lies, and where temporary folders lie."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes that must be free there; a whole run holds less than one of them


def pytest_configure() -> None:
    """Put temporary folders into memory where there is room: thousands of small databases then wait for no disk.

    What the tests kill are processes, never the machine, so that nothing they assert depends on a disk.
    """
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material beside the checkout; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared 不在：这个测试要用那里的真实文档")
    return SHARED
