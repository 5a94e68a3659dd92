"""The operator's commands about alerts: what they print, and what they say when a name is wrong."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from db import outbox, subscriptions
from db.connection import open_writer
from db.paths import DataDirectory
from db.values import Subscription
from scheduler.commands.alerts import alerts_group
from tests.web import archive_of

NOW = datetime.datetime(2026, 11, 21, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return archive_of.make(tmp_path, 4)


def _subscribed(directory: DataDirectory, query: str = "招才引智", confirmed: bool = True) -> Subscription:
    connection = open_writer(directory.subscribers)
    try:
        one = subscriptions.subscribe(connection, "a@example.cn", query, {"place": ("青海省",)}, "daily", NOW)
        return (confirmed and subscriptions.confirm(connection, one.id, 0, NOW)) or one
    finally:
        connection.close()


def _run(directory: DataDirectory, *arguments: str) -> Result:
    return CliRunner().invoke(alerts_group, [arguments[0], "--data", str(directory.path), *arguments[1:]])


def test_list_names_state_and_search(directory: DataDirectory) -> None:
    one = _subscribed(directory)
    _subscribed(directory, "人才公寓", confirmed=False)
    lines = _run(directory, "list").output.splitlines()
    assert len(lines) == 2 and one.id in lines[0] + lines[1]
    assert _run(directory, "list", "--state", "active").output.split()[1:] == [
        "生效中", "daily", "mail", "a@example.cn", "招才引智", "place=青海省",
    ]  # fmt: skip


def test_why_prints_every_step(directory: DataDirectory) -> None:
    one = _subscribed(directory)
    known = _run(directory, "why", "https://news.example.cn/3.html", "--subscription", one.id[:6])
    assert known.exit_code == 0, known.output
    assert known.output.splitlines()[-2].startswith("… 符合检索：文章已收录，还没有轮到")
    assert "✕ 看到链接：本站没有监测 other.example" in _run(directory, "why", "https://other.example/").output


def test_a_test_is_owed_and_logged(directory: DataDirectory) -> None:
    one = _subscribed(directory)
    assert "将发往 mail a@example.cn" in _run(directory, "test", one.id[:8]).output
    connection = open_writer(directory.subscribers)
    message = connection.execute("select message_id from letter where kind = 'test'").fetchone()[0]
    outbox.not_sent(connection, message, NOW, "550 没有这个人", None)
    connection.close()
    log = _run(directory, "log", "--failed", "--subscription", one.id[:8]).output
    assert "dead" in log and "550 没有这个人" in log and "test  mail  a@example.cn" in log
    assert "1 封将重新投递" in _run(directory, "resend", message).output
    assert _run(directory, "resend", message).exit_code == 1


@pytest.mark.parametrize("command", [("test", "nothing"), ("why", "http://x.cn", "--subscription", "*")])
def test_an_unknown_subscription_is_named(directory: DataDirectory, command: tuple[str, ...]) -> None:
    _subscribed(directory)
    answer = _run(directory, *command)
    assert answer.exit_code == 2 and "caixun alerts list" in answer.output


def test_an_unconfirmed_subscription_gets_no_test(directory: DataDirectory) -> None:
    answer = _run(directory, "test", _subscribed(directory, confirmed=False).id)
    assert answer.exit_code == 1 and "待确认" in answer.output
