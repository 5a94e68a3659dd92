"""The revisions of an article, what each changed, and whether the article was taken down."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from parsers.differences import Difference, DifferenceKind, differences, weightiest

_AROUND = 8  # characters told on either side of a change
_MARK = re.compile(r"[，。；：！？、\n]")
_NAMED = 3  # changes told in words beside the counts
_COMPARED = 12  # the newest revisions whose changes are told; older ones are compared on demand


@dataclass(frozen=True, slots=True)
class Told:
    """A difference with the words around it, the same in both texts: 部长王建〔国→军〕出席."""

    kind: DifferenceKind
    head: str
    before: str
    after: str
    tail: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one text has other than another: how many changes of each kind, and the weightiest of them."""

    counts: tuple[tuple[str, int], ...]
    weightiest: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """The n-th text of an article. `recorded` is when it was stored (ISO 8601 UTC); `change` from the one before,
    None for the first and for those too old to be compared here."""

    number: int
    title: str
    published: str | None
    recorded: str
    retitled: bool
    change: Change | None


def removed(connection: sqlite3.Connection, article: str) -> bool:
    """Whether `article` was taken down: then no revision of it may be shown."""
    row = connection.execute("select 1 from articles where id = ? and state = 'removed' limit 1", [article]).fetchone()
    return row is not None


def removal(connection: sqlite3.Connection, article: str) -> tuple[str, str]:
    """(when, why) an article or its source was taken down, ISO 8601 UTC and the operator's words; "" when unknown."""
    row = connection.execute(
        "select at, reason from takedowns where lifted is null and"
        " (article = ? or source = (select source from articles where id = ? limit 1)) order by number desc limit 1",
        [article, article],
    ).fetchone()
    return (row["at"], row["reason"]) if row else ("", "")


def revisions(connection: sqlite3.Connection, article: str, *, texts: bool) -> tuple[Revision, ...]:
    """All revisions of `article`, the newest first; what changed is told only when `texts` may be read."""
    rows = connection.execute(
        "select a.title, a.published, c.at, t.text_hash, t.body from articles a join article_text t using (revision)"
        " left join changes c on c.number = a.recorded_from where a.id = ? and a.state <> 'removed'"
        " order by a.recorded_from",
        [article],
    ).fetchall()
    found: list[Revision] = []
    for number, row in enumerate(rows, 1):
        before = rows[number - 2] if number > 1 else None
        change = _from(before, row) if texts and before and len(rows) - number < _COMPARED else None
        retitled = before is not None and before["title"] != row["title"]
        found.append(Revision(number, row["title"], row["published"], row["at"] or "", retitled, change))
    return tuple(reversed(found))


def _from(before: sqlite3.Row, after: sqlite3.Row) -> Change:
    return change_between(before["body"], after["body"])


@lru_cache(maxsize=512)
def change_between(before: str, after: str) -> Change:
    """What changed from one text to another; kept, since texts never change and tagging words takes milliseconds."""
    found = weightiest(differences(before, after))
    counts = Counter(str(one.kind) for one in found)
    return Change(tuple(counts.items()), told(found[:_NAMED], after))


def told(found: Iterable[Difference], after: str) -> tuple[Told, ...]:
    """The differences with what stands around them in the new text, to the next mark; whole paragraphs alone."""
    return tuple(_told(one, after) for one in found)


def _told(one: Difference, after: str) -> Told:
    if one.kind is DifferenceKind.PARAGRAPH:
        return Told(one.kind, "", one.before, one.after, "")
    end = one.new_start + len(one.after)
    head = _MARK.split(before := after[max(0, one.new_start - _AROUND) : one.new_start])[-1]
    tail = _MARK.split(behind := after[end : end + _AROUND])[0]
    cut_head = "…" if head == before and one.new_start > _AROUND else ""
    cut_tail = "…" if tail == behind and end + _AROUND < len(after) else ""
    return Told(one.kind, cut_head + head, one.before, one.after, tail + cut_tail)
