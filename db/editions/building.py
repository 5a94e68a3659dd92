"""The database of an edition: a fresh file of what is allowed, so that no freed page of the archive is in it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from db import sql_functions, text_index
from db.authorizer import excerpt_facts
from db.connection import open_reader
from db.downloads.frames import newest_change
from db.editions.allowed import INDEX, Part, parts

Progress = Callable[[int], None]  # bytes written so far
_SHADOWS = (f"{INDEX}_config", f"{INDEX}_data", f"{INDEX}_idx")
_STEPS = 2_000_000  # of SQLite's machine between two words of progress
_CACHE = -64_000  # KiB


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which state of the archive: `as_of` a change (None: the newest), `day` its day in Beijing."""

    as_of: int | None
    day: str
    full_text: bool


@dataclass(frozen=True, slots=True)
class Built:
    """What was written: the change that it shows, the newest there was, and the rows of each table."""

    as_of: int
    seen: int
    rows: dict[str, int]


def build(source: Path, target: Path, wanted: Wanted, progress: Progress) -> Built:
    """Write the edition's database `target` from the archive `source`, while the archive goes on being written.

    Raises sqlite3.Error; `target` is a draft until the caller moves it to its place.
    """
    target.unlink(missing_ok=True)
    with closing(open_reader(source)) as archive:
        _attach(archive, target, wanted)
        archive.execute("begin")  # one view of the archive for all tables
        seen = newest_change(archive)
        number = seen if wanted.as_of is None else min(wanted.as_of, seen)
        copied = parts(archive, earlier=number < seen, full_text=wanted.full_text)
        _lay_out(archive, target, copied)
        with _telling(archive, target, progress):
            _copy(archive, copied, wanted, number)
        with closing(_draft(target)) as edition, _telling(edition, target, progress):
            _index(archive, edition, wanted)
            _finish(archive, edition, copied)
            rows = _rows(edition, copied)
            _compact(edition, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return Built(number, seen, rows)


def _attach(archive: sqlite3.Connection, target: Path, wanted: Wanted) -> None:
    archive.execute("attach ? as edition", [f"{target.as_uri()}?mode=rwc"])
    for setting in ("edition.journal_mode = off", "edition.synchronous = off", f"edition.cache_size = {_CACHE}"):
        archive.execute(f"pragma {setting}").fetchall()
    if not wanted.full_text:
        excerpt_facts(archive)


def _draft(target: Path) -> sqlite3.Connection:
    """A writing connection to the draft; a journal would protect what is thrown away anyhow after a kill."""
    connection = sqlite3.connect(target, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for setting in ("journal_mode = off", "synchronous = off", f"cache_size = {_CACHE}", "temp_store = file"):
        connection.execute(f"pragma {setting}").fetchall()
    sql_functions.add(connection)
    return connection


def _lay_out(archive: sqlite3.Connection, target: Path, copied: Sequence[Part]) -> None:
    """The tables as the archive has them, and the index, all empty."""
    names = [part.table for part in copied] + [INDEX]
    with closing(_draft(target)) as edition:
        for name in names:
            (sql,) = archive.execute(
                "select sql from main.sqlite_master where type = 'table' and name = ?", [name]
            ).fetchone()
            edition.execute(sql)


def _copy(archive: sqlite3.Connection, copied: Sequence[Part], wanted: Wanted, number: int) -> None:
    values = {"as_of": number, "day": wanted.day}
    for part in copied:
        names = ", ".join(f'"{name}"' for name, _ in part.columns)
        archive.execute(f'insert into edition."{part.table}"({names}) {part.select}', values)
    for shadow in _SHADOWS if wanted.full_text else ():
        archive.execute(f"delete from edition.{shadow}")  # noqa: S608 - what an empty index has
        archive.execute(f"insert into edition.{shadow} select * from main.{shadow}")  # noqa: S608
    archive.execute(  # the very texts that the copied index has too many
        "create temp table later as select revision, a.title, t.body from articles a join article_text t"
        " using (revision) where a.state <> 'removed' and a.recorded_from > ?",
        [number],
    )
    archive.execute("commit")
    archive.execute("detach edition")


def _index(archive: sqlite3.Connection, edition: sqlite3.Connection, wanted: Wanted) -> None:
    """The index of exactly the texts that are in the edition, in one segment: what was deleted is nowhere in it."""
    edition.execute("begin")
    if wanted.full_text:
        for revision, title, body in archive.execute("select revision, title, body from later"):
            text_index.remove(edition, revision, title, body)
    else:
        rows = edition.execute(
            "select revision, a.title, t.body from articles a join article_text t using (revision)"
            " where a.state <> 'removed' order by revision"
        )
        for revision, title, body in rows:
            text_index.add(edition, revision, title, body)
    edition.execute("commit")
    if text_index.segments(edition) > 1:
        text_index.optimize(edition)


def _finish(archive: sqlite3.Connection, edition: sqlite3.Connection, copied: Sequence[Part]) -> None:
    """Indexes and views after the rows."""
    names = {part.table for part in copied}
    for kind, table, sql in archive.execute(
        "select type, tbl_name, sql from main.sqlite_master where type in ('index', 'view') and sql is not null"
        " order by type, rowid"
    ).fetchall():
        if kind == "view" or table in names:
            edition.execute(sql)


def _compact(edition: sqlite3.Connection, target: Path) -> None:
    """Leave no page that is in no table; written once into a new file (a plain vacuum would write all of it twice)."""
    if not edition.execute("pragma freelist_count").fetchone()[0]:
        return
    fresh = target.with_name(target.name + ".compact")
    fresh.unlink(missing_ok=True)
    edition.execute("vacuum into ?", [str(fresh)])
    fresh.replace(target)


def _rows(edition: sqlite3.Connection, copied: Sequence[Part]) -> dict[str, int]:
    return {
        part.table: edition.execute(f'select count(*) from "{part.table}"').fetchone()[0]  # noqa: S608
        for part in copied
    }


@contextmanager
def _telling(connection: sqlite3.Connection, target: Path, progress: Progress) -> Iterator[None]:
    """Tell while statements run how large the draft is."""
    connection.set_progress_handler(lambda: progress(target.stat().st_size), _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
