"""Families are recognised by address and by marks, and not by what only looks like a mark."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from parsers import parse_page
from parsers.families import families, recognise
from parsers.tree import parse

_ARTICLES = {
    "enorth": "http://www.qinghe.example/rcgz/system/2025/03/18/030535730.shtml",
    "founder_epaper_old": "http://szb.qinghe.example/qhrb/html/2016-08/11/content_84317.htm",
    "founder_epaper_new": "https://szb.qinghe.example/qhrb/pc/content/202503/18/content_30018032.html",
    "epaper_resfile": "http://szb.qinghe.example/qhrb/resfile/2025-03-18/01/qhrb2025031801.pdf",
    "trs_wcm": "https://www.qinghe.example/rc/202503/t20250318_217861.html",
    "hanweb_jcms": "http://rsj.qinghe.example/art/2025/3/18/art_73_11524668.html",
    "vsb": "https://rsc.qinghe.example/info/1053/6730.htm",
    "ucap": "https://rst.qinghe.example/rst/c112746/202503/47cc669cba6747d69a046ecda20d05e8.shtml",
    "gkmlpt": "http://hrss.qinghe.example/tzgg/content/post_4886189.html",
    "xinhua_cms": "http://www.qinghe.example/20250318/284fbac8eded445296d16364a0f243d8/c.html",
    "people_cms": "http://qh.people.example/n2/2025/0318/c182775-35132605.html",
    "founder_cms_content": "https://www.qinghe.example/xw/2025-11/18/content_6729456.html",
    "arti_cntv": "https://www.dangjian.example/2025/03/18/ARTI1742256000000000.shtml",
    "aspnet_list": "https://www.dangjian.example/Home/Content/1193004?ClassId=236",
    "ncms_list": "http://www.pta.example/ncms/article_0123456789abcdef0123456789abcdef.shtml",
    "wechat_mp": "https://mp.weixin.qq.com/s/O7ZNiu3kDgpdo0bhPEgQSQ",
    "gmw": "https://economy.gmw.cn/2026-04/27/content_38734620.htm",
}
_LISTS = {
    "founder_epaper_old": "http://szb.qinghe.example/qhrb/html/2016-08/11/node_2.htm",
    "founder_epaper_new": "https://szb.qinghe.example/qhrb/pc/layout/202503/18/node_01.html",
    "hanweb_jcms": "http://rsj.qinghe.example/col/col73/index.html",
    "ucap": "https://rst.qinghe.example/rst/c112746/list_2.shtml",
    "people_cms": "http://qh.people.example/GB/182775/index2.html",
    "aspnet_list": "https://www.dangjian.example/Home/List/?Id=236",
    "ncms_list": "http://www.pta.example/ncms/sydwks.shtml",
    "listpage_num": "http://rst.qinghe.example/zxzx/rsyw/list/1.html",
    "gmw": "https://economy.gmw.cn/node_8984_2.htm",
}
_MARKS = {
    "enorth": "<div id=news_more_page_div_id></div><span id=ArticleCreatedAt></span>",
    "founder_epaper_old": "<founder-title>题</founder-title><td class=font01>题"
    "</td><founder-content></founder-content>",
    "trs_wcm": "<div class=TRS_Editor><p>文</p></div>",
    "vsb": "<form name=_newscontent_fromname><div id=vsb_content_2 class=v_news_content>文</div></form>",
    "ucap": "<div id=UCAP-CONTENT>文</div>",
    "people_cms": "<div class='rm_txt_con cf' id=rm_txt_zw>文</div>",
    "wechat_mp": "<h1 id=activity-name>题</h1><a id=js_name>号</a><div id=js_content>文</div>",
    "gmw": "<h1 class=u-title>题</h1><div class=u-mainText>文</div>",
    "xinhua_cms": "<span id=articleEdit></span><div id=detailContent>文</div>",
}
_NOTHING = parse("<html><body><p>文</p></body></html>")
_CATALOGUE = Path(__file__).parents[3] / "shared" / "reference" / "catalogue.toml"


@pytest.mark.parametrize(("family", "url"), _ARTICLES.items(), ids=list(_ARTICLES))
def test_an_article_address_shows_its_family(family: str, url: str) -> None:
    found = recognise(url, _NOTHING)
    assert found is not None
    assert (found.family.id, found.article_address) == (family, True)
    assert found.reason == f"{found.family.title}：网址"


@pytest.mark.parametrize(("family", "url"), _LISTS.items(), ids=list(_LISTS))
def test_a_list_address_shows_its_family(family: str, url: str) -> None:
    found = recognise(url, _NOTHING)
    assert found is not None
    assert (found.family.id, found.list_address, found.article_address) == (family, True, False)


@pytest.mark.parametrize(("family", "html"), _MARKS.items(), ids=list(_MARKS))
def test_marks_show_their_family_without_an_address(family: str, html: str) -> None:
    found = recognise(None, parse(f"<html><body>{html}</body></html>"))
    assert found is not None
    assert found.family.id == family
    assert found.marks


def test_every_family_but_the_generic_one_is_recognised_by_something() -> None:
    shown = {*_ARTICLES, *_LISTS, *_MARKS}
    assert set(families()) - shown == {"generic"}


@pytest.mark.parametrize(
    "html",
    [
        "<input class=password><meta name=keywords content='TRS_Editor'>",  # the word, but no such element
        "<!-- <div class=TRS_Editor> --><script>document.getElementById('js_content')</script>",
        "<p>TRS_Editor 是一个编辑器，UCAP-CONTENT 是一个容器。</p>",
    ],
)
def test_a_word_of_a_mark_is_no_mark(html: str) -> None:
    assert recognise(None, parse(f"<html><body>{html}</body></html>")) is None


def test_equal_votes_are_no_family() -> None:
    html = "<div id=UCAP-CONTENT></div><div class=TRS_Editor></div>"
    assert recognise(None, parse(f"<html><body>{html}</body></html>")) is None


def test_an_address_outweighs_a_copied_mark() -> None:
    found = recognise(_ARTICLES["enorth"], parse("<div class=TRS_Editor>文</div>"))
    assert found is not None
    assert found.family.id == "enorth"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_marks_are_found_in_any_encoding(encoding: str) -> None:
    text = "青河市召开人才工作会议，总结去年的工作，安排今年的任务，三个县区作了交流发言。" * 3
    html = f"<title>青河市召开人才工作会议</title><body><div id=UCAP-CONTENT><p>{text}</p></div></body>"
    page = parse_page(html.encode(encoding), "http://www.qinghe.example/1.html")
    assert page.reason == "文章页（开普云 UCAP 集约化平台：页面特征）"


@pytest.mark.skipif(not _CATALOGUE.exists(), reason="the catalogue of sources is not beside the repository")
def test_addresses_of_the_catalogue_show_their_families() -> None:
    table = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))["family"]
    wrong = []
    for name, family in table.items():
        for url in family.get("example_urls", []) + family.get("constructed_examples", []):
            found = recognise(url, _NOTHING)
            if found is None or found.family.id != name:
                wrong.append((name, url, found and found.family.id))
    assert not wrong
