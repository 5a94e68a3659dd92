"""Commands that start programs: everything, the clock alone, and the hidden ones that they start."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from scheduler.commands.options import DATA


@click.command()
@DATA
@click.option("--demo", is_flag=True, help="用本机上的演示站点，不需要互联网（数据在 ./demo-data，除非另指定）")
@click.option("--host", help="网页监听地址（默认 127.0.0.1）")
@click.option("--port", type=click.IntRange(1, 65535), help="网页端口（默认 8000）")
@click.pass_context
def run(context: click.Context, data: Path, demo: bool, host: str | None, port: int | None) -> None:
    """启动一切：定时抓取、解析、提醒、网页。首次启动会建立数据目录。"""
    from scheduler import programs

    given = context.get_parameter_source("data") is not click.core.ParameterSource.DEFAULT
    if demo and not given and "CAIXUN_DATA" not in os.environ:
        data = Path("demo-data")
    sys.exit(programs.run(data.resolve(), demo=demo, host=host, port=port, echo=click.echo))


@click.command()
@DATA
def schedule(data: Path) -> None:
    """只启动定时抓取（网页另用 serve，解析与提醒由 run 带起）。"""
    from db.paths import DataDirectory
    from scheduler import child, programs

    child.begin()
    sys.exit(programs.run_scheduler(DataDirectory(data.resolve()).prepare()))


@click.command(hidden=True)
@click.argument("data", type=click.Path(path_type=Path))
def stages(data: Path) -> None:
    """The stages process of `caixun run`."""
    from db.paths import DataDirectory
    from scheduler import child, programs

    child.begin()
    sys.exit(programs.run_stages(DataDirectory(data).prepare()))


@click.command("crawl-run", hidden=True)
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("source")
@click.argument("run_number", type=int)
def crawl_run(data: Path, source: str, run_number: int) -> None:
    """One crawl run in a process of its own, started by the scheduler."""
    from db.paths import DataDirectory
    from scheduler import child, house, limits, runs

    child.begin()
    limits.limit_memory()
    directory = DataDirectory(data)
    click.echo(runs.perform(directory, house.sources(directory)[source], run_number))


COMMANDS = (
    run,
    schedule,
    stages,
    crawl_run,
)
