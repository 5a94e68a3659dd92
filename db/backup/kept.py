"""The backups that lie in a place: what each holds, whether it is whole, which are the oldest.

PLACE/caixun-20261121T051500Z/manifest.json     what was copied: path, bytes, SHA-256; the marks; the schemas
PLACE/caixun-20261121T051500Z/data/…            the data directory as it was at one moment
PLACE/.unfinished-…                             being written, or left by a kill: never restored
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database, Migrations

from db import sql_functions
from db.durable import hash_of
from db.errors import BrokenBackup
from db.migrations import archive, crawl, subscribers

FORMAT = 1
NAME = "caixun-%Y%m%dT%H%M%SZ"
UNFINISHED = ".unfinished-"
MANIFEST = "manifest.json"
DATA = "data"
SCHEMAS: dict[str, Migrations] = {
    "subscribers.db": subscribers.migrations,
    "archive.db": archive.migrations,
    "crawl.db": crawl.migrations,
}
Progress = Callable[[str, int, int], None]  # file, bytes done of all, bytes of all


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One file of a backup: its path below data/, its size and the SHA-256 of its bytes."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup. `taken` is the moment of the copy (ISO 8601 UTC); `marks` how far each log and stage was.

    `house` names whose it is (`told.house_of`), so that several may keep theirs in one place.
    """

    folder: Path
    taken: str
    caixun: str
    house: str
    marks: dict[str, int]
    files: tuple[BackupFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.bytes for file in self.files)

    def write(self, folder: Path) -> None:
        """Write the manifest into `folder`, the last file of a backup."""
        said = {"format": FORMAT, "taken": self.taken, "caixun": self.caixun, "house": self.house}
        said["marks"] = self.marks
        said["files"] = [asdict(file) for file in self.files]
        (folder / MANIFEST).write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")


def read(folder: Path) -> Backup:
    """The backup in `folder`, by its manifest. Raises BrokenBackup when it is none, unfinished or of another format."""
    file = folder / MANIFEST
    if folder.name.startswith(UNFINISHED):
        raise BrokenBackup(f"{folder} 是没有做完的备份，不能恢复：请用别的一份")
    try:
        said = json.loads(file.read_text("utf-8"))
        if said["format"] != FORMAT:
            raise BrokenBackup(f"{file} 的格式是 {said['format']}，这里只认得 {FORMAT}：请升级才讯")
        files = tuple(BackupFile(**one) for one in said["files"])
        return Backup(folder, str(said["taken"]), str(said["caixun"]), str(said["house"]), dict(said["marks"]), files)
    except FileNotFoundError as error:
        raise BrokenBackup(f"{folder} 不是才讯的备份（没有 {MANIFEST}）：请给 caixun-日期 那样的目录") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenBackup(f"{file} 读不出（{error}）：这份备份已损坏，请用别的一份") from error


def listed(place: Path) -> list[Backup]:
    """The finished backups in `place`, oldest first; those that cannot be read are left out."""
    found = []
    for folder in sorted(place.glob("caixun-*")) if place.is_dir() else ():
        try:
            found.append(read(folder))
        except BrokenBackup:  # a folder of that name that is none of ours, or a damaged one: never deleted
            continue
    return found


def thin(place: Path, house: str, keep: int) -> list[str]:
    """Delete all but the newest `keep` backups of `house` in `place`; the names of those that are gone."""
    gone = [one.folder for one in listed(place) if one.house == house][:-keep] if keep > 0 else []
    for folder in gone:
        dying = folder.rename(folder.with_name(f"{UNFINISHED}{folder.name}"))  # half deleted it must not be restored
        shutil.rmtree(dying)
    return [folder.name for folder in gone]


def check(backup: Backup, progress: Progress | None = None) -> None:
    """Read every byte of a backup and open its databases. Raises BrokenBackup naming the first fault."""
    done = 0
    for file in backup.files:
        path = backup.folder / DATA / file.path
        if not path.is_file():
            raise BrokenBackup(f"备份不完整：缺少 {path}，请用别的一份")
        if path.stat().st_size != file.bytes or hash_of(path) != file.sha256:
            raise BrokenBackup(f"备份已损坏：{path} 与清单里的大小或校验值不符，请用别的一份")
        done += file.bytes
        if progress:
            progress(file.path, done, backup.size)
    for name, steps in SCHEMAS.items():
        path = backup.folder / DATA / name
        if not path.is_file():
            raise BrokenBackup(f"备份不完整：缺少 {path}，请用别的一份")
        examine(path, steps)


def examine(path: Path, steps: Migrations | None = None) -> None:
    """Raise BrokenBackup when the database at `path` (which nobody writes) is damaged or newer than this program."""
    try:
        with closing(unmoved(path)) as connection:
            said = connection.execute("pragma quick_check").fetchone()[0]
            newer = _unknown_steps(connection, steps) if steps else []
    except sqlite3.DatabaseError as error:
        raise BrokenBackup(f"备份已损坏：{path} 打不开（{error}），请用别的一份") from error
    if said != "ok":
        raise BrokenBackup(f"备份已损坏：{path}（{said}），请用别的一份")
    if newer:
        raise BrokenBackup(f"{path} 由更新版本的才讯写成（含未知步骤 {newer[0]}）：请升级才讯再恢复")


def unmoved(path: Path) -> sqlite3.Connection:
    """A connection to a database that nobody writes: it leaves no file beside it."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True, isolation_level=None)
    sql_functions.add(connection)
    return connection


def _unknown_steps(connection: sqlite3.Connection, steps: Migrations) -> list[str]:
    known = {step.name for step in steps.pending(Database(memory=True))}
    rows = connection.execute("select name from _sqlite_migrations where migration_set = ?", [steps.name])
    return sorted({str(row[0]) for row in rows} - known)


def marks_of(folder: Path) -> dict[str, Any]:
    """How far the logs and the stages behind them are, in databases that nobody writes."""
    asked = {
        "visits": ("crawl.db", "select coalesce(max(id), 0) from visit"),
        "parsed": ("archive.db", "select coalesce(max(position), 0) from mark where stage = 'parse'"),
        "changes": ("archive.db", "select coalesce(max(number), 0) from changes"),
        "matched": ("subscribers.db", "select coalesce(max(position), 0) from mark where stage = 'match'"),
    }
    found = {}
    for name, (file, sql) in asked.items():
        with closing(unmoved(folder / file)) as connection:
            found[name] = int(connection.execute(sql).fetchone()[0])
    return found
