from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from scheduler.demo import texts
from scheduler.demo.pages import GOV_COLUMNS, PORTAL_COLUMNS
from scheduler.demo.site import LAST_TICK


def test_there_are_enough_articles_of_both_kinds() -> None:
    kinds = Counter(text.relevant for text in texts.load())
    assert sum(kinds.values()) >= 40
    assert kinds[True] >= 26
    assert kinds[False] >= 10


@pytest.mark.parametrize("text", texts.load(), ids=lambda text: text.name)
def test_an_article_has_what_a_page_needs(text: texts.Text) -> None:
    columns = {"portal": PORTAL_COLUMNS, "gov": GOV_COLUMNS, "epaper": {"01", "02", "03", "04"}}[text.site]
    assert text.section in columns
    length = sum(map(len, text.paragraphs)) + sum(len(cell) for row in text.rows for cell in row)
    assert 290 <= length <= 900
    assert len({len(row) for row in text.rows}) <= 1
    assert bool(text.date) == (text.tick == 0)
    assert date(2024, 12, 1) <= date.fromisoformat(text.date or "2026-11-21") <= date(2026, 11, 30)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", text.time)
    assert all(old in "".join(text.paragraphs) for old, _new in text.changes)


def test_numbers_are_one_to_an_article() -> None:
    counted = Counter((text.site, text.number) for text in texts.load())
    assert max(counted.values()) == 1


def test_the_portal_can_be_written_in_gbk() -> None:
    for text in texts.load():
        if text.site == "portal":
            "".join((text.title, *text.paragraphs, *text.captions, *text.authors)).encode("gbk")


def test_each_tick_brings_one_article() -> None:
    arrivals = Counter(text.tick for text in texts.load())
    assert all(arrivals[tick] == 1 for tick in range(1, LAST_TICK + 1))
    assert max(arrivals) == LAST_TICK


def test_the_dates_spread_over_months() -> None:
    assert len({text.date[:7] for text in texts.load() if text.date}) >= 12


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("colour: red\n\n正文", "colour"),
        ("site: portal\n\n正文", "section"),
        ("change: a\nsite: portal\n\n文", "change"),
    ],
)
def test_a_bad_file_is_named(content: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text(content, "utf-8")
    with pytest.raises(texts.DemoTextError, match=rf"bad\.txt.*{named}"):
        texts.read(tmp_path)
