"""Publishing: an edition of the archive is made beside the earlier ones, or nothing is changed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

from db.connection import open_reader
from db.downloads.frames import newest_change
from db.durable import hash_of
from db.editions import building, changes, values
from db.editions.folder import Folder, beyond
from db.editions.manifest import describe
from db.editions.values import ARCHIVE, BY_RULE, CHANGES, LIST, MANIFEST, NOTE, SUMS, WITHDRAWN, Edition, order_of
from db.errors import CannotPublish
from db.search import change_at
from parsers.dates import BEIJING

TITLE = "才讯：人才工作新闻档案"
KEEP = 7
_ROOM = 1.2  # of the archive's size must be free
_BLOCK = 1 << 20
Progress = Callable[[str, float], None]  # step (write, compare, hash), share done from 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be published: `as_of` a day of the past (ISO) or "", `keep` how many of the newest stay, `live` the
    address of the site, "" when it has none that others can reach."""

    title: str = TITLE
    keep: int = KEEP
    as_of: str = ""
    full_text: bool = True
    live: str = ""


def publish(archive: Path, folder: Path, order: Order, now: datetime, progress: Progress) -> tuple[Edition, bool]:
    """The edition that the order asks for, and whether it had to be made: an unchanged archive gives none twice.

    Raises CannotPublish, WrongEdition (the list is damaged), sqlite3.Error, OSError; then all editions are as before.
    """
    today = now.astimezone(BEIJING).date()
    day = _day(order, today)
    where = Folder(folder.resolve())
    with where.working():
        listed = where.listed()
        with closing(open_reader(archive)) as connection:
            seen = newest_change(connection)
            number = change_at(connection, day) if order.as_of else seen
            listed = _withdraw(connection, where, listed)
        known = _same(listed, day, number, order)
        if known is None:
            _check_room(archive, where.path)
            known = _make(archive, where, order, _Task(day, number if order.as_of else None, listed, now), progress)
            made, listed = True, tuple(sorted((known, *listed), key=lambda one: one.order, reverse=True))
        else:
            made = False
        _settle(where, listed, order.keep)
    return known, made


def withdrawn(connection: sqlite3.Connection, edition: Edition) -> bool:
    """Whether something that is in the edition was taken down since it was made, and still is."""
    sql = (
        "select 1 from changes c where c.kind = 'removed' and c.number > ? and exists (select 1 from articles a"
        " where a.id = c.article and a.state = 'removed' and a.recorded_from <= ?) limit 1"
    )
    return connection.execute(sql, [edition.seen, edition.as_of]).fetchone() is not None


@dataclass(frozen=True, slots=True)
class _Task:
    day: str
    as_of: int | None
    listed: Sequence[Edition]
    now: datetime


def _day(order: Order, today: date) -> str:
    if not order.as_of:
        return today.isoformat()
    if date.fromisoformat(order.as_of) > today:
        raise CannotPublish(f"--as-of {order.as_of} 还没有到：请写今天或以前的一天")
    return order.as_of


def _withdraw(connection: sqlite3.Connection, where: Folder, listed: Sequence[Edition]) -> tuple[Edition, ...]:
    """Takedown wins over everything: an edition with a text that was taken down since is no longer offered."""
    found = [one for one in listed if one.kept and withdrawn(connection, one)]
    marked = tuple(replace(one, state=WITHDRAWN) if one in found else one for one in listed)
    if found:
        where.settle(marked)
        where.drop(found)
    return marked


def _same(listed: Sequence[Edition], day: str, number: int, order: Order) -> Edition | None:
    show = "full" if order.full_text else "excerpt"
    same = (one for one in listed if one.kept and (one.date, one.as_of, one.show) == (day, number, show))
    return next(same, None)


def _check_room(archive: Path, folder: Path) -> None:
    needed, free = archive.stat().st_size * _ROOM, shutil.disk_usage(folder).free
    if free < needed:
        raise CannotPublish(
            f"{folder} 所在的磁盘只剩 {free / 1e9:.1f} GB，发布要 {needed / 1e9:.1f} GB：请清理，或换一个目录"
        )


def _make(archive: Path, where: Folder, order: Order, task: _Task, progress: Progress) -> Edition:
    draft = where.draft
    draft.mkdir()
    size = max(archive.stat().st_size, 1)
    wanted = building.Wanted(task.as_of, task.day, order.full_text)
    built = building.build(
        archive, draft / ARCHIVE, wanted, lambda done: progress("write", min(done / size, 1.0))
    )  # fmt: skip
    identity = _identity(task)
    previous = next((one for one in task.listed if one.kept and one.order < order_of(identity)), None)
    progress("compare", 0.0)
    counts = changes.write(draft / ARCHIVE, where.place(previous) / ARCHIVE if previous else None, draft / CHANGES)
    whole, done = (draft / ARCHIVE).stat().st_size, 0

    def hashed(length: int) -> None:
        nonlocal done
        done += length
        progress("hash", done / whole)

    edition = Edition(
        id=identity,
        date=task.day,
        title=order.title,
        created=task.now.isoformat(timespec="seconds"),
        as_of=built.as_of,
        seen=built.seen,
        show="full" if order.full_text else "excerpt",
        live=order.live,
        version=version("caixun"),
        sha256=hash_of(draft / ARCHIVE, hashed),
        bytes=whole,
        rows=built.rows,
        previous=previous.id if previous else "",
        changed={kind: counts.get(kind, 0) for kind in values.KINDS} if previous else {},
    )
    _write_notes(draft, edition, task.listed)
    where.take_in(edition)
    return edition


def _identity(task: _Task) -> str:
    """The day, with a number from the second edition of a day on; no id is ever used twice."""
    used = [one.order[1] for one in task.listed if one.date == task.day]
    return f"{task.day}-{max(used) + 1}" if used else task.day


def _write_notes(draft: Path, edition: Edition, listed: Sequence[Edition]) -> None:
    """Everything beside the database; the checksums last, they name all others."""
    values.write(edition, draft / NOTE)
    values.write_all([edition, *(one for one in listed if one.order < edition.order)], draft / LIST)
    with closing(open_reader(draft / ARCHIVE)) as connection:
        told = describe(connection, edition, draft)
    (draft / MANIFEST).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    sums = {ARCHIVE: edition.sha256} | {name: hash_of(draft / name) for name in (CHANGES, NOTE, LIST, MANIFEST)}
    (draft / SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())), "utf-8")


def _settle(where: Folder, listed: Sequence[Edition], keep: int) -> None:
    """`current` before anything is removed: whoever follows it always arrives."""
    leaving = beyond(listed, keep)
    final = [replace(one, state=BY_RULE) if one.id in leaving else one for one in listed]
    where.settle(final)
    where.drop(one for one in final if one.id in leaving)
