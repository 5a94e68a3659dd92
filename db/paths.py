"""The data directory: where each file lies, and how it is made ready."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from db.connection import check_sqlite, migrate, open_reader, open_writer
from db.errors import DataDirectoryError
from db.migrations import archive, crawl, subscribers


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """One data directory (`--data DIR`, else $CAIXUN_DATA, else ./data)."""

    path: Path

    @property
    def crawl(self) -> Path:
        """Frontier, visits, snapshots, runs, requests: for the operator."""
        return self.path / "crawl.db"

    @property
    def archive(self) -> Path:
        """Articles, facts, stories, changes, the index: for the public."""
        return self.path / "archive.db"

    @property
    def subscribers(self) -> Path:
        """Subscriptions, outbox, delivery log: for nobody on the web."""
        return self.path / "subscribers.db"

    @property
    def inbox(self) -> Path:
        """The demo's mail catcher; its presence is what makes a directory a demo."""
        return self.path / "demo" / "inbox.db"

    def prepare(self) -> DataDirectory:
        """Make the directory and bring its databases to today's schema; itself.

        Raises DataDirectoryError (unwritable, a newer version, not a database) and OldSQLite.
        """
        check_sqlite()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataDirectoryError(
                f"数据目录 {self.path} 不能建立：{error.strerror}；请换一个目录（--data）"
            ) from error
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise DataDirectoryError(f"数据目录 {self.path} 不可写：请改权限或换一个目录（--data）")
        for file, steps in (
            (self.crawl, crawl.migrations),
            (self.archive, archive.migrations),
            (self.subscribers, subscribers.migrations),
        ):
            try:
                migrate(file, steps)
            except sqlite3.DatabaseError as error:
                raise DataDirectoryError(f"{file} 打不开：{error}；请检查该文件是否可写、是否为数据库") from error
        return self

    def existing(self) -> DataDirectory:
        """Itself when an archive is there. Raises DataDirectoryError otherwise (for commands that only read)."""
        check_sqlite()
        if not self.archive.exists():
            raise DataDirectoryError(f"{self.path} 里没有档案：先运行 caixun run 或 caixun add（或用 --data 指定目录）")
        return self

    def open(self, file: Path, *, write: bool = False) -> sqlite3.Connection:
        """A connection to one of the files above."""
        return open_writer(file) if write else open_reader(file)
