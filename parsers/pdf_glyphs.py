"""The ink of a PDF page: its characters with their places, its lines and boxes, its pictures. Top left is (0, 0).

pdfium gives the characters; where they stand decides everything after this, never the order in which they come.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]  # ships no type information
from pypdfium2 import PdfiumError, raw

from parsers.errors import ParseError

MOST_PAGES = 300
_MOST_GLYPHS = 60_000  # on one page; a full broadsheet has about 12,000
_MOST_OBJECTS = 4_000  # paths and pictures looked at on one page: maps and charts have many more
_SAMPLE = 400  # characters that tell which way the text of a page runs
_MOST_SIDES = 400  # of one path: a drawing with more is no frame
_UPRIGHT = 0.95  # cosine of the slant that a character may have
_SAME_PLACE = 0.3  # em: the second print of a shadowed character is nearer than this
_SHORTEST_WALL = 40.0  # points


class Glyph(NamedTuple):
    """A character: left and right end of its width, its baseline, its size (all in points)."""

    text: str
    x0: float
    x1: float
    y: float
    em: float


class Rect(NamedTuple):
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: size in points, upright characters once each, boxes and lines (a line is a flat box), pictures."""

    width: float
    height: float
    glyphs: list[Glyph]
    walls: list[Rect]
    pictures: list[Rect]


def sheets(body: bytes) -> Iterator[Sheet]:
    """The pages of a PDF, one after the other. Raises ParseError where the file is locked, broken or too long."""
    try:
        document = pypdfium2.PdfDocument(body)
    except PdfiumError as error:
        raise _refused(error) from error
    try:
        if len(document) > MOST_PAGES:
            raise ParseError(f"PDF 共 {len(document)} 页，最多读 {MOST_PAGES} 页：请拆分后再加入。")
        for number in range(len(document)):
            yield _sheet(document, number)
    finally:
        document.close()


def _refused(error: PdfiumError) -> ParseError:
    if "password" in str(error).lower():
        return ParseError("PDF 打不开，设有密码：请换一份没有密码的文件。")
    return ParseError("PDF 打不开，文件不完整或已损坏：请重新下载原文件。")


def _sheet(document: pypdfium2.PdfDocument, number: int) -> Sheet:
    try:
        page = document[number]
        layer = page.get_textpage()
    except PdfiumError as error:
        raise ParseError(f"PDF 第 {number + 1} 页已损坏，读不出来：请重新下载原文件。") from error
    try:
        frame = _Frame(page)
        frame.turn_to_text(layer)
        glyphs = _once(_glyphs(layer, frame))
        walls, pictures = _drawn(page, frame)
        return Sheet(frame.width, frame.height, glyphs, walls, pictures)
    finally:
        layer.close()
        page.close()


class _Frame:
    """From the page's own coordinates to points from the top left of the page as it is shown."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        box: tuple[float, float, float, float] = page.get_bbox()
        self._left, self._bottom, self._right, self._top = box
        self._turned: int = page.get_rotation()

    @property
    def width(self) -> float:
        """Width of the page as it is read, in points."""
        return self._top - self._bottom if self._turned % 180 else self._right - self._left

    @property
    def height(self) -> float:
        """Height of the page as it is read, in points."""
        return self._right - self._left if self._turned % 180 else self._top - self._bottom

    def turn_to_text(self, layer: pypdfium2.PdfTextPage) -> None:
        """Turns a page whose text runs from top to bottom or upside down, as scanners and wide tables leave it."""
        matrix = raw.FS_MATRIX()
        ways = Counter(
            self._way(matrix.a, matrix.b)
            for index in range(min(layer.count_chars(), _SAMPLE))
            if raw.FPDFText_GetMatrix(layer.raw, index, matrix)
        )
        self._turned = (self._turned + ways.most_common(1)[0][0]) % 360 if ways else self._turned

    def _way(self, across: float, up: float) -> int:
        """How far the page must be turned clockwise until text in this direction runs to the right."""
        (x0, y0), (x1, y1) = self.point(0, 0), self.point(across, up)
        if abs(x1 - x0) >= abs(y1 - y0):
            return 0 if x1 >= x0 else 180
        return 270 if y1 > y0 else 90

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A place on the page."""
        if self._turned == 90:
            return y - self._bottom, x - self._left
        if self._turned == 180:
            return self._right - x, y - self._bottom
        if self._turned == 270:
            return self._top - y, self._right - x
        return x - self._left, self._top - y

    def rect(self, left: float, bottom: float, right: float, top: float) -> Rect:
        """A rectangle on the page."""
        (x0, y0), (x1, y1) = self.point(left, bottom), self.point(right, top)
        return Rect(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def is_upright(self, across: float, up: float) -> bool:
        """Whether text that runs in this direction runs from left to right on the shown page."""
        (x0, y0), (x1, y1) = self.point(0, 0), self.point(across, up)
        return x1 - x0 >= _UPRIGHT * math.hypot(x1 - x0, y1 - y0) > 0


def _glyphs(layer: pypdfium2.PdfTextPage, frame: _Frame) -> Iterator[Glyph]:
    """The characters that the page prints upright; spaces and what pdfium adds by itself are left out."""
    box, matrix, text = raw.FS_RECTF(), raw.FS_MATRIX(), layer.raw
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(min(layer.count_chars(), _MOST_GLYPHS)):
        point = raw.FPDFText_GetUnicode(text, index)
        if point <= 32 or point in (0xA0, 0x3000, 0xFEFF, 0xFFFE) or 0xD800 <= point < 0xE000:
            continue
        if not raw.FPDFText_GetMatrix(text, index, matrix) or not frame.is_upright(matrix.a, matrix.b):
            continue
        raw.FPDFText_GetLooseCharBox(text, index, box)
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        em = raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        spot = frame.rect(box.left, box.bottom, box.right, box.top)
        baseline = frame.point(x.value, y.value)[1]
        if em > 1 and spot.right > 0 and spot.left < frame.width and 0 < baseline < frame.height + em:
            yield Glyph(chr(point), spot.left, max(spot.right, spot.left + 0.2 * em), baseline, em)


def _once(glyphs: Iterator[Glyph]) -> list[Glyph]:
    """The characters without those printed again at the same place, as shadowed headings are."""
    kept: list[Glyph] = []
    places: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        near = min(_SAME_PLACE * glyph.em, 0.6 * (glyph.x1 - glyph.x0))
        column, row = int(glyph.x0 // glyph.em), int(glyph.y // glyph.em)
        around = ((glyph.text, column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        twins = (twin for key in around for twin in places.get(key, ()))
        if any(abs(twin.x0 - glyph.x0) < near and abs(twin.y - glyph.y) < near for twin in twins):
            continue
        places.setdefault((glyph.text, column, row), []).append(glyph)
        kept.append(glyph)
    return kept


def _drawn(page: pypdfium2.PdfPage, frame: _Frame) -> tuple[list[Rect], list[Rect]]:
    """Boxes and lines, and pictures. A box or a picture as large as the page is its background."""
    walls: list[Rect] = []
    pictures: list[Rect] = []
    for number, item in enumerate(page.get_objects(max_depth=1)):
        if number > 10 * _MOST_OBJECTS or len(walls) + len(pictures) > _MOST_OBJECTS:
            break
        if item.type not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
            continue
        try:
            spot = frame.rect(*item.get_bounds())
        except PdfiumError:
            continue  # an empty path has no place
        wide, high = spot.right - spot.left, spot.bottom - spot.top
        if wide * high > 0.85 * frame.width * frame.height:
            continue
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            if min(wide, high) > _SHORTEST_WALL / 2:
                pictures.append(spot)
        elif max(wide, high) > _SHORTEST_WALL and (min(wide, high) < 4 or min(wide, high) > 15):
            walls += _sides(item, frame) or [spot]
    return walls, pictures


def _sides(path: pypdfium2.PdfObject, frame: _Frame) -> list[Rect]:
    """The upright and level sides of a path that is neither a line nor a rectangle (an L, several lines at once)."""
    count = raw.FPDFPath_CountSegments(path.raw)
    if not 5 < count <= _MOST_SIDES or not path.get_matrix():
        return []
    matrix = path.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    sides: list[Rect] = []
    begin = last = (0.0, 0.0)
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path.raw, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        place = matrix.on_point(x.value, y.value)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            begin = place
        else:
            sides.append(frame.rect(last[0], last[1], place[0], place[1]))
        if raw.FPDFPathSegment_GetClose(segment):
            sides.append(frame.rect(place[0], place[1], begin[0], begin[1]))
        last = place
    flat = [side for side in sides if min(side.right - side.left, side.bottom - side.top) < 2]
    return [side for side in flat if max(side.right - side.left, side.bottom - side.top) > _SHORTEST_WALL]
