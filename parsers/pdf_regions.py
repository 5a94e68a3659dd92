"""The areas into which boxes and lines cut a page, whatever their shape: two places that no wall parts are one area."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence

from parsers.pdf_glyphs import Rect

_MOST_LINES = 120  # the longest ones of each direction decide
_THICK = 4.0  # points: a flatter box is a line
_NEAR = 2.0  # points: two lines nearer than this are one


class Regions:
    """Areas of a page; `reach` is how far a wall is drawn out beyond its ends so that corners close (points)."""

    def __init__(self, walls: Iterable[Rect], reach: float) -> None:
        across, down = _lines(walls)
        self._across = [(y, x0 - reach, x1 + reach) for y, x0, x1 in across]
        self._down = [(x, y0 - reach, y1 + reach) for x, y0, y1 in down]
        self._xs = _places(x for x, _, _ in down)
        self._ys = _places(y for y, _, _ in across)
        self._area = self._flooded()

    def of(self, x: float, y: float) -> int:
        """The number of the area in which this place lies."""
        return self._area[bisect.bisect(self._xs, x)][bisect.bisect(self._ys, y)]

    def parted(self, left: Rect, right: Rect) -> bool:
        """Whether a line from top to bottom stands between two boxes, along most of the shorter one."""
        top, bottom = max(left.top, right.top), min(left.bottom, right.bottom)
        middle = [line for line in self._down if left.right - 15 <= line[0] <= right.left + 5]
        return any(min(bottom, y1) - max(top, y0) > 0.6 * (bottom - top) > 0 for _, y0, y1 in middle)

    def _flooded(self) -> list[list[int]]:
        wide, high = len(self._xs) + 1, len(self._ys) + 1
        area = [[-1] * high for _ in range(wide)]
        walls_x = [[self._closed(self._down, x, self._ys, row) for row in range(high)] for x in self._xs]
        walls_y = [[self._closed(self._across, y, self._xs, column) for column in range(wide)] for y in self._ys]
        number = 0
        for start in ((column, row) for column in range(wide) for row in range(high)):
            if area[start[0]][start[1]] < 0:
                _fill(area, start, number, walls_x, walls_y)
                number += 1
        return area

    @staticmethod
    def _closed(lines: Sequence[tuple[float, float, float]], place: float, cuts: Sequence[float], cell: int) -> bool:
        """Whether a line at `place` runs along most of the cell between two of the other cuts."""
        low = cuts[cell - 1] if cell else float("-inf")
        high = cuts[cell] if cell < len(cuts) else float("inf")
        if high == float("inf") or low == float("-inf"):
            return False
        return any(abs(at - place) < _NEAR and start <= low + 1 and end >= high - 1 for at, start, end in lines)


def _fill(
    area: list[list[int]],
    start: tuple[int, int],
    number: int,
    walls_x: Sequence[Sequence[bool]],
    walls_y: Sequence[Sequence[bool]],
) -> None:
    waiting = [start]
    while waiting:
        column, row = waiting.pop()
        if area[column][row] >= 0:
            continue
        area[column][row] = number
        if column and not walls_x[column - 1][row]:
            waiting.append((column - 1, row))
        if column < len(walls_x) and not walls_x[column][row]:
            waiting.append((column + 1, row))
        if row and not walls_y[row - 1][column]:
            waiting.append((column, row - 1))
        if row < len(walls_y) and not walls_y[row][column]:
            waiting.append((column, row + 1))


_Line = tuple[float, float, float]


def _lines(walls: Iterable[Rect]) -> tuple[list[_Line], list[_Line]]:
    """Lines across (y, left, right) and down (x, top, bottom), the longest first."""
    across: list[_Line] = []
    down: list[_Line] = []
    for wall in walls:
        if wall.bottom - wall.top < _THICK:
            across.append(((wall.top + wall.bottom) / 2, wall.left, wall.right))
        elif wall.right - wall.left < _THICK:
            down.append(((wall.left + wall.right) / 2, wall.top, wall.bottom))
        else:
            across += [(wall.top, wall.left, wall.right), (wall.bottom, wall.left, wall.right)]
            down += [(wall.left, wall.top, wall.bottom), (wall.right, wall.top, wall.bottom)]
    for lines in (across, down):
        lines.sort(key=lambda line: line[1] - line[2])
        del lines[_MOST_LINES:]
    return across, down


def _places(values: Iterable[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] >= _NEAR:
            places.append(value)
    return places
