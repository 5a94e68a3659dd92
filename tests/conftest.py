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

LONG = (  # files in which the most is waited or computed; the longest first
    "test_house.py",
    "web/test_access.py",
    "web/test_security.py",
    "scheduler/test_worker.py",
    "scheduler/test_supervisor.py",
    "db/test_search_engine.py",
    "scheduler/test_kills.py",
    "db/test_editions.py",
    "scheduler/test_year_of_alerts.py",
    "scheduler/test_backup_rounds.py",
    "db/test_downloads_readers.py",
    "db/test_brief_word.py",
    "scheduler/test_launcher.py",
    "eval/test_newspaper_pages.py",
    "eval/test_fuzz.py",
    "web/test_security_browser.py",
    "web/test_reading_browser.py",
)


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that at the end no worker is left with one of them while the others have nothing to do."""
    place = {f"tests/{name}": number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONG)))
