"""What the web asks of the stores: one object that reads the data directory and writes only subscriptions."""

from __future__ import annotations

import datetime
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from db import alerts, archive, authorizer, health, home_page, inbox, search, stories
from db.connection import READER_CACHE, open_reader, open_writer
from db.paths import DataDirectory
from db.search import Filters
from db.stamp import Stamp
from db.values import (
    ArticleRecord,
    Copy,
    Hit,
    Home,
    Mail,
    SearchResult,
    SourceHealth,
    StoryMember,
    StoryRecord,
    Subscription,
)
from parsers.dates import BEIJING
from parsers.differences import differences
from parsers.shingles import kept_share
from parsers.values import Fact, Flag, Repair


class Site:
    """The data directory as the web sees it. Safe to use from several threads: each has its own connections."""

    def __init__(self, directory: Path, *, show_full_text: bool = True) -> None:
        self.directory = DataDirectory(directory)
        self.show_full_text = show_full_text
        self._local = threading.local()
        self.stamp = Stamp(self.directory.archive)

    @property
    def archive(self) -> sqlite3.Connection:
        """This thread's reading connection to the archive."""
        if not hasattr(self._local, "archive"):
            self._local.archive = open_reader(self.directory.archive)
            self._local.archive.execute(f"pragma cache_size = -{READER_CACHE}")
            if not self.show_full_text:
                authorizer.excerpt_facts(self._local.archive)
        connection: sqlite3.Connection = self._local.archive
        return connection

    @property
    def _crawl(self) -> sqlite3.Connection | None:
        if not hasattr(self._local, "crawl"):
            exists = self.directory.crawl.exists()
            self._local.crawl = open_reader(self.directory.crawl) if exists else None
        connection: sqlite3.Connection | None = self._local.crawl
        return connection

    @property
    def _subscribers(self) -> sqlite3.Connection:
        if not hasattr(self._local, "subscribers"):
            self._local.subscribers = open_writer(self.directory.subscribers)
            self._local.key = alerts.secret(self._local.subscribers)
        connection: sqlite3.Connection = self._local.subscribers
        return connection

    @property
    def subscribers(self) -> sqlite3.Connection:
        """This thread's writing connection to the subscriptions."""
        return self._subscribers

    @property
    def links_key(self) -> str:
        """The key that signs the links of subscribers."""
        return alerts.secret(self._subscribers)

    def connection_guard(self, connection: sqlite3.Connection) -> None:
        """Put the authorizer on a public connection."""
        authorizer.guard(connection, full_text=self.show_full_text)

    def version(self) -> int:
        """The number of the newest change; a page made at the same version is the same."""
        row = self.archive.execute("select coalesce(max(number), 0) from changes").fetchone()
        return int(row[0])

    def home(self, today: datetime.date) -> Home:
        """The numbers of the front page; `today` is the reader's (Beijing) day."""
        evening = datetime.datetime.combine(today, datetime.time(23), BEIJING)
        return home_page.front(self.archive, self.sources(evening.astimezone(datetime.UTC)), today)

    def search(
        self,
        q: str,
        filters: Filters,
        order: str = "newest",
        limit: int = 20,
        offset: int = 0,
        as_of: int | None = None,
    ) -> SearchResult:
        """A page of hits with facets. Raises parsers.errors.QueryError."""
        return search.search(self.archive, q, filters, order, limit, offset, as_of)

    def hits(self, q: str, filters: Filters, order: str = "newest", as_of: int | None = None) -> Iterator[Hit]:
        """All hits, streamed. Raises parsers.errors.QueryError at once, not at the first hit."""
        return search.every_hit(self.archive, q, filters, order, as_of)

    def article(self, identity: str, revision: int | None = None) -> ArticleRecord | None:
        """An article in its current revision, or in its n-th; None when there is none."""
        rows = self.archive.execute(
            "select a.*, s.title as source_title from articles a left join sources s on s.id = a.source"
            " where a.id = ? order by a.recorded_from",
            [identity],
        ).fetchall()
        number = len(rows) if revision is None else revision
        if not 1 <= number <= len(rows):
            return None
        return self._record(rows[number - 1], number, len(rows))

    def _record(self, row: sqlite3.Row, number: int, of: int) -> ArticleRecord:
        text = self.archive.execute("select * from article_text where revision = ?", [row["revision"]]).fetchone()
        return ArticleRecord(
            id=row["id"],
            revision=number,
            revisions=of,
            state=row["state"],
            url=row["url"].split("#")[0],
            source=row["source"],
            source_title=row["source_title"] or row["source"],
            title=row["title"],
            subtitle=row["subtitle"],
            kicker=text["kicker"],
            published=row["published"],
            first_seen=row["first_seen"],
            origin=row["origin"],
            authors=tuple(json.loads(row["authors"])),
            editor=row["editor"],
            doc_type=row["doc_type"],
            themes=tuple(json.loads(row["themes"])),
            places=tuple(json.loads(row["places"])),
            relevance=row["relevance"],
            words=tuple(json.loads(text["words"])),
            paragraphs=tuple(text["body"].split("\n")),
            captions=tuple(json.loads(text["captions"])),
            script=text["script"],
            original_paragraphs=tuple(text["original"].split("\n")) if text["original"] else (),
            flags=tuple(Flag(**flag) for flag in json.loads(text["flags"])),
            repairs=tuple(Repair(**repair) for repair in json.loads(text["repairs"])),
            original_url=text["original_url"],
            facts=self._facts(row["revision"]),
            story=row["story"],
            copies=self._copies(row["story"], row["id"]),
        )

    def _facts(self, revision: int) -> tuple[Fact, ...]:
        rows = self.archive.execute("select * from facts where revision = ? order by start, id", [revision])
        return tuple(archive.stored_fact(row) for row in rows)

    def _copies(self, story: str, identity: str) -> tuple[Copy, ...]:
        rows = self.archive.execute(
            "select a.id, a.title, a.published, s.title as source_title, a.source from articles a"
            " left join sources s on s.id = a.source where a.story = ? and a.id <> ? and a.recorded_to is null"
            " order by a.published, a.recorded_from",
            [story, identity],
        )
        return tuple(
            Copy(row["id"], row["title"], row["source_title"] or row["source"], row["published"]) for row in rows
        )

    def story(self, identity: str) -> StoryRecord | None:
        """The story that has, or once had, this id; None when none ever had it."""
        story = stories.resolve(self.archive, identity)
        members = stories.story_members(self.archive, story) if story else []
        if story is None or not members:
            return None
        first, original = members[0], self._text(members[0].article)
        return StoryRecord(
            story, tuple(_story_member(one, first, original, self._text(one.article)) for one in members)
        )

    def _text(self, article: str) -> str:
        row = self.archive.execute(
            "select t.body from articles a join article_text t using (revision)"
            " where a.id = ? and a.recorded_to is null",
            [article],
        ).fetchone()
        return row["body"] if row else ""

    def sources(self, now: datetime.datetime) -> tuple[SourceHealth, ...]:
        """All sources with their health."""
        return health.sources(self.archive, self._crawl, now)

    def subscribe(self, email: str, q: str, filters: Filters, schedule: str, now: datetime.datetime) -> Subscription:
        """A pending subscription; its confirmation mail is queued. Raises QueryError and db.errors.Refused."""
        return alerts.subscribe(self._subscribers, email, q, filters, schedule, now)

    def find_subscription(self, token: str) -> Subscription | None:
        """The subscription that a signed link names."""
        connection = self._subscribers
        return alerts.subscription_of(connection, self._local.key, token)

    def stop(self, token: str, now: datetime.datetime) -> Subscription | None:
        """End the subscription of a signed link."""
        found = self.find_subscription(token)
        return found and alerts.stop(self._subscribers, found.id, now)

    def inbox(self) -> tuple[Mail, ...] | None:
        """The demo's mails, newest first; None when this is not the demo."""
        return inbox.mails(self._inbox) if self.directory.inbox.exists() else None

    def mail(self, number: int) -> Mail | None:
        """One mail of the demo, or None."""
        return inbox.mail(self._inbox, number) if self.directory.inbox.exists() else None

    @property
    def _inbox(self) -> sqlite3.Connection:
        if not hasattr(self._local, "inbox"):
            self._local.inbox = open_reader(self.directory.inbox)
        connection: sqlite3.Connection = self._local.inbox
        return connection


def _story_member(one: stories.Member, first: stories.Member, original: str, text: str) -> StoryMember:
    changes = Counter(str(found.kind) for found in differences(original, text)) if one is not first else Counter()
    return StoryMember(
        id=one.article,
        title=one.title,
        site=one.site,
        origin=one.origin,
        published=one.published,
        first_seen=one.first_seen,
        delay=_minutes_between(first.published, one.published),
        kept=round(kept_share(original, text), 3),
        changes=dict(changes),
    )


def _minutes_between(first: str | None, second: str | None) -> int | None:
    """Whole minutes; None unless both are printed to the minute."""
    if not first or not second or "T" not in first or "T" not in second:
        return None
    span = datetime.datetime.fromisoformat(second) - datetime.datetime.fromisoformat(first)
    return int(span.total_seconds() // 60)
