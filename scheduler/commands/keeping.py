"""`caixun backup`, `caixun restore`, `caixun prune`: keeping the data safe, and no larger than it has to be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import click

from scheduler.commands.options import DATA

_REASONS = {
    "lists": "列表页的快照",
    "versions": "文章网页的中间快照（没有读出新的一版）",
    "rejected": "判为无关的网页",
    "articles": "过期的文章网页",
    "subscription_log": "订阅改动的记录",
    "deliveries": "过期的投递记录",
    "logs": "换下的运行日志",
}


@click.command()
@click.argument("place", type=click.Path(path_type=Path), required=False, metavar="[目录]")
@DATA
@click.option("--keep", type=click.IntRange(0), help="只留最近几份，0 全部保留（默认见 [backup] keep）")
def backup(place: Path | None, data: Path, keep: int | None) -> None:
    """备份整个数据目录；抓取、解析、投递照常进行。

    在目录里建一个 caixun-日期 的目录，写完、核对过才出现；不写目录则用 caixun.toml 的 [backup] dir。
    """
    from db.backup import kept, taking, told
    from db.paths import DataDirectory
    from scheduler import house, lifeline
    from scheduler.commands import progress_line
    from scheduler.in_force import settings_of

    lifeline.watch()  # started by the scheduler it ends with it
    directory = DataDirectory(data.resolve()).existing()
    wanted = settings_of(directory).backup
    where = place.resolve() if place else wanted.place
    if where is None:
        raise click.ClickException("没有说备份到哪里：请写 caixun backup 目录，或在 caixun.toml 的 [backup] 设 dir")
    made = taking.take(directory, where, house.now(), _progress("备份"))
    progress_line.show("")
    gone = kept.thin(where, made.house, wanted.keep if keep is None else keep)
    oldest = min(one.taken for one in kept.listed(where) if one.house == made.house)
    told.shorten(where, made.house, oldest)
    click.echo(f"已备份到 {made.folder}（{len(made.files)} 个文件，{made.size / 1024**2:.1f} MB，已核对）")
    if gone:
        click.echo(f"删去 {len(gone)} 份旧的：{'、'.join(gone)}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="备份")
@DATA
@click.option("--yes", is_flag=True, help="不再确认")
def restore(folder: Path, data: Path, yes: bool) -> None:
    """用一份备份恢复数据目录；先逐字节核对，原目录改名留着。

    FOLDER 是 caixun backup 建的 caixun-日期 目录，或它所在的目录（用最新的一份）。才讯在运行时拒绝。
    """
    from db.backup import kept, restoring
    from scheduler import house
    from scheduler.commands import progress_line

    chosen = folder.resolve()
    inside = kept.listed(chosen)
    if len({one.house for one in inside}) > 1:
        raise click.ClickException(f"{chosen} 里有几个才讯的备份，请指明其中一份")
    found = inside[-1] if inside else kept.read(chosen)
    target = data.resolve()
    restoring.refuse_when_used(target)
    click.echo(f"备份 {found.folder}：{found.taken}，才讯 {found.caixun}，{found.size / 1024**2:.1f} MB")
    if not yes:
        old = "原目录改名留着" if target.exists() else "这是一个新目录"
        click.confirm(f"恢复到 {target}？{old}", abort=True)
    done = restoring.restore(found, target, house.now(), _progress("核对与恢复"))
    progress_line.show("")
    click.echo(f"已恢复到 {target}")
    if done.told:
        click.echo(f"备份之后发出的 {done.told} 条消息已补记，不会以别的编号再发")
    if done.aside:
        click.echo(f"原来的数据在 {done.aside}；要退回：先停止才讯，再把两个目录的名字换回来。确认无误后可删去它")


@click.command()
@DATA
@click.option("--dry-run", is_flag=True, help="只说能腾出多少")
@click.option("--compact", is_flag=True, help="之后把空出的空间还给磁盘（先停止才讯；要有与最大的库同样多的空间）")
@click.option("--yes", is_flag=True, help="不再确认")
def prune(data: Path, dry_run: bool, compact: bool, yes: bool) -> None:
    """按 caixun.toml 的 [retention] 清理网页快照、投递记录和旧日志；先说能腾出多少，再问。

    可以在运行时做，一小批一小批地删；空出的地方先由新内容使用，文件不变小，除非用 --compact。
    """
    from db import retention
    from db.paths import DataDirectory
    from scheduler import house, lifeline
    from scheduler.commands import progress_line
    from scheduler.in_force import settings_of

    lifeline.watch()  # started by the scheduler it ends with it
    directory = DataDirectory(data.resolve()).existing().prepare()
    rules, now = settings_of(directory).retention, house.now()
    progress_line.show("正在查看哪些可以清理")
    found = retention.plan(directory, rules, now)
    progress_line.show("")
    for portion in found.portions:
        click.echo(f"{_REASONS[portion.reason]}：{portion.count:,} 份，约 {portion.bytes / 1024**2:.1f} MB")
    if not found.portions:
        click.echo("按现在的规则没有可以清理的")
    if dry_run:
        return
    if found.portions:
        if not yes:
            click.confirm(f"删去它们（约 {found.bytes / 1024**2:.1f} MB）？不能撤销，除非有备份", abort=True)
        done = retention.prune(
            directory, rules, found, now, lambda n, of: progress_line.show(f"正在清理 {n:,}/{of:,} 份快照")
        )
        progress_line.show("")
        click.echo(f"已清理 {done:,} 项")
    if compact:
        _compact(directory.path)


def _compact(path: Path) -> None:
    from db import retention
    from db.backup.restoring import refuse_when_used
    from db.paths import DataDirectory
    from scheduler.commands import progress_line

    refuse_when_used(path)
    progress_line.show("正在整理 crawl.db 和 subscribers.db，大的库要几分钟")
    try:
        gained = retention.compact(DataDirectory(path))
    except sqlite3.OperationalError as error:
        raise click.ClickException(f"没有整理成（{error}），数据没有变：请先停止才讯，并留出足够的磁盘空间") from error
    progress_line.show("")
    click.echo(f"还给磁盘 {gained / 1024**2:.1f} MB")


def _progress(what: str) -> Callable[[str, int, int], None]:
    from scheduler.commands import progress_line

    def show(name: str, done: int, total: int) -> None:
        progress_line.show(f"正在{what} {done / max(1, total):.0%}　{name}")

    return show


COMMANDS = (backup, restore, prune)
