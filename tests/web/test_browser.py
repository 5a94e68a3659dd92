"""A real Chromium over the real pages: no script errors, nothing wider than a phone, keys work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web import archive_of
from tests.web.serving import CHROMIUM, chromium, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and "CI" not in os.environ,
        reason="needs the Debian packages chromium and fonts-noto-cjk",
    ),
]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    archive_of.make(tmp_path / "data", 10)
    with served(tmp_path / "data") as base:
        yield base


def test_pages_fit_and_keys_walk_the_results(address: str) -> None:
    with chromium() as browser:
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
    assert faults == []
