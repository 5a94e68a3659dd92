"""Article, story, comparison, people and policies over a real archive."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build
from datasette_plugins.archive import site_of
from db import people, policies, related, revisions, story_tree, takedown
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from parsers.values import Flag, Reading
from tests.web import archive_of, reading_archive
from tests.web.reading_archive import COPY, CUT, FIRST, LONG, OTHER, identity

_BASE = "http://caixun.example"
_POLICY = policies.identity("西宁市引进高层次人才实施办法")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    reading_archive.make(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def site(data: Path) -> Datasette:
    return build(data, _BASE)


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.split("<main")[1]))


def _whole(html: str) -> None:
    assert html.count("<h1") == 1
    identities = re.findall(r'\sid="([^"]+)"', html)
    assert len(identities) == len(set(identities)), "an id stands twice"
    for target in set(re.findall(r'href="#([^"]+)"', html)):
        assert target in identities, f"#{target} leads nowhere"


_PAGES = [
    f"/article/{identity(FIRST)}",
    f"/article/{identity(FIRST)}/revision/1",
    f"/article/{identity(LONG)}",
    f"/story/{identity(FIRST)}",
    f"/compare?a={identity(FIRST)}:1&b={identity(FIRST)}:3",
    f"/compare?a={identity(FIRST)}:1&b={identity(FIRST)}:3&view=inline",
    "/people",
    "/people?q=王",
    "/people?q=无人",
    "/person/" + quote("王建国"),
    "/policies",
    "/policies?q=没有的词",
    f"/policy/{_POLICY}",
    f"/cite?article={identity(FIRST)}",
    "/cite",
]


@pytest.mark.parametrize("path", _PAGES)
async def test_a_page_is_whole_in_both_languages(site: Datasette, path: str) -> None:
    for language in ("zh", "en"):
        answer = await site.client.get(path, headers={"accept-language": language})
        assert answer.status_code == 200
        _whole(answer.text)


@pytest.mark.parametrize("path", ["/people", "/policies", "/cite"])
async def test_an_empty_archive_has_these_pages(tmp_path: Path, path: str) -> None:
    archive_of.make(tmp_path / "data", 0)
    assert (await build(tmp_path / "data", _BASE).client.get(path)).status_code == 200


async def test_an_article_tells_its_record_and_leads_to_people_policies_and_measures(site: Datasette) -> None:
    html = (await site.client.get(f"/article/{identity(FIRST)}")).text
    assert "聚焦人才强市" in html and "——全国41所高校参加" in html and "2025-03-17 21:05" in html
    assert f'href="/policy/{_POLICY}"' in html and f'href="/person/{quote("王建军")}"' in html
    assert html.index("看原文") < html.index("1200余名毕业生")
    card = re.search(r'<li class="card" id="f(\d+)"[^>]*>.*?安家费', html)
    assert card and f'href="#f{card[1]}"' in html and f'id="e{card[1]}"' in html


async def test_a_permanent_link_keeps_its_text(site: Datasette) -> None:
    old = (await site.client.get(f"/article/{identity(FIRST)}/revision/1")).text
    assert "签约高层次人才103名" in _text(old) and "这是第 1 版，现行为第 3 版" in old
    now = (await site.client.get(f"/article/{identity(FIRST)}")).text
    assert "签约高层次人才130名" in _text(now)
    same = (await site.client.get(f"/article/{identity(FIRST)}?revision=1")).text
    assert "签约高层次人才103名" in _text(same)
    for wrong in ("/revision/9", "/revision/0", "?revision=x", "?revision=4"):
        assert (await site.client.get(f"/article/{identity(FIRST)}{wrong}")).status_code == 404


async def test_revisions_tell_what_changed_with_the_words_around_it(site: Datasette) -> None:
    section = (
        (await site.client.get(f"/article/{identity(FIRST)}")).text.split('id="revisions"')[1].split("</section>")[0]
    )
    assert "改题" in section and "名称 1" in section and "日期 1" in section and "数字 1" in section
    assert "部长王建<del>国</del><ins>军</ins>出席" in section
    assert f"/article/{identity(FIRST)}/compare/2/3" in section
    moved = await site.client.get(f"/article/{identity(FIRST)}/compare/2/3")
    assert moved.status_code == 302
    assert (await site.client.get(moved.headers["location"])).status_code == 200


async def test_a_missing_page_is_a_gap_in_the_text_and_repairs_can_be_undone(site: Datasette) -> None:
    html = (await site.client.get(f"/article/{identity(LONG)}")).text
    assert re.search(r'class="gap"[^>]*>.*第 3 页没有取到', html)
    assert html.index('class="gap"') > html.index("会议指出")
    assert "只印年份" in html
    assert "引进专业技术人才45名" in _text(html) and 'href="#o1"' in html and 'id="o1"' in html
    undone = _text((await site.client.get(f"/article/{identity(LONG)}?text=printed")).text)
    assert "引进专业技术人才4S名" in undone and "这是原页的文字" in undone


async def test_what_is_doubtful_is_told_once_and_leads_to_each_place(data: Path) -> None:
    body = "2025年引进人才5名。2025年培养人才6名。"
    flags = [Flag("year-doubt", "2025年存疑，可能是2017年前后。", at, at + 5) for at in (0, body.rindex("2025"))]
    with reading_archive.writing(data) as connection:
        reading = Reading(title="人才工作讲话", paragraphs=(body,), flags=tuple(flags))
        reading_archive.put(connection, "https://news.example.cn/9.html", "2025-05-02T02:00:00+00:00", reading)
    html = (await build(data, _BASE).client.get(f"/article/{identity('https://news.example.cn/9.html')}")).text
    _whole(html)
    top = html.split('class="flags"')[1].split("</ul>")[0]
    assert top.count("可能是2017年前后") == 1 and 'href="#d1"' in top and 'href="#d2"' in top
    cards = re.findall(r'<li class="card".*?</li>', html, re.S)
    assert cards and all("⚠ 2025年存疑" in card for card in cards if "2025年引进" in card or "引进人才" in card)


async def test_machines_read_what_the_article_is(site: Datasette) -> None:
    html = (await site.client.get(f"/article/{identity(FIRST)}")).text
    head = html.split("</head>")[0]
    assert f'<link rel="canonical" href="{_BASE}/article/{identity(FIRST)}">' in head
    assert '<meta name="citation_author" content="王小明">' in head
    assert '<meta name="citation_publication_date" content="2025/03/17">' in head
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', head)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "NewsArticle" and data["headline"].endswith("130名")
    pinned = (await site.client.get(f"/article/{identity(FIRST)}/revision/1")).text
    assert f'<link rel="canonical" href="{_BASE}/article/{identity(FIRST)}/revision/1">' in pinned


async def test_hostile_text_cannot_leave_the_json_of_the_head(tmp_path: Path) -> None:
    archive_of.make(tmp_path / "data", 3)
    site = build(tmp_path / "data", _BASE)
    html = (await site.client.get(f"/article/{identity('https://news.example.cn/0.html')}")).text
    assert "<script>alert" not in html
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found and json.loads(found[1])["headline"] == archive_of.HOSTILE


async def test_a_story_is_a_tree_and_a_copy_is_not_blamed_for_later_edits(site: Datasette) -> None:
    html = (await site.client.get(f"/story/{identity(COPY)}", follow_redirects=True)).text
    text = _text(html)
    assert "3 篇文章出自同一篇稿子；说同一件事的独立报道共" in text
    items = re.findall(r'<li class="depth(\d)">(.*?)</li>', html, re.S)
    assert [depth for depth, _ in items] == ["0", "1", "2"], "the cut copy hangs below the one that it names"
    assert "正文相同" in items[1][1] and "晚 12 小时" in items[1][1]
    assert "数字 1" in items[2][1] and "改题" in items[2][1] and "编者按" in items[2][1]
    assert f"/compare?a={identity(FIRST)}:1&amp;b={identity(CUT)}" in items[2][1]
    assert "兰西城市群联合引才" in text.split("说同一件事的独立报道")[-1]


async def test_a_comparison_weighs_changes_and_needs_no_colour(site: Datasette) -> None:
    html = (await site.client.get(f"/compare?a={identity(FIRST)}:1&b={identity(FIRST)}:3")).text
    assert html.index("数字 1") < html.index("名称 1") < html.index("日期 1") < html.index("段落 1")
    assert "签约人才103名</del>" in html and "签约人才130名</ins>" in html
    assert "●●●●●" in html
    only = (await site.client.get(f"/compare?a={identity(FIRST)}:1&b={identity(FIRST)}:3&view=changed")).text
    assert only.count('class="pair') < html.count('class="pair')
    assert "夏都英才" not in only.split('id="texts"')[1]


async def test_people_of_one_name_are_told_apart_and_a_post_is_dated(site: Datasette) -> None:
    html = (await site.client.get("/person/" + quote("王建国"))).text
    assert "2 位同名的人" in html
    posts = html.split('<section class="person"')
    assert "青海大学附属医院" in posts[2] and "部长" not in posts[2].split("主任医师")[0]
    assert "副部长" in posts[1] and "2025-03-21" in posts[1]
    assert (await site.client.get("/person/" + quote("无此人"))).status_code == 404
    found = (await site.client.get("/people?q=王建国&province=青海省")).text
    assert "共 1 个姓名" in found and f"/person/{quote('王建国')}" in found
    assert "没有符合的人物" in (await site.client.get("/people?organisation=没有的单位")).text


async def test_a_policy_has_a_life_a_number_incentives_and_articles(site: Datasette) -> None:
    answer = await site.client.get("/policy/" + quote("西宁市引进高层次人才实施办法（试行）"))
    assert (answer.status_code, answer.headers["location"]) == (301, f"/policy/{_POLICY}")
    html = (await site.client.get(f"/policy/{_POLICY}")).text
    text = _text(html)
    assert "宁组发〔2025〕12号" in text and "印发机关 西宁市委组织部" in text
    life = html.split('id="life"')[1].split("</section>")[0]
    assert life.index("印发") < life.index("（试行）") < life.index("修订")
    assert "30 万元" in text and "20 万元" not in text, "another article's money does not belong to it"
    mentions = html.split('id="mentions"')[1]
    assert "海东市座谈会" in mentions and "另有 2 家转载" in mentions
    assert (await site.client.get("/policy/nothing")).status_code == 404


async def test_policies_are_filtered_by_words_province_and_step(site: Datasette) -> None:
    for query, hit in (("q=高层次 办法", True), ("q=博士后", False), ("step=修订", True), ("step=废止", False)):
        html = (await site.client.get(f"/policies?{query}")).text
        assert (f'href="/policy/{_POLICY}"' in html) is hit, query
    assert f'href="/policy/{_POLICY}"' in (await site.client.get("/policies?province=青海省")).text
    assert f'href="/policy/{_POLICY}"' not in (await site.client.get("/policies?province=四川省")).text


@pytest.mark.parametrize("url", [FIRST, COPY])
async def test_what_was_taken_down_is_read_by_no_page(data: Path, url: str) -> None:
    reading_archive.take_down(data, url)
    site = build(data, _BASE)
    gone = identity(url)
    for path in (f"/article/{gone}", f"/article/{gone}/revision/1", f"/cite?article={gone}"):
        answer = await site.client.get(path)
        assert answer.status_code == 410 and "签约" not in answer.text and "校园引才" not in answer.text
    assert "应当事人要求" in (await site.client.get(f"/article/{gone}")).text
    for path in (f"/compare?a={gone}:1&b={identity(CUT)}", f"/compare?a={identity(CUT)}&b={gone}"):
        assert (await site.client.get(path)).status_code == 404
    for path in (
        f"/story/{identity(FIRST)}",
        f"/article/{identity(OTHER)}",
        f"/article/{identity(CUT)}",
        "/person/" + quote("王建国"),
        f"/policy/{_POLICY}",
    ):
        answer = await site.client.get(path, follow_redirects=True)
        assert f"/article/{gone}" not in answer.text, path
    if url == FIRST:
        assert (await site.client.get("/person/" + quote("王建军"))).status_code == 404


async def test_the_operators_takedown_leaves_a_tombstone_with_its_reason(data: Path) -> None:
    connection = open_writer(DataDirectory(data).archive)
    takedown.take_down(connection, identity(FIRST), "2025-06-01T00:00:00+00:00", "应当事人要求")
    connection.close()
    site = build(data, _BASE)
    answer = await site.client.get(f"/article/{identity(FIRST)}/revision/2")
    assert answer.status_code == 410 and "应当事人要求" in answer.text and "2025-06-01 08:00" in answer.text
    story = await site.client.get(f"/story/{identity(FIRST)}", follow_redirects=True)
    assert story.status_code == 200 and f"/article/{identity(FIRST)}" not in story.text
    assert (await site.client.get("/person/" + quote("王建军"))).status_code == 404


async def test_a_story_that_was_taken_down_whole_says_so(data: Path) -> None:
    for url in (FIRST, COPY, CUT):
        reading_archive.take_down(data, url)
    assert (await build(data, _BASE).client.get(f"/story/{identity(FIRST)}")).status_code == 410


async def test_without_texts_no_page_gives_more_than_facts(data: Path) -> None:
    site = build(data, _BASE, show_full_text=False)
    for path in _PAGES:
        answer = await site.client.get(path)
        assert answer.status_code == 200, path
        for sentence in ("来自全国41所高校的1200余名毕业生参加。市委", "绿色算力企业最受关注", "编者按"):
            assert sentence not in _text(answer.text), path


@contextmanager
def _counted(connection: Any) -> Iterator[list[str]]:
    statements: list[str] = []
    connection.set_trace_callback(
        lambda text: statements.append(text) if text.lstrip()[:6].lower() == "select" else None
    )
    yield statements
    connection.set_trace_callback(None)


_READS: dict[str, Callable[[Any, str], object]] = {
    "people": lambda connection, _: people.people(connection),
    "person": lambda connection, _: people.person(connection, "王建国", texts=True),
    "policies": lambda connection, _: policies.policies(connection),
    "policy": lambda connection, _: policies.policy(connection, _POLICY),
    "related": lambda connection, article: related.related(connection, article),
    "story": lambda connection, article: story_tree.tree(connection, article, texts=True),
    "revisions": lambda connection, article: revisions.revisions(connection, article, texts=True),
}


@pytest.mark.parametrize("name", _READS)
def test_ten_times_the_rows_need_no_more_statements(tmp_path: Path, name: str) -> None:
    counts = []
    for rows in (10, 100):
        reading_archive.make(tmp_path / str(rows))
        reading_archive.grow(tmp_path / str(rows), rows)
        connection = open_reader(DataDirectory(tmp_path / str(rows)).archive)
        policies.policies(connection)  # the catalogue is read once for each state of the archive
        with _counted(connection) as statements:
            assert _READS[name](connection, identity(FIRST)) is not None
        connection.close()
        counts.append(len(statements))
    assert counts[0] == counts[1] > 0


async def test_the_store_is_asked_in_other_threads(site: Datasette) -> None:
    assert (await site.client.get(f"/article/{identity(FIRST)}")).status_code == 200
    assert site_of(site).version() > 0
