"""What docs/channels.md tells receivers is true: its code accepts our messages, its settings load."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from db.signing import webhook_secret
from scheduler.channels import robots, webhook
from scheduler.channels.pacing import SPACING
from scheduler.delivery import backoff
from scheduler.settings import load
from tests.scheduler.messages_of import message

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.S)
    assert found is not None
    return found[1]


def test_the_code_for_receivers_accepts_what_we_sign_and_nothing_else() -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    genuine: Callable[[str, dict[str, str], bytes], bool] = names["genuine"]
    secret, body, stamp = webhook_secret("k" * 64, "s1"), webhook.body_of(message()), int(time.time())
    headers = {
        "webhook-id": "m1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": webhook.signature(secret, "m1", stamp, body),
    }
    assert genuine(secret, headers, body)
    assert not genuine(secret, headers, body + b" ")
    assert not genuine(webhook_secret("k" * 64, "s2"), headers, body)
    assert not genuine(secret, {**headers, "webhook-timestamp": str(stamp - 400)}, body)


def test_the_settings_load(tmp_path: Path) -> None:
    (tmp_path / "caixun.toml").write_text(block("toml"), "utf-8")
    assert load(tmp_path).channels.allow_private == ("10.0.0.8:8080",)


def test_the_limits_are_those_in_force() -> None:
    for kind in robots.ROBOTS.values():
        assert f"| {kind.name} | {kind.limit:,} 字节 | {SPACING:g} 秒 |" in PAGE
    tries = next(number for number in range(1, 100) if backoff(number) is None)
    assert f"共试 {tries} 次" in PAGE


def test_every_field_of_the_body_is_named() -> None:
    content = json.loads(webhook.body_of(message()))
    for name in (*content, *content["items"][0]):
        assert f"`{name}`" in PAGE
