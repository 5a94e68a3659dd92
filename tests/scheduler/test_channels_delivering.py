"""From an article to webhooks and robots: signed, once, in the text of that day; addresses that are gone are paused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import delivered, outbox, subscriptions
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from db.signing import webhook_secret
from scheduler.channels import webhook
from scheduler.delivering import once
from scheduler.in_force import settings_of
from tests.scheduler.alert_house import article, post_office, prepared, put, subscribed
from tests.scheduler.receivers import Came, Receiver, receiving_beside

LATER = "2026-11-21"
ROBOT_SAYS = {"wecom": b'{"errcode":0}', "dingtalk": b'{"errcode":0}', "feishu": b'{"code":0}'}


def house_with(path: Path, receiver: Receiver, mail_port: int = 0) -> DataDirectory:
    """A house that may write to the receiver on loopback."""
    directory = prepared(path, mail_port)
    file = path / "caixun.toml"
    before = file.read_text("utf-8") if file.exists() else ""
    allowed = f'[channels]\nplain_http = true\nallow_private = ["{receiver.place}"]\n'
    file.write_text(before + allowed, "utf-8")
    return directory


def test_a_webhook_gets_what_the_frozen_link_shows(tmp_path: Path) -> None:
    with receiving_beside(Receiver()) as receiver:
        house = house_with(tmp_path, receiver)
        identity = subscribed(house, "绿色算力", target=("webhook", f"http://{receiver.place}/hook"))
        put(house, article("绿色算力人才", "西宁市引进绿色算力人才103名。", LATER))
        once(house, settings_of(house))
        once(house, settings_of(house))
    (came,) = receiver.came
    subscribers, archive = open_writer(house.subscribers), open_reader(house.archive)
    key = subscriptions.secret(subscribers)
    now = datetime.now(UTC)
    assert webhook.verified(webhook_secret(key, identity), came.headers, came.body, now)
    content = came.json()
    assert content["items"][0]["sentence"] == "西宁市引进绿色算力人才103名。"
    frozen = delivered.opened(subscribers, archive, content["link"].rpartition("/")[2])
    assert frozen is not None
    assert [one.hit.title for one in frozen.told if one.hit] == ["绿色算力人才"]
    assert content["items"][0]["archive_url"].endswith(frozen.told[0].path)
    (line,) = outbox.log_of(subscribers, identity)
    assert (line["outcome"], line["detail"].split(" · ")[:2]) == ("sent", ["200", receiver.place])


@pytest.mark.parametrize("kind", ROBOT_SAYS)
def test_robots_are_told_like_everybody(tmp_path: Path, kind: str) -> None:
    with receiving_beside(Receiver(answer=lambda came: (200, {}, ROBOT_SAYS[kind]))) as receiver:
        house = house_with(tmp_path, receiver)
        subscribed(house, "绿色算力", target=(kind, f"http://{receiver.place}/robot#SEC1"))
        put(house, article("绿色算力人才", published=LATER))
        once(house, settings_of(house))
    (came,) = receiver.came
    assert "绿色算力" in came.body.decode()


def test_a_webhook_that_is_gone_is_paused_and_its_owner_told_by_mail(tmp_path: Path) -> None:
    with post_office() as (post, port), receiving_beside(Receiver(answer=lambda came: (410, {}, b"gone"))) as receiver:
        house = house_with(tmp_path, receiver, port)
        identity = subscribed(house, "人才", "owner@example.cn", target=("webhook", f"http://{receiver.place}/"))
        put(house, article("人才一", published=LATER))
        once(house, settings_of(house))
        once(house, settings_of(house))
        connection = open_writer(house.subscribers)
        assert connection.execute("select state from subscription").fetchone()[0] == "paused"
        assert "410" in next(row["detail"] for row in outbox.log_of(connection, identity) if row["outcome"] == "dead")
    assert "owner@example.cn" in [to for to, _, _ in post.accepted]
    assert len(receiver.came) == 1


def test_a_webhook_that_fails_for_days_is_tried_again_under_one_key_and_then_paused(tmp_path: Path) -> None:
    answers: list[int] = []

    def answer(came: Came) -> tuple[int, dict[str, str], bytes]:
        answers.append(500)
        return 500, {}, json.dumps({"error": "没有队列"}, ensure_ascii=False).encode()

    with post_office() as (post, port), receiving_beside(Receiver(answer=answer)) as receiver:
        house = house_with(tmp_path, receiver, port)
        subscribed(house, "人才", "owner@example.cn", target=("webhook", f"http://{receiver.place}/"))
        put(house, article("人才一", published=LATER))
        connection = open_writer(house.subscribers)
        for _ in range(12):
            once(house, settings_of(house))
            connection.execute("update letter set next_try = '2000-01-01T00:00:00+00:00' where state = 'waiting'")
        state = connection.execute("select state, paused from subscription").fetchone()
        assert state["state"] == "paused"
        assert "没有队列" in state["paused"]
    assert len(answers) == 9
    assert len({came.headers["webhook-id"] for came in receiver.came}) == 1
    assert len({came.body for came in receiver.came}) == 1
    assert "owner@example.cn" in [to for to, _, _ in post.accepted]


def test_a_busy_receiver_is_left_alone_as_long_as_it_asks(tmp_path: Path) -> None:
    with receiving_beside(Receiver(answer=lambda came: (429, {"Retry-After": "7200"}, b""))) as receiver:
        house = house_with(tmp_path, receiver)
        subscribed(house, "人才", target=("webhook", f"http://{receiver.place}/"))
        put(house, article("人才一", published=LATER))
        once(house, settings_of(house))
    connection = open_reader(house.subscribers)
    row = connection.execute("select next_try from letter where kind = 'alert'").fetchone()
    waits = datetime.fromisoformat(row["next_try"]).replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(hours=1, minutes=58) < waits < timedelta(hours=2, minutes=1)


def test_a_private_address_is_never_dialled_whatever_a_subscriber_wrote(tmp_path: Path) -> None:
    with receiving_beside(Receiver()) as receiver:
        house = prepared(tmp_path)  # nothing private is allowed here
        port = receiver.port
        for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
            subscribed(house, "人才", target=("webhook", f"https://{host}:{port}/"))
        put(house, article("人才一", published=LATER))
        once(house, settings_of(house))
    assert receiver.connections == 0
