"""An analyst's five tasks, in a real browser, as somebody who was never shown the product would do them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web import analyst_archive as told
from tests.web.serving import CHROMIUM, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="没有 Chromium（/usr/bin/chromium）"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = told.make(tmp_path_factory.mktemp("analyst") / "data")
    with served(directory.path) as base:
        yield base


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN", base_url=address)
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()


def ask(page: Any, query: str) -> None:
    field = page.locator("input[name=q]").first
    field.fill(query)
    field.press("Enter")
    page.wait_for_load_state()


def titles(page: Any) -> list[str]:
    return [text.strip() for text in page.locator(".hits h3, .hits h2").all_inner_texts()]


def follow(page: Any, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    page.wait_for_load_state()


def test_all_measures_for_computing_power_talent_of_xining_since_2024_with_figures(page: Any) -> None:
    ask(page, "绿色算力 after:2024 has:figure")
    for place in ("青海省", "西宁市"):
        page.locator("ul[aria-labelledby=facet-place]").get_by_role("link", name=re.compile(place)).click()
        page.wait_for_load_state()
    found = titles(page)
    assert found == [one.title for one in reversed(told.MEASURES)]
    chips = page.locator(".hits").inner_text()
    assert "引进高层次人才 126 名" in chips
    assert "2600 万元" in chips
    assert told.ELSEWHERE.title not in found
    assert told.EARLIER.title not in found
    follow(page, told.MEASURES[0].title)
    body = page.locator("main").inner_text()
    assert "安家补贴 · 30 万元" in body
    page.get_by_role("link", name="此政策").first.click()
    page.wait_for_load_state()
    policy = page.locator("main").inner_text()
    assert "西宁市支持绿色算力产业人才发展十二条措施" in policy
    assert told.MEASURES[1].title in policy


def test_who_first_reported_a_story_and_what_a_copy_changed(page: Any) -> None:
    ask(page, "盐湖产业人才大会")
    assert titles(page) == [told.FIRST.title]  # one story once, by its first publisher
    follow(page, told.FIRST.title)
    page.locator("a[href*='/story/']").first.click()
    page.wait_for_load_state()
    story = page.locator("main").inner_text()
    assert re.search(r"首发\s*青海新闻网", story)
    assert re.search(r"四川在线.*晚 1[56] 小时", story, re.S)
    follow(page, "逐字对照")
    assert re.search(r"36\s*38", page.locator("main").inner_text())


def test_one_measure_over_years_by_city(page: Any) -> None:
    follow(page, "事实")
    page.get_by_label("指标").fill("签约人才项目")
    page.get_by_role("button", name="检索").last.click()
    page.wait_for_load_state()
    chart = page.locator("svg").filter(has=page.locator("title")).first
    assert chart.is_visible()
    table = page.get_by_role("table").first.inner_text()
    for city, values in (("西宁市", ("41", "58", "77")), ("海东市", ("22", "25", "29"))):
        line = next(row for row in re.split(r"\n(?=\S+[市省州县区])", table) if row.startswith(city))
        assert all(re.search(rf"\b{value} 个", line) for value in values)
    page.get_by_role("link", name="58 个").first.click()
    page.wait_for_load_state()
    assert "西宁市2024年人才招引工作综述" in page.locator("h1").inner_text()


def test_what_changed_in_an_article(page: Any) -> None:
    ask(page, "昆仑英才 入选名单")
    follow(page, told.AFTER.title)
    revisions = page.locator("main").inner_text()
    assert re.search(r"126\s*128", revisions)
    page.locator("a[href*='/compare/']").first.click()
    page.wait_for_load_state()
    compared = page.locator("main").inner_text()
    assert re.search(r"31\s*33", compared)
    assert "数字" in compared


def test_cite_and_save_a_search(page: Any, address: str) -> None:
    ask(page, "绿色算力 place:西宁")
    search = page.url
    follow(page, "引用")
    reference = page.locator("main").inner_text()
    assert "[EB/OL]" in reference or "[DB/OL]" in reference
    assert "绿色算力" in reference
    page.goto(search)
    follow(page, "保存此检索")
    saved = page.url
    assert "/saved/" in saved
    page.context.clear_cookies()
    page.goto(saved)
    assert "绿色算力" in page.locator("main").inner_text()
    assert page.locator("main a[href*='/search']").count() >= 1
