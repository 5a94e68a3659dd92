"""The geometry of the trend of one measure: years from left to right, a zero-based scale, a line a place."""

from __future__ import annotations

from dataclasses import dataclass

from datasette_plugins.facts import describe
from db.fact_trend import Point, Trend

WIDTH, HEIGHT = 640.0, 240.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 16.0, 12.0, 28.0
MARKS = ("circle", "square", "diamond", "up")  # a shape a place beside the dash: never colour alone


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the drawing with the article behind it; `path` is its mark around (x, y)."""

    x: float
    y: float
    path: str
    href: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """The line of one place; `style` numbers its dash and colour, `key` is the mark's path in the legend."""

    place: str
    style: int
    path: str
    key: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in drawing units; `ticks` are (y, label), `years` are (x, label)."""

    width: float
    height: float
    left: float
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]
    years: tuple[tuple[float, str], ...]


def draw(trend: Trend) -> Drawing:
    """The drawing of `trend`."""
    top = nice_top(max(point.value for _, points in trend.series for point in points))
    lines = tuple(_line(trend, index, place, points, top) for index, (place, points) in enumerate(trend.series))
    ticks = tuple((_y(top * part / 4, top), f"{top * part / 4:,.6g}") for part in range(5))
    step = max(1, -(-len(trend.years) // 12))  # at most twelve labels, so that they never touch
    years = tuple((_x(year, trend), str(year)) for year in trend.years[::step])
    return Drawing(WIDTH, HEIGHT, _LEFT, lines, ticks, years)


def nice_top(most: float) -> float:
    """The smallest of 1, 2, 4, 5, 8, 10 × 10ⁿ that is not below `most`; 1 for nothing."""
    if most <= 0:
        return 1.0
    scale = 10.0 ** (len(f"{int(most)}") - 1) if most >= 1 else 0.1
    return next((step * scale for step in (1, 2, 4, 5, 8) if step * scale >= most), 10 * scale)


def _line(trend: Trend, index: int, place: str, points: tuple[Point, ...], top: float) -> Line:
    dots = tuple(dot for point in points for dot in _dots(trend, index, point, top))
    steps = [f"{_x(point.year, trend)} {_y(point.value, top)}" for point in points]
    return Line(place, index, "M" + " L".join(steps), mark(index, 10, 8), dots)


def _dots(trend: Trend, index: int, point: Point, top: float) -> list[Dot]:
    row = point.rows[0]
    x, y = _x(point.year, trend), _y(point.value, top)
    title = f"{point.place} {point.year}：{describe(row.fact)}（{row.article_title}）"
    return [Dot(x, y, mark(index, x, y), f"/article/{row.article}#e{row.number}", title)]


def mark(index: int, x: float, y: float) -> str:
    """The path of a mark of about 10 units around (x, y); marks repeat after four places."""
    match MARKS[index % len(MARKS)]:
        case "circle":
            return f"M{x - 5} {y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z"
        case "square":
            return f"M{x - 4.5} {y - 4.5}h9v9h-9Z"
        case "diamond":
            return f"M{x} {y - 6}l6 6l-6 6l-6 -6Z"
        case _:
            return f"M{x} {y - 5.5}l6 10h-12Z"


def _x(year: int, trend: Trend) -> float:
    first, last = trend.years[0], trend.years[-1]
    inner = WIDTH - _LEFT - _RIGHT
    share = (year - first) / (last - first) if last > first else 0.5
    return round(_LEFT + 12 + share * (inner - 24), 1)


def _y(value: float, top: float) -> float:
    inner = HEIGHT - _TOP - _BOTTOM
    return round(_TOP + inner * (1 - max(0.0, value) / top), 1)
