"""Log 1 → log 2: visits become articles and changes, behind a durable mark of the archive's own."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from db import absence, archive, coverage_past, page_log, parts, snapshots
from db.connection import transaction
from db.parts import Read
from parsers.dates import BEIJING
from parsers.values import Page, PageKind
from parsers.visits import BLOCKED_STATUS

STAGE = "parse"
_BLOCKED = (PageKind.BLOCKED, PageKind.CHALLENGE, PageKind.LOGIN)


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the archive needs to know of a source."""

    id: str
    title: str
    province: str
    city: str | None
    family: str
    enabled: bool
    url: str | None
    reviewed: str | None
    note: str | None
    gone_after: datetime.timedelta
    host: str | None = None  # of its list pages
    lists: tuple[str, ...] = ()


def position(connection: sqlite3.Connection, stage: str = STAGE) -> int:
    """The mark of a stage: the number of the last row it has worked off."""
    row = connection.execute("select position from mark where stage = ?", [stage]).fetchone()
    return int(row[0]) if row else 0


def set_position(connection: sqlite3.Connection, number: int, stage: str = STAGE) -> None:
    """Move the mark (in the transaction of the results)."""
    connection.execute(
        "insert into mark(stage, position) values (?, ?) on conflict(stage) do update set position = excluded.position",
        [stage, number],
    )


def save_sources(connection: sqlite3.Connection, sources: Mapping[str, SourceFacts]) -> None:
    """The table of sources as the files have it today; sources no longer there stay, switched off."""
    with transaction(connection):
        connection.execute("update sources set enabled = 0 where id <> 'local'")
        for source in sources.values():
            connection.execute(
                "insert or replace into sources(id, title, province, city, family, enabled, url, reviewed, note)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    source.id, source.title, source.province, source.city, source.family, source.enabled,
                    source.url, source.reviewed, source.note,
                ],
            )  # fmt: skip


def waiting(crawl: sqlite3.Connection, archive_db: sqlite3.Connection) -> bool:
    """Whether a visit after the mark is there to be worked off."""
    newest = crawl.execute("select max(id) from visit").fetchone()[0]
    return newest is not None and newest > position(archive_db)


def step(
    crawl: sqlite3.Connection,
    archive_db: sqlite3.Connection,
    sources: Mapping[str, SourceFacts],
    read: Read,
    limit: int = 25,
) -> int:
    """Work off up to `limit` visits after the mark in one transaction; how many. 0 means the log is worked off."""
    mark = position(archive_db)
    visits = crawl.execute("select * from visit where id > ? order by id limit ?", [mark, limit]).fetchall()
    if not visits:
        return 0
    pages = [(visit, _read(crawl, visit, read)) for visit in visits]  # parsing holds no lock
    wholes = [parts.whole(crawl, archive_db, visit, page, read) for visit, page in pages]
    with transaction(archive_db):
        if position(archive_db) != mark:
            return len(visits)  # another process has worked them off
        for (visit, page), found in zip(pages, wholes, strict=True):
            if found or visit["kind"] == "part":
                _take_in_part(archive_db, visit, page, found, sources.get(visit["source"]))
            else:
                take_in(archive_db, visit, page, sources.get(visit["source"]))
            _follow_up(archive_db, visit, page, sources)
            page_log.note(archive_db, visit, page)
        set_position(archive_db, visits[-1]["id"])
    return len(visits)


def _follow_up(
    connection: sqlite3.Connection, visit: sqlite3.Row, page: Page | None, sources: Mapping[str, SourceFacts]
) -> None:
    """Ask the crawler for the original of a mirrored article, where its site is one that we watch."""
    for article in page.articles if page else ():
        host = urlsplit(article.original_url or "").hostname
        source = next((one for one in sources.values() if host and one.enabled and one.host == host), None)
        if source and article.relevant and archive.article(connection, article.original_url or "") is None:
            connection.execute(
                "insert into follow_ups(kind, url, source, at, title) values ('original', ?, ?, ?, ?)",
                [article.original_url, source.id, visit["fetched_at"], article.title],
            )


def follow_ups(archive_db: sqlite3.Connection, source: str, after: int) -> list[sqlite3.Row]:
    """What the archive wants fetched from `source`, after number `after`, oldest first."""
    return archive_db.execute(
        "select * from follow_ups where source = ? and number > ? order by number", [source, after]
    ).fetchall()


def _read(crawl: sqlite3.Connection, visit: sqlite3.Row, read: Read) -> Page | None:
    if visit["body_hash"] is None or not 200 <= visit["status"] < 300 or visit["kind"] == "list":
        return None
    body = snapshots.read(crawl, visit["body_hash"])
    return read(body, visit["final_url"] or visit["url"], visit["content_type"], visit["source"])


def _take_in_part(
    connection: sqlite3.Connection,
    visit: sqlite3.Row,
    page: Page | None,
    found: parts.Whole | None,
    source: SourceFacts | None,
) -> None:
    """Store the article that the visited page completes, or wait for its other pages."""
    changes: list[str] = []
    if found:
        parts.remember(connection, found)
        if found.page:
            changes = take_in_again(connection, found.visit, found.page, source)
    _count(connection, visit, page, _seen(visit), changes)


def take_in(
    connection: sqlite3.Connection, visit: sqlite3.Row, page: Page | None, source: SourceFacts | None
) -> list[str]:
    """Store what one visit says and count it in the coverage; the kinds of change made."""
    seen = _seen(visit)
    changes = _changes(connection, visit, page, seen, source)
    _count(connection, visit, page, seen, changes)
    return changes


def take_in_again(
    connection: sqlite3.Connection, visit: sqlite3.Row, page: Page | None, source: SourceFacts | None
) -> list[str]:
    """Store what another reading of a counted visit says; the kinds of change made. What is missing is no news."""
    seen = _seen(visit)
    if absence.is_absent(connection, visit, page, source.lists if source else ()):
        return []
    return _changes(connection, visit, page, seen, source)


def _seen(visit: sqlite3.Row) -> archive.Seen:
    at = datetime.datetime.fromisoformat(visit["fetched_at"])
    return archive.Seen(
        url=visit["url"],
        source=visit["source"],
        at=visit["fetched_at"],
        day=at.astimezone(BEIJING).date().isoformat(),
        title=visit["title"],
        date=visit["date"],
    )


def _changes(
    connection: sqlite3.Connection,
    visit: sqlite3.Row,
    page: Page | None,
    seen: archive.Seen,
    source: SourceFacts | None,
) -> list[str]:
    if visit["kind"] == "list":
        return []
    if absence.is_absent(connection, visit, page, source.lists if source else ()):
        patience = source.gone_after if source else datetime.timedelta(hours=24)
        return absence.note(connection, visit, seen, patience)
    if page is None:
        return []
    if page.kind not in (PageKind.ARTICLE, PageKind.EPAPER, PageKind.PDF) or not page.articles:
        archive.reject(connection, seen.url, seen, None, 0.0, (), f"{page.kind}：{page.reason}")
        return []
    absence.present(connection, visit, seen)
    several = len(page.articles) > 1
    kinds = [
        archive.record(connection, article, seen, url=f"{seen.url}#{number}" if several else seen.url)
        for number, article in enumerate(page.articles, 1)
    ]
    return [kind for kind in kinds if kind]


def _count(
    connection: sqlite3.Connection,
    visit: sqlite3.Row,
    page: Page | None,
    seen: archive.Seen,
    changes: list[str],
) -> None:
    answered = 200 <= visit["status"] < 400
    blocked = visit["status"] in BLOCKED_STATUS or (page is not None and page.kind in _BLOCKED)
    coverage_past.keep(connection, seen.source, seen.day, changed=bool(changes))
    connection.execute(
        "insert into coverage(source, day, lists, pages, articles, relevant, failures, blocked)"
        " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict(source, day) do update set lists = lists + excluded.lists,"
        " pages = pages + excluded.pages, articles = articles + excluded.articles,"
        " relevant = relevant + excluded.relevant, failures = failures + excluded.failures,"
        " blocked = blocked + excluded.blocked",
        [
            seen.source,
            seen.day,
            int(visit["kind"] == "list" and answered),
            int(visit["kind"] != "list" and answered),
            len(page.articles) if page else 0,
            changes.count("new"),
            int(not answered and visit["status"] not in absence.GONE and not blocked),
            int(blocked),
        ],
    )
