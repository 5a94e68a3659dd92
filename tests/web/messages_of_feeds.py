"""Hits with everything in them that breaks feeds."""

from __future__ import annotations

from dataclasses import replace

from db.values import Hit

_PLAIN = Hit(
    id="a1",
    title="青海引才",
    url="https://news.example.cn/1.html",
    source="qhnews",
    source_title="青海新闻网",
    origin=None,
    published="2026-03-18T08:55:11+08:00",
    first_seen="2026-03-18T01:00:00+00:00",
    places=("青海省",),
    doc_type=None,
    themes=("引才",),
    snippet="西宁市引才103名。",
    snippet_marks=(),
    title_marks=(),
    figures=(),
    copies=0,
    story="a1",
    state="current",
)
STRANGE = (
    replace(_PLAIN, title="引\x0b才\ufffe\ud800]]><b>&amp;", snippet="\x1f<script>", id="a2"),
    replace(_PLAIN, url="javascript:alert(1)", id="a3"),
    replace(_PLAIN, url="http://例子.中国/新 闻?题=人才&b=<c>", id="a4"),
    replace(_PLAIN, published=None, snippet="", places=(), themes=(), id="a5"),
    replace(_PLAIN, published="2018", origin="青海\x00日报", id="a6"),
    replace(_PLAIN, published="2025-03-18", id="a/7"),
)
