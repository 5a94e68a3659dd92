"""Bytes of pages whose labels lie."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parsers.decode import decode

_TEXT = "青海省人才工作领导小组召开会议，部署绿色算力人才引进。"


def test_valid_utf8_wins_over_a_wrong_label() -> None:
    page = f'<meta charset="gb2312">{_TEXT}'
    assert decode(page.encode(), "text/html; charset=gbk").text == page


def test_gbk_bytes_under_a_utf8_label_are_read() -> None:
    decoded = decode(f'<meta charset="utf-8">{_TEXT}'.encode("gbk"), "text/html; charset=utf-8")
    assert _TEXT in decoded.text
    assert (decoded.encoding, decoded.replaced) == ("gb18030", 0)


def test_a_corrupt_byte_in_a_declared_gb_page_costs_at_most_a_character_or_two() -> None:
    body = b'<meta charset="gb2312">' + _TEXT.encode("gbk") + b"\xff" + _TEXT.encode("gbk")
    decoded = decode(body)
    assert decoded.encoding == "gb18030"
    assert decoded.replaced >= 1
    assert decoded.text.count(_TEXT) == 2


def test_declared_big5_and_a_byte_order_mark() -> None:
    page = '<meta charset="big5">聯合報記者報導，華為獲得許可，繼續供應晶片與設備。'
    assert decode(page.encode("big5")).text == page
    assert decode(_TEXT.encode("utf-8-sig")).text == _TEXT
    assert decode(b"\xff\xfe" + _TEXT.encode("utf-16-le")).text == _TEXT


@given(st.binary(max_size=400), st.none() | st.text(max_size=30))
def test_any_bytes_decode(body: bytes, content_type: str | None) -> None:
    decoded = decode(body, content_type)
    assert decoded.replaced == decoded.text.count("\ufffd")
