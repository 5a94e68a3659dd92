"""Stories on planted reposts: who belongs together, whoever arrives first; ids that stay answerable; one alert."""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from db import archive, stories
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from parsers.values import Article
from tests.eval.story_clusters import Planted, planted

Partition = set[frozenset[str]]


def put(connection: sqlite3.Connection, one: Planted, at: str = "2026-11-20T04:00:00+00:00") -> None:
    article = Article(
        title=one.title,
        paragraphs=tuple(one.body.split("\n")),
        published=one.published,
        origin=one.origin,
        relevant=True,
        relevance=0.9,
    )
    with transaction(connection):
        archive.record(connection, article, archive.Seen(one.url, one.site, at, at[:10]), url=one.url)


def opened(path: Path) -> sqlite3.Connection:
    return open_writer(DataDirectory(path).prepare().archive)


def partition(connection: sqlite3.Connection) -> Partition:
    groups: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute("select id, article from stories where recorded_to is null"):
        groups[row[0]].add(row[1])
    return {frozenset(group) for group in groups.values()}


def truth(articles: list[Planted]) -> Partition:
    groups: dict[str, set[str]] = defaultdict(set)
    for one in articles:
        groups[one.cluster].add(archive.article_id(one.url))
    return {frozenset(group) for group in groups.values()}


def pairs(groups: Partition) -> set[tuple[str, str]]:
    return {(a, b) for group in groups for a in group for b in group if a < b}


@pytest.fixture(scope="module")
def articles() -> list[Planted]:
    return planted()


@pytest.fixture(scope="module")
def filled(articles: list[Planted], tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    connection = opened(tmp_path_factory.mktemp("stories"))
    for one in articles:
        put(connection, one)
    return connection


def test_planted_copies_join_and_nothing_else_does(filled: sqlite3.Connection, articles: list[Planted]) -> None:
    found, right = pairs(partition(filled)), pairs(truth(articles))
    assert len(articles) >= 3_000
    assert len(found & right) / len(right) >= 0.98
    assert len(found & right) / len(found) >= 0.99


def test_the_first_publisher_of_planted_stories_is_found(filled: sqlite3.Connection, articles: list[Planted]) -> None:
    copied = {one.cluster for one in articles if not one.first}
    firsts = {archive.article_id(one.url) for one in articles if one.first and one.cluster in copied}
    several = "select id from stories where recorded_to is null group by id having count(*) > 1"
    named = [stories.story_members(filled, row[0])[0].article for row in filled.execute(several).fetchall()]
    assert len(named) >= 400
    assert sum(name in firsts for name in named) / len(named) >= 0.95


def test_the_order_of_arrival_and_a_restart_change_nothing(articles: list[Planted], tmp_path: Path) -> None:
    some = articles[:700]
    expected: Partition | None = None
    for seed in (1, 2):
        shuffled = random.Random(seed).sample(some, len(some))
        connection = opened(tmp_path / str(seed))
        for one in shuffled[:350]:
            put(connection, one)
        connection.close()
        connection = opened(tmp_path / str(seed))
        for one in shuffled[350:]:
            put(connection, one)
        assert expected is None or partition(connection) == expected
        expected = partition(connection)
        connection.close()


def three(articles: list[Planted]) -> tuple[Planted, Planted, Planted]:
    """Two reports that have nothing in common, and one that holds both."""
    first, second = [one for one in articles if one.kind == "single" and len(one.body) > 500][:2]
    both = replace(first, url="https://both.example/", title="两地见闻", body=f"{first.body}\n{second.body}")
    return first, second, both


def test_stories_that_meet_become_the_older_one_and_both_ids_answer(articles: list[Planted], tmp_path: Path) -> None:
    connection = opened(tmp_path)
    first, second, both = three(articles)
    put(connection, first)
    put(connection, second)
    ids = [archive.article_id(one.url) for one in (first, second, both)]
    assert len(partition(connection)) == 2
    put(connection, both)

    assert partition(connection) == {frozenset(ids)}
    assert [stories.resolve(connection, identity) for identity in ids[:2]] == [ids[0], ids[0]]
    assert stories.past_ids(connection, ids[0]) == set(ids[:2])
    kinds = [row[0] for row in connection.execute("select kind from changes order by number")]
    assert kinds == ["new", "new", "new", "merged"]
    assert connection.execute("select count(distinct story) from articles where recorded_to is null").fetchone()[0] == 1


def test_an_edit_that_cuts_the_link_parts_them_again(articles: list[Planted], tmp_path: Path) -> None:
    connection = opened(tmp_path)
    first, second, both = three(articles)
    for one in (both, first, second):
        put(connection, one)
    ids = [archive.article_id(one.url) for one in (both, first, second)]
    assert partition(connection) == {frozenset(ids)}
    put(connection, replace(both, body=first.body), "2026-11-21T04:00:00+00:00")

    assert partition(connection) == {frozenset(ids[:2]), frozenset(ids[2:])}
    assert stories.resolve(connection, ids[0]) == ids[0]
    assert stories.resolve(connection, ids[2]) == ids[2]
    assert [row[0] for row in connection.execute("select kind from changes order by number")][-1] == "split"


def test_formula_briefs_of_two_weeks_stay_apart_and_a_reprinted_brief_joins(tmp_path: Path) -> None:
    connection = opened(tmp_path)
    week = "本周，青河市零工市场共登记用工单位{}家，发布岗位{}个，达成意向{}人次，欢迎广大求职者前来咨询。"
    made = [
        Planted(f"https://{n}.example/", "甲网", "零工市场播报", week.format(*n_), day, None, "", True, "brief")
        for n, (n_, day) in enumerate([((213, 4120, 86), "2025-03-03"), ((198, 3877, 91), "2025-03-10")])
    ]
    for one in [*made, replace(made[0], url="https://copy.example/", site="乙网")]:
        put(connection, one)
    assert sorted(len(group) for group in partition(connection)) == [1, 2]


def test_the_named_origin_outweighs_an_earlier_clock() -> None:
    copy = stories.Member("a", "题", "乙网", "甲网", "2025-03-18T08:00:00+08:00", "2025-03-18T01:00:00+00:00")
    first = stories.Member("b", "题", "甲网", None, "2025-03-18", "2025-03-19T01:00:00+00:00")
    undated = stories.Member("c", "题", "丙网", None, None, "2025-03-17T01:00:00+00:00")
    assert [member.article for member in stories.in_order([copy, undated, first])] == ["b", "c", "a"]
    assert stories.in_order([]) == []
