"""One measure over years and places: the values behind each point, with their articles."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from db.fact_values import FactRow

_YEARS = re.compile(r"\d{4}(?!\d)")
_PLAUSIBLE = range(1949, 2100)  # a damaged year must not stretch the axis


@dataclass(frozen=True, slots=True)
class Point:
    """The reports of one place and year, the latest published first; `value` is the latest one's number."""

    place: str
    year: int
    value: float
    rows: tuple[FactRow, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """The points of one measure in its most frequent unit; `left_out` reports have another unit or no year."""

    unit: str
    years: tuple[int, ...]
    series: tuple[tuple[str, tuple[Point, ...]], ...]
    left_out: int


def trend(rows: Iterable[FactRow], places: int = 8) -> Trend | None:
    """The trend of the figures in `rows`, of the `places` with most points; None when no figure has a year."""
    dated = [(row, year) for row in rows if (year := last_year(row)) is not None and number(row) is not None]
    if not dated:
        return None
    units = Counter(str(row.fact.fields.get("unit") or "") for row, _ in dated)
    unit = units.most_common(1)[0][0]
    cells: dict[str, dict[int, list[FactRow]]] = defaultdict(lambda: defaultdict(list))
    for row, year in dated:
        if str(row.fact.fields.get("unit") or "") == unit:
            cells[row.fact.subject][year].append(row)
    chosen = sorted(cells, key=lambda place: (-len(cells[place]), place))[:places]
    series = tuple((place, tuple(_point(place, year, cells[place][year]) for year in sorted(cells[place])))
                   for place in chosen)  # fmt: skip
    years = sorted({point.year for _, points in series for point in points})
    shown = sum(len(point.rows) for _, points in series for point in points)
    return Trend(unit, tuple(range(years[0], years[-1] + 1)), series, len(dated) - shown)


def _point(place: str, year: int, rows: list[FactRow]) -> Point:
    latest = sorted(rows, key=lambda row: (row.published or "", row.id), reverse=True)
    value = number(latest[0])
    assert value is not None, "only figures with a number come here"
    return Point(place, year, value, tuple(latest))


def number(row: FactRow) -> float | None:
    """The stated number of a figure: the lower end, else the upper; None for another kind."""
    low, high = row.fact.fields.get("value_low"), row.fact.fields.get("value_high")
    stated = low if low is not None else high
    return float(stated) if isinstance(stated, int | float) else None


def last_year(row: FactRow) -> int | None:
    """The year in which the fact's period ends, else the year of publication."""
    years = _YEARS.findall(row.fact.period) or _YEARS.findall(row.published or "")[:1]
    year = int(years[-1]) if years else 0
    return year if year in _PLAUSIBLE else None
