"""One table in five formats. Each writer takes the rows as they come, so that memory does not grow with them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import TextIOBase
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from db.downloads.frames import Frame
from db.errors import MissingExtra

FORMATS = ("csv", "jsonl", "xlsx", "parquet", "sqlite")
BATCH = 500
BOM = "\ufeff"  # without it Excel takes the file for its own old encoding and shows Chinese as noise
XLSX_ROWS = 1_048_575  # below the header; a longer table goes on on further sheets
XLSX_CELL = 32_767  # UTF-16 units (a rare character is two); a longer text is cut there and says so
XLSX_LINKS = 15_000  # on a sheet, which holds 65,530: each costs memory; further addresses are plain texts
CUT = "…（本格已截断，全文见 CSV）"
_NO_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 - what the library wants, and it says nothing
Progress = Callable[[int], None]


def chunks(rows: Iterator[Sequence[Any]], progress: Progress | None = None) -> Iterator[list[Sequence[Any]]]:
    """The rows in lists of `BATCH`; `progress` gets how many have been handed out."""
    done = 0
    while batch := list(islice(rows, BATCH)):
        yield batch
        done += len(batch)
        if progress:
            progress(done)


def write_csv(frame: Frame, stream: TextIOBase, *, bom: bool = True, progress: Progress | None = None) -> int:
    """RFC 4180, CRLF, of a frame for spreadsheets, whose rows are lines of CSV; how many rows."""
    stream.write((BOM if bom else "") + ",".join(frame.names) + "\r\n")
    count = 0
    for batch in chunks(frame.rows, progress):
        stream.write("".join([line for (line,) in batch]))
        count += len(batch)
    return count


def write_jsonl(frame: Frame, stream: TextIOBase, *, progress: Progress | None = None) -> int:
    """A JSON object a line, lists as lists, UTF-8; how many rows."""
    names, lists = frame.names, [number for number, column in enumerate(frame.columns) if column.type == "list"]
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    count = 0
    for batch in chunks(frame.rows, progress):
        lines = []
        for row in batch:
            values = list(row)
            for number in lists:
                values[number] = json.loads(values[number]) if values[number] else []
            lines.append(encode(dict(zip(names, values, strict=True))))
        stream.write("\n".join(lines) + "\n")
        count += len(batch)
    return count


def write_xlsx(frame: Frame, path: Path, about: Sequence[Sequence[str]], *, progress: Progress | None = None) -> int:
    """Typed cells, a frozen header, links, a sheet with the dictionary (`about`); how many rows.

    Texts are written as texts: none can become a formula. A long table goes on on further sheets.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _NO_TIME})  # the same rows are the same bytes
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = None
        for batch in chunks(frame.rows, progress):
            for row in batch:
                if count % XLSX_ROWS == 0:
                    sheet = _sheet(book, frame, count // XLSX_ROWS, bold)
                _write_row(sheet, count % XLSX_ROWS + 1, row, frame)
                count += 1
        if not count:
            _sheet(book, frame, 0, bold)
        notes = book.add_worksheet("字段说明")
        notes.set_column(0, 0, 18)
        notes.set_column(1, 3, 60, wrap)
        for number, line in enumerate(about):
            notes.write_row(number, 0, line, bold if number == 0 else None)
    return count


def _sheet(book: Any, frame: Frame, number: int, bold: Any) -> Any:
    sheet = book.add_worksheet(frame.what if number == 0 else f"{frame.what} {number + 1}")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, frame.names, bold)
    return sheet


def _write_row(sheet: Any, at: int, row: Sequence[Any], frame: Frame) -> None:
    for number, (value, column) in enumerate(zip(row, frame.columns, strict=True)):
        if value is None:
            continue
        if isinstance(value, int | float):
            sheet.write_number(at, number, value)
        elif column.name == "url" and at <= XLSX_LINKS and _is_link(value):
            sheet.write_url(at, number, value, string=value)
        else:
            sheet.write_string(at, number, fitting(value))


def _is_link(text: str) -> bool:
    return len(text) <= 2079 and text.startswith(("http://", "https://"))


def fitting(text: str) -> str:
    """The text, or as much of it as a cell of XLSX holds with a note that it was cut."""
    if len(text) <= XLSX_CELL // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * XLSX_CELL:
        return text
    return units[: 2 * (XLSX_CELL - len(CUT))].decode("utf-16-le", "ignore") + CUT


def write_parquet(frame: Frame, path: Path, *, progress: Progress | None = None) -> int:
    """Typed columns, zstd; lists as lists of texts; how many rows. Needs pyarrow."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra('Parquet 需要 pyarrow：请运行 pip install "caixun[parquet]"') from error
    types = {"text": pyarrow.string(), "integer": pyarrow.int64(), "real": pyarrow.float64()}
    types["list"] = pyarrow.string()  # JSON, as in the database: members may be objects
    schema = pyarrow.schema([(column.name, types[column.type]) for column in frame.columns])
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in chunks(frame.rows, progress):
            columns = list(zip(*batch, strict=True))
            writer.write_table(
                pyarrow.table(
                    [
                        pyarrow.array(list(values), type=field.type)
                        for values, field in zip(columns, schema, strict=True)
                    ],
                    schema=schema,
                )
            )
            count += len(batch)
    return count  # fmt: skip


def write_sqlite(frame: Frame, path: Path, about: Sequence[Sequence[str]], *, progress: Progress | None = None) -> int:
    """One table of the name of the download and a table `dictionary`; how many rows."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.execute("begin")
        kinds = {"text": "text", "list": "text", "integer": "integer", "real": "real"}
        fields = ", ".join(f'"{column.name}" {kinds[column.type]}' for column in frame.columns)
        connection.execute(f'create table "{frame.what}" ({fields})')
        marks = ", ".join("?" * len(frame.columns))
        count = 0
        for batch in chunks(frame.rows, progress):
            connection.executemany(f'insert into "{frame.what}" values ({marks})', batch)  # noqa: S608 - our names
            count += len(batch)
        connection.execute('create table dictionary ("column" text, zh text, en text, unit text)')
        connection.executemany("insert into dictionary values (?, ?, ?, ?)", [list(line) for line in about[1:]])
        connection.execute("commit")
    finally:
        connection.close()
    return count
