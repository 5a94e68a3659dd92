"""`caixun sources …`: list, show, check, health."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from scheduler.commands.options import DATA


@click.group()
def sources() -> None:
    """来源站点：列出、查看、试抓、健康状况。"""


@sources.command("list")
@DATA
def sources_list(data: Path) -> None:
    """列出全部来源。"""
    from db.paths import DataDirectory
    from scheduler import house

    for source in house.sources(DataDirectory(data.resolve())).values():
        state = "启用" if source.enabled else "停用"
        click.echo(f"{source.id:24} {state}  {source.province}  {source.title}（{source.family}）")


@sources.command("show")
@click.argument("name")
@DATA
def sources_show(name: str, data: Path) -> None:
    """查看一个来源的全部设置与依据。"""
    source = _source(name, data)
    for key in source.__dataclass_fields__:
        click.echo(f"{key:20} {getattr(source, key)}")


@sources.command("check")
@click.argument("name")
@DATA
def sources_check(name: str, data: Path) -> None:
    """到实际网站上看一眼会取到什么：robots、一页列表、一篇文章；什么都不存。"""
    from crawler.check import check_source

    report = check_source(_source(name, data))
    click.echo(report.text())
    sys.exit(0 if report.good else 1)


def _source(name: str, data: Path) -> Any:
    from db.paths import DataDirectory
    from scheduler import house

    known = house.sources(DataDirectory(data.resolve()))
    if name not in known:
        raise click.ClickException(f"没有叫 {name} 的来源：用 caixun sources list 查看")
    return known[name]


@sources.command("health")
@DATA
def sources_health(data: Path) -> None:
    """各来源的状况：先列有问题的。"""
    from db.paths import DataDirectory
    from db.site import Site
    from scheduler import house

    directory = DataDirectory(data.resolve()).existing()
    for health in Site(directory.path).sources(house.now()):
        click.echo(
            f"{health.state:8} {health.title}：{health.detail}（{health.articles} 篇，本周 {health.articles_week}）"
        )


COMMANDS = (sources,)
