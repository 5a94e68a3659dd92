"""Facts that doubt themselves: repaired or flagged words in the evidence, and other reports of the same measure."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from db.fact_values import Doubt, FactRow

_RULE_FLAGS = {"anachronism": "年份与发布时间不合", "year": "年份存疑", "repaired": "这句话经过修复"}
_OTHERS = (
    "select f.id, f.subject, f.period, f.unit, f.measure, f.value_low, f.value_high, a.id as article,"
    ' (select count(*) from facts g where g.revision = f.revision and (g.start, g."end", g.id) <='
    ' (f.start, f."end", f.id)) as number'
    " from facts f join articles a using (revision) join json_each(?) asked"
    " on f.subject = asked.value ->> 0 and f.period = asked.value ->> 1 and f.unit = asked.value ->> 2"
    " where f.kind = 'figure' and f.recorded_to is null and a.recorded_to is null and a.state <> 'removed'"
)


def doubts(
    connection: sqlite3.Connection, rows: Sequence[FactRow], normal: Callable[[str], str]
) -> dict[int, tuple[Doubt, ...]]:
    """Fact id → its doubts, for all `rows` with three queries however many they are.

    `normal` gives the form of a measure under which two reports are compared.
    """
    texts = _texts(connection, {row.revision for row in rows})
    others = _others(connection, rows, normal)
    return {
        row.id: (*_ruled(row), *_printed(row, *texts.get(row.revision, ((), ()))), *_conflicts(row, others))
        for row in rows
    }


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


def _others(
    connection: sqlite3.Connection, rows: Sequence[FactRow], normal: Callable[[str], str]
) -> dict[tuple[str, str, str, str], list[sqlite3.Row]]:
    asked = {
        (row.fact.subject, row.fact.period, str(row.fact.fields.get("unit") or ""))
        for row in rows
        if row.fact.kind == "figure" and row.fact.subject and row.fact.period
    }
    found: dict[tuple[str, str, str, str], list[sqlite3.Row]] = defaultdict(list)
    if asked:
        for other in connection.execute(_OTHERS, [json.dumps(sorted(asked), ensure_ascii=False)]):
            found[_key(other["subject"], other["period"], other["unit"], normal(other["measure"] or ""))].append(other)
    return found


def _conflicts(row: FactRow, others: dict[tuple[str, str, str, str], list[sqlite3.Row]]) -> list[Doubt]:
    """The other reports of the same measure, place, period and unit whose values cannot both be true."""
    fields = row.fact.fields
    same = others.get(_key(row.fact.subject, row.fact.period, str(fields.get("unit") or ""), row.measure), ())
    found: dict[str, Doubt] = {}
    for other in same:
        low, high = other["value_low"], other["value_high"]
        if other["id"] != row.id and _apart((fields.get("value_low"), fields.get("value_high")), (low, high)):
            value = _said(low, high)
            text = f"同地同期同一指标另有报道为 {value} {other['unit'] or ''}".rstrip()
            found.setdefault(value, Doubt("conflict", text, other["article"], other["number"]))
    return list(found.values())


def _apart(one: tuple[Any, Any], two: tuple[Any, Any]) -> bool:
    """Whether two ranges have no common value; an open end (None) reaches on."""
    return any(
        low is not None and high is not None and low > high for low, high in ((one[0], two[1]), (two[0], one[1]))
    )


def _said(low: float | None, high: float | None) -> str:
    if low is None or high is None or low == high:
        known = low if low is not None else high
        return f"{known:,.10g}" if known is not None else ""
    return f"{low:,.10g}–{high:,.10g}"
