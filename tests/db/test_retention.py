"""What pruning takes and what it never takes; the bytes of every snapshot that stays are what they were."""

from __future__ import annotations

import datetime
import os
from contextlib import closing
from pathlib import Path

import pytest

from db import archive, doctor, retention, snapshots
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from db.frontier import iso, store_visit
from db.matching import Matcher
from db.paths import DataDirectory
from db.retention import Rules
from parsers.visits import Visit
from tests.scheduler.alert_house import article, prepared, put, subscribed

NOW = datetime.datetime(2026, 11, 21, 4, tzinfo=datetime.UTC)
NONE = Rules(versions="all", lists_days=0, deliveries_days=0, logs_days=0)
_TEXT = "".join(chr(0x4E00 + number * 37 % 5000) for number in range(6000))


def page(number: int) -> bytes:
    return f"<html>{_TEXT}<i>阅读 {number} 次</i>{_TEXT[::-1]}</html>".encode()


def visited(
    house: DataDirectory, url: str, body: bytes | None, days: float, kind: str = "article", status: int = 200
) -> str:
    """A visit `days` ago; when it was."""
    at = iso(NOW - datetime.timedelta(days=days))
    with closing(open_writer(house.crawl)) as crawl, transaction(crawl):
        before = crawl.execute(
            "select body_hash from visit where url = ? and body_hash is not null order by id desc", [url]
        ).fetchone()
        visit = Visit(url, "qh", kind, at, status, body=body)
        store_visit(crawl, visit, None, before[0] if before else None)
    return at


@pytest.fixture
def house(tmp_path: Path) -> DataDirectory:
    """An article looked at six times, the third gave a new revision; its list; a page that was refused."""
    directory = prepared(tmp_path / "data")
    for number in range(6):
        at = visited(directory, "https://qh.example.cn/1", page(number), 60 - number)
        if number in (0, 2):
            with closing(open_writer(directory.archive)) as connection, transaction(connection):
                seen = Seen("https://qh.example.cn/1", "qh", at, at[:10])
                archive.record(connection, article("引才", f"第{number}稿。"), seen, url=seen.url)
    for number in range(4):
        visited(directory, "https://qh.example.cn/list", page(100 + number), 80 - 25 * number, kind="list")
    at = visited(directory, "https://qh.example.cn/no", page(200), 50)
    with closing(open_writer(directory.archive)) as connection, transaction(connection):
        seen = Seen("https://qh.example.cn/no", "qh", at, at[:10])
        archive.reject(connection, seen.url, seen, "无关", 0.1, (), "与人才工作无关")
    return directory


def kept(house: DataDirectory) -> list[tuple[str, int]]:
    """(address, how many of its visits still have their bytes); each is read and checked."""
    found: dict[str, int] = {}
    with closing(open_reader(house.crawl)) as crawl:
        for row in crawl.execute("select url, body_hash from visit where body_hash is not null order by id").fetchall():
            try:
                snapshots.read(crawl, row["body_hash"])
            except KeyError:
                continue
            found[row["url"].rpartition("/")[2]] = found.get(row["url"].rpartition("/")[2], 0) + 1
    return sorted(found.items())


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        (NONE, [("1", 6), ("list", 4), ("no", 1)]),
        (Rules(versions="revisions", lists_days=0), [("1", 3), ("list", 4), ("no", 1)]),  # first, last, the edited
        (Rules(versions="all", lists_days=30), [("1", 6), ("list", 2), ("no", 1)]),
        (Rules(versions="all", lists_days=1), [("1", 6), ("list", 0), ("no", 1)]),
        (Rules(versions="all", lists_days=0, rejected_days=40), [("1", 6), ("list", 4), ("no", 0)]),
        (Rules(versions="all", lists_days=0, articles_days=57), [("1", 3), ("list", 4), ("no", 1)]),
    ],
)
def test_each_rule_takes_what_it_says(house: DataDirectory, rules: Rules, left: list[tuple[str, int]]) -> None:
    found = retention.plan(house, rules, NOW)
    before = kept(house)
    retention.prune(house, rules, found, NOW)

    assert before == [("1", 6), ("list", 4), ("no", 1)]  # planning takes nothing
    assert kept(house) == [one for one in left if one[1]]
    assert len(found.hashes) == sum(count for _, count in before) - sum(count for _, count in left)
    assert retention.plan(house, rules, NOW).hashes == ()
    assert retention.prune(house, rules, retention.plan(house, rules, NOW), NOW) == 0


def test_the_differences_of_later_versions_stay_small(house: DataDirectory) -> None:
    def size() -> int:
        with closing(open_reader(house.crawl)) as crawl:
            return int(crawl.execute("select sum(length(blob)) from snapshot").fetchone()[0])

    before, found = size(), retention.plan(house, Rules(), NOW)
    retention.prune(house, Rules(), found, NOW)
    assert found.bytes > 0
    assert size() < before


def test_what_an_address_had_last_stays_to_be_compared_with(house: DataDirectory) -> None:
    with closing(open_writer(house.crawl)) as crawl:
        crawl.execute(
            "insert into frontier(url, source, kind, due, first_seen, body_hash)"
            " select url, source, kind, '', '', body_hash from visit where kind = 'list' order by id desc limit 1"
        )
    rules = Rules(versions="all", lists_days=1)
    retention.prune(house, rules, retention.plan(house, rules, NOW), NOW)
    assert dict(kept(house))["list"] == 1


def test_what_was_fetched_again_after_the_plan_stays(house: DataDirectory) -> None:
    rules = Rules(versions="all", lists_days=30)
    found = retention.plan(house, rules, NOW)
    visited(house, "https://qh.example.cn/list", page(100), 0, kind="list")  # the bytes of the oldest
    retention.prune(house, rules, found, NOW)
    assert dict(kept(house))["list"] == 4


def test_the_doctor_knows_what_was_dropped(house: DataDirectory) -> None:
    for file, sql in ((house.archive, "update mark set position = 0"), (house.crawl, "select 1")):
        with closing(open_writer(file)) as connection:
            connection.execute(sql)
    retention.prune(house, Rules(lists_days=1), retention.plan(house, Rules(lists_days=1), NOW), NOW)
    states = {finding.check: finding for finding in doctor.examine(house, NOW)}
    assert states["孤立记录"].state == doctor.OK, states["孤立记录"].detail


def test_old_deliveries_logs_and_changes_of_subscriptions_go_but_no_debt(house: DataDirectory, tmp_path: Path) -> None:
    identity = subscribed(house, "人才")
    (house.path / "logs").mkdir()
    for name in ("web.log", "web.log.1", "stages.log.1"):
        (house.path / "logs" / name).write_text("x", "utf-8")
    old = (NOW - datetime.timedelta(days=200)).timestamp()
    os.utime(house.path / "logs" / "web.log.1", (old, old))
    os.utime(house.path / "logs" / "web.log", (old, old))
    with closing(open_writer(house.subscribers)) as subscribers:
        subscribers.execute(
            "insert into letter(message_id, subscription, kind, channel, address, created, state, next_try)"
            " values ('<a>', ?, 'alert', 'mail', 'a@b.cn', '', 'sent', ''), ('<w>', ?, 'alert', 'mail', 'a@b.cn', '',"
            " 'waiting', '')", [identity, identity])  # fmt: skip
        subscribers.executemany(
            "insert into delivery(message_id, at, outcome) values (?, ?, 'retry')",
            [("<a>", "2024-01-01"), ("<a>", "2026-11-01"), ("<w>", "2024-01-01")],
        )
        subscribers.executemany("insert into subscription_log(subscription) values (?)", [(identity,)] * 3000)
    rules = Rules(versions="all", lists_days=0)
    found = retention.plan(house, rules, NOW)

    assert {portion.reason: portion.count for portion in found.portions} == {
        "subscription_log": 2002, "deliveries": 1, "logs": 1,
    }  # fmt: skip
    assert retention.prune(house, rules, found, NOW) == 2004
    with closing(open_reader(house.subscribers)) as subscribers:
        assert subscribers.execute("select count(*) from subscription_log").fetchone()[0] == 1000
        assert subscribers.execute("select count(*) from letter").fetchone()[0] >= 2
    assert sorted(file.name for file in (house.path / "logs").iterdir()) == ["stages.log.1", "web.log"]


def test_a_matcher_that_slept_through_the_pruning_knows_all_searches(house: DataDirectory) -> None:
    with closing(open_writer(house.subscribers)) as subscribers, closing(open_reader(house.archive)) as archive_db:
        matcher = Matcher(subscribers, archive_db)
        while matcher.step(NOW):
            pass
        identity = subscribed(house, "揽才")
        subscribers.executemany("insert into subscription_log(subscription) values (?)", [("somebody else",)] * 2500)
        retention.prune(house, Rules(), retention.plan(house, Rules(), NOW), NOW)
        put(house, article("西宁揽才"))
        assert matcher.step(NOW) == 1
        told = subscribers.execute("select count(*) from outbox where subscription = ?", [identity]).fetchone()[0]
    assert told == 1


def test_compacting_gives_the_space_back(house: DataDirectory) -> None:
    rules = Rules(lists_days=1)
    retention.prune(house, rules, retention.plan(house, rules, NOW), NOW)
    before = kept(house)
    assert retention.compact(house) > 0
    assert kept(house) == before
