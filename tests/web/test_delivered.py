"""The frozen link of a message, as its reader sees it years later."""

from __future__ import annotations

import datetime
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from db import archive, delivered, takedown
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from tests.web import archive_of

NOW = datetime.datetime(2026, 3, 20, 4, 0, tzinfo=datetime.UTC)
KEY = delivered.link_key("s" * 64, "alert.1@caixun")
BASE = "https://caixun.example.cn"


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    """Three articles, all told in one message about 招才引智."""
    made = archive_of.make(tmp_path / "data", 3)
    with closing(open_reader(made.archive)) as reader, closing(open_writer(made.subscribers)) as writer:
        revisions = [row[0] for row in reader.execute("select revision from articles order by recorded_from")]
        notes = [("new", ""), ("changed", "1 处数字"), ("new", "")]
        told = delivered.told(reader, revisions, "高层次人才", notes)
        delivered.keep(writer, KEY, "s1", "alert", "高层次人才", told, NOW)
    return made


def site(data: DataDirectory, *, show_full_text: bool = True) -> Datasette:
    return build(data.path, BASE, show_full_text=show_full_text)


def change(data: DataDirectory, number: int) -> str:
    url = f"https://news.example.cn/{number}.html"
    one = archive_of.article(number, "改过的标题")
    with closing(open_writer(data.archive)) as writer, transaction(writer):
        archive.record(writer, one, archive.Seen(url, "qhnews", NOW.isoformat(), "2026-03-20"), url=url)
    return archive.article_id(url)


async def test_the_page_shows_what_was_delivered_and_links_to_the_texts_of_that_day(data: DataDirectory) -> None:
    answer = await site(data).client.get(f"/m/{KEY}")
    html = answer.text
    assert (answer.status_code, answer.headers["referrer-policy"]) == (200, "no-referrer")
    assert "2026-03-20 12:00 发出，3 条" in html
    assert "<mark>高层次人才</mark>103名" in html
    assert "签约高层次人才 103 名" in html
    assert "内容有改动：<span" in html
    assert "<script>alert" not in html
    for number in range(3):
        identity = archive.article_id(f"https://news.example.cn/{number}.html")
        assert f'href="/article/{identity}/revision/1"' in html
        assert (await site(data).client.get(f"/article/{identity}/revision/1")).status_code == 200


async def test_a_later_change_is_noted_and_changes_nothing(data: DataDirectory) -> None:
    before = (await site(data).client.get(f"/m/{KEY}")).text
    identity = change(data, 2)
    after = (await site(data).client.get(f"/m/{KEY}")).text
    link = f'<li><a href="/article/{identity}/compare/1/2">此后改过 1 次，对照现在的版本</a></li>'
    assert link in after
    assert after.replace(link, "") == before
    assert "改过的标题" not in after


async def test_a_takedown_leaves_a_tombstone(data: DataDirectory) -> None:
    identity = archive.article_id("https://news.example.cn/2.html")
    with closing(open_writer(data.archive)) as writer:
        takedown.take_down(writer, identity, NOW.isoformat(), "来源要求")
    html = (await site(data).client.get(f"/m/{KEY}")).text
    assert "这篇文章已撤下" in html
    assert archive_of.titles(3)[2] not in html
    assert (await site(data).client.get(f"/article/{identity}")).status_code == 410
    assert html.count("读当时的正文") == 2


async def test_the_page_is_complete_in_english(data: DataDirectory) -> None:
    html = (await site(data).client.get(f"/m/{KEY}?lang=en")).text
    assert "Sent 2026-03-20 12:00 with 3 articles." in html
    assert "delivered." not in html.split("<main")[1].replace("delivered.css", "")


async def test_excerpts_stay_excerpts(data: DataDirectory) -> None:
    html = (await site(data, show_full_text=False).client.get(f"/m/{KEY}")).text
    assert "高层次人才</mark>103名" in html
    assert archive_of.article(0, "x").paragraphs[2][:60] not in html


@pytest.mark.parametrize("path", ["/m/AbCdEfGhIjKlMnOpQrStUv", "/m/short", "/m/" + "x" * 23, "/m/x/y"])
async def test_links_that_never_were_are_not_found(data: DataDirectory, path: str) -> None:
    assert (await site(data).client.get(path)).status_code == 404
