"""An ordinary document in a PDF (a notice, a plan, a report) → one text: title line, then paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from parsers.pdf_blocks import Block, blocks, pitch
from parsers.pdf_glyphs import Sheet
from parsers.pdf_lines import Piece, body_size, pieces
from parsers.pdf_text import RunningText

_NUMBER = re.compile(r"^[—\-–·\s]*(?:第\s*)?\d{1,4}(?:\s*[/／]\s*\d{1,4}|\s*页.{0,12})?[—\-–·\s]*$")
_RED_HEAD = re.compile(r"文\s*件\s*$|〔\d{4}〕|\[20\d\d\]|^\d{4}年第?\d+期|^第\d+期|内部资料|机密|秘密|特急|加急")
_LETTERHEAD = re.compile(r"文\s*件\s*$")
_COLUMN = 10.0  # em: narrower columns are those of a table, which is read line by line
_REACH = 1.7  # pitches: white space wider than this ends a paragraph
_EDGE_ROWS = 3  # lines at the top and the bottom of a page that may be running heads


def document_text(sheets: Sequence[Sheet]) -> str:
    """The text of a document: the title on the first line where type tells it, then one paragraph a line.

    Running heads, page numbers and line breaks are gone; columns are read one after the other.
    """
    body = body_size([glyph for sheet in sheets for glyph in sheet.glyphs])
    pages = [_page(sheet, body) for sheet in sheets]
    repeated = _running(pages)
    text = RunningText(body)
    title: tuple[float, str] | None = None
    for number, page in enumerate(pages):
        kept = _without_furniture(page, repeated, body)
        if number == 0:
            title = _title(kept, body)
        _add(kept, text, pitch(kept, body), body)
    paragraphs = text.paragraphs
    if title and title[1] in paragraphs:
        paragraphs = [title[1], *(paragraph for paragraph in paragraphs if paragraph != title[1])]
    return "\n".join(paragraphs)


def _page(sheet: Sheet, body: float) -> list[Piece]:
    """Lines of a page: pieces in one row are joined unless the page is set in real columns."""
    found = pieces(sheet.glyphs)
    if _has_columns(found, body):
        return found
    rows: list[Piece] = []
    for piece in sorted(found, key=lambda piece: (piece.y, piece.x0)):
        if rows and abs(rows[-1].y - piece.y) < 0.25 * piece.em:
            rows[-1] = Piece(sorted(rows[-1].glyphs + piece.glyphs, key=lambda glyph: glyph.x0))
        else:
            rows.append(piece)
    return rows


def _has_columns(found: Sequence[Piece], body: float) -> bool:
    lefts = Counter(round(piece.x0 / body) for piece in found if piece.x1 - piece.x0 >= _COLUMN * body)
    common = sorted(left for left, count in lefts.items() if count >= 4)
    return bool(common) and common[-1] - common[0] >= _COLUMN


def _running(pages: Sequence[Sequence[Piece]]) -> set[str]:
    """Lines at the top or the bottom of most pages, digits aside."""
    if len(pages) < 3:
        return set()
    seen = Counter(line for page in pages for line in {_masked(piece) for piece in _edge_lines(page)})
    return {line for line, count in seen.items() if count >= max(3, 0.5 * len(pages))}


def _masked(piece: Piece) -> str:
    return re.sub(r"[\d\s]+", "#", piece.text)


def _edge_lines(page: Sequence[Piece]) -> list[Piece]:
    ordered = sorted(page, key=lambda piece: piece.y)
    return ordered[:_EDGE_ROWS] + ordered[-_EDGE_ROWS:]


def _without_furniture(page: Sequence[Piece], repeated: set[str], body: float) -> list[Piece]:
    """The page without running heads, page numbers and the letterhead of an office."""
    edges = _edge_lines(page)
    gone = {id(piece) for piece in edges if _NUMBER.match(piece.text) or _masked(piece) in repeated}
    if edges and edges[0].em < 0.8 * body:
        gone.add(id(edges[0]))  # a running head above the first line, on whatever pages it stands
    heads = (piece for piece in page if piece.em > 1.6 * body and _LETTERHEAD.search(piece.text))
    gone |= {id(piece) for piece in heads}
    return [piece for piece in page if id(piece) not in gone]


def _title(page: Sequence[Piece], body: float) -> tuple[float, str] | None:
    """Size and words of the largest heading of the first page that is not the letterhead of an office."""
    found = RunningText(body)
    best: tuple[float, str] | None = None
    for piece in sorted(page, key=lambda piece: piece.y):
        if piece.em < 1.06 * body or _RED_HEAD.search(piece.text):
            found.close()
            continue
        found.add(Block([piece]))
        if (
            best is None
            or piece.em > 1.06 * best[0]
            or (abs(piece.em - best[0]) < 0.06 * piece.em and _grew(found, best))
        ):
            best = (piece.em, found.paragraphs[-1])
    return best


def _grew(found: RunningText, best: tuple[float, str]) -> bool:
    return found.paragraphs[-1].startswith(best[1])


def _add(page: Sequence[Piece], text: RunningText, step: float, body: float) -> None:
    lefts = Counter(round(piece.x0) for piece in page if abs(piece.em - body) < 0.06 * body)
    usual = lefts.most_common(1)[0][0] if lefts else 0
    in_columns = _has_columns(page, body)
    last: Block | None = None
    for block in _ordered(blocks(page, step, lambda _: 0, _REACH)):
        beside = last is not None and block.box.top < last.box.top
        if last is not None and not beside:
            text.close()  # white space above the block on the same page
        if not in_columns:
            block.left = min(block.left, usual)
        text.add(block)
        last = block


def _ordered(held: Sequence[Block]) -> Iterator[Block]:
    """Bands from top to bottom; a band is parted from the next by a block wider than a column."""
    waiting = sorted(held, key=lambda block: block.box.top)
    while waiting:
        first = waiting.pop(0)
        beside = [b for b in waiting if b.box.top < first.box.bottom and not _over(b, first)]
        if not beside:
            yield first
            continue
        floor = max(b.box.bottom for b in (first, *beside))
        band = [first, *(b for b in waiting if b.box.top < floor)]
        waiting = [b for b in waiting if b not in band]
        yield from sorted(band, key=lambda b: (round(b.box.left / 40), b.box.top))


def _over(one: Block, other: Block) -> bool:
    return min(one.box.right, other.box.right) - max(one.box.left, other.box.left) > 10
