"""What a page says of itself to machines: meta tags, JSON-LD, and the property comment of Founder's systems."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

_LARGEST_JSON = 500_000
_FEW = 3  # a page with fewer metas in its head has lost the others to its body
_DATA = 'script[type="application/ld+json"], founder-content, #ozoom, #js_content'
# 方正 newspapers and sites: <!--enpproperty <date>…</date><author>…</author><title>…</title>… /enpproperty-->
_PROPERTY = re.compile(r"<!--\s*enpproperty(.{0,20000}?)/enpproperty\s*-->", re.S)
_FIELD = re.compile(r"<(title|subtitle|introtitle|date|author|sourcename)>([^<]*)</\1>")
_WECHAT_TIME = re.compile(
    r"""\b(?:ct|oriCreateTime|create_time|createTime)\s*[=:]\s*(?:JsDecode\()?["']"""
    r"""(?:(?P<seconds>1\d{9})|(?P<time>20\d\d-\d\d-\d\d[ :\d]{0,9}))["']"""
)
_FIELD_NAMES = {
    "title": "headline",
    "subtitle": "subtitle",
    "introtitle": "kicker",
    "date": "published",
    "author": "author",
    "sourcename": "origin",
}


def meta_tags(tree: LexborHTMLParser) -> dict[str, str]:
    """Name (lower case; from name, property or itemprop) → content of the meta tags, the first of each."""
    head = tree.head
    nodes = head.css("meta") if head else []
    if len(nodes) < _FEW:
        nodes = tree.css("meta")
    tags: dict[str, str] = {}
    for node in nodes:
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        content = attributes.get("content")
        if name and content and (content := " ".join(entities.unescape(content).split())):
            tags.setdefault(name.lower(), content)
    return tags


def linked_data(tree: LexborHTMLParser) -> dict[str, str]:
    """headline, subtitle, kicker, published, author and origin of the page's first article for machines, or {}.

    From JSON-LD, or the property comment that Founder's newspaper systems leave in the page.
    """
    for node in tree.css(_DATA):
        if node.id == "js_content":
            found = _of_wechat(tree)
        else:
            found = _of_script(node) if node.tag == "script" else _of_property(node.html or "")
        if found:
            return found
    return {}


def _of_script(node: LexborNode) -> dict[str, str]:
    text = node.text(deep=True)
    if len(text) > _LARGEST_JSON:
        return {}
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):  # broken JSON on a page is common and says nothing
        return {}
    return next((found for item in _items(data) if (found := _article(item))), {})


def _of_wechat(tree: LexborHTMLParser) -> dict[str, str]:
    """The time of a WeChat article, which its page leaves to a script to print."""
    for node in tree.css("script"):
        match = _WECHAT_TIME.search(node.text(deep=True) or "")
        if match:
            return {"published": match["seconds"] or match["time"]}
    return {}


def _of_property(html: str) -> dict[str, str]:
    match = _PROPERTY.search(html)
    if match is None:
        return {}
    fields = (
        (_FIELD_NAMES[name], " ".join(entities.unescape(text).split())) for name, text in _FIELD.findall(match[1])
    )
    return {name: text for name, text in fields if text and text != "null"}


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
