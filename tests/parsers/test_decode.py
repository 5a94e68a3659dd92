"""Bytes of pages whose labels lie."""

from __future__ import annotations

import time

import pytest
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


_LONG = (
    "青海省人才工作领导小组召开会议，部署绿色算力人才引进。会议指出，要完善人才培养、引进、使用机制，"
    "为企业提供安家补贴和科研经费，全年引进高层次人才三百二十人。"
)
_TRADITIONAL = "市府昨日召開會議，討論人才培育與引進計畫，預計三年內吸引五百名專業人士，並提供住宿補助與研究經費。"


@pytest.mark.parametrize("label", ["gbk", "utf-8", "big5", "iso-8859-1", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16-le", "utf-16-be", "utf-16"])
def test_the_bytes_win_over_any_label(encoding: str, label: str) -> None:
    text = _TRADITIONAL if encoding == "big5" else _LONG
    page = f'<html><head><meta charset="{label}"><title>标题</title></head><p>{text}</p></html>'
    page = page.replace("标题", "標題") if encoding == "big5" else page
    assert decode(page.encode(encoding), f"text/html; charset={label}").text == page


def test_utf8_bytes_cut_or_damaged_in_a_few_places_stay_utf8_whatever_the_label_says() -> None:
    cut = f'<meta charset="gbk"><p>{_LONG}'.encode()[:-2]
    assert decode(cut).text.rstrip("\ufffd").endswith("三百二十人")
    damaged = f'<meta charset="gb2312"><p>{_LONG}</p>'.encode().replace("会".encode(), b"\xe4\xbc", 1)
    assert decode(damaged).encoding == "utf-8"
    assert "部署绿色算力人才引进" in decode(damaged).text


def test_a_lost_byte_in_a_gb_page_costs_its_character_and_not_the_rest_of_the_line() -> None:
    before, after = _LONG.encode("gbk")[:41], _LONG.encode("gbk")[42:]
    decoded = decode(b'<meta charset="gbk"><p>' + before + after + b"</p>")
    assert decoded.text.endswith(_LONG[25:] + "</p>")
    assert 1 <= decoded.replaced <= 3


def test_a_foreign_byte_in_a_gb_page_costs_no_neighbour() -> None:
    page = _LONG.encode("gbk")
    decoded = decode(b"<p>" + page[:40] + b"\xff" + page[40:] + b"</p>")
    assert decoded.text == "<p>" + _LONG[:20] + "\ufffd" + _LONG[20:] + "</p>"


def test_four_byte_characters_and_names_with_ascii_trails_survive_damage_beside_them() -> None:
    text = "专家朱镕喆、王旻玥𠮷与㐂"
    page = b"<p>" + text.encode("gb18030") + b"\xff" + text.encode("gb18030") + b"</p>"
    assert decode(page).text == f"<p>{text}\ufffd{text}</p>"


def test_the_private_use_characters_of_gb_become_the_real_ones() -> None:
    page = b"<p>" + _LONG.encode("gbk") + b"\xa3\xa0\xa6\xd9\xa8\xbc\x80</p>"
    assert decode(page).text.removeprefix(f"<p>{_LONG}") == "\u3000，\u1e3f€</p>"


def test_big5_without_label_and_with_characters_of_hong_kong() -> None:
    page = f"<p>{_TRADITIONAL}啲嘢喺邊度，深水埗的碁峰與裏面‧</p>"
    body = b"".join(
        character.encode("cp950") if character == "‧" else character.encode("big5hkscs") for character in page
    )
    assert (decode(body).text, decode(body).encoding) == (page, "big5")


def test_a_label_behind_four_kilobytes_and_one_in_the_xml_declaration_are_found() -> None:
    japanese = "人材育成に関する会議を開きました。".encode("euc_jp")
    assert decode(b" " * 9000 + b'<meta charset="euc-jp"><p>' + japanese).encoding == "euc_jp"
    assert decode(b'<?xml version="1.0" encoding="EUC-JP"?><p>' + japanese).encoding == "euc_jp"


def test_the_charset_of_a_script_says_nothing_about_the_page() -> None:
    page = '<script charset="euc-jp" src="a.js"></script><p>' + _LONG
    assert decode(page.encode("gbk")).text == page


def test_curly_quotes_of_windows_are_not_read_as_characters() -> None:
    page = "<p>It’s Qinghai’s “green computing” plan – café included.</p>"
    assert decode(page.encode("cp1252")).text == page
    assert decode(b'<meta charset="gb2312">' + page.encode("cp1252")).text.endswith(page)


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_utf8_read_as_western_and_saved_again_is_undone(codec: str) -> None:
    text = "青海引人才，建高地"
    bytes_ = text.encode()
    western = "".join(bytes([b]).decode(codec, errors="ignore") or chr(b) for b in bytes_)
    decoded = decode(f"<title>{western}</title><p>{_LONG}</p><p>café</p>".encode())
    assert decoded.text == f"<title>{text}</title><p>{_LONG}</p><p>café</p>"
    assert decoded.misread_as == "cp1252"


def test_utf8_read_as_gbk_and_saved_again_is_undone_as_far_as_it_can_be_proven() -> None:
    text = "会议指出，要完善人才培养引进机制"
    twice = text.encode().decode("gbk", errors="replace")
    decoded = decode(f"<p>{twice}</p><p>{_LONG}</p>".encode())
    assert decoded.text.startswith("<p>会\ufffd指出，\ufffd完善人才培养引进机\ufffd</p>")  # three lost their bytes
    assert _LONG in decoded.text
    assert decoded.misread_as == "gb18030"


def test_right_text_with_rare_characters_is_never_rewritten() -> None:
    text = "锛的化学符号、銆和鈥、naïve café déjà vu ÄÖÜ"
    assert decode(text.encode()).text == text


def test_nul_bytes_between_characters_are_dropped_and_binary_stays_binary() -> None:
    assert decode(_LONG.encode().replace("，".encode(), "，".encode() + b"\0")).text == _LONG
    assert decode(b"ab\0\0\0\0cd").text.count("\0") == 4


def test_emoji_written_as_two_references_become_one_character() -> None:
    assert decode("人才&#55357;&#56832;".encode()).text == "人才\U0001f600"
    assert decode("人才&#55357;&#56832;引进".encode("gbk")).text == "人才\U0001f600引进"


def test_time_grows_with_the_size_of_the_page_even_if_every_line_is_damaged() -> None:
    line = b"<p>" + _LONG.encode("gbk")[1:] + b"</p>\n"
    started = time.process_time()
    decode(line * 4000)
    small = time.process_time() - started
    started = time.process_time()
    decode(line * 16_000)
    assert time.process_time() - started < 8 * small + 0.5
