"""What stands on a newspaper page beside its articles: the line with paper, day and page number, adverts, captions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parsers.bylines import names
from parsers.dates import printed_date
from parsers.pdf_glyphs import Rect
from parsers.pdf_lines import Piece

_HEAD, _FOOT = 0.1, 0.955  # shares of the height: furniture stands above the one and below the other
_MASTHEAD = 0.22
_IN_HEAD = re.compile(
    r"^第?\s*[A-Z]?\d{1,3}\s*版|版\s*$|\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|星期[一二三四五六日天]|"
    r"责任编辑|本版编辑|责编|版式|美编|校对|组版|农历|国内统一|CN\d\d|邮发代号|总第|今日\d+版"
)
_PAPER = re.compile(r"^([\u4e00-\u9fff ]{1,9}(?:日报|晚报|晨报|早报|时报|都市报|商报|周报|工人报|青年报|导报|报))$")
_IN_FOOT = re.compile(r"地址|邮编|邮政编码|电话|热线|印刷|定价|网址|https?:|www\.|投稿|订阅|零售|广告经营")
_EDITOR = re.compile(
    r"(?:责任编辑|本版编辑|责编|编辑)\s*[:：]?\s*([\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff] [\u4e00-\u9fff])"
)
_PAGE = re.compile(r"第?\s*([A-Z]?\d{1,3})\s*版")
_SELLS = re.compile(r"电话|热线|地址|网址|优惠|招租|扫码|微信|咨询|钜惠|促销|开业|联系人|报名处|招商|公司")
_NOTICE = re.compile(
    r"^(?:遗失声明|注销公告|拍卖公告|招标公告|减资公告|债权.{0,8}公告|清算公告|公告|启事|遗失启事|声明)$"
)
_PHONE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}[-—－]?\d{7,8}|400[-\d]{7,9})(?!\d)")
_CAPTION = re.compile(r"(?:摄|供图|摄影报道|资料图片?|资料照片|图片来源.{0,12})[）)]?$")
_PICTURED = re.compile(r"^(?:▲|▼|◀|►|图[①②③④一二三四]?[:：为]|[上下左右]图|图为)")


@dataclass(frozen=True, slots=True)
class PageLine:
    """What the top line of a page says: paper, day (ISO 8601), editor, page number as printed (02, A3)."""

    paper: str | None = None
    day: str | None = None
    editor: str | None = None
    number: str | None = None


def page_line(pieces: Sequence[Piece], height: float) -> tuple[PageLine, list[Piece]]:
    """What head and foot of a page say, and the pieces that are not part of them."""
    marks = [p for p in pieces if p.y < _HEAD * height and _IN_HEAD.search(p.text)]
    marks += [p for p in pieces if p.y < _MASTHEAD * height and _PAPER.match(p.text) and p.em > 12]
    feet = [p for p in pieces if p.y > _FOOT * height and (_IN_FOOT.search(p.text) or _IN_HEAD.search(p.text))]
    taken = {id(p) for p in pieces if any(_same_row(p, mark, height) for mark in marks + feet)}
    furniture = sorted((p for p in pieces if id(p) in taken), key=lambda p: (p.y, p.x0))
    line = "　".join(p.text for p in furniture)
    papers = [match[1] for p in furniture if (match := _PAPER.match(p.text))]
    editor, page = _EDITOR.search(line), _PAGE.search(line)
    return (
        PageLine(
            paper=papers[0].replace(" ", "") if papers else None,
            day=(printed_date(line) or "")[:10] or None if furniture else None,
            editor=next(iter(names(editor[1])), None) if editor else None,
            number=page[1] if page else None,
        ),
        [p for p in pieces if id(p) not in taken],
    )


def _same_row(piece: Piece, mark: Piece, height: float) -> bool:
    at_edge = not _HEAD * height < piece.y < _FOOT * height
    return piece is mark or (abs(piece.y - mark.y) < 0.6 * max(piece.em, mark.em, 8.0) and at_edge)


def adverts(pieces: Sequence[Piece], region: Callable[[Piece], int], largest: int) -> set[int]:
    """The numbers of the areas that hold adverts or notices; the area that is no box (`largest`) never does."""
    by_area: dict[int, list[Piece]] = {}
    for piece in pieces:
        by_area.setdefault(region(piece), []).append(piece)
    return {number for number, held in by_area.items() if number != largest and is_advert(held)}


def is_advert(held: Sequence[Piece]) -> bool:
    """Whether the lines of a box are an advert or a public notice: marked so, or addresses and no sentences."""
    texts = [piece.text.replace(" ", "") for piece in held]
    if any(text in ("广告", "公益广告") or _NOTICE.match(text) for text in texts):
        return True
    sentences = sum("。" in text for text in texts)
    offers = sum(bool(_SELLS.search(text)) for text in texts) + any(_PHONE.search(text) for text in texts)
    return offers >= (2 if sentences else 1) and sentences <= len(texts) / 10


def captions(
    pieces: Sequence[Piece], pictures: Sequence[Rect], body: float, step: float
) -> tuple[list[tuple[Rect, list[Piece]]], list[Piece]]:
    """The lines under each picture that belong to it, and the pieces that belong to none."""
    found: list[tuple[Rect, list[Piece]]] = []
    taken: set[int] = set()
    for picture in pictures:
        lines = [p for p in _under(pieces, picture, step) if id(p) not in taken]
        if _is_caption(lines, body):
            found.append((picture, lines))
            taken |= {id(line) for line in lines}
    return found, [piece for piece in pieces if id(piece) not in taken]


def _under(pieces: Sequence[Piece], picture: Rect, step: float) -> list[Piece]:
    lines: list[Piece] = []
    floor = picture.bottom
    for piece in sorted(pieces, key=lambda piece: (piece.y, piece.x0)):
        inside = picture.left - piece.em < piece.x0 and piece.x1 < picture.right + 2 * piece.em
        if not inside or piece.top < picture.bottom - piece.em:
            continue
        if piece.top - floor > (1.8 if not lines else 0.8) * step or (lines and abs(piece.em - lines[0].em) > 0.4):
            break
        lines.append(piece)
        floor = max(floor, piece.bottom)
        if _CAPTION.search(piece.text):
            break
    return lines


def _is_caption(lines: Sequence[Piece], body: float) -> bool:
    if not lines or len(lines) > 8 or lines[0].em > 1.3 * body:
        return False
    said = bool(_CAPTION.search(lines[-1].text) or _PICTURED.search(lines[0].text))
    return said or lines[0].em < 0.96 * body
