"""Facts that doubt themselves: repaired or flagged words in the evidence, and other reports of the same measure."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from db.fact_values import Doubt, FactRow, in_words

_RULE_FLAGS = {"anachronism": "年份与发布时间不合", "year": "年份存疑", "repaired": "这句话经过修复"}
_TOLD = 3  # contradicting reports named beside one fact
_OTHERS = (
    "select min(f.id) as id, f.subject, f.period, f.unit, f.measure_normal, f.value_low, f.value_high"
    " from facts f join articles a using (revision)"
    " where f.kind = 'figure' and f.recorded_to is null and a.recorded_to is null and a.state <> 'removed'"
    " and (f.subject, f.period, f.unit) in (select value ->> 0, value ->> 1, value ->> 2 from json_each(?))"
    " and f.measure_normal in (select value from json_each(?)) group by 2, 3, 4, 5, 6, 7"
)
_PLACES = (
    "select f.id, f.article, (select count(*) from facts g where g.revision = f.revision"
    ' and (g.start, g."end", g.id) <= (f.start, f."end", f.id)) as number'
    " from facts f where f.id in (select value from json_each(?))"
)
Others = dict[tuple[str, str, str, str], list[sqlite3.Row]]


def doubts(connection: sqlite3.Connection, rows: Sequence[FactRow]) -> dict[int, tuple[Doubt, ...]]:
    """Fact id → its doubts, for all `rows` with three queries however many they are."""
    texts = _texts(connection, {row.revision for row in rows})
    others = _others(connection, rows)
    found = {row.id: _conflicts(row, others) for row in rows}
    places = _places(connection, {other for conflicts in found.values() for other in conflicts.values()})
    return {
        row.id: (
            *_ruled(row),
            *_printed(row, *texts.get(row.revision, ((), ()))),
            *(Doubt("conflict", detail, *places[other]) for detail, other in found[row.id].items()),
        )
        for row in rows
    }


def _places(connection: sqlite3.Connection, facts: Iterable[int]) -> dict[int, tuple[str, int]]:
    rows = connection.execute(_PLACES, [json.dumps(sorted(facts))])
    return {row["id"]: (row["article"], row["number"]) for row in rows}


def _texts(connection: sqlite3.Connection, revisions: Iterable[int]) -> dict[int, tuple[Any, Any]]:
    found = connection.execute(
        "select revision, flags, repairs from article_text where revision in (select value from json_each(?))",
        [json.dumps(sorted(revisions))],
    )
    return {row["revision"]: (json.loads(row["flags"]), json.loads(row["repairs"])) for row in found}


def _ruled(row: FactRow) -> list[Doubt]:
    return [Doubt("rule", _RULE_FLAGS.get(flag, flag)) for flag in row.fact.flags]


def _printed(row: FactRow, flags: Iterable[dict[str, Any]], repairs: Iterable[dict[str, Any]]) -> list[Doubt]:
    found = [Doubt("doubtful", flag["detail"]) for flag in flags if _touches(row, flag)]
    found += [
        Doubt("repair", f"原文“{repair['before']}”已修复为“{repair['after']}”：{repair['why']}")
        for repair in repairs
        if repair["place"] == "body" and _touches(row, repair)
    ]
    return found


def _touches(row: FactRow, span: dict[str, Any]) -> bool:
    start, end = span.get("start"), span.get("end")
    return start is not None and end is not None and start < row.fact.end and end > row.fact.start


def _key(subject: str, period: str, unit: str, measure: str) -> tuple[str, str, str, str]:
    return subject, period, unit, measure


def _others(connection: sqlite3.Connection, rows: Sequence[FactRow]) -> Others:
    """The different values reported for the places, periods, units and measures of `rows`."""
    figures = [row for row in rows if row.fact.kind == "figure" and row.fact.subject and row.fact.period]
    found: Others = defaultdict(list)
    if not figures:
        return found
    asked = {(row.fact.subject, row.fact.period, str(row.fact.fields.get("unit") or "")) for row in figures}
    given = [json.dumps(sorted(values), ensure_ascii=False) for values in (asked, {row.measure for row in figures})]
    for other in connection.execute(_OTHERS, given):
        found[_key(other["subject"], other["period"], other["unit"], other["measure_normal"])].append(other)
    return found


def _conflicts(row: FactRow, others: Others) -> dict[str, int]:
    """What other reports of the same measure, place, period and unit say that cannot be true too → their facts' ids."""
    fields = row.fact.fields
    same = others.get(_key(row.fact.subject, row.fact.period, str(fields.get("unit") or ""), row.measure), ())
    found: dict[str, int] = {}
    for other in same:
        if len(found) == _TOLD:
            break
        low, high = other["value_low"], other["value_high"]
        if other["id"] != row.id and _apart((fields.get("value_low"), fields.get("value_high")), (low, high)):
            detail = f"同地同期同一指标另有报道为 {in_words(low, high, other['unit'] or '')}"
            found.setdefault(detail, other["id"])
    return found


def _apart(one: tuple[Any, Any], two: tuple[Any, Any]) -> bool:
    """Whether two ranges have no common value; an open end (None) reaches on."""
    return any(
        low is not None and high is not None and low > high for low, high in ((one[0], two[1]), (two[0], one[1]))
    )
