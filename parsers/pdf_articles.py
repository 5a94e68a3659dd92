"""Headings and blocks of a newspaper page → articles: which block is whose, and in which order it is read."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from parsers.pdf_blocks import Block
from parsers.pdf_glyphs import Rect
from parsers.pdf_headings import Heading, is_byline
from parsers.pdf_lines import Piece

_STOPS = "。！？!?…；："
_Bands = dict[int, tuple[float, float]]  # free space around each heading, by its id
_CLOSERS = "”’》）】"


@dataclass(slots=True)
class Layout:
    """What was found on a page: blocks and headings, the size and pitch of its body, and its walls."""

    blocks: list[Block]
    headings: list[Heading]
    body: float
    step: float
    region: Callable[[Piece], int]
    parted: Callable[[Rect, Rect], bool]


@dataclass(slots=True)
class Found:
    """An article as it stands on the page: blocks in reading order."""

    heading: Heading | None
    blocks: list[Block] = field(default_factory=list)


def articles(layout: Layout) -> list[Found]:
    """The articles of a page, in the order of their headings; blocks without a heading make one for each area."""
    owners = _owners(layout)
    found = {id(heading): Found(heading) for heading in layout.headings}
    orphans: dict[int, Found] = {}
    for block in layout.blocks:
        heading = owners.get(id(block))
        if heading is None:
            orphans.setdefault(block.region, Found(None)).blocks.append(block)
        else:
            found[id(heading)].blocks.append(block)
    results = [*found.values(), *orphans.values()]
    for article in results:
        article.blocks = in_order(article.blocks)
    return results


def _owners(layout: Layout) -> dict[int, Heading]:
    """The heading of each block, by the id of the block."""
    owners: dict[int, Heading] = {}
    claimed: list[tuple[list[Heading], Block]] = []
    below: list[tuple[Block, Block]] = []
    bands = {id(heading): _band(heading, layout) for heading in layout.headings}
    for block in sorted(layout.blocks, key=lambda block: block.box.top):
        rivals, level = _rivals(block, layout, bands)
        before = _before(block, layout)
        if before is not None and before.box.top > level - layout.step:
            below.append((block, before))
        elif rivals:
            claimed.append((rivals, block))
    for row, held in _rows(claimed):
        for heading, block in _shared_out(row, held, layout):
            owners[id(block)] = heading
    for block, before in below:
        if id(before) in owners:
            owners[id(block)] = owners[id(before)]
    return owners


def _rows(claimed: Sequence[tuple[list[Heading], Block]]) -> list[tuple[list[Heading], list[Block]]]:
    """Headings that claim the same blocks, with all blocks that any of them claims."""
    rows: list[tuple[list[Heading], list[Block]]] = []
    for rivals, block in claimed:
        same = [row for row in rows if any(heading is rival for heading in row[0] for rival in rivals)]
        joined = {id(heading): heading for row in same for heading in row[0]} | {id(one): one for one in rivals}
        rows = [row for row in rows if all(row is not other for other in same)]
        rows.append((list(joined.values()), [held for row in same for held in row[1]] + [block]))
    return rows


def _before(block: Block, layout: Layout) -> Block | None:
    """The block right above this one in the same column."""
    above = [
        other
        for other in layout.blocks
        if other.box.bottom < block.box.top + 0.5 * layout.step
        and _is_over(other.box, block.box)
        and other.region == block.region
    ]
    return max(above, key=lambda other: other.box.bottom, default=None)


def _rivals(block: Block, layout: Layout, bands: _Bands) -> tuple[list[Heading], float]:
    """The headings that the block can belong to (the lowest one above it, and others in the same row), and how
    low they stand."""
    here = [heading for heading in layout.headings if heading.region == block.region]
    above = [(_level(heading, layout), heading) for heading in here if _claims(heading, block, here, layout, bands)]
    if not above:
        beside = [h for h in here if min(h.area.bottom, block.box.bottom) - max(h.area.top, block.box.top) > 0]
        nearest = sorted(beside, key=lambda h: _distance(h, block))[:1] or (here if len(here) == 1 else [])
        return nearest, max((heading.area.top for heading in nearest), default=0.0) - layout.step
    lowest = max(level for level, _ in above)
    return [heading for level, heading in above if level > lowest - 4 * layout.step], lowest


def _level(heading: Heading, layout: Layout) -> float:
    return heading.area.top - layout.step if heading.vertical else heading.area.bottom


def _distance(heading: Heading, block: Block) -> float:
    """How far a block is from a heading beside it; text is rather read on to the right."""
    if block.box.left >= heading.area.left:
        return block.box.left - heading.area.right
    return 3 * (heading.area.left - block.box.right)


def _claims(heading: Heading, block: Block, others: Sequence[Heading], layout: Layout, bands: _Bands) -> bool:
    area, box = heading.area, block.box
    if heading.vertical:
        below = (
            area.left - layout.body < block.middle < area.right + layout.body and box.top > area.bottom - layout.step
        )
        beside = box.left > area.left and abs(box.top - area.top) < 3 * layout.step
        return below or (beside and not _between(area, box, others, layout))
    if area.bottom > box.top + layout.step:
        beside = box.left > area.right - layout.body and abs(box.top - area.top) < 2.5 * layout.step
        return beside and not _between(area, box, others, layout)
    left, right = bands[id(heading)]
    return left < block.middle < right


def _between(area: Rect, box: Rect, others: Sequence[Heading], layout: Layout) -> bool:
    """Whether another heading stands between a heading and a block to its right."""
    top, bottom = max(area.top, box.top), min(max(area.bottom, box.top + 3 * layout.step), box.bottom)
    return any(
        area.right - 1 < other.area.left < box.left and other.area.top < bottom and other.area.bottom > top
        for other in others
    )


def _band(heading: Heading, layout: Layout) -> tuple[float, float]:
    """The free space to the left and right of a heading: its article may be as wide as that."""
    area = heading.area
    boxes = [one.area for one in layout.headings if one is not heading and one.region == heading.region]
    boxes += [block.box for block in layout.blocks if block.region == heading.region]
    beside = [box for box in boxes if box.top < area.bottom - 2 and box.bottom > area.top + 2]
    left = max((box.right for box in beside if box.right < area.left + layout.body), default=float("-inf"))
    right = min((box.left for box in beside if box.left > area.right - layout.body), default=float("inf"))
    return left, right


def _shared_out(rivals: list[Heading], held: list[Block], layout: Layout) -> list[tuple[Heading, Block]]:
    """Blocks under a row of headings, each given to one: headings are centred over their columns or begin with them."""
    if len(rivals) == 1:
        return [(rivals[0], block) for block in held]
    rivals.sort(key=lambda heading: heading.area.left)
    columns = _in_columns(held)
    cuts = itertools.combinations(range(1, len(columns)), len(rivals) - 1)
    ways = [[0, *cut, len(columns)] for cut in itertools.islice(cuts, 500)]
    if not ways:
        nearest = [min(rivals, key=lambda h: abs((h.area.left + h.area.right) / 2 - b.middle)) for b in held]
        return list(zip(nearest, held, strict=True))
    best = min(ways, key=lambda way: _cost(rivals, columns, way, layout))
    parts = [columns[start:end] for start, end in itertools.pairwise(best)]
    return [(heading, block) for heading, part in zip(rivals, parts, strict=True) for c in part for block in c]


def _in_columns(held: Sequence[Block]) -> list[list[Block]]:
    columns: list[list[Block]] = []
    for block in sorted(held, key=lambda block: block.box.left):
        column = next((c for c in columns if _is_over(c[0].box, block.box)), None)
        if column is None:
            columns.append([block])
        else:
            column.append(block)
    return [sorted(column, key=lambda block: block.box.top) for column in columns]


def _is_over(one: Rect, other: Rect) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.5 * min(one.right - one.left, other.right - other.left)


def _cost(rivals: Sequence[Heading], columns: Sequence[list[Block]], way: Sequence[int], layout: Layout) -> float:
    cost = 0.0
    for heading, (start, end) in zip(rivals, itertools.pairwise(way), strict=True):
        left = min(block.box.left for column in columns[start:end] for block in column)
        right = max(block.box.right for column in columns[start:end] for block in column)
        area = heading.box
        centred = abs((left + right) / 2 - (area.left + area.right) / 2)
        outside = max(0.0, left - area.left) + max(0.0, area.right - right)
        cost += (min(centred, abs(left - area.left)) + 3 * outside) / layout.body
    for cut in way[1:-1]:
        before, after = columns[cut - 1][-1], columns[cut][0]
        cost -= 40 if layout.parted(before.box, after.box) else 0
        cost += 0 if closes(before, layout.body) else 30
        cost += 0 if opens(after, layout.body) else 30
    cuts = set(way[1:-1])
    for place, (one, other) in enumerate(itertools.pairwise(columns), 1):
        level = abs(one[0].box.top - other[0].box.top) < layout.step
        cost += 15 if level == (place in cuts) else 0
    return cost


def closes(block: Block, body: float) -> bool:
    """Whether the last line of a block ends a sentence or is a heading."""
    last = block.pieces[-1]
    return last.em > 1.06 * max(body, block.em) or last.text.rstrip(_CLOSERS)[-1:] in tuple(_STOPS)


def opens(block: Block, body: float) -> bool:
    """Whether a block begins with a paragraph, a subheading or a byline."""
    first = block.pieces[0]
    indented = first.x0 - block.left > 0.9 * body
    return indented or first.em > 1.06 * max(body, block.em) or is_byline(first.text)


def in_order(held: Sequence[Block]) -> list[Block]:
    """Blocks column by column from left to right, each column from top to bottom."""
    return [block for column in _in_columns(held) for block in column]
