"""What becomes a debt: once a story, and of edits, removals, values and first uses only what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db import archive, gathering, outbox, subscriptions
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from db.matching import Matcher
from db.paths import DataDirectory
from db.schedules import Clock, Wishes
from parsers.values import Fact
from tests.scheduler.alert_house import NOW, article, prepared, put, subscribed, text_of

CLOCK = Clock(lambda day: True)
URL = "https://qh.example.cn/one"


class House:
    """A house whose matcher lives on, as that of the delivery process does."""

    def __init__(self, path: Path) -> None:
        self.directory: DataDirectory = prepared(path)
        self.subscribers = open_writer(self.directory.subscribers)
        self.matcher = Matcher(self.subscribers, open_reader(self.directory.archive))

    def debts(self) -> list[tuple[str, str | None]]:
        """(kind, note) of what became a debt since the last call."""
        while self.matcher.step(NOW):
            pass
        rows = self.subscribers.execute("select kind, note from outbox where letter is null order by id").fetchall()
        self.subscribers.execute("update outbox set letter = 'told' where letter is null")
        return [(row[0], row[1]) for row in rows]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    one = House(tmp_path)
    yield one
    one.subscribers.close()


def test_edits_and_reposts_of_what_was_told_are_not_told_again(house: House) -> None:
    subscribed(house.directory, "绿色算力")
    first = article("绿色算力人才")
    put(house.directory, first, url=URL)
    assert house.debts() == [("new", None)]
    put(house.directory, replace(first, paragraphs=(*first.paragraphs, "又及：绿色算力。")), url=URL)
    put(house.directory, replace(first, origin="青海日报"), url="https://copy.example.cn/1")
    assert house.debts() == []


def test_every_copy_is_told_where_every_copy_is_asked_for(house: House) -> None:
    subscribed(house.directory, "绿色算力", wishes=Wishes(copies="every"))
    first = article("绿色算力人才")
    put(house.directory, first, url=URL)
    put(house.directory, replace(first, origin="青海日报"), url="https://copy.example.cn/1")
    assert house.debts() == [("new", None), ("new", None)]


def test_an_edit_that_answers_for_the_first_time_is_told(house: House) -> None:
    subscribed(house.directory, "绿色算力")
    first = article("人才消息")
    put(house.directory, first, url=URL)
    assert house.debts() == []
    put(house.directory, replace(first, paragraphs=(*first.paragraphs, "绿色算力。")), url=URL)
    assert house.debts() == [("new", None)]


def test_changes_are_told_by_their_weight_and_removals_once(house: House) -> None:
    subscribed(house.directory, "人才", wishes=Wishes(kinds=("changed", "removed"), least_weight=0.9))
    first = article("人才消息", "全年引进人才103名。")
    put(house.directory, first, url=URL)
    assert house.debts() == []
    put(house.directory, replace(first, paragraphs=("全年引进人才130名。", *first.paragraphs[1:])), url=URL)
    ((kind, note),) = house.debts()
    assert kind == "changed"
    assert note is not None and "103" in note and "130" in note
    put(house.directory, replace(first, paragraphs=("全年，引进人才130名。", *first.paragraphs[1:])), url=URL)
    assert house.debts() == []  # a comma weighs nothing
    for _ in range(2):
        gone(house.directory)
        assert len(house.debts()) <= 1
    rows = house.subscribers.execute("select count(*) from outbox where kind = 'removed'").fetchone()
    assert rows[0] == 1


def gone(directory: DataDirectory) -> None:
    connection = open_writer(directory.archive)
    with transaction(connection):
        archive.mark_gone(connection, URL, Seen(URL, "qh", NOW.isoformat(), "2026-11-18"))
        connection.execute("update articles set state = 'current' where state = 'gone'")
    connection.close()


def figure(value: int) -> Fact:
    fields = {"measure": "引进高层次人才", "value_low": value, "value_high": value, "unit": "名", "qualifier": "exact"}
    return Fact("figure", "西宁市", "2026", "证据", 0, 2, "test", 1, fields)


def test_a_measure_is_told_of_when_its_value_is_new(house: House) -> None:
    subscribed(house.directory, "figure:引进高层次人才", wishes=Wishes(kinds=("value",)))
    put(house.directory, replace(article("甲"), facts=(figure(103),)))
    ((kind, note),) = house.debts()
    assert kind == "value" and note is not None and "103" in note
    put(house.directory, replace(article("乙"), facts=(figure(103),)))
    assert house.debts() == []
    put(house.directory, replace(article("丙"), facts=(figure(130),)))
    assert len(house.debts()) == 1


def test_the_first_use_of_a_phrase_is_told_once_a_province(house: House) -> None:
    put(house.directory, article("绿色算力旧闻"))
    subscribed(house.directory, "组团式引才", wishes=Wishes(kinds=("phrase",)))
    subscribed(house.directory, "绿色算力", wishes=Wishes(kinds=("phrase",)))
    house.subscribers.execute("update subscription set since = 1")  # confirmed after the old article
    put(house.directory, article("甲", "组团式引才。绿色算力。"), article("乙", "组团式引才又一次。"))
    assert house.debts() == [("phrase", "青海省")]
    put(house.directory, replace(article("丙", "组团式引才在甘肃。"), places=("兰州市",)))
    assert house.debts() == [("phrase", "甘肃省")]


def test_a_change_of_subscription_takes_effect_for_the_next_article(house: House) -> None:
    identity = subscribed(house.directory, "盐湖")
    put(house.directory, article("绿色算力一"))
    assert house.debts() == []
    subscriptions.change(house.subscribers, identity, "绿色算力", {}, "instant", Wishes())
    put(house.directory, article("绿色算力二"))
    assert house.debts() == [("new", None)]
    subscriptions.stop(house.subscribers, identity, NOW)
    put(house.directory, article("绿色算力三"))
    assert house.debts() == []
    assert subscriptions.forget(house.subscribers, "reader@example.cn") == 1
    left = [house.subscribers.execute(f"select count(*) from {t}").fetchone()[0] for t in ("outbox", "letter")]
    assert left == [0, 0]


def test_late_finds_wait_for_company_and_come_as_one_summary(house: House) -> None:
    subscribed(house.directory, "绿色算力")
    put(house.directory, *(article(f"绿色算力{number}", published="2025-03-01") for number in range(25)))
    while house.matcher.step(NOW):
        pass
    assert gathering.gather_instant(house.subscribers, NOW, CLOCK) == 0
    later = NOW + gathering.SETTLE
    assert gathering.gather_instant(house.subscribers, later, CLOCK) == 1
    (letter,) = outbox.due_letters(house.subscribers, later)
    assert (letter.kind, len(letter.debts)) == ("summary", 25)
    assert gathering.gather_instant(house.subscribers, later + timedelta(days=1), CLOCK) == 0


def test_a_cap_leaves_the_rest_for_the_next_day(house: House) -> None:
    subscribed(house.directory, "绿色算力", wishes=Wishes(cap=1))
    for number in range(3):
        put(house.directory, article(f"绿色算力{number}"))
        while house.matcher.step(NOW):
            pass
        gathering.gather_instant(house.subscribers, NOW, CLOCK)
    assert [len(one.debts) for one in outbox.due_letters(house.subscribers, NOW)] == [1]
    tomorrow = NOW + timedelta(days=1)
    gathering.gather_instant(house.subscribers, tomorrow, CLOCK)
    assert [len(one.debts) for one in outbox.due_letters(house.subscribers, tomorrow)] == [1, 2]


def test_the_same_notice_is_owed_once(house: House) -> None:
    assert outbox.owe_notice(house.subscribers, "calendar-2027", "缺少历法", ["请补充"], NOW)
    assert not outbox.owe_notice(house.subscribers, "calendar-2027", "缺少历法", ["请补充"], NOW + timedelta(days=9))
    (due,) = outbox.due_letters(house.subscribers, NOW)
    assert (due.channel, due.subject, due.lines, due.subscription) == ("operator", "缺少历法", ("请补充",), None)


def test_texts_of_the_house_are_no_copies() -> None:
    assert text_of(1) != text_of(2)
