"""Characters that look the same meet; what a reader does not see goes; nothing else changes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.characters import normal_text, unified, without_entities


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ("⻘海⼈才⼯作，⻄宁市⻓、⻋间", "青海人才工作，西宁市长、车间"),
        ("\uf902间、\uf98e龄、\ufa1b利、\U0002f804", "車间、年龄、福利、你"),
        ("ＡＩ算力２０２５年１２％", "AI算力2025年12％"),
        ("（一）引进，培养；！？：“”《》、。～", "（一）引进，培养；！？：“”《》、。～"),
        ("人\u200b才\ufeff工\u00ad作\u2060会\ufe0f议\U000e0100", "人才工作会议"),
        ("引才\U0001f32c\ufe0f❤\ufe0f", "引才\U0001f32c\ufe0f❤\ufe0f"),
        ("a\x00b\x1fc\x7fd\x9f", "abcd"),
        ("第一段\u3000\u3000方\xa0敏\u2003", "第一段  方 敏 "),
        ("一行\n又\t一行\r\n", "一行\n又\t一行\r\n"),
        ("Qi\u0304nghǎi cafe\u0301", "Qīnghǎi café"),
        ("重\u0332点\u20e3", "重点"),
        ("︵一︶︻通知︼︐", "（一）【通知】，"),
        ("｢人才｣､引进｡", "「人才」、引进。"),
        ("\ue5f1残字\ufffd①㎡℃", "\ue5f1残字\ufffd①㎡℃"),
    ],
)
def test_a_text_is_stored_in_the_characters_that_a_reader_sees(printed: str, normal: str) -> None:
    assert normal_text(printed) == normal


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("引进&nbsp;人才&quot;计划&quot;", '引进\xa0人才"计划"'),
        ("&amp;ldquo;千人&amp;rdquo;&amp;amp;nbsp;计划", "“千人”\xa0计划"),
        ("&#x4EBA;&#25165 与&#20154;", "人才 与人"),
        ("&amp;#x4EBA;", "人"),
        ("上&lt;br/&gt;下&lt;b&gt;粗&lt;/b&gt;", "上 下 粗 "),
        ("3 &lt; 5", "3 < 5"),
        ("一&amp;#10;二&#13;", "一 二 "),
        ("&#0000;&#xD800;", "\ufffd\ufffd"),
        ("R&D 投入，AT&T；?a=1&quote=2&lt", "R&D 投入，AT&T；?a=1&quote=2&lt"),
    ],
)
def test_references_that_were_encoded_twice_are_read_once_more(printed: str, read: str) -> None:
    assert without_entities(printed) == read


@given(st.text())
def test_unified_keeps_every_offset(text: str) -> None:
    assert len(unified(text)) == len(text)


@given(st.text())
def test_a_normal_text_is_normal(text: str) -> None:
    once = normal_text(text)
    if "&" not in text:
        assert normal_text(once) == once


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("，。、；：（）“”《》 a1")))
def test_a_clean_text_is_returned_as_it_is(text: str) -> None:
    assert normal_text(text) == text


def test_a_clean_article_costs_less_than_a_fifth_of_a_millisecond() -> None:
    text = "省委召开人才工作会议，部署2025年引进计划。" * 130
    normal_text(text)
    started = time.process_time()
    for _ in range(100):
        normal_text(text)
    assert (time.process_time() - started) / 100 < 0.0002
