"""Where the articles, pictures and adverts of a made newspaper page stand: columns and rows, no words yet."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

ROWS = 92  # lines of body text from the top of a page to its bottom


class Walls(StrEnum):
    """How a page separates its articles."""

    BOXES = "boxes"
    RULES = "rules"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class Cell:
    """Columns `left` to before `right`, rows `top` to before `bottom`."""

    left: int
    right: int
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One article: where its heading stands, its column frames in reading order, and what is drawn around it."""

    head: Cell
    frames: tuple[Cell, ...]
    vertical: bool = False  # the heading runs from top to bottom
    outline: tuple[Cell, ...] = ()  # rectangles that are drawn around it
    picture: Cell | None = None
    gray: bool = False  # the picture is a filled box
    around: tuple[tuple[int, int], ...] = ()  # corners (column, row) of a frame that is no rectangle
    jump_to: int | None = None  # sheet on which it goes on
    jump_from: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A page: number of columns, articles in no order, adverts, and whether all articles are rectangles."""

    columns: int
    plans: tuple[Plan, ...]
    adverts: tuple[Cell, ...] = ()
    rules: tuple[Cell, ...] = ()  # lines between articles: a side of each cell has no length
    rectangular: bool = True


def _head_rows(cell: Cell) -> int:
    return 8 if cell.right - cell.left > 2 else 6


def rectangle(cell: Cell, walls: Walls, picture: bool = False) -> Plan:
    """An article that fills `cell`: heading on top, all columns of the same length below it."""
    top = cell.top + _head_rows(cell)
    image = None
    if picture:
        image = Cell(cell.left, cell.right, top, top + 12)
        top += 16
    frames = tuple(Cell(column, column + 1, top, cell.bottom) for column in range(cell.left, cell.right))
    outline = (cell,) if walls is Walls.BOXES else ()
    return Plan(Cell(cell.left, cell.right, cell.top, cell.top + _head_rows(cell)), frames, False, outline, image)


def grid(pick: random.Random, walls: Walls, pictures: bool = False, adverts: bool = False) -> Layout:
    """Bands of one to three rectangular articles."""
    columns = pick.choice((4, 5, 6))
    first, second = pick.randint(26, 34) + 6 * pictures, pick.randint(56, 66)
    bands = ((0, first), (first, second), (second, ROWS))
    plans: list[Plan] = []
    boxes: list[Cell] = []
    rules: list[Cell] = []
    for number, (top, bottom) in enumerate(bands):
        cut = pick.choice((2, columns - 2, columns) if number else (columns,))
        cells = [Cell(0, cut, top, bottom - 2)] + ([Cell(cut, columns, top, bottom - 2)] if cut < columns else [])
        if adverts and number == 2 and len(cells) == 2:
            boxes.append(cells.pop())
        if walls is Walls.RULES:
            rules += [Cell(0, columns, top - 1, top - 1)] if top else []
            rules += [Cell(cut, cut, top, bottom - 2)] if len(cells) == 2 else []
        plans += [
            rectangle(cell, walls, pictures and cell.right - cell.left <= 3 and bottom - top >= 34) for cell in cells
        ]
    return Layout(columns, tuple(plans), tuple(boxes), tuple(rules))


def l_shape(pick: random.Random, walls: Walls) -> Layout:
    """A wide article whose columns stop early on one side, where another article stands."""
    columns = pick.choice((4, 5, 6))
    middle, edge = pick.randint(24, 34), pick.randint(1, columns - 2)
    floor = pick.randint(60, 68)
    right_side = pick.random() < 0.5
    inner = Cell(edge, columns, middle, floor) if right_side else Cell(0, columns - edge, middle, floor)
    frames = tuple(
        Cell(column, column + 1, 8, middle - 2 if inner.left <= column < inner.right else floor)
        for column in range(columns)
    )
    outer = Plan(Cell(0, columns, 0, 8), frames)
    below = rectangle(Cell(0, columns, floor + 2, ROWS), walls)
    rules = (Cell(0, columns, floor + 1, floor + 1),) if walls is not Walls.SPACE else ()
    return Layout(columns, (outer, rectangle(inner, walls), below), rules=rules, rectangular=False)


def beside_head(pick: random.Random, walls: Walls) -> Layout:
    """The last columns of an article begin as high as its heading, beside it; another article below."""
    columns = pick.choice((4, 5))
    floor = pick.randint(40, 52)
    wide = columns - 1
    frames = tuple(Cell(column, column + 1, 8 if column < wide else 0, floor - 2) for column in range(columns))
    first = Plan(Cell(0, wide, 0, 8), frames, outline=(Cell(0, columns, 0, floor - 2),) if walls is Walls.BOXES else ())
    cut = pick.choice((2, columns))
    rest = [Cell(0, cut, floor, ROWS)] + ([Cell(cut, columns, floor, ROWS)] if cut < columns else [])
    rules = (Cell(0, columns, floor - 1, floor - 1),) if walls is Walls.RULES else ()
    return Layout(columns, (first, *(rectangle(cell, walls) for cell in rest)), rules=rules, rectangular=False)


def vertical(pick: random.Random, walls: Walls) -> Layout:
    """Articles with a heading that runs from top to bottom at their left, over a page of rectangles."""
    columns = pick.choice((5, 6))
    floor = pick.randint(30, 40)
    plans: list[Plan] = []
    for top, bottom in ((0, floor - 2), (floor, ROWS)):
        head = Cell(0, 1, top, bottom)
        end = columns if top else columns - 2
        frames = tuple(Cell(column, column + 1, top, bottom) for column in range(1, end))
        plans.append(Plan(head, frames, True, (Cell(0, end, top, bottom),) if walls is Walls.BOXES else ()))
    plans.append(rectangle(Cell(columns - 2, columns, 0, floor - 2), walls))
    rules = (Cell(0, columns, floor - 1, floor - 1),) if walls is Walls.RULES else ()
    return Layout(columns, tuple(plans), rules=rules, rectangular=False)


def u_shape(pick: random.Random, walls: Walls) -> Layout:
    """A wide article around another one that stands in the middle of its lower part."""
    columns = 6
    middle, floor = pick.randint(24, 34), pick.randint(66, ROWS)
    inner = Cell(pick.randint(1, 2), pick.randint(4, 5), middle, floor)
    frames = tuple(
        Cell(column, column + 1, 8, middle - 2 if inner.left <= column < inner.right else floor)
        for column in range(columns)
    )
    return Layout(columns, (Plan(Cell(0, columns, 0, 8), frames), rectangle(inner, walls)), rectangular=False)


def outlined(pick: random.Random, _: Walls) -> Layout:
    """An article in a frame like an L, with a gray box for a picture, and one in the corner that it leaves."""
    columns = pick.choice((4, 5, 6))
    cut, middle = pick.randint(2, columns - 2), pick.randint(34, 44)
    frames = tuple(Cell(column, column + 1, 24, ROWS - 2 if column < cut else middle - 2) for column in range(columns))
    corners = ((0, 0), (columns, 0), (columns, middle - 2), (cut, middle - 2), (cut, ROWS - 2), (0, ROWS - 2))
    picture = Cell(0, columns, 8, 20)
    outer = Plan(Cell(0, columns, 0, 8), frames, around=corners, picture=picture, gray=True)
    inner = rectangle(Cell(cut, columns, middle, ROWS - 2), Walls.SPACE)
    return Layout(columns, (outer, inner), rectangular=False)


def right_head(pick: random.Random, walls: Walls) -> Layout:
    """An article with its heading from top to bottom at its right, above a rectangle."""
    columns, floor = pick.choice((4, 5)), pick.randint(36, 50)
    frames = tuple(Cell(column, column + 1, 0, floor - 2) for column in range(columns - 1))
    outline = (Cell(0, columns, 0, floor - 2),) if walls is Walls.BOXES else ()
    first = Plan(Cell(columns - 1, columns, 0, floor - 2), frames, True, outline)
    rules = (Cell(0, columns, floor - 1, floor - 1),) if walls is Walls.RULES else ()
    below = rectangle(Cell(0, columns, floor, ROWS), walls)
    return Layout(columns, (first, below), rules=rules, rectangular=False)


def briefs(pick: random.Random, walls: Walls) -> Layout:
    """A wide article beside a column of short ones, one above the other."""
    columns = pick.choice((4, 5))
    wide = rectangle(Cell(0, columns - 1, 0, ROWS - 2), walls)
    cuts = [0, pick.randint(18, 24), pick.randint(40, 46), pick.randint(64, 70), ROWS]
    short = tuple(
        rectangle(Cell(columns - 1, columns, top, bottom - 2), walls) for top, bottom in itertools.pairwise(cuts)
    )
    return Layout(columns, (wide, *short))


def jump_first(pick: random.Random, walls: Walls) -> Layout:
    """A front page whose first article goes on on sheet 2."""
    layout = grid(pick, walls)
    first = layout.plans[0]
    plan = Plan(first.head, first.frames, False, first.outline, None, jump_to=2)
    return Layout(layout.columns, (plan, *layout.plans[1:]), layout.adverts, layout.rules, rectangular=False)


def jump_second(pick: random.Random, walls: Walls) -> Layout:
    """Sheet 2: the end of the article of sheet 1, and others."""
    layout = grid(pick, walls, adverts=True)
    plan = layout.plans[0]
    cut = Plan(plan.head, plan.frames, False, plan.outline, None, jump_from=1)
    return Layout(layout.columns, (cut, *layout.plans[1:]), layout.adverts, layout.rules, rectangular=False)


def with_pictures(pick: random.Random, walls: Walls) -> Layout:
    """Rectangles with pictures, captions and an advert."""
    return grid(pick, walls, pictures=True, adverts=True)


Maker = Callable[[random.Random, Walls], Layout]
MAKERS: dict[str, tuple[Maker, ...]] = {
    "grid": (grid,),
    "pictures": (with_pictures,),
    "l-shape": (l_shape,),
    "beside-head": (beside_head,),
    "vertical": (vertical,),
    "u-shape": (u_shape,),
    "outline": (outlined,),
    "right-head": (right_head,),
    "briefs": (briefs,),
    "jump": (jump_first, jump_second),
}
