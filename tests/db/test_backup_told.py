"""What was told after the backup is not told again by the restored house; what was begun goes on under its key."""

from __future__ import annotations

import datetime
from contextlib import closing
from pathlib import Path

import pytest

from db import delivered, subscriptions
from db.backup import kept, restoring, retelling, taking
from db.connection import open_reader, open_writer
from db.frontier import iso
from db.paths import DataDirectory
from scheduler import house as houses
from scheduler.delivering import once
from scheduler.in_force import settings_of
from tests.scheduler.alert_house import Post, article, post_office, prepared, put, subscribed

NOW = datetime.datetime(2026, 11, 21, 5, 15, tzinfo=datetime.UTC)
ONE, TWO, THREE = (article(f"引才第{number}号", published="2026-11-21") for number in "一二三")


def made(tmp_path: Path, port: int, *, journal: bool = True) -> DataDirectory:
    directory = prepared(tmp_path / "data", port)
    if journal:
        with (directory.path / "caixun.toml").open("a", encoding="utf-8") as file:
            file.write(f'[backup]\ndir = "{tmp_path / "safe"}"\n')
    subscribed(directory, "引才", "a@example.cn")
    tell(directory)
    return directory


def tell(directory: DataDirectory) -> None:
    once(directory, settings_of(directory))


def later(directory: DataDirectory) -> None:
    with closing(open_writer(directory.subscribers)) as subscribers:
        subscribers.execute("update letter set next_try = ? where state = 'waiting'", [iso(houses.now())])


def keys(post: Post) -> dict[str, set[str]]:
    """Title → the Message-IDs under which it was told."""
    found: dict[str, set[str]] = {}
    for _, key, text in post.accepted:
        for line in text.splitlines():
            if line.startswith("■ "):
                found.setdefault(line[2:], set()).add(key)
    return found


def test_what_was_told_after_the_backup_is_not_told_in_other_company(tmp_path: Path) -> None:
    with post_office() as (post, port):
        first = made(tmp_path, port)
        backup = taking.take(first, tmp_path / "safe", NOW)
        put(first, ONE, TWO)
        tell(first)  # one message with both

        done = restoring.restore(backup, tmp_path / "elsewhere", NOW)
        second = DataDirectory(tmp_path / "elsewhere")
        put(second, ONE, THREE)
        put(second, TWO)
        tell(second)
    assert done.told == 1
    assert len(post.accepted) == 2
    assert {title: len(found) for title, found in keys(post).items()} == {
        "引才第一号": 1,
        "引才第二号": 1,
        "引才第三号": 1,
    }


def test_the_journal_begins_with_what_waits_at_its_start(tmp_path: Path) -> None:
    """The very first messages of a house, written before the journal was ever looked at."""
    with post_office() as (post, port):
        first = prepared(tmp_path / "data", port)
        with (first.path / "caixun.toml").open("a", encoding="utf-8") as file:
            file.write(f'[backup]\ndir = "{tmp_path / "safe"}"\n')
        subscribed(first, "引才", "a@example.cn")
        backup = taking.take(first, tmp_path / "safe", NOW)
        put(first, ONE, TWO)
        tell(first)  # the first life of the delivery: matches, gathers, and only then looks at the journal
        assert restoring.restore(backup, tmp_path / "elsewhere", NOW).told == 1
        second = DataDirectory(tmp_path / "elsewhere")
        put(second, ONE, TWO, THREE)
        tell(second)
    assert {title: len(found) for title, found in keys(post).items()} == {
        "引才第一号": 1,
        "引才第二号": 1,
        "引才第三号": 1,
    }


def test_without_the_journal_it_would_be(tmp_path: Path) -> None:
    with post_office() as (post, port):
        first = made(tmp_path, port, journal=False)
        backup = taking.take(first, tmp_path / "safe", NOW)
        put(first, ONE, TWO)
        tell(first)
        restoring.restore(backup, tmp_path / "elsewhere", NOW)
        second = DataDirectory(tmp_path / "elsewhere")
        put(second, ONE, TWO, THREE)
        tell(second)
    assert len(keys(post)["引才第一号"]) == 2  # so the test above can fail


def test_restored_in_its_place_the_old_outbox_is_asked(tmp_path: Path) -> None:
    with post_office() as (post, port):
        house = made(tmp_path, port, journal=False)
        backup = taking.take(house, tmp_path / "safe", NOW)
        put(house, ONE, TWO)
        tell(house)
        assert restoring.restore(backup, house.path, NOW).told == 1
        put(house, ONE, TWO, THREE)
        tell(house)
    assert {title: len(found) for title, found in keys(post).items()} == {
        "引才第一号": 1,
        "引才第二号": 1,
        "引才第三号": 1,
    }


def test_what_was_begun_waits_for_its_articles_and_goes_on_under_its_key(tmp_path: Path) -> None:
    with post_office() as (post, port):
        first = made(tmp_path, port)
        backup = taking.take(first, tmp_path / "safe", NOW)
        put(first, ONE, TWO)
        post.trouble = 1.0  # nothing is accepted
        tell(first)
        with closing(open_reader(first.subscribers)) as subscribers:
            begun = subscribers.execute("select message_id from letter where kind = 'alert'").fetchone()[0]
        post.trouble = 0.0

        restoring.restore(backup, tmp_path / "elsewhere", houses.now())
        second = DataDirectory(tmp_path / "elsewhere")
        tell(second)
        assert post.accepted == []  # nothing to write it from yet
        put(second, TWO)
        later(second)
        tell(second)
        assert post.accepted == []
        put(second, ONE, THREE)
        tell(second)
        later(second)
        tell(second)
    assert keys(post)["引才第一号"] == keys(post)["引才第二号"] == {begun}
    assert len(keys(post)["引才第三号"]) == 1


def test_what_never_comes_again_is_left_out(tmp_path: Path) -> None:
    with post_office() as (post, port):
        first = made(tmp_path, port)
        backup = taking.take(first, tmp_path / "safe", NOW)
        put(first, ONE, TWO)
        post.trouble = 1.0
        tell(first)
        post.trouble = 0.0
        restoring.restore(backup, tmp_path / "elsewhere", houses.now() - retelling.PATIENCE * 2)
        second = DataDirectory(tmp_path / "elsewhere")
        put(second, TWO)
        tell(second)
        tell(second)
    assert list(keys(post)) == ["引才第二号"]
    with closing(open_reader(second.subscribers)) as subscribers:
        assert subscribers.execute("select count(*) from letter where state = 'waiting'").fetchone()[0] == 0


def test_the_journal_holds_no_address_and_no_text(tmp_path: Path) -> None:
    with post_office() as (_, port):
        first = made(tmp_path, port)
        put(first, ONE)
        tell(first)
    text = "".join(file.read_text("utf-8") for file in (tmp_path / "safe" / "told").rglob("*.jsonl"))
    assert '"letter"' in text
    assert '"sent"' in text
    assert "example.cn" not in text
    assert "引才" not in text


def test_a_line_that_a_kill_cut_off_is_left_out_and_twice_is_as_once(tmp_path: Path) -> None:
    with post_office() as (post, port):
        first = made(tmp_path, port)
        backup = taking.take(first, tmp_path / "safe", NOW)
        put(first, ONE)
        tell(first)
        tell(first)
        journal = next((tmp_path / "safe" / "told").rglob("*.jsonl"))
        with journal.open("a", encoding="utf-8") as file:
            file.write(journal.read_text("utf-8") + '{"letter": "<cut')
        for place in ("once", "again"):
            assert restoring.restore(backup, tmp_path / place, NOW).told == 1
            second = DataDirectory(tmp_path / place)
            put(second, ONE)
            tell(second)
    assert len(post.accepted) == 1


@pytest.mark.parametrize("spoil", [b"", b"\x00" * 9000])
def test_an_old_outbox_that_cannot_be_read_is_no_obstacle(tmp_path: Path, spoil: bytes) -> None:
    house = made(tmp_path, 0)
    backup = taking.take(house, tmp_path / "safe", NOW)
    house.subscribers.write_bytes(spoil)
    assert restoring.restore(kept.read(backup.folder), house.path, NOW).told == 0


def test_who_left_after_the_backup_is_told_nothing_more(tmp_path: Path) -> None:
    with post_office() as (post, port):
        first = made(tmp_path, port)
        other = subscribed(first, "第一号", "b@example.cn")
        subscribed(first, "第二号", "c@example.cn")
        backup = taking.take(first, tmp_path / "safe", NOW)
        with closing(open_writer(first.subscribers)) as subscribers:
            subscriptions.stop(subscribers, other, houses.now())
            subscriptions.forget(subscribers, "c@example.cn")
        tell(first)
        restoring.restore(backup, tmp_path / "elsewhere", houses.now())
        second = DataDirectory(tmp_path / "elsewhere")
        put(second, ONE, TWO)
        tell(second)
    assert {to for to, _, _ in post.accepted} == {"a@example.cn"}
    with closing(open_reader(second.subscribers)) as subscribers:
        assert [row[0] for row in subscribers.execute("select email from subscription order by email")] == [
            "a@example.cn",
            "b@example.cn",
        ]


def test_the_frozen_link_of_what_was_told_after_the_backup_is_there_again(tmp_path: Path) -> None:
    with post_office() as (_, port):
        first = made(tmp_path, port)
        backup = taking.take(first, tmp_path / "safe", NOW)
        put(first, ONE)
        tell(first)
        tell(first)
        with closing(open_reader(first.subscribers)) as subscribers:
            key = subscribers.execute("select key from delivered").fetchone()[0]
        restoring.restore(backup, tmp_path / "elsewhere", houses.now())
        second = DataDirectory(tmp_path / "elsewhere")
        put(second, ONE)
        tell(second)
    with closing(open_reader(second.subscribers)) as subscribers, closing(open_reader(second.archive)) as archive:
        shown = delivered.opened(subscribers, archive, key)
    assert shown is not None
    assert [one.hit.title for one in shown.told if one.hit] == ["引才第一号"]
