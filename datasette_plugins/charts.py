"""The geometry of the two charts: 34 provinces as squares in rough geography, months as zero-based bars."""

from __future__ import annotations

from collections.abc import Iterable
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
SHADES = 5


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
    """A month bar in a drawing 100 units high: `x` and `width` in units, `height` zero-based."""

    month: str
    count: int
    x: float
    y: float
    width: float
    height: float


def tiles(provinces: Iterable[tuple[str, int]]) -> tuple[Tile, ...]:
    """The 34 squares, west to east within north to south, so that Tab walks the map as one reads."""
    counts = dict(provinces)
    most = max([counts.get(name, 0) for name in PROVINCES], default=0)
    placed = [
        Tile(name, short, column + 1, row + 1, counts.get(name, 0), _shade(counts.get(name, 0), most))
        for name, (column, row, short) in _TILES.items()
    ]
    return tuple(sorted(placed, key=lambda tile: (tile.row, tile.column)))


def _shade(count: int, most: int) -> int:
    if count <= 0 or most <= 0:
        return 0
    return min(SHADES, 1 + int(count / most * SHADES))


def bars(months: Iterable[tuple[str, int]], height: float = 100.0, step: float = 20.0) -> tuple[Bar, ...]:
    """One bar a month, `step` units apart, the highest month filling `height`."""
    listed = list(months)
    most = max([count for _, count in listed], default=0)
    return tuple(
        Bar(month, count, index * step + 2, height - tall, step - 4, tall)
        for index, (month, count) in enumerate(listed)
        for tall in [round(height * count / most, 2) if most else 0.0]
    )
