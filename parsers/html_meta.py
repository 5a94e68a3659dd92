"""What a page says of itself to machines: meta tags and JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

_LARGEST_JSON = 500_000


def meta_tags(tree: LexborHTMLParser) -> dict[str, str]:
    """Name (lower case; from name, property or itemprop) → content of the meta tags, the first of each."""
    tags: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        content = " ".join((attributes.get("content") or "").split())
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        if name and content:
            tags.setdefault(name.lower(), content)
    return tags


def linked_data(tree: LexborHTMLParser) -> dict[str, str]:
    """headline, published, author, publisher of the page's first JSON-LD article; {} when there is none."""
    for node in tree.css('script[type="application/ld+json"]'):
        text = node.text(deep=True)
        if len(text) > _LARGEST_JSON:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):  # broken JSON on a page is common and says nothing
            continue
        for item in _items(data):
            found = _article(item)
            if found:
                return found
    return {}


def _items(data: Any) -> Iterator[dict[str, Any]]:
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            if isinstance(graph, list):
                yield from (part for part in graph if isinstance(part, dict))


def _article(item: dict[str, Any]) -> dict[str, str]:
    published = item.get("datePublished") or item.get("pubDate")
    if not published:
        return {}
    values = {
        "headline": item.get("headline") or item.get("title"),
        "published": published,
        "author": _name(item.get("author")),
    }
    return {key: value for key, value in values.items() if isinstance(value, str) and value}


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        parts = [part for part in map(_name, value) if part]
        return "、".join(parts) or None
    if isinstance(value, dict):
        return _name(value.get("name")) if value.get("@type", "Person") == "Person" else None
    return value if isinstance(value, str) else None
