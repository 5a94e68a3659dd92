"""Commands that fetch now: `crawl` and the hidden process of one run."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click

from scheduler.commands.options import DATA, DAY, save_sources


@click.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@DATA
@click.option("--since", type=DAY, help="只要这一天以后的（沿列表页往回翻到那天）")
@click.option("--limit", type=click.IntRange(1), help="每个来源最多请求多少页")
def crawl(names: tuple[str, ...], data: Path, since: datetime.datetime | None, limit: int | None) -> None:
    """现在抓取一遍：全部启用的来源，或指定的来源。"""
    import subprocess

    from db import runs
    from db.connection import open_writer
    from scheduler import house
    from scheduler.programs import settings_of
    from scheduler.stages import Stages

    directory = house.prepare(data.resolve())
    known = house.sources(directory)
    chosen = list(names) or [name for name, source in known.items() if source.enabled]
    for name in chosen:
        if name not in known:
            raise click.ClickException(f"没有叫 {name} 的来源：用 caixun sources list 查看")
    connection = open_writer(directory.crawl)
    failed = 0
    for name in chosen:
        number = runs.start(connection, name, house.now())
        if number is None:
            click.echo(f"{name} 正在被另一个进程抓取，跳过", err=True)
            continue
        command = [sys.executable, "-m", "caixun", "crawl-once", str(directory.path), name, str(number)]
        options = ([f"--since={since.date()}"] if since else []) + ([f"--limit={limit}"] if limit else [])
        failed += bool(subprocess.run([*command, *options], check=False).returncode)  # noqa: S603 - ourselves
    stage = Stages(directory, settings_of(directory), known)
    save_sources(directory, known)
    click.echo(f"解析了 {stage.parse()} 次访问", err=True)
    stage.match()
    sys.exit(1 if failed else 0)


@click.command("crawl-once", hidden=True)
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("source")
@click.argument("run_number", type=int)
@click.option("--since", type=DAY)
@click.option("--limit", type=int)
def crawl_once(data: Path, source: str, run_number: int, since: datetime.datetime | None, limit: int | None) -> None:
    """One crawl run by hand."""
    from db.paths import DataDirectory
    from scheduler import house, runs

    directory = DataDirectory(data)
    known = house.sources(directory)[source]
    click.echo(runs.perform(directory, known, run_number, since=since.date() if since else None, limit=limit))


COMMANDS = (
    crawl,
    crawl_once,
)
