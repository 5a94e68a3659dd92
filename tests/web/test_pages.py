"""Every route over a real archive: empty, with ten articles, with hostile text."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette

from datasette_plugins.app import build, register_plugins
from db import inbox
from db.connection import open_reader
from tests.web import archive_of

_BASE = "http://caixun.example"
_ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def site(tmp_path: Path) -> Datasette:
    archive_of.make(tmp_path / "data", 10)
    return build(tmp_path / "data", _BASE)


@pytest.fixture
def empty(tmp_path: Path) -> Datasette:
    archive_of.make(tmp_path / "data", 0)
    return build(tmp_path / "data", _BASE)


def _well_formed(html: str) -> None:
    assert html.count("<h1") == 1
    assert '<main id="main"' in html and 'class="skip"' in html
    identities = re.findall(r'\sid="([^"]+)"', html)
    assert len(identities) == len(set(identities)), "an id stands twice"


@pytest.mark.parametrize(
    "path", ["/", "/search", "/search?q=招才", "/search?q=没有这个词", "/sources", "/subscribe?q=招才", "/about"]
)
@pytest.mark.parametrize("filled", [True, False])
async def test_a_page_is_whole_in_both_languages(tmp_path: Path, path: str, filled: bool) -> None:
    archive_of.make(tmp_path / "data", 10 if filled else 0)
    datasette = build(tmp_path / "data", _BASE)
    for language, tag in (("zh", "zh-CN"), ("en", "en")):
        answer = await datasette.client.get(path, headers={"accept-language": language})
        assert answer.status_code == 200
        assert f'<html lang="{tag}">' in answer.text
        _well_formed(answer.text)


async def test_home_shows_newest_counts_and_every_province(site: Datasette) -> None:
    html = (await site.client.get("/")).text
    assert "共 10 篇" in html
    assert html.count('class="tile ') == 34
    assert "青海第7场招才引智活动" in html


async def test_search_counts_marks_and_filters(site: Datasette) -> None:
    html = (await site.client.get("/search?q=招才引智")).text
    assert "<mark>招才引智</mark>" in html
    assert "place=%E9%9D%92%E6%B5%B7%E7%9C%81" in html
    narrowed = (await site.client.get("/search?q=招才引智&year=2025")).text
    assert "没有结果" in narrowed and "去掉全部筛选再查" in narrowed


async def test_hostile_titles_and_queries_stay_text(site: Datasette) -> None:
    for path in ("/", "/search?q=夜话", '/search?q="><script>x</script>', "/search?place=<script>x"):
        html = (await site.client.get(path)).text
        assert "<script>alert" not in html and "<script>x" not in html
    assert "&lt;script&gt;alert(1)" in (await site.client.get("/search?q=夜话")).text


async def test_a_wrong_query_is_shown_where_it_is_wrong(site: Datasette) -> None:
    answer = await site.client.get("/search", params={"q": "人才 (引才"})
    assert answer.status_code == 400
    assert 'id="q-error"' in answer.text and 'aria-invalid="true"' in answer.text


async def _first_article(site: Datasette, query: str) -> str:
    html = (await site.client.get("/search", params={"q": query})).text
    found = re.search(r'href="(/article/[^"]+)"', html)
    assert found
    return found[1]


async def test_an_article_shows_facts_beside_their_sentence(site: Datasette) -> None:
    html = (await site.client.get(await _first_article(site, "招才引智"))).text
    _well_formed(html)
    for number in (1, 2):
        assert f'id="e{number}"' in html and f'href="#e{number}"' in html
        assert f'id="f{number}"' in html
    assert 'href="#f1"' in html or 'href="#f2"' in html
    assert "12OO余名" in html and "本文年份存疑" in html
    assert html.index("看原文") < html.index("最受关注")


async def test_the_excerpt_setting_hides_the_text_everywhere(tmp_path: Path) -> None:
    archive_of.make(tmp_path / "data", 3)
    site = build(tmp_path / "data", _BASE, show_full_text=False)
    html = (await site.client.get(await _first_article(site, "招才引智"))).text
    assert "最受关注" not in html and "签约高层次人才103名" in html
    stolen = await site.client.get("/archive.json?sql=select+body+from+article_text")
    assert stolen.status_code >= 400 and "最受关注" not in stolen.text


@pytest.mark.parametrize("path", ["/article/none", "/nothing", "/inbox", "/inbox/1", "/subscribe/confirm/wrong"])
async def test_what_is_not_there_says_so_in_our_look(site: Datasette, path: str) -> None:
    answer = await site.client.get(path)
    assert answer.status_code == 404
    _well_formed(answer.text)


@pytest.mark.parametrize("path", ["/-/metadata", "/-/databases.json", "/-/plugins", "/archive.db"])
async def test_paths_of_the_machine_are_not_told(site: Datasette, path: str, tmp_path: Path) -> None:
    answer = await site.client.get(path)
    assert answer.status_code in (403, 404)
    assert str(tmp_path) not in answer.text


@pytest.mark.parametrize("path", ["/-/tables", "/archive", "/archive/articles", "/archive/facts"])
async def test_datasette_pages_wear_our_head(site: Datasette, path: str) -> None:
    answer = await site.client.get(path)
    assert answer.status_code == 200
    assert 'class="brand"' in answer.text and "tables.css" in answer.text


async def test_csv_is_complete_and_safe_for_spreadsheets(site: Datasette) -> None:
    answer = await site.client.get("/search.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf") and b"\r\n" in answer.content
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 10
    printed = {row["title"] for row in rows}
    assert "'" + archive_of.FORMULA in printed and archive_of.HOSTILE in printed


async def test_an_empty_csv_has_its_head(empty: Datasette) -> None:
    answer = await empty.client.get("/search.csv?q=无")
    assert answer.content.decode("utf-8-sig").splitlines()[0].startswith("id,title,url")
    assert len(answer.content.splitlines()) == 1


async def test_a_wrong_query_is_no_csv(site: Datasette) -> None:
    answer = await site.client.get("/search.csv", params={"q": "(引才"})
    assert answer.status_code == 400 and "text/html" in answer.headers["content-type"]


async def test_the_feed_is_xml_and_comes_only_when_changed(site: Datasette) -> None:
    answer = await site.client.get("/search.atom?q=招才引智")
    feed = ET.fromstring(answer.content)
    entries = feed.findall(f"{_ATOM}entry")
    assert entries and all(entry.findtext(f"{_ATOM}id", "").startswith("tag:caixun.example,2026:") for entry in entries)
    again = await site.client.get("/search.atom?q=招才引智", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    other = await site.client.get("/search.atom?q=夜话", headers={"if-none-match": answer.headers["etag"]})
    assert other.status_code == 200


async def test_an_empty_feed_is_a_valid_feed(empty: Datasette) -> None:
    feed = ET.fromstring((await empty.client.get("/search.atom")).content)
    assert feed.findtext(f"{_ATOM}updated") and not feed.findall(f"{_ATOM}entry")


async def test_headers_forbid_foreign_and_inline_script(site: Datasette) -> None:
    for path in ("/", "/search", "/-/caixun/caixun.css"):
        headers = (await site.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
    policy = (await site.client.get("/")).headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy and "default-src 'none'" in policy
    html = (await site.client.get("/")).text
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", html)


async def test_the_language_stays_chosen(site: Datasette) -> None:
    answer = await site.client.get("/about?lang=en")
    assert "caixun_lang=en" in answer.headers["set-cookie"]
    assert '<html lang="en">' in (await site.client.get("/about", cookies={"caixun_lang": "en"})).text


async def test_the_demo_inbox_shows_its_mails_as_text(tmp_path: Path) -> None:
    directory = archive_of.make(tmp_path / "data", 0)
    directory.inbox.parent.mkdir()
    connection = inbox.open_inbox(directory.inbox)
    raw = "Subject: hello\r\nMessage-ID: <1@x>\r\nFrom: a@x.cn\r\nTo: b@x.cn\r\n\r\n<b>x</b> http://x.cn/confirm\r\n"
    number = inbox.store(connection, raw.encode(), "2026-03-18T01:20:00+00:00")
    connection.close()
    site = build(tmp_path / "data", _BASE)
    assert "hello" in (await site.client.get("/inbox")).text
    html = (await site.client.get(f"/inbox/{number}")).text
    assert 'href="http://x.cn/confirm' in html and "<b>x" not in html
    assert 'href="/inbox"' in (await site.client.get("/")).text


async def test_a_lone_archive_can_be_read_but_takes_no_subscriptions(tmp_path: Path) -> None:
    made = archive_of.make(tmp_path / "data", 3)
    lone = tmp_path / "elsewhere" / "archive.db"
    lone.parent.mkdir()
    with closing(open_reader(made.archive)) as source, closing(sqlite3.connect(lone)) as copy:
        source.backup(copy)
    register_plugins()
    site = Datasette(files=[str(lone)])
    for path in ("/", "/search?q=招才引智", "/about", "/archive/articles"):
        assert (await site.client.get(path)).status_code == 200, path
    assert (await site.client.get("/subscribe")).status_code == 503
    assert not (lone.parent / "subscribers.db").exists()


async def test_a_story_names_the_first_and_what_each_copy_changed(tmp_path: Path) -> None:
    first, copy = archive_of.make_story(tmp_path / "data")
    datasette = build(tmp_path / "data", _BASE)
    answer = await datasette.client.get(f"/story/{first}")
    assert answer.status_code == 200
    _well_formed(answer.text)
    assert "2 篇文章出自同一篇稿子" in answer.text
    assert re.search(r"首发</dt><dd><a[^>]*>青海新闻网", answer.text)
    assert "数字 1" in answer.text and "2 小时" in answer.text
    assert f"/compare?a={first}:1&amp;b={copy}" in answer.text
    moved = await datasette.client.get(f"/story/{copy}")
    assert (moved.status_code, moved.headers["location"]) == (301, f"/story/{first}")
    assert (await datasette.client.get("/story/nothing")).status_code == 404
    article = await datasette.client.get(f"/article/{copy}")
    assert f"/story/{first}" in article.text


@pytest.mark.parametrize("view", ["", "&view=inline"])
async def test_two_texts_beside_each_other_show_every_change(tmp_path: Path, view: str) -> None:
    first, copy = archive_of.make_story(tmp_path / "data")
    datasette = build(tmp_path / "data", _BASE)
    html = (await datasette.client.get(f"/compare?a={first}&b={copy}{view}")).text
    _well_formed(html)
    assert '<del class="figure">103</del>' in html and '<ins class="figure">130</ins>' in html
    assert '<ins class="paragraph">编者按：' in html
    assert html.index('class="change figure"') < html.index('class="change paragraph"')


@pytest.mark.parametrize("query", ["", "a=x", "a={0}", "a={0}:9&b={0}", "a={0}:x&b={0}"])
async def test_what_cannot_be_compared_is_not_found(site: Datasette, query: str) -> None:
    identity = (await site.client.get("/search.csv")).text.splitlines()[1].split(",")[0]
    assert (await site.client.get("/compare?" + query.format(identity))).status_code == 404


async def test_texts_are_not_compared_where_they_are_not_public(tmp_path: Path) -> None:
    first, copy = archive_of.make_story(tmp_path / "data")
    datasette = build(tmp_path / "data", _BASE, show_full_text=False)
    html = (await datasette.client.get(f"/compare?a={first}&b={copy}")).text
    assert "103" not in html.split("<main")[1]


async def test_an_address_without_a_page_says_so_in_the_reader_s_language(tmp_path: Path) -> None:
    datasette = build(archive_of.make(tmp_path / "data", 1).path, "http://caixun.example")
    for path in ("/nothing-here", "/archive/nothing", "/article/nothing"):
        answer = await datasette.client.get(path, headers={"accept-language": "zh"})
        assert answer.status_code == 404 and "not found" not in answer.text
