"""Search results as feeds — Atom (RFC 4287), RSS 2.0, JSON Feed 1.1 — and as rows of a CSV file (RFC 4180)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from db.values import Hit

ATOM_TYPE = "application/atom+xml"
RSS_TYPE = "application/rss+xml"
JSON_TYPE = "application/feed+json"
_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EPOCH = "2026-01-01T00:00:00Z"  # `updated` of a feed that has no entry yet: constant, so that its ETag is too
COLUMNS = (
    "id",
    "title",
    "url",
    "source",
    "source_title",
    "origin",
    "published",
    "first_seen",
    "places",
    "doc_type",
    "themes",
    "copies",
    "state",
)


def csv_lines(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV text with CRLF; lists are joined by "；", formulas are made text."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def csv_row(hit: Hit) -> list[object]:
    """The values of `COLUMNS` for a hit."""
    return [getattr(hit, column) for column in COLUMNS]


def _cell(value: object) -> object:
    if value is None or isinstance(value, int):
        return "" if value is None else value
    text = "；".join(map(str, value)) if isinstance(value, tuple) else str(value)
    # a spreadsheet runs a cell that starts like this; the apostrophe makes it text
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@dataclass(frozen=True, slots=True)
class Head:
    """What a feed says of itself; paths begin with a slash, `base_url` does not end with one."""

    title: str
    base_url: str
    self_path: str
    page_path: str

    def tag(self, name: str) -> str:
        """A tag: URI (RFC 4151) of this site, which never changes."""
        return f"tag:{urlsplit(self.base_url).hostname or 'localhost'},2026:{name}"

    def article(self, hit: Hit) -> str:
        """The address of an article's page."""
        return f"{self.base_url}/article/{quote(hit.id, safe='')}"

    def identity(self, hit: Hit) -> str:
        """The id of an article's entry, the same in every feed."""
        return self.tag(f"article/{quote(hit.id, safe='')}")


def _updated(hits: Sequence[Hit]) -> str:
    return max((hit.first_seen for hit in hits), default=_EPOCH)


def atom(hits: Iterable[Hit], head: Head) -> bytes:
    """The Atom document, UTF-8."""
    listed = list(hits)
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN"})
    _text(feed, "id", head.tag(quote(head.self_path, safe="/?=&%")))
    _text(feed, "title", head.title)
    _text(feed, "updated", _updated(listed))
    SubElement(feed, "link", {"rel": "self", "type": ATOM_TYPE, "href": head.base_url + head.self_path})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": head.base_url + head.page_path})
    for hit in listed:
        _entry(feed, hit, head)
    return _document(feed)


def _document(root: Element) -> bytes:
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(feed: Element, hit: Hit, head: Head) -> None:
    entry = SubElement(feed, "entry")
    _text(entry, "id", head.identity(hit))
    _text(entry, "title", hit.title)
    _text(entry, "updated", hit.first_seen)
    published = full_time(hit.published)
    if published:
        _text(entry, "published", published)
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": head.article(hit)})
    if original := _address(hit.url):
        SubElement(entry, "link", {"rel": "via", "href": original})
    _text(SubElement(entry, "author"), "name", hit.origin or hit.source_title)
    for term in (*hit.places, *hit.themes):
        SubElement(entry, "category", {"term": _clean(term)})
    if hit.snippet:
        _text(entry, "summary", hit.snippet)


def rss(hits: Iterable[Hit], head: Head) -> bytes:
    """The RSS 2.0 document, UTF-8; the article's own page is in the description, since <link> is ours."""
    listed = list(hits)
    root = Element("rss", {"version": "2.0", "xmlns:atom": _ATOM, "xmlns:dc": _DC})
    channel = SubElement(root, "channel")
    _text(channel, "title", head.title)
    _text(channel, "link", head.base_url + head.page_path)
    _text(channel, "description", head.title)
    _text(channel, "language", "zh-cn")
    _text(channel, "lastBuildDate", _mail_date(_updated(listed)))
    SubElement(channel, "atom:link", {"rel": "self", "type": RSS_TYPE, "href": head.base_url + head.self_path})
    for hit in listed:
        _item(channel, hit, head)
    return _document(root)


def _item(channel: Element, hit: Hit, head: Head) -> None:
    item = SubElement(channel, "item")
    _text(item, "title", hit.title)
    _text(item, "link", head.article(hit))
    guid = SubElement(item, "guid", {"isPermaLink": "false"})
    guid.text = head.identity(hit)
    _text(item, "pubDate", _mail_date(full_time(hit.published) or hit.first_seen))
    _text(item, "dc:creator", hit.origin or hit.source_title)
    for term in (*hit.places, *hit.themes):
        _text(item, "category", term)
    lines = [hit.snippet, f"原文：{original}" if (original := _address(hit.url)) else ""]
    _text(item, "description", "\n".join(line for line in lines if line))


def json_feed(hits: Iterable[Hit], head: Head) -> bytes:
    """The JSON Feed 1.1 document, UTF-8."""
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _clean(head.title),
        "home_page_url": head.base_url + head.page_path,
        "feed_url": head.base_url + head.self_path,
        "language": "zh-CN",
        "items": [_json_item(hit, head) for hit in hits],
    }
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def _json_item(hit: Hit, head: Head) -> dict[str, Any]:
    item = {
        "id": head.identity(hit),
        "url": head.article(hit),
        "external_url": _address(hit.url),
        "title": _clean(hit.title),
        "content_text": _clean(hit.snippet or hit.title),
        "date_published": full_time(hit.published),
        "authors": [{"name": _clean(hit.origin or hit.source_title)}],
        "tags": [_clean(term) for term in (*hit.places, *hit.themes)],
    }
    return {name: value for name, value in item.items() if value}


def _mail_date(time: str) -> str:
    """An RFC 822 date for an ISO 8601 time with its zone."""
    return format_datetime(datetime.fromisoformat(time).astimezone(UTC))


def _address(url: str) -> str:
    """`url` in ASCII, "" when it is none of the web."""
    safe = quote(_clean(url).strip(), safe=":/?#[]@!$&'()*+,;=%~-._")
    return safe if safe.lower().startswith(("http://", "https://")) else ""


def full_time(published: str | None) -> str | None:
    """An RFC 3339 time for a printed date: a day begins at midnight in Beijing; a bare year or month is None."""
    if not published or len(published) < 10:
        return None
    if len(published) == 10:
        return f"{published}T00:00:00+08:00"
    try:
        parsed = datetime.fromisoformat(published)
    except ValueError:
        return None
    return parsed.isoformat() if parsed.tzinfo else f"{parsed.isoformat()}+08:00"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
