"""The reading pages in a real Chromium: axe, widths, what the script adds, and what stays without it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest

from db import policies
from tests.web import reading_archive
from tests.web.reading_archive import CUT, FIRST, LONG, identity
from tests.web.serving import CHROMIUM, served
from tests.web.test_access import violations

PAGES = (
    f"/article/{identity(FIRST)}",
    f"/article/{identity(LONG)}",
    f"/article/{identity(LONG)}?text=printed",
    f"/story/{identity(FIRST)}",
    f"/compare?a={identity(FIRST)}:1&b={identity(CUT)}",
    f"/compare?a={identity(FIRST)}:1&b={identity(FIRST)}:3&view=inline",
    "/people",
    "/person/" + quote("王建国"),
    "/policies?q=办法",
    f"/policy/{policies.identity('西宁市引进高层次人才实施办法')}",
    f"/cite?article={identity(FIRST)}&fact=1",
    "/cite/search?q=引才",
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and "CI" not in os.environ,
        reason="needs the Debian packages chromium and fonts-noto-cjk",
    ),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = reading_archive.make(tmp_path_factory.mktemp("reading") / "data")
    with served(directory.path) as base:
        yield base


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everybody(address: str, browser: Any, path: str) -> None:
    looks = (("zh", 320, "dark"), ("en", 1280, "light"))
    found = [fault for look in looks for fault in _faults(browser, address + path, *look)]
    assert not found, "\n".join(found)


def _faults(browser: Any, address: str, language: str, width: int, scheme: str) -> list[str]:
    found: list[str] = []
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, extra_http_headers={"accept-language": language}
    )
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.goto(address)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{language} {width}: wider than the window")
    found += violations(page)
    page.close()
    return found


def _tops(page: Any) -> list[tuple[float, float]]:
    """(top, bottom) of every card in the margin, as they stand."""
    boxes = page.evaluate(
        "[...document.querySelectorAll('.margin > li')].map(c => c.getBoundingClientRect()).map(b => [b.top, b.bottom])"
    )
    return [(top, bottom) for top, bottom in boxes]


@pytest.mark.parametrize("scripted", [True, False])
def test_facts_stand_beside_the_text_and_never_over_each_other(address: str, browser: Any, scripted: bool) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=scripted)
    page = context.new_page()
    page.goto(f"{address}/article/{identity(FIRST)}")
    text = page.locator(".text-row > p").first.bounding_box()
    card = page.locator(".card").first.bounding_box()
    assert card["x"] > text["x"] + text["width"]
    assert 34 <= text["width"] / 18 <= 38, "characters a line"
    page.click("a.evidence >> nth=2")
    assert "#f" in page.url
    page.click(".card .back >> nth=2")
    assert "#e" in page.url
    if scripted:
        tops = _tops(page)
        assert all(bottom <= top for (_, bottom), (top, _) in pairwise(tops))
        last = page.locator(".site-foot").bounding_box()
        end = page.locator(".card").last.bounding_box()
        assert end["y"] + end["height"] <= last["y"]
    context.close()


def test_on_a_phone_facts_stand_below_their_paragraph(address: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{address}/article/{identity(FIRST)}")
    paragraph = page.locator(".text-row > p").first.bounding_box()
    card = page.locator(".card").first.bounding_box()
    assert card["y"] >= paragraph["y"] + paragraph["height"]
    page.close()


def test_printing_keeps_the_text_and_says_where_it_is_from(address: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.goto(f"{address}/article/{identity(FIRST)}")
    page.emulate_media(media="print")
    note = page.locator(".print-only").inner_text()
    assert "https://wb.example.cn/1.html" in note and f"/article/{identity(FIRST)}/revision/3" in note
    assert page.locator(".text-row > p").first.is_visible()
    assert not page.locator(".card").first.is_visible() and not page.locator("nav").first.is_visible()
    page.close()


def test_a_reference_is_copied(address: str, browser: Any) -> None:
    context = browser.new_context(locale="zh-CN", permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/cite?article={identity(FIRST)}")
    page.click("[data-copy='text-txt'] button")
    page.get_by_role("button", name="已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#text-txt").inner_text()
    context.close()
