"""Subscribing by form, confirming by link, leaving with one click."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from db import alerts, links
from db.connection import open_writer
from db.paths import DataDirectory
from scheduler.in_force import settings_of
from scheduler.publishing import access_of
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


def _confirming(directory: DataDirectory) -> str:
    connection = open_writer(directory.subscribers)
    try:
        one = alerts.everyone(connection)[0]
        return links.confirm_token(alerts.secret(connection), one.id, one.created)
    finally:
        connection.close()


async def _subscribe(site: Datasette, email: str, q: str = "招才引智") -> str:
    content = f"q={q}&place=青海省&place=甘肃省&schedule=daily&email={email}"
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
    token, link = _token(directory), _confirming(directory)
    opened = await site.client.get(f"/subscribe/confirm/{link}")
    assert "<button" in opened.text and _state(directory)[0][2] == "pending"  # a mail scanner confirms nothing
    assert "订阅已生效" in (await site.client.post(f"/subscribe/confirm/{link}")).text
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


def _letters(directory: DataDirectory) -> list[tuple[str, str]]:
    connection = open_writer(directory.subscribers)
    try:
        return [(row["kind"], row["address"]) for row in connection.execute("select * from letter order by rowid")]
    finally:
        connection.close()


async def test_an_address_is_not_flooded_and_the_answer_stays_the_same(
    site: Datasette, directory: DataDirectory
) -> None:
    pages = [await _subscribe(site, "reader@example.cn", f"招才 {number}") for number in range(8)]
    assert all("请查收确认邮件" in page for page in pages)
    assert len(_letters(directory)) == 4


async def test_who_has_it_already_gets_the_same_answer_and_a_link(site: Datasette, directory: DataDirectory) -> None:
    first = await _subscribe(site, "reader@example.cn")
    await site.client.post(f"/subscribe/confirm/{_confirming(directory)}")
    assert await _subscribe(site, "reader@example.cn") == first
    assert [kind for kind, _ in _letters(directory)] == ["confirm", "notice"]


async def test_one_client_cannot_write_to_everybody(site: Datasette, directory: DataDirectory) -> None:
    pages = [await _subscribe(site, f"reader{number}@example.cn") for number in range(33)]
    assert "秒后再试" in pages[-1] and 'id="email-error"' in pages[-1]
    assert len(_letters(directory)) <= 31


async def test_an_old_confirmation_link_confirms_nothing(site: Datasette, directory: DataDirectory) -> None:
    await _subscribe(site, "reader@example.cn")
    connection = open_writer(directory.subscribers)
    connection.execute("update subscription set created = '2026-01-01T00:00:00+00:00'")
    connection.close()
    old = _confirming(directory)
    await _subscribe(site, "reader@example.cn")  # asked for anew: the old letter's link stays dead, the new one counts
    answer = await site.client.post(f"/subscribe/confirm/{old}")
    assert answer.status_code == 410 and "已过期" in answer.text
    assert _state(directory)[0][2] == "pending"
    assert "订阅已生效" in (await site.client.post(f"/subscribe/confirm/{_confirming(directory)}")).text


async def test_the_link_that_ends_confirms_nothing_and_never_expires(site: Datasette, directory: DataDirectory) -> None:
    await _subscribe(site, "reader@example.cn")
    assert (await site.client.post(f"/subscribe/confirm/{_token(directory)}")).status_code == 404
    assert _state(directory)[0][2] == "pending"
    connection = open_writer(directory.subscribers)
    connection.execute("update subscription set state = 'active', created = '2016-01-01T00:00:00+00:00'")
    connection.close()
    assert (await site.client.post(f"/subscribe/stop/{_confirming(directory)}")).status_code == 404
    assert "已退订" in (await site.client.post(f"/subscribe/stop/{_token(directory)}")).text


async def test_refused_domains_are_named(tmp_path: Path) -> None:
    directory = archive_of.make(tmp_path / "other", 2)
    site = build(directory.path, "http://caixun.example", access={"refused_domains": ["trash.example"]})
    assert "不接受 mail.trash.example" in await _subscribe(site, "a@mail.trash.example")


async def test_when_where_and_what_else_are_kept(site: Datasette, directory: DataDirectory) -> None:
    fields = {
        "form": "1", "q": "招才", "must": "青海 西宁", "none": "考试", "email": "reader@example.cn",
        "schedule": "weekly", "weekday": "5", "time": "9：30", "quiet_from": "22:00", "quiet_to": "07:00",
        "workdays": "on", "kind": "changed", "copies": "every", "cap": "3", "weight": "0.2",
        "channel": "webhook", "target": "https://hook.example.cn/x",
    }  # fmt: skip
    assert (await site.client.post("/subscribe", data=fields)).status_code == 200
    connection = open_writer(directory.subscribers)
    [one] = alerts.everyone(connection)
    connection.close()
    assert one.query == '招才 "青海" "西宁" -"考试"' and one.schedule == "weekly 5 09:30"
    assert (one.channel, one.address) == ("webhook", "https://hook.example.cn/x")
    assert (one.wishes.kinds, one.wishes.copies, one.wishes.cap) == (("changed",), "every", 3)
    assert one.wishes.workdays and one.wishes.quiet == "22:00-07:00" and not one.wishes.silence


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("times", "25:00", "when-error"),
        ("quiet_from", "22:00", "options-error"),
        ("target", "https://evil.example/cgi-bin", "target-error"),
        ("target", "https://[", "target-error"),
        ("q", "招才 (引才", "q-error"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    site: Datasette, directory: DataDirectory, field: str, value: str, error: str
) -> None:
    fields = {"q": "招才", "schedule": "daily", "channel": "wecom", "email": "reader@example.cn"}
    fields |= {"target": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", field: value}
    answer = await site.client.post("/subscribe", data=fields)
    assert answer.status_code == 400 and f'id="{error}"' in answer.text
    assert _state(directory) == []


async def _to(site: Datasette, channel: str, target: str) -> str:
    fields = {"q": "招才", "schedule": "daily", "channel": channel, "target": target, "email": "reader@example.cn"}
    return str((await site.client.post("/subscribe", data=fields)).text)


async def test_plain_webhooks_only_where_the_operator_allows_them(site: Datasette, directory: DataDirectory) -> None:
    assert 'id="target-error"' in await _to(site, "webhook", "http://hook.example.cn/x")
    assert _state(directory) == []
    (directory.path / "caixun.toml").write_text("[channels]\nplain_http = true\n", "utf-8")
    allowed = build(directory.path, "http://caixun.example", access=access_of(directory, settings_of(directory)))
    assert "请查收确认邮件" in await _to(allowed, "webhook", "http://hook.example.cn/x")
    assert 'id="target-error"' in await _to(allowed, "wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1")
    connection = open_writer(directory.subscribers)
    assert [one.address for one in alerts.everyone(connection)] == ["http://hook.example.cn/x"]
    connection.close()


async def test_what_apprise_speaks_can_be_chosen(site: Datasette, directory: DataDirectory) -> None:
    pytest.importorskip("apprise")
    assert 'id="target-error"' in await _to(site, "apprise", "reader@example.cn")
    assert "请查收确认邮件" in await _to(site, "apprise", "barks://push.example.cn/device")
    connection = open_writer(directory.subscribers)
    assert [(one.channel, one.address) for one in alerts.everyone(connection)] == [
        ("apprise", "barks://push.example.cn/device")
    ]
    connection.close()


async def test_a_try_saves_nothing_and_keeps_what_was_entered(site: Datasette, directory: DataDirectory) -> None:
    fields = {"form": "1", "q": "招才", "must": "青海", "email": "me@example.cn", "preview": "1", "schedule": "instant"}
    html = (await site.client.post("/subscribe", data=fields)).text
    assert 'value="me@example.cn"' in html and "招才 &#34;青海&#34;" in html
    assert _state(directory) == []


async def test_what_finds_nothing_is_warned_of(site: Datasette) -> None:
    assert "目前没有一篇相符" in (await site.client.get("/subscribe?q=没有这样的词")).text


async def test_a_story_can_be_subscribed_to(tmp_path: Path) -> None:
    archive_of.make_story(tmp_path)
    site = build(tmp_path, "http://caixun.example")
    connection = open_writer(DataDirectory(tmp_path).archive)
    story = connection.execute("select story from articles").fetchone()[0]
    connection.close()
    form = (await site.client.get(f"/subscribe?story={story}&kind=new&kind=changed&copies=every")).text
    assert f'name="story" value="{story}"' in form and "青海校园引才启动" in form
    fields = {"form": "1", "story": story, "kind": "changed", "copies": "every", "email": "a@example.cn"}
    await site.client.post("/subscribe", data=fields)
    [(_, query, _, filters)] = _state(DataDirectory(tmp_path))
    assert (query, filters) == ("", {"story": (story,)})


async def test_a_browser_needs_the_token_of_its_form(site: Datasette) -> None:
    form = await site.client.get("/subscribe?q=招才")
    assert re.search(r'name="csrftoken" value="[^"]{10,}"', form.text)
    cookies = {"ds_csrftoken": form.cookies["ds_csrftoken"]}
    answer = await site.client.post("/subscribe", data={"email": "a@example.cn"}, cookies=cookies)
    assert answer.status_code == 403


async def test_the_form_shows_what_would_come(site: Datasette) -> None:
    html = (await site.client.get("/subscribe?q=招才引智&place=青海省")).text
    assert "青海第7场<mark>招才引智</mark>活动" in html and "近 12 个月共" in html
    assert '<input type="hidden" name="place" value="青海省">' in html


@pytest.mark.parametrize(
    ("page", "leads"),
    [
        ("/place/西宁市", r"/subscribe\?place="),
        ("/source/qhnews", r"/subscribe\?source=qhnews"),
        ("/story/{story}", r"/subscribe\?story=\w+&amp;kind=new&amp;kind=changed"),
        ("/facts?kind=figure&measure=签约高层次人才", r"/subscribe\?q=figure%3A.*?kind=value"),
    ],
)
async def test_pages_lead_to_a_form_that_is_filled_in(
    site: Datasette, directory: DataDirectory, page: str, leads: str
) -> None:
    connection = open_writer(directory.archive)
    story = connection.execute("select story from articles").fetchone()[0]
    connection.close()
    html = (await site.client.get(page.format(story=story))).text
    link = re.search(f'href="({leads}[^"]*)"', html)
    assert link is not None, page
    form = await site.client.get(link[1].replace("&amp;", "&"))
    assert form.status_code == 200 and 'id="schedule-daily"' in form.text and "field-error" not in form.text
