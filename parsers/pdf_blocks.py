"""Pieces of lines → blocks: lines of one column that follow each other from top to bottom."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Sequence

from parsers.pdf_glyphs import Rect
from parsers.pdf_lines import Piece, box_of

_REACH = 2.6  # pitches: lines farther apart belong to different blocks
_LIKE = 1.35  # sizes of type that go together in a column


class Block:
    """Lines of a column, from top to bottom."""

    def __init__(self, pieces: Sequence[Piece], region: int = 0) -> None:
        self.region = region
        self.pieces = sorted(pieces, key=lambda piece: (piece.y, piece.x0))
        self.box: Rect = box_of(self.pieces)
        self.em = statistics.median(piece.em for piece in self.pieces)
        self.left = self.box.left  # where the column begins, which a block of indented lines does not show

    @property
    def middle(self) -> float:
        """The middle of the column, in points from the left."""
        return (self.box.left + self.box.right) / 2


def pitch(pieces: Sequence[Piece], body: float) -> float:
    """The usual distance between two lines of the body, in points."""
    starts: dict[int, list[float]] = {}
    for piece in sorted(pieces, key=lambda piece: piece.y):
        if 0.9 * body < piece.em < 1.1 * body:
            starts.setdefault(round(piece.x0 / body), []).append(piece.y)
    steps = [low - high for ys in starts.values() for high, low in itertools.pairwise(ys)]
    usual = [step for step in steps if body < step < 2.5 * body]
    return statistics.median(usual) if usual else 1.5 * body


def blocks(pieces: Sequence[Piece], step: float, region: Callable[[Piece], int], reach: float = _REACH) -> list[Block]:
    """The blocks of a page. `step` is its pitch, `reach` the distance (in pitches) that parts blocks; `region`
    tells which pieces no wall parts."""
    ordered = sorted(pieces, key=lambda piece: piece.y)
    block: list[_Growing] = []  # by number of the piece
    for number, piece in enumerate(ordered):
        above = _above(ordered, number, (step, reach * step), region)
        if above is None or not block[above].takes(piece) or _shares_upper(ordered, number, ordered[above]):
            block.append(_Growing(piece))
        else:
            block.append(block[above])
            block[above].add(piece)
    grown = {id(one): one for one in block}.values()
    return [Block(one.pieces, region(one.pieces[0])) for one in grown]


class _Growing:
    """A block while lines are added to its end."""

    def __init__(self, piece: Piece) -> None:
        self.pieces = [piece]
        self._left, self._right = piece.x0, piece.x1

    def takes(self, piece: Piece) -> bool:
        """Whether the line is of a like size and stands in the column (or the column so far in the line)."""
        em = max(self.pieces[-1].em, piece.em)
        if em > _LIKE * min(self.pieces[-1].em, piece.em):
            return False
        inside = piece.x0 > self._left - 2.4 * em and piece.x1 < self._right + 1.6 * em
        around = self._left > piece.x0 - 2.4 * em and self._right < piece.x1 + 1.6 * em
        return inside or around

    def add(self, piece: Piece) -> None:
        """Takes the line."""
        self.pieces.append(piece)
        self._left, self._right = min(self._left, piece.x0), max(self._right, piece.x1)


def _above(
    ordered: Sequence[Piece], number: int, steps: tuple[float, float], region: Callable[[Piece], int]
) -> int | None:
    """The number of the one line right above this one, None where there is none or more than one."""
    piece, (step, farthest) = ordered[number], steps
    near: list[int] = []
    for other in range(number - 1, -1, -1):
        upper = ordered[other]
        if piece.y - upper.y > farthest or (near and ordered[near[0]].y - upper.y > 0.3 * step):
            break
        if piece.y - upper.y > 0.3 * step and _overlap(upper, piece) and region(upper) == region(piece):
            near.append(other)
    return near[0] if len(near) == 1 else None


def _overlap(one: Piece, other: Piece) -> bool:
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 0.3 * min(one.em, other.em)


def _shares_upper(ordered: Sequence[Piece], number: int, upper: Piece) -> bool:
    """Whether another line beside this one also stands under `upper`: then that one is wider than a column."""
    piece = ordered[number]
    for at in (*range(number - 1, max(number - 12, -1), -1), *range(number + 1, min(number + 12, len(ordered)))):
        other = ordered[at]
        if abs(other.y - piece.y) < 0.3 * piece.em and other.y > upper.y and _overlap(upper, other):
            return True
    return False
