"""Newspaper pages made as real PDF files, with what stands on them: the layouts of newspaper_layouts in ink.

Everything follows from one seed. The text layer comes in three orders, as real programs write it: straight,
frame by frame in any order, and line by line in any order.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PIL import Image
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]  # ships no type information
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]  # ships no type information
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]  # ships no type information
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # ships no type information

from tests.eval.newspaper_layouts import ROWS, Cell, Layout, Plan, Walls
from tests.eval.newspaper_lines import CLOSING, Line, Printed, Style, story
from tests.eval.newspaper_words import Words

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")  # Debian package fonts-wqy-microhei
_EM, _PITCH, _MARGIN, _TOP = 9.5, 14.0, 40.0, 70.0


class Order(StrEnum):
    """The order in which a program writes the text of a page."""

    STRAIGHT = "straight"
    FRAMES = "frames"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF file and the articles on its sheets."""

    body: bytes
    articles: list[Printed]
    adverts: list[str]


@dataclass(frozen=True, slots=True)
class _Ink:
    frame: int
    text: str
    x: float
    y: float  # of the baseline, from the top
    size: float
    spacing: float = 0.0


class _Sheet:
    """One page while it is set."""

    def __init__(self, layout: Layout, style: Style, words: Words) -> None:
        self.layout, self.style, self.words = layout, style, words
        self.ink: list[_Ink] = []
        self.boxes: list[tuple[float, float, float, float]] = []
        self.pictures: list[tuple[float, float, float, float]] = []
        self.gray: list[tuple[float, float, float, float]] = []
        self.frames: list[list[tuple[float, float]]] = []
        self.adverts: list[str] = []
        self._frame = 0
        self.column = style.chars * _EM
        self.step = self.column + style.gutter * _EM
        self.width = 2 * _MARGIN + layout.columns * self.step
        self.height = _TOP + ROWS * _PITCH + 50

    def rect(self, cell: Cell) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the text area of `cell`."""
        left = _MARGIN + cell.left * self.step
        right = _MARGIN + cell.right * self.step - self.style.gutter * _EM
        return left, _TOP + cell.top * _PITCH, right, _TOP + cell.bottom * _PITCH

    def next_frame(self) -> None:
        """What is put after this belongs to another text frame."""
        self._frame += 1

    def put(self, text: str, x: float, y: float, size: float, spacing: float = 0.0) -> None:
        """Text with its baseline at `y` from the top."""
        self.ink.append(_Ink(self._frame, text, x, y, size, spacing))

    def heading(self, text: str, x: float, y: float, size: float) -> None:
        """A headline, with its shadow where the style has one."""
        self.put(text, x, y, size)
        if self.style.shadow >= 0:
            self.put(text, x + self.style.shadow, y + self.style.shadow, size)

    def outline(self, cell: Cell) -> None:
        """A frame around `cell`, half way into the gutters."""
        left, top, right, bottom = self.rect(cell)
        pad = self.style.gutter * _EM * 0.4
        self.boxes.append((left - pad, top - 3, right + pad, bottom + 5))

    def corner(self, column: int, row: int) -> tuple[float, float]:
        """A point in the middle of the gutter before `column`, a little above `row`."""
        return _MARGIN + column * self.step - self.style.gutter * _EM / 2, _TOP + row * _PITCH - 2

    def rule(self, cell: Cell) -> None:
        """A line between articles."""
        left, top, right, bottom = self.rect(cell)
        if cell.left == cell.right:
            left = right = left - self.style.gutter * _EM / 2
        else:
            top = bottom = top + _PITCH * 0.6
        self.boxes.append((left, top, right, bottom))


def make(layouts: tuple[Layout, ...], walls: Walls, order: Order, seed: int) -> Paper:
    """The PDF of these layouts, one sheet each, and the articles on it."""
    if "paper" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("paper", str(FONT)))
    pick = random.Random(seed)
    words = Words(pick)
    style = Style(
        chars=pick.choice((13, 15, 17)),
        gutter=pick.choice((1.2, 1.5, 2.0)) + (0.6 if walls is not Walls.SPACE else 0.0),
        hanging=pick.random() < 0.5,
        spaces=pick.random() < 0.5,
        shadow=pick.choice((-1.0, 0.0, 0.6)),
        byline_in_text=pick.random() < 0.5,
    )
    sheets = [_Sheet(layout, style, words) for layout in layouts]
    articles: list[Printed] = []
    carried: tuple[Printed, list[Line]] | None = None
    for number, sheet in enumerate(sheets, 1):
        _furniture(sheet, number, pick)
        for plan in sheet.layout.plans:
            if plan.jump_from and carried:
                _continue(sheet, plan, *carried)
                continue
            article, left_over = _article(sheet, plan, pick)
            articles.append(article)
            if plan.jump_to:
                carried = (article, left_over)
        for cell in sheet.layout.adverts:
            _advert(sheet, cell, pick)
        for cell in sheet.layout.rules:
            sheet.rule(cell)
    adverts = [text for sheet in sheets for text in sheet.adverts]
    return Paper(_print(sheets, order, pick), articles, adverts)


def _furniture(sheet: _Sheet, number: int, pick: random.Random) -> None:
    sheet.next_frame()
    day = f"2025年{pick.randint(1, 12)}月{pick.randint(1, 28)}日　星期{pick.choice('一二三四五')}"
    name = ("要闻", "综合", "时政")[number % 3]
    sheet.put("河谷日报", _MARGIN, 46, 22)
    sheet.put(day, _MARGIN + 0.2 * (sheet.width - 2 * _MARGIN), 44, 10)
    sheet.put(f"第{number:02d}版　{name}", _MARGIN + 0.45 * (sheet.width - 2 * _MARGIN), 44, 12)
    sheet.put(f"责任编辑：{sheet.words.name()}　版式：{sheet.words.name()}", sheet.width - 240, 44, 9)
    sheet.boxes.append((_MARGIN, 54, sheet.width - _MARGIN, 54))
    sheet.next_frame()
    foot = "本报地址：河谷市人民路1号　邮政编码：810000　新闻热线：0971-1234567"
    sheet.put(foot, _MARGIN + 100, sheet.height - 24, 8)


def _article(sheet: _Sheet, plan: Plan, pick: random.Random) -> tuple[Printed, list[Line]]:
    words, style = sheet.words, sheet.style
    article = Printed(words.title(), authors=tuple(dict.fromkeys(words.name() for _ in range(pick.randint(1, 2)))))
    wide = plan.head.right - plan.head.left > 1
    if wide and pick.random() < 0.4:
        article.kicker = words.kicker()
    if wide and pick.random() < 0.5:
        article.subtitle = words.subtitle()
    byline = "本报记者　" + "　".join(article.authors)
    inside = style.byline_in_text or plan.vertical
    _head(sheet, plan, article, None if inside else byline, pick)
    rows = sum(frame.bottom - frame.top for frame in plan.frames)
    more = 30 if plan.jump_to else 0
    lines = list(story(words, style, rows + more, article, byline if inside else None, pick))
    left_over = _flow(sheet, plan, lines, article)
    for cell in plan.outline:
        sheet.outline(cell)
    if plan.around:
        sheet.frames.append([sheet.corner(column, row) for column, row in plan.around])
    if plan.picture:
        _picture(sheet, plan.picture, article, plan.gray)
    return article, left_over


def _continue(sheet: _Sheet, plan: Plan, article: Printed, lines: list[Line]) -> None:
    """The end of an article of the sheet before, under its title once more."""
    _head(sheet, plan, Printed(article.title), "（上接第1版）", random.Random(1))
    _flow(sheet, plan, lines, article)
    for cell in plan.outline:
        sheet.outline(cell)


def _head(sheet: _Sheet, plan: Plan, article: Printed, byline: str | None, pick: random.Random) -> None:
    sheet.next_frame()
    left, top, right, bottom = sheet.rect(plan.head)
    if plan.vertical:
        _vertical_head(sheet, article, (left, top, right, bottom))
        return
    title, width = article.title, right - left
    parts = [title] if len(title) * 18 <= width else [title[: len(title) // 2], title[len(title) // 2 :]]
    size = min(36.0 if len(parts) == 1 else 22.0, width / max(map(len, parts)))
    above = 16.0 if article.kicker and len(article.kicker) * 12 <= width else 0.0
    article.kicker = article.kicker if above else None
    used = above + len(parts) * size * 1.08 + (18 if byline else 0)
    fits = article.subtitle is not None and len(article.subtitle) * 12 <= width and used + 18 < bottom - top
    article.subtitle = article.subtitle if fits else None
    align = pick.choice((0.0, 0.5))
    y = top + above
    if article.kicker:
        sheet.put(article.kicker, left + (width - 12 * len(article.kicker)) * align, y - 1, 12)
    for part in parts:
        y += size * 1.08
        sheet.heading(part, left + (width - size * len(part)) * align, y, size)
    if article.subtitle:
        y += 18
        sheet.put(article.subtitle, left + (width - 12 * len(article.subtitle)) * align, y, 12)
    if byline:
        sheet.put(byline, left + (width - _EM * len(byline)) * 0.5, min(y + 17, bottom - 3), _EM)


def _vertical_head(sheet: _Sheet, article: Printed, area: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = area
    size = min(30.0, (bottom - top) / (1.1 * len(article.title)))
    parts, middle = [article.title], (left + right) / 2
    if size < 22:
        half = len(article.title) // 2
        parts, size = [article.title[:half], article.title[half:]], 26.0
    for number, part in enumerate(parts):
        x = middle - size / 2 if len(parts) == 1 else middle + (0.1 if number == 0 else -1.2) * size
        for row, character in enumerate(part):
            sheet.heading(character, x, top + (row + 0.9) * size * 1.1, size)


def _flow(sheet: _Sheet, plan: Plan, lines: list[Line], article: Printed) -> list[Line]:
    """Sets `lines` into the frames of `plan`; what finds no room comes back."""
    waiting = list(lines)
    for number, frame in enumerate(plan.frames):
        sheet.next_frame()
        left, top, right, bottom = sheet.rect(frame)
        rows = frame.bottom - frame.top
        last = number == len(plan.frames) - 1 and bool(plan.jump_to)
        for row in range(rows - last):
            if not waiting:
                break
            if waiting[0].kind == "subhead" and row == rows - 1:
                break  # no heading in the last row of a column
            line = waiting.pop(0)
            _set_line(sheet, line, left, top + (row + 0.85) * _PITCH)
            if line.kind not in ("gap", "byline"):
                article.lines.append(line.text)
        if last:
            sheet.put(f"（下转第{plan.jump_to}版）", right - 7.2 * _EM, bottom - 0.15 * _PITCH, _EM)
    return waiting


def _set_line(sheet: _Sheet, line: Line, left: float, y: float) -> None:
    if line.kind == "gap":
        return
    size = _EM * 1.15 if line.kind == "subhead" else _EM
    x = left + line.indent * _EM
    if line.kind == "subhead":
        sheet.heading(line.text, x, y + 0.3 * _PITCH, size)
        return
    inner = line.text[:-1] if line.text[-1] in CLOSING else line.text
    natural = pdfmetrics.stringWidth(line.text, "paper", _EM)
    rest = sheet.column - line.indent * _EM - natural
    if line.kind == "line" and rest < 0 and inner != line.text:
        rest = sheet.column - line.indent * _EM - pdfmetrics.stringWidth(inner, "paper", _EM)
    spacing = rest / max(len(line.text) - 1, 1) if line.kind == "line" else 0.0
    if sheet.style.spaces and line.indent == 2.0:
        sheet.put("　　" + line.text, left, y, size, spacing * (len(line.text) - 1) / (len(line.text) + 1))
    else:
        sheet.put(line.text, x, y, size, spacing)


def _picture(sheet: _Sheet, cell: Cell, article: Printed, gray: bool) -> None:
    left, top, right, bottom = sheet.rect(cell)
    (sheet.gray if gray else sheet.pictures).append((left, top + 4, right, bottom - 4))
    caption = sheet.words.caption()
    article.captions.append(caption)
    sheet.next_frame()
    fit = int((right - left) / 8.5)
    for row in range(0, len(caption), fit):
        sheet.put(caption[row : row + fit], left, bottom + 8 + 12 * (row // fit), 8.5)


def _advert(sheet: _Sheet, cell: Cell, pick: random.Random) -> None:
    sheet.next_frame()
    left, top, right, _ = sheet.rect(cell)
    sheet.outline(cell)
    shop = pick.choice(("大河家具城", "青岩驾校", "石泉温泉酒店", "河谷拍卖有限公司"))
    lines = [
        (shop, 26.0),
        ("周年庆典　全场钜惠", 18.0),
        ("优惠热线：0971-7654321", 14.0),
        ("地址：河谷市东大街88号", 12.0),
    ]
    if pick.random() < 0.5:
        sheet.put("广告", right - 22, top + 12, 8)
    y = top + 10
    for text, size in lines:
        y += size * 1.8
        sheet.put(text, left + 12, y, min(size, (right - left - 20) / len(text)))
        sheet.adverts.append(text)


def _print(sheets: list[_Sheet], order: Order, pick: random.Random) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    for sheet in sheets:
        canvas.setPageSize((sheet.width, sheet.height))
        _draw(canvas, sheet)
        gray = ImageReader(Image.new("L", (8, 8), 200))
        for left, top, right, bottom in sheet.pictures:
            canvas.drawImage(gray, left, sheet.height - bottom, right - left, bottom - top)
        for ink in _shuffled(sheet.ink, order, pick):
            text = canvas.beginText(ink.x, sheet.height - ink.y)
            text.setFont("paper", ink.size)
            text.setCharSpace(ink.spacing)
            text.textOut(ink.text)
            canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, sheet: _Sheet) -> None:
    for left, top, right, bottom in sheet.boxes:
        if left == right or top == bottom:
            canvas.line(left, sheet.height - top, right, sheet.height - bottom)
        else:
            canvas.rect(left, sheet.height - bottom, right - left, bottom - top)
    canvas.setFillGray(0.8)
    for left, top, right, bottom in sheet.gray:
        canvas.rect(left, sheet.height - bottom, right - left, bottom - top, stroke=0, fill=1)
    canvas.setFillGray(0)
    for corners in sheet.frames:
        path = canvas.beginPath()
        path.moveTo(corners[0][0], sheet.height - corners[0][1])
        for x, y in corners[1:]:
            path.lineTo(x, sheet.height - y)
        path.close()
        canvas.drawPath(path)


def _shuffled(ink: list[_Ink], order: Order, pick: random.Random) -> list[_Ink]:
    if order is Order.STRAIGHT:
        return ink
    if order is Order.LINES:
        return pick.sample(ink, len(ink))
    frames = sorted({piece.frame for piece in ink})
    place = dict(zip(frames, pick.sample(range(len(frames)), len(frames)), strict=True))
    return sorted(ink, key=lambda piece: place[piece.frame])
