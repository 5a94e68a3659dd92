"""The facts of the archive by kind, measure, place, year and words; a story that was copied counts once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from db.archive import stored_fact
from db.conditions import Condition, both
from db.fact_doubts import doubts
from db.fact_values import FactRow
from parsers.facts.measure_forms import normal_measure
from parsers.places import canonical, province_of

KINDS = ("figure", "policy", "incentive", "event", "programme", "cooperation", "person", "platform")
_FACET_VALUES = 30
LAST_YEAR = (
    "case when f.period = '' then substr(a.published, 1, 4)"
    " when instr(f.period, '/') then substr(f.period, instr(f.period, '/') + 1, 4)"
    " when f.period glob '[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]' then substr(f.period, 6, 4)"
    " else substr(f.period, 1, 4) end"
)
FIRST_YEAR = "case when f.period = '' then substr(a.published, 1, 4) else substr(f.period, 1, 4) end"
_FROM = "facts f join articles a using (revision)"
_CURRENT: Condition = ("f.recorded_to is null and a.recorded_to is null and a.state <> 'removed'", [])
# One row a story and content: the earliest printing stands for its copies.
_ONCE = (
    "select f.id, count(distinct f.article) - 1 as copies,"
    " min(coalesce(a.published, '9999') || printf('%015d', f.id)) as first"
    " from facts f join articles a using (revision) where {where}"
    " group by a.story, f.kind, f.fields, f.subject, f.period"
)
_ROW = (
    "select f.*, once.copies, a.id as article_id, a.title as article_title, a.published, a.story,"  # noqa: S608
    " s.title as site,"
    ' (select count(*) from facts g where g.revision = f.revision and (g.start, g."end", g.id) <='
    ' (f.start, f."end", f.id)) as number'
    " from (" + _ONCE + ") once join facts f on f.id = once.id join articles a using (revision)"
    " left join sources s on s.id = a.source"
)
_ORDER = " order by a.published is null, a.published desc, f.revision desc, f.start, f.id"


@dataclass(frozen=True, slots=True)
class FactFilters:
    """What is asked of /facts; "" means everything.

    `measure` is a measure as printed or in its normal form, or a part of one; `source` the id of a source.
    """

    kind: str = ""
    measure: str = ""
    place: str = ""
    year: str = ""
    theme: str = ""
    source: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FactPage:
    """One page of facts: their number with copies counted once, the rows, and the values that each filter may take.

    `measure` is the normal form that the filter chose, "" where it chose none or only a part of several. Facets are
    (value, number of facts as printed, copies included), the most frequent first (years: newest first); `sources` are
    (id, number, title). `measures` are those that hold the part asked for, where one was.
    """

    total: int
    measure: str
    rows: tuple[FactRow, ...]
    kinds: tuple[tuple[str, int], ...]
    measures: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    years: tuple[tuple[str, int], ...]
    themes: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, int, str], ...]


def find(connection: sqlite3.Connection, filters: FactFilters, limit: int = 50, offset: int = 0) -> FactPage:
    """The facts that `filters` leave, newest article first, `limit` of them from `offset` on, with their doubts."""
    chosen = chosen_measure(connection, filters.measure)
    where = _where(connection, filters)
    total = connection.execute(f"select count(*) from ({_ONCE.format(where=where[0])})", where[1]).fetchone()[0]  # noqa: S608 - built here
    sql = f"{_ROW.format(where=where[0])}{_ORDER} limit ? offset ?"
    rows = [fact_row(row) for row in connection.execute(sql, [*where[1], limit, offset])]
    return FactPage(
        total=total,
        measure=chosen,
        rows=_with_doubts(connection, rows),
        kinds=_facet(connection, replace(filters, kind="", measure=""), "f.kind"),
        measures=_measures(connection, replace(filters, measure="") if chosen else filters),
        places=_facet(connection, replace(filters, place=""), "f.subject"),
        years=tuple(sorted(_facet(connection, replace(filters, year=""), LAST_YEAR), reverse=True)),
        themes=_facet(connection, replace(filters, theme=""), "t.theme", " join article_themes t using (revision)"),
        sources=_sources(connection, replace(filters, source="")),
    )


def every(connection: sqlite3.Connection, filters: FactFilters) -> Iterator[FactRow]:
    """All facts that `filters` leave, in the order of `find`, with their doubts, a few hundred read at a time."""
    where = _where(connection, filters)
    cursor = connection.execute(_ROW.format(where=where[0]) + _ORDER, where[1])
    while rows := cursor.fetchmany(500):
        yield from _with_doubts(connection, [fact_row(row) for row in rows])


def newest(connection: sqlite3.Connection, filters: FactFilters, limit: int) -> tuple[FactRow, ...]:
    """The first `limit` facts in the order of `find`, with their doubts and without counting the others."""
    return tuple(islice(every(connection, filters), limit))


def _with_doubts(connection: sqlite3.Connection, rows: list[FactRow]) -> tuple[FactRow, ...]:
    found = doubts(connection, rows)
    return tuple(replace(row, doubts=found[row.id]) for row in rows)


def fact_row(row: sqlite3.Row) -> FactRow:
    """A row of the facts table joined with its article as a value."""
    fact = stored_fact(row)
    return FactRow(
        id=row["id"],
        number=row["number"],
        revision=row["revision"],
        article=row["article_id"],
        article_title=row["article_title"],
        published=row["published"],
        story=row["story"],
        site=row["site"] or "",
        copies=row["copies"],
        measure=(row["measure_normal"] or "") if row["kind"] == "figure" else "",
        fact=fact,
    )


def _where(connection: sqlite3.Connection, filters: FactFilters) -> Condition:
    parts = [_CURRENT]
    if filters.kind:
        parts.append(("f.kind = ?", [filters.kind]))
    if filters.measure:
        chosen = chosen_measure(connection, filters.measure)
        part = "f.measure_normal = ?" if chosen else "instr(f.measure_normal, ?)"
        parts.append((f"f.kind = 'figure' and {part}", [chosen or filters.measure]))
    if filters.place:
        parts.append(_at(connection, filters.place))
    if filters.year:
        parts.append((f"({FIRST_YEAR}) <= ? and ({LAST_YEAR}) >= ?", [filters.year, filters.year]))
    if filters.theme:
        parts.append(("f.revision in (select revision from article_themes where theme = ?)", [filters.theme]))
    if filters.source:
        parts.append(("a.source = ?", [filters.source]))
    parts += [("(instr(f.evidence, ?) or instr(f.fields, ?))", [word, word]) for word in filters.text.split()]
    return both(*parts)


def chosen_measure(connection: sqlite3.Connection, asked: str) -> str:
    """The measure of the archive that `asked` is, as printed or in its normal form; "" where there is none."""
    for form in dict.fromkeys((asked, normal_measure(asked))) if asked else ():
        sql = "select 1 from facts where kind = 'figure' and recorded_to is null and measure_normal = ? limit 1"
        if connection.execute(sql, [form]).fetchone():
            return form
    return ""


def _in(column: str, values: Iterable[str]) -> Condition:
    return column + " in (select value from json_each(?))", [json.dumps(list(values), ensure_ascii=False)]  # noqa: S608 - column names are ours


def _at(connection: sqlite3.Connection, place: str) -> Condition:
    """Facts about `place` or a place inside it; facts about a body count where their article is placed."""
    name = canonical(place) or place
    subjects = [row[0] for row in connection.execute("select distinct subject from facts where recorded_to is null")]
    inside = [subject for subject in subjects if subject == name or _province(subject) == name]
    bodies = [subject for subject in subjects if canonical(subject) is None]
    about, values = _in("f.subject", inside)
    of_body, more = _in("f.subject", bodies)
    there = "f.revision in (select revision from article_places where place = ?)"
    return f"({about} or ({of_body} and {there}))", [*values, *more, name]


def _province(subject: str) -> str | None:
    try:
        return province_of(subject)
    except KeyError:
        return None


def _facet(
    connection: sqlite3.Connection, filters: FactFilters, column: str, joined: str = ""
) -> tuple[tuple[str, int], ...]:
    text, values = _where(connection, filters)
    sql = f"select {column} as value, count(*) from {_FROM}{joined} where {text} group by 1 order by 2 desc, 1 limit ?"  # noqa: S608 - built here
    return tuple((value, count) for value, count in connection.execute(sql, [*values, _FACET_VALUES]) if value)


def _measures(connection: sqlite3.Connection, filters: FactFilters) -> tuple[tuple[str, int], ...]:
    return _facet(connection, replace(filters, kind="figure"), "f.measure_normal")


def _sources(connection: sqlite3.Connection, filters: FactFilters) -> tuple[tuple[str, int, str], ...]:
    titles = dict(connection.execute("select id, title from sources").fetchall())
    return tuple((id_, count, titles.get(id_, id_)) for id_, count in _facet(connection, filters, "a.source"))


COLUMNS = (
    "id", "kind", "subject", "period", "measure_normal", "fields", "evidence", "start", "end", "rule", "doubts",
    "copies", "article", "number", "article_title", "published", "site", "story",
)  # fmt: skip


def cells(row: FactRow) -> list[Any]:
    """The values of `COLUMNS` for a row of the download; fields are JSON, doubts are joined by "；"."""
    fact = row.fact
    return [
        row.id, fact.kind, fact.subject, fact.period, row.measure, json.dumps(fact.fields, ensure_ascii=False),
        fact.evidence, fact.start, fact.end, f"{fact.rule}/{fact.version}",
        "；".join(doubt.detail for doubt in row.doubts), row.copies, row.article, row.number, row.article_title,
        row.published, row.site, row.story,
    ]  # fmt: skip
