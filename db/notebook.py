"""Reading an archive in a notebook: tables as data frames, by the same rules as downloads, and nothing else.

Two kinds of archive give the same: a file on this machine (here), and a running site (scheduler/notebook.py).
"""

from __future__ import annotations

import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from db import data_frames, search
from db.dictionary import TABLES
from db.downloads import frames
from db.downloads.frames import Column
from db.downloads.wishes import open_public
from db.errors import DataDirectoryError, WrongStatement
from db.paths import DataDirectory

Day = str | date | None


class Archive(ABC):
    """What a notebook asks. Each table comes as a data frame of `frames`: "pandas" or "polars"."""

    def __init__(self, frames: str) -> None:
        self.frames = frames

    def articles(self, query: str = "", *, as_of: Day = None, texts: bool = True) -> Any:
        """The articles that a search finds, newest first, all of them; `texts` adds their bodies.

        `as_of` is a day (2026-11-01): the archive as it was at its end. `published` is a time of China, a mere day
        its beginning; `published_printed` is what the site printed. Raises QueryError, MissingExtra.
        """
        return self._table("articles", query, as_of, texts=texts)

    def facts(self, query: str = "", *, as_of: Day = None) -> Any:
        """The facts of the articles that a search finds. Raises QueryError, MissingExtra."""
        return self._table("facts", query, as_of)

    def stories(self, *, as_of: Day = None) -> Any:
        """Which article belongs to which story."""
        return self._table("stories", "", as_of)

    def revisions(self, *, as_of: Day = None) -> Any:
        """The texts that each article had, one after the other."""
        return self._table("revisions", "", as_of)

    def coverage(self, *, as_of: Day = None) -> Any:
        """What was crawled: a row a source and day. Where there is none, nothing was seen: it is no zero."""
        return self._table("coverage", "", as_of)

    def dictionary(self) -> Any:
        """What every public table and column holds, in Chinese and English, with its unit."""
        rows = [
            (table.name, column.name, column.about["zh"], column.about["en"], column.unit)
            for table in TABLES.values()
            for column in table.columns.values()
        ]
        return data_frames.plain(("table", "column", "zh", "en", "unit"), rows, self.frames)

    @abstractmethod
    def sql(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """What a SELECT over the public tables gives; `values` stand for its marks. Raises WrongStatement."""

    @abstractmethod
    def _rows(self, what: str, query: str, as_of: Day, *, texts: bool) -> tuple[Sequence[Column], Iterable[Any]]:
        """The columns and rows of a download."""

    def _table(self, what: str, query: str, as_of: Day, *, texts: bool = False) -> Any:
        columns, rows = self._rows(what, query, as_of, texts=texts)
        return data_frames.table(columns, rows, self.frames)


class LocalArchive(Archive):
    """An archive on this machine, opened for reading alone; only what the public may read can be asked of it."""

    def __init__(self, file: Path, frames: str) -> None:
        super().__init__(frames)
        self.file = file
        self._local = threading.local()  # a notebook may ask from several threads

    def check(self) -> None:
        """Raises DataDirectoryError where the file is no archive."""
        try:
            self._connection.execute("select revision, state, story from articles limit 0")
            self._connection.execute("select number from changes limit 0")
        except sqlite3.Error as error:
            raise DataDirectoryError(
                f"{self.file} 不是才讯的档案（{error}）：请给出数据目录、版本文件（archive.db），或网站地址"
            ) from error

    def __repr__(self) -> str:
        return f"<才讯档案 {self.file}>"

    @property
    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            try:
                self._local.connection = open_public(self.file, full=True)
            except sqlite3.Error as error:
                raise DataDirectoryError(
                    f"{self.file} 打不开：{error}；请给出才讯的数据目录或 SQLite 版本文件"
                ) from error
        connection: sqlite3.Connection = self._local.connection
        return connection

    def sql(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """What a SELECT over the public tables gives; `values` stand for its marks. Raises WrongStatement."""
        try:
            cursor = self._connection.execute(statement, values)
            names, rows = [column[0] for column in cursor.description or ()], cursor.fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise WrongStatement(f"SQL 执行不了：{error}；只能读公开的表，见 archive.dictionary()") from error
        return data_frames.plain(names, rows, self.frames)

    def _rows(self, what: str, query: str, as_of: Day, *, texts: bool) -> tuple[Sequence[Column], Iterable[Any]]:
        number = search.change_at(self._connection, day_of(as_of)) if as_of else None
        found = frames.frame(self._connection, what, query=query, as_of=number, texts=texts)
        return found.columns, found.rows


def day_of(day: str | date) -> str:
    """A day as YYYY-MM-DD. Raises ValueError for what is none."""
    try:
        return date.fromisoformat(str(day)[:10]).isoformat()
    except ValueError:
        raise ValueError(f"as_of={day!r}：请写日期，例如 2026-11-01") from None


def open_local(path: Path, frames: str) -> LocalArchive:
    """The archive of a data directory, of an edition's folder, or a SQLite file of either.

    Raises DataDirectoryError when none is there.
    """
    file = path
    if path.is_dir():
        file = DataDirectory(path).existing().archive
    if not file.exists():
        raise DataDirectoryError(f"没有 {path}：请给出才讯的数据目录、SQLite 版本文件，或网站地址（http:// 开头）")
    archive = LocalArchive(file.resolve(), frames)
    archive.check()
    return archive
