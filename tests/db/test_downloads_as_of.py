"""Downloads as of an instant: the same bytes whatever happens afterwards, takedowns excepted and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import search
from db.connection import open_reader
from db.downloads.frames import frame
from db.paths import DataDirectory
from tests.benchmarks.download_asof import Amounts, World, run


def test_what_happens_later_changes_no_byte_and_what_is_taken_down_is_named(tmp_path: Path) -> None:
    found = run(tmp_path, 60, Amounts(inserts=30, edits=10, removals=6, merges=4, rereads=6))
    assert found["differ"] == []
    assert found["files"] == 34
    assert set(found["happened"]) == {"gone", "merged", "new", "reread", "revised"}
    assert found["taken down"] == {"still in": [], "named": True}
    # the comparison can fail: as of now nearly every file is another one
    assert len(found["as now"]) < 8


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(DataDirectory(tmp_path / "data").prepare())


def coverage(world: World, number: int) -> list[tuple[object, ...]]:
    return [tuple(row) for row in frame(world.connection, "coverage", as_of=number).rows]


def test_coverage_as_of_a_change_counts_what_had_been_visited_when_it_was_made(world: World) -> None:
    world.insert(2)
    (first,) = world.connection.execute("select max(number) from changes").fetchone()
    then = coverage(world, first)
    assert [row[2:5] for row in then] == [(1, 2, 2)]
    world.edit(next(iter(world.live)))
    world.insert(5)
    assert coverage(world, first) == then
    (last,) = world.connection.execute("select max(number) from changes").fetchone()
    now = [tuple(row) for row in world.connection.execute("select * from coverage order by source, day")]
    assert coverage(world, last) == now != then
    assert coverage(world, 0) == []


def test_coverage_is_complete_beside_an_old_page_that_was_added(world: World) -> None:
    world.insert(3)
    world.connection.execute(
        "insert into changes(at, kind, article) values ('2020-01-01T00:00:00+00:00', 'new', 'added')"
    )
    (last,) = world.connection.execute("select max(number) from changes").fetchone()
    assert len(coverage(world, last)) == 1


def test_a_fact_that_is_not_read_any_more_is_found_as_of_before_only(world: World) -> None:
    world.insert(8)
    url = next(url for url, article in world.live.items() if article.facts[0].kind == "figure")
    (before,) = world.connection.execute("select max(number) from changes").fetchone()
    count = search.search(world.connection, "has:figure", {}).total
    world.reread(url)
    reader = open_reader(Path(world.connection.execute("pragma database_list").fetchone()[2]))
    for moment, expected in ((before, count), (before + 1, count - 1), (None, count - 1)):
        assert search.search(reader, "has:figure", {}, as_of=moment).total == expected
        as_of = before + 1 if moment is None else moment
        assert len(list(frame(reader, "articles", query="has:figure", as_of=as_of).rows)) == expected
