"""Which stories a brief tells: the answer of the search in its days, and of too many stories the weightiest."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from db import stories
from db.brief.values import Asked
from db.retrieval.engine import Engine, viewing
from parsers.query import And, Field, Query

_AT_ONCE = 400
_ANSWER = (
    "select story, count(*) as articles, max(relevance) as relevance, min(day) as day from articles"
    " where revision in (select value from json_each(?)) and state <> 'removed' group by story"
)
_SITES = (
    "select story, count(distinct source) from articles where story in (select value from json_each(?))"
    " and recorded_to is null and state <> 'removed' group by story"
)
_MEMBERS = (
    "select a.revision, a.id, a.title, a.url, a.published, a.day, a.first_seen, a.origin, a.places, a.themes, a.story,"
    " a.state, coalesce(s.title, a.source) as site, s.province,"
    " (select count(*) from articles b where b.id = a.id and b.recorded_from <= a.recorded_from) as number"
    " from articles a left join sources s on s.id = a.source where a.story in (select value from json_each(?))"
    " and a.recorded_to is null and a.state <> 'removed'"
)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: `revisions` of all its articles, the number of its `articles` and stories, the newest `change`."""

    revisions: frozenset[int]
    weights: dict[str, tuple[float, str]]  # story: (relevance, first day) within the answer
    articles: int
    change: int


@dataclass(frozen=True, slots=True)
class Story:
    """A story to tell: the row of the article that tells it, and all its members, the first publisher first."""

    row: sqlite3.Row
    members: tuple[stories.Member, ...]

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites that have it, each once."""
        return tuple(dict.fromkeys(member.site for member in self.members))


def find(connection: sqlite3.Connection, engine: Engine, tree: Query, asked: Asked) -> Found:
    """The current articles that answer `tree` in the days of `asked`."""
    days = (Field("after", asked.first.isoformat()), Field("before", (asked.last + timedelta(days=1)).isoformat()))
    with viewing(engine, connection) as view:
        found = view.evaluate(And((tree, *days)))
        chosen = view.chosen(asked.filters)
        found = found if chosen is None else found & chosen
        revisions = [int(view.state.revision.values[ordinal]) for ordinal in found]
        change = view.state.version
    weights: dict[str, tuple[float, str]] = {}
    articles = 0
    for row in _in_parts(connection, _ANSWER, revisions):
        relevance, day = weights.get(row["story"], (0.0, row["day"]))
        weights[row["story"]] = max(relevance, row["relevance"]), min(day, row["day"])
        articles += row["articles"]
    return Found(frozenset(revisions), weights, articles, change)


def told(connection: sqlite3.Connection, found: Found, most: int) -> dict[str, Story]:
    """The stories to tell, by the article that tells each: its first publisher within the answer.

    All, or the `most` that stand on most sites, then the most relevant, then the earliest.
    """
    everyone: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in _in_parts(connection, _MEMBERS, _weightiest(connection, found, most)):
        everyone[row["story"]].append(row)
    made = {}
    for rows in everyone.values():
        by_id = {row["id"]: row for row in rows}
        ordered = stories.in_order([_member(row) for row in rows])
        first = next(member.article for member in ordered if by_id[member.article]["revision"] in found.revisions)
        made[first] = Story(by_id[first], tuple(ordered))
    return made


def _weightiest(connection: sqlite3.Connection, found: Found, most: int) -> list[str]:
    if len(found.weights) <= most:
        return list(found.weights)
    sites = {row[0]: row[1] for row in _in_parts(connection, _SITES, list(found.weights))}

    def rank(story: str) -> tuple[float, float, str, str]:
        relevance, day = found.weights[story]
        return -sites.get(story, 0), -relevance, day, story

    return sorted(found.weights, key=rank)[:most]


def _in_parts(connection: sqlite3.Connection, sql: str, values: Sequence[int | str]) -> Iterator[sqlite3.Row]:
    """The rows of `sql` over a list of values, some at a time."""
    for start in range(0, len(values), _AT_ONCE):
        yield from connection.execute(sql, [json.dumps(values[start : start + _AT_ONCE])])


def _member(row: sqlite3.Row) -> stories.Member:
    return stories.Member(row["id"], row["title"], row["site"], row["origin"], row["published"], row["first_seen"])
