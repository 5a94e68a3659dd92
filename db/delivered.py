"""What messages told, for ever: which texts, sentences and figures, as references into the archive.

No text of an article is kept here (only the note of a change may quote some words). The archive overwrites nothing,
so the references find exactly what was delivered; and a takedown, which empties the archive's texts, leaves a
tombstone here without anybody thinking of it. When a subscription is deleted, its messages no longer say whose they
were and what was asked (a trigger sees to it); what they told stays.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import sqlite3
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from db.frontier import iso
from db.hits import figure_text, hits_of
from db.marks import Spans, spans
from db.values import Hit
from parsers.query import Query, parse_query, words_of
from parsers.sentences import Sentence, sentences

LONGEST = 150  # characters of the sentence that a message shows: as many as an excerpt may have
_BEFORE = 40  # of them before the first match, where a sentence is longer
_ENDS = "。！？；\n"
_MOST_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says of one article: the `number`-th text of it, as it was then.

    `hit` holds the sentence as its snippet; None when the text is no longer there (taken down).
    """

    article: str
    revision: int  # the row of the archive
    number: int  # 1, 2, … of the article: /article/ID/revision/NUMBER
    hit: Hit | None
    kind: str = "new"  # new | changed | removed | value | phrase
    note: str = ""  # what changed, what was measured
    marks: tuple[tuple[int, int], Spans, tuple[int, ...]] = ((0, 0), (), ())  # sentence, matches in the body, facts

    @property
    def path(self) -> str:
        """Where exactly this text is read, on our site."""
        return f"/article/{self.article}/revision/{self.number}"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message as its frozen link shows it; `at` is when it was made (ISO 8601 UTC), `query` "" once forgotten."""

    kind: str
    query: str
    at: str
    told: tuple[Told, ...]


def told(
    archive: sqlite3.Connection, revisions: Sequence[int], query: str, notes: Sequence[tuple[str, str]] = ()
) -> tuple[Told, ...]:
    """What a message says now of `revisions` (rows of the archive) to one who asked for `query`, in that order.

    `notes` holds (kind, note) of each; without it all are new. Raises QueryError.
    """
    tree = parse_query(query)
    hits = _hits(archive, revisions, tree)
    found = []
    for place, revision in enumerate(revisions):
        kind, note = notes[place] if place < len(notes) else ("new", "")
        if revision in hits:
            found.append(replace(_told(archive, revision, hits[revision], tree), kind=kind, note=note))
    return tuple(found)


def _hits(archive: sqlite3.Connection, revisions: Sequence[int], tree: Query) -> dict[int, Hit]:
    """The hits by revision; `hits_of` leaves out what is unknown, so they are told apart one by one."""
    return {revision: hit for revision in revisions for hit in hits_of(archive, [revision], tree)}


def _told(archive: sqlite3.Connection, revision: int, hit: Hit, tree: Query) -> Told:
    row = _row(archive, revision)
    if row is None or row["state"] == "removed":
        return Told(hit.id, revision, _number(archive, revision), None)
    body = row["body"]
    start, end = sentence(body, tree)
    words = [word.text for word in words_of(tree) if not word.column]
    marks = tuple((a + start, b + start) for a, b in spans(body[start:end], words))
    facts = _facts(archive, revision, (start, end))
    one = Told(hit.id, revision, _number(archive, revision), hit, marks=((start, end), marks, facts))
    return replace(one, hit=replace(_shown(hit, body, one), figures=_figures(archive, one)))


def _row(archive: sqlite3.Connection, revision: int) -> sqlite3.Row | None:
    sql = "select a.state, t.body from articles a join article_text t using (revision) where a.revision = ?"
    row: sqlite3.Row | None = archive.execute(sql, [revision]).fetchone()
    return row


def _number(archive: sqlite3.Connection, revision: int) -> int:
    sql = (
        "select count(*) from articles a join articles b on b.id = a.id and b.recorded_from <= a.recorded_from"
        " where a.revision = ?"
    )
    return max(1, int(archive.execute(sql, [revision]).fetchone()[0]))


def _facts(archive: sqlite3.Connection, revision: int, span: tuple[int, int]) -> tuple[int, ...]:
    """Up to three figures that differ in words, those of the sentence at `span` before others."""
    rows = archive.execute(
        "select * from facts where revision = ? and kind = 'figure' and recorded_to is null"
        ' order by not (start < ? and "end" > ?), start, id',
        [revision, span[1], span[0]],
    ).fetchall()
    chosen: dict[str, int] = {}
    for row in rows:
        chosen.setdefault(figure_text(row), int(row["id"]))
    return tuple(chosen.values())[:_MOST_FIGURES]


def sentence(body: str, tree: Query) -> tuple[int, int]:
    """Where the sentence stands that answers the query best: most of its words, the first of equals.

    At most `LONGEST` characters; the beginning of the text where no word stands in it.
    """
    words = [word.text for word in words_of(tree) if not word.column]
    starts = [_starts(body, word) for word in dict.fromkeys(words)]
    best, most = None, 0
    for one in sentences(body):
        end = one.start + len(one.text)
        count = sum(bisect_left(found, one.start) < bisect_left(found, end) for found in starts)
        if best is None or count > most:
            best, most = one, count
    return _cut(best, words) if best else (0, 0)


@lru_cache(maxsize=256)
def _starts(body: str, word: str) -> tuple[int, ...]:
    """Where a word stands; kept, since thousands may be told of one article at the same moment."""
    return tuple(start for start, _ in spans(body, [word]))


def _cut(one: Sentence, words: list[str]) -> tuple[int, int]:
    text = one.text.rstrip()
    start, end = one.start + len(text) - len(text.lstrip()), one.start + len(text)
    if end - start <= LONGEST:
        return start, end
    found = spans(one.text, words)
    first = one.start + found[0][0] if found else start
    start = max(start, min(first - _BEFORE, end - LONGEST))
    return start, min(end, start + LONGEST)


def _shown(hit: Hit, body: str, one: Told) -> Hit:
    """The hit with the sentence as its snippet, an ellipsis where a sentence was cut."""
    (start, end), marks, _ = one.marks
    head = "…" if start and body[start - 1] not in _ENDS and not body[start - 1].isspace() else ""
    tail = "…" if end < len(body) and body[end] != "\n" and body[end - 1 : end] not in (*_ENDS, "”", "）") else ""
    shift = len(head) - start
    text = head + body[start:end].replace("\n", " ") + tail
    return replace(hit, snippet=text, snippet_marks=tuple((a + shift, b + shift) for a, b in marks))


def link_key(secret: str, message: str) -> str:
    """The part of the frozen link that names a message: 22 characters that nobody can guess, always the same."""
    digest = hmac.new(secret.encode(), f"delivered\x1f{message}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def keep(
    subscribers: sqlite3.Connection,
    key: str,
    subscription: str,
    kind: str,
    query: str,
    told: Sequence[Told],
    now: datetime.datetime,
) -> None:
    """Keep what the message of `key` tells; the first call counts, later ones change nothing.

    Call it before the first try to send, so that every try and the frozen link say the same.
    """
    subscribers.execute(
        "insert or ignore into delivered(key, subscription, kind, query, at, items) values (?, ?, ?, ?, ?, ?)",
        [key, subscription, kind, query, iso(now), json.dumps([_written(one) for one in told], ensure_ascii=False)],
    )


def _written(one: Told) -> dict[str, Any]:
    span, marks, facts = one.marks
    copies = one.hit.copies if one.hit else 0
    return {
        "article": one.article,
        "revision": one.revision,
        "number": one.number,
        "kind": one.kind,
        "note": one.note,
        "span": span,
        "marks": marks,
        "facts": facts,
        "copies": copies,
        "site": one.hit.source_title if one.hit else "",
        "title": one.hit.title_marks if one.hit else (),
    }


def opened(subscribers: sqlite3.Connection, archive: sqlite3.Connection, key: str) -> Delivered | None:
    """The message of a frozen link as it was delivered; None when there never was such a message."""
    row = subscribers.execute("select * from delivered where key = ?", [key]).fetchone()
    if row is None:
        return None
    items = tuple(_read(archive, item) for item in json.loads(row["items"]))
    return Delivered(row["kind"], row["query"], row["at"], items)


def _read(archive: sqlite3.Connection, item: dict[str, Any]) -> Told:
    marks = (tuple(item["span"]), tuple((a, b) for a, b in item["marks"]), tuple(item["facts"]))
    one = Told(item["article"], item["revision"], item["number"], None, item["kind"], item["note"], marks)
    row = _row(archive, one.revision)
    found = hits_of(archive, [one.revision], parse_query(""))
    if row is None or row["state"] == "removed" or not found or found[0].id != one.article:
        return replace(one, note="")  # the note may quote the text
    hit = replace(
        found[0],
        source_title=item["site"],
        copies=item["copies"],
        figures=_figures(archive, one),
        title_marks=tuple((a, b) for a, b in item["title"]),
    )
    return replace(one, hit=_shown(hit, row["body"], one))


def _figures(archive: sqlite3.Connection, one: Told) -> tuple[str, ...]:
    rows = archive.execute(
        "select f.* from json_each(?) j join facts f on f.id = j.value where f.revision = ? order by j.key",
        [json.dumps(one.marks[2]), one.revision],
    )
    return tuple(figure_text(row) for row in rows)


def since(archive: sqlite3.Connection, article: str) -> tuple[int, bool]:
    """(how many texts an article has now, whether it was taken down)."""
    row = archive.execute(
        "select count(*), coalesce(max(state = 'removed'), 0) from articles where id = ?", [article]
    ).fetchone()
    return int(row[0]), bool(row[1])


def parts_done(subscribers: sqlite3.Connection, key: str) -> int:
    """How many parts of a message its channel has accepted, when it takes a message in several."""
    row = subscribers.execute("select parts from delivered where key = ?", [key]).fetchone()
    return int(row[0]) if row else 0


def part_accepted(subscribers: sqlite3.Connection, key: str, number: int) -> None:
    """Note that the first `number` parts were accepted, so that a later try goes on behind them."""
    subscribers.execute("update delivered set parts = ? where key = ?", [number, key])
