"""Characters of a page → pieces of lines that do not cross a gutter.

Gutters are found by left edges: a column is where line after line begins at the same place. Gaps alone do not
show it, because a comma that hangs out of its column closes the gutter.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parsers.pdf_glyphs import Glyph, Rect

_ROW = 0.2  # em: baselines nearer than this are one row
_GAP = 0.75  # em: a wider gap may be a gutter
_WIDE_GAP = 1.2  # em: a gap that is a gutter where too few lines are near to tell
_SPACE = 0.45  # em: a gap inside a line from which a space is read
_EDGE = 0.4  # the share of the lines near that must begin at the same place
_NEAR = 11.0  # em: lines so far up and down are near
_BREAK = 4.5  # em: a wider white band ends what is near
_INDENT = 2.2  # em: a paragraph begins at most so far inside its column
_OTHER_SIZE = 1.18
_LARGE = 1.45  # times the size of the body: a headline
_HANGING = "，。、；：！？”’》）】…"
_NAMES = re.compile(r"(?:^|本报|本刊|全媒体)(?:记者|通讯员|特约记者|实习生)(?: [\u4e00-\u9fff]{1,4})*$")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")

_Side = tuple[float, float, float]  # an upright line: x, top, bottom


@dataclass(slots=True)
class Piece:
    """A run of characters on one baseline in one column."""

    glyphs: list[Glyph]

    @property
    def x0(self) -> float:
        """Left end in points."""
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        """Right end in points, without a mark that hangs out of the column."""
        last = self.glyphs[-1]
        return last.x0 if last.text in _HANGING and len(self.glyphs) > 4 else last.x1

    @property
    def y(self) -> float:
        """Baseline in points from the top."""
        return self.glyphs[0].y

    @property
    def em(self) -> float:
        """Size of the type in points."""
        return self.glyphs[0].em

    @property
    def top(self) -> float:
        """Upper end of the characters."""
        return self.y - 0.88 * self.em

    @property
    def bottom(self) -> float:
        """Lower end of the characters."""
        return self.y + 0.12 * self.em

    @property
    def text(self) -> str:
        """The characters, with a space where the line has a gap and between two words of Latin letters."""
        parts = [self.glyphs[0].text]
        usual = max(0.0, statistics.median(self._gaps()) if len(self.glyphs) > 1 else 0.0)
        for gap, glyph, before in zip(self._gaps(), self.glyphs[1:], self.glyphs, strict=False):
            latin = glyph.text.isascii() and before.text.isascii()
            if gap - usual > (0.15 if latin else _SPACE):
                parts.append(" ")
            parts.append(glyph.text)
        return "".join(parts)

    def _gaps(self) -> list[float]:
        """The distance before each character but the first, in em."""
        return [(right.x0 - left.x1) / self.em for left, right in zip(self.glyphs, self.glyphs[1:], strict=False)]


def box_of(pieces: Iterable[Piece]) -> Rect:
    """The smallest rectangle around the pieces."""
    held = list(pieces)
    return Rect(min(p.x0 for p in held), min(p.top for p in held), max(p.x1 for p in held), max(p.bottom for p in held))


def body_size(glyphs: Sequence[Glyph]) -> float:
    """The size in which most of the page is set, in points (to a tenth)."""
    return Counter(round(glyph.em, 1) for glyph in glyphs).most_common(1)[0][0] if glyphs else 10.0


def pieces(glyphs: Sequence[Glyph], walls: Sequence[Rect] = ()) -> list[Piece]:
    """All pieces of lines of a page, from top to bottom; none runs across the upright side of a wall."""
    large = _LARGE * body_size(glyphs)
    sides = [(x, wall.top, wall.bottom) for wall in walls for x in {wall.left, wall.right}]
    sides = [side for side in sides if side[2] - side[1] > large]
    rows = [list(_runs(row, large, sides)) for row in _rows(glyphs)]
    edges = _Edges(rows, sides, large)
    return [piece for number, row in enumerate(rows) for piece in _columns(row, number, edges)]


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.y):
        if row and glyph.y - row[0].y > _ROW * min(glyph.em, row[0].em):
            yield sorted(row, key=lambda one: one.x0)
            row = []
        row.append(glyph)
    if row:
        yield sorted(row, key=lambda one: one.x0)


def _runs(row: list[Glyph], large: float, sides: Sequence[_Side]) -> Iterator[Piece]:
    """A row cut at every wide gap, where the size changes, and at walls.

    Two headlines side by side may nearly touch, but are rarely of one size on one line.
    """
    held = [row[0]]
    for glyph in row[1:]:
        before = held[-1]
        other = max(glyph.em, before.em) > _OTHER_SIZE * min(glyph.em, before.em)
        if min(glyph.em, before.em) > large and not other:
            unlike = abs(glyph.y - before.y) > 0.04 * glyph.em or abs(glyph.em - before.em) > 0.02 * glyph.em
            other = unlike and glyph.x0 - before.x1 > 0.15 * glyph.em
        if other or glyph.x0 - before.x1 > _GAP * glyph.em or _walled(before, glyph, sides):
            yield Piece(held)
            held = []
        held.append(glyph)
    yield Piece(held)


def _walled(before: Glyph, glyph: Glyph, sides: Sequence[_Side]) -> bool:
    low, high, y = before.x0 + 0.3 * before.em, glyph.x0 + 0.1 * glyph.em, glyph.y - 0.35 * glyph.em
    return any(low < x < high and top < y < bottom for x, top, bottom in sides)


class _Edges:
    """Where the lines of a page begin, and its walls."""

    def __init__(self, rows: list[list[Piece]], sides: Sequence[_Side], large: float) -> None:
        self._rows = [(row[0].y, [(piece.x0, piece.glyphs[-1].x1) for piece in row]) for row in rows]
        self._sides, self.large = sides, large

    def is_gutter(self, number: int, before: Glyph, glyph: Glyph, least: int) -> bool | None:
        """Whether lines begin between the two characters in the rows around; None with fewer than `least` rows."""
        if _walled(before, glyph, self._sides):
            return True
        begins, across = self._counts(number, before, glyph)
        return None if begins + across < least else begins >= _EDGE * (begins + across)

    def _counts(self, number: int, before: Glyph, glyph: Glyph) -> tuple[int, int]:
        """How many of the rows near begin a line between the two characters, and how many run across there."""
        em = glyph.em
        low, high = before.x0 + 0.5 * em if before.text in _HANGING else before.x1, glyph.x0 + 0.25 * em
        begins = across = 0
        for way in (range(number, -1, -1), range(number + 1, len(self._rows))):
            last = glyph.y
            for at in way:
                y, spans = self._rows[at]
                if abs(y - last) > _BREAK * em or abs(y - glyph.y) > _NEAR * em:
                    break
                if any(left < low and right > high for left, right in spans):
                    across, last = across + 1, y
                elif any(low < left < high + _INDENT * em for left, _ in spans):
                    begins, last = begins + 1, y
        return begins, across


def _columns(row: list[Piece], number: int, edges: _Edges) -> Iterator[Piece]:
    """The runs of a row joined where the gap is no gutter, and cut where a hanging mark hides one."""
    joined: list[Piece] = []
    for piece in row:
        if joined and _is_inner_gap(joined[-1], piece, number, edges):
            joined[-1] = Piece(joined[-1].glyphs + piece.glyphs)
        else:
            joined.append(piece)
    for piece in joined:
        yield from _cut(piece, number, edges)


def _is_inner_gap(left: Piece, right: Piece, number: int, edges: _Edges) -> bool:
    em, gap = right.em, right.x0 - left.glyphs[-1].x1
    if max(left.em, em) > _OTHER_SIZE * min(left.em, em) or gap > 2.6 * em:
        return False
    if _NAME.fullmatch(right.text) and _NAMES.search(left.text):
        return True  # 本报记者　张三　李四, however its gaps fall over the columns below
    gutter = edges.is_gutter(number, left.glyphs[-1], right.glyphs[0], 4)
    return gap < _WIDE_GAP * em if gutter is None else not gutter


def _cut(piece: Piece, number: int, edges: _Edges) -> Iterator[Piece]:
    start = 0
    if piece.em > edges.large:  # a mark inside a headline hides no gutter
        yield piece
        return
    for at in range(2, len(piece.glyphs)):
        before, glyph = piece.glyphs[at - 1], piece.glyphs[at]
        if before.text in _HANGING and glyph.text not in _HANGING and edges.is_gutter(number, before, glyph, 4):
            yield Piece(piece.glyphs[start:at])
            start = at
    yield Piece(piece.glyphs[start:])
