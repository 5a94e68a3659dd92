"""Reading in a notebook: everything, typed, as of a day, and nothing but what is public."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas
import polars
import pytest

import caixun
from db import archive, takedown
from db.connection import open_reader, open_writer
from db.data_frames import moment
from db.downloads.frames import KINDS, columns_of, frame
from db.editions.publishing import Order, publish
from db.errors import DataDirectoryError, WrongStatement
from db.paths import DataDirectory
from parsers.errors import QueryError
from tests.web import archive_of

ROOT = Path(__file__).resolve().parents[2]
CHINA = timezone(timedelta(hours=8))
_PRINTED = "published_printed"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory of nine articles; two days of coverage."""
    found = archive_of.make(tmp_path_factory.mktemp("notebook") / "data", 9)
    with closing(open_writer(found.archive)) as connection:
        connection.execute("insert into coverage(source, day, pages) values ('qhnews', '2026-03-01', 4)")
        connection.execute("insert into coverage(source, day, pages) values ('qhnews', '2026-03-02', 5)")
    return found.path


def plain(values: Any) -> list[Any]:
    """A column as Python values, what is absent as None."""
    return [None if value is None or value is pandas.NA or value != value else value for value in values]


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("what", KINDS)
def test_each_table_is_the_download_of_it_row_for_row(path: Path, library: str, what: str) -> None:
    found = getattr(caixun.connect(path, frames=library), what)()
    with closing(open_reader(path / "archive.db")) as connection:
        rows = list(frame(connection, what).rows)
    names = [column.name for column in columns_of(what)]
    assert [name for name in found.columns if name != _PRINTED] == names
    assert len(found) == len(rows) > 0
    for number, column in enumerate(columns_of(what)):
        name = _PRINTED if column.name == "published" else column.name
        if column.type in ("text", "integer", "real") and name not in ("first_seen", "day"):
            assert plain(found[name].to_list() if library == "polars" else found[name].tolist()) == [
                row[number] for row in rows
            ], name


def test_pandas_has_times_numbers_and_lists(path: Path) -> None:
    found = caixun.connect(path).articles("招才引智")
    assert isinstance(found, pandas.DataFrame) and len(found) == 8
    types = {name: str(kind) for name, kind in found.dtypes.items()}
    assert types["published"] == types["first_seen"] == "datetime64[us, UTC+08:00]"
    assert (types["relevance"], types["revision"], types["title"]) == ("float64", "Int64", "str")
    assert found["published"].max() == datetime(2026, 3, 9, 8, 55, 11, tzinfo=CHINA)
    assert found["places"].iloc[0] == ["青海省", "西宁市"]
    assert found.set_index("published").resample("MS").size().to_dict() == {pandas.Timestamp("2026-03-01", tz=CHINA): 8}
    facts = caixun.connect(path).facts("招才引智")
    assert facts["value_low"].sum() == 103 * 16 and str(facts["value_low"].dtype) == "float64"


def test_polars_has_the_same(path: Path) -> None:
    found = caixun.connect(str(path), frames="polars").articles("招才引智")
    assert isinstance(found, polars.DataFrame)
    schema = found.schema
    assert schema["published"] == polars.Datetime("us", "Asia/Shanghai") == schema["first_seen"]
    assert (str(schema["places"]), str(schema["revision"])) == ("List(String)", "Int64")
    assert found["published"].max() == datetime(2026, 3, 9, 8, 55, 11, tzinfo=CHINA)
    assert found["places"][0].to_list() == ["青海省", "西宁市"]
    days = caixun.connect(path, frames="polars").coverage()
    assert days["day"].to_list() == [date(2026, 3, 1), date(2026, 3, 2)] and days["pages"].sum() == 9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018", datetime(2018, 1, 1, tzinfo=CHINA)),
        ("2022-10", datetime(2022, 10, 1, tzinfo=CHINA)),
        ("2022-10-11", datetime(2022, 10, 11, tzinfo=CHINA)),
        ("2025-03-18T08:55:11+08:00", datetime(2025, 3, 18, 8, 55, 11, tzinfo=CHINA)),
        ("2025-03-18T08:55", datetime(2025, 3, 18, 8, 55, tzinfo=CHINA)),
        ("2026-03-01T01:20:00+00:00", datetime(2026, 3, 1, 1, 20, tzinfo=UTC)),
        ("", None),
        (None, None),
        ("不详", None),
    ],
)
def test_a_printed_time_is_a_time_of_china(text: str | None, expected: datetime | None) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("what", KINDS)
def test_an_empty_table_has_its_columns_with_their_types(tmp_path: Path, library: str, what: str) -> None:
    DataDirectory(tmp_path).prepare()
    found = getattr(caixun.connect(tmp_path, frames=library), what)()
    assert len(found) == 0 and len(found.columns) >= 4
    if what == "articles":
        assert "Datetime" in str(type(found["published"].dtype))


def test_as_of_a_day_gives_the_archive_of_that_day(path: Path) -> None:
    found = caixun.connect(path)
    assert len(found.articles(as_of="2026-03-05")) == len(found.articles(as_of=date(2026, 3, 5))) == 5
    assert len(found.articles(as_of="2025-01-01")) == 0
    with pytest.raises(ValueError, match="2026-11-01"):
        found.articles(as_of="yesterday")


def test_sql_reads_what_is_public_and_nothing_else(path: Path) -> None:
    found = caixun.connect(path)
    counted = found.sql("select source, count(*) as articles from articles where day >= ? group by source", ["2026"])
    assert counted.to_dict("records") == [{"source": "qhnews", "articles": 9}]
    assert found.sql("select id from articles where 0").columns.tolist() == ["id"]
    for statement in (
        "select * from rejected", "delete from articles", "pragma database_list", "attach '/etc/passwd' as x",
        "select * from pages", "selekt 1", "select 1; select 2", "create temp table x (y)", "vacuum into 'x'",
    ):  # fmt: skip
        with pytest.raises(WrongStatement, match="SQL"):
            found.sql(statement)
    assert len(found.sql("select 1 as one")) == 1


def test_the_dictionary_explains_each_column(path: Path) -> None:
    found = caixun.connect(path).dictionary()
    assert set(found["table"]) >= {"articles", "facts", "coverage"} and found["zh"].str.len().min() > 0


def test_a_wrong_query_says_where(path: Path) -> None:
    with pytest.raises(QueryError):
        caixun.connect(path).articles("人才 (引才")


def test_what_is_no_archive_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.db").write_text("no database", "utf-8")
    for name in ("none", "empty", "x.db"):
        with pytest.raises(DataDirectoryError, match=r"数据目录|caixun run"):
            caixun.connect(tmp_path / name)
    with pytest.raises(ValueError, match="polars"):
        caixun.connect(tmp_path / "none", frames="arrow")


def test_nothing_is_written_and_a_file_of_a_read_only_folder_is_read(tmp_path: Path) -> None:
    directory = archive_of.make(tmp_path / "data", 3)
    with closing(open_writer(directory.archive)) as connection:
        connection.execute("pragma journal_mode = delete")
    before = directory.archive.read_bytes()
    for one in (directory.archive, directory.path):
        one.chmod(0o555 if one.is_dir() else 0o444)
    try:
        assert len(caixun.connect(directory.archive).articles("招才引智 OR 夜话")) == 3
    finally:
        directory.path.chmod(0o755)
    assert directory.archive.read_bytes() == before


def test_an_edition_is_read_as_a_folder_or_a_file_that_nobody_may_write(path: Path, tmp_path: Path) -> None:
    made, _ = publish(path / "archive.db", tmp_path / "out", Order(), datetime.now(UTC), lambda *_: None)
    folder = tmp_path / "out" / made.id
    folder.chmod(0o555)
    try:
        for where in (folder, folder / "archive.db"):
            found = caixun.connect(where)
            for what in KINDS:
                pandas.testing.assert_frame_equal(getattr(found, what)(), getattr(caixun.connect(path), what)())
            assert len(found.articles("夜话 OR 招才引智")) == 9
        assert not list(folder.glob("*-wal")) + list(folder.glob("*-shm"))
    finally:
        folder.chmod(0o755)


def test_what_was_taken_down_is_gone(tmp_path: Path) -> None:
    directory = archive_of.make(tmp_path / "data", 3)
    found = caixun.connect(directory.path)
    assert len(found.articles()) == 3
    with closing(open_writer(directory.archive)) as connection:
        identity = archive.article_id("https://news.example.cn/1.html")
        takedown.take_down(connection, identity, "2026-05-01T00:00:00+00:00", "应原作者要求")
    assert len(found.articles()) == len(found.articles(as_of="2026-03-31")) == 2


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True)


def test_the_import_is_light_and_a_missing_library_is_named(path: Path) -> None:
    program = """
import sys
import caixun
heavy = {"pandas", "polars", "numpy", "datasette", "scrapy", "httpx", "jieba"} & set(sys.modules)
assert not heavy, heavy
for name in ("pandas", "polars"):
    sys.modules[name] = None
for name in ("pandas", "polars"):
    try:
        caixun.connect(sys.argv[1], frames=name).articles()
    except Exception as error:
        print(type(error).__name__, error)
"""
    done = run(program, str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("MissingExtra") == 2 and 'pip install "caixun[notebook]"' in done.stdout


def test_the_example_and_the_lines_of_the_documentation_run(path: Path) -> None:
    example = (ROOT / "docs" / "notebook.py").read_text("utf-8")
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "notebook.py"), str(path)], cwd=path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "9 篇" in done.stdout and "103" in done.stdout
    text = (ROOT / "docs" / "notebook.md").read_text("utf-8")
    blocks = [block.split("```")[0] for block in text.split("```python\n")[1:]]
    assert blocks and "caixun.connect" in blocks[0] and example
    names: dict[str, Any] = {}
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        for block in blocks:
            if "http" not in block:
                exec(block, names)
    finally:
        os.chdir(here)
    assert len(names["table"]) == 9
