"""A newspaper page from a PDF → its articles: heading, authors, paragraphs in order, captions, place on the page."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.bylines import byline_in, names
from parsers.pdf_articles import Found, Layout, articles, closes, opens
from parsers.pdf_blocks import Block, blocks, pitch
from parsers.pdf_furniture import PageLine, adverts, captions, is_advert, page_line
from parsers.pdf_glyphs import Rect, Sheet
from parsers.pdf_headings import headings, is_byline, jump
from parsers.pdf_lines import Piece, body_size, pieces
from parsers.pdf_regions import Regions
from parsers.pdf_text import RunningText
from parsers.tidy import tidy

_LEAST_PICTURE = 40.0  # points
_JUMP_AT_END = re.compile(
    r"[▶►→（(【\s]*下\s*转第?\s*([A-Z]?[0-9一二三四五六七八九十]{1,3})\s*版[^。！？]{0,12}[）)】]?$"
)
_JUMP_AT_START = re.compile(
    r"^[◀（(【\s]*[上紧]\s*接第?\s*([A-Z]?[0-9一二三四五六七八九十]{1,3})\s*版[^。！？）)】]{0,12}[）)】]?\s*"
)


@dataclass(slots=True)
class PaperArticle:
    """An article of a sheet before it is joined with its end on another sheet."""

    title: str | None
    kicker: str | None
    subtitle: str | None
    authors: tuple[str, ...]
    paragraphs: list[str]
    captions: list[str]
    box: tuple[float, float, float, float]
    line: PageLine
    runs_on: bool = False  # the first paragraph goes on from the sheet before
    stays_open: bool = False  # the last paragraph goes on on another sheet
    to: str | None = None  # 下转: the number printed
    start: str | None = None  # 上接: the number printed
    confidence: float = 1.0


def paper_articles(sheet: Sheet) -> list[PaperArticle]:
    """The articles of one sheet of a newspaper; adverts, page line and foot are left out."""
    body = body_size(sheet.glyphs)
    line, held = page_line(pieces(sheet.glyphs, sheet.walls), sheet.height)
    step = pitch(held, body)
    sheet = _with_gray_boxes(sheet, held)
    walls = _real_walls(sheet, held, body)
    regions = Regions(walls, 1.3 * step)

    def region(piece: Piece) -> int:
        return regions.of((piece.x0 + piece.x1) / 2, piece.y - 0.35 * piece.em)

    sold = adverts(held, region, regions.of(0, 0))
    held = [piece for piece in held if region(piece) not in sold]
    pictured, held = captions(held, sheet.pictures, body, step)
    heads, rest = headings(held, body, region)
    layout = Layout(blocks(rest, step, region), heads, body, step, region, regions.parted)
    _straighten(layout)
    found = [one for one in articles(layout) if one.blocks or one.heading]
    return [one for one in _with_captions(found, pictured, sheet, line, layout) if one.title or one.paragraphs]


def _with_gray_boxes(sheet: Sheet, held: Sequence[Piece]) -> Sheet:
    """The sheet with boxes that hold no words taken for pictures: a picture may be drawn, or left out of the file."""
    empty = [
        wall
        for wall in sheet.walls
        if min(wall.right - wall.left, wall.bottom - wall.top) > _LEAST_PICTURE
        and not any(_within(piece, wall) for piece in held)
    ]
    return replace(sheet, walls=[w for w in sheet.walls if w not in empty], pictures=sheet.pictures + empty)


def _real_walls(sheet: Sheet, held: Sequence[Piece], body: float) -> list[Rect]:
    """Walls without the boxes that hold only a heading; a picture with words on it is a wall of its own."""
    walls: list[Rect] = []
    for wall in (*sheet.walls, *sheet.pictures):
        flat = min(wall.right - wall.left, wall.bottom - wall.top) < 4
        inside = [] if flat else [piece for piece in held if _within(piece, wall)]
        text = sum(0.85 * body < piece.em < 1.3 * body for piece in inside)
        if flat or text >= 2 or is_advert(inside) or (wall in sheet.pictures and inside):
            walls.append(wall)
    return walls


def _within(piece: Piece, box: Rect) -> bool:
    x, y = (piece.x0 + piece.x1) / 2, piece.y - 0.35 * piece.em
    return box.left < x < box.right and box.top < y < box.bottom


def _straighten(layout: Layout) -> None:
    """Gives a block of indented lines only the left end of the column that it stands in."""
    lefts = [block.left for block in layout.blocks if len(block.pieces) > 3]
    for block in layout.blocks:
        near = [left for left in lefts if 0.5 * layout.body < block.left - left < 2.6 * layout.body]
        if len(block.pieces) <= 3 and near and opens_alone(block):
            block.left = max(near)


def opens_alone(block: Block) -> bool:
    """Whether no line of the block shows the left end of its column."""
    return len(block.pieces) == 1 or all(abs(p.x0 - block.pieces[0].x0) < 0.3 * p.em for p in block.pieces)


def _with_captions(
    found: Sequence[Found],
    pictured: Sequence[tuple[Rect, list[Piece]]],
    sheet: Sheet,
    line: PageLine,
    layout: Layout,
) -> Iterator[PaperArticle]:
    owners: dict[int, list[str]] = {}
    for picture, lines in pictured:
        region = layout.region(lines[0])
        near = sorted(found, key=lambda one: (_region(one, layout) != region, _away(_box(one), picture)))
        if near:
            owners.setdefault(id(near[0]), []).append(tidy("".join(piece.text for piece in lines)))
    for one in found:
        yield _article(one, owners.get(id(one), []), sheet, line, layout)


def _region(one: Found, layout: Layout) -> int:
    return one.heading.region if one.heading else layout.region(one.blocks[0].pieces[0])


def _box(one: Found) -> Rect:
    boxes = [block.box for block in one.blocks] + ([one.heading.area] if one.heading else [])
    return Rect(
        min(b.left for b in boxes), min(b.top for b in boxes), max(b.right for b in boxes), max(b.bottom for b in boxes)
    )


def _away(box: Rect, picture: Rect) -> float:
    across = max(box.left - picture.right, picture.left - box.right, 0.0)
    down = max(box.top - picture.bottom, picture.top - box.bottom, 0.0)
    return across + down


def _article(one: Found, words: list[str], sheet: Sheet, line: PageLine, layout: Layout) -> PaperArticle:
    own = body_size([glyph for block in one.blocks for piece in block.pieces for glyph in piece.glyphs])
    text = RunningText(own)
    for block in one.blocks:
        text.add(block)
    heading = one.heading
    under = [piece.text for piece in heading.under] if heading else []
    bylines = [part for part in under if is_byline(part)] + text.bylines
    jumps = [found for part in under if (found := jump(part))] + text.jumps + _jumps_inside(text.paragraphs)
    box = _box(one)
    return PaperArticle(
        title=tidy("".join(heading.lines), headline=True) if heading else None,
        kicker=_joined(heading.kicker) if heading else None,
        subtitle=_joined(heading.subtitle) if heading else None,
        authors=tuple(dict.fromkeys(name for part in bylines for name in names(part)))
        or _named_inside(text.paragraphs),
        paragraphs=[tidy(paragraph) for paragraph in text.paragraphs],
        captions=words,
        box=(
            round(box.left / sheet.width, 4),
            round(box.top / sheet.height, 4),
            round(box.right / sheet.width, 4),
            round(box.bottom / sheet.height, 4),
        ),
        line=line,
        runs_on=bool(one.blocks) and not opens(one.blocks[0], layout.body),
        stays_open=text.is_open,
        to=next((number for kind, number in jumps if kind == "to"), None),
        start=next((number for kind, number in jumps if kind == "from"), None),
        confidence=_confidence(one.blocks, layout.body),
    )


def _jumps_inside(paragraphs: list[str]) -> list[tuple[str, str]]:
    """The jumps printed in the last and in the first line of the text, which lose them."""
    found: list[tuple[str, str]] = []
    for kind, place, pattern in (("to", -1, _JUMP_AT_END), ("from", 0, _JUMP_AT_START)):
        match = pattern.search(paragraphs[place]) if paragraphs else None
        if match:
            paragraphs[place] = paragraphs[place][: match.start()] + paragraphs[place][match.end() :]
            found.append((kind, match[1]))
    paragraphs[:] = [paragraph for paragraph in paragraphs if paragraph]
    return found


def _named_inside(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The authors that the first paragraph names after 本报讯, or the last one at its end."""
    return (byline_in(paragraphs[0]) or byline_in(paragraphs[-1])) if paragraphs else ()


def _joined(parts: Sequence[Piece]) -> str | None:
    return tidy("".join(piece.text for piece in parts), headline=True) if parts else None


def _confidence(held: Sequence[Block], body: float) -> float:
    """The share of the steps from block to block where a sentence goes on, or one ends and a paragraph begins."""
    steps = list(itertools.pairwise(held))
    if not steps:
        return 1.0
    return sum(opens(after, body) <= closes(before, body) for before, after in steps) / len(steps)
