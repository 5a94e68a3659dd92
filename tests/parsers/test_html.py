"""Articles out of HTML that is written the way Chinese sites write it."""

from __future__ import annotations

import time

import pytest

from parsers.errors import NoBody, NoTitle
from parsers.html_article import read_html
from parsers.rules import PageRules

_A = "青河市人才工作会议昨日召开，会议部署了今年的引才计划，提出要面向全国引进教育、医疗人才二百名。"
_B = "会议强调，要坚持党管人才原则，健全一把手抓第一资源的工作机制，让各类人才引得进、留得住、用得好。"


def _page(body: str, head: str = "") -> str:
    title = "青河召开人才会议"
    return f"<html><head><title>{title}_河畔网</title>{head}</head><body><h1>{title}</h1>{body}</body></html>"


def test_text_after_an_early_end_of_the_page_is_kept() -> None:
    page = _page(f"<div id=content><p>{_A}</p></html><p>{_B}</p></div>")
    assert read_html(page, None).paragraphs == (_A, _B)


def test_lines_parted_by_br_are_paragraphs() -> None:
    assert read_html(_page(f"<table><tr><td>　　{_A}<br>　　{_B}</td></tr></table>"), None).paragraphs == (_A, _B)


def test_three_copies_of_an_article_are_read_once() -> None:
    copy = f"<p>{_A}</p><p>{_B}</p>"
    page = _page(f"<div id=content>{copy}</div><div class=poster>{copy}</div><div class=m>{copy}</div>")
    assert read_html(page, None).body == f"{_A}\n{_B}"


def test_captions_and_what_follows_the_article_stand_apart() -> None:
    tail = "<p>（责任编辑：王小某）</p><p>推荐阅读</p><p><a href=1>别处的一条新闻标题在这里</a></p>"
    page = _page(f"<div id=content><p>{_A}</p><p>图为会议现场。 李小某 摄</p><p>{_B}</p>{tail}</div>")
    reading = read_html(page, None)
    assert reading.paragraphs == (_A, _B)
    assert reading.captions == ("图为会议现场。李小某 摄",)
    assert (reading.editor, reading.authors) == ("王小某", ())


def test_a_traditional_page_is_read_in_simplified_and_keeps_its_print() -> None:
    printed = "青河市人才工作會議昨日召開，會議部署了今年的引才計劃，提出要面向全國引進教育、醫療人才二百名。"
    reading = read_html(_page(f"<div id=content><p>{printed}</p></div>"), None)
    assert (reading.paragraphs, reading.script) == ((_A,), "hant")
    assert reading.original_paragraphs == (printed,)


def test_rules_of_a_site_win_over_common_ones() -> None:
    page = _page(f"<div id=content><p>{_A}</p></div><div class=mine><p>{_B}</p></div><i class=from>河畔日报</i>")
    reading = read_html(page, None, PageRules(body=(".mine",), origin=(".from",)))
    assert (reading.paragraphs, reading.origin) == ((_B,), "河畔日报")


def test_a_day_of_the_address_takes_the_time_from_the_page() -> None:
    page = _page(f"<p>时间：2025-03-18 08:55</p><div id=content><p>{_A}</p></div>")
    reading = read_html(page, "http://n.example/2025/03/18/1.html")
    assert reading.published == "2025-03-18T08:55+08:00"


def test_a_page_without_title_or_body_says_so() -> None:
    with pytest.raises(NoTitle):
        read_html("<body></body>", None)
    with pytest.raises(NoBody):
        read_html("<title>青河召开人才会议</title><body></body>", None)


def test_hostile_nesting_is_read_in_linear_time() -> None:
    page = _page("<div>" * 100_000 + f"<p>{_A}</p><p>{_B}</p>")
    start = time.process_time()
    assert _A in read_html(page, None).body
    assert time.process_time() - start < 4  # lexbor alone takes half a minute
