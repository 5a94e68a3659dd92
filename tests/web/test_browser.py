"""A real Chromium over the real pages: no script errors, nothing wider than a phone, keys work."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from datasette_plugins.app import build
from tests.web import archive_of

_CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not _CHROMIUM.exists() and "CI" not in os.environ,
        reason="needs the Debian packages chromium and fonts-noto-cjk",
    ),
]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    archive_of.make(tmp_path / "data", 10)
    listening = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = build(tmp_path / "data", base).app()
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield base
    server.should_exit = True
    thread.join(10)
    listening.close()


def test_pages_fit_and_keys_walk_the_results(address: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=_FLAGS)
        page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        for path in ("/", "/search?q=招才引智", "/sources", "/subscribe?q=招才", "/about", "/archive/articles"):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.goto(f"{address}/search?q=招才引智")
        page.keyboard.press("j")
        first = page.evaluate("document.activeElement.textContent")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.textContent") != first
        page.keyboard.press("o")
        page.wait_for_url("**/article/*")
        page.click("a.evidence >> nth=0")
        assert page.evaluate("location.hash").startswith("#f")
        page.keyboard.press("?")
        assert page.is_visible("dialog#keys")
        browser.close()
    assert faults == []
