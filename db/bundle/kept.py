"""Bundles that the operator asked for on the web: in DIR/bundles, each beside a note, kept by rule.

A bundle made before a takedown is never given out, whatever lies on the disk: `find` asks the archive.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from db.bundle.articles import Asked
from db.bundle.write import Summary
from db.bundle.zip_file import DIGITS
from db.downloads.frames import newest_change
from db.downloads.manifest import taken_down_since
from db.paths import DataDirectory

FOLDER = "bundles"
NAME = re.compile(r"caixun-bundle-\d+-[0-9a-f]{12}\.zip")
MOST, DAYS = 10, 30  # bundles that are kept, and for how long


@dataclass(frozen=True, slots=True)
class Kept:
    """A bundle with what its note says: query, title, as_of, articles, facts, snapshots, size, made, digest."""

    path: Path
    said: dict[str, Any]

    @property
    def made(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.said["made"])


def place_of(directory: DataDirectory, asked: Asked, *, snapshots: bool) -> Path:
    """Where the bundle of what is asked lies, or will."""
    text = json.dumps([asked.query, asked.title, asked.as_of, snapshots], ensure_ascii=False)
    key = hashlib.sha256(text.encode()).hexdigest()[:12]
    return directory.path / FOLDER / f"caixun-bundle-{asked.as_of}-{key}.zip"


def note(archive: sqlite3.Connection, file: Path, asked: Asked, summary: Summary, now: datetime) -> dict[str, Any]:
    """Write what a finished bundle is beside it: only with that it is shown. The note."""
    with file.open("rb") as stream:
        stream.seek(-DIGITS, 2)
        digest = stream.read().decode("ascii")
    told = {"query": asked.query, "title": asked.title, "as_of": asked.as_of, "digest": digest, **asdict(summary)}
    told |= {"made": now.isoformat(timespec="seconds"), "made_at_change": newest_change(archive)}
    half = file.with_name(file.name + ".json.part")
    half.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    half.replace(_note_of(file))
    return told


def find(directory: DataDirectory, archive: sqlite3.Connection, name: str) -> Kept | None:
    """The bundle of that name, None unless it is whole and nothing was taken down since."""
    file = directory.path / FOLDER / name
    if not NAME.fullmatch(name) or not file.exists():
        return None
    said = _read(file)
    if said is None or file.stat().st_size != said["size"] or taken_down_since(archive, said["made_at_change"]):
        return None
    return Kept(file, said)


def listed(directory: DataDirectory, archive: sqlite3.Connection) -> list[Kept]:
    """The bundles that lie ready, the newest first."""
    names = [file.name for file in (directory.path / FOLDER).glob("caixun-bundle-*.zip")]
    found = [one for one in (find(directory, archive, name) for name in names) if one]
    return sorted(found, key=lambda one: one.made, reverse=True)


def sweep(directory: DataDirectory, archive: sqlite3.Connection, now: datetime) -> list[str]:
    """Remove what the rules no longer keep, and what a killed process left half written; the names."""
    good = [one for one in listed(directory, archive) if now - one.made < timedelta(days=DAYS)][:MOST]
    names = {file for one in good for file in (one.path, _note_of(one.path))}
    gone = []
    for file in (directory.path / FOLDER).glob("caixun-bundle-*"):
        age = now.timestamp() - file.stat().st_mtime
        if file not in names and (age > timedelta(days=1).total_seconds() or _note_of(file).exists()):
            file.unlink(missing_ok=True)
            gone.append(file.name)
    return gone


def _note_of(file: Path) -> Path:
    return file.with_name(file.name + ".json")


def _read(file: Path) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = json.loads(_note_of(file).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return said
