"""Backups: taken while everything is written, whole or not there, restored with the old directory kept aside."""

from __future__ import annotations

import datetime
import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from db import ingest
from db.archive import change
from db.backup import kept, restoring, taking
from db.backup.kept import Backup
from db.connection import open_writer, transaction
from db.errors import BrokenBackup, DataDirectoryError
from db.paths import DataDirectory
from db.review import ReviewQueue
from tests.scheduler.alert_house import article, prepared, put, subscribed

NOW = datetime.datetime(2026, 11, 21, 5, 15, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def house(tmp_path: Path) -> DataDirectory:
    """A data directory with something in every corner."""
    directory = prepared(tmp_path / "data", port=2525)
    subscribed(directory, "人才")
    put(directory, article("青海引才"), article("西宁揽才"))
    for name in ("lexicon.toml", "calendar.toml"):
        (directory.path / name).write_text("# 自己的\n", "utf-8")
    (directory.path / "sources" / "cases").mkdir(parents=True)
    (directory.path / "sources" / "own.toml").write_text('title = "自己的来源"\n', "utf-8")
    with closing(ReviewQueue(directory.path)._opened()):
        pass
    (directory.path / "logs").mkdir()
    (directory.path / "logs" / "web.log").write_text("x" * 1000, "utf-8")
    return directory


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return [tuple(row) for row in connection.execute(sql)]


def test_a_backup_holds_all_that_is_needed_and_nothing_else(house: DataDirectory, tmp_path: Path) -> None:
    backup = taking.take(house, tmp_path / "safe", NOW)

    assert backup.folder == tmp_path / "safe" / "caixun-20261121T051500Z"
    assert [file.path for file in backup.files] == [
        "subscribers.db", "archive.db", "crawl.db", "caixun.toml", "calendar.toml", "lexicon.toml", "review.db",
        "sources/own.toml",
    ]  # fmt: skip
    assert backup.folder.stat().st_mode & 0o077 == 0  # addresses lie in it
    assert kept.listed(tmp_path / "safe") == [backup]
    kept.check(backup)
    assert sorted(file.name for file in (backup.folder / "data").iterdir() if file.suffix in (".db-wal", "-shm")) == []
    assert taking.last(house) == (NOW, backup.folder)


def test_marks_are_never_ahead_of_their_logs_while_both_are_written(house: DataDirectory, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        """As the stages do it: a visit, then a change and the mark, then the debt and its mark; as fast as it goes."""
        crawl, archive, subscribers = (open_writer(file) for file in (house.crawl, house.archive, house.subscribers))
        number = 0
        while not stop.is_set():
            with transaction(crawl):
                number = crawl.execute(
                    "insert into visit(url, source, kind, fetched_at, status, headers)"
                    " values ('u', 'qh', 'article', '2026-11-21T00:00:00+00:00', 200, '{}') returning id"
                ).fetchone()[0]
            with transaction(archive):
                made = change(archive, "2026-11-21T00:00:00+00:00", "new")
                ingest.set_position(archive, number)
            with transaction(subscribers):
                ingest.set_position(subscribers, made, "match")
        for connection in (crawl, archive, subscribers):
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [
            taking.take(house, tmp_path / "safe", NOW + datetime.timedelta(seconds=number)).marks for number in range(8)
        ]
    finally:
        stop.set()
        writer.join()
    assert all(marks["matched"] <= marks["changes"] and marks["parsed"] <= marks["visits"] for marks in found)
    assert found[-1]["visits"] > found[0]["visits"]  # it was written meanwhile


def test_what_is_restored_is_what_was_there_and_the_old_directory_is_kept(house: DataDirectory, tmp_path: Path) -> None:
    backup = taking.take(house, tmp_path / "safe", NOW)
    put(house, article("备份之后"))

    result = restoring.restore(backup, house.path, LATER)

    assert result.aside == tmp_path / "data.before-restore-20261121T061500"
    assert rows(house.archive, "select title from articles order by 1") == [("西宁揽才",), ("青海引才",)]
    assert len(rows(result.aside / "archive.db", "select title from articles")) == 3
    assert (house.path / "sources" / "own.toml").read_text("utf-8") == 'title = "自己的来源"\n'
    assert [one.name for one in tmp_path.iterdir() if ".restoring" in one.name] == []


def test_restoring_elsewhere_touches_nothing_here(house: DataDirectory, tmp_path: Path) -> None:
    backup = taking.take(house, tmp_path / "safe", NOW)
    result = restoring.restore(backup, tmp_path / "elsewhere" / "data", LATER)

    assert result == restoring.Restored(None, 0)
    elsewhere = DataDirectory(tmp_path / "elsewhere" / "data")
    assert taking.last(elsewhere) == (NOW, backup.folder)
    for file, sql in ((elsewhere.archive, "select id, title from articles"),
                      (elsewhere.subscribers, "select id from subscription")):  # fmt: skip
        assert rows(file, sql) == rows(house.path / file.name, sql)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: _flip(folder / "data" / "archive.db"), "archive.db 与清单里的大小或校验值不符"),
        (lambda folder: _flip(folder / "data" / "caixun.toml"), "caixun.toml 与清单里的大小或校验值不符"),
        (lambda folder: (folder / "data" / "crawl.db").unlink(), "缺少"),
        (lambda folder: (folder / "manifest.json").unlink(), "不是才讯的备份"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": 1', "utf-8"), "读不出"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": 9}', "utf-8"), "格式是 9"),
    ],
)
def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    house: DataDirectory, tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    folder = taking.take(house, tmp_path / "safe", NOW).folder
    spoil(folder)

    with pytest.raises(BrokenBackup, match=said):
        restoring.restore(kept.read(folder), house.path, LATER)
    assert len(rows(house.archive, "select * from articles")) == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "safe"]


def test_a_backup_of_a_newer_version_is_refused(house: DataDirectory, tmp_path: Path) -> None:
    with closing(open_writer(house.archive)) as connection:
        connection.execute(
            "insert into _sqlite_migrations(migration_set, name, applied_at) values ('caixun.archive', 'm900_new', '')"
        )
    backup = taking.take(house, tmp_path / "safe", NOW)
    with pytest.raises(BrokenBackup, match=r"m900_new.*请升级才讯"):
        restoring.restore(backup, tmp_path / "new", LATER)
    assert not (tmp_path / "new").exists()


def test_a_directory_in_use_is_not_replaced(house: DataDirectory, tmp_path: Path) -> None:
    backup = taking.take(house, tmp_path / "safe", NOW)
    with closing(open_writer(house.crawl)) as somebody:
        somebody.execute("select count(*) from visit").fetchone()
        with pytest.raises(DataDirectoryError, match=r"crawl\.db 正被打开"):
            restoring.restore(backup, house.path, LATER)
    assert restoring.restore(backup, house.path, LATER).aside


def test_a_damaged_old_directory_is_put_aside_all_the_same(house: DataDirectory, tmp_path: Path) -> None:
    backup = taking.take(house, tmp_path / "safe", NOW)
    for file in (house.archive, house.subscribers):
        file.write_bytes(b"\x00broken" * 1000)
    result = restoring.restore(backup, house.path, LATER)
    assert result.aside and (result.aside / "archive.db").read_bytes().startswith(b"\x00broken")
    assert len(rows(house.archive, "select * from articles")) == 2


def test_only_the_newest_are_kept(house: DataDirectory, tmp_path: Path) -> None:
    made = [taking.take(house, tmp_path / "safe", NOW + datetime.timedelta(hours=hour)) for hour in range(4)]
    (tmp_path / "safe" / "caixun-holidays").mkdir()  # somebody's own: not a backup, never deleted

    assert kept.thin(tmp_path / "safe", made[0].house, 2) == [one.folder.name for one in made[:2]]
    assert kept.listed(tmp_path / "safe") == made[2:]
    assert kept.thin(tmp_path / "safe", made[0].house, 2) == []
    assert kept.thin(tmp_path / "safe", made[0].house, 0) == []
    assert kept.thin(tmp_path / "safe", "another house", 1) == []
    assert (tmp_path / "safe" / "caixun-holidays").is_dir()


def test_a_place_within_the_data_directory_or_without_room_is_refused(
    house: DataDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BrokenBackup, match="数据目录里面"):
        taking.take(house, house.path / "backups", NOW)
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BrokenBackup, match="不能写"):
        taking.take(house, tmp_path / "file", NOW)
    monkeypatch.setattr(taking, "_SPARE", 1 << 60)
    with pytest.raises(BrokenBackup, match="这份备份要"):
        taking.take(house, tmp_path / "safe", NOW)
    assert list((tmp_path / "safe").iterdir()) == []


def test_two_at_once_do_not_meet(house: DataDirectory, tmp_path: Path) -> None:
    with taking._alone(_made(tmp_path / "safe")), pytest.raises(BrokenBackup, match="另一个备份正在写"):
        taking.take(house, tmp_path / "safe", NOW)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_killed_anywhere_it_leaves_nothing_that_restore_accepts(house: DataDirectory, tmp_path: Path) -> None:
    """kill −9 at each step that tells its progress, in a process of its own; the next backup sweeps up."""
    place, steps = tmp_path / "safe", 0
    taking.take(house, place, NOW)
    while True:
        child = os.fork()
        if child == 0:
            _die_at(steps, lambda tell: taking.take(house, place, LATER, tell))
        _, status = os.waitpid(child, 0)
        assert [backup.taken for backup in kept.listed(place)][:1] == ["2026-11-21T05:15:00+00:00"]
        if not os.WIFSIGNALED(status):
            break
        left = [one for one in place.iterdir() if one.name.startswith(".unfinished-")]
        assert len(left) == 1
        with pytest.raises(BrokenBackup):
            kept.read(left[0])
        steps += 1
    assert steps >= 8
    assert len(kept.listed(place)) == 2
    assert [one for one in place.iterdir() if one.name.startswith(".unfinished-")] == []
    kept.check(kept.listed(place)[1])


def test_a_restore_killed_anywhere_leaves_the_old_directory_and_can_be_done_again(
    house: DataDirectory, tmp_path: Path
) -> None:
    backup, steps = taking.take(house, tmp_path / "safe", NOW), 0
    while True:
        child = os.fork()
        if child == 0:
            _die_at(steps, lambda tell: restoring.restore(backup, house.path, LATER, tell))
        _, status = os.waitpid(child, 0)
        assert len(rows(house.archive, "select * from articles")) == 2
        if not os.WIFSIGNALED(status):
            break
        steps += 1
    assert steps >= 10
    assert (tmp_path / "data.before-restore-20261121T061500").is_dir()


def _die_at(step: int, work: Callable[[kept.Progress], Backup | restoring.Restored]) -> None:
    seen: list[str] = []

    def tell(name: str, _done: int, _total: int) -> None:
        if len(seen) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        seen.append(name)

    try:
        work(tell)
    finally:
        os._exit(0)


def test_nobody_who_writes_has_to_wait(house: DataDirectory, tmp_path: Path) -> None:
    """While the bytes are copied (held up here) a writer gets its transaction at once."""
    waits: list[float] = []

    def write(_name: str, _done: int, _total: int) -> None:
        before = time.monotonic()
        put(house, article(f"备份时第{len(waits)}篇"))
        waits.append(time.monotonic() - before)

    backup = taking.take(house, tmp_path / "safe", NOW, write)
    assert len(waits) >= 8
    assert max(waits) < 5
    assert len(rows(backup.folder / "data" / "archive.db", "select * from articles")) == 2
    said = json.loads((backup.folder / "manifest.json").read_text("utf-8"))
    assert said["marks"]["changes"] == 2
