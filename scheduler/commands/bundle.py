"""`caixun bundle`: what a search finds as one zip that verifies by itself."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from scheduler.commands.options import DATA, DAY


@click.command()
@click.argument("query")
@DATA
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="文件名，以 .zip 结尾"
)
@click.option("--as-of", type=DAY, help="按这一天结束时的档案，以后再做逐字节相同")
@click.option("--title", default="", help="资料包的标题（默认写检索式）")
@click.option("--no-snapshots", is_flag=True, help="不带抓取到的原页（WARC）")
def bundle(
    query: str, data: Path, output: Path, as_of: datetime.datetime | None, title: str, no_snapshots: bool
) -> None:
    """把检索到的全部做成一个资料包：原页（WARC）、纯文本、文章表与事实表（CSV）、清单、离线网页。

    QUERY 写法同检索，"" 表示全部。离线网页不联网，解压后用浏览器打开 index.html。用 caixun verify 文件.zip 核对：
    改动任何一个字节都会发现。供运维者使用：里面有全文和原页。
    """
    from db import search
    from db.bundle.articles import Asked
    from db.connection import open_reader
    from db.downloads.files import newest_change
    from db.paths import DataDirectory
    from scheduler import bundling
    from scheduler.commands import progress_line

    if output.suffix.lower() != ".zip":
        raise click.ClickException(f"{output}：文件名请以 .zip 结尾")
    directory = DataDirectory(data.resolve()).existing()
    connection = open_reader(directory.archive)
    number = search.change_at(connection, as_of.date().isoformat()) if as_of else newest_change(connection)
    connection.close()
    asked = Asked(query, {}, number, title or bundling.title_of(query))
    try:
        made = bundling.save(
            directory, asked, output, snapshots=not no_snapshots,
            progress=progress_line.show,
        )  # fmt: skip
    except OSError as error:
        raise click.ClickException(f"{output} 写不了：{error.strerror or error}；请换一个地方") from error
    finally:
        progress_line.show("")
    click.echo(
        f"{output}：{made.articles:,} 篇文章，{made.facts:,} 条事实，{made.snapshots:,} 个原页，{made.size:,} 字节",
        err=True,
    )


COMMANDS = (bundle,)
