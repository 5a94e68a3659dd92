"""What a search answers, said slowly: rows read with plain SQL, texts by substring, counts by hand."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

from db import stories
from db.retrieval.divisions import lying_in
from parsers.script import fold

_POLICIES = "select distinct title from facts where kind = 'policy' and title <> '' and revision = ?"

Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """One article at one moment."""

    revision: int
    story: str
    text: str  # folded title and body
    member: stories.Member
    values: dict[str, tuple[str, ...]]


class Slow:
    """The articles that count now, or after change `as_of`."""

    def __init__(self, connection: sqlite3.Connection, as_of: int | None = None) -> None:
        self.connection = connection
        moment = (1 << 60) if as_of is None else as_of
        cursor = connection.cursor()
        cursor.row_factory = sqlite3.Row
        rows = cursor.execute(
            "select a.*, t.body, coalesce(s.title, a.source) as site, coalesce((select m.id from stories m"
            " where m.article = a.id and m.recorded_from <= ?1 and (m.recorded_to is null or m.recorded_to > ?1)),"
            " a.story) as its_story from articles a join article_text t using (revision) left join sources s"
            " on s.id = a.source where a.recorded_from <= ?1 and (a.recorded_to is null or a.recorded_to > ?1)"
            " and a.state <> 'removed'",
            [moment],
        )
        self.rows = [self._row(row) for row in rows.fetchall()]
        members: dict[str, list[stories.Member]] = {}
        for one in self.rows:
            members.setdefault(one.story, []).append(one.member)
        self.size = {story: len(found) for story, found in members.items()}
        self.rank = {one.article: at for found in members.values() for at, one in enumerate(stories.in_order(found))}

    def _row(self, row: sqlite3.Row) -> Row:
        places = list(self._values("select place from article_places where revision = ?", row["revision"]))
        places = list(lying_in(places))
        return Row(
            row["revision"],
            row["its_story"],
            fold(row["title"]) + "\0" + fold(row["body"]),
            stories.Member(*(row[name] for name in ("id", "title", "site", "origin", "published", "first_seen"))),
            {
                "place": tuple(dict.fromkeys(places)),
                "year": (row["day"][:4],),
                "month": (row["day"][:7],),
                "source": (row["source"],),
                "origin": (row["origin"],) if row["origin"] else (),
                "type": (row["doc_type"],) if row["doc_type"] else (),
                "author": tuple(dict.fromkeys(json.loads(row["authors"]))),
                "theme": self._values("select theme from article_themes where revision = ?", row["revision"]),
                "policy": self._values(_POLICIES, row["revision"]),
            },
        )  # fmt: skip

    def _values(self, sql: str, revision: int) -> tuple[str, ...]:
        return tuple(row[0] for row in self.connection.execute(sql, [revision]))

    def values(self, row: Row, name: str) -> tuple[str, ...]:
        """The values that an article has of a facet."""
        if name != "status":
            return row.values[name]
        if self.size[row.story] == 1:
            return ("only",)
        return ("repost" if self.rank[row.member.article] else "first",)

    def found(self, words: list[str], filters: Filters, leave_out: str = "") -> list[Row]:
        """The articles in which every word stands and every facet has a chosen value."""
        return [
            row
            for row in self.rows
            if all(fold(word) in row.text for word in words)
            and all(set(self.values(row, name)) & set(chosen) for name, chosen in filters.items() if name != leave_out)
        ]

    def having(self, words: list[str]) -> Slow:
        """Only the articles with all the words (stories stay what they are)."""
        fewer = copy(self)
        fewer.rows = self.found(words, {})
        return fewer

    def counts(self, filters: Filters, name: str) -> dict[str, int]:
        """How many articles each value of a facet would leave."""
        rows = self.found([], filters, leave_out=name)
        return dict(Counter(value for row in rows for value in self.values(row, name)))

    def one_each(self, rows: list[Row]) -> list[Row]:
        """The first publisher of each story among `rows`, newest first."""
        best: dict[str, Row] = {}
        for row in rows:
            known = best.setdefault(row.story, row)
            if self.rank[row.member.article] < self.rank[known.member.article]:
                best[row.story] = row
        return sorted(best.values(), key=lambda row: -row.revision)
