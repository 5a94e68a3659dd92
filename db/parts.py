"""Articles printed over several pages: they enter the archive whole, when their last page has been fetched.

The crawler stores a page and the task for the next one in one transaction, so a page that is waited for comes, or
its failure does. Which page belongs to which article is kept in `article_parts`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace

from db import snapshots
from parsers import enrich
from parsers.parts import is_part_of, joined
from parsers.values import Article, Flag, Page, PageKind

Read = Callable[[bytes, str, str | None, str], Page]  # body, url, content type, source
_MOST = 30


@dataclass(frozen=True, slots=True)
class Whole:
    """What a visit to a page of an article means: the visit of its first page with the article as far as it is
    known; `page` None says that a page is still waited for. `parts` are the addresses that belong to the article.
    """

    visit: sqlite3.Row
    page: Page | None
    first: str
    parts: tuple[str, ...]


def whole(
    crawl: sqlite3.Connection, archive: sqlite3.Connection, visit: sqlite3.Row, page: Page | None, read: Read
) -> Whole | None:
    """The article that the visited page is part of; None for a page that stands alone (every other page)."""
    if visit["kind"] == "part":
        return _of_part(crawl, archive, visit, read)
    following = _following(visit, page)
    if following is None or visit["kind"] != "article":
        return None
    assert page is not None
    return _gathered(crawl, visit, page, following, read)


def remember(connection: sqlite3.Connection, found: Whole) -> None:
    """Keep which addresses belong to the article (in the transaction of the results)."""
    connection.executemany(
        "insert or ignore into article_parts(url, first) values (?, ?)", [(url, found.first) for url in found.parts]
    )


def _of_part(crawl: sqlite3.Connection, archive: sqlite3.Connection, visit: sqlite3.Row, read: Read) -> Whole | None:
    row = archive.execute("select first from article_parts where url = ?", [visit["url"]]).fetchone()
    first = row and _newest(crawl, row["first"], "article")
    if not first:
        return None
    page = _page(crawl, first, read)
    following = _following(first, page)
    if following is None or page is None:
        return None
    return _gathered(crawl, first, page, following, read)


def _following(visit: sqlite3.Row, page: Page | None) -> str | None:
    if page is None or page.kind is not PageKind.ARTICLE or len(page.articles) != 1 or not page.next_page:
        return None
    return page.next_page if is_part_of(visit["final_url"] or visit["url"], page.next_page) else None


def _gathered(crawl: sqlite3.Connection, first: sqlite3.Row, page: Page, following: str, read: Read) -> Whole:
    articles: list[Article] = list(page.articles)
    addresses: list[str] = []
    url: str | None = following
    missing = False
    while url and url not in addresses and url != first["url"] and len(addresses) < _MOST:
        addresses.append(url)
        visit = _newest(crawl, url, "part")
        if visit is None:
            if not _failed(crawl, url):
                return Whole(first, None, first["url"], tuple(addresses))
            missing = True
            break
        part = _page(crawl, visit, read)
        articles += part.articles[:1] if part else ()
        url = _following(visit, part)
    return Whole(first, replace(page, articles=(_one(articles, missing, len(addresses), first["url"]),)),
                 first["url"], tuple(addresses))  # fmt: skip


def _one(articles: list[Article], missing: bool, pages: int, url: str) -> Article:
    reading = joined(articles[0], articles[1:])
    if missing:
        reading = replace(reading, flags=(*reading.flags, Flag("part", f"第 {pages + 1} 页没有取到，正文不全")))
    article = enrich.judge(reading, url)
    return replace(article, flags=tuple(dict.fromkeys(article.flags)))  # each page was judged before, and so was this


def _page(crawl: sqlite3.Connection, visit: sqlite3.Row, read: Read) -> Page | None:
    body = snapshots.read(crawl, visit["body_hash"])
    return read(body, visit["final_url"] or visit["url"], visit["content_type"], visit["source"])


def _newest(crawl: sqlite3.Connection, url: str, kind: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = crawl.execute(
        "select * from visit where url = ? and kind = ? and body_hash is not null and status between 200 and 299"
        " order by id desc limit 1",
        [url, kind],
    ).fetchone()
    return row


def _failed(crawl: sqlite3.Connection, url: str) -> bool:
    """Whether the page will not come: it is gone, or its last try has failed, or it was never asked for."""
    row = crawl.execute("select state, last_fetched, tries from frontier where url = ?", [url]).fetchone()
    if row is None:  # nobody was told to fetch it
        return True
    return row["last_fetched"] is not None and (row["state"] in ("done", "dead") or not row["tries"])
