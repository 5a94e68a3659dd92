"""Commands that fetch now: `crawl` and the hidden process of one run."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click

from scheduler.commands import progress_line
from scheduler.commands.options import DATA, DAY, save_sources


@click.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@DATA
@click.option("--since", type=DAY, help="只要这一天以后的（沿列表页往回翻到那天）")
@click.option("--limit", type=click.IntRange(1), help="每个来源最多请求多少页")
def crawl(names: tuple[str, ...], data: Path, since: datetime.datetime | None, limit: int | None) -> None:
    """现在抓取一遍：全部启用的来源，或指定的来源。"""
    from scheduler import house
    from scheduler.crawl_now import CrawlNow
    from scheduler.in_force import settings_of
    from scheduler.stages import Stages

    directory = house.prepare(data.resolve())
    known = house.sources(directory)
    chosen = list(names) or [name for name, source in known.items() if source.enabled]
    for name in chosen:
        if name not in known:
            raise click.ClickException(f"没有叫 {name} 的来源：用 caixun sources list 查看")
    save_sources(directory, known)
    settings = settings_of(directory)
    work = CrawlNow(
        directory,
        Stages(directory, settings, known),
        [known[name] for name in chosen],
        settings.crawl.at_once,
        ([f"--since={since.date()}"] if since else []) + ([f"--limit={limit}"] if limit else []),
        echo=progress_line.say,
        progress=progress_line.show,
    )
    sys.exit(work.work())


@click.command("crawl-once", hidden=True)
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("source")
@click.argument("run_number", type=int)
@click.option("--since", type=DAY)
@click.option("--limit", type=int)
def crawl_once(data: Path, source: str, run_number: int, since: datetime.datetime | None, limit: int | None) -> None:
    """One crawl run by hand."""
    from db.paths import DataDirectory
    from scheduler import child, house, runs

    directory = DataDirectory(data)
    known = house.sources(directory)[source]
    child.begin()
    runs.perform(directory, known, run_number, since=since.date() if since else None, limit=limit)


COMMANDS = (
    crawl,
    crawl_once,
)
