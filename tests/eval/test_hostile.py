"""Pages made to hurt: time and memory stay in proportion to the page, measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 5.0  # of processor time
_TIMES = 20  # bytes of memory for each byte of the page
_PAGES = {
    "five megabytes": '"<title>青海引才</title><div>" + "<p>省里引进人才三百名，安家补贴二十万元。</p>\\n" * 80000',
    "200,000 nested tags": '"<title>青海引才</title>" + "<div>" * 200000 + "引进人才" + "</div>" * 200000',
    "100,000 nested lists": '"<title>青海引才</title>" + "<ul><li>" * 100000 + "引进人才"',
    "a megabyte in one attribute": '"<div class=\\"" + "x " * 524288 + "\\"><p>省里引进人才三百名。</p></div>"',
    "a megabyte without white space": '"<title>青海引才</title><p>" + "人才工作领导小组" * 45000',
    "20,000 links": '"".join(f"<li><a href=/2025/03/{n}.shtml>青海出台人才新政第{n}条</a></li>" for n in range(20000))',
    "a megabyte of references": '"<p>" + "&amp;amp;nbsp;" * 80000',
    "five megabytes of text": '"省里引进高层次人才三百名，安家补贴二十万元。\\n" * 80000',
}
_PROGRAM = """
import resource, time
from parsers.page import parse_page
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
parse_page("<title>青海引才新政策</title><p>省里引进人才三百名，安家补贴二十万元，青海大学来了很多人。</p>".encode())
page = ({}).encode()
before, started = peak(), time.process_time()
parse_page(page, "http://news.example/system/2025/03/18/030000001.shtml")
print(len(page), time.process_time() - started, peak() - before)
"""


@pytest.mark.parametrize("kind", _PAGES)
def test_a_hostile_page_costs_in_proportion(kind: str) -> None:
    command = [sys.executable, "-c", _PROGRAM.format(_PAGES[kind])]
    done = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, timeout=300, check=True)
    size, seconds, memory = map(float, done.stdout.split())
    assert seconds < _SECONDS
    assert memory < _TIMES * max(size, 1_000_000)  # below a megabyte the tables that are loaded weigh more
