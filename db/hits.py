"""Hits as people read them: rows of a page read at once, matches marked, figures printed."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from db.fact_values import quantity_in_words
from db.marks import Spans, snippet, spans
from db.values import Hit
from parsers.query import Query, words_of

_ROWS = (
    "select a.revision, a.id, a.title, a.url, a.source, s.title as source_title, a.origin, a.published, a.first_seen,"
    " a.places, a.doc_type, a.themes, a.story, a.state, (select count(*) from articles b where b.story = a.story"
    " and b.recorded_to is null) as members from articles a left join sources s on s.id = a.source"
    " where a.revision in (select value from json_each(?))"
)
_BODIES = "select revision, body from article_text where revision in (select value from json_each(?))"
_FIGURES = (
    "select revision, measure, value_low, value_high, unit, qualifier from facts where kind = 'figure'"
    " and revision in (select value from json_each(?)) order by revision, start"
)
_MOST_FIGURES = 3
Asked = tuple[tuple[str, ...], tuple[str, ...]]  # the words of a query: anywhere, and those not of titles alone


class Shown(NamedTuple):
    """The marks of a title, the part of a text that is shown, and the marks in it."""

    title_marks: Spans
    part: str
    marks: Spans


class ShownTexts:
    """What was shown of the texts of one archive, so that a text is not read for each page that it is found on.

    The text of a revision never changes, but for a takedown, which empties it and gives it another title. Safe to use
    from several threads.
    """

    def __init__(self, most: int = 4096) -> None:  # some 3 MB
        self.most = most
        self._kept: OrderedDict[Hashable, Shown] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, row: sqlite3.Row, asked: Asked) -> Shown | None:
        """What was shown of a row of `_ROWS` for the words of a query."""
        key = row["revision"], row["title"], row["state"], asked
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, row: sqlite3.Row, asked: Asked, shown: Shown) -> None:
        """Keep it, and let go of what nobody asked for longest."""
        with self._lock:
            self._kept[row["revision"], row["title"], row["state"], asked] = shown
            if len(self._kept) > self.most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()


def hits_of(
    connection: sqlite3.Connection, revisions: Sequence[int], tree: Query, texts: ShownTexts | None = None
) -> list[Hit]:
    """The hits of `revisions` in that order, their matches with `tree` marked; unknown revisions are left out.

    Three statements, however many revisions; two where `texts` of this archive has all that is shown.
    """
    chosen = json.dumps(list(revisions))
    rows = {row["revision"]: row for row in _named(connection, _ROWS, chosen)}
    figures: dict[int, list[str]] = defaultdict(list)
    for row in _named(connection, _FIGURES, chosen):
        if len(figures[row["revision"]]) < _MOST_FIGURES:
            figures[row["revision"]].append(figure_text(row))
    words = words_of(tree)
    asked = tuple(word.text for word in words), tuple(word.text for word in words if not word.column)
    shown = _shown(connection, rows, asked, texts or ShownTexts())
    return [_hit(rows[one], shown[one], tuple(figures[one])) for one in revisions if one in rows]


def _named(connection: sqlite3.Connection, sql: str, chosen: str) -> sqlite3.Cursor:
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(sql, [chosen])


def _shown(
    connection: sqlite3.Connection, rows: Mapping[int, sqlite3.Row], asked: Asked, texts: ShownTexts
) -> dict[int, Shown]:
    found = {one: known for one, row in rows.items() if (known := texts.get(row, asked)) is not None}
    unread = json.dumps([one for one in rows if one not in found])
    for one, body in _named(connection, _BODIES, unread) if len(found) < len(rows) else ():
        title_marks = spans(rows[one]["title"], list(asked[0]))
        found[one] = Shown(title_marks, *snippet(body, list(asked[1])))
        texts.put(rows[one], asked, found[one])
    return found


@lru_cache(maxsize=4096)
def _listed(text: str) -> tuple[str, ...]:
    """A JSON list; those of places and themes are few."""
    return tuple(json.loads(text))


def _hit(row: sqlite3.Row, shown: Shown, figures: tuple[str, ...]) -> Hit:
    return Hit(
        id=row["id"],
        title=row["title"],
        url=row["url"].split("#")[0],
        source=row["source"],
        source_title=row["source_title"] or row["source"],
        origin=row["origin"],
        published=row["published"],
        first_seen=row["first_seen"],
        places=_listed(row["places"]),
        doc_type=row["doc_type"],
        themes=_listed(row["themes"]),
        snippet=shown.part,
        snippet_marks=shown.marks,
        title_marks=shown.title_marks,
        figures=figures,
        copies=max(0, row["members"] - 1),
        story=row["story"],
        state=row["state"],
    )


def figure_text(row: Mapping[str, Any] | sqlite3.Row) -> str:
    """A figure as people read it: 签约人才项目 103 个."""
    said = quantity_in_words(row["value_low"], row["value_high"], row["unit"] or "", row["qualifier"] or "")
    return f"{row['measure'] or ''} {said}".strip()
