"""Real PDF bytes: documents, newspapers, scans, locked, broken and endless files."""

from __future__ import annotations

import io
import os
import random
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]  # ships no type information
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]  # ships no type information
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]  # ships no type information
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]  # ships no type information
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # ships no type information

from parsers.errors import ParseError
from parsers.pdf import read_pdf
from tests.eval.newspaper_layouts import Cell, Layout, Walls, jump_first, jump_second, rectangle, with_pictures
from tests.eval.newspaper_pages import FONT, Order, make

needs_font = pytest.mark.skipif(
    not FONT.exists() and "CI" not in os.environ, reason="needs the Debian package fonts-wqy-microhei"
)


def pdf(content: bytes) -> bytes:
    """A PDF of one page with this content stream and the standard font Helvetica."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    tail = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + tail


def test_the_text_layer_is_read() -> None:
    content = (
        b"BT /F 12 Tf 20 300 Td (Talent plan of the county) Tj 0 -40 Td (In 2024 the county hired 12 doctors.) Tj ET"
    )
    (reading,) = read_pdf(pdf(content))
    assert reading.title == "Talent plan of the county"
    assert reading.paragraphs == ("In 2024 the county hired 12 doctors.",)


def test_a_scan_is_named_a_scan() -> None:
    with pytest.raises(ParseError, match="没有文字层，是扫描件"):
        read_pdf(pdf(b"0 0 100 100 re f"))


def test_a_broken_file_is_an_error() -> None:
    with pytest.raises(ParseError, match="不完整或已损坏"):
        read_pdf(b"%PDF-1.4 broken")


def test_damage_anywhere_is_an_error_or_a_reading() -> None:
    pick = random.Random(7)
    content = b"BT /F 12 Tf 20 300 Td (Talent plan of the county, twelve doctors hired) Tj ET"
    for number in range(150):
        body = bytearray(pdf(content))
        body = body[: pick.randrange(9, len(body))] if number % 3 == 0 else body
        for _ in range(number % 3 * 10):
            body[pick.randrange(len(body))] = pick.randrange(256)
        try:
            assert read_pdf(bytes(body))
        except ParseError as error:
            assert "：" in str(error)  # what is wrong, and what to do


def test_a_locked_file_says_so() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret"))
    canvas.drawString(50, 700, "Talent plan of the county")
    canvas.save()
    with pytest.raises(ParseError, match="设有密码"):
        read_pdf(out.getvalue())


def test_an_endless_file_is_refused() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    for _ in range(301):
        canvas.drawString(50, 700, "page")
        canvas.showPage()
    canvas.save()
    with pytest.raises(ParseError, match="共 301 页，最多读 300 页"):
        read_pdf(out.getvalue())


class Notice:
    """A document of A4 pages set by hand, lines at 28 points."""

    def __init__(self) -> None:
        pdfmetrics.registerFont(TTFont("notice", str(FONT)))
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=(595, 842))

    def line(self, text: str, x: float, y: float, size: float = 16) -> None:
        """Text with its baseline `y` points from the bottom."""
        self.canvas.setFont("notice", size)
        self.canvas.drawString(x, y, text)

    def body(self) -> bytes:
        """The finished file."""
        self.canvas.save()
        return self.out.getvalue()


FIRST = "为进一步加强全市人才队伍建设，现将有关事项通知如下，请各单位结合实际认真贯彻执行，工作中的重要情况及时报告。"
SECOND = "坚持党管人才，聚焦重点产业，到2027年引进高层次人才500名，培养技能人才3000名，新建各类平台60个，形成有利于人才成长的良好环境。"  # noqa: E501 (one paragraph)


def wrapped(text: str, width: int) -> list[tuple[int, str]]:
    """Lines of a paragraph with their indent in characters."""
    starts = [0, *range(width - 2, len(text), width)]
    return [(0 if start else 2, text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


@needs_font
def test_an_official_document_is_one_article_over_its_pages() -> None:
    notice = Notice()
    notice.line("河谷市人民政府文件", 120, 740, 36)
    notice.line("河政〔2025〕12号", 230, 690)
    notice.line("河谷市人民政府关于加强人才队伍", 130, 640, 22)
    notice.line("建设的通知", 240, 608, 22)
    notice.line("各县（区）人民政府：", 80, 560)
    lines = [line for _ in range(8) for text in (FIRST, SECOND) for line in wrapped(text, 27)]
    y, page = 532, 1
    for indent, text in lines:
        if y < 90:
            notice.line(f"— {page} —", 280, 40, 12)
            notice.canvas.showPage()
            notice.line("河谷市人民政府公报 2025年第3期", 90, 805, 9)
            y, page = 760, page + 1
        notice.line(text, 80 + 16 * indent, y)
        y -= 28
    notice.line("河谷市人民政府", 380, y - 30)
    notice.line("2025年3月18日", 385, y - 58)
    (reading,) = read_pdf(notice.body())
    assert reading.title == "河谷市人民政府关于加强人才队伍建设的通知"
    assert reading.published == "2025-03-18"
    assert reading.paragraphs[:2] == ("河政〔2025〕12号", "各县（区）人民政府：")
    middle = list(reading.paragraphs[2:18])
    assert middle == [FIRST, SECOND] * 8
    assert reading.paragraphs[18:] == ("河谷市人民政府", "2025年3月18日")


@needs_font
def test_two_columns_of_a_document_are_read_one_after_the_other() -> None:
    notice = Notice()
    notice.line("河谷市人才工作简报", 180, 760, 24)
    for left, texts in ((50, (FIRST, SECOND)), (310, (SECOND + FIRST, FIRST))):
        y = 700
        for indent, text in (line for paragraph in texts for line in wrapped(paragraph, 20)):
            notice.line(text, left + 12 * indent, y, 12)
            y -= 20
    (reading,) = read_pdf(notice.body())
    assert reading.title == "河谷市人才工作简报"
    assert reading.paragraphs == (FIRST, SECOND, SECOND + FIRST, FIRST)


@needs_font
def test_a_watermark_is_not_read() -> None:
    notice = Notice()
    notice.line("河谷市人才公寓分配办法", 150, 760, 24)
    for number, (indent, text) in enumerate(wrapped(FIRST, 27)):
        notice.line(text, 80 + 16 * indent, 700 - 28 * number)
    notice.canvas.rotate(40)
    notice.line("内部传阅不得外传", 420, 180, 50)
    (reading,) = read_pdf(notice.body())
    assert reading.paragraphs == (FIRST,)


@needs_font
def test_a_page_turned_by_a_scanner_is_read_like_an_upright_one() -> None:
    cells = (Cell(0, 4, 0, 40), Cell(0, 4, 42, 92))
    layout = Layout(4, tuple(rectangle(cell, Walls.BOXES) for cell in cells))
    upright = make((layout,), Walls.BOXES, Order.STRAIGHT, 5).body
    expected = [(reading.title, reading.paragraphs) for reading in read_pdf(upright)]
    for turn in (90, 180, 270):
        document = pypdfium2.PdfDocument(upright)
        document[0].set_rotation(turn)
        out = io.BytesIO()
        document.save(out)
        document.close()
        assert [(reading.title, reading.paragraphs) for reading in read_pdf(out.getvalue())] == expected


@needs_font
def test_the_line_on_top_of_a_newspaper_page_tells_paper_day_and_editor() -> None:
    pick = random.Random(3)
    paper = make((with_pictures(pick, Walls.RULES),), Walls.RULES, Order.LINES, 3)
    for reading in read_pdf(paper.body):
        assert reading.origin == "河谷日报"
        assert reading.published is not None and reading.published.startswith("2025-")
        assert reading.editor
        assert "版式" not in reading.body and "邮政编码" not in reading.body
        assert reading.box is not None
        left, top, right, bottom = reading.box
        assert 0 <= left < right <= 1 and 0 <= top < bottom <= 1


@needs_font
def test_an_article_that_goes_on_on_another_sheet_is_joined() -> None:
    pick = random.Random(4)
    layouts = (jump_first(pick, Walls.BOXES), jump_second(pick, Walls.BOXES))
    paper = make(layouts, Walls.BOXES, Order.FRAMES, 4)
    readings = read_pdf(paper.body)
    (joined,) = [reading for reading in readings if reading.title == paper.articles[0].title]
    assert len(readings) == len(paper.articles)
    assert joined.body.replace("\n", "") == "".join(paper.articles[0].lines).replace("\n", "")
    assert not joined.flags


@needs_font
def test_half_an_article_says_where_the_other_half_is() -> None:
    layout = jump_first(random.Random(4), Walls.BOXES)
    first, *_ = read_pdf(make((layout,), Walls.BOXES, Order.STRAIGHT, 4).body)
    assert [flag.name for flag in first.flags] == ["continues"]
    assert "下转第2版" in first.flags[0].detail
    assert "下转" not in first.body
    plan = replace(layout.plans[0], jump_to=None)
    whole, *_ = read_pdf(make((replace(layout, plans=(plan, *layout.plans[1:])),), Walls.BOXES, Order.STRAIGHT, 4).body)
    assert not whole.flags


class Broadsheet(Notice):
    """A large page set by hand: two articles side by side, the left one in larger type."""

    def __init__(self) -> None:
        super().__init__()
        self.canvas.setPageSize((1100, 1500))

    def column(self, paragraphs: tuple[str, ...], left: float, top: float, size: float, width: int) -> None:
        """Paragraphs set from `top` points down."""
        y = 1500 - top
        for indent, text in (line for paragraph in paragraphs for line in wrapped(paragraph, width)):
            self.line(text, left + indent * size, y, size)
            y -= 1.5 * size


@needs_font
def test_an_article_in_larger_type_an_advert_and_a_jump_inside_a_line() -> None:
    sheet = Broadsheet()
    sheet.line("河谷晚报", 60, 1450, 30)
    sheet.line("2025年3月18日 星期二", 300, 1450, 10)
    sheet.line("A3版 人才", 600, 1450, 12)
    sheet.canvas.rect(40, 700, 480, 720)
    sheet.line("河谷引才出实招", 100, 1370, 34)
    sheet.line("本报讯（记者 周小雨）", 66, 1320, 11)
    sheet.column((SECOND, FIRST), 60, 200, 11, 18)
    sheet.column((SECOND, FIRST + "（下转A5版）"), 290, 200, 11, 18)
    sheet.line("服务送到家门口", 620, 1370, 30)
    for edge in (560, 740, 920):
        sheet.column((FIRST, SECOND, FIRST, SECOND), edge, 180, 9, 17)
    sheet.canvas.rect(560, 500, 300, 120)
    sheet.line("大河家具城开业", 580, 570, 24)
    sheet.line("诚邀光临 13900001111", 580, 530, 14)
    left, right = read_pdf(sheet.body())
    assert (left.title, right.title) == ("河谷引才出实招", "服务送到家门口")
    assert left.authors == ("周小雨",)
    assert left.paragraphs[-4:] == (SECOND, FIRST, SECOND, FIRST)
    assert right.paragraphs == (FIRST, SECOND) * 6
    assert (left.origin, left.published) == ("河谷晚报", "2025-03-18")
    assert [flag.name for flag in left.flags] == ["continues"]
    assert "A5" in left.flags[0].detail
    assert left.box is not None and right.box is not None and left.box[2] < right.box[0]
