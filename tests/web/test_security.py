"""Hostile texts, stored and asked for: no page, feed or file lets one of them act; no private file can be reached."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from db.paths import DataDirectory
from tests.web import hostile

_BASE = "http://127.0.0.1:8000"
_PAYLOADS = hostile.payloads()
# Datasette leaves its other facets unstarted when one fails.
pytestmark = pytest.mark.filterwarnings(
    "ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning"
)


class Reader(HTMLParser):
    """Collects what a browser could run, load or be sent to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.faults += [f"{tag} {name}" for name in given if name.startswith("on") or name in ("style", "srcdoc")]
        if tag in ("iframe", "object", "embed", "base", "style", "math", "marquee", "video", "audio", "template"):
            self.faults.append(tag)
        if tag == "img" and not given.get("src", "").startswith(("/", "data:image/")):
            self.faults.append(f"img {given}")
        is_data = given.get("type") == "application/ld+json"
        if tag == "script" and not is_data and not given.get("src", "").startswith("/-/caixun/"):
            self.faults.append(f"script {given}")
        if tag == "meta" and "http-equiv" in given:
            self.faults.append("meta http-equiv")
        for name in ("href", "src", "action", "formaction", "xlink:href"):
            address = re.sub(r"[\x00-\x20]", "", given.get(name, "")).lower()
            if re.match(r"(javascript|vbscript|data(?!:image/)|file):", address):
                self.faults.append(f"{tag} {name}={address[:40]}")
        if tag == "form" and not given.get("action", "/").startswith("/"):
            self.faults.append(f"form {given}")


def _check(path: str, status: int, headers: dict[str, str], text: str) -> None:
    kind = headers.get("content-type", "")
    assert status < 500, (path, status, text[-600:])
    assert headers["x-content-type-options"] == "nosniff", path
    assert "unsafe" not in headers["content-security-policy"], path
    assert "pwned" not in headers.get("set-cookie", ""), path
    location = headers.get("location", "/")
    assert re.match(r"/(?![/\\])|http://(localhost|127\.0\.0\.1)[:/]", location), (path, location)
    if "text/html" in kind:
        reader = Reader()
        reader.feed(text)
        assert not reader.faults, (path, reader.faults[:3])
    elif "json" in kind and "ndjson" not in kind:
        json.loads(text)
    elif "xml" in kind:
        ET.fromstring(text)
    elif "csv" in kind:
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
            assert not [cell for cell in row if re.match(r"[=@+\t\r]|-(?!\d+(\.\d+)?$)", cell)], (path, row)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.plant(tmp_path_factory.mktemp("hostile") / "data", _PAYLOADS).path


@pytest.fixture
def site(planted: Path) -> Datasette:
    return build(planted, _BASE)


def test_there_are_enough_payloads_of_enough_classes() -> None:
    assert len(_PAYLOADS) >= 60 and len({payload.kind for payload in _PAYLOADS}) >= 12


async def test_stored_texts_do_nothing_on_any_page(site: Datasette, planted: Path) -> None:
    for path in hostile.stored_pages(DataDirectory(planted)):
        answer = await site.client.get(path)
        _check(path, answer.status_code, dict(answer.headers), answer.text)


@pytest.mark.parametrize("kind", sorted({payload.kind for payload in _PAYLOADS}))
async def test_what_readers_send_does_nothing(site: Datasette, kind: str) -> None:
    listed = [payload for payload in _PAYLOADS if payload.kind == kind]
    for number, payload in enumerate(listed):
        pages = hostile.asking_pages(payload.text)  # the first of a class everywhere, the others in turn
        for path in pages if not number else pages[number % 4 :: 4]:
            answer = await site.client.get(path)
            _check(f"{payload.name}: {path}", answer.status_code, dict(answer.headers), answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/archive.db", "/crawl.db", "/subscribers.db", "/review.db", "/crawl", "/subscribers", "/review.db.json",
        "/_internal", "/_internal.json", "/_internal/databases", "/_memory", "/:memory:", "/caixun.toml",
        "/-/static/../../../caixun.toml", "/-/static/..%2f..%2f..%2fcaixun.toml", "/-/static//etc/passwd",
        "/-/caixun/..%2fapp.py", "/-/caixun/../app.py", "/%2e%2e/caixun.toml", "/..%5ccaixun.toml",
        "/archive/..%2fcrawl", "/archive/crawl.visit", "/archive/~2e~2e~2fcrawl", "/-/databases", "/-/databases.json",
        "/-/metadata", "/-/metadata.json", "/-/plugins", "/-/plugins.json?all=1", "/-/versions.json",
        "/-/settings.json",
        "/-/config.json", "/-/threads.json", "/-/actor.json", "/-/permissions", "/-/messages", "/-/allow-debug",
        "/-/patterns", "/-/auth-token?token=x", "/-/logout", "/archive/rejected", "/archive/rejected.json",
        "/archive/pages", "/archive/takedowns.csv", "/archive/follow_ups", "/archive/mark", "/archive/sqlite_master",
        "/archive/pragma_database_list", "/archive/article_index_data/1.blob?_blob_column=block",
        "/archive?_context=1", "/archive.json?_trace=1&sql=select+*+from+pragma_database_list",
    ],
)  # fmt: skip
async def test_private_files_and_debug_pages_are_out_of_reach(site: Datasette, planted: Path, path: str) -> None:
    answer = await site.client.get(path)
    assert answer.status_code in (400, 403, 404, 302, 301) or "_context" in path, answer.status_code
    for told in (str(planted), "crawl.db", "subscribers.db", "root:x:", "site-packages", "Traceback", hostile.SECRET):
        assert told not in answer.text.replace(path, "").replace(path[1:], ""), told


@pytest.mark.parametrize(
    "sql",
    [
        "attach 'crawl.db' as c", "select * from crawl.visit", "with x as (select 1) attach 'crawl.db' as c",
        "select * from pragma_database_list", "select file from pragma_database_list()", "pragma database_list",
        "select load_extension('/tmp/x.so')", "select readfile('/etc/passwd')", "select * from rejected",
        "select * from main.takedowns", "select 1; attach 'crawl.db' as c", "explain select * from rejected",
        "select * from sqlite_temp_master", "select * from sqlite_dbpage", "/* x */ select * from mark",
        "-- x\nselect * from rejected", "select * from articles natural join rejected", "vacuum into 'copy.db'",
        "select * from fsdir('/')", "select * from csv('/etc/passwd')", "select edit('x')",
    ],
)  # fmt: skip
async def test_no_sql_reaches_what_is_private(site: Datasette, planted: Path, sql: str) -> None:
    for path in ("/archive.json", "/archive", "/archive.csv"):
        answer = await site.client.get(path, params={"sql": sql})
        assert answer.status_code == (200 if path.endswith(".csv") and "\n" not in answer.text.strip() else 400), path
        assert str(planted) not in answer.text and hostile.SECRET not in answer.text


async def test_files_of_the_page_are_served_whole_and_alone(site: Datasette) -> None:
    for name in ("caixun.css", "keys.js", "tables.css"):
        assert (await site.client.get(f"/-/caixun/{name}")).status_code == 200
    assert (await site.client.get("/-/caixun/app.py")).status_code == 404
