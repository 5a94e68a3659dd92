"""Answers that are lists but no web pages: RSS, Atom, sitemaps, JSON lists, the XML records of jcms."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from parsers.addresses import Addresses
from parsers.dates import BEIJING, printed_date
from parsers.links import list_links
from parsers.tidy import tidy
from parsers.values import Link

_HEAD = 600  # characters in which the root of an XML answer stands
_PROLOGUE = re.compile(r"(?:(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)\s*)*<(?P<root>[\w:]+)", re.S | re.I)
_ITEMS = {"rss": "<item", "rdf:rdf": "<item", "feed": "<entry", "urlset": "<url>", "sitemapindex": "<sitemap>"}
SITEMAP_INDEX = "站点地图索引"
_NAMES = {
    "rss": "RSS 订阅源",
    "rdf:rdf": "RSS 订阅源",
    "feed": "Atom 订阅源",
    "urlset": "站点地图",
    "sitemapindex": SITEMAP_INDEX,
}
_RECORDS = frozenset({"datastore", "recordset"})
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_TAG = re.compile(r"<[^>]*>")
_HREF = re.compile(r"""<link\b[^>]*?\bhref\s*=\s*["']([^"']+)""", re.I)
_DATES = ("news:publication_date", "pubDate", "published", "dc:date", "updated", "lastmod")
_JSON = re.compile(r"\s*(?:(?:var\s+)?[\w$.]+\s*[(=]\s*)?(?=[\[{])")
_JSON_TITLES = ("title", "showTitle", "articleTitle", "headline", "subject", "name", "Title")
_JSON_URLS = ("url", "publishUrl", "link", "link_add", "href", "linkUrl", "docpuburl", "articleUrl", "URL", "Url")
_JSON_DATES = (
    "publishTime",
    "publish_time",
    "pubDate",
    "published",
    "date",
    "brief",
    "time",
    "createTime",
    "docreltime",
)
_EPOCHS = (946684800, 4102444800)  # 2000 to 2099, in seconds
_MOST = 5000
_LONGEST_ITEM = 20_000  # characters of an item that are looked at; some feeds hold whole articles


@dataclass(frozen=True, slots=True)
class Feed:
    """What a machine-readable answer is (a Chinese name) and the articles that it lists."""

    name: str
    links: tuple[Link, ...]


def read_feed(text: str, url: str | None) -> Feed | None:
    """The links of an RSS, Atom, sitemap, JSON or jcms-record answer, or None where the text is none of these.

    Dates have the precision of the answer, times in Beijing time. A JSON or XML answer that lists nothing has no
    links.
    """
    start = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        match = _PROLOGUE.match(start)
        return _xml(match["root"].lower(), text, Addresses(url or "")) if match else None
    if _JSON.match(start):
        return _json(text, Addresses(url or ""))
    return None


def _xml(root: str, text: str, addresses: Addresses) -> Feed | None:
    if root in _RECORDS:
        return Feed("jcms 列表数据", list_links(text, addresses.base or None))
    if root not in _ITEMS:
        return None
    items = text.split(_ITEMS[root], _MOST)[1:]
    found = (_item(item[:_LONGEST_ITEM], addresses) for item in items)
    return Feed(_NAMES[root], tuple({link.url: link for link in found if link}.values()))


def _item(item: str, addresses: Addresses) -> Link | None:
    item = _CDATA.sub(lambda match: entities.escape(match[1], quote=False), item)
    href = _HREF.search(item)
    reference = _inside(item, "loc") or _inside(item, "link") or (href[1] if href else "") or _inside(item, "guid")
    address = addresses.join(entities.unescape(reference))
    if address is None or not address.startswith("http"):
        return None
    title = _inside(item, "news:title") or _inside(item, "title")
    date = next((found for name in _DATES if (found := _inside(item, name))), "")
    return Link(address, tidy(entities.unescape(_TAG.sub("", title))) or None, feed_date(date))


def _inside(item: str, name: str) -> str:
    """The text of the first element `name`, unescaped; "" where there is none. Linear, whatever the answer holds."""
    start = item.find(f"<{name}")
    while start >= 0 and item[start + len(name) + 1 : start + len(name) + 2] not in (">", " "):
        start = item.find(f"<{name}", start + 1)
    if start < 0:
        return ""
    begin = item.find(">", start) + 1
    end = item.find(f"</{name}", begin)
    return entities.unescape(item[begin:end]).strip() if 0 < begin <= end else ""


def feed_date(text: str) -> str | None:
    """A date of a feed (RFC 822, ISO 8601, or printed in Chinese) as ISO 8601 in Beijing time, or None."""
    found = printed_date(text)
    if found or not text:
        return found
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):  # what parsedate_to_datetime raises on what is no date
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


def _json(text: str, addresses: Addresses) -> Feed | None:
    match = _JSON.match(text)
    start = match.end() if match else 0
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):  # JSON cut short, script that only looks like it, or nested without end
        return None
    links: dict[str, Link] = {}
    for record in _walked(value):
        found = [_record(record, addresses)] if isinstance(record, dict) else list_links(record, addresses.base)
        links |= {link.url: link for link in found if link and link.url not in links}
    return Feed("JSON 列表数据" if links else "JSON 数据", tuple(links.values())[:_MOST])


def _walked(value: Any) -> Iterator[dict[str, Any] | str]:
    """Every object of a JSON value, and every text in it that holds links, without recursion."""
    waiting = [value]
    while waiting:
        at = waiting.pop()
        if isinstance(at, dict):
            yield at
            waiting.extend(reversed(at.values()))
        elif isinstance(at, list):
            waiting.extend(reversed(at))
        elif isinstance(at, str) and "<a " in at:
            yield at


def _record(record: dict[str, Any], addresses: Addresses) -> Link | None:
    title, url = _first(record, _JSON_TITLES), _first(record, _JSON_URLS)
    address = addresses.join(str(url)) if title and isinstance(url, str) else None
    if address is None:
        return None
    return Link(
        address, tidy(_TAG.sub("", entities.unescape(str(title)))) or None, _json_date(_first(record, _JSON_DATES))
    )


def _first(record: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((record[name] for name in names if record.get(name)), None)


def _json_date(value: Any) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value > _EPOCHS[1] else value
        if _EPOCHS[0] <= seconds < _EPOCHS[1]:
            return datetime.fromtimestamp(seconds, BEIJING).isoformat(timespec="seconds")
        return None
    return feed_date(str(value)) if value else None
