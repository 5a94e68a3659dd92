"""A Word file that people have edited, in whatever program, back into blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from docx.oxml.ns import qn
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph as WordParagraph

from db.brief import donor
from db.brief.blocks import Block, Document, Heading, Line, Paragraph, Run, Table, joined, plain
from db.brief.word import opened

_LINK = re.compile(r'HYPERLINK\s+"([^"]*)"(?:\s+\\l\s+"([^"]*)")?')  # how LibreOffice writes links in tables

_TEXTS = {qn("w:tab"): "\t", qn("w:br"): " ", qn("w:cr"): " ", qn("w:noBreakHyphen"): "-"}


def read(content: bytes, name: str) -> Document:
    """The document in a Word file: its title, headings, paragraphs, links and tables.

    Raises WrongTemplate when it is no Word file.
    """
    source = opened(content, name)
    blocks: list[Block] = []
    title = ""
    for part in source.iter_inner_content():
        if isinstance(part, WordParagraph):
            style = str(part.style.name) if part.style is not None else ""
            if style == "Title" and not title:
                title = part.text.strip()
            elif block := _block(part, style):
                blocks.append(block)
        elif part.rows:
            blocks.append(_table(part))
    return Document(title or _first_heading(blocks), blocks=tuple(blocks))


def _table(table: Any) -> Table:
    rows = [tuple(_cell(cell) for cell in row.cells) for row in table.rows]
    width = max(map(len, rows))
    full = [(*row, *[()] * (width - len(row))) for row in rows]
    return Table(full[0], tuple(full[1:]))


def _cell(cell: Any) -> Line:
    return joined(run for paragraph in cell.paragraphs for run in _runs(paragraph))


def _first_heading(blocks: Sequence[Block]) -> str:
    return next((plain(block.line) for block in blocks if isinstance(block, Heading)), "")


def _block(paragraph: Any, style: str) -> Block | None:
    line = joined(_runs(paragraph))
    if not plain(line).strip():
        return None
    if style in donor.HEADINGS:
        return Heading(donor.HEADINGS.index(style) + 1, line)
    return Paragraph(line, style == donor.NOTE)


def _runs(paragraph: Any) -> Iterator[Run]:
    """Runs and links in their order; a link is an element of its own, or a field around its runs."""
    code, inside, url = "", False, ""
    for part in paragraph.iter_inner_content():
        if isinstance(part, Hyperlink):
            yield Run(_plain(part.text), url=part.url)
            continue
        for child in part._r:
            if child.tag == qn("w:instrText"):
                code += child.text or ""
            elif child.tag == qn("w:fldChar"):
                kind = child.get(qn("w:fldCharType"))
                code = "" if kind == "begin" else code
                inside = kind == "begin"
                url = _address(code) if kind == "separate" else ""
            elif not inside and (
                text := _TEXTS.get(child.tag, str(child.text or "") if child.tag == qn("w:t") else "")
            ):
                yield Run(_plain(text), bool(part.bold) and not url, url)


def _address(code: str) -> str:
    """The address in the code of a field; "" for a field that is no link."""
    match = _LINK.search(code)
    return "" if match is None else match[1] + (f"#{match[2]}" if match[2] else "")


def _plain(text: str) -> str:
    return text.replace("\n", " ")
