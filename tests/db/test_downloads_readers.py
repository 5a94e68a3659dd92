"""The same rows, read back by everything that people open downloads with, down to the worst cell."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import polars
import pytest
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from db.connection import open_writer
from db.downloads.formats import CUT, XLSX_CELL, fitting
from db.downloads.frames import columns_of
from db.paths import DataDirectory
from tests.db.test_downloads import WORST, guarded, kept, saved, truth

MORE = (
    *("𠀀" * 15_000, "𰻞𰻝〇㐀鿿𫝀𫠝", "\u200fשלום\u200e \u2067עברית\u2069", "🇨🇳🏳️\u200d🌈e\u0301", "a;b|c", '"=1+1"'),
    *("'", '"', ",", "\n=1", "-1.5", "+", "0x1F", "1,234", "12:30", "#N/A", "{=A1}", '=HYPERLINK("http://evil.example")'),
    *("=cmd|' /C calc'!A0", "_x000D_", "&amp;<b>", "\x7f"),
)  # fmt: skip
TABLES = ("articles", "facts")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    found = DataDirectory(tmp_path_factory.mktemp("readers") / "data").prepare()
    connection = open_writer(found.archive)
    for number, text in enumerate((*WORST, *MORE)):
        kept(connection, number, text[:200], text + "。结束" + "0" * number)
    connection.close()
    return found


def expected(directory: DataDirectory, what: str, change: Callable[[str], str]) -> list[Row]:
    """The rows of the JSON lines as texts and numbers, each text as `change` makes it."""
    lists = {column.name for column in columns_of(what) if column.type == "list"}

    def cell(name: str, value: Any) -> Any:
        if name in lists:
            return json.dumps(value, ensure_ascii=False)
        return change(value) if isinstance(value, str) else value

    return [{name: cell(name, value) for name, value in row.items()} for row in truth(directory, what)]


def typed(what: str, rows: Iterable[Row]) -> list[Row]:
    """Rows of texts with the numbers as numbers and nothing for an empty cell."""
    kinds = {column.name: column.type for column in columns_of(what)}
    number = {"integer": int, "real": float}
    return [
        {name: None if value in ("", None) else number.get(kinds[name], str)(value) for name, value in row.items()}
        for row in rows
    ]


def emptied(rows: list[Row]) -> list[Row]:
    """An empty text and nothing are one to most readers of CSV."""
    return [{name: None if value == "" else value for name, value in row.items()} for row in rows]


def by_csv(file: Path) -> list[Row]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def by_pandas(file: Path) -> list[Row]:
    return [dict(row) for row in pandas.read_csv(file, dtype=str, keep_default_na=False).to_dict("records")]


def by_polars(file: Path) -> list[Row]:
    return polars.read_csv(file, infer_schema=False).to_dicts()


def by_pyarrow(file: Path) -> list[Row]:
    names = file.read_text("utf-8-sig").split("\n", 1)[0].strip().split(",")
    rows: list[Row] = arrow_csv.read_csv(
        file,
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, "string")),
    ).to_pylist()
    return rows


@pytest.mark.parametrize("what", TABLES)
@pytest.mark.parametrize("read", [by_csv, by_pandas, by_polars, by_pyarrow])
def test_every_cell_of_the_csv(directory: DataDirectory, what: str, read: Callable[[Path], list[Row]]) -> None:
    rows = read(saved(directory, what, "csv"))
    assert typed(what, rows) == emptied(expected(directory, what, guarded))


@pytest.mark.parametrize("what", TABLES)
def test_every_cell_of_the_parquet(directory: DataDirectory, what: str) -> None:
    file = saved(directory, what, "parquet")
    want = expected(directory, what, str)
    assert parquet.read_table(file).to_pylist() == want
    assert polars.read_parquet(file).to_dicts() == want
    frame = pandas.read_parquet(file).astype(object)
    assert frame.where(frame.notna(), None).to_dict("records") == want


def unescaped(text: str) -> str:
    """A text of XLSX as Excel shows it: control characters are written _xHHHH_ there."""
    return re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), text)


@pytest.mark.parametrize("what", TABLES)
def test_every_cell_of_the_xlsx(directory: DataDirectory, what: str) -> None:
    sheet = openpyxl.load_workbook(saved(directory, what, "xlsx"))[what]
    names, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    found = [
        {name: unescaped(value) if isinstance(value, str) else value for name, value in zip(names, row, strict=True)}
        for row in rows
    ]
    assert found == emptied(expected(directory, what, str))


def test_a_text_too_long_for_a_cell_says_that_it_was_cut() -> None:
    assert fitting("长" * XLSX_CELL) == "长" * XLSX_CELL
    for text in ("长" * (XLSX_CELL + 1), "𠀀" * (XLSX_CELL // 2 + 1), "a" + "𠀀" * XLSX_CELL):
        cut = fitting(text)
        assert cut.endswith(CUT)
        assert text.startswith(cut.removesuffix(CUT))
        assert XLSX_CELL - 1 <= len(cut.encode("utf-16-le")) // 2 <= XLSX_CELL


needs_soffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
_CSV = "Text - txt - csv (StarCalc):44,34,76,1,,0,true"  # comma, quote, UTF-8, from line 1, no formats, quoted is text


def libreoffice(files: list[Path], out: Path, *options: str) -> None:
    """Convert `files` into the folder `out`, with a profile of our own."""
    command = ["soffice", f"-env:UserInstallation={(out.parent / 'profile').as_uri()}", "--headless", "--norestore"]
    subprocess.run([*command, *options, "--outdir", out, *files], check=True, capture_output=True, timeout=300)


def lines_joined(text: str) -> str:
    """LibreOffice keeps a line break within a cell as a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@needs_soffice
def test_every_cell_of_the_csv_opened_by_libreoffice(directory: DataDirectory, tmp_path: Path) -> None:
    options = [f"--infilter={_CSV}", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    libreoffice([saved(directory, what, "csv") for what in TABLES], tmp_path / "made", *options)
    for what in TABLES:
        sheet = openpyxl.load_workbook(tmp_path / "made" / f"{what}.xlsx").worksheets[0]
        names, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        found = typed(what, [dict(zip(names, row, strict=True)) for row in rows])
        assert found == emptied(expected(directory, what, lambda text: lines_joined(guarded(text))))
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]  # none is a formula


@needs_soffice
def test_every_cell_of_the_xlsx_opened_by_libreoffice(directory: DataDirectory, tmp_path: Path) -> None:
    options = ["--convert-to", f"csv:{_CSV},false,false,false,false,-1"]  # all sheets
    libreoffice([saved(directory, what, "xlsx") for what in TABLES], tmp_path / "made", *options)
    for what in TABLES:
        found = typed(what, by_csv(tmp_path / "made" / f"{what}-{what}.csv"))
        assert found == emptied(expected(directory, what, lines_joined))
        assert by_csv(tmp_path / "made" / f"{what}-字段说明.csv")[0]["zh"]
