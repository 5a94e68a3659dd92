"""The operator asks for a bundle in the browser; and the offline pages of one as Chromium shows them."""

from __future__ import annotations

import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from httpx import Response

from datasette_plugins.app import build
from datasette_plugins.operator import PASSWORD_VARIABLE
from db import archive, requests, takedown
from db.bundle import kept, verify
from db.bundle.articles import Asked
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from scheduler import bundling, house, preparing
from scheduler.requests import work_off
from tests.web import archive_of
from tests.web.serving import CHROMIUM, chromium

_LOCAL = "http://localhost"
_FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return archive_of.make(tmp_path / "data", 6)


async def post(directory: DataDirectory, **fields: str) -> Response:
    client = build(directory.path, _LOCAL).client
    answer: Response = await client.post("/bundle", content=urlencode(fields), headers=_FORM)
    return answer


async def get(directory: DataDirectory, path: str, **headers: str) -> Response:
    answer: Response = await build(directory.path, _LOCAL).client.get(path, headers=headers)
    return answer


def worked_off(directory: DataDirectory) -> requests.Request:
    """The next request after it was worked off, as the scheduler does."""
    with closing(open_writer(directory.crawl)) as connection:
        claimed = requests.claim(connection, requests.LONG)
        assert claimed is not None
        work_off(directory, claimed.id)
        done = requests.find(connection, claimed.id)
        assert done is not None
        return done


async def test_a_bundle_is_asked_for_made_fetched_and_verifies(directory: DataDirectory) -> None:
    assert (await post(directory, q="招才引智", title="十月资料")).headers["location"] == "/bundle"
    await post(directory, q="招才引智", title="十月资料")  # pressed twice, asked once
    waiting = (await get(directory, "/bundle")).text
    assert waiting.count("十月资料") == 1 and 'http-equiv="refresh"' in waiting and "等待中" in waiting
    assert 'http-equiv="refresh"' not in (await get(directory, "/bundle?still=1")).text
    done = worked_off(directory)
    assert done.state == "done"
    page = (await get(directory, "/bundle")).text
    assert "5 篇文章、10 条事实、0 个原页" in page and "refresh" not in page
    address = f"/bundle/files/{done.result['name']}"
    assert f'href="{address}"' in page
    answer = await get(directory, address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    file = directory.path / "fetched.zip"
    file.write_bytes(answer.content)
    assert "完好：5 篇文章" in verify.verify(file)
    part = await get(directory, address, Range="bytes=100-199")
    assert (part.status_code, part.content) == (206, answer.content[100:200])
    with zipfile.ZipFile(file) as bundle:
        assert "十月资料" in bundle.read("index.html").decode()


async def test_what_lies_ready_is_not_made_again(directory: DataDirectory) -> None:
    await post(directory, q="招才引智")
    name = worked_off(directory).result["name"]
    before = (directory.path / kept.FOLDER / name).stat().st_mtime_ns
    await post(directory, q="招才引智")
    assert worked_off(directory).result["name"] == name
    assert (directory.path / kept.FOLDER / name).stat().st_mtime_ns == before
    await post(directory, q="招才引智", asof="2026-03-04")
    assert worked_off(directory).result["name"] != name


async def test_a_wrong_query_or_day_is_said_and_nothing_is_asked(directory: DataDirectory) -> None:
    for fields, line in (({"q": "人才 (引才"}, "aria-invalid"), ({"asof": "gestern"}, "2026-11-01")):
        answer = await post(directory, **fields)
        assert answer.status_code == 400 and line in answer.text
    with closing(open_reader(directory.crawl)) as connection:
        assert requests.waiting(connection) == 0
    assert 'value="place:西宁市"' in (await get(directory, "/bundle?q=place:西宁市")).text
    english = (await get(directory, "/bundle?lang=en")).text
    assert "Bundles" in english and "None yet." in english


async def test_strangers_see_nothing(directory: DataDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    await post(directory, q="招才引智")
    name = worked_off(directory).result["name"]
    monkeypatch.setenv(PASSWORD_VARIABLE, "geheim")
    for path in ("/bundle", f"/bundle/files/{name}"):
        answer = await get(directory, path)
        assert answer.status_code == 401 and "招才引智" not in answer.text
    assert (await post(directory, q="x")).status_code in (401, 403)


async def test_after_a_takedown_an_older_bundle_is_gone(directory: DataDirectory) -> None:
    await post(directory, q="招才引智")
    name = worked_off(directory).result["name"]
    with closing(open_writer(directory.archive)) as connection:
        identity = archive.article_id("https://news.example.cn/2.html")
        takedown.take_down(connection, identity, "2026-05-01T00:00:00+00:00", "应原作者要求")
    assert (await get(directory, f"/bundle/files/{name}")).status_code == 404
    assert name not in (await get(directory, "/bundle")).text
    preparing.sweep(directory)  # as the scheduler's clock does
    assert not (directory.path / kept.FOLDER / name).exists()
    for wrong in ("x.zip", "..zip", "caixun-bundle-1-0123456789ab.zip"):
        assert (await get(directory, f"/bundle/files/{wrong}")).status_code == 404


async def test_only_the_newest_are_kept(directory: DataDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.bundle.kept.MOST", 2)
    names = []
    for day in ("2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"):
        await post(directory, asof=day, nosnapshots="1")
        names.append(worked_off(directory).result["name"])
    with closing(open_reader(directory.archive)) as connection:
        kept.sweep(directory, connection, house.now())
        assert len(kept.listed(directory, connection)) == 2
        kept.sweep(directory, connection, house.now() + timedelta(days=31))
        assert kept.listed(directory, connection) == []


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs the Debian package chromium")
def test_the_offline_pages_search_and_read_without_any_server(tmp_path: Path) -> None:
    directory, out = archive_of.make(tmp_path / "data", 6), tmp_path / "out"
    bundling.save(directory, Asked("", {}, 6, '资料"><script>alert(2)</script>'), tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as bundle:
        bundle.extractall(out)
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 320, "height": 700})
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((out / "index.html").as_uri())
        assert page.locator("#list li").count() == 6
        page.fill("#box", "夜话 青海新闻网")
        assert page.inner_text("#found").startswith("1 篇")
        assert page.inner_text("#list a") == archive_of.HOSTILE
        page.click("#list a")
        page.wait_for_selector("article h1")
        assert page.inner_text("h1") == archive_of.HOSTILE and "签约高层次人才103名" in page.inner_text(".text")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        page.click("nav a")
        page.wait_for_selector("#box")
        page.fill("#box", "没有这样的标题")
        assert (page.inner_text("#found"), page.locator("#list li").count()) == ("0 篇 / found", 0)
        # even a script that slipped through would not run
        page.evaluate(
            "() => { const s = document.createElement('script'); s.text = 'alert(3)'; document.body.append(s) }"
        )
        without = browser.new_context(java_script_enabled=False).new_page()
        without.goto((out / "index.html").as_uri())
        assert without.locator("#list li").count() == 6 and not without.is_visible("#box")
    assert len(said) == 1 and "Content Security Policy" in said[0]
    assert all(url.startswith("file:") for url in asked)
