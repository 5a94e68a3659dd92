"""The geometry of the trend of one measure as small multiples: a panel a place, all with the same years and scale.

Places along a panel are in per cent of its width and heights in pixels, so that a panel stretches without its text
being stretched.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from datasette_plugins.facts import describe
from db.fact_trend import Point, Trend, number
from db.fact_values import FactRow

HEIGHT, TOP, BASE = 136.0, 16.0, 112.0  # of a panel, of the highest gridline, of zero
_INSET = 7.0  # per cent left of the first year and right of the last, for half a label
_LABELS = 4  # years written under a panel of 140 px; of more only the first and the last


@dataclass(frozen=True, slots=True)
class Dot:
    """One report: `latest` is the one the line goes through, others of the same place and year stand beside it."""

    x: float
    y: float
    href: str
    title: str
    latest: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The line from one year to the next with a report; `gap` where years without one lie between."""

    x1: float
    y1: float
    x2: float
    y2: float
    gap: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One place: its latest year and how the latest report puts it, its reports and the line through them."""

    place: str
    year: int
    value: str
    steps: tuple[Step, ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The panels and what they share; `ticks` are (y, label), `years` are (x, label)."""

    height: float
    base: float
    panels: tuple[Panel, ...]
    ticks: tuple[tuple[float, str], ...]
    years: tuple[tuple[float, str], ...]


def draw(trend: Trend) -> Drawing:
    """The drawing of `trend`: zero-based, the scale ends just above the highest report of any place."""
    top = nice_top(max(_stated(row) for _, points in trend.series for point in points for row in point.rows))
    panels = tuple(_panel(trend, place, points, top) for place, points in trend.series)
    ticks = tuple((_y(top * part / 2, top), f"{top * part / 2:,.6g}") for part in range(3))
    return Drawing(HEIGHT, BASE, panels, ticks, _year_labels(trend))


def nice_top(most: float) -> float:
    """The smallest of 1, 2, 4, 5, 8, 10 × 10ⁿ that is not below `most`; 1 for nothing."""
    if most <= 0:
        return 1.0
    scale = 10.0 ** (len(f"{int(most)}") - 1) if most >= 1 else 0.1
    return next((step * scale for step in (1, 2, 4, 5, 8) if step * scale >= most), 10 * scale)


def _panel(trend: Trend, place: str, points: tuple[Point, ...], top: float) -> Panel:
    steps = tuple(
        Step(
            _x(one.year, trend),
            _y(one.value, top),
            _x(two.year, trend),
            _y(two.value, top),
            two.year > one.year + 1,
        )
        for one, two in pairwise(points)
    )
    dots = tuple(dot for point in points for dot in _dots(trend, point, top))
    last = points[-1]
    return Panel(place, last.year, said(last.rows[0]), steps, dots)


def _dots(trend: Trend, point: Point, top: float) -> list[Dot]:
    """The reports of a place and year; the latest last, so that it is drawn over the others."""
    x = _x(point.year, trend)
    return [
        Dot(x, _y(_stated(row), top), f"/article/{row.article}#e{row.number}", _title(point, row), place == 0)
        for place, row in reversed(list(enumerate(point.rows)))
    ]


def _title(point: Point, row: FactRow) -> str:
    return f"{point.place} {point.year}：{describe(row.fact)}（{row.article_title}）"


def said(row: FactRow) -> str:
    """The value of a figure with its unit, as its own description ends."""
    return describe(row.fact).split(" · ")[-1]


def _stated(row: FactRow) -> float:
    return max(0.0, number(row) or 0.0)


def _year_labels(trend: Trend) -> tuple[tuple[float, str], ...]:
    years = trend.years if len(trend.years) <= _LABELS else (trend.years[0], trend.years[-1])
    return tuple((_x(year, trend), str(year)) for year in years)


def _x(year: int, trend: Trend) -> float:
    first, last = trend.years[0], trend.years[-1]
    share = (year - first) / (last - first) if last > first else 0.5
    return round(_INSET + share * (100 - 2 * _INSET), 2)


def _y(value: float, top: float) -> float:
    return round(BASE - (BASE - TOP) * value / top, 1)
