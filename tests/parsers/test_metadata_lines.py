"""Bylines, label lines and dates in the forms of Chinese news at large: hundreds of rows of own writing, by genre.

The rows were written before the rules were tuned on them. Each row is `genre <tab> text <tab> what is read`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.bylines import byline_in, names
from parsers.dates import machine_date, printed_date
from parsers.labels import read_labels

_ROWS = Path(__file__).parent / "metadata"


def _rows(name: str, machine: bool = False) -> list[tuple[str, str]]:
    lines = (_ROWS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [(text, expected) for genre, text, expected in rows if (genre == "machine") == machine]


@pytest.mark.parametrize(("text", "expected"), _rows("names"))
def test_names_of_a_byline(text: str, expected: str) -> None:
    assert "、".join(names(text)) == expected


@pytest.mark.parametrize(("paragraph", "expected"), _rows("paragraphs"))
def test_a_byline_in_a_paragraph(paragraph: str, expected: str) -> None:
    assert "、".join(byline_in(paragraph)) == expected


@pytest.mark.parametrize(("line", "expected"), _rows("labels"))
def test_labels_of_a_line(line: str, expected: str) -> None:
    wanted = dict(pair.split("=", 1) for pair in expected.split("|") if pair)
    assert read_labels(line) == wanted


@pytest.mark.parametrize(("text", "expected"), _rows("dates"))
def test_a_date_as_printed(text: str, expected: str) -> None:
    assert (printed_date(text) or "") == expected


@pytest.mark.parametrize(("text", "expected"), _rows("dates", machine=True))
def test_a_date_of_a_field_that_programs_write(text: str, expected: str) -> None:
    assert (machine_date(text) or "") == expected


def test_a_bare_number_is_no_date_outside_such_a_field() -> None:
    assert printed_date("1709600111") is None
    assert printed_date("24-03-05") is None
