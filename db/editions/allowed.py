"""What goes into an edition: an allow-list. The tables and columns of the data dictionary, and what else pages show.

The dictionary is the list that the authorizer of public connections goes by (db.authorizer): a table or column that it
does not describe is private and is not copied. Beside it stand the few tables that no query reaches but that pages
show to everybody: why an article was taken down, and how the sources are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from db.dictionary import EVIDENCE, TABLES
from db.downloads.frames import columns_of

INDEX = "article_index"
_SHOWN: Mapping[str, tuple[str, ...]] = {
    "takedowns": ("number", "article", "source", "at", "reason"),
    "source_health": (
        "source", "run", "visit", "memory", "state", "detail", "since", "expected_next", "checked",
    ),
    "health_event": ("number", "source", "kind", "detail", "since", "noticed", "fixed"),
}  # fmt: skip
# Made of the public texts, so that a search for a frequent word is answered at once; only where the texts are, too.
_FREQUENT: Mapping[str, tuple[str, ...]] = {
    "frequent_words": ("word", "seen", "hits", "counts"),
    "frequent_words_order": ("seen", "revisions"),
}
_OF_NOW = frozenset({"source_health", "health_event"})  # they say how it is today, nothing of an earlier day
_FIRST_CHARACTERS = f"iif(length(body) > {EVIDENCE}, substr(body, 1, {EVIDENCE - 1}) || '…', body)"
_EXCERPT = {  # of a text only its beginning, as many characters as of an evidence sentence
    "kicker": "null", "body": _FIRST_CHARACTERS, "captions": "'[]'", "original": "null", "flags": "'[]'",
    "repairs": "'[]'", "words": "'[]'", "text_hash": "''", "original_url": "null",
}  # fmt: skip
_UNTIL = "case when recorded_to <= :as_of then recorded_to end"
_COUNTED = "recorded_from <= :as_of"
_OF_REVISION = "revision in (select revision from articles where recorded_from <= :as_of)"


@dataclass(frozen=True, slots=True)
class Part:
    """One table of an edition: (column, SQL of its value in the archive) pairs and the condition of its rows."""

    table: str
    columns: tuple[tuple[str, str], ...]
    where: str = "1"

    @property
    def select(self) -> str:
        """The statement that reads its rows from the archive."""
        values = ", ".join(f'{value} as "{name}"' for name, value in self.columns)
        return f'select {values} from "{self.table}" a where {self.where}'  # noqa: S608 - names and SQL of ours


def parts(archive: sqlite3.Connection, *, earlier: bool, full_text: bool) -> list[Part]:
    """The tables of an edition of the open archive, each with what is read of it.

    `earlier`: as of the change :as_of and the day :day instead of now. Without `full_text` texts are cut to excerpts.
    """
    found = []
    for table, wanted in _wanted(archive, earlier=earlier, full_text=full_text).items():
        values = {name: f'a."{name}"' for name in wanted}
        if table == "article_text" and not full_text:
            values |= {name: value for name, value in _EXCERPT.items() if name in values}
        where = "1"
        if earlier:
            values |= _earlier_values(table)
            where = _earlier_rows(table)
        if table == "takedowns":
            where = "lifted is null"
        found.append(Part(table, tuple(values.items()), where))
    return found


def _wanted(archive: sqlite3.Connection, *, earlier: bool, full_text: bool) -> dict[str, list[str]]:
    """The allowed tables of this archive with the allowed columns that are stored in them (not views, not computed)."""
    allowed = {name: tuple(table.columns) for name, table in TABLES.items() if name != INDEX} | dict(_SHOWN)
    if full_text and not earlier:
        allowed |= _FREQUENT
    if earlier:
        allowed = {name: columns for name, columns in allowed.items() if name not in _OF_NOW}
    stored = {row[0] for row in archive.execute("select name from main.sqlite_master where type = 'table'")}
    return {name: _stored(archive, name, columns) for name, columns in allowed.items() if name in stored}


def _stored(archive: sqlite3.Connection, table: str, allowed: tuple[str, ...]) -> list[str]:
    rows = archive.execute(f"pragma main.table_xinfo({table})").fetchall()
    return [row["name"] for row in rows if row["hidden"] == 0 and row["name"] in allowed]


def _earlier_values(table: str) -> dict[str, str]:
    if table == "articles":
        sql = {column.name: column.sql for column in columns_of("articles", texts=False)}
        removed = "a.state = 'removed'"
        return {
            "state": f"case when {removed} then 'removed' else {sql['state']} end",
            "story": sql["story"],
            "recorded_to": f"case when {removed} then min(a.recorded_to, :as_of) else {_UNTIL} end",
        }
    return {"recorded_to": _UNTIL} if table in ("facts", "stories") else {}


def _earlier_rows(table: str) -> str:
    return {
        "articles": _COUNTED,
        "facts": _COUNTED,
        "stories": _COUNTED,
        "article_text": _OF_REVISION,
        "article_places": _OF_REVISION,
        "article_themes": _OF_REVISION,
        "changes": "number <= :as_of",
        "coverage": "day <= :day",
    }.get(table, "1")
