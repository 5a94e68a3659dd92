"""`caixun publish`: a dated version of the whole, for copies that others serve."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import click

from scheduler.commands.options import DATA, DAY


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@DATA
@click.option("--keep", type=click.IntRange(1), help="保留最近几个版本（默认 7）；每月第一个总是保留")
@click.option("--title", help="版本的题名，引用时用它")
@click.option("--as-of", type=DAY, help="照这一天结束时的档案发布，而不是现在的")
def publish(
    folder: Path | None, data: Path, keep: int | None, title: str | None, as_of: datetime.datetime | None
) -> None:
    """发布一个版本到 DIR（默认照 [publish] dir）：只读的整份公开档案，附校验值、清单和变化，DIR/current 指向最新的。

    订阅、口令、快照、落选网页等都不在其中。中途被杀，原有版本不变，再运行一次即可；档案没有变化则不重复发布。
    """
    from db.editions.values import ARCHIVE
    from db.paths import DataDirectory
    from scheduler import lifeline, publishing
    from scheduler.commands import progress_line

    lifeline.watch()  # started by the scheduler it ends with it
    directory = DataDirectory(data.resolve()).existing()
    day = as_of.date().isoformat() if as_of else ""
    edition, made = publishing.publish(
        directory, folder, publishing.Wishes(title, keep, day), lambda state: progress_line.show(state)
    )
    progress_line.show("")
    if not made:
        click.echo(f"版本 {edition.id} 之后档案没有变化，不重复发布", err=True)
        return
    place = publishing.folder_of(directory, folder) / edition.id
    texts = "含全文" if edition.show == "full" else "只含摘录"
    click.echo(f"{place / ARCHIVE}：{edition.bytes / 1e6:,.1f} MB，{texts}，SHA-256 {edition.sha256}", err=True)
    click.echo(_changed(edition.previous, edition.changed), err=True)


def _changed(previous: str, counts: Mapping[str, int]) -> str:
    if not previous:
        return "第一个版本"
    names = {
        "added": "新增",
        "revised": "改动",
        "gone": "原站删除",
        "returned": "恢复",
        "moved": "归并",
        "removed": "撤下",
    }
    return f"与 {previous} 相比：" + "，".join(f"{name} {counts.get(kind, 0):,}" for kind, name in names.items())


COMMANDS = (publish,)
