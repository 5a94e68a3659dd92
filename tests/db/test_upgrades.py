"""From the schema of every release to today's: rows kept, files sound, the index finds, pages answer; newer ones are
left alone."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from datasette_plugins.app import build
from db import doctor, snapshots
from db.connection import open_reader, open_writer
from db.errors import DataDirectoryError
from db.paths import DataDirectory
from db.site import Site
from tests.db import old_schemas
from tests.scheduler.alert_house import NOW, article, put

LONGEST = max(len(old_schemas.names(file)) for file in old_schemas.STEPS)
_KEPT = {
    "archive.db": (
        "select id, url, title, state, revision, recorded_from, recorded_to from articles order by revision",
        "select revision, body, flags, repairs, text_hash from article_text order by revision",
        "select article, revision, kind, subject, measure, value_low, evidence, recorded_to from facts order by id",
        "select * from changes order by number",
        "select id, article, recorded_from, recorded_to from stories order by article, recorded_from",
        "select url, reason from rejected",
        "select * from coverage order by source, day",
    ),
    "crawl.db": (
        "select url, state, due, body_hash from frontier order by id",
        "select id, url, status, body_hash from visit order by id",
        "select id, source, outcome, stored from run",
        "select source, next_due from source_state",
    ),
    "subscribers.db": (
        "select id, email, query, schedule, state, since from subscription order by id",
        "select subscription, about, kind, article, revision, change, letter from outbox order by id",
        "select message_id, kind, state, address from letter order by message_id",
        "select stage, position from mark order by stage",
        "select name, value from secret",
    ),
}


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    return old_schemas.filled(tmp_path_factory.mktemp("today"))


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(open_reader(path)) as connection:
        return [tuple(row) for row in connection.execute(sql)]


def steps(release: int) -> dict[str, int]:
    return {file: min(release, len(old_schemas.names(file))) for file in old_schemas.STEPS}


@pytest.mark.parametrize("release", range(1, LONGEST + 1))
def test_a_filled_directory_of_every_release_is_brought_up_to_date(
    today: DataDirectory, tmp_path: Path, release: int
) -> None:
    old = old_schemas.as_of(today, tmp_path / "old", steps(release))
    assert release == LONGEST or any("还差" in finding.detail for finding in doctor.examine(old, NOW))

    old.prepare()
    for file, questions in _KEPT.items():
        assert rows(old.path / file, "pragma integrity_check") == [("ok",)]
        for sql in questions:
            assert rows(old.path / file, sql) == rows(today.path / file, sql), sql
            assert rows(old.path / file, sql), sql  # there is something to keep
    assert [finding for finding in doctor.examine(old, NOW) if finding.state == doctor.FAIL] == []
    with closing(open_reader(old.crawl)) as crawl:
        for (name,) in rows(old.crawl, "select body_hash from visit"):
            assert snapshots.read(crawl, str(name))
    found = [Site(one.path).search("招才引智", {}).total for one in (old, today)]
    assert found[0] == found[1] > 0


@pytest.mark.parametrize("release", [1, LONGEST // 2])
async def test_the_pages_of_an_upgraded_directory_answer(today: DataDirectory, tmp_path: Path, release: int) -> None:
    old = old_schemas.as_of(today, tmp_path / "old", steps(release)).prepare()
    put(old, article("升级以后的引才"))  # and it can be written
    identity = rows(old.archive, "select id from articles where state = 'current' limit 1")[0][0]
    application = build(old.path, "http://localhost")
    await application.invoke_startup()
    for address in (
        "/",
        "/search?q=引才",
        f"/article/{identity}",
        "/facts",
        "/sources",
        "/coverage",
        "/people",
        "/data",
    ):
        response = await application.client.get(address, follow_redirects=True)
        assert response.status_code == 200, address
    assert "升级以后的" in (await application.client.get("/search?q=引才")).text


def test_today_s_schema_is_the_same_however_it_came_about(today: DataDirectory, tmp_path: Path) -> None:
    old = old_schemas.as_of(today, tmp_path / "old", steps(1)).prepare()
    shape = "select type, name, tbl_name from sqlite_master where name not like 'sqlite_%' order by type, name"
    for file in old_schemas.STEPS:
        assert rows(old.path / file, shape) == rows(today.path / file, shape)
        for (table,) in rows(today.path / file, "select name from sqlite_master where type = 'table'"):
            asked = f"select name, type, \"notnull\", pk, hidden from pragma_table_xinfo('{table}') order by name"
            assert rows(old.path / file, asked) == rows(today.path / file, asked), table


def test_an_upgrade_that_was_killed_goes_on(today: DataDirectory, tmp_path: Path) -> None:
    """A step that fails leaves the file as the step before it left it; the next start does the rest."""
    old = old_schemas.as_of(today, tmp_path / "old", steps(1))
    with closing(open_writer(old.archive)) as connection:
        connection.execute("create table article_parts (url text)")  # in the way of the third step
    with pytest.raises(DataDirectoryError, match=r"archive\.db 打不开"):
        old.prepare()
    applied = "select count(*) from _sqlite_migrations"
    assert rows(old.archive, applied) == [(2,)]
    with closing(open_writer(old.archive)) as connection:
        connection.execute("drop table article_parts")
    old.prepare()
    assert rows(old.archive, applied) == [(len(old_schemas.names("archive.db")),)]


@pytest.mark.parametrize("file", list(old_schemas.STEPS))
def test_a_newer_directory_is_refused_and_not_touched(today: DataDirectory, tmp_path: Path, file: str) -> None:
    newer = old_schemas.as_of(today, tmp_path / "newer", steps(LONGEST))
    with closing(open_writer(newer.path / file)) as connection:
        connection.execute(
            "insert into _sqlite_migrations(migration_set, name, applied_at) values (?, 'm900_later', '2030')",
            [old_schemas.STEPS[file].name],
        )
    with closing(sqlite3.connect(newer.path / file)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    before = _hashes(newer.path)

    with pytest.raises(DataDirectoryError, match=rf"{file} 由更新版本的才讯写成（含未知步骤 m900_later）：请升级才讯"):
        newer.prepare()
    assert _hashes(newer.path) == before


def _hashes(path: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in path.glob("*.db")}
