"""Search results as an Atom feed (RFC 4287) and as rows of a CSV file (RFC 4180)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from db.values import Hit

_ATOM = "http://www.w3.org/2005/Atom"
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


def atom(hits: Iterable[Hit], title: str, base_url: str, self_path: str, page_path: str) -> bytes:
    """The feed document, UTF-8. Ids are tag: URIs of the site and the article's id, so they never change."""
    listed = list(hits)
    authority = urlsplit(base_url).hostname or "localhost"
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN"})
    _text(feed, "id", f"tag:{authority},2026:{quote(self_path, safe='/?=&%')}")
    _text(feed, "title", title)
    _text(feed, "updated", max((hit.first_seen for hit in listed), default=_EPOCH))
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": base_url + self_path})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": base_url + page_path})
    for hit in listed:
        _entry(feed, hit, base_url, authority)
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _entry(feed: Element, hit: Hit, base_url: str, authority: str) -> None:
    entry = SubElement(feed, "entry")
    address = quote(hit.id, safe="")
    _text(entry, "id", f"tag:{authority},2026:article/{address}")
    _text(entry, "title", hit.title)
    _text(entry, "updated", hit.first_seen)
    published = full_time(hit.published)
    if published:
        _text(entry, "published", published)
    SubElement(entry, "link", {"rel": "alternate", "href": f"{base_url}/article/{address}"})
    SubElement(entry, "link", {"rel": "via", "href": _clean(hit.url)})
    _text(SubElement(entry, "author"), "name", hit.origin or hit.source_title)
    for term in (*hit.places, *hit.themes):
        SubElement(entry, "category", {"term": _clean(term)})
    if hit.snippet:
        _text(entry, "summary", hit.snippet)


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
