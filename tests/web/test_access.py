"""Every page of the product in a real Chromium: axe finds nothing serious, nothing is wider than a phone or heavy.

A page is looked at in Chinese and English, at 320 and 1280 px, light and dark; every pair of these is seen.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web import archive_of, rich_archive
from tests.web.addresses import PAGES, samples
from tests.web.serving import CHROMIUM, served

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
HEAVIEST = 100_000  # bytes of HTML without its charts
LOOKS = (("zh", ((320, "light"), (1280, "dark"))), ("en", ((1280, "light"), (320, "dark"))))
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and "CI" not in os.environ,
        reason="needs the Debian packages chromium and fonts-noto-cjk",
    ),
]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    directory = rich_archive.make(tmp_path_factory.mktemp("access") / "data")
    with served(directory.path) as base:
        yield base, samples(directory.path)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everybody(shown: tuple[str, dict[str, str]], browser: Any, path: str) -> None:
    base, values = shown
    address = base + path.format(**values)
    faults: list[str] = []
    for language, looks in LOOKS:
        page = browser.new_page(extra_http_headers={"accept-language": language})
        answer = page.goto(address)
        weight = len(re.sub(rb"<svg.*?</svg>", b"", answer.body(), flags=re.DOTALL))
        assert weight <= HEAVIEST, f"{path}: {weight} bytes of HTML"
        for width, scheme in looks:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{language} {width}: wider than the window")
            faults += [f"{language} {width} {scheme}: {fault}" for fault in violations(page)]
        page.close()
    assert not faults, path + "\n" + "\n".join(faults)


def violations(page: Any) -> list[str]:
    """What axe calls serious or critical on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false, iframes: false})")
    return [
        f"{one['id']} ({one['impact']}): {json.dumps([node['target'] for node in one['nodes'][:3]])}"
        f" {one['nodes'][0]['html'][:160]} — {one['nodes'][0].get('failureSummary', '')[-200:]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def test_axe_finds_what_is_wrong(browser: Any) -> None:
    page = browser.new_page()
    page.set_content("<html><body><img src='x'><p style='color:#aaa;background:#fff'>引才</p></body></html>")
    found = " ".join(violations(page))
    assert "image-alt" in found and "color-contrast" in found
    page.close()


def test_whatever_has_the_focus_shows_it(shown: tuple[str, dict[str, str]], browser: Any) -> None:
    base, _ = shown
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    for path in ("/", "/search?q=人才", "/coverage"):
        page.goto(base + path)
        for _ in range(25):
            page.keyboard.press("Tab")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", page.evaluate("document.activeElement.outerHTML")[:200]
    page.close()


def test_an_archive_without_articles_is_for_everybody_too(tmp_path: Path, browser: Any) -> None:
    archive_of.make(tmp_path / "data", 0)
    with served(tmp_path / "data") as base:
        page = browser.new_page(viewport={"width": 320, "height": 800})
        for path in ("/", "/search", "/coverage", "/facts", "/sources"):
            page.goto(base + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
            assert violations(page) == [], path
        page.close()
