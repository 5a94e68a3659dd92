"""`caixun warc export`: what was fetched, as an archive that other tools read. The way back is `caixun add`."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from scheduler.commands import progress_line
from scheduler.commands.options import DATA, DAY


@click.group()
def warc() -> None:
    """网页存档（WARC，ISO 28500）：导出抓取的网页；导入用 caixun add 文件.warc.gz。"""


@warc.command("export")
@DATA
@click.option("--source", help="只导出这个来源的")
@click.option("--since", type=DAY, help="只导出这一天以后抓取的")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="文件名，以 .warc 或 .warc.gz 结尾",
)
def export(data: Path, source: str | None, since: datetime.datetime | None, output: Path) -> None:
    """把存下的网页（响应、未变化的重访、来源与列表页所印的标题日期）写成一个 WARC 文件。"""
    from contextlib import closing

    from crawler.warc import write_warc
    from db import captures
    from db.connection import open_reader
    from db.paths import DataDirectory

    if not output.name.endswith((".warc", ".warc.gz")):
        raise click.ClickException(f"{output}：文件名请以 .warc 或 .warc.gz 结尾")
    directory = DataDirectory(data.resolve()).existing()
    day = since.date().isoformat() if since else ""
    partial = output.with_name(output.name + ".part")
    try:
        with closing(open_reader(directory.crawl)) as crawl, partial.open("wb") as file:
            whole = captures.count(crawl, source, day)
            if not whole:
                raise click.ClickException("没有符合条件的网页：请检查 --source 和 --since")
            visits = captures.captures(crawl, source, day)
            for written in write_warc(file, visits, name=output.name, compressed=output.name.endswith(".gz")):
                progress_line.show(f"导出 {written.responses + written.revisits:,}/{whole:,}")
        partial.replace(output)
    except OSError as error:
        raise click.ClickException(f"{output} 写不了：{error.strerror}；请换一个地方") from error
    finally:
        partial.unlink(missing_ok=True)
    progress_line.show("")
    click.echo(f"导出 {written.responses} 个响应、{written.revisits} 次未变化的重访到 {output}")


COMMANDS = (warc,)
