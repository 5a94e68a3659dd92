"""How pages lie on the screen, measured in a real Chromium: lines, targets under a finger, what is cut and what is not.

What can only be judged by eye is looked at as pictures; these are the rules that pictures kept breaking.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web import analyst_archive
from tests.web.addresses import samples
from tests.web.serving import CHROMIUM, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="没有 Chromium（/usr/bin/chromium）"),
]
PHONE = {"width": 320, "height": 720}
DESK = {"width": 1280, "height": 900}
FINGERS = (
    "/",
    "/search?q=人才",
    "/article/{article}",
    "/story/{story}",
    "/facts?kind=figure&measure=签约人才项目",
    "/place/西宁市",
    "/sources",
    "/policies",
    "/data",
)
# Links in running text may be as high as their line (WCAG 2.5.8); the squares of the map have their names in a list.
_LOW = """() => [...document.querySelectorAll('main a, main button, main summary, main select, nav a, .site-foot a')]
  .filter((one) => !one.closest('svg, .unseen, .text, .tile, .lead, .skip') && !one.matches('.tile'))
  .map((one) => [one.getBoundingClientRect(), one])
  .filter(([box]) => box.width && box.height && box.height < 39.5)
  .map(([box, one]) => Math.round(box.height) + ' px: ' + one.outerHTML.slice(0, 120))"""
_BROKEN_DATES = """() => [...document.querySelectorAll('time')].filter((one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
}).map((one) => one.outerHTML)"""
_SNIPPET_LINES = """() => Math.max(...[...document.querySelectorAll('.snippet')]
  .map((one) => one.clientHeight / parseFloat(getComputedStyle(one).lineHeight)))"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    directory = analyst_archive.make(tmp_path_factory.mktemp("looks") / "data")
    with served(directory.path) as base:
        yield base, samples(directory.path)


def opened(browser: Any, address: str, size: dict[str, int], **options: Any) -> Any:
    page = browser.new_context(viewport=size, locale="zh-CN", **options).new_page()
    page.goto(address, timeout=120_000)  # on a machine that does much else
    return page


def test_everything_can_be_hit_with_a_finger(shown: tuple[str, dict[str, str]], browser: Any) -> None:
    base, values = shown
    faults: dict[str, list[str]] = {}
    for path in FINGERS:
        page = opened(browser, base + path.format(**values), PHONE, has_touch=True, is_mobile=True)
        assert page.evaluate("matchMedia('(pointer: coarse)').matches")
        if low := page.evaluate(_LOW):
            faults[path] = low[:5]
        assert page.evaluate(_BROKEN_DATES) == [], path
        page.context.close()
    assert not faults, faults


def test_a_phone_shows_the_whole_navigation(shown: tuple[str, dict[str, str]], browser: Any) -> None:
    base, _ = shown
    for language in ("zh", "en"):
        page = opened(browser, f"{base}/?lang={language}", PHONE)
        edges = page.evaluate("[...document.querySelectorAll('nav a')].map((a) => a.getBoundingClientRect().right)")
        assert len(edges) > 9 and max(edges) <= PHONE["width"]
        page.context.close()


def test_text_is_set_in_lines_one_can_read(shown: tuple[str, dict[str, str]], browser: Any) -> None:
    base, values = shown
    page = opened(browser, f"{base}/article/{values['article']}", DESK)
    characters = page.evaluate(
        "(() => { const p = document.querySelector('.text-row > p');"
        " return p.clientWidth / parseFloat(getComputedStyle(p).fontSize); })()"
    )
    assert 34 <= characters <= 38
    page.context.close()


def test_a_result_shows_two_lines_of_its_text_and_three_on_a_phone(
    shown: tuple[str, dict[str, str]], browser: Any
) -> None:
    base, _ = shown
    for size, most in ((DESK, 2), (PHONE, 3)):
        page = opened(browser, f"{base}/search?q=人才", size)
        assert 1 < page.evaluate(_SNIPPET_LINES) <= most + 0.1
        assert page.evaluate("document.querySelectorAll('.snippet mark').length") > 0
        page.context.close()


def test_small_multiples_keep_their_letters_and_one_left_edge(shown: tuple[str, dict[str, str]], browser: Any) -> None:
    base, _ = shown
    heights = set()
    for size, columns in ((PHONE, 2), (DESK, 4)):
        page = opened(browser, f"{base}/facts?kind=figure&measure=签约人才项目", size)
        edges = page.evaluate("[...document.querySelectorAll('.panel')].map((p) => p.getBoundingClientRect().left)")
        assert len({round(edge) for edge in edges}) == columns
        heights.add(round(page.locator(".panel text").first.evaluate("(one) => one.getBoundingClientRect().height")))
        scales = page.evaluate(
            "[...document.querySelectorAll('.panel')].map((p) => p.querySelectorAll('text')[1].textContent)"
        )
        assert len(set(scales)) == 1, "every panel has the same scale"
        page.context.close()
    assert len(heights) == 1, "a narrow panel does not shrink its labels"


def test_paper_is_white_and_carries_no_forms(shown: tuple[str, dict[str, str]], browser: Any) -> None:
    base, _ = shown
    page = opened(browser, f"{base}/facts?kind=figure&measure=签约人才项目", DESK, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.querySelector('.scan')).color") == "rgb(68, 68, 68)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("main form").first.is_visible()
    assert page.locator(".panel").first.is_visible()
    page.context.close()
