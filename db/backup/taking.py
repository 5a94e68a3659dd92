"""A copy of everything while everything runs.

A stage's mark and its log lie in different files (db.marks of the stages: match in subscribers.db walks archive.db,
parse in archive.db walks crawl.db). Each file is read as it was at one moment: the moments of all are fixed first, in
the order subscribers.db, archive.db, crawl.db, within a millisecond; only then are the bytes copied. So no mark in the
copy is ahead of its log, however long copying takes, and nobody who writes has to wait. The one mark that points the
other way (crawl.db's, into archive.db's follow-ups) is set back at restoring.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from db import subscriptions
from db.backup import kept, told
from db.backup.kept import DATA, NAME, UNFINISHED, Backup, BackupFile, Progress
from db.connection import open_reader, open_writer
from db.durable import hash_of, sync
from db.errors import BrokenBackup
from db.paths import DataDirectory

LAST = "last-backup.json"  # in the data directory: when and where the last backup was made
ORDER = ("subscribers.db", "archive.db", "crawl.db")  # those behind a mark before those that they walk
# made anew by the house, of this machine only, or of no use without the process that wrote it
_LEFT_OUT = frozenset({"logs", "locks", "run.lock", "downloads", "bundles", LAST})
_PAGES = 2048  # of the database, between two looks at the progress
_SPARE = 64 * 1024 * 1024  # bytes that must stay free
_MAGIC = b"SQLite format 3\x00"
_LOCK = ".caixun-backup.lock"


def take(directory: DataDirectory, place: Path, now: datetime.datetime, progress: Progress | None = None) -> Backup:
    """Copy the data directory into a new folder of `place`; the backup.

    Raises BrokenBackup: no space, `place` unwritable or within the data directory, another backup under way, a file
    that is damaged. Killed anywhere it leaves a folder that is never taken for a backup, removed by the next one.
    """
    _prepare(directory, place)
    _name(directory)
    with _alone(place):
        for left in place.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        name = now.astimezone(datetime.UTC).strftime(NAME)
        if (place / name).exists():
            raise BrokenBackup(f"{place / name} 已经有了：一秒之内只做一份备份，请稍后再试")
        unfinished = place / f"{UNFINISHED}{name}"
        try:
            backup = _copied(directory, unfinished, now, progress)
            unfinished.rename(place / name)
        except (OSError, sqlite3.DatabaseError) as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise BrokenBackup(
                f"备份没有做成（{error}）：{place} 里没有留下半份；请看磁盘和数据目录是否完好"
            ) from error
        sync(place)
    finished = replace(backup, folder=place / name)
    note(directory, finished)
    return finished


def _name(directory: DataDirectory) -> None:
    """A house that has sent nothing yet gets its key now: by it the copy and the journal know whose they are."""
    try:
        with closing(open_reader(directory.subscribers)) as subscribers:
            named = told.house_of(subscribers)
        if not named:
            with closing(open_writer(directory.subscribers)) as subscribers:
                subscriptions.secret(subscribers)
    except sqlite3.DatabaseError as error:
        raise BrokenBackup(f"{directory.subscribers} 打不开（{error}）：请先运行 caixun doctor") from error


def last(directory: DataDirectory) -> tuple[datetime.datetime, Path] | None:
    """When and where the last backup of this data directory was made; None when none was."""
    try:
        said = json.loads((directory.path / LAST).read_text("utf-8"))
        return datetime.datetime.fromisoformat(said["taken"]), Path(said["folder"])
    except (OSError, ValueError, KeyError, TypeError):  # none, or cut off: as good as none
        return None


def _prepare(directory: DataDirectory, place: Path) -> None:
    if place.resolve().is_relative_to(directory.path.resolve()):
        raise BrokenBackup(f"{place} 在数据目录里面，磁盘坏了会一起丢失：请选数据目录以外的地方，最好是另一块盘")
    try:
        place.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(place).free
    except OSError as error:
        raise BrokenBackup(f"{place} 不能写（{error.strerror}）：请改权限或换一个目录") from error
    if not os.access(place, os.W_OK | os.X_OK):
        raise BrokenBackup(f"{place} 不能写：请改权限或换一个目录")
    wanted = sum(_size(file) for file in files_of(directory.path)) + _SPARE
    if free < wanted:
        raise BrokenBackup(
            f"{place} 只剩 {free / 1024**2:.0f} MB，这份备份要 {wanted / 1024**2:.0f} MB：请清理，或用 --keep 少留几份"
        )


def _size(file: Path) -> int:
    log = Path(f"{file}-wal")
    return sum(one.stat().st_size for one in (file, log) if one.exists())


def files_of(path: Path) -> list[Path]:
    """What belongs to a backup of the data directory at `path`: databases in their order, then all other files."""
    found = []
    for folder, folders, names in os.walk(path, followlinks=True):
        here = Path(folder)
        if here == path:
            folders[:] = [name for name in folders if name not in _LEFT_OUT]
            names = [name for name in names if name not in _LEFT_OUT]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [here / name for name in sorted(names) if not name.endswith(("-wal", "-shm", "-journal"))]
    rank = {name: number for number, name in enumerate(ORDER)}
    return sorted((file for file in found if file.is_file()), key=lambda file: rank.get(str(file.relative_to(path)), 9))


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / _LOCK).open("a", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BrokenBackup(f"另一个备份正在写 {place}：请等它做完") from error
        yield


def _copied(directory: DataDirectory, folder: Path, now: datetime.datetime, progress: Progress | None) -> Backup:
    """Everything in `folder`, with the manifest written last."""
    folder.mkdir(mode=0o700)  # it holds addresses and the key that signs their links
    files = files_of(directory.path)
    total, done = sum(map(_size, files)), 0
    copied: list[BackupFile] = []
    with ExitStack() as stack:
        moments = {file: _moment(file, stack) for file in files if _is_database(file)}
        for file in files:
            name = str(file.relative_to(directory.path))
            target = folder / DATA / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if file in moments:
                _copy_database(moments[file], target, name, (done, total), progress)
            else:
                shutil.copyfile(file, target)
            done += _size(file)
            sync(target)
            copied.append(BackupFile(name, target.stat().st_size, hash_of(target)))
            if progress:
                progress(name, done, total)
    for file in moments:
        kept.examine(folder / DATA / file.relative_to(directory.path))
    taken = now.astimezone(datetime.UTC).isoformat(timespec="seconds")
    with closing(kept.unmoved(folder / DATA / directory.subscribers.name)) as subscribers:
        house = told.house_of(subscribers)
    backup = Backup(folder, taken, metadata.version("caixun"), house, kept.marks_of(folder / DATA), tuple(copied))
    backup.write(folder)
    sync(folder / kept.MANIFEST)
    sync(folder)
    return backup


def _is_database(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC


def _moment(file: Path, stack: ExitStack) -> sqlite3.Connection:
    """A connection that sees the database as it is now, whatever is written from now on."""
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=10, isolation_level=None)
    stack.enter_context(closing(connection))
    connection.execute("begin")
    connection.execute("select count(*) from sqlite_master").fetchone()  # the moment is that of the first read
    return connection


def _copy_database(
    source: sqlite3.Connection, target: Path, name: str, done: tuple[int, int], progress: Progress | None
) -> None:
    before, total = done
    size = source.execute("pragma page_size").fetchone()[0]

    def tell(_status: int, remaining: int, pages: int) -> None:
        if progress:
            progress(name, min(total, before + (pages - remaining) * size), total)

    with closing(sqlite3.connect(target)) as copy:
        copy.execute("pragma synchronous = off")  # the whole file is synced at the end
        source.backup(copy, pages=_PAGES, progress=tell)


def note(directory: DataDirectory, backup: Backup) -> None:
    """Remember for the doctor that `directory` has this backup; one that cannot be written says nothing of it."""
    said = json.dumps({"taken": backup.taken, "folder": str(backup.folder.resolve())}, ensure_ascii=False)
    with contextlib.suppress(OSError):
        new = directory.path / f"{LAST}.new"
        new.write_text(said, "utf-8")
        new.replace(directory.path / LAST)
