"""才讯 on the command line: thin commands over the rooms; `caixun --help` lists them."""

from __future__ import annotations

import csv
import datetime
import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from parsers.errors import CaixunError

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("CAIXUN_DATA", "data")),
    show_default="$CAIXUN_DATA，否则 ./data",
    help="数据目录",
)
DAY = click.DateTime(formats=["%Y-%m-%d"])


class Commands(click.Group):
    """Expected failures become one line on standard error and exit code 1; bugs stay loud."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except CaixunError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:  # the reader of our output has left (| head)
            sys.stderr.close()
            raise SystemExit(1) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="caixun", prog_name="caixun")
def main() -> None:
    """才讯：关注各省人才工作新闻，抓取、解析、检索、提醒、下载。"""


@main.command()
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


@main.command()
@DATA
@click.option("--host", default=None, help="监听地址（默认见 caixun.toml）")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="端口（默认 8000）")
def serve(data: Path, host: str | None, port: int | None) -> None:
    """只启动网页。"""
    from scheduler import programs

    programs.hold_lifeline()
    import uvicorn

    from datasette_plugins.app import build
    from db.paths import DataDirectory

    directory = DataDirectory(data.resolve()).existing()
    settings = programs.settings_of(directory)
    host, port = host or settings.web.host, port or settings.web.port
    if programs.port_in_use(host, port):
        click.echo(f"端口 {host}:{port} 已被占用：请关掉占用它的程序，或用 --port 换一个端口", err=True)
        sys.exit(3)
    url = settings.web.base_url.rstrip("/") or f"http://{host}:{port}"
    application = build(directory.path, url, show_full_text=programs.full_text(settings, host)).app()
    uvicorn.run(application, host=host, port=port, log_level="warning", timeout_graceful_shutdown=3)


@main.command()
@DATA
def schedule(data: Path) -> None:
    """只启动定时抓取（网页另用 serve，解析与提醒由 run 带起）。"""
    from db.paths import DataDirectory
    from scheduler import programs

    programs.hold_lifeline()
    sys.exit(programs.run_scheduler(DataDirectory(data.resolve()).prepare()))


@main.command(hidden=True)
@click.argument("data", type=click.Path(path_type=Path))
def stages(data: Path) -> None:
    """The stages process of `caixun run`."""
    from db.paths import DataDirectory
    from scheduler import programs

    programs.hold_lifeline()
    sys.exit(programs.run_stages(DataDirectory(data).prepare()))


@main.command("crawl-run", hidden=True)
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("source")
@click.argument("run_number", type=int)
def crawl_run(data: Path, source: str, run_number: int) -> None:
    """One crawl run in a process of its own, started by the scheduler."""
    from db.paths import DataDirectory
    from scheduler import house, programs, runs

    programs.hold_lifeline()
    directory = DataDirectory(data)
    click.echo(runs.perform(directory, house.sources(directory)[source], run_number))


@main.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@DATA
@click.option("--since", type=DAY, help="只要这一天以后的（沿列表页往回翻到那天）")
@click.option("--limit", type=click.IntRange(1), help="每个来源最多请求多少页")
def crawl(names: tuple[str, ...], data: Path, since: datetime.datetime | None, limit: int | None) -> None:
    """现在抓取一遍：全部启用的来源，或指定的来源。"""
    import subprocess

    from db import runs
    from db.connection import open_writer
    from scheduler import house
    from scheduler.programs import settings_of
    from scheduler.stages import Stages

    directory = house.prepare(data.resolve())
    known = house.sources(directory)
    chosen = list(names) or [name for name, source in known.items() if source.enabled]
    for name in chosen:
        if name not in known:
            raise click.ClickException(f"没有叫 {name} 的来源：用 caixun sources list 查看")
    connection = open_writer(directory.crawl)
    failed = 0
    for name in chosen:
        number = runs.start(connection, name, house.now())
        if number is None:
            click.echo(f"{name} 正在被另一个进程抓取，跳过", err=True)
            continue
        command = [sys.executable, "-m", "caixun", "crawl-once", str(directory.path), name, str(number)]
        options = ([f"--since={since.date()}"] if since else []) + ([f"--limit={limit}"] if limit else [])
        failed += bool(subprocess.run([*command, *options], check=False).returncode)  # noqa: S603 - ourselves
    stage = Stages(directory, settings_of(directory), known)
    _save_sources(directory, known)
    click.echo(f"解析了 {stage.parse()} 次访问", err=True)
    stage.match()
    sys.exit(1 if failed else 0)


@main.command("crawl-once", hidden=True)
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("source")
@click.argument("run_number", type=int)
@click.option("--since", type=DAY)
@click.option("--limit", type=int)
def crawl_once(data: Path, source: str, run_number: int, since: datetime.datetime | None, limit: int | None) -> None:
    """One crawl run by hand."""
    from db.paths import DataDirectory
    from scheduler import house, runs

    directory = DataDirectory(data)
    known = house.sources(directory)[source]
    click.echo(runs.perform(directory, known, run_number, since=since.date() if since else None, limit=limit))


def _save_sources(directory: Any, known: dict[str, Any]) -> None:
    from db import ingest
    from db.connection import open_writer
    from scheduler import house

    connection = open_writer(directory.archive)
    facts = {source.id: house.facts_of(source) for source in known.values()} | {"local": house.local_facts()}
    ingest.save_sources(connection, facts)
    connection.close()


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@DATA
def add(paths: tuple[Path, ...], data: Path) -> None:
    """把保存的网页加入档案：.html .htm .mhtml .txt .pdf .warc .warc.gz，或含有它们的目录。"""
    from crawler.local import read_local
    from db.connection import open_writer, transaction
    from db.frontier import store_visit
    from scheduler import house
    from scheduler.programs import settings_of
    from scheduler.stages import Stages

    visits = list(read_local(paths))  # all readable before anything is written
    directory = house.prepare(data.resolve())
    known = house.sources(directory)
    _save_sources(directory, known)
    connection = open_writer(directory.crawl)
    with transaction(connection):
        for visit in visits:
            store_visit(connection, visit, None)
    before = _count_articles(directory.archive)
    stage = Stages(directory, settings_of(directory), known)
    with click.progressbar(length=len(visits), label="解析", file=sys.stderr) as bar:
        stage.parse(bar.update)
    stage.match()
    click.echo(f"读了 {len(visits)} 页，档案新增 {_count_articles(directory.archive) - before} 篇")


def _count_articles(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("select count(*) from articles where recorded_to is null").fetchone()[0])
    finally:
        connection.close()


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--url", help="网页原来的地址（有助于判断日期和站点）")
@click.option("--relevance-only", is_flag=True, help="只判断是否与人才工作有关")
@click.option("--links", is_flag=True, help="不读文章，列出页面上的链接：先一行说明页面，再每个链接一行 JSON")
def parse(paths: tuple[Path, ...], url: str | None, relevance_only: bool, links: bool) -> None:
    """解析文件，每篇文章输出一行 JSON；不写档案。不是文章的页面说明它是什么（page、reason、links 个数）。"""
    from crawler.local import read_local
    from parsers import parse_page

    for path in paths:
        for visit in read_local([path]):
            address = url or (None if visit.url.startswith("local:") else visit.url)
            page = parse_page(visit.body or b"", address, visit.content_type)
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


@main.command()
@DATA
@click.option("--source", help="只重读这个来源的")
@click.option("--since", type=DAY, help="只重读这一天以后抓取的")
def reparse(data: Path, source: str | None, since: datetime.datetime | None) -> None:
    """用今天的解析器重读存下的全部网页；文字有变化的成为新的修订。"""
    from db import reread
    from db.connection import open_reader, open_writer
    from db.paths import DataDirectory
    from scheduler import house, own_words

    directory = DataDirectory(data.resolve()).existing()
    known = house.sources(directory)
    read = house.reader(known, own_words.lexicon_of(directory))
    crawl_db, archive = open_reader(directory.crawl), open_writer(directory.archive)
    day = since.date().isoformat() if since else ""
    numbers = reread.visits(crawl_db, source, day)
    facts = {one.id: house.facts_of(one) for one in known.values()}
    with click.progressbar(numbers, label="重读", file=sys.stderr) as bar:
        changed = sum(reread.again(crawl_db, archive, number, facts, read) for number in bar)
    click.echo(f"重读 {len(numbers)} 页，{changed} 处有变化")


@main.command()
@click.argument("query")
@DATA
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="最多列出多少条")
@click.option("--as-of", type=DAY, help="按这一天结束时的档案检索")
def search(query: str, data: Path, as_json: bool, limit: int, as_of: datetime.datetime | None) -> None:
    """检索档案。例：caixun search '绿色算力 place:西宁市 after:2024'"""
    from db import search as archive_search
    from db.connection import open_reader
    from db.paths import DataDirectory

    connection = open_reader(DataDirectory(data.resolve()).existing().archive)
    number = _change_at(connection, as_of) if as_of else None
    result = archive_search.search(connection, query, {}, "newest", limit, 0, number)
    if as_json:
        click.echo(json.dumps(_result_json(result), ensure_ascii=False))
        return
    for hit in result.hits:
        click.echo(
            f"{(hit.published or '')[:10]:10}  {hit.title}  〔{hit.origin or hit.source_title}〕\n            {hit.url}"
        )
    click.echo(f"共 {result.total} 篇，合并转载后 {result.stories} 条")
    for near in result.suggestions:
        click.echo(f"试试：{near.query}（{near.count} 篇）")


def _change_at(connection: sqlite3.Connection, day: datetime.datetime) -> int:
    end = (day + datetime.timedelta(days=1)).replace(tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
    text = end.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return int(connection.execute("select coalesce(max(number), 0) from changes where at < ?", [text]).fetchone()[0])


def _result_json(result: Any) -> dict[str, Any]:
    return {
        "total": result.total,
        "stories": result.stories,
        "results": [
            {
                "id": hit.id, "title": hit.title, "url": hit.url, "published": hit.published, "source": hit.source,
                "origin": hit.origin, "places": list(hit.places), "doc_type": hit.doc_type,
                "themes": list(hit.themes), "snippet": hit.snippet, "copies": hit.copies,
            }
            for hit in result.hits
        ],
        "facets": {
            name: [{"value": value.value, "label": value.label, "count": value.count} for value in values]
            for name, values in result.facets.items()
        },
        "suggestions": [{"query": near.query, "count": near.count} for near in result.suggestions],
    }  # fmt: skip


@main.command()
@click.argument("what", type=click.Choice(["articles", "facts", "stories", "revisions", "coverage"]))
@DATA
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("--query", default="", help="只导出检索到的（articles 与 facts）")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="写到文件（默认标准输出）")
def export(what: str, data: Path, form: str, query: str, output: Path | None) -> None:
    """导出整张表：CSV（UTF-8 带 BOM，RFC 4180）或 JSONL，一行不少。"""
    from db import export as tables
    from db.connection import open_reader
    from db.paths import DataDirectory

    connection = open_reader(DataDirectory(data.resolve()).existing().archive)
    columns, rows = tables.table(connection, what, query)
    draft = output.with_name(output.name + ".part") if output else None
    stream = open(draft, "w", encoding="utf-8", newline="") if draft else sys.stdout  # noqa: SIM115, PTH123
    count = _write_csv(stream, columns, rows) if form == "csv" else _write_lines(stream, columns, rows)
    if draft and output:
        stream.close()
        draft.replace(output)
        click.echo(f"{output}：{count} 行", err=True)


def _write_csv(stream: Any, columns: list[str], rows: Iterator[list[Any]]) -> int:
    from db.export import safe_cell

    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
        writer.writerow([safe_cell(value) for value in row])
    return count


def _write_lines(stream: Any, columns: list[str], rows: Iterator[list[Any]]) -> int:
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
        stream.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n")
    return count


@main.group()
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


@main.group("alerts")
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
    from scheduler import house
    from scheduler.programs import settings_of
    from scheduler.stages import Stages

    directory = DataDirectory(data.resolve()).existing()
    stage = Stages(directory, settings_of(directory), house.sources(directory))
    click.echo(f"匹配 {stage.match()} 条变更，汇总 {stage.gather()} 封，投递 {stage.deliver()} 封")


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


@main.group()
def bench() -> None:
    """测速与比较。"""


@bench.command("extract")
@click.option("--pages", type=click.Path(path_type=Path, file_okay=False), help="页面集的文件夹（含 manifest.jsonl）")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="轮数，各家轮流")
@click.option("--limit", type=click.IntRange(1), help="只用前几页")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def bench_extract(pages: Path | None, rounds: int, limit: int | None, as_json: bool) -> None:
    """正文抽取：与已安装的其他抽取库比较质量、速度和内存。没有 --pages 时用生成的页面。"""
    from scheduler.benchmarks import extract

    results = extract.run(pages, rounds, lambda line: click.echo(line, err=True), limit or 0)
    click.echo(extract.as_json(results) if as_json else extract.table(results))


@bench.command("facts")
@click.option("--set", "folder", type=click.Path(path_type=Path, file_okay=False), help="标注文章的文件夹")
@click.option("--misses", type=click.IntRange(0), default=0, show_default=True, help="列出几条漏读和误读")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def bench_facts(folder: Path | None, misses: int, as_json: bool) -> None:
    """事实抽取：对照人工标注的文章，按类别给出准、全、F1 和用时。没有 --set 时用随项目的标注文章。"""
    from scheduler.benchmarks import facts

    outcome = facts.run(folder)
    click.echo(facts.as_json(outcome) if as_json else facts.table(outcome, misses))


if __name__ == "__main__":
    main()
