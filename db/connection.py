"""Opening SQLite the one way the house does it: WAL, short transactions, versions checked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database, Migrations

from db import sql_functions
from db.errors import DataDirectoryError, OldSQLite, WrongEdition

OLDEST_SQLITE = (3, 40, 0)
READER_CACHE = 8_192  # KiB of pages for each thread of the web: rare words take a third longer with 2,000
EDITION = "edition.json"  # the file that makes a folder a published edition, which nobody writes


def check_sqlite(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Raise OldSQLite when the library cannot hold the indexes (FTS5 without content needs 3.40)."""
    if version < OLDEST_SQLITE:
        raise OldSQLite(
            f"SQLite {'.'.join(map(str, version))} 太旧：才讯需要 3.40 或更新的版本，请升级 Python 或系统的 SQLite"
        )


def open_writer(path: Path) -> sqlite3.Connection:
    """A connection that writes: WAL, synchronous=NORMAL, ten seconds of patience, explicit transactions.

    Raises WrongEdition for a file of a published edition.
    """
    if (path.parent / EDITION).exists():
        raise WrongEdition(
            f"{path.parent} 是已发布的版本，只读：用 caixun serve --edition 打开；要改动请用主站的数据目录"
        )
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    sql_functions.add(connection)
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises sqlite3.OperationalError when the file is absent."""
    connection = sqlite3.connect(
        f"file:{path}?mode=ro", uri=True, timeout=10, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    sql_functions.add(connection)
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction, taken at once so that two writers queue instead of failing half-way."""
    connection.execute("begin immediate")
    try:
        yield connection
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def migrate(path: Path, migrations: Migrations) -> None:
    """Bring the database at `path` to today's schema. Raises DataDirectoryError on one of a newer version."""
    connection = open_writer(path)
    connection.row_factory = None
    try:
        database = Database(connection)
        known = {step.name for step in migrations.pending(Database(memory=True))}
        _refuse_newer(path, database, migrations.name, known)
        migrations.apply(database)
    finally:
        connection.close()


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Run statements one by one inside the caller's transaction (`executescript` would commit it first)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def _refuse_newer(path: Path, database: Database, name: str, known: set[str]) -> None:
    if not database["_sqlite_migrations"].exists():
        return
    rows = database.conn.execute("select name from _sqlite_migrations where migration_set = ?", [name])
    newer = sorted({row[0] for row in rows} - known)
    if newer:
        raise DataDirectoryError(
            f"{path.name} 由更新版本的才讯写成（含未知步骤 {newer[0]}）：请升级才讯，或用 --data 指定另一个目录"
        )
