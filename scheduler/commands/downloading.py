"""Commands that take data out: `export` and `verify`."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import click

from scheduler.commands.options import DATA, DAY

_STREAMED = ("csv", "jsonl")


@click.command()
@click.argument("what", type=click.Choice(["articles", "facts", "stories", "revisions", "coverage"]))
@DATA
@click.option(
    "--format", "form", type=click.Choice(["csv", "jsonl", "xlsx", "parquet", "sqlite"]), default="csv",
    show_default=True, help="文件格式（parquet 须先装 caixun[parquet]）",
)  # fmt: skip
@click.option("--query", default="", help="只导出检索到的（articles 与 facts），写法同检索")
@click.option("--as-of", type=DAY, help="按这一天结束时的档案导出，以后再导出逐字节相同")
@click.option("--no-bom", is_flag=True, help="CSV 开头不写 BOM（Excel 靠它认出 UTF-8）")
@click.option("--no-texts", is_flag=True, help="articles 不带正文")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="写到文件，旁边附清单；默认标准输出"
)
def export(
    what: str,
    data: Path,
    form: str,
    query: str,
    as_of: datetime.datetime | None,
    no_bom: bool,
    no_texts: bool,
    output: Path | None,
) -> None:
    """导出整张表，或检索到的全部：一行不少，附字段说明、覆盖凭证和校验值（用 caixun verify 核对）。"""
    from db import search
    from db.connection import open_reader
    from db.downloads import files, frames
    from db.downloads.manifest import Asked, beside
    from db.paths import DataDirectory
    from scheduler import house
    from scheduler.commands import progress_line

    if output is None and form not in _STREAMED:
        raise click.UsageError(f"{form} 要写到文件：请加 -o 文件")
    connection = open_reader(DataDirectory(data.resolve()).existing().archive)
    number = search.change_at(connection, as_of.date().isoformat()) if as_of else files.newest_change(connection)
    asked = Asked(what, form, query, {}, number)
    if output is None:
        shown = None if sys.stdout.isatty() else lambda done: progress_line.show(f"已写 {done:,} 行")
        files.stream(connection, asked, sys.stdout, bom=not no_bom, texts=not no_texts, progress=shown)
        progress_line.show("")
        return
    total = frames.count(connection, what, query, {}, number)
    rows = files.save(
        connection, asked, output, house.now(), bom=not no_bom, texts=not no_texts,
        progress=lambda done: progress_line.show(f"已写 {done:,}/{total:,} 行{'，正在收尾与校验' * (done >= total)}"),
    )  # fmt: skip
    progress_line.show("")
    click.echo(f"{output}：{rows:,} 行；清单 {beside(output).name}", err=True)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="每个文件输出一行 JSON")
def verify(paths: tuple[Path, ...], as_json: bool) -> None:
    """核对下载的文件与旁边的清单、资料包（.zip）或发布的版本（目录）：大小、行数、校验值。不符的说明原因，退出码 1。"""
    from db.bundle import verify as bundles
    from db.downloads import manifest
    from db.editions import manifest as editions
    from db.errors import WrongDownload, WrongEdition
    from scheduler.commands import progress_line

    wrong = 0
    for path in paths:
        try:
            if path.is_dir():
                line = editions.verify(path, progress_line.megabytes("已核对"))
            else:
                line = (bundles if bundles.is_bundle(path) else manifest).verify(path)
            good = True
        except (WrongDownload, WrongEdition) as error:
            line, good = str(error), False
        progress_line.show("")
        wrong += not good
        click.echo(json.dumps({"file": str(path), "good": good, "line": line}, ensure_ascii=False) if as_json else line)
    sys.exit(1 if wrong else 0)


COMMANDS = (export, verify)
