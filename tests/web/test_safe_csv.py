"""CSV of tables and SQL: complete, and nothing in it that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_plugins.app import build
from datasette_plugins.safe_csv import SafeCsv
from tests.web import archive_of

_ROWS = st.lists(st.lists(st.text("=+-@\t\r\n\",'1才a", max_size=6), min_size=2, max_size=3), max_size=4)


def _through(text: str, size: int) -> list[list[str]]:
    safe, raw, made = SafeCsv(), text.encode(), b""
    for start in range(0, len(raw), size):
        made += safe.feed(raw[start : start + size], last=False)
    made += safe.feed(b"", last=True)
    return list(csv.reader(io.StringIO(made.decode(), newline="")))


@given(rows=_ROWS, size=st.integers(1, 9))
def test_every_cell_comes_through_and_none_is_a_formula(rows: list[list[str]], size: int) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    read = _through(out.getvalue(), size)
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not [cell for row in read for cell in row if cell[:1] in ("=", "@", "\t", "\r")]


@pytest.mark.parametrize("cell", ["-5", "+3.5", "-1e9", "103", "招才", "a=b", ""])
def test_numbers_and_plain_text_stay(cell: str) -> None:
    assert _through(f"{cell},x\r\n", 3) == [[cell, "x"]]


@pytest.mark.parametrize("path", ["/archive/articles.csv", "/archive.csv?sql=select+title+from+articles"])
async def test_the_csv_of_tables_is_safe(tmp_path: Path, path: str) -> None:
    site = build(archive_of.make(tmp_path / "data", 4).path, "http://127.0.0.1:8000")
    answer = await site.client.get(path)
    cells = [cell for row in csv.reader(io.StringIO(answer.text, newline="")) for cell in row]
    assert "'" + archive_of.FORMULA in cells and archive_of.HOSTILE in cells
