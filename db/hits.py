"""Hits as people read them: rows of a page read at once, matches marked, figures printed."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from db.fact_values import quantity_in_words
from db.marks import Spans, snippet, spans
from db.values import Hit
from parsers.query import Query, words_of

_ROWS = (
    "select a.*, s.title as source_title, t.body, (select count(*) from articles b where b.story = a.story"
    " and b.recorded_to is null) as members from articles a join article_text t using (revision)"
    " left join sources s on s.id = a.source where a.revision in (select value from json_each(?))"
)
_FIGURES = (
    "select revision, measure, value_low, value_high, unit, qualifier from facts where kind = 'figure'"
    " and revision in (select value from json_each(?)) order by revision, start"
)
_MOST_FIGURES = 3


def hits_of(connection: sqlite3.Connection, revisions: Sequence[int], tree: Query) -> list[Hit]:
    """The hits of `revisions` in that order, their matches with `tree` marked; unknown revisions are left out.

    Two statements, however many revisions.
    """
    chosen = json.dumps(list(revisions))
    rows = {row["revision"]: row for row in _named(connection, _ROWS, chosen)}
    figures: dict[int, list[str]] = defaultdict(list)
    for row in _named(connection, _FIGURES, chosen):
        if len(figures[row["revision"]]) < _MOST_FIGURES:
            figures[row["revision"]].append(figure_text(row))
    words = words_of(tree)
    asked = tuple(word.text for word in words), tuple(word.text for word in words if not word.column)
    return [_hit(rows[one], asked, tuple(figures[one])) for one in revisions if one in rows]


def _named(connection: sqlite3.Connection, sql: str, chosen: str) -> sqlite3.Cursor:
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(sql, [chosen])


@lru_cache(maxsize=2048)  # the same articles head most pages; some 10 MB of texts
def _marked(title: str, body: str, asked: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[Spans, str, Spans]:
    """The marks of a title, the part of a text that is shown and the marks in it, for the words of a query."""
    anywhere, of_texts = asked
    return spans(title, list(anywhere)), *snippet(body, list(of_texts))


def _hit(row: sqlite3.Row, asked: tuple[tuple[str, ...], tuple[str, ...]], figures: tuple[str, ...]) -> Hit:
    title_marks, part, marks = _marked(row["title"], row["body"], asked)
    return Hit(
        id=row["id"],
        title=row["title"],
        url=row["url"].split("#")[0],
        source=row["source"],
        source_title=row["source_title"] or row["source"],
        origin=row["origin"],
        published=row["published"],
        first_seen=row["first_seen"],
        places=tuple(json.loads(row["places"])),
        doc_type=row["doc_type"],
        themes=tuple(json.loads(row["themes"])),
        snippet=part,
        snippet_marks=marks,
        title_marks=title_marks,
        figures=figures,
        copies=max(0, row["members"] - 1),
        story=row["story"],
        state=row["state"],
    )


def figure_text(row: Mapping[str, Any] | sqlite3.Row) -> str:
    """A figure as people read it: 签约人才项目 103 个."""
    said = quantity_in_words(row["value_low"], row["value_high"], row["unit"] or "", row["qualifier"] or "")
    return f"{row['measure'] or ''} {said}".strip()
