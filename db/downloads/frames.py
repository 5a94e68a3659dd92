"""What a download holds: columns with their types, and all rows in a stated order, as of a change of the archive.

The same number of a change gives the same rows for ever: revisions, facts and membership in stories carry the changes
from and to which they count, and whether a site had taken an article away is read from the log. Only a takedown wins
over this; what was taken down is left out, and the manifest says how much.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.conditions import GONE, STORY, both, condition, facts_then, filtered, now_or
from db.coverage_past import COUNTS
from parsers.query import parse_query

KINDS = ("articles", "facts", "stories", "revisions", "coverage")
SEARCHED = ("articles", "facts")
_FORMULA = "'=', '+', '-', '@', char(9), char(13)"  # what a spreadsheet takes for a formula at the head of a cell
_TEXTS = "{texts}"
_BARE = frozenset(
    {"id", "article", "story", "kind", "rule", "state", "recorded_at"}
)  # our own words and numbers: nothing to quote
Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Column:
    """`type` is text, integer, real or list (JSON); `table` and `source` name its entry in the data dictionary."""

    name: str
    type: str
    sql: str
    table: str
    source: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Columns and rows of one download; the rows can be walked once."""

    what: str
    as_of: int
    columns: tuple[Column, ...]
    rows: Iterator[Sequence[Any]]

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]


def _columns(table: str, alias: str, text: str) -> tuple[Column, ...]:
    """Columns from lines "name:type" or "name:type=SQL"; the SQL of a plain one is alias.name."""
    found = []
    for word in text.split("\n"):
        head, _, sql = word.strip().partition("=")
        name, _, kind = head.partition(":")
        if name:
            found.append(Column(name, kind, sql or f'{alias}."{name}"', table, name))
    return tuple(found)


_STATE = f"iif({GONE.format(article='a.id', number=':as_of')}, 'gone', 'current')"
_STORY = STORY.format(article="a.id", number=":as_of", row="a")
_ARTICLE = _columns(
    "articles", "a",
    f"""id:text
    title:text
    subtitle:text
    url:text
    source:text
    origin:text
    authors:list
    editor:text
    published:text
    first_seen:text
    doc_type:text
    themes:list
    places:list
    relevance:real
    story:text={_STORY}
    state:text={_STATE}
    revision:integer""",
)  # fmt: skip
_BODY = _columns("article_text", "t", "body:text")
_FACT = (
    *_columns(
        "facts", "f",
        """id:integer
        article:text""",
    ),
    Column("article_title", "text", 'a."title"', "articles", "title"),
    Column("url", "text", 'a."url"', "articles", "url"),
    Column("published", "text", 'a."published"', "articles", "published"),
    *_columns(
        "facts", "f",
        """kind:text
        subject:text
        period:text
        measure:text
        measure_normal:text
        value_low:real
        value_high:real
        unit:text
        qualifier:text
        action:text
        title:text
        fields:list
        evidence:text
        start:integer
        end:integer
        rule:text
        flags:list
        revision:integer""",
    ),
)  # fmt: skip


# as the view `revisions` counts them, but read off the index: the first row need not wait for the last
_NUMBER = "(select count(*) from articles e where e.id = r.id and e.recorded_from <= r.recorded_from)"


def _when(number: str) -> Column:
    """The time of a change."""
    time = f"(select at from changes where number = {number})"  # noqa: S608 - a name of ours
    return Column("recorded_at", "text", time, "changes", "at")


_SHAPES: dict[str, tuple[tuple[Column, ...], str]] = {
    "articles": (_ARTICLE, "articles a {texts} where {where} order by a.revision desc"),
    "facts": (_FACT, "facts f join articles a using (revision) where {where} order by f.revision desc, f.start, f.id"),
    "stories": (
        (*_columns("stories", "s", "id:text\narticle:text\nrecorded_from:integer\nrecorded_to:integer=case when"
                   " s.recorded_to <= :as_of then s.recorded_to end"), _when("s.recorded_from")),
        "stories s where s.recorded_from <= :as_of order by s.id, s.recorded_from, s.article",
    ),
    "revisions": (
        (*_columns("revisions", "r", f"id:text\nrevision:integer\nnumber:integer={_NUMBER}\ntitle:text\n"
                   "published:text\nrecorded_from:integer\nrecorded_to:integer=case when"
                   " r.recorded_to <= :as_of then r.recorded_to end"),
         _when("r.recorded_from")),
        "articles r where r.recorded_from <= :as_of and r.state <> 'removed' order by r.id, r.recorded_from",
    ),
    "coverage": (
        _columns("coverage", "c", "source:text\nday:text\n" + "\n".join(f"{name}:integer=coalesce(p.{name}, c.{name})"
                 for name in COUNTS)),
        "coverage c left join coverage_past p on p.source = c.source and p.day = c.day and p.until = (select"
        " min(q.until) from coverage_past q where q.source = c.source and q.day = c.day and q.until >= :as_of)"
        " where c.day <= :day and (p.until is null or p.lists is not null) order by c.source, c.day",
    ),
}  # fmt: skip


def newest_change(connection: sqlite3.Connection) -> int:
    """The number of the newest change: the download of now is the download as of it."""
    return int(connection.execute("select coalesce(max(number), 0) from changes").fetchone()[0])


def columns_of(what: str, *, texts: bool = True) -> tuple[Column, ...]:
    """The columns of a download; `texts` adds the body to articles."""
    columns = _SHAPES[what][0]
    return columns + _BODY if what == "articles" and texts else columns


def frame(
    connection: sqlite3.Connection,
    what: str,
    *,
    query: str = "",
    filters: Filters | None = None,
    as_of: int | None = None,
    texts: bool = True,
    spreadsheet: bool = False,
) -> Frame:
    """All rows of `what`, of articles and facts those that a search finds. Raises QueryError.

    With `spreadsheet` each row is one text, its line of CSV, in which a text that a spreadsheet would take for a
    formula begins with an apostrophe. `texts` adds the bodies of articles.
    """
    number = newest_change(connection) if as_of is None else as_of
    text, values = statement(
        connection, what, query=query, filters=filters, as_of=number, texts=texts, spreadsheet=spreadsheet
    )
    cursor = connection.cursor()
    cursor.row_factory = None
    return Frame(what, number, columns_of(what, texts=texts), iter(cursor.execute(text, values)))


def statement(
    connection: sqlite3.Connection,
    what: str,
    *,
    query: str = "",
    filters: Filters | None = None,
    as_of: int,
    texts: bool = True,
    spreadsheet: bool = False,
) -> tuple[str, dict[str, Any]]:
    """The SQL behind the frame of the same arguments, and the values of its parameters. Raises QueryError."""
    source, values = _source(connection, what, query, filters or {}, as_of)
    bodies = "join article_text t using (revision)" if what == "articles" and texts else ""
    columns = columns_of(what, texts=texts)
    select = _line(columns) if spreadsheet else ", ".join(column.sql for column in columns)
    return f"select {select} from {source.replace(_TEXTS, bodies)}", values  # noqa: S608 - texts of ours


def count(connection: sqlite3.Connection, what: str, query: str, filters: Filters, as_of: int) -> int:
    """How many rows the frame of the same name has. Raises QueryError."""
    source, values = _source(connection, what, query, filters, as_of)
    text = f"select count(*) from (select 1 from {source.replace(_TEXTS, '')})"  # noqa: S608 - texts of ours
    return int(connection.execute(text, values).fetchone()[0])


def _source(
    connection: sqlite3.Connection, what: str, query: str, filters: Filters, number: int
) -> tuple[str, dict[str, Any]]:
    """What stands behind `from`, with the values of its parameters; `_TEXTS` stands where bodies are joined."""
    values: dict[str, Any] = {"as_of": number, "day": _day_of(connection, number)}
    where = "1"
    if what in SEARCHED:
        text, given = both(
            now_or(number),
            condition(parse_query(query), number),
            filtered(filters, as_of=number),
            facts_then(number) if what == "facts" else ("1", []),
        )
        where = _named(text, given, values)
    return _SHAPES[what][1].format(where=where, texts=_TEXTS), values


def _named(text: str, given: Sequence[Any], values: dict[str, Any]) -> str:
    """`text` with its question marks as named parameters, whose values are added to `values`."""
    parts = text.split("?")
    for number, value in enumerate(given):
        values[f"p{number}"] = value
    return "".join(part + (f":p{number}" if number < len(given) else "") for number, part in enumerate(parts))


def _line(columns: Sequence[Column]) -> str:
    """The SQL of one line of CSV (RFC 4180): texts in quotes, numbers bare, nothing at all for null.

    Made whole in SQLite, a line is one value in Python and not one a cell, which is much quicker than the csv module.
    `printf` would end a text at a NUL; the parsers leave none (parsers/characters.py).
    """
    return f"printf('{','.join(['%s'] * len(columns))}' || char(13, 10), {', '.join(map(_csv_cell, columns))})"


def _csv_cell(column: Column) -> str:
    text = column.sql
    if column.type == "integer":
        return f"ifnull({text}, '')"
    if column.type == "real":  # SQLite prints 15 digits; where these are another number, all 17
        same = f"cast(cast({text} as text) as real) = {text}"
        return f"case when {text} is null then '' when {same} then {text} else printf('%!.17g', {text}) end"
    if column.name in _BARE:
        return f"ifnull({text}, '')"
    quoted = f"""replace({text}, '"', '""') || '"'"""
    if column.type == "list":  # JSON: it begins with a bracket
        return f"""ifnull('"' || {quoted}, '')"""
    # what could begin a formula sorts before A, which is quicker asked than the first character
    return (
        f"""case when {text} >= 'A' then '"' || {quoted} when substr({text}, 1, 1) in ({_FORMULA})"""
        f""" then '"''' || {quoted} else ifnull('"' || {quoted}, '') end"""
    )


def _day_of(connection: sqlite3.Connection, number: int) -> str:
    """The latest day of all changes until then, in Beijing: coverage counts up to it.

    The newest change may be of a page fetched long before (a WARC that was added).
    """
    row = connection.execute("select date(max(at), '+8 hours') from changes where number <= ?", [number]).fetchone()
    return str(row[0] or "")
