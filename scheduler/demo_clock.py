"""The demo's clock: the replica publishes its next article when all of the last ones have been crawled and read.

So an interrupted demo ends with the same archive as an undisturbed one.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from db import ingest
from db.connection import open_reader
from db.frontier import iso
from db.paths import DataDirectory
from scheduler.demo.site import LAST_TICK
from scheduler.house import DEMO, now

PAUSE = datetime.timedelta(seconds=float(os.environ.get("CAIXUN_DEMO_PAUSE", "20")))  # between two publications


def tick(directory: DataDirectory, sources: list[str]) -> bool:
    """Advance the replica by one step if the house is at rest; whether it was advanced."""
    file = directory.path / DEMO / "tick"
    current = int(file.read_text("utf-8"))
    since = datetime.datetime.fromtimestamp(file.stat().st_mtime, datetime.UTC)
    if current >= LAST_TICK or now() - since < PAUSE or not _at_rest(directory, sources, since):
        return False
    _write(file, str(current + 1))
    return True


def _at_rest(directory: DataDirectory, sources: list[str], since: datetime.datetime) -> bool:
    crawl, archive = open_reader(directory.crawl), open_reader(directory.archive)
    try:
        fresh = crawl.execute(
            "select count(distinct source) from run where started > ? and outcome in ('complete', 'incomplete')",
            [iso(since)],
        ).fetchone()[0]
        open_tasks = crawl.execute(
            "select count(*) from frontier where kind = 'article' and looks = 0 and state in ('pending', 'leased')"
        ).fetchone()[0]
        newest = crawl.execute("select coalesce(max(id), 0) from visit").fetchone()[0]
        return fresh >= len(sources) and not open_tasks and ingest.position(archive) >= newest
    finally:
        crawl.close()
        archive.close()


def _write(file: Path, text: str) -> None:
    draft = file.with_suffix(".new")
    draft.write_text(text, "utf-8")
    draft.replace(file)
