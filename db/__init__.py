"""SQLite: everything that is kept."""

from __future__ import annotations

import sys


def _load_sqlite_utils() -> None:
    """sqlite-utils loads pandas wherever it is installed (60 MiB and half a second a process), only to tell data frames
    from rows, which we never hand it: it is loaded as if there were none.
    """
    if "sqlite_utils" in sys.modules or "pandas" in sys.modules:
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]  # what Python documents for "cannot be imported"
    try:
        import sqlite_utils  # noqa: F401
    finally:
        del sys.modules["pandas"]


_load_sqlite_utils()
