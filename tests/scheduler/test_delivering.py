"""From an article to the letter at a real mail server: once, in company, tried again, given up, told."""

from __future__ import annotations

import asyncio
from pathlib import Path

from db import outbox, takedown
from db.connection import open_writer
from scheduler.delivering import Delivering, once
from scheduler.in_force import settings_of
from tests.scheduler.alert_house import NOW, article, post_office, prepared, put, subscribed


def test_an_article_is_told_once_to_each_who_asked(tmp_path: Path) -> None:
    with post_office() as (post, port):
        house = prepared(tmp_path, port)
        subscribed(house, "绿色算力", "a@example.cn")
        subscribed(house, "place:西宁", "b@example.cn")
        subscribed(house, "盐湖", "c@example.cn")
        put(house, article("绿色算力人才", published="2026-11-21"))
        settings = settings_of(house)
        changes, written, tried = once(house, settings)
        assert (changes, tried) == (1, written)
        assert once(house, settings) == (0, 0, 0)
    assert post.told() == {("a@example.cn", "绿色算力人才"): 1, ("b@example.cn", "绿色算力人才"): 1}


def test_what_was_taken_down_before_its_message_is_not_sent(tmp_path: Path) -> None:
    with post_office() as (post, port):
        house = prepared(tmp_path, port)
        alone = subscribed(house, "绿色算力", "a@example.cn")
        subscribed(house, "人才", "b@example.cn")
        put(house, article("绿色算力人才", published="2026-11-21"), article("盐湖人才", published="2026-11-21"))
        work = Delivering(house, settings_of(house))
        work.match()
        work.gather()
        archive = open_writer(house.archive)
        taken_down = archive.execute("select id from articles where title = '绿色算力人才'").fetchone()[0]
        takedown.take_down(archive, taken_down, NOW.isoformat(), "当事人要求")
        archive.close()
        asyncio.run(work.deliver())
        log = [(row["outcome"], row["state"], row["detail"]) for row in outbox.log_of(work.subscribers, alone)]
        work.close()
    assert post.told() == {("b@example.cn", "盐湖人才"): 1}
    assert log == [("dropped", "dropped", "内容已撤下，不再发送")]
    assert not [letter for letter in map(str, post.accepted) if "绿色算力" in letter or "撤下" in letter]


def test_a_dead_address_pauses_and_the_operator_is_told(tmp_path: Path) -> None:
    with post_office(refuses=frozenset({"gone@example.cn"})) as (post, port):
        house = prepared(tmp_path, port)
        identity = subscribed(house, "人才", "gone@example.cn")
        put(house, article("人才一", published="2026-11-21"))
        once(house, settings_of(house))
        connection = open_writer(house.subscribers)
        state = connection.execute("select state, paused from subscription").fetchone()
        assert state["state"] == "paused" and "550" in state["paused"]
        log = [(row["outcome"], row["items"]) for row in outbox.log_of(connection, identity)]
        assert log == [("paused", 1), ("dead", 1)]
        post.refuses = frozenset()
        put(house, article("人才二", published="2026-11-21"))
        once(house, settings_of(house))
        assert [to for to, _, _ in post.accepted] == ["operator@example.cn"]

        from db import subscriptions
        from scheduler import house as here

        subscriptions.resume(connection, identity, here.now())
        connection.close()
        once(house, settings_of(house))
    assert post.told() == {("gone@example.cn", "人才一"): 1, ("gone@example.cn", "人才二"): 1}
