"""`caixun alerts …`: list, run, log, resend."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.commands.options import DATA


@click.group("alerts")
def alerts_group() -> None:
    """订阅与推送：列出、立即处理、日志、重发。"""


@alerts_group.command("list")
@DATA
def alerts_list(data: Path) -> None:
    """列出全部订阅。"""
    from db import alerts
    from db.connection import open_reader
    from db.paths import DataDirectory

    connection = open_reader(DataDirectory(data.resolve()).existing().subscribers)
    for one in alerts.everyone(connection):
        click.echo(f"{one.id}  {one.state:8} {one.schedule:8} {one.email}  {one.query} {one.filters or ''}")


@alerts_group.command("run")
@DATA
def alerts_run(data: Path) -> None:
    """现在就匹配新内容并投递到期的信。"""
    from db.paths import DataDirectory
    from scheduler.delivering import once
    from scheduler.in_force import settings_of

    directory = DataDirectory(data.resolve()).existing()
    changes, written, tried = once(directory, settings_of(directory))
    click.echo(f"匹配 {changes} 条变更，写成 {written} 封，投递 {tried} 封")


@alerts_group.command("log")
@DATA
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
def alerts_log(data: Path, limit: int) -> None:
    """最近的投递记录。"""
    from db.connection import open_reader
    from db.paths import DataDirectory

    connection = open_reader(DataDirectory(data.resolve()).existing().subscribers)
    rows = connection.execute("select * from delivery order by id desc limit ?", [limit])
    for row in rows:
        click.echo(f"{row['at']}  {row['outcome']:6} {row['message_id']}  {row['detail'] or ''}")


@alerts_group.command("resend")
@DATA
def alerts_resend(data: Path) -> None:
    """把已放弃的信重新投递。"""
    from db import alerts
    from db.connection import open_writer
    from db.paths import DataDirectory
    from scheduler import house

    connection = open_writer(DataDirectory(data.resolve()).existing().subscribers)
    click.echo(f"{alerts.resend(connection, house.now())} 封将重新投递")


COMMANDS = (alerts_group,)
