"""Downloads: every reader gets every row, the same moment gives the same bytes, a cut file is noticed."""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import polars
import pytest
from pyarrow import parquet

from db import archive, search, takedown
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from db.downloads import files
from db.downloads.formats import BOM, XLSX_CELL
from db.downloads.frames import KINDS, columns_of
from db.downloads.manifest import Asked, beside, verify
from db.durable import hash_of
from db.errors import WrongDownload
from db.paths import DataDirectory
from parsers.values import Article, Fact

NOW = datetime(2026, 11, 21, tzinfo=UTC)
WORST = (
    '引号"与,逗号\n换行\r\n回车\t制表', "=1+1", "+86 971", "-5", "@SUM(A1)", "\t开头制表", "'已有撇号",
    "😀表情👩‍🔬组合", "𠮷𪚥龘㐂䶮 GB18030", "\u202e从右到左\u202c العربية", "  前后空格  ", "ＮＵＬＬ", "null",
    "NaN", "007", "1e5",
    "全角　空格\u200b零宽", "长" * 30_000, '""', "\\N", "2026-01-01", "TRUE", "–—…《》“”", "\u3000段首",
)  # fmt: skip


def kept(connection: sqlite3.Connection, number: int, title: str, text: str, hour: int = 0) -> None:
    at = (datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hour)).isoformat(timespec="seconds")
    fact = Fact(
        kind="figure", subject="西宁市", period="2026", evidence=text[:40], start=0, end=len(text[:40]),
        rule="r", version=1,
        fields={"measure": text[:60], "value_low": number + 0.5, "value_high": None, "unit": "名", "action": None},
    )  # fmt: skip
    article = Article(
        title=title, published="2026-03-01", paragraphs=tuple(text.split("\n")), relevant=True, relevance=0.75,
        authors=(title[:20],), places=("西宁市",), facts=(replace(fact),),
    )  # fmt: skip
    url = f"http://news.example/{number}.html"
    with transaction(connection):
        archive.record(connection, article, Seen(url, "news", at, at[:10]), url=url)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    found = DataDirectory(tmp_path / "data").prepare()
    connection = open_writer(found.archive)
    for number, text in enumerate(WORST):
        kept(connection, number, text[:200], text + "。结束")
    connection.close()
    return found


def saved(directory: DataDirectory, what: str, form: str, **more: Any) -> Path:
    connection = open_reader(directory.archive)
    number = more.pop("as_of", None) or files.newest_change(connection)
    file = directory.path / f"{what}.{form}"
    files.save(connection, Asked(what, form, more.pop("query", ""), {}, number), file, NOW, **more)
    connection.close()
    return file


def truth(directory: DataDirectory, what: str, **more: Any) -> list[dict[str, Any]]:
    text = saved(directory, what, "jsonl", **more).read_text("utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def plain(value: Any) -> Any:
    """A value of the truth as a table cell holds it."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")) if value else "[]"
    return value


def guarded(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def test_json_lines_hold_the_very_texts(directory: DataDirectory) -> None:
    rows = truth(directory, "articles")
    assert {row["body"] for row in rows} == {text + "。结束" for text in WORST}
    assert all(row["places"] == ["西宁市"] for row in rows)


def test_csv_comes_back_equal_by_csv_pandas_and_polars(directory: DataDirectory) -> None:
    file = saved(directory, "articles", "csv")
    raw = file.read_bytes()
    assert raw.startswith(BOM.encode())
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    want = {row["id"]: guarded(row["body"]) for row in truth(directory, "articles")}
    assert {row["id"]: row["body"] for row in rows} == want
    frame = pandas.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig", lineterminator=None)
    assert dict(zip(frame["id"], frame["body"], strict=True)) == want
    table = polars.read_csv(file, infer_schema=False)
    assert dict(zip(table["id"], table["body"], strict=True)) == want


def test_a_spreadsheet_takes_no_cell_for_a_formula(directory: DataDirectory) -> None:
    text = saved(directory, "articles", "csv").read_text("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and cell != "-")]


def test_parquet_comes_back_equal_by_pyarrow_pandas_and_polars(directory: DataDirectory) -> None:
    file = saved(directory, "articles", "parquet")
    want = {row["id"]: (row["body"], row["relevance"]) for row in truth(directory, "articles")}
    rows = parquet.read_table(file).to_pylist()
    assert {row["id"]: (row["body"], row["relevance"]) for row in rows} == want
    assert dict(zip(*(polars.read_parquet(file)[name] for name in ("id", "body")), strict=True)) == {
        key: body for key, (body, _) in want.items()
    }
    frame = pandas.read_parquet(file)
    assert dict(zip(frame["id"], frame["body"], strict=True)) == {key: body for key, (body, _) in want.items()}


def test_sqlite_comes_back_equal(directory: DataDirectory) -> None:
    connection = sqlite3.connect(saved(directory, "articles", "sqlite"))
    rows = dict(connection.execute("select id, body from articles").fetchall())
    assert rows == {row["id"]: row["body"] for row in truth(directory, "articles")}
    assert connection.execute("select count(*) from dictionary").fetchone()[0] == len(columns_of("articles"))


def test_xlsx_comes_back_typed_with_links_and_the_dictionary(directory: DataDirectory) -> None:
    book = openpyxl.load_workbook(saved(directory, "articles", "xlsx"))
    sheet = book["articles"]
    assert sheet.freeze_panes == "A2"
    names = [cell.value for cell in sheet[1]]
    rows = [dict(zip(names, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    want = {row["id"]: row["body"] for row in truth(directory, "articles")}
    got = {row["id"]: row["body"] for row in rows}
    assert {key: value.replace("_x000D_", "\r") for key, value in got.items()} == want
    assert {type(row["relevance"]) for row in rows} == {float}
    assert sheet.cell(2, names.index("url") + 1).hyperlink is not None
    assert [cell.value for cell in book["字段说明"][1]] == ["column", "zh", "en", "unit"]
    assert max(map(len, got.values())) <= XLSX_CELL


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet", "sqlite"])
def test_every_table_in_every_format_verifies_and_so_does_an_empty_one(tmp_path: Path, what: str, form: str) -> None:
    empty = DataDirectory(tmp_path / "empty").prepare()
    file = saved(empty, what, form)
    assert "0 行" in verify(file)


def test_the_same_moment_gives_the_same_bytes_after_everything_has_changed(directory: DataDirectory) -> None:
    connection = open_writer(directory.archive)
    number = files.newest_change(connection)
    names = [
        (what, form) for what in KINDS if what != "coverage" for form in ("csv", "jsonl", "parquet", "xlsx", "sqlite")
    ]
    before = {name: hash_of(saved(directory, *name, as_of=number)) for name in names}
    chance = random.Random(5)
    for round_ in range(60):
        which = chance.randrange(len(WORST))
        kept(connection, which, WORST[which][:200], WORST[which] + f"。改过第{round_}次", hour=round_ + 1)
    for which in range(0, len(WORST), 4):
        with transaction(connection):
            url = f"http://news.example/{which}.html"
            archive.mark_gone(connection, url, Seen(url, "news", "2026-04-01T00:00:00+00:00", "2026-04-01"))
    for number_ in range(100, 120):
        kept(connection, number_, f"新文章{number_}", "全新的内容" * 30 + str(number_), hour=70)
    with transaction(connection):
        connection.execute("update articles set story = 'merged' where story in (select story from articles limit 5)")
    connection.close()
    after = {name: hash_of(saved(directory, *name, as_of=number)) for name in names}
    assert {name: after[name] == before[name] for name in names} == dict.fromkeys(names, True)


def test_what_was_taken_down_is_in_no_download_and_the_manifest_counts_it(directory: DataDirectory) -> None:
    connection = open_writer(directory.archive)
    number = files.newest_change(connection)
    identity = connection.execute("select id from articles limit 1").fetchone()[0]
    takedown.take_down(connection, identity, "2026-05-01T00:00:00+00:00", "应原作者要求")
    connection.close()
    file = saved(directory, "articles", "jsonl", as_of=number)
    assert identity not in file.read_text("utf-8")
    assert json.loads(beside(file).read_text("utf-8"))["caixun"]["taken_down"] == 1


def test_a_search_limits_articles_and_their_facts(directory: DataDirectory) -> None:
    found = [
        json.loads(line) for line in saved(directory, "articles", "jsonl", query="表情").read_text("utf-8").splitlines()
    ]
    assert [row["title"] for row in found] == ["😀表情👩‍🔬组合"]
    facts = [
        json.loads(line) for line in saved(directory, "facts", "jsonl", query="表情").read_text("utf-8").splitlines()
    ]
    assert {row["article"] for row in facts} == {found[0]["id"]}
    connection = open_reader(directory.archive)
    assert search.search(connection, "表情", {}).total == len(found)


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_a_file_that_was_cut_or_changed_does_not_verify(directory: DataDirectory, cut: int) -> None:
    file = saved(directory, "facts", "csv")
    raw = file.read_bytes()
    file.write_bytes(raw[:cut])
    with pytest.raises(WrongDownload, match="没有下载完"):
        verify(file)
    at = random.Random(cut).randrange(len(raw))
    file.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    with pytest.raises(WrongDownload, match="校验值不符"):
        verify(file)


def test_a_file_without_its_manifest_does_not_verify(directory: DataDirectory) -> None:
    file = saved(directory, "facts", "csv")
    beside(file).unlink()
    with pytest.raises(WrongDownload, match=r"manifest\.json"):
        verify(file)


def test_a_failure_half_way_leaves_neither_file_nor_draft(directory: DataDirectory) -> None:
    def broken(_done: int) -> None:
        raise OSError("磁盘已满")

    connection = open_reader(directory.archive)
    file = directory.path / "half.csv"
    with pytest.raises(OSError, match="磁盘已满"):
        files.save(
            connection, Asked("facts", "csv", "", {}, files.newest_change(connection)), file, NOW, progress=broken
        )
    assert not list(directory.path.glob("half*"))


def test_the_manifest_says_what_every_column_is(directory: DataDirectory) -> None:
    said = json.loads(beside(saved(directory, "facts", "csv")).read_text("utf-8"))
    fields = said["resources"][0]["schema"]["fields"]
    assert [field["name"] for field in fields] == [column.name for column in columns_of("facts")]
    assert all(field["description"] and field["description_en"] for field in fields)
    assert said["caixun"]["rights"]
