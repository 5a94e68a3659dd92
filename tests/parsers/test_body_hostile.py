"""No page stalls the reader: the cost grows with the size of the page, whatever stands on it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time

import pytest

from parsers.errors import ParseError
from parsers.html_article import read_html
from parsers.tree import parse

_TEXT = "青河市人才工作会议昨日召开，会议部署了今年的引才计划，提出要面向全国引进教育、医疗人才二百名。"
_HEAD = "<title>青河召开人才会议</title><h1>青河召开人才会议</h1>"
_PAGES = {
    "nested div": "<div>" * 200_000 + _TEXT,
    "nested lists": "<ul><li>会议" * 20_000,
    "nested tables": "<table><tr><td>会议" * 20_000,
    "a megabyte in an attribute": f'<div class="{"a b" * 300_000}" style="{"c:d;" * 50_000}"><p>{_TEXT}</p></div>',
    "paragraphs": "<p>会议" * 100_000,
    "links": "".join(f"<a href=/{number}.html>会议部署了引才计划</a>" for number in range(50_000)),
    "unclosed scripts under nested div": "<div>" * 1000 + f"<p>{_TEXT}</p>" + "<script>" * 100_000,
    "open fonts": "".join(f"<p><font size={number}>会议" for number in range(550)) + "<p>会议" * 4000,
    "unclosed links": "<p><b>会议<i>部署<a href=x>" * 10_000,
    "headings of related links": f"<div id=content>{f'<p>推荐阅读</p><p>{_TEXT}</p>' * 10_000}</div>",
    "cut previews": "".join(f"<p>{_TEXT[:30]}{number}……</p>" for number in range(20_000)),
    "spanning cells": "<table>" + f"<tr>{'<td rowspan=60>博士</td>' * 1000}</tr>" * 20 + "</table>",
    "spaces behind a sentence": f"<p>{_TEXT}" + "\u3000" * 500_000 + "</p><p>" + f"{_TEXT * 3}\u3000\u3000" * 20_000,
    "open brackets": "<p>(" + _TEXT * 20_000 + "</p><p>" + f"({_TEXT}" * 20_000,
    "signs of tags": "<p>" + "<" * 1_000_000,
}


@pytest.mark.parametrize("name", _PAGES)
def test_a_hostile_page_is_read_or_refused_in_time(name: str) -> None:
    start = time.process_time()
    with contextlib.suppress(ParseError):
        read_html(_HEAD + _PAGES[name], None)
    assert time.process_time() - start < 5


def test_a_long_page_costs_memory_in_proportion() -> None:
    """Five megabytes of paragraphs take no more than 20 times their size."""
    program = f"""
import resource
from parsers.html_article import read_html
read_html({_HEAD!r} + "<p>" + {_TEXT!r} * 2, None)
page = {_HEAD!r} + "<div id=content>" + "".join(f"<p>{{n}}{{{_TEXT!r}}}</p>" for n in range(33_000)) + "</div>"
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert len(read_html(page, None).paragraphs) == 33_000
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / len(page.encode()))
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert float(found.stdout) < 20


def test_a_flattened_page_keeps_its_title_and_head() -> None:
    tree = parse("<head><meta name=source content=河畔网></head>" + _HEAD + "<div>" * 5000 + _TEXT)
    assert tree.css_first("meta[name=source]") is not None
    assert read_html(_HEAD + "<div>" * 5000 + _TEXT, None).title == "青河召开人才会议"
