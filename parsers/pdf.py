"""The text layer of a PDF → articles, read as a newspaper page or as ordinary text."""

from __future__ import annotations

import pypdfium2  # type: ignore[import-untyped]  # ships no type information
from pypdfium2 import PdfiumError

from parsers.errors import ParseError
from parsers.newspaper import is_newspaper
from parsers.plain_text import read_text
from parsers.values import Reading

_LEAST_TEXT = 20  # characters below which a whole document has no text layer worth the name


def read_pdf(body: bytes) -> tuple[Reading, ...]:
    """The articles of a PDF: one for each page of a newspaper, else one for the whole document.

    Raises ParseError where the file is broken, locked or has no text layer.
    """
    pages = _page_texts(body)
    if sum(len(page.strip()) for page in pages) < _LEAST_TEXT:
        raise ParseError("PDF 没有文字层，是扫描件：请先用文字识别软件处理，或改收网页版。")
    if any(is_newspaper(page) for page in pages):
        return tuple(reading for page in pages if page.strip() for reading in read_text(page))
    return read_text("\n".join(pages))


def _page_texts(body: bytes) -> list[str]:
    try:
        document = pypdfium2.PdfDocument(body)
    except PdfiumError as error:
        raise ParseError(f"PDF 打不开（损坏或有密码）：{error}。请重新下载原文件。") from error
    try:
        return [_page_text(document, number) for number in range(len(document))]
    finally:
        document.close()


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    layer = page.get_textpage()
    text = str(layer.get_text_bounded()).replace("\r\n", "\n")
    layer.close()
    page.close()
    return text.replace("\x02", "").replace("\ufffe", "")
