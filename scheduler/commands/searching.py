"""Commands that read the archive: `search` and `export`."""

from __future__ import annotations

import csv
import datetime
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scheduler.commands.options import DATA, DAY


@click.command()
@click.argument("query")
@DATA
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="最多列出多少条")
@click.option("--as-of", type=DAY, help="按这一天结束时的档案检索")
def search(query: str, data: Path, as_json: bool, limit: int, as_of: datetime.datetime | None) -> None:
    """检索档案。例：caixun search '绿色算力 place:西宁市 after:2024'"""
    from db import search as archive_search
    from db import serialise
    from db.connection import open_reader
    from db.paths import DataDirectory

    connection = open_reader(DataDirectory(data.resolve()).existing().archive)
    number = _change_at(connection, as_of) if as_of else None
    result = archive_search.search(connection, query, {}, "newest", limit, 0, number)
    if as_json:
        click.echo(json.dumps(serialise.as_json(serialise.search_answer(query, result)), ensure_ascii=False))
        return
    for hit in result.hits:
        click.echo(
            f"{(hit.published or '')[:10]:10}  {hit.title}  〔{hit.origin or hit.source_title}〕\n            {hit.url}"
        )
    click.echo(f"共 {result.total} 篇，合并转载后 {result.stories} 条")
    for near in result.suggestions:
        click.echo(f"试试：{near.query}（{near.count} 篇）")


def _change_at(connection: sqlite3.Connection, day: datetime.datetime) -> int:
    end = (day + datetime.timedelta(days=1)).replace(tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
    text = end.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return int(connection.execute("select coalesce(max(number), 0) from changes where at < ?", [text]).fetchone()[0])


@click.command()
@click.argument("what", type=click.Choice(["articles", "facts", "stories", "revisions", "coverage"]))
@DATA
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("--query", default="", help="只导出检索到的（articles 与 facts）")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="写到文件（默认标准输出）")
def export(what: str, data: Path, form: str, query: str, output: Path | None) -> None:
    """导出整张表：CSV（UTF-8 带 BOM，RFC 4180）或 JSONL，一行不少。"""
    from db import export as tables
    from db.connection import open_reader
    from db.paths import DataDirectory

    connection = open_reader(DataDirectory(data.resolve()).existing().archive)
    columns, rows = tables.table(connection, what, query)
    draft = output.with_name(output.name + ".part") if output else None
    stream = open(draft, "w", encoding="utf-8", newline="") if draft else sys.stdout  # noqa: SIM115, PTH123
    count = _write_csv(stream, columns, rows) if form == "csv" else _write_lines(stream, columns, rows)
    if draft and output:
        stream.close()
        draft.replace(output)
        click.echo(f"{output}：{count} 行", err=True)


def _write_csv(stream: Any, columns: list[str], rows: Iterator[list[Any]]) -> int:
    from db.export import safe_cell

    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
        writer.writerow([safe_cell(value) for value in row])
    return count


def _write_lines(stream: Any, columns: list[str], rows: Iterator[list[Any]]) -> int:
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
        stream.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n")
    return count


COMMANDS = (
    search,
    export,
)
