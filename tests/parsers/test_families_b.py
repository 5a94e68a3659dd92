"""Government, school and party systems: known by addresses, by marks, and never believed blindly."""

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
_KNOWN = (
    "trs_wcm",
    "hanweb_jcms",
    "vsb",
    "ucap",
    "gkmlpt",
    "arti_cntv",
    "aspnet_list",
    "ncms_list",
    "listpage_num",
)
_FAMILIES = (*_KNOWN, "generic")
_STRANGE = "https://cache.mirror.example/view"
_NO_ADDRESS = frozenset({"listpage_num"})  # its article addresses have no shape of their own
_NO_MARKS = frozenset({"ncms_list"})  # its pages have no element of their own


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
        if meta.get("family") in _FAMILIES:
            expected = json.loads((file.parent / "expected.json").read_text(encoding="utf-8"))
            if expected["page"] == kind:
                found.append(_Saved(file.parent.name, meta["family"], meta["url"], expected))
    return found


_ARTICLES = [page for page in _saved("article") if page.family in _KNOWN]
_of_each_article = pytest.mark.parametrize("page", _ARTICLES, ids=lambda page: page.folder)


def _read(page: Page) -> tuple[object, ...]:
    (article,) = page.articles
    return article.title, article.paragraphs, article.authors, article.origin, article.editor


def _approved(page: _Saved) -> tuple[object, ...]:
    (article,) = page.expected["articles"]
    names = ("title", "paragraphs", "authors", "origin", "editor")
    return tuple(tuple(value) if isinstance(value := article[name], list) else value for name in names)


def _without_marks(html: str, family: str) -> str:
    """The page with every mark of its family under another name, as after a new design."""
    for mark in families()[family].marks:
        name = re.split(r"[.#=\[]", mark)[-1].strip("\"'^]")
        html = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", f"renamed-{name}", html, flags=re.I)
    return html


@_of_each_article
def test_the_address_alone_shows_the_family_and_the_article_is_read_the_same(page: _Saved) -> None:
    if page.family in _NO_ADDRESS:
        pytest.skip("这个系统的文章网址没有固定形式，只能靠页面特征认出")
    bare = _without_marks(page.html, page.family)
    seen = recognise(page.url, parse(bare))
    assert seen is not None
    assert (seen.family.id, seen.article_address, seen.marks) == (page.family, True, ())
    read = _read(parse_page(bare.encode(), page.url))
    assert read[:2] == _approved(page)[:2]


@_of_each_article
@pytest.mark.parametrize("url", [None, _STRANGE])
def test_the_marks_alone_show_the_family_and_the_article_is_read_the_same(page: _Saved, url: str | None) -> None:
    seen = recognise(page.url, parse(page.html))
    assert seen is not None
    if not seen.marks:
        pytest.skip("这一页没有本系统的标志，只能靠网址认出")
    unknown = recognise(url, parse(page.html))
    assert unknown is not None
    assert (unknown.family.id, unknown.article_address) == (page.family, False)
    assert _read(parse_page(page.html.encode(), url)) == _approved(page)


@_of_each_article
def test_the_day_is_right_without_the_address_too(page: _Saved) -> None:
    (wanted,) = page.expected["articles"]
    (article,) = parse_page(page.html.encode(), None).articles
    assert article.published == wanted["published"]


@pytest.mark.parametrize(
    "page", [page for page in _saved("list") if page.family not in _NO_ADDRESS], ids=lambda page: page.folder
)
def test_a_list_page_is_a_list_under_a_strange_address_too(page: _Saved) -> None:
    read = parse_page(page.html.encode(), _STRANGE)
    assert str(read.kind) == "list"
    assert [link.title for link in read.links] == [title for _, title, _ in page.expected["links"]]


@pytest.mark.parametrize("family", _FAMILIES)
def test_every_family_has_its_saved_pages(family: str) -> None:
    metas = [tomllib.loads(file.read_text(encoding="utf-8")) for file in _PAGES.glob("*/meta.toml")]
    assert sum(meta.get("family") == family for meta in metas) >= 3


@pytest.mark.parametrize("family", _FAMILIES)
def test_every_family_has_a_saved_list_page(family: str) -> None:
    assert family in {page.family for page in _saved("list")}


@pytest.mark.parametrize("family", [name for name in _KNOWN if name not in _NO_MARKS])
def test_every_family_has_a_page_that_shows_its_marks(family: str) -> None:
    seen = [recognise(None, parse(page.html)) for page in _ARTICLES if page.family == family]
    assert family in {one.family.id for one in seen if one}


@pytest.mark.parametrize(
    "page", [page for page in _saved("article") if page.family == "generic"], ids=lambda p: p.folder
)
def test_an_unknown_system_is_taken_for_no_known_one(page: _Saved) -> None:
    assert recognise(page.url, parse(page.html)) is None


def _another_system(extra: str = "") -> bytes:
    """A page of no known system; what the families' selectors name stands on it, but elsewhere and for other things."""
    paragraphs = "".join(
        f"<p>　　{text}</p>"
        for text in (
            "青河市科学技术局日前公布首批院士专家工作站名单，十一家单位入选，每家获得三十万元建站经费。",
            "入选单位要与院士团队签订三年以上合作协议，联合开展不少于两项技术攻关。",
            "市里每两年开展一次评估，评估不合格的予以撤站，并收回结余经费。",
        )
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>青河公布首批院士专家工作站名单_青河科技</title></head>
<body><div class="top"><h1><a href="/">青河市科学技术局</a></h1><div class="info">今天是2026年11月20日 星期五</div>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/a/">政务公开</a></li>
<li><a href="/b/">互动交流</a></li></ul></div>
<div class="content">请输入检索词</div><div class="word">无障碍</div>
<div class="readBox"><a href="/c/">朗读本页</a></div>{extra}
<div class="wrap"><div class="bt">青河公布首批院士专家工作站名单</div>
<div class="msg">发布时间：2025-03-18 来源：河畔日报 作者：林远山</div><div class="neirong">{paragraphs}</div></div>
<div class="foot">版权所有：青河市科学技术局</div></body></html>""".encode()


_LOOKALIKES = {
    "trs_wcm": "http://kjj.example/tz/202503/t20250318_217861.html",
    "hanweb_jcms": "http://kjj.example/art/2025/3/18/art_73259_11524668.html",
    "vsb": "http://kjj.example/info/1053/6730.htm",
    "ucap": "http://kjj.example/kj/c112746/202503/47cc669cba6747d69a046ecda20d05e8.shtml",
    "gkmlpt": "http://kjj.example/ttxw/content/post_4886189.html",
    "arti_cntv": "http://kjj.example/2025/03/18/ARTI1742256000000000.shtml",
    "aspnet_list": "http://kjj.example/Home/Content/1193004?ClassId=236",
    "ncms_list": "http://kjj.example/article_47cc669cba6747d69a046ecda20d05e8.shtml",
}


@pytest.mark.parametrize("family", _LOOKALIKES)
def test_a_page_of_another_system_with_such_an_address_is_read_right(family: str) -> None:
    url = _LOOKALIKES[family]
    seen = recognise(url, parse(_another_system().decode()))
    assert seen is not None
    assert seen.family.id == family  # so its rules are tried
    _assert_read_right(parse_page(_another_system(), url))


_BORROWED = {
    "trs_wcm": '<div class="TRS_Editor">欢迎访问</div><div class="trs_editor_view"></div>',
    "hanweb_jcms": '<div class="main-fl-tit">信息导航</div><div class="bt-content"><a href="/">返回首页</a></div>',
    "vsb": '<div class="v_news_content"></div><div id="vsb_content">第1053号栏目</div>',
    "ucap": '<div id="UCAP-CONTENT"></div><div id="zoomcon">字号调整</div>',
    "gkmlpt": '<div class="zw-title">信息公开</div><div class="zw-info">公开指南</div>',
    "arti_cntv": '<div id="font_area">大 中 小</div>',
    "listpage_num": '<div class="content_tt"></div><div class="content_con">暂无内容</div>',
}


@pytest.mark.parametrize("family", _BORROWED)
def test_a_page_with_borrowed_marks_is_read_right(family: str) -> None:
    page = _another_system(_BORROWED[family])
    seen = recognise(None, parse(page.decode()))
    assert seen is not None
    assert family in seen.family.id
    _assert_read_right(parse_page(page, "http://kjj.example/n/2025031812.html"))


def _assert_read_right(page: Page) -> None:
    (article,) = page.articles
    assert article.title == "青河公布首批院士专家工作站名单"
    assert (article.published, article.origin, article.authors) == ("2025-03-18", "河畔日报", ("林远山",))
    assert article.editor is None
    assert len(article.paragraphs) == 3
    assert article.paragraphs[0].startswith("青河市科学技术局日前公布首批")
