"""The facts of the archive by kind, measure, place, year and words; a story that was copied counts once."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from db.archive import stored_fact
from db.conditions import Condition, both
from db.fact_doubts import doubts
from db.fact_values import FactRow
from parsers.places import canonical, province_of

KINDS = ("figure", "policy", "incentive", "event", "programme", "cooperation", "person", "platform")
_FACET_VALUES = 30
# What stands around the head of a measure without changing it: how it was counted, what number of it, filler.
_AROUND = re.compile(r"^(?:全年|全市|全省|全县|全区|全州|累计|共计|共|总|已|新|现有|先后|成功|各类|各级|各|的|了)+")
_INSIDE = re.compile(r"各类|各级|各领域|各层次|的|了")
# Verbs that readers of different papers use for the same act stand as one.
_VERBS = (
    ("引进", ("引入", "引育", "柔性引进")),
    ("签约", ("签订", "签署")),
    ("培训", ("轮训",)),
    ("举办", ("开展", "组织")),
)

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
    """What is asked of /facts; "" means everything. `measure` is a normal form, `place` a canonical name."""

    kind: str = ""
    measure: str = ""
    place: str = ""
    year: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FactPage:
    """One page of facts: their number with copies counted once, the rows, and the values that each filter may take.

    Facets are (value, number of facts as printed, copies included), the most frequent first (years: newest first).
    """

    total: int
    rows: tuple[FactRow, ...]
    kinds: tuple[tuple[str, int], ...]
    measures: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    years: tuple[tuple[str, int], ...]


def normal_measure(printed: str) -> str:
    """The form under which the same measure of several papers lines up: without how it was counted, one verb an act.

    累计引进各类高层次人才 and 引进的高层次人才 give 引进高层次人才. Never empty for a printed measure.
    """
    text = _INSIDE.sub("", _AROUND.sub("", printed.strip()))
    for normal, others in _VERBS:
        for other in others:
            if text.startswith(other):
                text = normal + text.removeprefix(other)
    return text or printed.strip()


def find(connection: sqlite3.Connection, filters: FactFilters, limit: int = 50, offset: int = 0) -> FactPage:
    """The facts that `filters` leave, newest article first, `limit` of them from `offset` on, with their doubts."""
    where = _where(connection, filters)
    total = connection.execute(f"select count(*) from ({_ONCE.format(where=where[0])})", where[1]).fetchone()[0]  # noqa: S608 - built here
    sql = f"{_ROW.format(where=where[0])}{_ORDER} limit ? offset ?"
    rows = [fact_row(row) for row in connection.execute(sql, [*where[1], limit, offset])]
    return FactPage(
        total=total,
        rows=_with_doubts(connection, rows),
        kinds=_facet(connection, replace(filters, kind="", measure=""), "f.kind"),
        measures=_measures(connection, replace(filters, measure="")),
        places=_facet(connection, replace(filters, place=""), "f.subject"),
        years=tuple(sorted(_facet(connection, replace(filters, year=""), LAST_YEAR), reverse=True)),
    )


def every(connection: sqlite3.Connection, filters: FactFilters) -> Iterator[FactRow]:
    """All facts that `filters` leave, in the order of `find`, with their doubts, a few hundred read at a time."""
    where = _where(connection, filters)
    cursor = connection.execute(_ROW.format(where=where[0]) + _ORDER, where[1])
    while rows := cursor.fetchmany(500):
        yield from _with_doubts(connection, [fact_row(row) for row in rows])


def _with_doubts(connection: sqlite3.Connection, rows: list[FactRow]) -> tuple[FactRow, ...]:
    found = doubts(connection, rows, normal_measure)
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
        measure=normal_measure(row["measure"] or "") if row["kind"] == "figure" else "",
        fact=fact,
    )


def _where(connection: sqlite3.Connection, filters: FactFilters) -> Condition:
    parts = [_CURRENT]
    if filters.kind:
        parts.append(("f.kind = ?", [filters.kind]))
    if filters.measure:
        parts.append(_in("f.measure", printed_forms(connection, filters.measure)))
        parts.append(("f.kind = 'figure'", []))
    if filters.place:
        parts.append(_at(connection, filters.place))
    if filters.year:
        parts.append((f"({FIRST_YEAR}) <= ? and ({LAST_YEAR}) >= ?", [filters.year, filters.year]))
    parts += [("(instr(f.evidence, ?) or instr(f.fields, ?))", [word, word]) for word in filters.text.split()]
    return both(*parts)


def _in(column: str, values: Iterable[str]) -> Condition:
    return column + " in (select value from json_each(?))", [json.dumps(list(values), ensure_ascii=False)]  # noqa: S608 - column names are ours


def printed_forms(connection: sqlite3.Connection, measure: str) -> list[str]:
    """The printed measures of the archive that have the normal form `measure`."""
    rows = connection.execute("select distinct measure from facts where kind = 'figure' and measure is not null")
    wanted = normal_measure(measure)
    return [printed for (printed,) in rows if normal_measure(printed) == wanted]


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


def _facet(connection: sqlite3.Connection, filters: FactFilters, column: str) -> tuple[tuple[str, int], ...]:
    text, values = _where(connection, filters)
    sql = f"select {column} as value, count(*) from {_FROM} where {text} group by 1 order by 2 desc, 1 limit ?"  # noqa: S608 - built here
    return tuple((value, count) for value, count in connection.execute(sql, [*values, _FACET_VALUES]) if value)


def _measures(connection: sqlite3.Connection, filters: FactFilters) -> tuple[tuple[str, int], ...]:
    text, values = _where(connection, filters)
    counts: Counter[str] = Counter()
    sql = f"select f.measure, count(*) from {_FROM} where {text} and f.kind = 'figure' group by 1"  # noqa: S608 - built here
    for printed, count in connection.execute(sql, values):
        if printed:
            counts[normal_measure(printed)] += count
    return tuple(counts.most_common(_FACET_VALUES))


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
