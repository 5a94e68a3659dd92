"""`caixun sources …`: list, show, check, new, test, health."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.commands.options import DATA

if TYPE_CHECKING:
    from db.values import SourceHealth


@click.group()
def sources() -> None:
    """来源站点：列出、查看、试抓、健康状况。"""


@sources.command("list")
@DATA
@click.option("--province", help="只列这个省级行政区的（全称，如 青海省）")
@click.option("--enabled", is_flag=True, help="只列启用的")
def sources_list(data: Path, province: str | None, enabled: bool) -> None:
    """列出全部来源：编号、启用与否、地区、名称、系统、上次在网站上核对的日期。"""
    from db.paths import DataDirectory
    from scheduler import house

    known = house.sources(DataDirectory(data.resolve())).values()
    shown = [one for one in known if (not province or one.province == province) and (one.enabled or not enabled)]
    for one in shown:
        state = "启用" if one.enabled else "停用"
        checked = f"核对于 {day}" if (day := one.checked or one.reviewed) else "未在网站上核对过"
        click.echo(f"{one.id:20} {state}  {one.province}  {one.title}（{one.family}）  {checked}")
    click.echo(f"{len(shown)} 个来源，启用 {sum(one.enabled for one in shown)} 个", err=True)


@sources.command("show")
@click.argument("name")
@DATA
def sources_show(name: str, data: Path) -> None:
    """查看一个来源的全部设置与依据。"""
    from scheduler import source_checks

    for source, file in source_checks.chosen(data.resolve(), [name]):
        click.echo(f"{'file':20} {file}")
        for key in source.__dataclass_fields__:
            click.echo(f"{key:20} {source_checks.as_text(getattr(source, key))}")


@sources.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@DATA
@click.option("--all", "every", is_flag=True, help="全部来源，停用的也看")
@click.option("--write", is_flag=True, help="看过没有问题的，把今天的日期记进 DATA/sources/checks.json")
@click.option("--json", "as_json", is_flag=True, help="每个来源输出一行 JSON")
@click.option("--jobs", type=click.IntRange(1, 16), default=6, show_default=True, help="同时看几个网站")
def sources_check(names: tuple[str, ...], data: Path, every: bool, write: bool, as_json: bool, jobs: int) -> None:
    """到实际网站上看一眼会取到什么：robots、一页列表、一篇文章；不存任何页面。

    退出码：0 都没有问题，1 有的有问题，2 网络不通。
    """
    from scheduler import source_checks

    chosen = source_checks.chosen(data.resolve(), names, every)
    one = len(chosen) == 1
    good: list[str] = []
    offline = seen = 0
    for check in source_checks.run(data.resolve(), chosen, jobs):
        seen, offline = seen + 1, offline + check.offline
        good += [check.id] * check.good
        click.echo(
            json.dumps(check.as_json(), ensure_ascii=False) if as_json else check.text() if one else check.line()
        )
        if not one:
            click.echo(f"{seen}/{len(chosen)}", err=True)
    if write and good:
        click.echo(f"已记下 {len(good)} 个来源的核对日期：{source_checks.write(data.resolve(), good)}", err=True)
    if offline == seen:
        click.echo(f"网络不通：试过的 {seen} 个来源都连不上，请检查本机的网络和域名解析", err=True)
        sys.exit(2)
    sys.exit(0 if len(good) == len(chosen) else 1)


@sources.command("new")
@click.argument("url")
@DATA
@click.option("--id", "name", help="来源编号（默认取自域名）")
@click.option("--title", help="网站名称（默认取自网页）")
@click.option("--province", help="省级行政区全称（默认从网站名称和主办单位认）")
@click.option("--city", help="市州全称")
@click.option("--allow-private", multiple=True, metavar="ADDRESS:PORT", help="允许访问这个本机或内网地址")
@click.option("--dry-run", is_flag=True, help="只看，不写文件")
def sources_new(
    url: str,
    data: Path,
    name: str | None,
    title: str | None,
    province: str | None,
    city: str | None,
    allow_private: tuple[str, ...],
    dry_run: bool,
) -> None:
    """看一眼列表页或文章页，写出来源文件，并把看到的页面存作样例；已有的文件不会覆盖。"""
    from crawler.stub import Given, write_draft
    from scheduler import source_checks

    draft = source_checks.draft(data.resolve(), url, Given(name, title, province, city, allow_private))
    click.echo(draft.text())
    if not dry_run:
        file = write_draft(draft, source_checks.own_folder(data.resolve()))
        click.echo(
            f"已写下 {file}；改过后用 caixun sources test {draft.id} 重读样例，caixun sources check {draft.id} 试抓"
        )


@sources.command("test")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@DATA
def sources_test(names: tuple[str, ...], data: Path) -> None:
    """用现在的规则重读存下的样例页面（DATA/sources/cases），与预期不同的逐条列出。"""
    from scheduler import source_checks

    wrong = total = 0
    for name, result in source_checks.read_cases(data.resolve(), names):
        total, wrong = total + 1, wrong + bool(result.differences)
        click.echo(f"{'✕' if result.differences else '✓'} {name}/{result.name}")
        for line in result.differences:
            click.echo(f"    {line}")
    click.echo(f"{total} 个样例，{wrong} 个不符", err=True)
    sys.exit(1 if wrong else 0)


@sources.command("health")
@DATA
@click.option("--json", "as_json", is_flag=True, help="每个来源输出一行 JSON（state 为英文代号）")
def sources_health(data: Path, as_json: bool) -> None:
    """各来源的状况：先列有问题的。"""
    from dataclasses import asdict

    from db.paths import DataDirectory
    from db.site import Site
    from scheduler import house

    directory = DataDirectory(data.resolve()).existing()
    for health in Site(directory.path).sources(house.now()):
        click.echo(json.dumps(asdict(health), ensure_ascii=False) if as_json else _health_line(health))


def _health_line(health: SourceHealth) -> str:
    """State, name, reason and counts of one source in one Chinese line."""
    from db.health import STATE_NAMES
    from db.why_told import moment

    state = STATE_NAMES[health.state]
    reason = "" if health.detail == state else f"：{health.detail}"
    since = f"，自 {moment(health.since)} 起" if health.since else ""
    counts = f"{health.articles:,} 篇，本周 {health.articles_week:,}"
    return f"{state}{'　' * (5 - len(state))} {health.title}（{health.id}）{reason}（{counts}{since}）"


@click.command("work-request", hidden=True)
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("number", type=int)
def work_request(data: Path, number: int) -> None:
    """One request of the web, in a process of its own."""
    from db.paths import DataDirectory
    from scheduler import lifeline, requests

    lifeline.watch()
    requests.work_off(DataDirectory(data), number)


COMMANDS = (sources, work_request)
