"""Takedown: what the operator removes from the public archive, and why. It wins over everything.

Texts, facts, places, index rows and sketches of every revision are deleted; a tombstone (address, source, day, state
`removed`) stays, so that the article's address says what happened and no later fetch brings it back. The saved pages
in crawl.db, which only the operator can read, are kept: `lift` plus reading them again restores the article.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from db import stories, text_index
from db.archive import article_id, change
from db.connection import transaction

TOMBSTONE = "（已撤下）"
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Target:
    """An article that could be taken down: its newest revision's title and state (current, gone, removed)."""

    article: str
    url: str
    source: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Takedown:
    """A takedown of one article or (article None) of a whole source; `lifted` is when it was taken back, or None."""

    number: int
    article: str | None
    source: str | None
    at: str
    reason: str
    lifted: str | None


def find(archive: sqlite3.Connection, name: str) -> Target | None:
    """The article of that id or address (a page of ours, /article/ID, too); None when there is none."""
    text = name.strip()
    candidates = [text, article_id(text), text.split("?")[0].split("#")[0].rstrip("/").rpartition("/article/")[2]]
    for identity in candidates:
        row = archive.execute(
            "select id, url, source, title, state from articles where id = ? order by recorded_from desc limit 1",
            [identity],
        ).fetchone()
        if row:
            return Target(*row)
    return None


def articles_of(archive: sqlite3.Connection, source: str) -> list[str]:
    """The ids of the articles of a source that are not taken down, oldest first."""
    rows = archive.execute(
        "select id from articles where source = ? and state <> 'removed' group by id order by min(recorded_from)",
        [source],
    )
    return [row[0] for row in rows]


def take_down(archive: sqlite3.Connection, article: str, at: str, reason: str) -> int:
    """Remove one article; how many revisions lost their text (0 when it was taken down before). `at`: ISO 8601 UTC."""
    archive.execute("pragma secure_delete = on")  # what is deleted is overwritten in the file, too
    with transaction(archive):
        removed = _remove(archive, article, at)
        _record(archive, at, reason, article=article)
    _forget_log(archive)
    return removed


def take_down_source(archive: sqlite3.Connection, source: str, at: str, reason: str) -> int:
    """Remove all articles of a source, now and whatever is fetched later; how many articles."""
    archive.execute("pragma secure_delete = on")
    with transaction(archive):
        articles = articles_of(archive, source)
        for article in articles:
            _remove(archive, article, at)
        _record(archive, at, reason, source=source)
    _forget_log(archive)
    return len(articles)


def lift(archive: sqlite3.Connection, at: str, *, article: str | None = None, source: str | None = None) -> list[str]:
    """Take a takedown back; the addresses whose saved pages are now to be read again ([] when there was none).

    The tombstones go; articles that another takedown still covers keep theirs.
    """
    with transaction(archive):
        done = archive.execute(
            "update takedowns set lifted = ? where lifted is null and article is ? and source is ?",
            [at, article, source],
        ).rowcount
        if not done:
            return []
        rows = archive.execute(
            "select distinct id, url, story from articles a where state = 'removed' and (id = ? or source = ?)"
            " and not exists (select 1 from takedowns t where t.lifted is null"
            " and (t.article = a.id or t.source = a.source))",
            [article, source],
        ).fetchall()
        for identity, _, story in rows:
            change(archive, at, "restored", article=identity, story=story)
            for table in ("article_text", "articles"):
                archive.execute(
                    f"delete from {table} where revision in"  # noqa: S608 - two names of ours
                    " (select revision from articles where id = ? and state = 'removed')",
                    [identity],
                )
    return list(dict.fromkeys(row[1].split("#")[0] for row in rows))


def listed(archive: sqlite3.Connection) -> tuple[Takedown, ...]:
    """All takedowns, the newest first."""
    rows = archive.execute("select number, article, source, at, reason, lifted from takedowns order by number desc")
    return tuple(Takedown(*row) for row in rows)


def _record(
    archive: sqlite3.Connection, at: str, reason: str, *, article: str | None = None, source: str | None = None
) -> None:
    known = archive.execute(
        "select 1 from takedowns where lifted is null and article is ? and source is ?", [article, source]
    ).fetchone()
    if not known:
        archive.execute(
            "insert into takedowns(article, source, at, reason) values (?, ?, ?, ?)",
            [article, source, at, reason[:_LONGEST_REASON]],
        )


def _remove(archive: sqlite3.Connection, article: str, at: str) -> int:
    rows = archive.execute(
        "select a.revision, a.title, t.body, a.story from articles a join article_text t using (revision)"
        " where a.id = ? and a.state <> 'removed' order by a.recorded_from",
        [article],
    ).fetchall()
    if not rows:
        return 0
    number = change(archive, at, "removed", article=article, revision=rows[-1][0], story=rows[-1][3])
    for revision, title, body, _ in rows:
        text_index.remove(archive, revision, title, body)
        _empty_revision(archive, revision, number)
    stories.keep_sketch(archive, article, frozenset())
    archive.execute("delete from sketch_of where article = ?", [int(article, 16)])
    return len(rows)


def _empty_revision(archive: sqlite3.Connection, revision: int, number: int) -> None:
    for table in ("facts", "article_places", "article_themes"):
        archive.execute(f"delete from {table} where revision = ?", [revision])  # noqa: S608 - three names of ours
    archive.execute(
        "update article_text set kicker = null, body = '', captions = '[]', original = null, flags = '[]',"
        " repairs = '[]', words = '[]', published_from = null, text_hash = '', original_url = null where revision = ?",
        [revision],
    )
    archive.execute(
        "update articles set state = 'removed', title = ?, subtitle = null, origin = null, authors = '[]',"
        " editor = null, doc_type = null, themes = '[]', places = '[]', relevance = 0,"
        " recorded_to = coalesce(recorded_to, ?) where revision = ?",
        [TOMBSTONE, number, revision],
    )


def _forget_log(archive: sqlite3.Connection) -> None:
    """Let the write-ahead log, which still has the old pages, be written back and cut; readers may delay it."""
    archive.execute("pragma wal_checkpoint(truncate)").fetchall()
