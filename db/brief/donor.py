"""The Word template that 才讯 comes with, in the layout of official documents (after GB/T 9704—2012).

A4 with margins of 37, 35, 28 and 26 mm; body in 仿宋 of 三号 on lines of exactly 28 points, two characters indented;
headings in 黑体, 楷体 and bold 仿宋; page numbers — 1 — outside at the foot. An office opens it in Word, changes what
it likes, and keeps the places in double braces.
"""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt, RGBColor

BODY, NOTE, CELL, HEAD_CELL = "简报正文", "简报出处", "简报表格文字", "简报表头文字"
LINK = "简报链接"
HEADINGS = ("Heading 1", "Heading 2", "Heading 3")
STYLES = (*HEADINGS, BODY, NOTE, CELL, HEAD_CELL)
_FANG, _HEI, _KAI, _SONG, _TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体", "方正小标宋简体"
_INSTEAD = {  # what stands in where a font is not installed, the first that is there
    _FANG: "FangSong,仿宋,FangSong_GB2312,STFangsong,Noto Serif CJK SC",
    _HEI: "SimHei,STHeiti,Noto Sans CJK SC",
    _KAI: "KaiTi,楷体,STKaiti,Noto Serif CJK SC",
    _SONG: "SimSun,STSong,Noto Serif CJK SC",
    _TITLE: "FZXiaoBiaoSong-B05S,STZhongsong,SimSun,Noto Serif CJK SC",
}
_LATIN = "Times New Roman"
_RED, _BLUE = RGBColor(0xC0, 0x00, 0x1A), RGBColor(0x0B, 0x4F, 0x8A)
_SIZE = Pt(16)  # 三号
_LINE = Pt(28)


def make() -> bytes:
    """The template as the bytes of a .docx."""
    document: Any = docx.Document()
    _page(document)
    _styles(document)
    _fonts(document)
    _masthead(document)
    document.add_paragraph("{{正文}}", style=BODY)
    _page_numbers(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(24)


def set_fonts(style: Any, east_asian: str, latin: str = _LATIN) -> None:
    """Name the fonts of a style for every script: without eastAsia Word takes its own for Chinese."""
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for script, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east_asian)):
        fonts.set(qn(f"w:{script}"), font)


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    set_fonts(normal, _FANG)
    normal.font.size = _SIZE
    _spaced(normal)
    _chinese(normal)
    for name, font, bold in zip(HEADINGS, (_HEI, _KAI, _FANG), (False, False, True), strict=True):
        style = document.styles[name]
        set_fonts(style, font)
        style.font.size, style.font.bold, style.font.italic = _SIZE, bold, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        _spaced(style)
        _indented(style)
        style.paragraph_format.keep_with_next = True
    document.styles[HEADINGS[0]].paragraph_format.space_before = Pt(8)
    _paragraph_style(document, BODY, _SIZE, indented=True).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    note = _paragraph_style(document, NOTE, Pt(12), indented=True, line=Pt(20))
    note.paragraph_format.space_after = Pt(6)
    _paragraph_style(document, CELL, Pt(12), line=Pt(18))
    head = _paragraph_style(document, HEAD_CELL, Pt(12), line=Pt(18))
    set_fonts(head, _HEI)
    head.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    link = document.styles.add_style(LINK, WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = _BLUE, True


def _paragraph_style(document: Any, name: str, size: Length, *, indented: bool = False, line: Length = _LINE) -> Any:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    set_fonts(style, _FANG)
    style.font.size = size
    _spaced(style, line)
    if indented:
        _indented(style)
    return style


def _spaced(style: Any, line: Length = _LINE) -> None:
    shape = style.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, line
    shape.space_before, shape.space_after = Pt(0), Pt(0)
    shape.widow_control = False


def _indented(style: Any) -> None:
    """Two characters of whatever size, as Word counts them (hundredths of a character)."""
    style.paragraph_format.first_line_indent = Pt(2 * style.font.size.pt)
    style.element.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


def _chinese(style: Any) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties = style.element.get_or_add_rPr()
    for known in properties.findall(qn("w:lang")):
        properties.remove(known)
    properties.append(language)


def _fonts(document: Any) -> None:
    """What stands in for each font, in the font table of the document."""
    part = next(one.target_part for one in document.part.rels.values() if one.reltype.endswith("/fontTable"))
    table = parse_xml(part.blob)
    for name, instead in _INSTEAD.items():
        table.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/>'
                '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
            )
        )
    part._blob = serialize_part_xml(table)  # the library reads this part as bytes only


def _masthead(document: Any) -> None:
    title = document.add_paragraph("{{标题}}", style="Title")
    style = document.styles["Title"]
    set_fonts(style, _TITLE)
    style.font.size, style.font.color.rgb, style.font.bold = Pt(40), _RED, True
    _without_border(style)
    style.paragraph_format.line_spacing_rule, style.paragraph_format.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(56)
    style.paragraph_format.space_after = Pt(6)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("{{期号}}", style="Normal").alignment = WD_ALIGN_PARAGRAPH.CENTER
    line = document.add_paragraph("{{单位}}\t{{日期}}", style="Normal")
    section = document.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    line.paragraph_format.tab_stops.add_tab_stop(Length(width), WD_TAB_ALIGNMENT.RIGHT)
    line.paragraph_format.space_after = Pt(14)
    _border(line, "C0001A", 18)


def _without_border(style: Any) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _border(paragraph: Any, color: str, eighths: int) -> None:
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="{eighths}" w:space="4" w:color="{color}"/></w:pBdr>'
    )
    paragraph._p.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _page_numbers(document: Any) -> None:
    """— 1 — at the outer side of the foot: odd pages right, even pages left, one character from the edge."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    feet = ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT))
    for footer, side in feet:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Normal"]
        paragraph.alignment = side
        edge = "right_indent" if side == WD_ALIGN_PARAGRAPH.RIGHT else "left_indent"
        setattr(paragraph.paragraph_format, edge, Pt(14))
        for piece in ("— ", None, " —"):
            run = paragraph.add_run(piece or "")
            run.font.size = Pt(14)
            _east_asian(run, _SONG)
            if piece is None:
                _field(run, "PAGE")


def _east_asian(run: Any, font: str) -> None:
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{script}"), font)


def _field(run: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:t" if kind else "w:instrText")
            mark.text = text if kind else f" {text} "
            mark.set(qn("xml:space"), "preserve")
        run._r.append(mark)


ALIGNED = WD_TABLE_ALIGNMENT.CENTER
