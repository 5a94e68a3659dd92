"""Real PDF bytes: with a text layer, without one, and broken."""

from __future__ import annotations

import pytest

from parsers.errors import ParseError
from parsers.pdf import read_pdf


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
    with pytest.raises(ParseError, match="打不开"):
        read_pdf(b"%PDF-1.4 broken")
