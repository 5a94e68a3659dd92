"""Limits: how often one address may ask, how large a request may be, what robots are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pluggy
import pytest
from datasette import hookspecs
from datasette.app import Datasette

from datasette_plugins import limits, look, safe_csv, tables
from datasette_plugins.app import build
from datasette_plugins.shared import Buckets
from tests.web import archive_of

_BASE = "https://caixun.example"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return archive_of.make(tmp_path / "data", 3).path


def _client(site: Datasette, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(site.app(), client=(address, 4000))
    return httpx.AsyncClient(transport=transport, base_url="http://caixun.example")


async def _statuses(client: httpx.AsyncClient, path: str, times: int, **headers: str) -> list[int]:
    return [(await client.get(path, headers=headers)).status_code for _ in range(times)]


def test_a_bucket_gives_its_rate_and_no_more() -> None:
    now = [0.0]
    buckets = Buckets(6, lambda: now[0])
    assert [buckets.take("a") for _ in range(6)] == [0.0] * 6
    assert buckets.take("a") == pytest.approx(10.0)
    assert buckets.take("b") == 0.0
    now[0] = 10.1
    assert buckets.take("a") == 0.0 and buckets.take("a") > 0


async def test_who_asks_too_often_is_told_when_to_come_back(directory: Path) -> None:
    site = build(directory, _BASE, access={"rate": 3})
    async with _client(site, "203.0.113.9") as client:
        assert await _statuses(client, "/search?q=引才", 5) == [200, 200, 200, 429, 429]
        answer = await client.get("/archive.json?sql=select+1")
        assert answer.status_code == 429 and int(answer.headers["retry-after"]) >= 1
        assert "请求太多" in answer.text and "content-security-policy" in answer.headers
        assert await _statuses(client, "/about", 5) == [200] * 5  # cheap pages go on
    async with _client(site, "203.0.113.10") as other:
        assert await _statuses(other, "/search?q=引才", 1) == [200]


@pytest.mark.parametrize("order", [(limits, look, safe_csv, tables), (tables, safe_csv, look, limits)])
async def test_a_refusal_wears_the_security_headers_in_whatever_order_plugins_are_installed(
    directory: Path, order: tuple[Any, ...]
) -> None:
    installed = pluggy.PluginManager("datasette")
    installed.add_hookspecs(hookspecs)
    for plugin in order:
        installed.register(plugin)
    site = build(directory, _BASE, access={"rate": 2})  # one for the wrapper below, one for the site's own
    app = site.app()
    for wrapper in installed.hook.asgi_wrapper(datasette=site):
        app = wrapper(app)
    transport = httpx.ASGITransport(app, client=("203.0.113.77", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://caixun.example") as client:
        refused = [await client.get("/search?q=引才") for _ in range(3)][-1]
    assert refused.status_code == 429 and refused.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("addresses", "access", "last"),
    [
        (["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"], {"rate": 3, "trusted_proxy": "127.0.0.1"}, 200),
        (["1.1.1.1", "1.1.1.1", "1.1.1.1", "1.1.1.1"], {"rate": 3, "trusted_proxy": "127.0.0.1"}, 429),
        (["9.9.9.9, 1.1.1.1", "8.8.8.8, 1.1.1.1", "1.1.1.1", "7.7.7.7,1.1.1.1"],
         {"rate": 3, "trusted_proxy": "127.0.0.1"}, 429),
        (["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"], {"rate": 3}, 429),
    ],
    ids=["each reader has his own", "one reader", "invented addresses do not help", "without the setting none"],
)  # fmt: skip
async def test_only_the_proxy_of_the_settings_is_believed(
    directory: Path, addresses: list[str], access: dict[str, Any], last: int
) -> None:
    async with _client(build(directory, _BASE, access=access), "127.0.0.1") as client:
        statuses = [
            (await client.get("/search", headers={"x-forwarded-for": address})).status_code for address in addresses
        ]
    assert statuses == [200, 200, 200, last]


async def test_ipv6_is_counted_by_subscriber(directory: Path) -> None:
    site = build(directory, _BASE, access={"rate": 2})
    statuses = []
    for number in range(3):
        async with _client(site, f"2001:db8:1:2::{number}") as client:
            statuses += await _statuses(client, "/search", 1)
    assert statuses == [200, 200, 429]


async def test_large_requests_are_refused(directory: Path) -> None:
    site = build(directory, _BASE)
    async with _client(site, "203.0.113.9") as client:
        assert (await client.get("/search", params={"q": "才" * 3000})).status_code == 413
        assert (await client.post("/login", content=b"x" * 70_000)).status_code == 413

        async def chunks() -> Any:
            yield b"password="

        assert (await client.post("/login", content=chunks())).status_code == 413


@pytest.mark.parametrize("index", [True, False])
async def test_robots_read_only_what_the_setting_lets_them(directory: Path, index: bool) -> None:
    site = build(directory, _BASE, access={"index": index})
    robots = (await site.client.get("/robots.txt")).text
    headers = (await site.client.get("/about")).headers
    assert ("Disallow: /\n" in robots) == (not index)
    assert (headers.get("x-robots-tag") == "noindex") == (not index)
    assert not index or "Disallow: /archive\n" in robots
