"""`caixun doctor`: is everything sound, and what to do where it is not."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from scheduler.commands.options import DATA


@click.command()
@DATA
@click.option("--full", is_flag=True, help="逐页检查数据库（大的库要几分钟）")
@click.option("--json", "as_json", is_flag=True, help="每项检查输出一行 JSON：check、state（ok、warn、fail）、detail")
def doctor(data: Path, full: bool, as_json: bool) -> None:
    """检查数据目录是否完好：文件、结构、孤立记录、进度、索引、时钟、磁盘、设置、日历、来源、邮件、抓取。

    只读，可以在运行时检查。退出码：0 没有问题（可有提醒），1 有的检查不通过。
    """
    from db.paths import DataDirectory
    from scheduler import checkup, house

    directory = DataDirectory(data.resolve()).existing()
    marks, counts = {"ok": "✓", "warn": "△", "fail": "✕"}, {"ok": 0, "warn": 0, "fail": 0}
    for finding in checkup.examine(directory.path, house.now(), full=full):
        counts[finding.state] += 1
        line = {"check": finding.check, "state": finding.state, "detail": finding.detail}
        shown = f"{marks[finding.state]} {finding.check}：{finding.detail}"
        click.echo(json.dumps(line, ensure_ascii=False) if as_json else shown)
    if not as_json:
        click.echo(f"{counts['ok']} 项正常，{counts['warn']} 项提醒，{counts['fail']} 项不通过", err=True)
    sys.exit(1 if counts["fail"] else 0)


COMMANDS = (doctor,)
