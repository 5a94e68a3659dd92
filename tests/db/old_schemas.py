"""A filled data directory as an earlier release left it: its schemas of then, filled with the rows that fit them.

The rows are made by today's stores; of each table those columns are taken that the schema had. So no row of an old
release has to be kept in the repository, and a step that is added is tested from the moment when it is released.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database, Migrations

from db import archive, runs, text_index
from db.archive import Seen
from db.connection import open_writer, transaction
from db.frontier import SqliteFrontier
from db.migrations import archive as archive_steps
from db.migrations import crawl as crawl_steps
from db.migrations import subscribers as subscribers_steps
from db.paths import DataDirectory
from parsers.visits import Task, Visit
from scheduler.delivering import once
from scheduler.in_force import settings_of
from tests.scheduler.alert_house import NOW, subscribed
from tests.web import archive_of

STEPS: dict[str, Migrations] = {
    "archive.db": archive_steps.migrations,
    "crawl.db": crawl_steps.migrations,
    "subscribers.db": subscribers_steps.migrations,
}
_OWN = ("sqlite_", "_sqlite_", "article_index")  # tables of SQLite, of the steps, and inside the index


def names(file: str) -> list[str]:
    """The steps of a database, oldest first."""
    return [step.name for step in STEPS[file].pending(Database(memory=True))]


def filled(path: Path) -> DataDirectory:
    """A directory of today with rows in the tables that matter."""
    directory = archive_of.make(path, 8)
    one = archive_of.article(3, "青海第九场招才引智活动在格尔木举行")
    with closing(open_writer(directory.archive)) as connection, transaction(connection):
        for number in (1, 2):  # an edit, and a page that is gone
            at = f"2026-04-0{number}T00:00:00+00:00"
            edited = archive_of.article(number + 20, f"改动过的标题{number}")
            archive.record(
                connection, edited, Seen(f"https://news.example.cn/{number}.html", "qhnews", at, at[:10]),
                url=f"https://news.example.cn/{number}.html",
            )  # fmt: skip
        connection.execute("insert into coverage(source, day, pages) values ('qhnews', '2026-04-01', 3)")
        archive.mark_gone(connection, "https://news.example.cn/4.html", Seen("", "qhnews", at, at[:10]))
        archive.reject(
            connection, "https://news.example.cn/x.html", Seen("", "qhnews", at, at[:10]), "无", 0.1, (), "无关"
        )
    for address in ("a@example.cn", "b@example.cn"):
        subscribed(directory, "引才", address)
    once(directory, settings_of(directory))  # no mail server: debts and messages that wait
    with closing(open_writer(directory.crawl)) as crawl:
        run = runs.start(crawl, "qhnews", NOW)
        assert run is not None
        frontier = SqliteFrontier(crawl, "qhnews", run, lambda: NOW, (timedelta(hours=1),))
        urls = [f"https://news.example.cn/{number}.html" for number in range(6)]
        frontier.seed([Task(url, "qhnews", "article") for url in urls])
        for task in frontier.claim(5):
            body = f"<html>{one.body}{task.url}</html>".encode()
            frontier.done([(task, Visit(task.url, "qhnews", "article", NOW.isoformat(), 200, body=body), [])])
        runs.end(crawl, run, NOW, outcome="complete", message="完成", every=timedelta(hours=2), counts={"stored": 5})
    return directory


def as_of(directory: DataDirectory, path: Path, steps: dict[str, int]) -> DataDirectory:
    """The same directory at `path` as the release wrote it that knew so many steps of each database."""
    path.mkdir()
    for file, migrations in STEPS.items():
        later = names(file)[steps[file] :]
        connection = open_writer(path / file)
        connection.row_factory = None
        migrations.apply(Database(connection), stop_before=later[0] if later else None)
        connection.execute("attach ? as today", [str(directory.path / file)])
        _fill(
            connection,
            [row[0] for row in connection.execute("select name from main.sqlite_master where type = 'table'")],
        )
        if file == "archive.db":
            _index(connection)
        if file == "crawl.db" and "m004_outcomes" in later:
            connection.execute("update run set outcome = 'ok' where outcome = 'complete'")
        connection.close()
    return DataDirectory(path)


def _fill(connection: sqlite3.Connection, tables: list[str]) -> None:
    """The rows of today in the columns of then. What that schema could not hold is left out."""
    there = {row[0] for row in connection.execute("select name from today.sqlite_master where type = 'table'")}
    for table in tables:
        if table.startswith(_OWN) or table not in there:
            continue
        connection.execute(f"delete from main.{table}")  # what triggers have written meanwhile
        old, new = _columns(connection, "main", table), _columns(connection, "today", table)
        shared = ", ".join(f'"{name}"' for name in old if name in new)
        connection.execute(f"insert or ignore into main.{table}({shared}) select {shared} from today.{table}")


def _columns(connection: sqlite3.Connection, schema: str, table: str) -> list[str]:
    return [
        row[1] for row in connection.execute(f"pragma {schema}.table_info({table})")
    ]  # generated ones are not in it


def _index(connection: sqlite3.Connection) -> None:
    rows = connection.execute(
        "select a.revision, a.title, t.body from main.articles a join main.article_text t using (revision)"
    )
    for revision, title, body in rows.fetchall():
        text_index.add(connection, revision, title, body)
