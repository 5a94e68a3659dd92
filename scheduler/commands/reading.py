"""Commands that read pages: `add`, `parse`, `reparse`."""

from __future__ import annotations

import datetime
import json
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import click

from scheduler.commands.options import DATA, DAY, save_sources


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@DATA
def add(paths: tuple[Path, ...], data: Path) -> None:
    """把保存的网页加入档案：.html .htm .mhtml .txt .pdf .warc .warc.gz，或含有它们的目录。"""
    from crawler.local import read_local
    from db.connection import open_writer, transaction
    from db.frontier import store_visit
    from scheduler import house
    from scheduler.in_force import settings_of
    from scheduler.stages import Stages

    pages = sum(1 for _ in read_local(paths))  # all readable before anything is written; a WARC fits no memory
    directory = house.prepare(data.resolve())
    known = house.sources(directory)
    save_sources(directory, known)
    connection = open_writer(directory.crawl)
    visits = read_local(paths)
    while batch := list(islice(visits, 200)):  # a short transaction: others write here too
        with transaction(connection):
            for visit in batch:
                ours = visit if visit.source in known else replace(visit, source="local")
                store_visit(connection, ours, None)
    connection.close()
    before = _count_articles(directory.archive)
    stage = Stages(directory, settings_of(directory), known)
    with click.progressbar(length=pages, label="解析", file=sys.stderr) as bar:
        stage.parse(bar.update)
    click.echo(f"读了 {pages} 页，档案新增 {_count_articles(directory.archive) - before} 篇")


def _count_articles(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("select count(*) from articles where recorded_to is null").fetchone()[0])
    finally:
        connection.close()


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--url", help="网页原来的地址（有助于判断日期和站点）")
@click.option("--relevance-only", is_flag=True, help="只判断是否与人才工作有关")
@click.option("--links", is_flag=True, help="不读文章，列出页面上的链接：先一行说明页面，再每个链接一行 JSON")
def parse(paths: tuple[Path, ...], url: str | None, relevance_only: bool, links: bool) -> None:
    """解析文件，每篇文章输出一行 JSON；不写档案。不是文章的页面说明它是什么（page、reason、links 个数）。"""
    from crawler.local import read_local
    from parsers import ner, parse_page
    from scheduler.people_tagging import wanted, with_people

    tag = ner.tagger() if wanted(False) else None
    for path in paths:
        for visit in read_local([path]):
            address = url or (None if visit.url.startswith("local:") else visit.url)
            page = parse_page(visit.body or b"", address, visit.content_type)
            page = with_people(page, tag) if tag else page
            lines = _link_lines(path, address, page) if links else _parse_lines(path, address, page, relevance_only)
            for line in lines:
                click.echo(json.dumps(line, ensure_ascii=False))


def _page_line(path: Path, url: str | None, page: Any) -> dict[str, Any]:
    head = {"file": str(path), "url": url, "page": page.kind.value, "reason": page.reason}
    return head if page.articles else head | {"links": len(page.links), "next_page": page.next_page}


def _link_lines(path: Path, url: str | None, page: Any) -> Iterator[dict[str, Any]]:
    yield _page_line(path, url, page) | {"links": len(page.links), "next_page": page.next_page}
    for link in page.links:
        yield {"file": str(path), "link": link.url, "title": link.title, "date": link.date}


def _parse_lines(path: Path, url: str | None, page: Any, relevance_only: bool) -> Iterator[dict[str, Any]]:
    head = _page_line(path, url, page)
    empty = {"relevant": False, "relevance": 0.0, "words": [], "doc_type": None}
    if relevance_only:
        bodies = [article.as_json() for article in page.articles] or [empty]
        for body in bodies:
            yield {"file": str(path)} | {name: body[name] for name in empty}
        return
    from parsers import Article

    blank = Article().as_json()
    for body in [article.as_json() for article in page.articles] or [blank]:
        yield head | body


@click.command()
@DATA
@click.option("--source", help="只重读这个来源的")
@click.option("--since", type=DAY, help="只重读这一天以后抓取的")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="几个进程同时解析（结果相同）；每个起步约费 1.5 秒，几千页以上、不超过处理器个数才划算",
)
def reparse(data: Path, source: str | None, since: datetime.datetime | None, jobs: int) -> None:
    """用今天的解析器重读存下的全部网页；文字有变化的成为新的修订。中断后再次运行会接着读。"""
    from db.paths import DataDirectory
    from scheduler import reparse as work
    from scheduler.commands import progress_line

    directory = DataDirectory(data.resolve()).existing()
    day = since.date().isoformat() if since else ""
    done = work.reparse(
        directory, source, day, jobs, lambda now, whole: progress_line.show(f"重读 {now:,}/{whole:,} 页")
    )
    progress_line.show("")
    if done.stopped:
        progress_line.say("已停止：读完的都已存下，用同样的选项再次运行会接着读")
        sys.exit(130)
    before = f"（接着上次，此前已读 {done.earlier} 页）" if done.earlier else ""
    click.echo(f"重读 {done.pages} 页{before}，{done.changed} 处有变化")


COMMANDS = (
    add,
    parse,
    reparse,
)
