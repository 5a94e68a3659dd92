"""The brief on the web: choose, look, take away; drafts that the operator edits and sends."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from datasette_plugins.operator import PASSWORD_VARIABLE
from db import takedown
from db.brief import word_reading
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from tests.db.brief_archive import make
from tests.scheduler.alert_house import subscribed
from tests.web.serving import CHROMIUM, chromium, served
from tests.web.test_access import violations

_LOCAL = "http://localhost"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
MARCH = "from=2025-03-01&to=2025-03-31"


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return make(tmp_path / "data")


@pytest.fixture
def site(directory: DataDirectory) -> Datasette:
    return build(directory.path, _LOCAL)


async def get(site: Datasette, path: str) -> Any:
    return await site.client.get(path)


async def post(site: Datasette, path: str, **fields: Any) -> Any:
    token = site.sign("x", "csrftoken")
    body = urlencode([("csrftoken", token), *fields.items()], doseq=True)
    headers = {**_FORM, "cookie": f"ds_csrftoken={token}"}
    return await site.client.post(path, content=body, headers=headers)


async def drafted(site: Datasette) -> str:
    """A draft of March; its address."""
    answer = await post(site, "/brief/drafts", **{"from": "2025-03-01", "to": "2025-03-31", "number": "第3期"})
    assert answer.status_code == 302, answer.text[:500]
    return str(answer.headers["location"])


def changed(page: str) -> str:
    found = re.search(r'name="changed" value="([^"]+)"', page)
    assert found
    return found[1]


def text_of(page: str) -> str:
    import html

    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.S)
    assert found
    return html.unescape(found[1])


async def test_the_form_stands_alone_until_days_are_asked_for(site: Datasette) -> None:
    page = await get(site, "/brief")
    assert page.status_code == 200
    assert 'name="from"' in page.text
    assert "brief-sheet" not in page.text


async def test_a_preview_with_its_files_of_any_search(site: Datasette) -> None:
    page = (await get(site, f"/brief?{MARCH}&q=盐湖&number=第3期&place=青海省")).text
    assert "青海盐湖产业人才大会在格尔木开幕" in page
    assert "另有1家转载：四川在线" in page
    assert "湟中区" not in page
    for form, kind in (("docx", b"PK"), ("html", b"<!doctype"), ("md", b"---")):
        address = re.search(rf'href="(/brief\.{form}\?[^"]+)"', page)
        assert address
        answer = await get(site, address[1].replace("&amp;", "&"))
        assert answer.status_code == 200
        assert answer.content.startswith(kind)
        assert "attachment" in answer.headers["content-disposition"]
    words = word_reading.read((await get(site, f"/brief.docx?{MARCH}&q=盐湖")).content, "x")
    assert words.title == "人才工作简报"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2025-03-31&to=2025-03-01", "起止日期颠倒"),
        ("from=yesterday&to=today", "日期写错了"),
        (f"{MARCH}&q=(引才", "括号"),
    ],
)
async def test_what_is_wrong_is_said_beside_the_form(site: Datasette, query: str, said: str) -> None:
    page = await get(site, f"/brief?{query}")
    assert page.status_code == 400
    assert said in page.text
    assert 'name="from"' in page.text
    assert (await get(site, f"/brief.docx?{query}")).status_code == 400


async def test_an_empty_brief_and_english_words_around_it(site: Datasette) -> None:
    page = (await get(site, "/brief?from=2020-01-01&to=2020-01-02&lang=en")).text
    assert "0 articles in 0 stories" in page
    assert "没有收录文章" in page


async def test_only_excerpts_where_only_excerpts_are_shown(directory: DataDirectory) -> None:
    site = build(directory.path, _LOCAL, show_full_text=False)
    page = (await get(site, f"/brief?{MARCH}")).text
    for item in re.findall(r"<h4>.*?</h4>\s*<p>(.*?)</p>", page, re.S):
        assert len(re.sub(r"〔第\d+段〕|……|<[^>]+>", "", item)) <= 150
    assert "近三年全州引进盐湖化工人才" not in page


async def test_drafts_are_for_the_operator(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    address = await drafted(site)
    monkeypatch.setenv(PASSWORD_VARIABLE, "secret")
    for path in ("/brief/drafts", address, f"{address}.docx"):
        assert (await get(site, path)).status_code == 401
    assert (await post(site, address, action="sure")).status_code == 401
    assert "/brief/drafts" not in (await get(site, f"/brief?{MARCH}")).text


async def test_a_draft_is_edited_saved_and_never_overwritten_unseen(site: Datasette) -> None:
    address = await drafted(site)
    page = (await get(site, address)).text
    text, moment = text_of(page), changed(page)
    edited = text.replace("# 一、", "编者按：请阅研。\n\n# 一、", 1)
    saved = await post(site, address, action="save", text=edited, changed=moment)
    assert saved.status_code == 302
    assert text_of((await get(site, address)).text).strip() == edited.strip()
    late = await post(site, address, action="save", text="别人的改动", changed=moment)
    assert late.status_code == 400
    assert "在别处改过" in late.text
    assert text_of(late.text).strip() == "别人的改动"  # what was typed is not lost
    words = word_reading.read((await get(site, f"{address}.docx")).content, "x")
    assert any("编者按" in "".join(run.text for run in block.line) for block in words.blocks if hasattr(block, "line"))
    assert "编者按" in (await get(site, f"{address}.html")).text


async def test_a_large_draft_can_be_saved(site: Datasette) -> None:
    address = await drafted(site)
    moment = changed((await get(site, address)).text)
    saved = await post(site, address, action="save", text="# 一、要闻\n\n" + "引才育才。" * 20_000, changed=moment)
    assert saved.status_code == 302


async def test_a_draft_is_sent_after_asking_once_to_each_address(site: Datasette, directory: DataDirectory) -> None:
    reader = subscribed(directory, "人才", "reader@example.cn")
    address = await drafted(site)
    page = (await get(site, address)).text
    fields = {"text": text_of(page), "addresses": "leader@example.cn\r\nreader@example.cn", "subscription": [reader]}
    asked = await post(site, address, action="send", changed=changed(page), **fields)
    assert asked.status_code == 200
    assert "将发给 2 个地址" in asked.text
    assert letters(directory) == []
    sure = {name: value for name, value in fields.items() if name != "text"}
    sent = await post(site, address, action="sure", changed=changed(asked.text), **sure)
    assert "2 封已排入待发" in sent.text
    assert letters(directory) == [("leader@example.cn", None), ("reader@example.cn", reader)]
    again = await post(site, address, action="sure", changed=changed(asked.text), **sure)
    assert "早已发过同一份" in again.text
    assert len(letters(directory)) == 2
    listed = (await get(site, "/brief/drafts")).text
    assert "待发 2" in listed
    key = re.search(r'href="(/b/[\w-]{22})"', listed)
    assert key
    assert "盐湖产业人才大会" in (await get(site, key[1])).text
    assert zipfile.is_zipfile(io.BytesIO((await get(site, f"{key[1]}.docx")).content))


def letters(directory: DataDirectory) -> list[tuple[str, str | None]]:
    rows = open_reader(directory.subscribers).execute(
        "select address, subscription from letter where kind = 'brief' order by address"
    )
    return [(row[0], row[1]) for row in rows]


async def test_a_wrong_address_is_named_and_nothing_is_sent(site: Datasette, directory: DataDirectory) -> None:
    address = await drafted(site)
    page = (await get(site, address)).text
    wrong = await post(site, address, action="send", text=text_of(page), changed=changed(page), addresses="不是地址")
    assert wrong.status_code == 400
    assert "“不是地址”不是可以发送的地址" in wrong.text
    nobody = await post(site, address, action="send", text=text_of(page), changed=changed(wrong.text), addresses="")
    assert "请写明发给谁" in nobody.text
    assert letters(directory) == []


async def test_a_takedown_closes_the_page_of_a_sent_brief(site: Datasette, directory: DataDirectory) -> None:
    address = await drafted(site)
    page = (await get(site, address)).text
    asked = await post(
        site, address, action="send", text=text_of(page), changed=changed(page), addresses="a@example.cn"
    )
    await post(site, address, action="sure", changed=changed(asked.text), addresses="a@example.cn")
    key = re.search(r'href="(/b/[\w-]{22})"', (await get(site, "/brief/drafts")).text)
    assert key
    archive = open_writer(directory.archive)
    article = archive.execute("select id from articles where title like '%103%'").fetchone()[0]
    takedown.take_down(archive, article, "2025-04-02T00:00:00+00:00", "当事人要求")
    for path in (key[1], f"{key[1]}.docx"):
        gone = await get(site, path)
        assert gone.status_code == 410
        assert "103" not in gone.text
    refused = await post(
        site, address, action="send", text=text_of(page), changed=changed((await get(site, address)).text),
        addresses="b@example.cn",
    )  # fmt: skip
    assert "已撤下" in refused.text


async def test_a_draft_is_thrown_away_only_after_asking(site: Datasette) -> None:
    address = await drafted(site)
    page = (await get(site, address)).text
    asked = await post(site, address, action="throw", text=text_of(page), changed=changed(page))
    assert "删除后不能恢复" in asked.text
    assert (await get(site, address)).status_code == 200
    assert (await post(site, address, action="away")).status_code == 302
    assert (await get(site, address)).status_code == 404
    assert (await get(site, "/b/AbCdEfGhIjKlMnOpQrStUv")).status_code == 404


@pytest.mark.browser
def test_a_draft_is_edited_and_sent_without_script_on_a_telephone(directory: DataDirectory) -> None:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    subscribed(directory, "没有这样的词", "reader@example.cn")
    with served(directory.path) as base, chromium() as browser:
        page = browser.new_page(viewport={"width": 320, "height": 800}, java_script_enabled=False, locale="zh-CN")
        reader = browser.new_page(viewport={"width": 320, "height": 800}, locale="zh-CN")  # axe needs script
        page.goto(f"{base}/brief?{MARCH}&number=第3期")
        page.get_by_role("button", name="存为草稿").click()
        address = page.url
        text = page.locator("#text").input_value()
        page.fill("#text", text.replace("# 一、", "编者按：请阅研。\n\n# 一、", 1))
        page.fill("#addresses", "leader@example.cn")
        page.check("#everyone")
        page.get_by_role("button", name="保存并发送").click()
        assert "将发给 2 个地址" in page.content()
        page.get_by_role("button", name="发送", exact=True).click()
        page.goto(f"{base}/brief/drafts")
        sent = page.locator("a[href^='/b/']").get_attribute("href")
        assert sent is not None
        for path in (f"/brief?{MARCH}", "/brief/drafts", address.removeprefix(base), sent):
            reader.goto(base + path)
            assert reader.evaluate("document.documentElement.scrollWidth") <= 320, path
            assert violations(reader) == [], path
        assert "编者按：请阅研。" in reader.content()
    assert [one for one, _ in letters(directory)] == ["leader@example.cn", "reader@example.cn"]
