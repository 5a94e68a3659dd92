"""The five seed documents against what people read in them. Skips where the shared texts are absent."""

from __future__ import annotations

import difflib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from parsers.enrich import judge
from parsers.plain_text import read_text
from parsers.values import Reading

SHARED = Path(__file__).parents[3] / "shared"
LEAST = {"000": 0.97, "001": 0.99, "002": 0.97, "003": 0.99, "004": 0.97}

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared seed texts are not here")


@cache
def gold(number: str) -> dict[str, Any]:
    lines = (SHARED / "gold/articles.jsonl").read_text(encoding="utf-8").splitlines()
    return next(row for row in map(json.loads, lines) if row["doc"].startswith(number))


@cache
def read(number: str) -> Reading:
    text = (SHARED / f"seeds/{gold(number)['doc']}.txt").read_text(encoding="utf-8")
    (reading,) = read_text(text)
    return reading


@pytest.mark.parametrize("number", LEAST)
def test_what_stands_around_the_body_is_read(number: str) -> None:
    expected, reading = gold(number), read(number)
    assert (reading.title or "") == expected["title"]
    assert (reading.subtitle or "") == expected["subtitle"]
    assert (reading.origin or "") == expected["source"]
    assert list(reading.authors) == expected["authors"]
    assert (reading.editor or "") == expected["editor"]
    assert (reading.published or "")[:10] == expected["published"]
    assert list(reading.captions) == expected["captions"]


@pytest.mark.parametrize("number", LEAST)
def test_the_body_is_read(number: str) -> None:
    body = "\n".join(gold(number)["paragraphs"])
    assert difflib.SequenceMatcher(None, body, read(number).body, autojunk=False).ratio() >= LEAST[number]


def test_the_newspaper_page_is_in_reading_order() -> None:
    assert [p[:12] for p in read("000").paragraphs] == [p[:12] for p in gold("000")["paragraphs"]]


def test_altered_years_are_doubted() -> None:
    flagged = {(f.start, f.end) for f in judge(read("001")).flags if f.name == "year-doubt"}
    body = read("001").body
    for entry in gold("001")["anachronisms"]:
        at = body.index(entry["text"])
        assert any(at <= (start or 0) < at + len(entry["text"]) for start, _ in flagged)


@pytest.mark.parametrize("number", ["002", "004"])
def test_repairs_point_at_their_words_and_no_sure_one_is_wrong(number: str) -> None:
    reading, body = read(number), "\n".join(gold(number)["paragraphs"])
    assert len(reading.repairs) >= 4
    for repair in reading.repairs:
        assert repair.place == "body"
        assert reading.body[repair.start : repair.end] == repair.after
        if repair.certain:
            around = reading.body[repair.start - 4 : repair.end + 2]
            assert around in body


@pytest.mark.parametrize("number", ["000", "001", "003"])
def test_clean_text_is_not_repaired(number: str) -> None:
    assert read(number).repairs == ()
