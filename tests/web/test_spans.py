"""Spans become valid HTML however they lie, and the text comes back unharmed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from datasette_plugins.spans import Span, mark, render

_TEXT = st.text(st.sampled_from("才讯<&>\"' a引"), max_size=30)
_EDGES = st.lists(st.tuples(st.integers(0, 32), st.integers(0, 32)), max_size=8)


@given(_TEXT, _EDGES)
def test_rendered_spans_nest_and_keep_the_text(text: str, edges: list[tuple[int, int]]) -> None:
    spans = [
        Span(start, end, "evidence", f"e{number}", f"#f{number}" if number % 2 else None, "<&>")
        for number, (start, end) in enumerate(edges)
    ]
    root = ET.fromstring(f"<p>{render(text, spans)}</p>")
    assert "".join(root.itertext()) == text
    identities = [element.get("id") for element in root.iter() if element.get("id")]
    wanted = [f"e{n}" for n, (start, end) in enumerate(edges) if start < end <= len(text)]
    assert sorted(map(str, identities)) == sorted(wanted)
    assert not root.findall(".//a//a")


@given(_TEXT, _EDGES)
def test_marks_keep_the_text(text: str, edges: list[tuple[int, int]]) -> None:
    root = ET.fromstring(f"<p>{mark(text, edges)}</p>")
    assert "".join(root.itertext()) == text
    marked = {i for start, end in edges for i in range(start, min(end, len(text)))}
    assert sum(len(element.text or "") for element in root.iter("mark")) == len(marked)


def test_the_shortest_of_overlapping_facts_gives_the_link() -> None:
    html = render("签约人才103名", [Span(0, 8, "evidence", "e1", "#f1"), Span(4, 8, "evidence", "e2", "#f2")])
    assert html == (
        '<span id="e1" class="anchor"></span><a class="evidence" href="#f1">签约人才</a>'
        '<span id="e2" class="anchor"></span><a class="evidence" href="#f2">103名</a>'
    )


def test_an_address_may_break_so_that_the_line_before_it_is_not_torn_apart() -> None:
    text = "见https://www.example.cn/a/content_0123456789012345678901234.html 和 <b>。"
    html = render(text, [Span(1, 24, "evidence", "e1", "#f1")])
    assert "<wbr>" in html
    assert max(len(piece) for piece in re.split("<[^>]*>|[^!-~]", html)) <= 12 + len("&lt;")
    assert "".join(ET.fromstring(f"<p>{html.replace('<wbr>', '')}</p>").itertext()) == text
    assert render("AI人才 high-level talent", []) == "AI人才 high-level talent", "words stay whole"
