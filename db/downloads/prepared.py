"""Prepared files: whole downloads in DIR/downloads, each beside its manifest, kept by rule, never seen half.

A file that was made before a takedown is never given out, whatever lies on the disk: `find` asks the archive.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from db.downloads import files
from db.downloads.formats import Progress
from db.downloads.manifest import SUFFIX, beside, taken_down_since
from db.downloads.wishes import Wish, open_public
from db.errors import DownloadFailed
from db.paths import DataDirectory

FOLDER = "downloads"
NAME = re.compile(r"caixun-[a-z]+-\d+-[0-9a-f]{20}\.(csv|jsonl|xlsx|parquet|sqlite)")
WHOLE_KEPT = 2  # newest files of each table, format and choice
WHOLE_DAYS, SEARCH_DAYS = 30, 7
MOST_BYTES = 8 << 30  # of all; the oldest go first
HALF_DAYS = 1  # what a killed process left half written
_ROOM = 256 << 20  # bytes that stay free on the disk


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared file with what its manifest says of it."""

    path: Path
    said: dict[str, Any]

    @property
    def what(self) -> str:
        """articles, facts, …"""
        return str(self.said["resources"][0]["name"])

    @property
    def form(self) -> str:
        """csv, jsonl, …"""
        return str(self.said["resources"][0]["format"])

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return int(self.said["resources"][0]["rows"])

    @property
    def size(self) -> int:
        """Bytes."""
        return int(self.said["resources"][0]["bytes"])

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal."""
        return str(self.said["resources"][0]["hash"]).removeprefix("sha256:")

    @property
    def media_type(self) -> str:
        """Its type on the web."""
        return str(self.said["resources"][0]["mediatype"])

    @property
    def created(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.said["created"])

    @property
    def whole(self) -> bool:
        """Whether it holds a whole table."""
        return not self.said["caixun"]["query"].strip() and not self.said["caixun"]["filters"]

    @property
    def choices(self) -> tuple[bool, bool, bool]:
        """BOM, texts, full."""
        ours = self.said["caixun"]
        return bool(ours["bom"]), bool(ours["texts"]), bool(ours["full"])

    @property
    def as_of(self) -> int:
        """The change as of which it was made."""
        return int(self.said["caixun"]["as_of_change"])


def folder(directory: DataDirectory) -> Path:
    """Where prepared files lie."""
    return directory.path / FOLDER


def prepare(directory: DataDirectory, wish: Wish, now: datetime, progress: Progress | None = None) -> Prepared:
    """Make the file of `wish` and its manifest. Raises QueryError, MissingExtra, DownloadFailed (no room)."""
    place = folder(directory)
    file = place / wish.name
    try:
        place.mkdir(exist_ok=True)
        if shutil.disk_usage(place).free < _ROOM:
            raise DownloadFailed("数据目录所在的磁盘快满了，暂时不能准备文件：请运维者腾出空间")
        with closing(open_public(directory.archive, full=wish.full)) as connection:
            files.save(
                connection, wish.asked, file, now, bom=wish.bom, texts=wish.texts, progress=progress, notes=wish.notes
            )
    except OSError as error:
        raise DownloadFailed(f"文件 {file.name} 没有写成：{error.strerror or error}；请稍后再试") from error
    return Prepared(file, _manifest(file) or {})


def find(directory: DataDirectory, archive: sqlite3.Connection, name: str, *, full: bool) -> Prepared | None:
    """The prepared file of that name, None unless it is whole and may be given out now.

    Where only excerpts are shown (`full` false), a file made with whole texts may not.
    """
    if not NAME.fullmatch(name):
        return None
    file = folder(directory) / name
    said = _manifest(file)
    if said is None or not file.exists() or file.stat().st_size != said["resources"][0]["bytes"]:
        return None
    found = Prepared(file, said)
    return found if _may_be_given(found, archive, full) else None


def listed(directory: DataDirectory, archive: sqlite3.Connection, *, full: bool) -> list[Prepared]:
    """The whole tables that lie ready, the newest first; what single readers searched for is not told."""
    ready = [find(directory, archive, file.name, full=full) for file in _files(folder(directory))]
    return sorted((one for one in ready if one and one.whole), key=lambda one: one.created, reverse=True)


def forget(directory: DataDirectory, name: str) -> None:
    """Remove a prepared file: its manifest first, so that nothing is left that verifies."""
    file = folder(directory) / name
    beside(file).unlink(missing_ok=True)
    file.unlink(missing_ok=True)


def sweep(directory: DataDirectory, now: datetime) -> list[str]:
    """Remove what the rules no longer keep; the names. The rules are the numbers at the head of this module."""
    place = folder(directory)
    if not place.exists():
        return []
    with closing(open_public(directory.archive, full=True)) as archive:
        ready = {file.name: find(directory, archive, file.name, full=True) for file in _files(place)}
    kept = _kept([one for one in ready.values() if one], now)
    # a file whose manifest is still to come is not touched: it is being finished
    gone = [name for name in ready if name not in kept and not _is_fresh_and_lone(place / name, now)]
    for name in gone:
        forget(directory, name)
    return gone + _sweep_halves(place, now)


def _kept(ready: list[Prepared], now: datetime) -> set[str]:
    kept: set[str] = set()
    of_kind: Counter[tuple[Any, ...]] = Counter()
    size = 0
    for one in sorted(ready, key=lambda one: one.created, reverse=True):
        kind = (one.what, one.form, one.choices)
        days = WHOLE_DAYS if one.whole else SEARCH_DAYS
        if now - one.created > timedelta(days=days) or (one.whole and of_kind[kind] >= WHOLE_KEPT):
            continue
        size += one.size
        if size > MOST_BYTES:
            break
        of_kind[kind] += one.whole
        kept.add(one.path.name)
    return kept


def _is_fresh_and_lone(file: Path, now: datetime) -> bool:
    return not beside(file).exists() and now.timestamp() - file.stat().st_mtime <= HALF_DAYS * 86_400


def _sweep_halves(place: Path, now: datetime) -> list[str]:
    """Remove drafts and lone manifests that nobody has touched for a day."""
    gone = []
    for file in place.iterdir():
        alone = file.name.endswith(SUFFIX) and not file.with_name(file.name.removesuffix(SUFFIX)).exists()
        if (alone or file.name.endswith(".part")) and now.timestamp() - file.stat().st_mtime > HALF_DAYS * 86_400:
            file.unlink(missing_ok=True)
            gone.append(file.name)
    return gone


def _files(place: Path) -> list[Path]:
    return [file for file in place.iterdir() if NAME.fullmatch(file.name)] if place.exists() else []


def _manifest(file: Path) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = json.loads(beside(file).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return said


def _may_be_given(one: Prepared, archive: sqlite3.Connection, full: bool) -> bool:
    ours = one.said["caixun"]
    return (full or not ours["full"]) and not taken_down_since(archive, ours["made_at_change"])
