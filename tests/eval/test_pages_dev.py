"""Reading quality on the 60 saved pages beside the product: no figure falls below its floor in floors.toml."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from parsers.decode import decode
from parsers.errors import ParseError
from parsers.html_article import read_printed
from parsers.values import Reading

_SET = Path(__file__).resolve().parents[3] / "shared" / "pages-dev"
_FLOORS = Path(__file__).with_name("floors.toml")


def _plain(text: str | None) -> str:
    return re.sub(r"\s+|[\u200b-\u200f\u2060\ufeff]", "", unicodedata.normalize("NFKC", text or ""))


def _scored(text: str, row: dict[str, Any]) -> str:
    title = _plain(row["title"])
    kept = "".join(line for line in map(_plain, text.split("\n")) if line != title)
    for optional in sorted({_plain(line) for line in row["optional"]}, key=len, reverse=True):
        if len(optional) >= 2:
            kept = kept.replace(optional, "")
    return kept


def _f1(read: str, gold: str) -> float:
    common = sum((Counter(read) & Counter(gold)).values())
    return 2 * common / (len(read) + len(gold)) if common else 0.0


def _read(row: dict[str, Any]) -> Reading:
    try:
        return read_printed(decode((_SET / row["html"]).read_bytes()).text, row["url"])
    except ParseError:
        return Reading()


def _figures(rows: list[dict[str, Any]]) -> dict[str, float]:
    pairs = [(row, _read(row)) for row in rows]
    bodies = [_f1(_scored(reading.body, row), _scored(row["body"], row)) for row, reading in pairs]
    right: dict[str, list[bool]] = {
        "title": [_plain(reading.title) == _plain(row["title"]) for row, reading in pairs],
        "day": [(r.published or "")[:10] == row["published"][:10] for row, r in pairs if row["published"]],
        "author": [set(r.authors) == set(row["author"]) for row, r in pairs if row["author"]],
        "no_false_author": [not r.authors for row, r in pairs if not row["author"]],
        "origin": [_plain(r.origin) == _plain(row["source"]) for row, r in pairs if row["source"]],
    }
    figures = {name: sum(values) / len(values) for name, values in right.items()}
    figures["body_f1"] = sum(bodies) / len(bodies)
    figures["pages_95"] = sum(body >= 0.95 for body in bodies) / len(bodies)
    return figures


def test_no_figure_on_the_saved_pages_falls_below_its_floor() -> None:
    manifest = _SET / "manifest.jsonl"
    if not manifest.exists():
        pytest.skip("the saved pages are not part of the product: ../shared/pages-dev is absent")
    floors = tomllib.loads(_FLOORS.read_text(encoding="utf-8"))["pages-dev"]
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    assert digest == floors.pop("manifest_sha256"), "the pages changed: measure again and set new floors"
    figures = _figures([json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()])
    low = {name: figures[name] for name, floor in floors.items() if figures[name] < floor}
    assert not low, f"below the floor: {low}"
