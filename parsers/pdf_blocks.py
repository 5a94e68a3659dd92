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

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = sorted(pieces, key=lambda piece: (piece.y, piece.x0))
        self.box: Rect = box_of(self.pieces)
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


def blocks(pieces: Sequence[Piece], step: float, region: Callable[[Piece], int]) -> list[Block]:
    """The blocks of a page. `step` is its pitch; `region` tells which pieces no wall parts."""
    ordered = sorted(pieces, key=lambda piece: piece.y)
    group = list(range(len(ordered)))
    for number in range(len(ordered)):
        above = _above(ordered, number, step, region)
        if above is not None:
            _join(group, _root(group, above), _root(group, number))
    members: dict[int, list[Piece]] = {}
    for number, piece in enumerate(ordered):
        members.setdefault(_root(group, number), []).append(piece)
    return [Block(held) for held in members.values()]


def _root(group: list[int], number: int) -> int:
    while group[number] != number:
        group[number] = group[group[number]]
        number = group[number]
    return number


def _join(group: list[int], first: int, second: int) -> None:
    group[second] = first


def _above(ordered: Sequence[Piece], number: int, step: float, region: Callable[[Piece], int]) -> int | None:
    """The line that this one goes on from: the one line right above it, in the same column."""
    piece = ordered[number]
    near: list[int] = []
    for other in range(number - 1, -1, -1):
        upper = ordered[other]
        if piece.y - upper.y > _REACH * step or (near and ordered[near[0]].y - upper.y > 0.3 * step):
            break
        if piece.y - upper.y > 0.3 * step and _overlap(upper, piece) and region(upper) == region(piece):
            near.append(other)
    if len(near) != 1 or not _fits(ordered[near[0]], piece):
        return None
    return None if _shares_upper(ordered, number, ordered[near[0]]) else near[0]


def _overlap(one: Piece, other: Piece) -> bool:
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 0.3 * min(one.em, other.em)


def _fits(upper: Piece, piece: Piece) -> bool:
    em = max(upper.em, piece.em)
    if em > _LIKE * min(upper.em, piece.em):
        return False
    wide, narrow = (upper, piece) if upper.x1 - upper.x0 > piece.x1 - piece.x0 else (piece, upper)
    return narrow.x0 > wide.x0 - 2.4 * em and narrow.x1 < wide.x1 + 1.6 * em


def _shares_upper(ordered: Sequence[Piece], number: int, upper: Piece) -> bool:
    """Whether another line beside this one also stands under `upper`: then that one is wider than a column."""
    piece = ordered[number]
    for at in (*range(number - 1, max(number - 12, -1), -1), *range(number + 1, min(number + 12, len(ordered)))):
        other = ordered[at]
        if abs(other.y - piece.y) < 0.3 * piece.em and other.y > upper.y and _overlap(upper, other):
            return True
    return False
