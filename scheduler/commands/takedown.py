"""`caixun takedown` (remove from the public archive, or take that back) and `caixun password` (hash one)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import click

from scheduler.commands.options import DATA


@click.command()
@click.argument("target", required=False, metavar="[URL_OR_ID]")
@DATA
@click.option(
    "--source", "whole_source", is_flag=True, help="撤下整个来源（TARGET 是来源的标识），以后抓到的也不再收录"
)
@click.option("--undo", is_flag=True, help="取消撤下，并重读存下的网页")
@click.option("--reason", help="撤下的理由（记入档案，显示在原处）；不写则会询问")
@click.option("--yes", is_flag=True, help="不再确认")
def takedown(target: str | None, data: Path, whole_source: bool, undo: bool, reason: str | None, yes: bool) -> None:
    """撤下一篇文章或一个来源：正文、事实、索引都删去，原处只留一句说明；不写目标则列出已撤下的。"""
    from db.connection import open_writer
    from db.downloads import prepared
    from db.paths import DataDirectory
    from scheduler import house

    directory = DataDirectory(data.resolve()).existing().prepare()
    archive = open_writer(directory.archive)
    try:
        if target is None:
            _list(archive)
        elif undo:
            _undo(directory, archive, target, whole_source)
        else:
            _take_down(archive, target, whole_source, reason, yes)
            prepared.sweep(directory, house.now())  # files made before hold what is gone
    finally:
        archive.close()


def _list(archive: sqlite3.Connection) -> None:
    from db import takedown as store

    for one in store.listed(archive):
        what = f"文章 {one.article}" if one.article else f"来源 {one.source}"
        click.echo(f"{one.at}  {what}  {one.reason}{'（已取消）' if one.lifted else ''}")


def _take_down(archive: sqlite3.Connection, target: str, whole_source: bool, reason: str | None, yes: bool) -> None:
    from db import takedown as store
    from scheduler import house

    if whole_source:
        identity, what = target, f"来源 {target} 的全部 {len(store.articles_of(archive, target))} 篇文章"
        if not archive.execute("select 1 from sources where id = ?", [target]).fetchone():
            raise click.ClickException(f"没有叫 {target} 的来源：用 caixun sources list 查看")
    else:
        found = store.find(archive, target)
        if found is None:
            raise click.ClickException(f"档案里没有 {target}：请给文章的网址、标识或它在才讯的地址")
        identity, what = found.article, f"《{found.title}》 {found.url}"
    why = reason or click.prompt("理由（会显示在原处）")
    if not yes:
        click.confirm(f"撤下 {what}？正文、事实和索引会从公开档案中删去", abort=True)
    at = house.now().isoformat(timespec="seconds")
    act = store.take_down_source if whole_source else store.take_down
    count = act(archive, identity, at, why)
    click.echo(
        f"已撤下 {what}（{count} {'篇' if whole_source else '个版本'}）；取消：caixun takedown {identity} --undo"
    )


def _undo(directory: object, archive: sqlite3.Connection, target: str, whole_source: bool) -> None:
    from db import takedown as store
    from scheduler import house

    found = None if whole_source else store.find(archive, target)
    at = house.now().isoformat(timespec="seconds")
    article = None if whole_source else (found.article if found else target)
    addresses = store.lift(archive, at, article=article, source=target if whole_source else None)
    if not addresses and not whole_source:
        raise click.ClickException(f"{target} 没有被单独撤下：用 caixun takedown 查看已撤下的")
    restored = _read_again(directory, archive, addresses)
    click.echo(f"已取消；重读了 {restored} 页（没有存下网页的，等下次抓取）")


def _read_again(directory: object, archive: sqlite3.Connection, addresses: list[str]) -> int:
    from db import reread
    from db.connection import open_reader
    from db.paths import DataDirectory
    from scheduler import house, own_words

    assert isinstance(directory, DataDirectory)
    known = house.sources(directory)
    read = house.reader(known, own_words.lexicon_of(directory))
    facts = {one.id: house.facts_of(one) for one in known.values()} | {"local": house.local_facts()}
    crawl = open_reader(directory.crawl)
    try:
        numbers = [
            row[0]
            for address in addresses
            for row in crawl.execute(
                "select max(id) from visit where body_hash is not null and status between 200 and 299"
                " and (url = ? or final_url = ?)",
                [address, address],
            )
            if row[0] is not None
        ]
        return sum(reread.again(crawl, archive, number, facts, read) for number in numbers)
    finally:
        crawl.close()


@click.command()
def password() -> None:
    """把网页口令变成散列：环境变量里写散列，不写口令本身（CAIXUN_OPERATOR_PASSWORD、CAIXUN_READER_PASSWORD）。"""
    from db.passwords import hash_password

    click.echo(hash_password(click.prompt("口令", hide_input=True, confirmation_prompt="再输一次")))


COMMANDS = (takedown, password)
