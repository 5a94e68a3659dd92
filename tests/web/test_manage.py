"""One page for all subscriptions of an address: opened by a mailed link, and by nothing else."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from db import links, subscriptions
from db.connection import open_writer
from db.paths import DataDirectory
from db.schedules import Wishes
from tests.web import archive_of

NOW = datetime.datetime.now(datetime.UTC)
OWNER, OTHER = "reader@example.cn", "other@example.cn"


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    made = archive_of.make(tmp_path / "data", 4)
    connection = open_writer(made.subscribers)
    for email, query in ((OWNER, "招才引智"), (OWNER, "绿色算力"), (OTHER, "人才公寓")):
        one = subscriptions.subscribe(connection, email, query, {"place": ("青海省",)}, "daily", NOW)
        subscriptions.confirm(connection, one.id, 0, NOW)
    connection.execute("pragma secure_delete = on")
    connection.execute("delete from letter")
    connection.close()
    return made


@pytest.fixture
def site(directory: DataDirectory) -> Datasette:
    return build(directory.path, "http://caixun.example")


def _all(directory: DataDirectory, sql: str) -> list[tuple[object, ...]]:
    connection = open_writer(directory.subscribers)
    try:
        return [tuple(row) for row in connection.execute(sql)]
    finally:
        connection.close()


def _path(directory: DataDirectory, email: str = OWNER, days: int = 0) -> str:
    connection = open_writer(directory.subscribers)
    try:
        one = subscriptions.of_owner(connection, email)[0]
        made = NOW - datetime.timedelta(days=days)
        return f"/subscribe/manage/{links.manage_token(subscriptions.secret(connection), one.id, made)}"
    finally:
        connection.close()


def _id(directory: DataDirectory, query: str) -> str:
    return str(_all(directory, f"select id from subscription where query = '{query}'")[0][0])


async def test_the_link_comes_by_mail_and_the_answer_tells_nothing(site: Datasette, directory: DataDirectory) -> None:
    answers = [(await site.client.post("/subscribe/manage", data={"email": one})).text for one in (OWNER, "no@x.cn")]
    assert answers[0].replace(OWNER, "no@x.cn") == answers[1]
    [(address, lines)] = _all(directory, "select address, lines from letter")
    assert address == OWNER
    link = re.search(r"http://caixun\.example(/subscribe/manage/[\w.\-]+)", str(lines))
    assert link is not None and OWNER not in link[1]
    html = (await site.client.get(link[1])).text
    assert "招才引智 · 青海省" in html and "绿色算力" in html and "人才公寓" not in html


async def test_links_are_mailed_a_few_times_a_day_only(site: Datasette, directory: DataDirectory) -> None:
    connection = open_writer(directory.subscribers)
    key = subscriptions.secret(connection)
    hours = [NOW + datetime.timedelta(hours=hour) for hour in range(10)]
    written = [links.owe_link(connection, key, OWNER, "http://x", at) for at in hours]
    connection.close()
    assert written == [True] * links.MOST_LETTERS + [False] * (10 - links.MOST_LETTERS)


async def test_pause_resume_stop_and_test(site: Datasette, directory: DataDirectory) -> None:
    path, one = _path(directory), _id(directory, "招才引智")
    states = []
    for action in ("pause", "resume", "test", "stop"):
        answer = await site.client.post(path, data={"action": action, "subscription": one}, follow_redirects=True)
        assert answer.status_code == 200 and 'role="status"' in answer.text
        states.append(_all(directory, f"select state from subscription where id = '{one}'")[0][0])
    assert states == ["paused", "active", "active", "ended"]
    assert ("test", OWNER) in _all(directory, "select kind, address from letter")


async def test_nobody_touches_what_is_anothers(site: Datasette, directory: DataDirectory) -> None:
    path, foreign = _path(directory), _id(directory, "人才公寓")
    await site.client.post(path, data={"action": "stop", "subscription": foreign})
    await site.client.post(f"{path}/change/{foreign}", data={"q": "x", "form": "1"})
    assert (await site.client.get(f"{path}/change/{foreign}")).status_code == 404
    assert _all(directory, f"select state, query from subscription where id = '{foreign}'") == [("active", "人才公寓")]


@pytest.mark.parametrize("end", ["", "/export.json", "/delete"])
async def test_forged_and_old_links_open_nothing(site: Datasette, directory: DataDirectory, end: str) -> None:
    for path, status in ((_path(directory)[:-3] + "abc", 404), (_path(directory, days=31), 410)):
        for answer in (await site.client.get(path + end), await site.client.post(path + end, data={"action": "x"})):
            assert answer.status_code == status and "招才引智" not in answer.text
            assert answer.headers["referrer-policy"] == "no-referrer"
    assert len(_all(directory, "select id from subscription")) == 3


async def test_an_old_link_brings_a_new_one_to_its_owner_only(site: Datasette, directory: DataDirectory) -> None:
    answer = await site.client.post(_path(directory, days=31))
    assert "新链接已寄出" in answer.text and OWNER not in answer.text
    assert _all(directory, "select address from letter") == [(OWNER,)]


async def test_a_change_counts_and_keeps_where_it_goes(site: Datasette, directory: DataDirectory) -> None:
    path, one = _path(directory), _id(directory, "招才引智")
    form = (await site.client.get(f"{path}/change/{one}")).text
    assert 'value="招才引智"' in form and 'name="place" value="青海省"' in form and 'name="email"' not in form
    fields = {
        "form": "1",
        "q": "招才引智 西宁",
        "place": "青海省",
        "schedule": "weekly",
        "weekday": "3",
        "silence": "on",
    }
    answer = await site.client.post(f"{path}/change/{one}", data=fields, follow_redirects=True)
    assert "已保存" in answer.text
    connection = open_writer(directory.subscribers)
    found = subscriptions.find(connection, one)
    connection.close()
    assert found is not None and (found.query, found.schedule, found.wishes) == ("招才引智 西宁", "weekly 3", Wishes())
    assert found.email == found.address == OWNER and found.filters == {"place": ("青海省",)}


async def test_a_faulty_change_is_named_and_not_kept(site: Datasette, directory: DataDirectory) -> None:
    one = _id(directory, "招才引智")
    answer = await site.client.post(f"{_path(directory)}/change/{one}", data={"form": "1", "q": "(人才"})
    assert answer.status_code == 400 and 'id="q-error"' in answer.text
    assert _id(directory, "招才引智") == one


async def test_export_and_deletion_are_complete(site: Datasette, directory: DataDirectory) -> None:
    path = _path(directory)
    await site.client.post(path, data={"action": "test", "subscription": _id(directory, "招才引智")})
    data = json.loads((await site.client.get(f"{path}/export.json")).text)
    assert {one["query"] for one in data["subscriptions"]} == {"招才引智", "绿色算力"}
    assert "<button" in (await site.client.get(f"{path}/delete")).text
    assert len(_all(directory, "select id from subscription")) == 3
    assert "已全部删除" in (await site.client.post(f"{path}/delete")).text
    assert _all(directory, "select email from subscription") == [(OTHER,)]
    assert OWNER.encode() not in directory.subscribers.read_bytes()
    assert (await site.client.get(path)).status_code == 404


async def test_forms_need_the_token_of_their_page(site: Datasette, directory: DataDirectory) -> None:
    path, one = _path(directory), _id(directory, "招才引智")
    cookies = {"ds_csrftoken": (await site.client.get(path)).cookies["ds_csrftoken"]}
    answer = await site.client.post(path, data={"action": "stop", "subscription": one}, cookies=cookies)
    assert answer.status_code == 403
    assert _all(directory, f"select state from subscription where id = '{one}'") == [("active",)]
