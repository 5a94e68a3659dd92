"""Articles that share something rare with one: a policy, a person, a programme, a measure, or words of the title.

What few articles share weighs much: each shared thing counts ln(articles / articles that have it), and what more
than `_COMMON` articles have counts nothing. Copies of the same story are left out, and of another story one is shown.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from db import policies
from db.text_index import match_expression
from parsers import words
from parsers.script import fold

SHOWN = 8
_COMMON = 150  # what more articles share tells nothing about two of them
_COMMON_SHARE = 0.1  # in a small archive it is this share of its articles, at least _FEW
_FEW = 5
_TERMS = 6
_LEAST = 1.0  # below this weight two articles have little more in common than their trade
_SMALLEST = 20  # an archive counts as no smaller: what two of its three articles share is still worth telling
_READ = 120  # candidates whose titles are read
_WEIGHTS = {
    "policy": 1.5,
    "event": 1.5,
    "cooperation": 1.3,
    "programme": 1.2,
    "person": 1.2,
    "measure": 0.6,
    "word": 0.5,
}


@dataclass(frozen=True, slots=True)
class Shared:
    """One thing in common: `kind` policy, event, programme, person, platform, cooperation, measure or word."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Related:
    """An article with what it shares, the rarest first."""

    id: str
    title: str
    site: str
    published: str | None
    shared: tuple[Shared, ...]


def related(connection: sqlite3.Connection, article: str, *, limit: int = SHOWN) -> tuple[Related, ...]:
    """The articles nearest to the current revision of `article`, nearest first; () when it shares nothing rare."""
    own = connection.execute(
        "select revision, story, title from articles where id = ? and recorded_to is null and state <> 'removed'",
        [article],
    ).fetchone()
    if own is None:
        return ()
    having: dict[Shared, set[int]] = defaultdict(set)
    for kind, name, revision in _by_facts(connection, own["revision"]):
        having[Shared(kind, name)].add(revision)
    for name, revision in _by_words(connection, own["title"]):
        having[Shared("word", name)].add(revision)
    size = connection.execute("select count(*) from articles where recorded_to is null").fetchone()[0]
    copies = connection.execute(
        "select revision from articles where story = ? and recorded_to is null", [own["story"]]
    ).fetchall()
    return _nearest(connection, own, _scored(having, {own["revision"], *(row[0] for row in copies)}, size), limit)


def _by_facts(connection: sqlite3.Connection, revision: int) -> list[tuple[str, str, int]]:
    """(kind, name, revision) of current facts with a name or measure of this revision's, `_COMMON` + 1 of each."""
    named = connection.execute(
        "select distinct kind, title, measure from facts where revision = ? and recorded_to is null", [revision]
    ).fetchall()
    titled = {(row["kind"], row["title"]) for row in named if row["kind"] != "figure" and row["title"]}
    wanted = [[kind, title, other] for kind, title in titled for other in _spellings(connection, kind, title)]
    measures = [row["measure"] for row in named if row["kind"] == "figure" and row["measure"]]
    rows = connection.execute(
        _NAMED, [json.dumps(wanted, ensure_ascii=False), json.dumps(measures, ensure_ascii=False)]
    )
    return [(kind, name, other) for kind, name, other in rows]


def _spellings(connection: sqlite3.Connection, kind: str, title: str) -> tuple[str, ...]:
    """Under which names the same thing stands: a policy under the titles of all its editions."""
    return policies.editions(connection, title) if kind == "policy" else (title,)


_EACH = "select group_concat(revision) from (select distinct f.revision from facts f where {0} limit 151)"
_NAMED = (
    "with many(kind, name, revisions) as ("  # noqa: S608
    "select value ->> 0, value ->> 1, ("
    + _EACH.format("f.kind = value ->> 0 and f.title = value ->> 2 and f.recorded_to is null")
    + ") from json_each(?) union all select 'measure', value, ("
    + _EACH.format("f.kind = 'figure' and f.measure = value and f.recorded_to is null")
    + ") from json_each(?)) select kind, name, j.value as revision from many, json_each('[' || revisions || ']') j"
)


def _by_words(connection: sqlite3.Connection, title: str) -> list[tuple[str, int]]:
    """(word, revision) for the longest words of the title, newest articles first, `_COMMON` + 1 of each."""
    found = sorted({word for word in words.keywords(title, 12) if len(word) > 1}, key=lambda word: (-len(word), word))
    chosen = found[:_TERMS]
    if not chosen:
        return []
    one = "select ? as word, rowid from (select rowid from article_index where article_index match ? limit 151)"
    values = [value for word in chosen for value in (word, match_expression(fold(word)))]
    return [(word, revision) for word, revision in connection.execute(" union all ".join([one] * len(chosen)), values)]


def _scored(having: dict[Shared, set[int]], own: set[int], size: int) -> dict[int, list[tuple[float, Shared]]]:
    """Revision → what it shares, with weights; the copies of the article (`own`) make nothing common."""
    scores: dict[int, list[tuple[float, Shared]]] = defaultdict(list)
    common = min(_COMMON, max(_FEW, int(size * _COMMON_SHARE)))
    for shared, revisions in having.items():
        others = revisions - own
        if len(others) >= common:
            continue
        weight = _WEIGHTS.get(shared.kind, 1.0) * math.log(max(size, _SMALLEST) / (len(others) + 1))
        for revision in others:
            scores[revision].append((weight, shared))
    return {revision: found for revision, found in scores.items() if _tells(found)}


def _tells(found: list[tuple[float, Shared]]) -> bool:
    """Whether more is shared than one short word of the title, which chance brings together."""
    shared = [one for _, one in found]
    if sum(weight for weight, _ in found) < _LEAST:
        return False
    return len(shared) > 1 or shared[0].kind != "word" or len(shared[0].name) > 3


def _nearest(
    connection: sqlite3.Connection, own: sqlite3.Row, scores: dict[int, list[tuple[float, Shared]]], limit: int
) -> tuple[Related, ...]:
    ranked = sorted(scores, key=lambda revision: (-sum(weight for weight, _ in scores[revision]), -revision))[:_READ]
    rows = connection.execute(
        "select a.revision, a.id, a.title, a.published, a.story, coalesce(s.title, a.source) as site from articles a"
        " left join sources s on s.id = a.source where a.revision in (select value from json_each(?))"
        " and a.recorded_to is null and a.state <> 'removed' and a.story <> ?",
        [json.dumps(ranked), own["story"]],
    )
    known = {row["revision"]: row for row in rows}
    stories: dict[str, Related] = {}
    for revision in ranked:
        if revision in known:
            stories.setdefault(known[revision]["story"], _related(known[revision], scores[revision]))
    return tuple(stories.values())[:limit]


def _related(row: sqlite3.Row, found: list[tuple[float, Shared]]) -> Related:
    ordered = sorted(found, key=lambda pair: (-pair[0], pair[1].kind, pair[1].name))
    return Related(row["id"], row["title"], row["site"], row["published"], tuple(shared for _, shared in ordered[:3]))
