"""Saved pages: a folder with page.html, meta.toml and expected.json is a test.

A missing expected.json is written from today's reading, and the test fails until a person has read it.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from parsers import Page, parse_page

_PAGES = Path(__file__).parent / "pages"
_FIELDS = ("title", "subtitle", "kicker", "published", "origin", "editor")


def _as_json(page: Page) -> dict[str, Any]:
    articles = [
        {
            **{name: getattr(article, name) for name in _FIELDS},
            "authors": list(article.authors),
            "paragraphs": list(article.paragraphs),
        }
        for article in page.articles
    ]
    read: dict[str, Any] = {"page": str(page.kind), "reason": page.reason, "articles": articles}
    if page.kind in ("list", "epaper"):
        read |= {"links": [[link.url, link.title, link.date] for link in page.links], "next": page.next_page}
    return read


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in _PAGES.glob("*/page.html")))
def test_a_saved_page_reads_as_a_person_approved(folder: str) -> None:
    meta = tomllib.loads((_PAGES / folder / "meta.toml").read_text(encoding="utf-8"))
    read = _as_json(parse_page((_PAGES / folder / "page.html").read_bytes(), meta.get("url")))
    expected = _PAGES / folder / "expected.json"
    if not expected.exists():
        expected.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected} was missing: it is written now, read it before you keep it")
    assert read == json.loads(expected.read_text(encoding="utf-8"))
