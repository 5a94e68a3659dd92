"""Snapshots: the same bytes come back, revisions cost little, damage is noticed."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
import zstandard
from sqlite_utils import Database

from db import snapshots
from db.connection import migrate, open_writer
from db.errors import DamagedSnapshot
from db.migrations import crawl

WORDS = "人才引进培养高原绿色算力青海西宁专家博士企业平台政策服务乡村医疗教育盐湖光伏项目"


def page(seed: int, paragraphs: int = 60) -> bytes:
    draw = random.Random(seed)
    lines = ["".join(draw.choice(WORDS) for _ in range(80)) + str(draw.randrange(10**6)) for _ in range(paragraphs)]
    return ("<html><body>" + "".join(f"<p class='t'>{line}</p>\n" for line in lines) + "</body></html>").encode()


@pytest.fixture
def connection(tmp_path: Path) -> sqlite3.Connection:
    migrate(tmp_path / "crawl.db", crawl.migrations)
    return open_writer(tmp_path / "crawl.db")


def links(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute("select links from snapshot where hash = ?", [name]).fetchone()[0])


def size(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute("select length(blob) from snapshot where hash = ?", [name]).fetchone()[0])


def test_bytes_come_back_as_they_were(connection: sqlite3.Connection) -> None:
    bodies = [b"", b"a", page(1), bytes(range(256)) * 300, random.Random(4).randbytes(200_000)]
    names = [snapshots.store(connection, body) for body in bodies]
    assert [snapshots.read(connection, name) for name in names] == bodies


def test_the_same_bytes_are_stored_once(connection: sqlite3.Connection) -> None:
    first, second = snapshots.store(connection, page(1)), snapshots.store(connection, page(1))
    assert first == second
    assert connection.execute("select count(*) from snapshot").fetchone()[0] == 1


def test_a_revision_costs_a_twentieth_of_the_page(connection: sqlite3.Connection) -> None:
    body = page(2)
    first = snapshots.store(connection, body)
    second = snapshots.store(connection, body.replace(b"</p>", "（更正）</p>".encode(), 1), first)
    assert size(connection, second) <= 0.05 * len(body)
    assert snapshots.read(connection, second) == body.replace(b"</p>", "（更正）</p>".encode(), 1)


def test_a_chain_ends_and_every_link_can_be_read(connection: sqlite3.Connection) -> None:
    bodies = [page(3) + f"<p>第{number}版</p>".encode() for number in range(20)]
    name, names = None, []
    for body in bodies:
        name = snapshots.store(connection, body, name)
        names.append(name)
    assert max(links(connection, one) for one in names) == snapshots.LONGEST_CHAIN
    assert [snapshots.read(connection, one) for one in names] == bodies


def test_a_page_that_shares_nothing_is_stored_whole(connection: sqlite3.Connection) -> None:
    first = snapshots.store(connection, random.Random(5).randbytes(40_000))
    second = snapshots.store(connection, random.Random(6).randbytes(40_000), first)
    assert links(connection, second) == 0


def test_a_revision_of_a_page_of_megabytes(connection: sqlite3.Connection) -> None:
    body = b"".join(page(seed, 400) for seed in range(60))
    first = snapshots.store(connection, body)
    second = snapshots.store(connection, b"new" + body, first)
    assert size(connection, second) <= 0.05 * len(body)
    assert snapshots.read(connection, second) == b"new" + body


def test_a_removed_snapshot_takes_no_later_one_with_it(connection: sqlite3.Connection) -> None:
    bodies = [page(7) + str(number).encode() for number in range(4)]
    names: list[str] = []
    for body in bodies:
        names.append(snapshots.store(connection, body, names[-1] if names else None))
    snapshots.remove(connection, names[1])
    with pytest.raises(KeyError):
        snapshots.read(connection, names[1])
    kept = [names[0], names[2], names[3]]
    assert [snapshots.read(connection, one) for one in kept] == [bodies[0], bodies[2], bodies[3]]


@pytest.mark.parametrize("change", ["blob = x'00'", "blob = (select blob from snapshot where hash <> ?1)"])
def test_damage_is_noticed(connection: sqlite3.Connection, change: str) -> None:
    name = snapshots.store(connection, page(8))
    snapshots.store(connection, page(9))
    connection.execute(f"update snapshot set {change} where hash = ?1", [name])
    with pytest.raises(DamagedSnapshot, match="快照"):
        snapshots.read(connection, name)


def test_snapshots_of_the_first_schema_are_still_read(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = Database(path)
    crawl.migrations.apply(old, stop_before="m002_snapshot_differences")
    blob = zstandard.ZstdCompressor(level=10).compress(page(10))
    name = snapshots.hash_of(page(10))
    old.conn.execute("insert into snapshot(hash, size, blob) values (?, ?, ?)", [name, len(page(10)), blob])
    old.conn.commit()
    old.close()
    migrate(path, crawl.migrations)
    assert snapshots.read(open_writer(path), name) == page(10)
