"""The review queue: articles whose relevance is near the threshold, and what a person said of them.

Verdicts live in review.db of the data directory, a file of its own that only the operator's page writes: they outlast a
reparse and a rebuilt archive. Each keeps the text as it was judged, because it becomes a test case of the lexicon.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from db import snapshots
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from parsers import parse_page
from parsers.relevance import BORDERLINE

FILE_NAME = "review.db"
_NOT_RELEVANT = "与人才工作无关"
_LONGEST_URL = 2048


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article in the queue: `kept` says whether it is in the archive (`article`, its id) or was refused."""

    url: str
    title: str
    source: str
    score: float
    words: tuple[str, ...]
    at: str
    kept: bool
    article: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said: whether the article is about talent work, and the text that was judged."""

    url: str
    title: str
    text: str
    score: float
    relevant: bool
    at: str


class ReviewQueue:
    """The queue of one data directory. Each call opens and closes its own connections, so any thread may ask."""

    def __init__(self, directory: Path) -> None:
        self.directory = DataDirectory(directory)
        self.file = directory / FILE_NAME

    def waiting(self, limit: int = 50) -> tuple[Waiting, ...]:
        """Articles in the band without a verdict, those nearest the threshold first, then the newest."""
        judged = {verdict.url for verdict in self.verdicts()}
        with closing(open_reader(self.directory.archive)) as archive:
            rows = [row for row in _borderline(archive) if row["url"] not in judged]
        rows.sort(key=lambda row: row["at"], reverse=True)
        rows.sort(key=lambda row: round(abs(row["score"] - sum(BORDERLINE) / 2), 2))
        return tuple(_waiting(row) for row in rows[:limit])

    def count(self) -> int:
        """How many wait."""
        judged = {verdict.url for verdict in self.verdicts()}
        with closing(open_reader(self.directory.archive)) as archive:
            return sum(row["url"] not in judged for row in _borderline(archive))

    def judge(self, url: str, relevant: bool, at: str) -> Verdict | None:
        """Keep a verdict (a second one replaces the first) and return it; None when `url` is not in the band."""
        found = self._candidate(url)
        if found is None:
            return None
        verdict = Verdict(url, found.title, self._text(found), found.score, relevant, at)
        with closing(self._opened()) as connection, transaction(connection):
            connection.execute(
                "insert into verdict(url, title, text, score, relevant, at) values (?, ?, ?, ?, ?, ?)"
                " on conflict(url) do update set relevant = excluded.relevant, at = excluded.at",
                [verdict.url, verdict.title, verdict.text, verdict.score, relevant, at],
            )
        return verdict

    def withdraw(self, url: str) -> bool:
        """Forget a verdict: the article waits again. Whether there was one."""
        if not self.file.exists():
            return False
        with closing(self._opened()) as connection, transaction(connection):
            return connection.execute("delete from verdict where url = ?", [url]).rowcount > 0

    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, newest first; empty where none was ever given."""
        if not self.file.exists():
            return ()
        with closing(open_reader(self.file)) as connection:
            rows = connection.execute("select * from verdict order by at desc, url").fetchall()
        return tuple(
            Verdict(row["url"], row["title"], row["text"], row["score"], bool(row["relevant"]), row["at"])
            for row in rows
        )

    def cases(self) -> Iterator[str]:
        """The verdicts as test cases, one line of JSON each (relevant, title, text, url, score, at), oldest first."""
        for verdict in reversed(self.verdicts()):
            yield json.dumps(
                {
                    "relevant": verdict.relevant,
                    "title": verdict.title,
                    "text": verdict.text,
                    "url": verdict.url,
                    "score": round(verdict.score, 3),
                    "at": verdict.at,
                },
                ensure_ascii=False,
            )

    def _opened(self) -> sqlite3.Connection:
        connection = open_writer(self.file)
        connection.execute(
            "create table if not exists verdict (url text primary key, title text not null, text text not null,"
            " score real not null, relevant integer not null, at text not null)"
        )
        return connection

    def _candidate(self, url: str) -> Waiting | None:
        if len(url) > _LONGEST_URL:
            return None
        with closing(open_reader(self.directory.archive)) as archive:
            rows = [row for row in _borderline(archive) if row["url"] == url]
        return _waiting(rows[0]) if rows else None

    def _text(self, found: Waiting) -> str:
        """The text judged: of the archive, else read again from the stored page; "" where neither has it."""
        if found.article:
            with closing(open_reader(self.directory.archive)) as archive:
                row = archive.execute(
                    "select t.body from articles a join article_text t using (revision)"
                    " where a.id = ? and a.recorded_to is null",
                    [found.article],
                ).fetchone()
            return str(row["body"]) if row else ""
        return self._text_of_page(found)

    def _text_of_page(self, found: Waiting) -> str:
        if not self.directory.crawl.exists():
            return ""
        address = found.url.split("#")[0]
        with closing(open_reader(self.directory.crawl)) as crawl:
            visit = crawl.execute(
                "select * from visit where url = ? and body_hash is not null order by id desc", [address]
            ).fetchone()
            if visit is None:
                return ""
            try:
                body = snapshots.read(crawl, visit["body_hash"])
            except KeyError:  # given up by the rules of retention
                return ""
            page = parse_page(body, visit["final_url"] or address, visit["content_type"])
        articles = [one for one in page.articles if one.title == found.title] or list(page.articles[:1])
        return articles[0].body if articles else ""


def _borderline(archive: sqlite3.Connection) -> list[sqlite3.Row]:
    return archive.execute(
        "select url, title, source, score, words, at, 0 as kept, null as article from rejected"
        " where reason = ? and score between ? and ?"
        " union all select a.url, a.title, a.source, a.relevance, t.words, a.first_seen, 1, a.id from articles a"
        " join article_text t using (revision)"
        " where a.recorded_to is null and a.state = 'current' and a.relevance between ? and ?",
        [_NOT_RELEVANT, *BORDERLINE, *BORDERLINE],
    ).fetchall()


def _waiting(row: sqlite3.Row) -> Waiting:
    return Waiting(
        url=row["url"],
        title=row["title"] or row["url"],
        source=row["source"],
        score=row["score"],
        words=tuple(json.loads(row["words"])),
        at=row["at"],
        kept=bool(row["kept"]),
        article=row["article"],
    )
