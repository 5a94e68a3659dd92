"""The figures of a brief and their trend: the same measure of the same place in earlier periods.

Only like is set beside like: the same place, measure and unit, a period of the same shape (a year with years, the
first five months with the first five months), told by another story; goals beside goals, results beside results. What
cannot be compared has no arrow.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from db.brief.values import Cite, Number
from db.fact_doubts import doubts
from db.fact_search import fact_row
from db.hits import figure_text

_ROWS = (
    "select f.*, 0 as copies, a.id as article_id, a.title as article_title, a.published, a.story,"
    " coalesce(s.title, a.source) as site, (select count(*) from articles b where b.id = a.id"
    " and b.recorded_from <= a.recorded_from) as text_number,"
    ' (select count(*) from facts g where g.revision = f.revision and (g.start, g."end", g.id) <='
    ' (f.start, f."end", f.id)) as number'
    " from facts f join articles a using (revision) left join sources s on s.id = a.source"
    " where f.kind = 'figure' and f.recorded_to is null and a.state <> 'removed' and "
)
_CHOSEN = _ROWS + "f.revision in (select value from json_each(?)) order by coalesce(a.published, ''), f.id"  # noqa: S608
_MEASURED = _ROWS + "a.recorded_to is null and f.measure_normal in (select value from json_each(?))"  # noqa: S608
_A_ROUND = 3  # figures of one article before those of the next
_EARLIER = 2  # earlier periods set beside a figure
_DIGITS = re.compile(r"\d")
_Key = tuple[str, str, str, bool]


def numbers(connection: sqlite3.Connection, revisions: Sequence[int], most: int) -> tuple[tuple[Number, ...], int]:
    """The figures of the articles `revisions`, those with a trend first, then as they stand in the brief.

    One of a place, measure and unit (a goal beside a result): the report of the latest period, of several the one
    published last. At most `most`, a few of each article before more of one, and how many are left out.
    """
    chosen = connection.execute(_CHOSEN, [json.dumps(list(revisions))]).fetchall()
    rows = list({_key(row): row for row in sorted(chosen, key=lambda row: str(row["period"]))}.values())
    earlier = _earlier(connection, rows)
    doubted = doubts(connection, [fact_row(row) for row in rows])
    made = []
    for row in rows:
        found = "；".join(doubt.detail for doubt in doubted[row["id"]])
        made.append(replace(_number(row, _comparable(row, earlier[_key(row)])), doubt=found))
    order = {revision: place for place, revision in enumerate(revisions)}
    made.sort(key=lambda one: (not one.trend, order[one.row.revision], one.row.fact.start))
    return _spread(made, most), max(0, len(made) - most)


def _spread(made: Sequence[Number], most: int) -> tuple[Number, ...]:
    """`most` of them in their order, chosen in rounds of a few an article."""
    taken: Counter[int] = Counter()
    rounds: list[tuple[bool, int, int]] = []
    for place, one in enumerate(made):
        rounds.append((not one.trend, taken[one.row.revision] // _A_ROUND, place))
        taken[one.row.revision] += 1
    chosen = sorted(place for _, _, place in sorted(rounds)[:most])
    return tuple(made[place] for place in chosen)


def _key(row: sqlite3.Row) -> _Key:
    return row["subject"], row["measure_normal"] or "", row["unit"] or "", _is_planned(row)


def _is_planned(row: sqlite3.Row) -> bool:
    """Whether the period begins after the article came out: a goal, which is never set beside a result."""
    begins, published = str(row["period"] or "").partition("/")[0], str(row["published"] or "")
    return bool(begins and published) and begins > published[: len(begins)]


def _earlier(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> dict[_Key, list[sqlite3.Row]]:
    """All current reports of the measures in `rows`, by place, measure and unit."""
    measures = sorted({row["measure_normal"] for row in rows if row["measure_normal"] and row["period"]})
    wanted = {_key(row) for row in rows}
    found: dict[_Key, list[sqlite3.Row]] = defaultdict(list)
    for row in connection.execute(_MEASURED, [json.dumps(measures, ensure_ascii=False)]):
        if _key(row) in wanted:
            found[_key(row)].append(row)
    return found


def _comparable(row: sqlite3.Row, others: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """The reports of earlier periods of the same shape, one a period (the one published last), latest period first."""
    period = str(row["period"])
    if not period:
        return []
    found: dict[str, sqlite3.Row] = {}
    for other in sorted(others, key=lambda one: (one["published"] or "", one["id"])):
        if other["story"] != row["story"] and other["period"] < period and _same_shape(period, other["period"]):
            found[other["period"]] = other
    return [found[one] for one in sorted(found, reverse=True)]


def _same_shape(period: str, other: str) -> bool:
    if _DIGITS.sub("9", period) != _DIGITS.sub("9", other):
        return False
    if "/" not in period:
        return "-" not in period or len(period) == 7  # spans of years overlap; months and years do not
    return _months(period) == _months(other)  # January to May is compared with January to May


def _months(period: str) -> list[str]:
    return [part[4:] for part in period.split("/")]


def _number(row: sqlite3.Row, before: Sequence[sqlite3.Row]) -> Number:
    trend, change = _trend(row, before[0]) if before else ("", "")
    told = tuple((one["period"], _value(one), cite(one)) for one in before[:_EARLIER])
    return Number(fact_row(row), cite(row), _value(row), trend, change, told, planned=_is_planned(row))


def cite(row: sqlite3.Row) -> Cite:
    """Where the fact of a row is read."""
    return Cite(
        row["article_id"], row["text_number"], row["article_title"], row["site"], row["published"], row["number"]
    )


def _value(row: sqlite3.Row) -> str:
    return figure_text({**dict(row), "measure": ""}).strip()


def _trend(row: sqlite3.Row, before: sqlite3.Row) -> tuple[str, str]:
    """(up, down or same; by how much). Ranges and amounts that are only bounds give a direction, no percentage."""
    now, then = _stated(row), _stated(before)
    if now is None or then is None:
        return "", ""
    trend = "up" if now > then else "down" if now < then else "same"
    exact = all(
        one["qualifier"] in (None, "", "exact") and one["value_low"] == one["value_high"] for one in (row, before)
    )
    if not exact or trend == "same":
        return trend, ""
    if row["unit"] in ("%", "％"):
        return trend, f"{abs(now - then):.3g} 个百分点"
    return trend, f"{abs(now - then) / then * 100:.1f}%" if then > 0 else ""


def _stated(row: sqlite3.Row) -> float | None:
    low, high = row["value_low"], row["value_high"]
    stated = low if low is not None else high
    return float(stated) if stated is not None else None
