"""What each fetched page of an article gave: a log that the health check reads (db.health)."""

from __future__ import annotations

import sqlite3

from db.field_rates import PageRead
from parsers.values import Page, PageKind

KEPT = 400  # pages of a source
LOCAL = "local"  # files added by hand: nobody waits for more of them
_KINDS = ("article", "epaper")
_READ = (PageKind.ARTICLE, PageKind.EPAPER)
_SAYS_NOTHING = (PageKind.ERROR, PageKind.PDF, PageKind.BLOCKED, PageKind.CHALLENGE, PageKind.LOGIN)


def note(connection: sqlite3.Connection, visit: sqlite3.Row, page: Page | None) -> None:
    """Log what `page` gave, in the caller's transaction.

    Left out: walls and errors in words (they have names of their own), files that are no pages, and known addresses
    that show nothing any more (db.absence judges those).
    """
    if visit["kind"] not in _KINDS or visit["source"] == LOCAL or page is None or page.kind in _SAYS_NOTHING:
        return
    read = page.kind in _READ and bool(page.articles)
    if not read and connection.execute("select 1 from pages where url = ?", [visit["url"]]).fetchone():
        return
    articles = page.articles if read else ()
    connection.execute(
        "insert or ignore into page_read(visit, source, at, read, title, published, origin, authors, length)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            visit["id"], visit["source"], visit["fetched_at"], read, any(one.title for one in articles),
            any(one.published for one in articles), any(one.origin for one in articles),
            any(one.authors for one in articles), max((len(one.body) for one in articles), default=0),
        ],
    )  # fmt: skip


def after(connection: sqlite3.Connection, source: str, visit: int) -> list[tuple[int, PageRead]]:
    """The pages of `source` logged after the visit of this number, oldest first, each with its visit's number."""
    rows = connection.execute("select * from page_read where source = ? and visit > ? order by visit", [source, visit])
    return [(row["visit"], read_of(row)) for row in rows]


def read_of(row: sqlite3.Row) -> PageRead:
    """The value of a row of the log."""
    return PageRead(
        row["at"],
        bool(row["read"]),
        bool(row["title"]),
        bool(row["published"]),
        bool(row["origin"]),
        bool(row["authors"]),
        row["length"],
    )


def shorten(connection: sqlite3.Connection, source: str) -> None:
    """Forget all but the last pages of `source`, in the caller's transaction; what they taught is kept elsewhere."""
    connection.execute(
        "delete from page_read where source = ? and visit <= (select visit from page_read where source = ?"
        " order by visit desc limit 1 offset ?)",
        [source, source, KEPT],
    )
