"""Headings of newspaper articles: large type, in lines or from top to bottom, with what stands above and below."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from parsers.pdf_glyphs import Glyph, Rect
from parsers.pdf_lines import Piece, box_of

_LARGE = 1.45  # times the size of the body: a headline
_MIDDLE = 1.17  # a line above or below the headline
_FAR = 25.0  # em: a byline centred under the whole article may stand so far beside a short heading
_MOST_UNDER = 3  # lines of a subtitle
_BYLINE = re.compile(
    r"^[□■◎●▲（(]?\s*(?:(?:本报|本刊|本网|全媒体|融媒体|见习|首席|实习)*(?:记者|通讯员|特约记者|评论员)|文[/／])"
    r"\s*[\u4e00-\u9fff、·，,; /／]{1,60}[)）]?$"
)
_JUMP = re.compile(
    r"^[（(【]?\s*(?:(下\s*转)|(?:上\s*接|紧\s*接))第?\s*([0-9０-９一二三四五六七八九十]{1,3})\s*版.{0,20}?[)）】]?$"
)


@dataclass(slots=True)
class Heading:
    """A headline (lines in reading order), the lines above and below it, bylines and 上接 lines under it."""

    lines: list[str]
    box: Rect  # of the headline
    vertical: bool
    region: int
    kicker: list[Piece] = field(default_factory=list)
    subtitle: list[Piece] = field(default_factory=list)
    under: list[Piece] = field(default_factory=list)

    @property
    def area(self) -> Rect:
        """The box around everything but the bylines."""
        boxes = [self.box, *(box_of([piece]) for piece in (*self.kicker, *self.subtitle))]
        return Rect(
            min(b.left for b in boxes),
            min(b.top for b in boxes),
            max(b.right for b in boxes),
            max(b.bottom for b in boxes),
        )


def is_byline(text: str) -> bool:
    """Whether a line says only who wrote: 本报记者 张三."""
    return len(text) <= 50 and bool(_BYLINE.match(text))


def jump(text: str) -> tuple[str, str] | None:
    """("to" or "from", number of the page) where a line only says 下转第2版 or 上接第1版."""
    match = _JUMP.match(text.strip())
    return ("to" if match[1] else "from", match[2]) if match else None


def headings(pieces: Sequence[Piece], body: float, region: Callable[[Piece], int]) -> tuple[list[Heading], list[Piece]]:
    """The headings of a page, and the pieces that belong to none."""
    large = [piece for piece in pieces if piece.em >= _LARGE * body]
    rest = [piece for piece in pieces if piece.em < _LARGE * body]
    found = [_heading(group, region(group[0])) for group in _groups(large, region)]
    for take in (_take_middle, _take_bylines):
        rest = take(found, rest, body, region)
    return found, rest


def _groups(large: Sequence[Piece], region: Callable[[Piece], int]) -> list[list[Piece]]:
    groups: list[list[Piece]] = []
    for piece in sorted(large, key=lambda piece: piece.y):
        near = [
            group for group in groups if region(group[0]) == region(piece) and any(_stacked(p, piece) for p in group)
        ]
        joined = [member for group in near for member in group] + [piece]
        groups = [group for group in groups if group not in near] + [joined]
    return groups


def _stacked(upper: Piece, lower: Piece) -> bool:
    em = max(upper.em, lower.em)
    if em > 1.45 * min(upper.em, lower.em) or not -0.5 * em < lower.top - upper.bottom < 0.9 * em:
        return False
    return _shared(upper.x0, upper.x1, lower.x0, lower.x1) >= 0.5


def _shared(left: float, right: float, other_left: float, other_right: float) -> float:
    """How much of the shorter span lies in the other one."""
    return (min(right, other_right) - max(left, other_left)) / max(min(right - left, other_right - other_left), 0.1)


def _heading(group: list[Piece], region: int) -> Heading:
    group.sort(key=lambda piece: piece.y)
    vertical = len(group) >= 4 and max(len(piece.glyphs) for piece in group) <= 3
    lines = _downward(group) if vertical else [piece.text for piece in group]
    return Heading(lines, box_of(group), vertical, region)


def _downward(group: Sequence[Piece]) -> list[str]:
    """Lines from top to bottom, the one at the right first."""
    columns: list[list[Glyph]] = []
    for glyph in sorted((g for piece in group for g in piece.glyphs), key=lambda glyph: -glyph.x0):
        if columns and columns[-1][0].x0 - glyph.x0 < 0.6 * glyph.em:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    return [_spaced(sorted(column, key=lambda glyph: glyph.y)) for column in columns]


def _spaced(column: Sequence[Glyph]) -> str:
    text = column[0].text
    for before, glyph in itertools.pairwise(column):
        text += (" " if glyph.y - before.y > 1.7 * glyph.em else "") + glyph.text
    return text


def _take_middle(
    found: Sequence[Heading], rest: Sequence[Piece], body: float, region: Callable[[Piece], int]
) -> list[Piece]:
    """Kickers and subtitles go to their headings; what remains comes back."""
    middle = [p for p in rest if p.em >= _MIDDLE * body or (p.text.startswith("——") and p.em >= 0.95 * body)]
    taken: set[int] = set()
    for heading in (one for one in found if not one.vertical):
        here = [p for p in middle if region(p) == heading.region and id(p) not in taken]
        for piece in sorted(here, key=lambda p: -p.y):
            area = heading.area
            if -2 < area.top - piece.bottom < 1.6 * piece.em and _over(area, piece):
                heading.kicker.insert(0, piece)
                taken.add(id(piece))
        for piece in sorted(here, key=lambda p: p.y):
            area = heading.area
            if piece.text.endswith("。") or len(heading.subtitle) >= _MOST_UNDER:
                break  # a lead set in larger type is text
            if id(piece) not in taken and -2 < piece.top - area.bottom < 2.0 * piece.em and _over(area, piece):
                heading.subtitle.append(piece)
                taken.add(id(piece))
    return [piece for piece in rest if id(piece) not in taken]


def _over(area: Rect, piece: Piece) -> bool:
    return _shared(area.left, area.right, piece.x0, piece.x1) >= 0.5


def _take_bylines(
    found: Sequence[Heading], rest: Sequence[Piece], body: float, region: Callable[[Piece], int]
) -> list[Piece]:
    left = list(rest)
    for piece in [p for p in rest if is_byline(p.text) or jump(p.text)]:
        above = [
            (gap, number)
            for number, heading in enumerate(found)
            if not heading.vertical
            and heading.region == region(piece)
            and -2 < piece.top - heading.area.bottom < 4 * body
            and (gap := _aside(heading.area, piece)) < (_FAR * body if _is_alone(piece, rest) else body)
        ]
        if above:
            found[min(above)[1]].under.append(piece)
            left.remove(piece)
    return left


def _aside(area: Rect, piece: Piece) -> float:
    """How far a line stands beside a heading above it, in points; 0 where it begins or ends under it."""
    return max(0.0, piece.x0 - area.right, area.left - piece.x1)


def _is_alone(piece: Piece, rest: Sequence[Piece]) -> bool:
    """Whether no line follows right below: then it is set under the whole heading, not at the top of a column."""
    return not any(
        0 < other.y - piece.y < 1.7 * piece.em and other.x0 < piece.x1 and other.x1 > piece.x0 for other in rest
    )
