"""`caixun alerts …`: list, run, log, resend, test, why."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.commands.options import DATA

if TYPE_CHECKING:
    from db.values import Subscription

_MARKS = {"yes": "✓", "no": "✕", "open": "…"}
_NAMES = {
    "seen": "看到链接", "robots": "允许抓取", "fetched": "抓到网页", "parsed": "读出文章", "relevant": "有关",
    "story": "同源报道", "subscribed": "订阅生效", "matched": "符合检索", "queued": "排入待发", "delivered": "送达",
}  # fmt: skip
_STATES = {"pending": "待确认", "active": "生效中", "paused": "已暂停", "ended": "已退订"}


@click.group("alerts")
def alerts_group() -> None:
    """订阅与推送：列出、立即处理、日志、重发、寄测试、查为什么没收到。"""


def _reader(data: Path) -> sqlite3.Connection:
    from db.connection import open_reader
    from db.paths import DataDirectory

    return open_reader(DataDirectory(data.resolve()).existing().subscribers)


def _one(connection: sqlite3.Connection, name: str) -> Subscription:
    """The subscription whose id begins with `name`. Raises click.BadParameter for none or several."""
    from db import subscriptions

    rows = connection.execute("select id from subscription where id glob ? || '*' limit 2", [name.lower()]).fetchall()
    found = subscriptions.find(connection, rows[0][0]) if len(rows) == 1 and name.isalnum() else None
    if found is None:
        count = "没有" if not rows else "不止一个"
        raise click.BadParameter(f"{count}编号以 {name} 开头的订阅；caixun alerts list 列出全部编号")
    return found


@alerts_group.command("list")
@DATA
@click.option("--state", type=click.Choice(list(_STATES)), help="只列这种状态的")
def alerts_list(data: Path, state: str | None) -> None:
    """列出订阅：编号、状态、时间、渠道、谁、检索。"""
    from db import subscriptions

    for one in subscriptions.everyone(_reader(data)):
        if state in (None, one.state):
            filters = "；".join(f"{name}={'、'.join(values)}" for name, values in one.filters.items())
            asked = " ".join(filter(None, [one.query or ("" if filters else "（全部文章）"), filters]))
            reason = f"（{one.paused}）" if one.paused else ""
            state_text = f"{_STATES[one.state]}{reason}"
            click.echo(f"{one.id}  {state_text}  {one.schedule}  {one.channel}  {one.email}  {asked}")


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
@click.option("--subscription", help="只看这个订阅（编号，可只写开头）")
@click.option("--failed", is_flag=True, help="只看没有送达的")
def alerts_log(data: Path, limit: int, subscription: str | None, failed: bool) -> None:
    """最近的投递记录，新的在前。"""
    connection = _reader(data)
    only = _one(connection, subscription).id if subscription else None
    rows = connection.execute(
        "select d.*, l.kind, l.channel, l.address from delivery d left join letter l on l.message_id = d.message_id"
        " where (? is null or l.subscription = ?) and (not ? or d.outcome in ('retry', 'dead', 'paused'))"
        " order by d.id desc limit ?",
        [only, only, failed, limit],
    )
    for row in rows:
        where = f"{row['kind']}  {row['channel']}  {row['address']}" if row["kind"] else "（已删除）"
        click.echo(f"{row['at']}  {row['outcome']:6} {row['message_id']}  {where}  {row['detail'] or ''}".rstrip())


@alerts_group.command("resend")
@DATA
@click.argument("message", required=False)
def alerts_resend(data: Path, message: str | None) -> None:
    """把已放弃的信重新投递：全部，或只重投 MESSAGE（日志里的信件编号）。"""
    from db import alerts
    from db.connection import open_writer
    from db.paths import DataDirectory
    from scheduler import house

    connection = open_writer(DataDirectory(data.resolve()).existing().subscribers)
    name = message and f"<{message.strip('<>')}>"
    count = alerts.resend(connection, house.now(), name)
    if message and not count:
        raise click.ClickException(f"没有已放弃的信 {name}；caixun alerts log --failed 列出没有送达的")
    click.echo(f"{count} 封将重新投递")


@alerts_group.command("test")
@DATA
@click.argument("subscription")
def alerts_test(data: Path, subscription: str) -> None:
    """给订阅 SUBSCRIPTION（编号，可只写开头）寄一封测试。"""
    from db import outbox
    from db.connection import open_writer
    from db.paths import DataDirectory
    from scheduler import house

    connection = open_writer(DataDirectory(data.resolve()).existing().subscribers)
    one = _one(connection, subscription)
    if one.state not in ("active", "paused"):
        raise click.ClickException(f"这个订阅{_STATES[one.state]}，不寄测试")
    message = outbox.owe_test(connection, one, house.now())
    click.echo(f"测试消息 {message} 将发往 {one.channel} {one.address or one.email}；结果见 caixun alerts log")


@alerts_group.command("why")
@DATA
@click.argument("url")
@click.option("--subscription", help="哪个订阅没有收到（编号，可只写开头）；不写则只看文章走到哪一步")
def alerts_why(data: Path, url: str, subscription: str | None) -> None:
    """为什么没收到 URL 这篇：逐步查明它走到了哪一步。"""
    from db.connection import open_reader
    from db.paths import DataDirectory
    from db.why import Stores, why

    directory = DataDirectory(data.resolve()).existing()
    connection = open_reader(directory.subscribers)
    one = _one(connection, subscription) if subscription else None
    answer = why(Stores(open_reader(directory.archive), open_reader(directory.crawl), connection), url, one)
    for step in answer.steps:
        click.echo(f"{_MARKS[step.state]} {_NAMES[step.name]}：{step.line}")
    for article in answer.articles:
        click.echo(f"  文章编号 {article}")


COMMANDS = (alerts_group,)
