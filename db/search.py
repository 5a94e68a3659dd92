"""Search over the archive: hits, counts, facets, months, and what to try when nothing is found."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping

from db.conditions import FACETS, Condition, both, condition, filtered, now_or
from db.marks import snippet, spans
from db.values import FacetValue, Hit, SearchResult, Suggestion
from parsers.query import Query, Word, parse_query, words_of
from parsers.words import split_query

# S608 below: the SQL is put together from texts of this room only; every value of a reader is bound

Filters = Mapping[str, tuple[str, ...]]

_ORDER = {
    "newest": "revision desc",
    "oldest": "revision",
    "relevance": "title_hits desc, relevance desc, revision desc",
}
_FACET_SQL = {
    "place": "select p.place, count(*) from articles a join article_places p using (revision) where {where} group by 1",
    "theme": "select t.theme, count(*) from articles a join article_themes t using (revision) where {where} group by 1",
    "year": "select substr(a.day, 1, 4), count(*) from articles a where {where} group by 1",
    "source": "select a.source, count(*) from articles a where {where} group by 1",
    "type": "select a.doc_type, count(*) from articles a where a.doc_type is not null and {where} group by 1",
}


def search(
    connection: sqlite3.Connection,
    text: str,
    filters: Filters,
    order: str = "newest",
    limit: int = 20,
    offset: int = 0,
    as_of: int | None = None,
) -> SearchResult:
    """A page of hits, one per story, with counts that stay right under multi-select facets. Raises QueryError."""
    tree = parse_query(text)
    query = both(now_or(as_of), condition(tree))
    where = both(query, filtered(filters))
    total, stories = connection.execute(
        f"select count(*), count(distinct a.story) from articles a where {where[0]}",  # noqa: S608
        where[1],
    ).fetchone()
    return SearchResult(
        total=total,
        stories=stories,
        hits=tuple(_page(connection, tree, where, order, limit, offset)),
        facets={name: _facet(connection, name, query, filters) for name in FACETS},
        months=_months(connection, where),
        suggestions=() if total else suggestions(connection, tree, text, as_of),
    )


def every_hit(
    connection: sqlite3.Connection, text: str, filters: Filters, order: str = "newest", as_of: int | None = None
) -> Iterator[Hit]:
    """All hits, one per article (not per story), streamed: for downloads and feeds. Raises QueryError at once."""
    tree = parse_query(text)
    where = both(now_or(as_of), condition(tree), filtered(filters))
    sql = (
        f"select a.revision, a.relevance, {_title_hits(tree)[0]} as title_hits"  # noqa: S608
        f" from articles a where {where[0]} order by {_ORDER.get(order, _ORDER['newest'])}"
    )
    revisions = [row[0] for row in connection.execute(sql, [*_title_hits(tree)[1], *where[1]])]
    return (hit(connection, revision, tree) for revision in revisions)


def _title_hits(tree: Query) -> Condition:
    words = [Word(word.text, "title") for word in words_of(tree)]
    parts = [condition(word) for word in words]
    return " + ".join(text for text, _ in parts) or "0", [value for _, values in parts for value in values]


def _page(
    connection: sqlite3.Connection, tree: Query, where: Condition, order: str, limit: int, offset: int
) -> Iterator[Hit]:
    hits, values = _title_hits(tree)
    rows = connection.execute(
        f"select max(a.revision) as revision, max(a.relevance) as relevance, max({hits}) as title_hits"  # noqa: S608
        f" from articles a where {where[0]} group by a.story"
        f" order by {_ORDER.get(order, _ORDER['newest'])} limit ? offset ?",
        [*values, *where[1], limit, offset],
    ).fetchall()
    for row in rows:
        yield hit(connection, row["revision"], tree)


def hit(connection: sqlite3.Connection, revision: int, tree: Query) -> Hit:
    """The hit of one revision, its matches with `tree` marked. Raises KeyError when there is no such revision."""
    row = connection.execute(
        "select a.*, s.title as source_title, t.body, (select count(*) from articles b where b.story = a.story"
        " and b.recorded_to is null) as members from articles a join article_text t using (revision)"
        " left join sources s on s.id = a.source where a.revision = ?",
        [revision],
    ).fetchone()
    if row is None:
        raise KeyError(revision)
    words = [word.text for word in words_of(tree)]
    part, marks = snippet(row["body"], [word.text for word in words_of(tree) if not word.column])
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
        title_marks=spans(row["title"], words),
        figures=printed_figures(connection, revision, 3),
        copies=max(0, row["members"] - 1),
        story=row["story"],
        state=row["state"],
    )


def printed_figures(connection: sqlite3.Connection, revision: int, limit: int) -> tuple[str, ...]:
    """Up to `limit` figures of a revision as short text: 签约人才项目 103 个."""
    rows = connection.execute(
        "select measure, value_low, value_high, unit, qualifier from facts where revision = ? and kind = 'figure'"
        " order by start limit ?",
        [revision, limit],
    )
    return tuple(figure_text(row) for row in rows)


_QUALIFIERS = {"over": "{}余 {}", "nearly": "近 {} {}", "about": "约 {} {}", "under": "不超过 {} {}"}


def figure_text(row: Mapping[str, object] | sqlite3.Row) -> str:
    """A figure as people read it."""
    low, high = row["value_low"], row["value_high"]
    number = _number(low if low is not None else high)
    if low is not None and high is not None and low != high:
        number = f"{_number(low)}–{_number(high)}"
    shape = _QUALIFIERS.get(str(row["qualifier"] or ""), "{} {}")
    return f"{row['measure'] or ''} {shape.format(number, row['unit'] or '')}".strip()


def _number(value: object) -> str:
    assert isinstance(value, int | float) or value is None
    return "" if value is None else f"{value:,.6g}" if value != int(value) else f"{int(value):,}"


def _facet(connection: sqlite3.Connection, name: str, query: Condition, filters: Filters) -> tuple[FacetValue, ...]:
    where = both(query, filtered(filters, leave_out=name))
    counts = {row[0]: row[1] for row in connection.execute(_FACET_SQL[name].format(where=where[0]), where[1])}
    chosen = [value for value in filters.get(name, ()) if value]
    labels = dict(connection.execute("select id, title from sources").fetchall()) if name == "source" else {}
    for value in chosen:
        counts.setdefault(value, 0)
    values = sorted(counts, key=lambda value: _facet_order(name, value, counts[value], value in chosen))
    return tuple(FacetValue(value, labels.get(value, value), counts[value], value in chosen) for value in values)


def _facet_order(name: str, value: str, count: int, selected: bool) -> tuple[bool, int, str]:
    return (not selected, -int(value) if name == "year" else -count, value)


def _months(connection: sqlite3.Connection, where: Condition) -> tuple[tuple[str, int], ...]:
    rows = connection.execute(
        f"select a.month, count(*) from articles a where {where[0]} group by 1 order by 1",  # noqa: S608
        where[1],
    ).fetchall()
    if not rows:
        return ()
    counts = {row[0]: row[1] for row in rows}
    return tuple((month, counts.get(month, 0)) for month in months_between(rows[0][0], rows[-1][0]))


def months_between(first: str, last: str) -> list[str]:
    """All months from `first` to `last` (2025-03), both included."""
    year, month = map(int, first.split("-"))
    end = tuple(map(int, last.split("-")))
    months = []
    while (year, month) <= end:
        months.append(f"{year:04}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return months


def suggestions(connection: sqlite3.Connection, tree: Query, text: str, as_of: int | None) -> tuple[Suggestion, ...]:
    """Queries near one that found nothing, each with its count: without its facets, by its words, word by word."""
    words = [part for word in words_of(tree) for part in split_query(word.text)]
    single = [word for word in dict.fromkeys(words) if len(word) > 1]
    tries = [text, " ".join(single), " OR ".join(single), *single]
    found = [
        Suggestion(query, count)
        for query in dict.fromkeys(attempt for attempt in tries if attempt.strip())
        if (count := _count(connection, query, as_of))
    ]
    return tuple(found[:6])


def _count(connection: sqlite3.Connection, text: str, as_of: int | None) -> int:
    where = both(now_or(as_of), condition(parse_query(text)))
    return int(connection.execute(f"select count(*) from articles a where {where[0]}", where[1]).fetchone()[0])  # noqa: S608


def matches(connection: sqlite3.Connection, text: str, filters: Filters, revision: int) -> bool:
    """Whether one revision answers a query (alert matching uses the evaluator of search)."""
    where = both(("a.revision = ?", [revision]), condition(parse_query(text)), filtered(filters))
    return connection.execute(f"select 1 from articles a where {where[0]}", where[1]).fetchone() is not None  # noqa: S608
