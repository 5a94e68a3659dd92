"""A brief as a Word file: an office's template gives the look, the document the words.

The template is a .docx of any look that holds a paragraph {{正文}}; {{标题}}, {{期号}}, {{单位}} and {{日期}} are
filled in wherever they stand, headers and footers included; a paragraph whose places are all empty goes away. The
same document and template make the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length

from db.brief import donor
from db.brief.blocks import Block, Document, Heading, Line, Paragraph, Run, Table, plain
from db.errors import WrongTemplate

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_BODY = "正文"
_EPOCH = (2000, 1, 1, 0, 0, 0)  # the time on every part in the file: nothing of the clock in the bytes
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROWEST, _WIDEST = 8, 24  # characters that weigh for the width of a column


def write(document: Document, template: bytes | None = None, name: str = "brief.docx") -> bytes:
    """The document as the bytes of a .docx, in the look of `template` or of ours.

    Raises WrongTemplate: no Word file, no place for the body, a place or a style that is not known.
    """
    target = opened(donor.make() if template is None else template, name)
    _check_styles(target, name)
    values = {
        "标题": document.title,
        "期号": document.number,
        "单位": document.office,
        "日期": document.date,
    }
    spot = _fill(target, values, name)
    writer = _Writer(target, spot)
    for block in document.blocks:
        writer.add(block)
    spot._p.getparent().remove(spot._p)
    _properties(target, document)
    return _saved(target)


def opened(template: bytes, name: str) -> Any:
    """The Word document in these bytes. Raises WrongTemplate that names the file."""
    try:
        return docx.Document(io.BytesIO(template))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise WrongTemplate(f"模板 {name} 不是 Word 文档（.docx）或已损坏：请用 Word 另存为 .docx") from error


def _check_styles(target: Any, name: str) -> None:
    known = {style.name for style in target.styles}
    missing = [style for style in donor.STYLES if style not in known]
    if missing:
        raise WrongTemplate(
            f"模板 {name} 缺少样式：{'、'.join(missing)}；请在 caixun brief --write-template 写出的样本上修改"
        )


def _fill(target: Any, values: dict[str, str], name: str) -> Any:
    """Fill in the places of the head; the paragraph where the body goes."""
    spots = []
    for paragraph in list(_paragraphs(target)):
        places = _PLACE.findall(paragraph.text)
        unknown = [place for place in places if place not in values and place != _BODY]
        if unknown:
            allowed = "、".join(f"{{{{{place}}}}}" for place in (*values, _BODY))
            raise WrongTemplate(f"模板 {name} 里的 {{{{{unknown[0]}}}}} 没有可填的内容；可用的有：{allowed}")
        if _BODY in places:
            spots.append(paragraph)
        elif places:
            _fill_paragraph(paragraph, places, values)
    if len(spots) != 1 or spots[0]._parent is not target._body:
        raise WrongTemplate(f"模板 {name} 要有一个独立的段落 {{{{正文}}}}（不在表格、页眉里），现有 {len(spots)} 处")
    return spots[0]


def _paragraphs(target: Any) -> Iterator[Any]:
    """Every paragraph of the template, those of tables, headers and footers included."""
    yield from target.paragraphs
    for table in target.tables:
        yield from _in_table(table)
    for section in target.sections:
        for part in (section.header, section.footer, section.even_page_header, section.even_page_footer,
                     section.first_page_header, section.first_page_footer):  # fmt: skip
            if not part.is_linked_to_previous:
                yield from part.paragraphs
                for table in part.tables:
                    yield from _in_table(table)


def _in_table(table: Any) -> Iterator[Any]:
    for row in table.rows:
        for cell in row.cells:
            yield from cell.paragraphs


def _fill_paragraph(paragraph: Any, places: Sequence[str], values: dict[str, str]) -> None:
    empty = not any(values[place] for place in places) and not _PLACE.sub("", paragraph.text).strip()
    if empty and paragraph._p.find(f"{qn('w:pPr')}/{qn('w:pBdr')}") is None:  # one with a border is a line of its own
        paragraph._p.getparent().remove(paragraph._p)
        return
    runs = [run for run in paragraph.runs if run.text]
    if all(run.text.count("{{") == run.text.count("}}") for run in runs):
        for run in runs:
            _set(run, values)
        return
    runs[0].text = "".join(run.text for run in runs)  # Word has cut a place into several runs
    for run in runs[1:]:
        run.text = ""
    _set(runs[0], values)


def _set(run: Any, values: dict[str, str]) -> None:
    if "{{" in run.text:
        run.text = _PLACE.sub(lambda match: _clean(values[match[1]]), run.text)


class _Writer:
    """Puts blocks before the paragraph that marks the place of the body."""

    def __init__(self, target: Any, spot: Any) -> None:
        self._target = target
        self._spot = spot
        self._links: dict[str, str] = {}
        styles = {style.name: style for style in target.styles}
        link = styles.get(donor.LINK) or styles.get("Hyperlink")
        self._link_style = link.style_id if link is not None else None
        self._ids = {name: styles[name].style_id for name in donor.STYLES}
        self._grid = styles.get("Table Grid")
        section = target.sections[0]
        self._width = section.page_width - section.left_margin - section.right_margin

    def add(self, block: Block) -> None:
        """Write one block."""
        if isinstance(block, Heading):
            self._paragraph(f"Heading {block.level}", block.line)
        elif isinstance(block, Paragraph):
            self._paragraph(donor.NOTE if block.note else donor.BODY, block.line)
        else:
            self._table(block)

    def _paragraph(self, style: str, line: Line) -> None:
        paragraph = self._spot.insert_paragraph_before()
        paragraph._p.style = self._ids[style]  # by id: looking styles up by name takes most of the time
        self._line(paragraph, line)

    def _line(self, paragraph: Any, line: Line) -> None:
        for run in line:
            if run.url:
                self._link(paragraph, run)
            else:
                paragraph.add_run(_clean(run.text)).bold = True if run.bold else None

    def _link(self, paragraph: Any, run: Run) -> None:
        if run.url not in self._links:
            relation = self._target.part.relate_to(run.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            self._links[run.url] = relation
        made = paragraph.add_run(_clean(run.text))
        made._r.style = self._link_style
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), self._links[run.url])
        link.set(qn("w:history"), "1")
        paragraph._p.replace(made._r, link)
        link.append(made._r)

    def _table(self, block: Table) -> None:
        table = self._target.add_table(rows=0, cols=len(block.head))
        table.alignment = donor.ALIGNED
        table.autofit = False
        table.style = self._grid
        widths = _widths(block, int(self._width))
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Length(width)
        self._row(table, block.head, widths, donor.HEAD_CELL)
        _flag(table.rows[0], "w:tblHeader")
        for row in block.rows:
            self._row(table, row, widths, donor.CELL)
        self._spot._p.addprevious(table._tbl)

    def _row(self, table: Any, cells: Sequence[Line], widths: Sequence[int], style: str) -> None:
        row = table.add_row()
        _flag(row, "w:cantSplit")
        for cell, line, width in zip(row.cells, cells, widths, strict=True):
            cell.width = Length(width)
            paragraph = cell.paragraphs[0]
            paragraph._p.style = self._ids[style]
            self._line(paragraph, line)


def _flag(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _widths(block: Table, width: int) -> list[int]:
    """The width of each column by its longest texts, within bounds."""
    columns = list(zip(block.head, *block.rows, strict=True))
    weights = [min(_WIDEST, max(_NARROWEST, *(len(plain(cell)) for cell in column))) for column in columns]
    return [width * weight // sum(weights) for weight in weights]


def _clean(text: str) -> str:
    """`text` without what XML cannot hold."""
    return _ILLEGAL.sub("", text)


def _properties(target: Any, document: Document) -> None:
    core = target.core_properties
    core.title, core.author, core.comments = _clean(document.title), _clean(document.office) or "才讯", ""
    core.created = core.modified = datetime(*_EPOCH, tzinfo=UTC)
    core.last_modified_by, core.revision, core.language = "才讯", 1, "zh-CN"


def _saved(target: Any) -> bytes:
    first, stream = io.BytesIO(), io.BytesIO()
    target.save(first)
    with zipfile.ZipFile(first) as made, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as kept:
        for item in made.infolist():
            entry = zipfile.ZipInfo(item.filename, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            kept.writestr(entry, made.read(item.filename))
    return stream.getvalue()
