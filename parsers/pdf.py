"""A PDF → articles: those of a newspaper page with their places on it, or one for a whole document."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.dates import printed_date
from parsers.errors import ParseError
from parsers.newspaper import simplified
from parsers.newspaper_order import likeness
from parsers.pdf_document import document_text
from parsers.pdf_furniture import page_line
from parsers.pdf_glyphs import Sheet, sheets
from parsers.pdf_lines import body_size, pieces
from parsers.pdf_newspaper import PaperArticle, paper_articles
from parsers.plain_text import read_text
from parsers.values import Flag, Reading

_SIGNED = re.compile(r"[\d〇○零一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日")
_LEAST_TEXT = 20  # characters below which a whole document has no text layer worth the name
_LARGE_PAGE = 650.0 * 900.0  # square points: a page larger than A4 may be a newspaper
_LEAST_COLUMNS = 3
_MOST_LARGE = 250  # pieces in large type on one page; headings from top to bottom have one for each character
_LEAST_LINE = 7.0  # em: the lines of a table's columns are shorter
_SURE_ORDER = 0.7


def read_pdf(body: bytes) -> tuple[Reading, ...]:
    """The articles of a PDF: those of all sheets of a newspaper, joined where one goes on on another sheet
    of the file, else one for the whole document.

    Raises ParseError (one Chinese line) where the file is broken, locked, longer than 300 pages or has no text.
    """
    pages = list(sheets(body))
    if sum(len(page.glyphs) for page in pages) < _LEAST_TEXT:
        raise ParseError("PDF 没有文字层，是扫描件：请先用文字识别软件处理，或改收网页版。")
    printed = [page for page in pages if page.glyphs]
    if 2 * sum(map(_is_newspaper, printed)) >= len(printed):
        found = [article for page in pages for article in paper_articles(page)]
        readings = tuple(map(_reading, _joined(found)))
        if readings:
            return readings
    return tuple(map(_dated, read_text(document_text(pages))))


def _dated(reading: Reading) -> Reading:
    """A document with the day under its signature, where it prints no other."""
    signed = [paragraph for paragraph in reading.paragraphs[-8:] if _SIGNED.fullmatch(paragraph)]
    day = printed_date(signed[-1]) if signed and not reading.published else None
    return replace(reading, published=day) if day else reading


def _is_newspaper(page: Sheet) -> bool:
    """Whether a page is set in narrow columns, on a large sheet or under a line with day and page number."""
    body = body_size(page.glyphs)
    held = pieces(page.glyphs)
    if sum(piece.em > 1.45 * body for piece in held) > _MOST_LARGE:
        return False  # a poster or a chart
    lines = [p for p in held if 0.85 * body < p.em < 1.15 * body and p.x1 - p.x0 > _LEAST_LINE * body]
    lefts = Counter(round(piece.x0 / body) for piece in lines)
    columns: list[int] = []
    for left, count in sorted(lefts.items()):
        if count >= 4 and (not columns or left - columns[-1] >= 6):
            columns.append(left)
    if len(columns) < 2:
        return False
    line, _ = page_line(held, page.height)
    large = page.width * page.height > _LARGE_PAGE and len(columns) >= _LEAST_COLUMNS
    return large or bool(line.day and (line.number or line.paper))


def _joined(found: Sequence[PaperArticle]) -> Iterator[PaperArticle]:
    """The articles, each 上接 part appended to the 下转 article that it goes on from."""
    ends = [article for article in found if article.start]
    taken: set[int] = set()
    for article in found:
        if article.start:
            continue
        rest = [end for end in ends if id(end) not in taken and article.to and _goes_on(article, end)]
        best = max(rest, key=lambda end: likeness(article.title or "", end.title or ""), default=None)
        if best is None:
            yield article
        else:
            taken.add(id(best))
            yield _continued(article, best)
    yield from (end for end in ends if id(end) not in taken)


def _goes_on(article: PaperArticle, end: PaperArticle) -> bool:
    """Whether the numbers printed do not forbid it: 下转第2版 on page 1, 上接第1版 on page 2."""
    pairs = ((article.to, end.line.number), (end.start, article.line.number))
    return all(not there or not here or _number(there) == _number(here) for there, here in pairs)


def _number(printed: str) -> int | str:
    """02, ２ and 二 are 2; A03 stays."""
    if printed.isdecimal():
        return int(printed)
    place = "〇一二三四五六七八九十".find(printed)
    return place if place > 0 else printed


def _continued(article: PaperArticle, end: PaperArticle) -> PaperArticle:
    paragraphs, rest = list(article.paragraphs), list(end.paragraphs)
    if article.stays_open and end.runs_on and paragraphs and rest:
        paragraphs[-1] += rest.pop(0)
    confidence = min(article.confidence, end.confidence)
    captions = article.captions + end.captions
    return replace(article, paragraphs=paragraphs + rest, captions=captions, to=None, confidence=confidence)


def _reading(article: PaperArticle) -> Reading:
    paragraphs = article.paragraphs or article.captions
    reading = Reading(
        title=article.title,
        kicker=article.kicker,
        subtitle=article.subtitle,
        published=article.line.day,
        origin=article.line.paper,
        editor=article.line.editor,
        authors=article.authors,
        paragraphs=tuple(paragraphs),
        captions=tuple(article.captions) if article.paragraphs else (),
        flags=tuple(_flags(article)),
        box=article.box,
        order_confidence=round(article.confidence, 2),
    )
    return simplified(reading)


def _flags(article: PaperArticle) -> Iterator[Flag]:
    if article.to:
        yield Flag("continues", f"本版只有前半篇，下转第{article.to}版，后文不在这个文件里。")
    if article.start:
        yield Flag("continued", f"本版只有后半篇，上接第{article.start}版，前文不在这个文件里。")
    if article.confidence < _SURE_ORDER:
        share = math.floor(100 * article.confidence)
        yield Flag("reading-order", f"报纸版面的栏目次序是推断的，只有 {share}% 的栏接得上，请对照原版。")
