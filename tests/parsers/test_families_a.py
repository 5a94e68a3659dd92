"""Newspaper, portal and WeChat systems: known by address, known by marks, and never believed unchecked."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from parsers import Page, parse_page
from parsers.decode import decode
from parsers.families import families, recognise
from parsers.tree import parse

_PAGES = Path(__file__).parent / "pages"
_FAMILIES = (
    "enorth",
    "founder_epaper_old",
    "founder_epaper_new",
    "epaper_resfile",
    "founder_cms_content",
    "gmw",
    "people_cms",
    "xinhua_cms",
    "wechat_mp",
)
_STRANGE = "https://cache.mirror.example/view"
_LISTED = (
    "enorth",
    "founder_epaper_old",
    "founder_epaper_new",
    "founder_cms_content",
    "gmw",
    "people_cms",
    "xinhua_cms",
)


@dataclass(frozen=True)
class _Saved:
    folder: str
    family: str
    url: str
    expected: dict[str, Any]

    @property
    def html(self) -> str:
        return decode((_PAGES / self.folder / "page.html").read_bytes()).text


def _saved(kind: str) -> list[_Saved]:
    found = []
    for file in sorted(_PAGES.glob("*/meta.toml")):
        meta = tomllib.loads(file.read_text(encoding="utf-8"))
        if meta.get("family") not in _FAMILIES:
            continue
        expected = json.loads((file.parent / "expected.json").read_text(encoding="utf-8"))
        if expected["page"] == kind:
            found.append(_Saved(file.parent.name, meta["family"], meta["url"], expected))
    return found


_ARTICLES = _saved("article")
_of_each_article = pytest.mark.parametrize("page", _ARTICLES, ids=lambda page: page.folder)
# one paragraph, one sentence or a poem beside longer texts: the name of its element, or its address, tells what it is
_POEM = "founder_epaper_old_2012_poem"
_TOLD_BY_NAME = ("people_cms_2022_brief_gbk", "xinhua_cms_2020_brief_beside_summaries", _POEM)
_TOLD_BY_ADDRESS = ("founder_epaper_old_2012_tiny", _POEM)


def _read(page: Page) -> tuple[object, ...]:
    (article,) = page.articles
    return article.title, article.paragraphs, article.authors, article.origin, article.editor


def _without_marks(html: str, family: str) -> str:
    """The page with every mark of its family under another name, as after a new design."""
    for mark in families()[family].marks:
        name = re.split(r"[.#]", mark)[-1] if "[" not in mark else mark.partition("=")[2].strip("'^]#:")
        html = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", f"renamed-{name}", html)
    return html


@pytest.mark.parametrize(
    "page", [page for page in _ARTICLES if page.folder not in _TOLD_BY_NAME], ids=lambda page: page.folder
)
def test_the_address_alone_shows_the_family_and_the_article_is_read_the_same(page: _Saved) -> None:
    bare = _without_marks(page.html, page.family)
    seen = recognise(page.url, parse(bare))
    assert seen is not None
    assert (seen.family.id, seen.article_address, seen.marks) == (page.family, True, ())
    (read,), (whole,) = parse_page(bare.encode(), page.url).articles, parse_page(page.html.encode(), page.url).articles
    assert (read.paragraphs, read.authors) == (whole.paragraphs, whole.authors)
    if whole.title and whole.title in page.html.partition("</head>")[0]:  # else it stands in a mark alone
        assert read.title == whole.title


@_of_each_article
def test_a_source_of_the_family_reads_what_anybody_reads(page: _Saved) -> None:
    crawled = parse_page(page.html.encode(), page.url, rules=families()[page.family].page)
    assert _read(crawled) == _read(parse_page(page.html.encode(), page.url))


_MARKED = [page for page in _ARTICLES if (seen := recognise(page.url, parse(page.html))) and seen.marks]


@pytest.mark.parametrize(
    "page", [page for page in _MARKED if page.folder not in _TOLD_BY_ADDRESS], ids=lambda page: page.folder
)
@pytest.mark.parametrize("url", [None, _STRANGE])
def test_the_marks_alone_show_the_family_and_the_article_is_read_the_same(page: _Saved, url: str | None) -> None:
    unknown = recognise(url, parse(page.html))
    assert unknown is not None
    assert (unknown.family.id, unknown.article_address) == (page.family, False)
    assert _read(parse_page(page.html.encode(), url)) == _read(parse_page(page.html.encode(), page.url))


@pytest.mark.parametrize("family", _FAMILIES)
def test_every_family_has_its_saved_pages(family: str) -> None:
    metas = [tomllib.loads(file.read_text(encoding="utf-8")) for file in _PAGES.glob("*/meta.toml")]
    assert sum(meta.get("family") == family for meta in metas) >= 3


@pytest.mark.parametrize("family", [name for name in _FAMILIES if name != "epaper_resfile"])
def test_every_family_has_two_articles_that_show_its_marks(family: str) -> None:
    assert sum(page.family == family for page in _MARKED) >= 2


@pytest.mark.parametrize("family", _LISTED)
def test_every_family_with_lists_has_a_saved_list_page(family: str) -> None:
    assert family in {page.family for page in _saved("list") + _saved("epaper")}


def _another_system() -> bytes:
    """A page of no known system; what the families' selectors name stands on it, but elsewhere and for other things."""
    paragraphs = "".join(
        f"<p>　　{text}</p>"
        for text in (
            "青河市人力资源和社会保障局日前公布新一批技能大师工作室名单，二十三个工作室入选，每个获得十万元建设经费。",
            "入选工作室要在三年内带徒传技，完成不少于两项技术革新。",
            "市里每年开展一次考核，考核不合格的不再拨付后续经费。",
        )
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>青河公布技能大师工作室名单_青河人社</title></head><body>
<div class="top"><div id="title">今日推荐</div><div class="info">今天是2026年11月20日 星期五 欢迎访问</div>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/a/">政务公开</a></li></ul></div>
<div id="content">请输入检索词</div><div id="zoom">放大</div><span class="source">主办单位：市政府办公室</span>
<div class="wrap"><div class="bt">青河公布技能大师工作室名单</div>
<div class="msg">发布时间：2025-03-18 来源：河畔日报 作者：林远山</div>
<div class="neirong">{paragraphs}</div></div>
<div class="article">相关专题：技能青河</div><div class="edit">我要编辑</div>
<div class="foot">版权所有：青河市人力资源和社会保障局</div></body></html>""".encode()


_LOOKALIKES = {
    "enorth": "http://rsj.example/system/2025/03/18/030107864.shtml",
    "founder_epaper_old": "http://rsj.example/html/2025-03/18/content_84317.htm",
    "founder_epaper_new": "http://rsj.example/pc/content/202503/18/content_84317.html",
    "founder_cms_content": "http://rsj.example/tz/2025-03/18/content_84317.html",
    "gmw": "https://rsj.gmw.cn/2025-03/18/content_84317.htm",
    "people_cms": "http://rsj.example/n2/2025/0318/c182775-35132605.html",
    "xinhua_cms": "http://rsj.example/20250318/284fbac8eded445296d16364a0f243d8/c.html",
    "wechat_mp": "https://mp.weixin.qq.com/s/O7ZNiu3kDgpdo0bhPEgQSQ",
}


@pytest.mark.parametrize("as_source", [False, True], ids=["unknown site", "source of the family"])
@pytest.mark.parametrize("family", _LOOKALIKES)
def test_a_page_of_another_system_with_such_an_address_is_read_right(family: str, as_source: bool) -> None:
    url = _LOOKALIKES[family]
    rules = families()[family].page if as_source else None
    seen = recognise(url, parse(_another_system().decode()))
    assert seen is not None
    assert seen.family.id == family  # so its rules are tried
    (article,) = parse_page(_another_system(), url, rules=rules).articles
    assert article.title == "青河公布技能大师工作室名单"
    assert (article.published, article.origin, article.authors) == ("2025-03-18", "河畔日报", ("林远山",))
    assert article.editor is None
    assert len(article.paragraphs) == 3
    assert article.paragraphs[0].startswith("青河市人力资源和社会保障局日前公布")


def test_resfile_pages_are_known_by_their_address_only() -> None:
    for file in _PAGES.glob("epaper_resfile_*/meta.toml"):
        url = tomllib.loads(file.read_text(encoding="utf-8"))["url"]
        seen = recognise(url, parse(""))
        assert seen is not None
        assert (seen.family.id, seen.article_address) == ("epaper_resfile", True)
    without_resfile = "https://ssw.hgrb.example/newspaper/epaper/hgrb/2026-03-03/001/hgrb20260303001.pdf"
    known = recognise(without_resfile, parse(""))
    assert known is not None
    assert known.family.id == "epaper_resfile"
    assert recognise("http://szb.hgrb.example/hgrb/resfile/2026-03-03/readme.pdf", parse("")) is None


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in _PAGES.glob("epaper_resfile_*/page.pdf")))
def test_a_resfile_page_reads_as_a_person_approved(folder: str) -> None:
    meta = tomllib.loads((_PAGES / folder / "meta.toml").read_text(encoding="utf-8"))
    expected = json.loads((_PAGES / folder / "expected.json").read_text(encoding="utf-8"))
    page = parse_page((_PAGES / folder / "page.pdf").read_bytes(), meta["url"])
    assert (str(page.kind), page.reason) == (expected["page"], expected["reason"])
    read = [article.as_json() for article in page.articles]
    assert [{key: one[key] for key in expected["articles"][0]} for one in read] == expected["articles"]
