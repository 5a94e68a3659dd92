"""`caixun search`."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

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
    number = archive_search.change_at(connection, as_of.date().isoformat()) if as_of else None
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


COMMANDS = (search,)
