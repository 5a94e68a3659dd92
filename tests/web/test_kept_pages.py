"""Pages of results that are kept: the same page at once, never an old one, never that of another reader."""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from datasette_plugins.archive import site_of
from datasette_plugins.kept_pages import Pages, pages_of
from datasette_plugins.operator import PASSWORD_VARIABLE
from db import archive, takedown
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from db.retrieval.engine import engine_of
from db.stamp import Stamp
from tests.web import archive_of

LOCAL = "http://localhost"
SEARCH = "/search?q=青海"


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return archive_of.make(tmp_path / "data", 5)


@pytest.fixture
def site(directory: DataDirectory) -> Datasette:
    return build(directory.path, LOCAL)


async def _page(site: Datasette, address: str = SEARCH, **headers: str) -> str:
    answer = await site.client.get(address, headers=headers)
    assert answer.status_code == 200
    return str(answer.text)


def _count(page: str) -> int:
    found = re.search(r'id="count">(\d+) 篇', page)
    return int(found[1]) if found else 0


def _record(directory: DataDirectory, number: int, title: str) -> None:
    connection = open_writer(directory.archive)
    url = f"https://news.example.cn/new-{number}.html"
    with transaction(connection):
        seen = Seen(url, "qhnews", f"2026-04-{number:02}T01:20:00+00:00", f"2026-04-{number:02}")
        archive.record(connection, archive_of.article(number, title), seen, url=url)
    connection.close()


def _hold(lock: Any, held: threading.Event, done: threading.Event) -> None:
    with lock:
        held.set()
        done.wait(60)


async def test_a_kept_page_is_given_while_the_engine_is_busy(site: Datasette, directory: DataDirectory) -> None:
    first = await _page(site)
    engine = engine_of(open_reader(directory.archive))
    held, done = threading.Event(), threading.Event()
    holder = threading.Thread(target=_hold, args=(engine.lock, held, done))
    holder.start()
    try:
        assert held.wait(10)
        assert await asyncio.wait_for(_page(site), 20) == first
    finally:
        done.set()
        holder.join()


async def test_a_new_article_a_new_name_and_a_takedown_are_on_the_next_page(
    site: Datasette, directory: DataDirectory
) -> None:
    before = _count(await _page(site))
    for number in (1, 2, 3):
        _record(directory, number, f"青海第{number}批专家服务团出发")
        assert _count(await _page(site)) == before + number
    connection = open_writer(directory.archive)
    connection.execute("update sources set title = '青海新名网' where id = 'qhnews'")  # no change of an article
    assert "青海新名网" in await _page(site)
    identity = archive.article_id("https://news.example.cn/new-2.html")
    takedown.take_down(connection, identity, "2026-05-01T00:00:00+00:00", "测试")
    connection.close()
    assert identity not in await _page(site)


async def _asked_from(site: Datasette, address: str, **headers: str) -> str:
    transport = httpx.ASGITransport(app=site.app(), client=(address, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as client:
        return (await client.get(SEARCH, headers=headers)).text


async def test_a_page_is_for_the_language_and_the_rights_of_who_asks(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    for _ in range(2):
        operators, strangers = await _asked_from(site, "127.0.0.1"), await _asked_from(site, "203.0.113.5")
        assert 'href="/review"' in operators
        assert 'href="/review"' not in strangers
        english = await _asked_from(site, "203.0.113.5", **{"accept-language": "en"})
        assert '<html lang="en">' in english and '<html lang="zh-CN">' in strangers
        by_cookie = await _asked_from(site, "203.0.113.5", cookie="caixun_lang=en")
        assert by_cookie == english


async def test_pages_of_people_with_a_session_are_not_kept(site: Datasette) -> None:
    for headers in ({"cookie": "caixun_session=x"}, {"authorization": "Basic eDp5"}):
        await _asked_from(site, "203.0.113.5", **headers)
        assert pages_of(site_of(site)).held == 0


async def test_a_chosen_language_is_remembered_although_the_page_is_kept(site: Datasette) -> None:
    for _ in range(2):
        answer = await site.client.get(SEARCH + "&lang=en")
        assert answer.cookies["caixun_lang"] == "en"


def test_no_more_bytes_are_kept_than_allowed_and_none_of_another_state() -> None:
    pages = Pages(most=1_000)
    assert pages.get("a", 1) is None
    for name in "abc":
        pages.put(name, 1, name * 200)
    assert pages.held == 800
    assert [pages.get(name, 1) for name in "abc"] == [None, "b" * 200, "c" * 200]
    pages.put("b", 1, "b" * 100)
    assert pages.held == 600
    assert pages.get("b", 2) is None
    pages.put("b", 1, "made before the change")
    assert pages.get("b", 2) is None and pages.held == 0


def test_a_stamp_differs_after_every_commit_of_anybody(directory: DataDirectory) -> None:
    stamp, seen = Stamp(directory.archive), []
    connection = open_writer(directory.archive)
    for number in range(3):
        seen += [stamp.read(), stamp.read()]
        connection.execute("update sources set title = ?", [str(number)])
    connection.close()
    assert len(set(seen)) == 3 and seen[::2] == seen[1::2]
