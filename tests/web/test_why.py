"""“Why did I not get it?” as a subscriber asks it: with the managing link only, about own subscriptions only."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest
from datasette.app import Datasette

from datasette_plugins import app
from datasette_plugins.app import build
from db import links, subscriptions, why, why_told
from db.connection import open_writer
from db.paths import DataDirectory
from tests.web import archive_of

NOW = datetime.datetime.now(datetime.UTC)
STRINGS = Path(app.__file__).parent / "strings"
URL = "https://news.example.cn/3.html"


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return archive_of.make(tmp_path / "data", 6)


@pytest.fixture
def site(directory: DataDirectory) -> Datasette:
    return build(directory.path, "http://caixun.example")


def _link(directory: DataDirectory, email: str, query: str, days: int = 0) -> tuple[str, str]:
    connection = open_writer(directory.subscribers)
    try:
        one = subscriptions.subscribe(connection, email, query, {}, "daily", NOW)
        subscriptions.confirm(connection, one.id, 0, NOW)
        made = NOW - datetime.timedelta(days=days)
        return f"/why/{links.manage_token(subscriptions.secret(connection), one.id, made)}", one.id
    finally:
        connection.close()


async def test_the_answer_and_its_steps_are_shown(site: Datasette, directory: DataDirectory) -> None:
    path, _ = _link(directory, "a@example.cn", "招才引智")
    answer = await site.client.get(path, params={"url": URL})
    assert answer.status_code == 200 and "还没有轮到比对订阅" in answer.text and "逐步查看" in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer" and answer.headers["cache-control"] == "no-store"
    elsewhere = await site.client.get(path, params={"url": "https://other.example/1.html"})
    assert "没有监测 other.example" in elsewhere.text


async def test_every_cause_is_told_in_english_too(site: Datasette, directory: DataDirectory) -> None:
    path, _ = _link(directory, "a@example.cn", "招才引智")
    html = (await site.client.get(path, params={"url": URL, "lang": "en"})).text
    assert "It is waiting to be compared with the searches." in html and "The subscription was in force." in html
    elsewhere = await site.client.get(path, params={"url": "https://other.example/1.html", "lang": "en"})
    assert "<strong>We do not watch this site.</strong>" in elsewhere.text


def test_every_cause_has_its_words() -> None:
    source = "".join(Path(module.__file__ or "").read_text("utf-8") for module in (why, why_told))
    causes = set(re.findall(r'Step\(\s*"[a-z]+", \w+, "([a-z_]+)"', source))
    assert len(causes) > 30
    for language in ("zh", "en"):
        known = json.loads((STRINGS / language / "subscribe.json").read_text("utf-8"))
        assert {name.removeprefix("why.cause.") for name in known if name.startswith("why.cause.")} == causes


async def test_hostile_addresses_are_only_text(site: Datasette, directory: DataDirectory) -> None:
    path, _ = _link(directory, "a@example.cn", "招才引智")
    for url in ("<script>alert(1)</script>", "http://[", "x" * 5000, "' or 1=1 --"):
        answer = await site.client.get(path, params={"url": url})
        assert answer.status_code == 200 and "<script>alert" not in answer.text


async def test_without_a_link_nothing_is_told(site: Datasette, directory: DataDirectory) -> None:
    path, _ = _link(directory, "a@example.cn", "招才引智", days=31)
    assert (await site.client.get(path, params={"url": URL})).status_code == 410
    assert (await site.client.get("/why/forged", params={"url": URL})).status_code == 404
    assert "管理链接" in (await site.client.get("/why", params={"url": URL})).text


async def test_anothers_subscription_is_not_asked(site: Datasette, directory: DataDirectory) -> None:
    path, own = _link(directory, "a@example.cn", "招才引智")
    _, foreign = _link(directory, "b@example.cn", "别人的检索")
    html = (await site.client.get(path, params={"url": URL, "subscription": foreign})).text
    assert "别人的检索" not in html and f'value="{own}" selected' in html
