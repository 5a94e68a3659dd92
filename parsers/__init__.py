"""Bytes → values. `parse_page` reads any page; everything else here is a value that it returns.

The reader and its lexicons are loaded with the first page, so that importing a value stays cheap.
"""

from __future__ import annotations

from parsers.rules import PageRules
from parsers.values import Article, Fact, Flag, Link, Page, PageKind, Reading, Repair

__all__ = [
    "Article",
    "Fact",
    "Flag",
    "Link",
    "Page",
    "PageKind",
    "PageRules",
    "Reading",
    "Repair",
    "parse_page",
]


def parse_page(
    body: bytes, url: str | None = None, content_type: str | None = None, rules: PageRules | None = None
) -> Page:
    """What the bytes of a page hold: its kind with a Chinese reason, its articles, its links. Never raises."""
    from parsers.page import parse_page as read

    return read(body, url, content_type, rules)
