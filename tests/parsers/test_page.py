"""parse_page on whatever a network answers: kinds with reasons, and never an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import PageKind, parse_page

_PORTAL = (Path(__file__).parent / "pages" / "portal_gbk" / "page.html").read_bytes()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", PageKind.EMPTY),
        (b"\x89PNG\r\n\x1a\n0000", PageKind.OTHER),
        ("<title>404</title><body>您访问的页面不存在</body>".encode(), PageKind.ERROR),
        ("<body>您的访问请求被拦截，请联系网站管理员</body>".encode(), PageKind.BLOCKED),
        ("<body>请完成验证后继续访问</body>".encode(), PageKind.CHALLENGE),
        (b'<meta http-equiv="refresh" content="0;url=/a/"><body></body>', PageKind.OTHER),
    ],
)
def test_what_is_no_article_is_named(body: bytes, kind: PageKind) -> None:
    page = parse_page(body)
    assert page.kind == kind
    assert page.reason


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0, max_value=len(_PORTAL)), st.binary(max_size=6))
def test_a_page_cut_anywhere_is_read_without_an_error(end: int, junk: bytes) -> None:
    assert parse_page(_PORTAL[:end] + junk, "http://news.example/1.html").reason


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_in_a_page_are_read_without_an_error(junk: bytes) -> None:
    assert parse_page(b"<html><body><p>" + junk + b"</p></body></html>").reason


def test_the_same_bytes_give_the_same_page() -> None:
    assert parse_page(_PORTAL, "http://a.example/1.html") == parse_page(_PORTAL, "http://a.example/1.html")
