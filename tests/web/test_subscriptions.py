"""Subscribing by form, confirming by link, leaving with one click."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from db import alerts
from db.connection import open_writer
from db.paths import DataDirectory
from tests.web import archive_of


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return archive_of.make(tmp_path / "data", 10)


@pytest.fixture
def site(directory: DataDirectory) -> Datasette:
    return build(directory.path, "http://caixun.example")


def _state(directory: DataDirectory) -> list[tuple[str, str, str, dict[str, tuple[str, ...]]]]:
    connection = open_writer(directory.subscribers)
    try:
        return [(item.email, item.query, item.state, item.filters) for item in alerts.everyone(connection)]
    finally:
        connection.close()


def _token(directory: DataDirectory) -> str:
    connection = open_writer(directory.subscribers)
    try:
        return alerts.token(alerts.secret(connection), alerts.everyone(connection)[0].id)
    finally:
        connection.close()


async def _subscribe(site: Datasette, email: str) -> str:
    content = f"q=招才引智&place=青海省&place=甘肃省&schedule=daily&email={email}"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await site.client.post("/subscribe", content=content.encode(), headers=headers)
    assert answer.status_code in (200, 400)
    return str(answer.text)


async def test_a_subscription_waits_for_its_confirmation(site: Datasette, directory: DataDirectory) -> None:
    assert "请查收确认邮件" in await _subscribe(site, "reader@example.cn")
    [(email, query, state, filters)] = _state(directory)
    assert (email, query, state) == ("reader@example.cn", "招才引智", "pending")
    assert set(filters["place"]) == {"青海省", "甘肃省"}


async def test_the_link_confirms_and_one_click_ends(site: Datasette, directory: DataDirectory) -> None:
    await _subscribe(site, "reader@example.cn")
    token = _token(directory)
    assert "订阅已生效" in (await site.client.get(f"/subscribe/confirm/{token}")).text
    assert _state(directory)[0][2] == "active"
    asked = await site.client.get(f"/subscribe/stop/{token}")
    assert asked.headers["referrer-policy"] == "no-referrer"
    assert "<button" in asked.text and _state(directory)[0][2] == "active"
    ended = await site.client.post(f"/subscribe/stop/{token}", content=b"List-Unsubscribe=One-Click")
    assert "已退订" in ended.text
    assert _state(directory)[0][2] == "ended"


async def test_a_wrong_address_is_named_beside_its_field(site: Datasette, directory: DataDirectory) -> None:
    html = await _subscribe(site, "reader-at-example")
    assert 'id="email-error"' in html and 'value="reader-at-example"' in html
    assert _state(directory) == []


async def test_too_many_requests_are_refused_in_words(site: Datasette) -> None:
    pages = [await _subscribe(site, "reader@example.cn") for _ in range(12)]
    assert 'id="email-error"' in pages[-1]


async def test_a_browser_needs_the_token_of_its_form(site: Datasette) -> None:
    form = await site.client.get("/subscribe?q=招才")
    assert re.search(r'name="csrftoken" value="[^"]{10,}"', form.text)
    cookies = {"ds_csrftoken": form.cookies["ds_csrftoken"]}
    answer = await site.client.post("/subscribe", data={"email": "a@example.cn"}, cookies=cookies)
    assert answer.status_code == 403


async def test_the_form_shows_what_would_come(site: Datasette) -> None:
    html = (await site.client.get("/subscribe?q=招才引智&place=青海省")).text
    assert "青海第7场招才引智活动" in html and "每周" in html
    assert '<input type="hidden" name="place" value="青海省">' in html
