"""Requests of the web: asked once, worked off once, begun again after a kill, ended once."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from db import requests, runs
from db.connection import open_writer
from db.paths import DataDirectory

NOW = datetime.datetime(2026, 3, 2, 1, 0, tzinfo=datetime.UTC)


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(DataDirectory(tmp_path).prepare().crawl)
    yield connection
    connection.close()


def ask(connection: sqlite3.Connection, url: str = "https://a.example.cn/") -> int:
    return requests.enqueue(connection, "preview", {"url": url}, NOW)


def test_asking_twice_asks_once_until_it_is_done(crawl: sqlite3.Connection) -> None:
    first = ask(crawl)
    assert ask(crawl) == first and ask(crawl, "https://b.example.cn/") != first
    requests.claim(crawl)
    assert ask(crawl) == first
    requests.finish(crawl, first, {"id": "a"}, NOW)
    assert ask(crawl) != first


def test_the_oldest_is_claimed_first_and_nothing_twice(crawl: sqlite3.Connection) -> None:
    numbers = [ask(crawl, f"https://a.example.cn/{number}") for number in range(3)]
    claimed = [requests.claim(crawl) for _ in range(4)]
    assert [one.id if one else None for one in claimed] == [*numbers, None]
    assert claimed[0] is not None and claimed[0].arguments == {"url": "https://a.example.cn/0"} and claimed[0].open


def test_many_claimers_share_the_work(tmp_path: Path) -> None:
    file = DataDirectory(tmp_path).prepare().crawl
    with ThreadPoolExecutor(4) as pool:
        connections = [open_writer(file) for _ in range(4)]
        for number in range(12):
            ask(connections[0], f"https://a.example.cn/{number}")
        got: list[int] = []
        for _ in range(4):
            got += [one.id for one in pool.map(requests.claim, connections) if one]
        for connection in connections:
            connection.close()
    assert sorted(got) == list(range(1, 13))


def test_what_was_running_waits_again_after_a_restart(crawl: sqlite3.Connection) -> None:
    number = ask(crawl)
    requests.claim(crawl)
    requests.report(crawl, number, "正在打开网页")
    found = requests.find(crawl, number)
    assert found is not None and found.progress == "正在打开网页" and found.state == "running"
    assert requests.recover(crawl) == 1 and requests.recover(crawl) == 0
    again = requests.claim(crawl)
    assert again is not None and again.id == number


def test_a_request_ends_once(crawl: sqlite3.Connection) -> None:
    number = ask(crawl)
    requests.claim(crawl)
    assert requests.finish(crawl, number, {"error": "没有取到"}, NOW, failed=True)
    assert not requests.finish(crawl, number, {"id": "a"}, NOW)
    found = requests.find(crawl, number)
    assert found is not None and found.state == "failed" and found.result == {"error": "没有取到"} and not found.open
    assert requests.find(crawl, number + 1) is None and [one.id for one in requests.recent(crawl)] == [number]


def test_old_requests_are_forgotten(crawl: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "KEPT", 3)
    for number in range(8):
        requests.finish(crawl, ask(crawl, f"https://a.example.cn/{number}"), {}, NOW)
    assert len(requests.recent(crawl)) <= 5


def test_a_watched_source_is_made_due_and_another_is_not(crawl: sqlite3.Connection) -> None:
    runs.plan(crawl, ["qhnews"], NOW - datetime.timedelta(hours=1))
    crawl.execute("update source_state set next_due = '2030-01-01T00:00:00+00:00'")
    assert runs.take_due(crawl, NOW, 1) == []
    assert requests.due_now(crawl, "qhnews", NOW) and not requests.due_now(crawl, "nix", NOW)
    assert [source for source, _ in runs.take_due(crawl, NOW, 1)] == ["qhnews"]


def test_a_kind_that_nobody_works_off_is_refused(crawl: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        requests.enqueue(crawl, "format-disk", {}, NOW)
