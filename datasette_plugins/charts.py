"""The geometry of the two charts: 34 provinces as squares in rough geography, months or years as zero-based bars.

Places along a chart are in per cent of its width, so that it stretches without its text being stretched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# (column, row, short name): the usual tile map of China; the islands and the two special regions in the south-east
_TILES: dict[str, tuple[int, int, str]] = {
    "黑龙江省": (9, 0, "黑"),
    "内蒙古自治区": (6, 1, "蒙"),
    "吉林省": (9, 1, "吉"),
    "新疆维吾尔自治区": (0, 2, "新"),
    "甘肃省": (3, 2, "甘"),
    "宁夏回族自治区": (4, 2, "宁"),
    "山西省": (6, 2, "晋"),
    "北京市": (7, 2, "京"),
    "天津市": (8, 2, "津"),
    "辽宁省": (9, 2, "辽"),
    "青海省": (3, 3, "青"),
    "陕西省": (5, 3, "陕"),
    "河北省": (7, 3, "冀"),
    "山东省": (8, 3, "鲁"),
    "西藏自治区": (1, 4, "藏"),
    "四川省": (3, 4, "川"),
    "重庆市": (4, 4, "渝"),
    "湖北省": (5, 4, "鄂"),
    "河南省": (6, 4, "豫"),
    "安徽省": (7, 4, "皖"),
    "江苏省": (8, 4, "苏"),
    "上海市": (9, 4, "沪"),
    "云南省": (3, 5, "滇"),
    "贵州省": (4, 5, "黔"),
    "湖南省": (5, 5, "湘"),
    "江西省": (6, 5, "赣"),
    "浙江省": (8, 5, "浙"),
    "广西壮族自治区": (4, 6, "桂"),
    "广东省": (6, 6, "粤"),
    "福建省": (7, 6, "闽"),
    "台湾省": (9, 6, "台"),
    "海南省": (4, 7, "琼"),
    "澳门特别行政区": (6, 7, "澳"),
    "香港特别行政区": (7, 7, "港"),
}
PROVINCES = tuple(_TILES)
_IN_ORDER = tuple(sorted(_TILES.items(), key=lambda tile: (tile[1][1], tile[1][0])))
SHADES = 5
MOST_MONTHS = 84


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the province grid: 1-based column and row, shade 0 (nothing) to 5."""

    name: str
    short: str
    column: int
    row: int
    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A month ("2025-03") or year ("2025") of a chart. Places are in per cent; `hatched`: crawled on less than half of
    the source-days, so that its height says little; `share` is of all articles of that time, None where not asked."""

    name: str
    count: int
    share: float | None
    x: float
    width: float
    y: float
    height: float
    hatched: bool
    covered: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars oldest first, the value of the highest one, and where years begin along the axis (per cent, "2025")."""

    bars: tuple[Bar, ...]
    highest: float
    ticks: tuple[tuple[float, str], ...]
    shares: bool

    @property
    def hatched(self) -> bool:
        """Whether any bar stands for a time that was hardly crawled."""
        return any(bar.hatched for bar in self.bars)


def tiles(provinces: Iterable[tuple[str, int]]) -> tuple[Tile, ...]:
    """The 34 squares, west to east within north to south, so that Tab walks the map as one reads."""
    counts = dict(provinces)
    most = max([counts.get(name, 0) for name in PROVINCES], default=0)
    return tuple(
        Tile(name, short, column + 1, row + 1, counts.get(name, 0), _shade(counts.get(name, 0), most))
        for name, (column, row, short) in _IN_ORDER
    )


def _shade(count: int, most: int) -> int:
    if count <= 0 or most <= 0:
        return 0
    return min(SHADES, 1 + int(count / most * SHADES))


def chart(
    months: Iterable[tuple[str, int]],
    covered: Mapping[str, float] | None = None,
    totals: Mapping[str, int] | None = None,
) -> Chart:
    """A zero-based chart of counts by month, by year where there are more than `MOST_MONTHS` of them.

    `covered`: month → share of source-days crawled. With `totals` (month → all articles) heights are shares of them.
    """
    listed = list(months)
    if len(listed) > MOST_MONTHS:
        listed, covered, totals = _years(listed), None, totals and dict(_years(totals.items()))
    values = [_share(count, totals.get(name, 0)) if totals is not None else float(count) for name, count in listed]
    highest = max(values, default=0.0)
    step = 100 / max(len(listed), 1)
    drawn = []
    for number, ((name, count), value) in enumerate(zip(listed, values, strict=True)):
        tall = round(100 * value / highest, 2) if highest else 0.0
        crawled = covered.get(name) if covered else None
        place = round(number * step, 3), round(step, 3), round(100 - tall, 2), tall
        drawn.append(
            Bar(
                name,
                count,
                value if totals is not None else None,
                *place,
                crawled is not None and crawled < 0.5,
                crawled,
            )
        )
    return Chart(tuple(drawn), highest, _ticks([name for name, _ in listed], step), totals is not None)


def _share(count: int, of: int) -> float:
    return count / of if of else 0.0


def _years(months: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for month, count in months:
        counts[month[:4]] += count
    return sorted(counts.items())


def _ticks(names: list[str], step: float) -> tuple[tuple[float, str], ...]:
    """The beginnings of years, never more than about eight."""
    starts = [number for number, name in enumerate(names) if number == 0 or names[number - 1][:4] != name[:4]]
    if len(starts) > 1 and starts[1] - starts[0] < 4 and len(names) > 12:
        starts = starts[1:]  # the label of a year's last months would stand under the next one's
    every = -(-len(starts) // 8) or 1
    return tuple((round(number * step, 3), names[number][:4]) for number in starts[::every])
