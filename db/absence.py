"""Suspect → gone → returned: when a page that was there is read as taken away by its site.

A first absence is a suspicion; one that still holds after `gone_after` is a removal. A 404 or 410 is an absence, and so
is an article's address that now shows an error in words, nothing, or the front page (soft 404). A wall is none, nor is
anything while the whole site is in trouble. The article, its last text and its snapshot stay.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterable
from urllib.parse import urlsplit

from db import archive
from parsers.values import Page, PageKind

GONE = (404, 410)
_NOTHING = (PageKind.ERROR, PageKind.EMPTY, PageKind.OTHER, PageKind.LIST)
_SITE = 50  # pages of a source that were visited last
_TROUBLE = 10  # missing among them, and more than a fifth: then it is the site
_SHARE = 0.2


def is_absent(connection: sqlite3.Connection, visit: sqlite3.Row, page: Page | None, lists: Iterable[str]) -> bool:
    """Whether the visit found nothing where an article had been; `lists` are the source's list pages."""
    if visit["status"] in GONE:
        return True
    if page is None or not _known(connection, visit["url"]):
        return False
    return page.kind in _NOTHING or _is_front(visit, lists)


def _known(connection: sqlite3.Connection, url: str) -> bool:
    return connection.execute("select 1 from pages where url = ?", [url]).fetchone() is not None


def _is_front(visit: sqlite3.Row, lists: Iterable[str]) -> bool:
    """Whether the address now leads to the front page or a list page."""
    final = visit["final_url"]
    if not final or final == visit["url"]:
        return False
    return urlsplit(final).path in ("", "/", "/index.html", "/index.htm", "/index.shtml") or final in lists


def note(
    connection: sqlite3.Connection, visit: sqlite3.Row, seen: archive.Seen, patience: datetime.timedelta
) -> list[str]:
    """Suspect the page, or take it for gone; the kinds of change made."""
    page = connection.execute("select * from pages where url = ?", [seen.url]).fetchone()
    if page is None:
        return []  # never seen: nothing can be missing
    since = page["suspect_since"] or seen.at
    lasted = datetime.datetime.fromisoformat(seen.at) - datetime.datetime.fromisoformat(since)
    gone = page["suspect_since"] is not None and lasted >= patience and page["gone_since"] is None
    gone = gone and not in_trouble(connection, seen)
    connection.execute(
        "update pages set suspect_since = ?, gone_since = case when ? then ? else gone_since end, last_status = ?,"
        " last_visit = ? where url = ?",
        [since, gone, seen.at, visit["status"], visit["id"], seen.url],
    )
    if not gone and page["gone_since"] is None:
        _look_again(connection, seen)
    return ["gone"] if gone and archive.mark_gone(connection, seen.url, seen) else []


def present(connection: sqlite3.Connection, visit: sqlite3.Row, seen: archive.Seen) -> None:
    """The page is there."""
    connection.execute(
        "insert into pages(url, source, last_status, last_visit) values (?, ?, ?, ?) on conflict(url) do update set"
        " last_status = excluded.last_status, last_visit = excluded.last_visit, suspect_since = null,"
        " gone_since = null",
        [seen.url, seen.source, visit["status"], visit["id"]],
    )


def in_trouble(connection: sqlite3.Connection, seen: archive.Seen) -> bool:
    """Whether the whole site is: its lists do not answer today, or a fifth of the pages visited last are missing."""
    day = connection.execute(
        "select lists, failures + blocked from coverage where source = ? and day = ?", [seen.source, seen.day]
    ).fetchone()
    if day is not None and not day[0] and day[1]:
        return True
    visited, missing = connection.execute(
        "select count(*), coalesce(sum(suspect_since is not null and gone_since is null), 0) from"
        " (select * from pages where source = ? order by last_visit desc limit ?)",
        [seen.source, _SITE],
    ).fetchone()
    return bool(missing >= _TROUBLE and missing > _SHARE * visited)


def _look_again(connection: sqlite3.Connection, seen: archive.Seen) -> None:
    connection.execute(
        "insert into follow_ups(kind, url, source, at) values ('again', ?, ?, ?)", [seen.url, seen.source, seen.at]
    )
