"""The secret that signs a webhook's messages is shown to its owner, on the managing page, and to nobody else."""

from __future__ import annotations

import datetime
from contextlib import closing
from pathlib import Path

from datasette_plugins.app import build
from db import links, subscriptions
from db.connection import open_writer
from db.signing import webhook_secret
from tests.web import archive_of

NOW = datetime.datetime.now(datetime.UTC)


async def test_only_the_owner_of_a_webhook_sees_its_secret(tmp_path: Path) -> None:
    made = archive_of.make(tmp_path / "data", 1)
    with closing(open_writer(made.subscribers)) as connection:
        key = subscriptions.secret(connection)
        target = ("webhook", "https://hooks.example.com/1")
        mine = subscriptions.subscribe(connection, "a@example.cn", "引才", {}, "instant", NOW, target=target)
        other = subscriptions.subscribe(connection, "b@example.cn", "引才", {}, "instant", NOW)
        paths = [f"/subscribe/manage/{links.manage_token(key, one.id, NOW)}" for one in (mine, other)]
    site = build(made.path, "http://caixun.example")
    own, others = [(await site.client.get(path)).text for path in paths]
    assert webhook_secret(key, mine.id) in own
    assert "whsec_" not in others
