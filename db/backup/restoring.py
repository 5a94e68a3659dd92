"""A backup becomes a data directory again: checked first, beside the old one, which is put aside and never deleted."""

from __future__ import annotations

import datetime
import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.backup import kept, retelling, taking, told
from db.backup.kept import DATA, SCHEMAS, Backup, Progress
from db.connection import open_reader, open_writer, transaction
from db.durable import sync
from db.errors import BrokenBackup, DataDirectoryError
from db.paths import DataDirectory

_ASIDE = "before-restore"
_SPARE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: where the old directory lies now (None: there was none), messages told after the backup."""

    aside: Path | None
    told: int


def in_use(path: Path) -> str | None:
    """What shows that a process works on the data directory at `path`, in Chinese; None when nothing does."""
    locks = [path / "run.lock", *(path / "locks").glob("*"), *(path / "locks").glob(".*")]
    for file in locks:
        if file.is_file() and _is_held(file):
            return f"{file.name} 被占用"
    for name in SCHEMAS:
        if (path / name).is_file() and _is_open(path / name):
            return f"{name} 正被打开"
    return None


def _is_held(file: Path) -> bool:
    with file.open("r", encoding="utf-8") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _is_open(file: Path) -> bool:
    """Whether another connection has the database open: in WAL mode only one that is alone gets it for itself."""
    try:
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
            connection.execute("pragma locking_mode = exclusive")
            connection.execute("begin immediate")
            connection.execute("rollback")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorname == "SQLITE_BUSY"
    except sqlite3.DatabaseError:  # damaged: that is why somebody restores
        return False
    return False


def restore(backup: Backup, target: Path, now: datetime.datetime, progress: Progress | None = None) -> Restored:
    """Make `target` the data directory that `backup` is a copy of; the old one is put aside.

    What was told after the backup is taken from the journal beside it, and from the old directory where it can still
    be read. Raises BrokenBackup (see `kept.check`; no space) and DataDirectoryError (in use, cannot be renamed).
    Killed anywhere, the old directory is in its place or aside, whole; a second restore does it all again.
    """
    refuse_when_used(target)
    kept.check(backup, progress)
    target = target.resolve()
    new = target.with_name(f".{target.name}.restoring")
    _make_room(new, backup)
    try:
        _copy(backup, new, progress)
        taking.note(DataDirectory(new), backup)
        known = _settle(DataDirectory(new).prepare(), backup, target, now)
        refuse_when_used(target)
        aside = _swap(new, target, now)
    except OSError as error:
        raise DataDirectoryError(
            f"没有恢复：{error}。原来的数据目录没有动；{target} 若是挂载点，请用 --data 恢复到它里面的一个新目录"
        ) from error
    return Restored(aside, known)


def refuse_when_used(target: Path) -> None:
    """Raise DataDirectoryError while a process works on `target`."""
    why = in_use(target)
    if why:
        raise DataDirectoryError(f"数据目录 {target} 正在使用（{why}）：请先停止才讯（Ctrl-C 或 systemctl stop）")


def _make_room(new: Path, backup: Backup) -> None:
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        if new.exists():  # of a restore that was killed: the backup still has all of it
            shutil.rmtree(new)
        free = shutil.disk_usage(new.parent).free
    except OSError as error:
        raise DataDirectoryError(f"{new.parent} 不能写（{error.strerror}）：请改权限或换一个目录（--data）") from error
    if free < backup.size + _SPARE:
        raise BrokenBackup(
            f"{new.parent} 只剩 {free / 1024**2:.0f} MB，恢复要 {backup.size / 1024**2:.0f} MB：请清理或换一个目录"
        )


def _copy(backup: Backup, new: Path, progress: Progress | None) -> None:
    new.mkdir(mode=0o700)
    done = 0
    for file in backup.files:
        to = new / file.path
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(backup.folder / DATA / file.path, to)
        sync(to)
        done += file.bytes
        if progress:
            progress(file.path, done, backup.size)


def _settle(new: DataDirectory, backup: Backup, old: Path, now: datetime.datetime) -> int:
    """Bring the copy to where it can go on; how many messages were told after the backup."""
    with closing(open_writer(new.crawl)) as crawl, closing(open_reader(new.archive)) as archive:
        _set_back_follow_ups(crawl, archive)
    with closing(open_writer(new.subscribers)) as subscribers:
        at = now.astimezone(datetime.UTC).isoformat(timespec="seconds")
        newest = told.newest_of(subscribers)
        lines = list(told.journal(backup.folder.parent, backup.house, backup.taken))
        count = retelling.take_in(subscribers, lines, at)
        return count + retelling.take_in(subscribers, list(_told_by(old, subscribers, newest)), at)


def _set_back_follow_ups(crawl: sqlite3.Connection, archive: sqlite3.Connection) -> None:
    """The crawl's mark in the archive's follow-ups is of a later moment: it may be ahead. Seeding twice is harmless."""
    newest = archive.execute("select coalesce(max(number), 0) from follow_ups").fetchone()[0]
    with transaction(crawl):
        crawl.execute(
            "update mark set position = min(position, ?) where stage glob 'follow_ups:*'",
            [newest],
        )


def _told_by(old: Path, new: sqlite3.Connection, marks: dict[str, int]) -> Iterator[dict[str, Any]]:
    """What the old directory told since, if it is of the same house (the same key of links) and can be read."""
    file = old / "subscribers.db"
    if not file.is_file():
        return
    with suppress(sqlite3.DatabaseError), closing(open_reader(file)) as subscribers:
        if told.house_of(subscribers) != told.house_of(new):
            return
        while (found := told.lines_after(subscribers, marks)).marks != marks:
            yield from found.lines
            marks = found.marks


def _swap(new: Path, target: Path, now: datetime.datetime) -> Path | None:
    """Put `new` in the place of `target`; where the old one lies now."""
    if not target.exists():
        new.rename(target)
        return None
    aside = target.with_name(f"{target.name}.{_ASIDE}-{now:%Y%m%dT%H%M%S}")
    target.rename(aside)
    try:
        new.rename(target)
    except OSError:
        aside.rename(target)
        raise
    return aside
