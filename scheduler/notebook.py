"""`caixun.connect()`: which archive a notebook reads."""

from __future__ import annotations

from pathlib import Path

from db.data_frames import LIBRARIES
from db.notebook import Archive, open_local


def connect(where: str | Path, frames: str = "pandas") -> Archive:
    """The archive at `where`: a data directory, a SQLite file of an edition, or the address of a running site.

    Raises DataDirectoryError when none is there, SiteUnreachable, ValueError for another library than the two.
    """
    if frames not in LIBRARIES:
        raise ValueError(f"frames={frames!r}：请写 {' 或 '.join(LIBRARIES)}")
    if isinstance(where, str) and where.lower().startswith(("http://", "https://")):
        from scheduler.remote_archive import RemoteArchive

        site = RemoteArchive(where, frames)
        site.check()
        return site
    return open_local(Path(where).expanduser(), frames)
