"""The page of downloads: rows, sizes, every format; a file prepared by the form, with and without script."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from datasette_plugins.render import bytes_of
from db import requests
from db.connection import open_reader
from db.downloads.estimate import estimate
from db.downloads.frames import KINDS, newest_change
from db.downloads.manifest import Asked
from db.downloads.wishes import Wish, open_public
from db.paths import DataDirectory
from tests.web import rich_archive
from tests.web.downloading import work_off
from tests.web.serving import CHROMIUM, chromium, served
from tests.web.test_access import violations


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, DataDirectory]]:
    directory = rich_archive.make(tmp_path_factory.mktemp("page"), 40)
    with served(directory.path) as base:
        yield base, directory


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_link_gives_the_rows_that_the_page_tells(site: tuple[str, DataDirectory], what: str, lang: str) -> None:
    base, _ = site
    with httpx.Client(base_url=base, timeout=60) as client:
        page = client.get("/download", params={"what": what, "q": "引才", "as_of": "2026-11-01", "lang": lang}).text
        rows = int(re.findall(r'id="formats">.*?([\d,]+) (?:行|rows)', page)[0].replace(",", ""))
        links = [html.unescape(one) for one in re.findall(r'href="(/download/\w+\.(?:csv|jsonl)[^"]*)"', page)]
        assert len(links) == 4 and all("change=" in one for one in links)
        assert client.get(links[2]).text.count("\n") == rows
        assert [client.get(one).json()["resources"][0]["rows"] for one in links if "manifest" in one] == [rows] * 2


def test_the_choices_are_in_the_links(site: tuple[str, DataDirectory]) -> None:
    page = httpx.get(site[0] + "/download", params={"nobom": "1", "notexts": "1"}, timeout=60).text
    (link, *_) = re.findall(r'href="(/download/articles\.csv\?[^"]*)"', page)
    text = httpx.get(site[0] + html.unescape(link), timeout=60).text
    assert text.startswith("id,") and "body" not in text.partition("\r\n")[0]


def test_where_the_page_is_linked(site: tuple[str, DataDirectory]) -> None:
    for path, link in (
        ("/search?q=引才&place=青海省", "/download?q="),
        ("/facts", "/download?what=facts"),
        ("/coverage", "/download?what=coverage"),
        ("/data", "/download"),
        ("/", "/download"),
    ):
        assert f'href="{link}' in httpx.get(site[0] + path, timeout=60).text, path


def test_what_cannot_be_asked_for(site: tuple[str, DataDirectory]) -> None:
    base, directory = site
    with httpx.Client(base_url=base, timeout=60) as client:
        assert client.post("/download/prepare", data={"what": "articles", "form": "exe"}).status_code == 404
        assert client.post("/download/prepare", data={"form": "csv", "q": "引才 ("}).status_code == 400
        assert client.get("/download/prepared/00000000000000000000").status_code == 404
        assert client.get("/download/prepared/00000000000000000000.json").status_code == 404
        assert client.get("/download/prepare").headers["location"] == "/download"
    with closing(open_reader(directory.crawl)) as connection:
        assert requests.waiting(connection) == 0


def test_asking_twice_asks_once_and_a_long_line_is_closed(tmp_path: Path) -> None:
    directory = rich_archive.make(tmp_path, 12)
    with served(directory.path) as base, httpx.Client(base_url=base, timeout=60) as client:
        wishes = [{"what": "coverage", "form": "csv", "change": str(number)} for number in range(1, 5)]
        wishes += [{"what": "coverage", "form": form, "change": "1"} for form in ("jsonl", "xlsx", "sqlite")]
        asked = [client.post("/download/prepare", data=one) for one in wishes for _ in range(2)]
        assert {one.status_code for one in asked} == {302}
        with closing(open_reader(directory.crawl)) as connection:
            assert requests.waiting(connection, requests.LONG) == len(wishes)
            assert requests.waiting(connection, requests.SHORT) == 0
        more = [
            {"what": "facts", "form": form, "change": str(n)} for n in range(5) for form in ("csv", "xlsx", "jsonl")
        ]
        statuses = [client.post("/download/prepare", data=one) for one in more]
        assert [one.status_code for one in statuses].count(503) == len(wishes) + len(more) - 20
        assert statuses[-1].headers["retry-after"]


def test_the_estimate_is_near(site: tuple[str, DataDirectory]) -> None:
    _, directory = site
    with closing(open_public(directory.archive, full=True)) as connection:
        for what in KINDS:
            wish = Wish(Asked(what, "csv", "", {}, newest_change(connection)))
            found = estimate(connection, wish)
            actual = len(httpx.get(f"{site[0]}/download/{what}.csv", timeout=60).content)
            assert 0.6 < found.sizes["csv"] / actual < 1.6
    assert [bytes_of(size) for size in (0, 999, 1500, 25_000_000, 3.2e9)] == [
        "0 B",
        "999 B",
        "1.5 KB",
        "25 MB",
        "3.2 GB",
    ]


@pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed")
def test_the_form_prepares_a_file_and_the_page_turns_by_itself(site: tuple[str, DataDirectory]) -> None:
    base, directory = site
    with chromium() as browser:
        plain = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
        plain.goto(f"{base}/download?what=facts&q=引才")
        plain.click("li:has(h3:text-is('Excel')) button")
        assert plain.inner_text("h1") == "排队等待" and plain.locator("meta[http-equiv=refresh]").count() == 1
        page = browser.new_context(locale="zh-CN", viewport={"width": 320, "height": 700}).new_page()
        page.goto(plain.url)
        assert page.inner_text("h1") == "排队等待" and not violations(page)
        work_off(directory)
        page.wait_for_selector("h1:text-is('文件已备好')", timeout=20_000)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not violations(page)
        with page.expect_download() as got:
            page.click("a.button.primary")
        name = got.value.suggested_filename
        assert name.endswith(".xlsx") and (directory.path / "downloads" / name).exists()
        plain.reload()
        assert plain.inner_text("h1") == "文件已备好"
        page.goto(f"{base}/download?lang=en")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert name not in page.content()  # what a reader searched for is not told to others
