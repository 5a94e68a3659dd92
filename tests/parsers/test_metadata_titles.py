"""The headline among a page's headings and names of itself; subtitle and kicker."""

from __future__ import annotations

import pytest

from parsers.html_meta import linked_data, meta_tags
from parsers.html_sheet import sheet_of
from parsers.html_surroundings import Surroundings
from parsers.html_title import find_title, kicker_of, split_title, subtitle_of, without_site
from parsers.rules import PageRules
from parsers.tree import parse

_T = "青河市引进高层次人才二百名"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"<title>{_T}_河畔网</title>", f"<h1>{_T}</h1>"),
        (f"<title>{_T}-河畔新闻-河畔网</title>", f"<h1>河畔网</h1><h2>{_T}</h2>"),
        (f"<title>{_T}</title>", f"<h1><a>河畔日报</a></h1><div class='title'>{_T}</div>"),
        (f"<title>河畔新闻网 - {_T}</title>", "<h1>河畔新闻网</h1>"),
        (f"<title>河畔日报数字报-{_T}</title>", "<p>正文</p>"),
        (f"<title>{_T} - 人才工作 - 河畔市人民政府</title>", "<p>正文</p>"),
        (f"<title>{_T}|河畔网</title>", "<p>正文</p>"),
        (f"<title>{_T}--河畔频道--人民网</title>", "<p>正文</p>"),
        (f"<title>  {_T}\n  _河畔网 </title>", "<p>正文</p>"),
        ("<title>河畔新闻网</title>", f"<h1>{_T}</h1>"),
        ("<title>河畔新闻网</title>", f"<h2>新闻中心</h2><h2>热点新闻排行</h2><h2>{_T}</h2>"),
        ("", f"<h1>{_T}</h1>"),
        ("", f"<div class='Heading'>{_T}</div>"),
        ("<title></title>", f"<h3 id='artTitle'>{_T}</h3>"),
        (f"<meta property='og:title' content='{_T}_河畔网'>", "<p>正文</p>"),
        (f"<meta name='ArticleTitle' content='{_T}'><title>河畔市人民政府 {_T}</title>", "<p>正文</p>"),
        (f"<meta property='og:title' content='{_T[:8]}'><title>{_T}_河畔网</title>", f"<h1>{_T}</h1>"),
        (f"<title>{_T[:10]}..._河畔网</title>", f"<h1>{_T}</h1>"),
        (f"<title>{_T}_河畔网</title>", f"<h1>{_T[:7]}<br>{_T[7:]}</h1>"),
        (f"<title>{_T}_河畔网</title>", f"<h1>{_T} <span>播报文章</span></h1>"),
        (f"<title>{_T}_河畔网</title>", f"<div class='side'><h2>{_T}引热议</h2></div><h1>{_T}</h1>"),
    ],
)
def test_the_headline_is_found(head: str, body: str) -> None:
    tree = parse(f"<html><head>{head}</head><body>{body}</body></html>")
    found = find_title(tree, meta_tags(tree), ())
    assert found is not None
    assert found.replace(" ", "") == _T


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("青河(13-15岁)人才调查-河畔网", "青河(13-15岁)人才调查"),
        ("COVID-19下的青河人才-河畔网", "COVID-19下的青河人才"),
        ("青河市2020-2024年人才规划_河畔网", "青河市2020-2024年人才规划"),
        ("青河引才 二百名", "青河引才 二百名"),
        ("青河引才二百名", "青河引才二百名"),
    ],
)
def test_a_site_is_cut_and_a_hyphen_in_the_headline_is_not(title: str, expected: str) -> None:
    assert without_site(title) == expected


def test_a_straight_quote_that_ends_a_meta_does_not_end_the_title() -> None:
    page = '<head><meta property="og:title" content="青河敞开大门 "引才"二百名"><title>河畔网</title></head>'
    tree = parse(page + '<body><h1>青河敞开大门 "引才"二百名</h1></body>')
    assert find_title(tree, meta_tags(tree), ()) == '青河敞开大门 "引才"二百名'


def test_a_word_before_the_headline_stays_when_the_page_prints_it() -> None:
    tree = parse(f"<head><title>{_T}_河畔网</title></head><body><h1>【人才】{_T}</h1></body>")
    assert find_title(tree, meta_tags(tree), ()) == f"【人才】{_T}"


def test_entities_in_a_meta_are_characters() -> None:
    tree = parse('<head><meta name="ArticleTitle" content="青河&amp;ldquo;引才&amp;rdquo;二百名"></head><body></body>')
    assert find_title(tree, meta_tags(tree), ()) == "青河“引才”二百名"


def test_a_rule_wins_and_may_name_a_meta() -> None:
    tree = parse(f'<head><meta name="hw.title" content="{_T}"></head><body><h1>另一个很长的标题在这里</h1></body>')
    assert find_title(tree, meta_tags(tree), ('meta[name="hw.title"]',)) == _T


def test_no_heading_and_no_title_is_none() -> None:
    tree = parse("<body><p>正文</p></body>")
    assert find_title(tree, meta_tags(tree), ()) is None


def test_a_dash_on_its_own_line_begins_a_subtitle_and_inside_a_line_it_does_not() -> None:
    assert split_title("凤栖高原 聚才圆梦 ——青河市人才工作综述") == ("凤栖高原 聚才圆梦", "青河市人才工作综述")
    assert split_title("让乡村工匠有技也有位——云岭区观察") == ("让乡村工匠有技也有位——云岭区观察", None)


def _around(html: str, rules: PageRules | None = None) -> Surroundings:
    tree = parse(html)
    return Surroundings(
        tree, meta_tags(tree), linked_data(tree), None, rules or PageRules(), sheet_of(tree).lines, ["正文"], []
    )


def test_subtitle_and_kicker_by_rule_by_name_and_by_property() -> None:
    over, under = "<h4 class='introTitle'>真金白银留住人</h4>", "<h2 class='subTitle'>——三百套住房交付</h2>"
    named = _around(f"<div>{over}<h1>青河安居</h1>{under}</div>")
    assert (kicker_of(named), subtitle_of(named)) == ("真金白银留住人", "三百套住房交付")
    plain = "<div><h1>青河安居</h1><p class='f2'>三百套住房交付</p></div>"
    assert subtitle_of(_around(plain, PageRules(subtitle=(".f2",)))) == "三百套住房交付"
    assert (kicker_of(_around(plain)), subtitle_of(_around(plain))) == (None, None)
    property_ = "<!--enpproperty <subtitle>三百套住房交付</subtitle><introtitle>真金白银</introtitle>/enpproperty-->"
    own = _around(f"<founder-content>{property_}</founder-content>")
    assert (kicker_of(own), subtitle_of(own)) == ("真金白银", "三百套住房交付")


def test_metas_of_a_page_whose_head_ended_early_are_read() -> None:
    tree = parse("<html><head></head><body><p>正文</p><meta name='PubDate' content='2024-03-05'></body></html>")
    assert meta_tags(tree) == {"pubdate": "2024-03-05"}
