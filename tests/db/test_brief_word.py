"""The Word file: the layout of official briefs, real headings, links and page numbers; LibreOffice opens it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pypdfium2  # type: ignore[import-untyped]
import pytest
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from db.brief import donor, markdown, templates, word, word_reading
from db.brief.blocks import Block, Document, Heading, Paragraph, Run, Table, lines_of, links, plain
from db.errors import WrongTemplate
from tests.db.brief_archive import HOSTILE, brief_of, make

OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")


def line(text: str, url: str = "") -> tuple[Run, ...]:
    return (Run(text, url=url),)


def item(number: int, title: str) -> tuple[Heading | Paragraph, ...]:
    return (
        Heading(3, line(f"{number}．{title}")),
        Paragraph(line("近日，西宁市印发人才新政，对引进的博士给予安家补贴。〔第1段〕")),
        Paragraph((Run("日期未标明，西宁晚报。"), Run("原文", url=f"https://a.example.cn/{number}")), note=True),
    )


def made(count: int) -> Document:
    """A brief of `count` items with a table, long titles among them."""
    titles = [
        "西宁市召开人才工作会议",
        "关于进一步加强新时代绿色算力、盐湖化工、生态农牧等重点产业人才引进培养的若干措施" * 3,
        HOSTILE,
    ]
    blocks = [block for number in range(1, count + 1) for block in item(number, titles[number % 3])]
    table = Table(
        (line("地区"), line("指标"), line("本期")),
        tuple((line("西宁市"), line("引进人才"), line(f"{n} 名")) for n in range(60)),
    )
    head = (Heading(1, line("一、引才")), Heading(2, line("（一）市级"))) if count else ()
    return Document("人才工作简报", "第3期", "省委人才办", "2025年4月1日", (*head, *blocks, table))


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def fonts_of(document: Any, style: str) -> dict[str, str]:
    fonts = document.styles[style].element.rPr.find(qn("w:rFonts"))
    return {script: fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")}


def test_the_sheet_is_that_of_official_documents() -> None:
    document = opened(word.write(made(1)))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    body = document.styles[donor.BODY]
    assert body.font.size == Pt(16)
    assert (body.paragraph_format.line_spacing_rule, body.paragraph_format.line_spacing) == (
        WD_LINE_SPACING.EXACTLY, Pt(28),
    )  # fmt: skip
    assert body.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


@pytest.mark.parametrize(
    ("style", "font"),
    [("Heading 1", "黑体"), ("Heading 2", "楷体_GB2312"), ("Heading 3", "仿宋_GB2312"), (donor.BODY, "仿宋_GB2312"),
     ("Title", "方正小标宋简体"), (donor.HEAD_CELL, "黑体")],
)  # fmt: skip
def test_the_fonts_are_named_for_chinese_too(style: str, font: str) -> None:
    content = word.write(made(1))
    found = fonts_of(opened(content), style)
    assert found["eastAsia"] == font
    assert found["ascii"] == "Times New Roman"
    assert not any("Theme" in name for name in opened(content).styles[style].element.rPr.find(qn("w:rFonts")).attrib)
    table = zipfile.ZipFile(io.BytesIO(content)).read("word/fontTable.xml").decode()
    stands_in = re.search(rf'w:name="{font}".*?altName w:val="([^"]+)"', table, re.S)
    assert stands_in
    assert "Noto S" in stands_in[1]


def test_headings_are_real_with_their_outline_levels() -> None:
    document = opened(word.write(made(2)))
    found = [
        (paragraph.style.name, paragraph.text[:4])
        for paragraph in document.paragraphs
        if "Heading" in paragraph.style.name
    ]
    assert found[:3] == [("Heading 1", "一、引才"), ("Heading 2", "（一）市"), ("Heading 3", "1．关于")]
    for level in (1, 2, 3):
        outline = document.styles[f"Heading {level}"].element.pPr.find(qn("w:outlineLvl"))
        assert outline.get(qn("w:val")) == str(level - 1)


def test_links_are_real_and_hostile_titles_stay_text() -> None:
    content = word.write(made(3))
    document = opened(content)
    found = [link for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert (found[0].text, found[0].url) == ("原文", "https://a.example.cn/1")
    assert len({link.url for link in found}) == 3
    assert any(paragraph.text == f"3．{made(3).blocks[8].line[0].text[2:]}" for paragraph in document.paragraphs)  # type: ignore[union-attr]


def test_the_foot_counts_pages_outside() -> None:
    content = word.write(made(1))
    parts = zipfile.ZipFile(io.BytesIO(content))
    feet = [parts.read(name).decode() for name in parts.namelist() if re.match(r"word/footer\d+\.xml", name)]
    assert len(feet) == 2
    for foot in feet:
        assert ">— <" in foot
        assert "> PAGE <" in foot
        assert "> —<" in foot
    assert "w:evenAndOddHeaders" in parts.read("word/settings.xml").decode()


def test_the_head_of_a_table_is_repeated_and_rows_are_not_cut() -> None:
    table = opened(word.write(made(1))).tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert sum(column.width for column in table.columns) <= Mm(156) + 3


def test_the_same_document_makes_the_same_bytes_and_reads_back() -> None:
    document = made(5)
    assert word.write(document) == word.write(document)
    again = word_reading.read(word.write(document), "brief.docx")
    assert [block for block in again.blocks if not isinstance(block, Paragraph)] == [
        block for block in document.blocks if not isinstance(block, Paragraph)
    ]
    assert again.title == document.title


def test_text_that_xml_cannot_hold_is_left_out() -> None:
    odd = Document("简报", blocks=(Paragraph(line("引\x00才\ud800育\ufffe才")),))
    assert "引才育才" in [paragraph.text for paragraph in opened(word.write(odd)).paragraphs]


def custom(*paragraphs: str, keep: bool = True) -> bytes:
    """A template whose body is `paragraphs`, with our styles or without."""
    document = docx.Document(io.BytesIO(donor.make())) if keep else docx.Document()
    for paragraph in list(document.paragraphs):
        paragraph._p.getparent().remove(paragraph._p)
    for text in paragraphs:
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_an_office_template_is_filled_wherever_its_places_stand() -> None:
    document = docx.Document(io.BytesIO(custom("内部资料 {{期号}}", "{{单位}}", "{{正文}}", "抄送：各市州")))
    cut = document.paragraphs[0].insert_paragraph_before("")
    for piece in ("{{标", "题", "}}"):  # as Word cuts what was typed in steps
        cut.add_run(piece)
    document.sections[0].header.paragraphs[0].text = "{{日期}}"
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "{{单位}}印发"
    stream = io.BytesIO()
    document.save(stream)
    brief = Document("人才工作简报", "第3期", "", "2025年4月1日", made(1).blocks)
    found = opened(word.write(brief, stream.getvalue(), "office.docx"))
    texts = [paragraph.text for paragraph in found.paragraphs]
    assert texts[0] == "人才工作简报"
    assert texts[1] == "内部资料 第3期"
    assert texts[2] == "一、引才"  # the empty place has gone with its paragraph
    assert "抄送：各市州" in texts
    assert found.sections[0].header.paragraphs[0].text == "2025年4月1日"
    assert found.tables[-1].cell(0, 0).text == "印发"


@pytest.mark.parametrize(
    ("template", "said"),
    [(b"no word at all", "不是 Word 文档"), (custom("{{正文}}", keep=False), "缺少样式"), (custom("没有"), "要有一个"),
     (custom("{{正文}}", "{{正文}}"), "现有 2 处"), (custom("{{作者}}", "{{正文}}"), "{{作者}} 没有可填的内容")],
)  # fmt: skip
def test_a_wrong_template_says_what_it_needs(template: bytes, said: str) -> None:
    with pytest.raises(WrongTemplate, match=re.escape(said)):
        word.write(made(1), template, "office.docx")


def pdf_of(content: bytes, folder: Path) -> pypdfium2.PdfDocument:
    """The file as LibreOffice prints it."""
    assert OFFICE is not None
    (folder / "brief.docx").write_bytes(content)
    subprocess.run(
        [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir",
         str(folder), str(folder / "brief.docx")], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return pypdfium2.PdfDocument(folder / "brief.pdf")


@needs_office
def test_libreoffice_prints_the_whole_brief(tmp_path: Path) -> None:
    brief = brief_of(make(tmp_path / "data"), number="第3期", office="省委人才办")
    text = templates.load().text(brief, "https://caixun.example.cn")
    printed = pdf_of(templates.load().docx(markdown.read(text)), tmp_path)
    pages = [page.get_textpage().get_text_range() for page in printed]
    whole = re.sub(r"\s", "", "".join(pages))
    for words in ("人才工作简报", "第3期", "省委人才办", "一、数字与变化", "↑25.6%", "青海盐湖产业人才大会在格尔木开幕",
                  "青办发〔2025〕12号", "收录说明", "四川在线（2025年3月10日至2025年3月14日）"):  # fmt: skip
        assert words in whole, words
    assert "—1—" in re.sub(r"\s", "", pages[0])
    assert len(pages) >= 2


@needs_office
def test_a_file_that_another_program_has_saved_keeps_text_headings_and_links(tmp_path: Path) -> None:
    assert OFFICE is not None
    brief = brief_of(make(tmp_path / "data"), number="第3期")
    content = templates.load().docx(markdown.read(templates.load().text(brief, "https://caixun.example.cn")))
    (tmp_path / "brief.docx").write_bytes(content)
    subprocess.run(
        [OFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "docx", "--outdir",
         str(tmp_path / "saved"), str(tmp_path / "brief.docx")], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    ours = word_reading.read(content, "brief.docx")
    saved = word_reading.read((tmp_path / "saved" / "brief.docx").read_bytes(), "brief.docx")
    assert [words_of(block) for block in saved.blocks] == [words_of(block) for block in ours.blocks]
    assert links(saved) == links(ours)
    assert any("#e" in url for url in links(saved))


def words_of(block: Block) -> tuple[str, ...]:
    """The kind of a block and its texts; where a link ends inside a cell LibreOffice itself moves."""
    return type(block).__name__, *(plain(one) for one in lines_of(block))


@needs_office
def test_five_hundred_items_with_long_and_hostile_titles_are_printed(tmp_path: Path) -> None:
    printed = pdf_of(word.write(made(500)), tmp_path)
    last = re.sub(r"\s", "", "".join(printed[number].get_textpage().get_text_range() for number in range(len(printed))))
    assert "500．" in last
    assert "59名" in last
    printed.close()
