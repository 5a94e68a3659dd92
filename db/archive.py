"""Writing the archive: what the parsers read becomes articles, facts, stories, changes (log 2).

Nothing is overwritten: a change gets the next number, the old row its `recorded_to`, the new one its `recorded_from`.
The caller holds the transaction.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from db import stories, text_index
from parsers.places import province_of
from parsers.shingles import Report
from parsers.values import Article, Fact

PARSER = 2  # raise when the parsers read more out of the same bytes; `reparse` brings the archive up to it


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when an article was seen: the visit that brought it."""

    url: str
    source: str
    at: str  # ISO 8601 UTC
    day: str  # the local (Beijing) day of `at`
    title: str | None = None  # as a list page printed it
    date: str | None = None


def article_id(url: str) -> str:
    """The permanent id of the article at `url`: the same in every archive that saw that URL."""
    digest = hashlib.blake2b(url.encode(), digest_size=6).digest()
    return f"{int.from_bytes(digest, 'big'):012x}"


def article(connection: sqlite3.Connection, url: str) -> sqlite3.Row | None:
    """The current row of the article at `url`, None when there is none."""
    row: sqlite3.Row | None = connection.execute(
        "select * from articles where id = ? and recorded_to is null", [article_id(url)]
    ).fetchone()
    return row


def is_taken_down(connection: sqlite3.Connection, identity: str, source: str) -> bool:
    """Whether the operator has taken down the article, or all of its source."""
    row = connection.execute(
        "select 1 from takedowns where lifted is null and (article = ? or source = ?) limit 1", [identity, source]
    ).fetchone()
    return row is not None


def text_hash(article: Article) -> str:
    """A hash of what was read (not of the page): a changed advert is no revision."""
    parts = [
        article.title or "", article.subtitle or "", article.published or "", article.origin or "",
        "、".join(article.authors), article.body,
    ]  # fmt: skip
    return "b2:" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def change(
    connection: sqlite3.Connection,
    at: str,
    kind: str,
    *,
    article: str | None = None,
    revision: int | None = None,
    story: str | None = None,
    note: str | None = None,
) -> int:
    """Append to the log of changes; the number of the change."""
    cursor = connection.execute(
        "insert into changes(at, kind, article, revision, story, note) values (?, ?, ?, ?, ?, ?)",
        [at, kind, article, revision, story, note],
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def record(connection: sqlite3.Connection, article: Article, seen: Seen, *, url: str) -> str | None:
    """Store what was read at `url`; the kind of change made (new, revised, returned) or None.

    An article that is not relevant goes to `rejected` with its score and words, unless it is kept already; one that
    was taken down (db/takedown.py) stays so, whatever its site serves.
    """
    identity = article_id(url)
    if is_taken_down(connection, identity, seen.source):
        return None
    known = connection.execute(
        "select a.*, t.text_hash from articles a join article_text t using (revision)"
        " where a.id = ? and a.recorded_to is null",
        [identity],
    ).fetchone()
    if known is None and not article.relevant:
        reject(connection, url, seen, article.title, article.relevance, article.words, "与人才工作无关")
        return None
    digest = text_hash(article)
    if known is not None and known["text_hash"] == digest:
        return _returned(connection, known, seen)
    _store(connection, article, seen, url, identity, digest, known)
    return "new" if known is None else "revised"


def _returned(connection: sqlite3.Connection, known: sqlite3.Row, seen: Seen) -> str | None:
    if known["state"] != "gone":
        return None
    connection.execute("update articles set state = 'current' where revision = ?", [known["revision"]])
    change(connection, seen.at, "returned", article=known["id"], revision=known["revision"], story=known["story"])
    return "returned"


def _store(
    connection: sqlite3.Connection,
    article: Article,
    seen: Seen,
    url: str,
    identity: str,
    digest: str,
    known: sqlite3.Row | None,
) -> None:
    published = article.published or seen.date
    day = _full_day(published or seen.day)
    revision = text_index.next_revision(connection, day)
    title = article.title or seen.title or _first_words(article)
    placement = stories.place(connection, identity, Report.of(title, article.body, published))
    story = placement.story
    kind = "new" if known is None else "revised"
    number = change(connection, seen.at, kind, article=identity, revision=revision, story=story)
    if known is not None:
        for table in ("articles", "facts"):
            connection.execute(
                f"update {table} set recorded_to = ? where revision = ?",  # noqa: S608 - two names of ours
                [number, known["revision"]],
            )
    else:
        connection.execute("delete from rejected where url = ?", [url])
    stories.record(connection, identity, placement, number)
    _log_stories(connection, seen.at, placement)
    first_seen = known["first_seen"] if known else seen.at
    _insert_article(
        connection, article, (revision, identity, url, seen.source, title, published, day, first_seen, story, number)
    )
    _insert_text(connection, article, revision, digest)
    _insert_facets(connection, article, revision)
    insert_facts(connection, article.facts, identity, revision, number)
    text_index.add(connection, revision, title, article.body)


def _log_stories(connection: sqlite3.Connection, at: str, placement: stories.Placement) -> None:
    for old in placement.merged:
        change(connection, at, "merged", story=placement.story, note=old)
    for story in sorted({story for _, story in placement.moved}):
        change(connection, at, "split", story=story, note=placement.story)


def _first_words(article: Article) -> str:
    return (article.body[:30].split("。")[0] or "（无标题）").replace("\n", " ")


def _full_day(printed: str) -> str:
    return (printed[:10] + "-01-01")[:10] if len(printed) < 10 else printed[:10]


_FIGURE = ("measure", "value_low", "value_high", "unit", "qualifier", "action")
Row = tuple[int, str, str, str, str, str | None, str, str, str, int]


def _insert_article(connection: sqlite3.Connection, article: Article, row: Row) -> None:
    revision, identity, url, source, title, published, day, first_seen, story, number = row
    connection.execute(
        "insert into articles(revision, id, url, source, title, subtitle, published, day, month, first_seen, origin,"
        " authors, editor, doc_type, themes, places, relevance, story, recorded_from)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            revision, identity, url, source, title, article.subtitle, published, day, day[:7], first_seen,
            article.origin, _json(article.authors), article.editor, article.doc_type, _json(article.themes),
            _json(article.places), article.relevance, story, number,
        ],
    )  # fmt: skip


def _insert_text(connection: sqlite3.Connection, article: Article, revision: int, digest: str) -> None:
    connection.execute(
        "insert into article_text(revision, kicker, body, captions, script, original, flags, repairs, words,"
        " published_from, text_hash, parser, tokenizer, original_url)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            revision, article.kicker, article.body, _json(article.captions), article.script,
            "\n".join(article.original_paragraphs) or None, _json([asdict(flag) for flag in article.flags]),
            _json([asdict(repair) for repair in article.repairs]), _json(article.words), article.published_from,
            digest, PARSER, text_index.TOKENIZER, article.original_url,
        ],
    )  # fmt: skip


def _insert_facets(connection: sqlite3.Connection, article: Article, revision: int) -> None:
    places = {place: rank for rank, place in reversed(list(enumerate(article.places)))}
    for place in article.places:  # an article on 西宁市 is one on 青海省
        places.setdefault(_province(place), 100)
    connection.executemany(
        "insert into article_places(revision, place, rank) values (?, ?, ?)",
        [(revision, place, rank) for place, rank in places.items() if place],
    )
    connection.executemany(
        "insert into article_themes(revision, theme) values (?, ?)",
        [(revision, theme) for theme in set(article.themes)],
    )


def _province(place: str) -> str:
    try:
        return province_of(place)
    except KeyError:  # a name that several provinces share, and the text does not say which
        return ""


def insert_facts(
    connection: sqlite3.Connection, facts: Iterable[Fact], identity: str, revision: int, number: int
) -> None:
    """Store `facts` of a revision as recorded from the change `number` on."""
    connection.executemany(
        "insert into facts(article, revision, kind, subject, period, measure, value_low, value_high, unit, qualifier,"
        " action, title, fields, evidence, start, \"end\", rule, flags, recorded_from)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                identity, revision, fact.kind, fact.subject, fact.period,
                *(fact.fields.get(name) for name in _FIGURE),
                fact.fields.get("title") or fact.fields.get("name"), _json(fact.fields), fact.evidence, fact.start,
                fact.end, f"{fact.rule}/{fact.version}", _json(fact.flags), number,
            )
            for fact in facts
        ],
    )  # fmt: skip


def stored_fact(row: sqlite3.Row) -> Fact:
    """The fact of a row of the facts table."""
    rule, _, version = row["rule"].rpartition("/")
    return Fact(
        kind=row["kind"],
        subject=row["subject"],
        period=row["period"],
        evidence=row["evidence"],
        start=row["start"],
        end=row["end"],
        rule=rule,
        version=int(version),
        fields=json.loads(row["fields"]),
        flags=tuple(json.loads(row["flags"])),
    )


def reject(
    connection: sqlite3.Connection,
    url: str,
    seen: Seen,
    title: str | None,
    score: float,
    words: tuple[str, ...],
    reason: str,
) -> None:
    """Remember that a page was read and not kept, and why (the operator's "why did I not get it?")."""
    connection.execute(
        "insert into rejected(url, source, title, score, words, reason, at) values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict(url) do update set title = excluded.title, score = excluded.score, words = excluded.words,"
        " reason = excluded.reason, at = excluded.at",
        [url, seen.source, title, score, _json(words), reason, seen.at],
    )


def mark_gone(connection: sqlite3.Connection, url: str, seen: Seen) -> bool:
    """The article at `url` (and those of its page) is gone from its site; its text stays here. Whether it was news."""
    rows = connection.execute(
        "select * from articles where recorded_to is null and state = 'current' and (url = ? or url glob ?)",
        [url, url.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]") + "#*"],
    ).fetchall()
    for row in rows:
        connection.execute("update articles set state = 'gone' where revision = ?", [row["revision"]])
        change(connection, seen.at, "gone", article=row["id"], revision=row["revision"], story=row["story"])
    return bool(rows)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
