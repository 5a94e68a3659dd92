"""An edition is served read only, with the pages of the live site; its files can be copied in parts and checked."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from datasette_plugins.app import build
from datasette_plugins.archive import site_of
from db.editions.manifest import verify
from db.editions.publishing import Order, publish
from db.editions.values import ARCHIVE, Edition
from tests.web import addresses, rich_archive
from tests.web.serving import served

_BASE = "http://caixun.example"
# What only the live site does, or only says: the edition leads there.
LIVE_ONLY = ("/saved/", "/subscribe", "/why", "/sources/new", "/review", "/takedown", "/bundle", "/login")
OWN = ("/edition", "/download")  # where a server says what it is itself, and what it prepares in the background


@dataclass(frozen=True, slots=True)
class Both:
    """A live data directory, the folder of its editions, and the edition."""

    data: Path
    folder: Path
    edition: Edition

    @property
    def place(self) -> Path:
        return self.folder / self.edition.id


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    path = tmp_path_factory.mktemp("edition")
    directory = rich_archive.make(path / "data", 80)
    order = Order(live="https://caixun.example.cn")
    edition, _ = publish(directory.archive, path / "out", order, datetime.now(UTC), lambda *_: None)
    return Both(directory.path, path / "out", edition)


@pytest.fixture(scope="module")
def sealed(both: Both) -> Iterator[Both]:
    """The same with a folder that nobody may write into."""
    both.place.chmod(0o555)
    yield both
    both.place.chmod(0o755)


def main_of(page: str) -> str:
    """What a page says, without what changes from one answer to the next."""
    found = re.search(r"<main.*?</main>", page, re.DOTALL)
    text = found[0] if found else page
    text = re.sub(r"http://127\.0\.0\.1:\d+|http://caixun\.example", "", text)
    # how many suggestions there are is a matter of the time that they were given
    text = re.sub(r'<section class="related" aria-labelledby="also">.*?</section>', "", text, flags=re.DOTALL)
    text = re.sub(r'<ul class="suggestions">.*?</ul>', "", text, flags=re.DOTALL)
    text = re.sub(r'<form method="post".*?</form>', "", text, flags=re.DOTALL)  # an edition takes no forms
    text = re.sub(r'<li><a href="/save[^>]*>[^<]*</a></li>', "", text)  # an edition has no key to sign a link with
    text = re.sub(r'name="csrftoken" value="[^"]*"', "", text)
    return re.sub(r"(Queries took|用时|耗时)[^<]*", "", text)


async def test_every_public_page_is_that_of_the_live_site(sealed: Both) -> None:
    names = addresses.samples(sealed.data)
    live, copy = build(sealed.data, _BASE), build(sealed.place, _BASE)
    compared = 0
    for address in addresses.PAGES:
        path = address.format(**names)
        if path.startswith(LIVE_ONLY):
            continue
        theirs, ours = await live.client.get(path), await copy.client.get(path)
        assert ours.status_code == theirs.status_code, path
        if theirs.status_code == 403:  # the operator's
            assert "这里是已发布的版本" in ours.text, path
            continue
        if not path.startswith(OWN):
            assert main_of(ours.text) == main_of(theirs.text), path
            compared += 1
        assert f"这里是 {sealed.edition.id} 的版本" in ours.text or "html" not in ours.headers["content-type"], path
    assert compared > 30
    assert verify(sealed.place)


@pytest.mark.parametrize("path", [path for path in addresses.PAGES + addresses.NO_PAGES if path.startswith(LIVE_ONLY)])
async def test_what_writes_leads_to_the_live_site(sealed: Both, path: str) -> None:
    names = addresses.samples(sealed.data)
    answer = await build(sealed.place, _BASE).client.get(path.format(**names))
    assert answer.status_code == 403
    assert "这里是已发布的版本" in answer.text and "https://caixun.example.cn/" in answer.text


async def test_no_form_is_taken(sealed: Both) -> None:
    site = build(sealed.place, _BASE)
    for path in ("/subscribe", "/search", "/archive", "/takedown", "/sources/run"):
        assert (await site.client.post(path, data={"q": "人才"})).status_code == 403, path
    with pytest.raises(Exception, match="只读"):
        assert site_of(site).subscribers
    assert sorted(path.name for path in sealed.place.iterdir()) == sorted(
        ["archive.db", "changes.jsonl", "datapackage.json", "edition.json", "editions.json", "SHA256SUMS"]
    )


async def test_readers_with_a_password_can_log_in(sealed: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIXUN_READER_PASSWORD", "读者的口令")
    site = build(sealed.place, _BASE, access={"readers": "password"})
    html = {"accept": "text/html"}
    turned = await site.client.get("/search?q=人才", headers=html)
    assert turned.status_code == 302 and turned.headers["location"].startswith("/login")
    form = await site.client.get("/login", headers=html)
    assert form.status_code == 200
    token = re.search(r'name="csrftoken" value="([^"]+)"', form.text)
    assert token is not None
    fields = {"password": "读者的口令", "next": "/search", "csrftoken": token[1]}
    welcome = await site.client.post("/login", data=fields, cookies=dict(form.cookies))
    assert welcome.status_code == 302
    there = await site.client.get("/search?q=人才", headers=html, cookies=dict(welcome.cookies))
    assert there.status_code == 200 and "人才" in there.text


async def test_the_pages_of_editions(both: Both) -> None:
    live = build(both.data, _BASE, access={"editions": str(both.folder)})
    listed = (await live.client.get("/editions")).text
    assert both.edition.id in listed and "可下载" in listed
    page = (await live.client.get(f"/edition/{both.edition.id}")).text
    assert both.edition.sha256 in page and "curl -f -C -" in page and "[DS/OL]" in page
    assert (await live.client.get("/edition/1999-01-01")).status_code == 404
    assert (await live.client.get("/edition")).headers["location"] == f"/edition/{both.edition.id}"
    assert "还没有发布过版本" in (await build(both.data, _BASE).client.get("/editions")).text
    english = (await live.client.get(f"/edition/{both.edition.id}?lang=en")).text
    assert "Copy and check" in english


def test_a_copy_that_was_cut_goes_on(both: Both, tmp_path: Path) -> None:
    whole = (both.place / ARCHIVE).read_bytes()
    with served(both.place) as base, httpx.Client(base_url=base) as client:
        address = f"/edition/{both.edition.id}/{ARCHIVE}"
        full = client.get(address)
        assert full.content == whole and full.headers["content-length"] == str(len(whole))
        tag = full.headers["etag"]
        rest = client.get(address, headers={"range": "bytes=1000-", "if-range": tag})
        assert (rest.status_code, rest.content) == (206, whole[1000:])
        assert client.get(address, headers={"range": "bytes=5-9"}).content == whole[5:10]
        assert client.get(address, headers={"range": "bytes=-7"}).content == whole[-7:]
        assert client.get(address, headers={"range": "bytes=1000-", "if-range": '"other"'}).content == whole
        assert client.get(address, headers={"if-none-match": tag}).status_code == 304
        assert client.get(address, headers={"range": f"bytes={len(whole)}-"}).status_code == 416
        assert client.head(address).headers["content-length"] == str(len(whole))
        target = tmp_path / ARCHIVE
        target.write_bytes(whole[: len(whole) // 3])
        subprocess.run(["curl", "-sf", "-C", "-", "-o", str(target), f"{base}{address}"], check=True)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == both.edition.sha256


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user of the file system")
def test_another_user_who_may_only_read_serves_it(sealed: Both, tmp_path: Path) -> None:
    for folder in (sealed.place, *sealed.place.parents):
        if "pytest-of-" in str(folder):
            folder.chmod(folder.stat().st_mode | 0o055)
    child = os.fork()
    if not child:
        code = 1
        try:
            os.setgid(65534)
            os.setuid(65534)
            from db.connection import open_reader
            from db.search import search

            with_found = search(open_reader(sealed.place / ARCHIVE), "人才", {}).total
            code = 0 if with_found and not os.access(sealed.place, os.W_OK) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
