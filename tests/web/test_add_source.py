"""Adding a source in the browser: who may, what is asked, what the preview shows, and what accepting writes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette
from httpx import Response

from datasette_plugins.app import build
from datasette_plugins.operator import PASSWORD_VARIABLE
from db import requests
from db.connection import open_writer
from db.paths import DataDirectory
from db.requests import Request
from scheduler import house
from scheduler.requests import work_off
from tests.crawler import news
from tests.crawler.site import Site, serving
from tests.web import archive_of

LOCAL = "http://localhost"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    data: DataDirectory = archive_of.make(tmp_path / "data", 2)
    return data


@pytest.fixture
def news_site() -> Iterator[Site]:
    with serving() as one:
        news.fill(one)
        yield one


def _web(directory: DataDirectory, base_url: str = LOCAL) -> Datasette:
    return build(directory.path, base_url)


async def _post(web: Datasette, path: str, **fields: str) -> Response:
    answer: Response = await web.client.post(path, content=urlencode(fields), headers=FORM)
    return answer


def _all(directory: DataDirectory) -> list[Request]:
    with closing(open_writer(directory.crawl)) as connection:
        return requests.recent(connection)


def _work_off(directory: DataDirectory, number: int, site: Site | None = None) -> None:
    """As the scheduler does; the tests' server on loopback is allowed."""
    with closing(open_writer(directory.crawl)) as connection:
        claimed = requests.claim(connection)
        assert claimed is not None and claimed.id == number
        if site:
            connection.execute(
                "update request set arguments = json_set(arguments, '$.allow_private', json_array(?)) where id = ?",
                [f"127.0.0.1:{site.port}", number],
            )
    work_off(directory, number)


async def test_an_address_is_asked_for_once_and_its_page_waits(directory: DataDirectory) -> None:
    web = _web(directory)
    page = await web.client.get("/sources/new")
    assert page.status_code == 200 and "还没有请求" in page.text and "no-store" in page.headers["cache-control"]
    answers = [await _post(web, "/sources/new", url=" https://www.example.gov.cn/xwdt/ ") for _ in range(2)]
    assert {answer.headers["location"] for answer in answers} == {"/sources/requests/1"}
    (one,) = _all(directory)
    assert one.kind == "preview" and one.arguments == {"url": "https://www.example.gov.cn/xwdt/"}
    waiting = (await web.client.get("/sources/requests/1")).text
    assert 'http-equiv="refresh"' in waiting and "排队中" in waiting and "停止自动刷新" in waiting
    assert 'http-equiv="refresh"' not in (await web.client.get("/sources/requests/1?still=1")).text
    assert "https://www.example.gov.cn/xwdt/" in (await web.client.get("/sources/new")).text


@pytest.mark.parametrize("url", ["", "qhnews", "ftp://a.cn/", "javascript:alert(1)", "http://", "http://[a"])
async def test_what_is_no_address_is_said_and_not_asked(directory: DataDirectory, url: str) -> None:
    answer = await _post(_web(directory), "/sources/new", url=url)
    assert answer.status_code == 400 and "请填写完整的网址" in answer.text
    assert _all(directory) == []


async def test_the_whole_way_from_address_to_source(directory: DataDirectory, news_site: Site) -> None:
    web = _web(directory)
    await _post(web, "/sources/new", url=f"{news_site.url}/xwdt/xnyw/")
    _work_off(directory, 1, news_site)
    shown = (await web.client.get("/sources/requests/1")).text
    assert "refresh" not in shown
    for words in (news.HEADLINES[1], "西宁晚报", "张晓青", "共 12 条", "可以添加", "5 段", "index_1.html"):
        assert words in shown, words
    text = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.S)[1])  # type: ignore[index]
    answer = await _post(web, "/sources/requests/1", toml=text.replace("西宁市人民政府网", "西宁市政府网"))
    assert answer.headers["location"] == "/sources/requests/2"
    _work_off(directory, 2)
    assert "已添加来源" in (await web.client.get("/sources/requests/2")).text
    (source,) = [one for one in house.sources(directory).values() if one.title == "西宁市政府网"]
    assert source.kind_of(news_site.url + news.address(3)) == "article"


async def test_a_wrong_edit_comes_back_with_the_text_to_mend(directory: DataDirectory, news_site: Site) -> None:
    web = _web(directory)
    await _post(web, "/sources/new", url=f"{news_site.url}/xwdt/xnyw/")
    _work_off(directory, 1, news_site)
    await _post(web, "/sources/requests/1", toml='title = "<b>新</b>"')
    _work_off(directory, 2)
    shown = (await web.client.get("/sources/requests/2")).text
    assert "没有成功" in shown and "province" in shown and "&lt;b&gt;新" in shown and "<b>新" not in shown
    assert 'action="/sources/requests/1"' in shown


async def test_a_private_address_is_refused_by_the_guard(directory: DataDirectory, news_site: Site) -> None:
    web = _web(directory)
    await _post(web, "/sources/new", url=f"{news_site.url}/xwdt/xnyw/")
    _work_off(directory, 1)
    assert "不是公网地址" in (await web.client.get("/sources/requests/1")).text
    assert news_site.paths() == []


async def test_a_run_now_is_a_request(directory: DataDirectory) -> None:
    web = _web(directory)
    answer = await _post(web, "/sources/run", source="qhnews")
    assert answer.headers["location"] == "/sources/requests/1"
    (one,) = _all(directory)
    assert one.kind == "run" and one.arguments == {"source": "qhnews"}
    assert (await web.client.get("/sources/run")).headers["location"] == "/sources"


async def test_only_the_operator_may(directory: DataDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "geheim")
    web = _web(directory)
    for path in ("/sources/new", "/sources/requests/1"):
        assert (await web.client.get(path)).status_code in (302, 401, 403)
    for path in ("/sources/new", "/sources/run", "/sources/requests/1"):
        answer = await _post(web, path, url="https://a.cn/", source="qhnews", toml="x")
        assert answer.status_code in (302, 401, 403) and not answer.headers.get("location", "").startswith("/sources/r")
    assert _all(directory) == []


async def test_another_sites_form_is_turned_away(directory: DataDirectory) -> None:
    headers = {**FORM, "origin": "https://evil.example"}
    answer = await _web(directory).client.post("/sources/new", content="url=https://a.cn/", headers=headers)
    assert answer.status_code == 403 and _all(directory) == []


async def test_what_is_not_there_is_not_found(directory: DataDirectory) -> None:
    web = _web(directory)
    assert (await web.client.get("/sources/requests/7")).status_code == 404
    await _post(web, "/sources/new", url="https://a.cn/")
    assert (await _post(web, "/sources/requests/1", toml="title = 1")).status_code == 404  # not yet looked at
    assert [one.kind for one in _all(directory)] == ["preview"]


async def test_english_words(directory: DataDirectory) -> None:
    page = (await _web(directory).client.get("/sources/new?lang=en")).text
    assert "Add a source" in page and "添加来源" not in page
