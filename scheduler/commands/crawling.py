"""Commands that fetch now: `crawl` and the hidden process of one run."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click

from scheduler.commands import progress_line
from scheduler.commands.options import DATA, DAY, save_sources


@click.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@DATA
@click.option("--since", type=DAY, help="只要这一天以后的（沿列表页往回翻到那天）")
@click.option("--limit", type=click.IntRange(1), help="每个来源最多请求多少页")
@click.option("--worker", metavar="redis://…", help="作为另一台机器上的抓取进程，从 Redis 领任务，直到停止")
@click.option("--processes", type=click.IntRange(1, 64), default=4, show_default=True, help="--worker 同时抓几个主机")
def crawl(
    names: tuple[str, ...],
    data: Path,
    since: datetime.datetime | None,
    limit: int | None,
    worker: str | None,
    processes: int,
) -> None:
    """现在抓取一遍：全部启用的来源，或指定的来源；--worker 则替另一台机器抓取。"""
    if worker is not None:
        if names or since or limit:
            raise click.UsageError("--worker 只领 Redis 里的任务，不与 SOURCE、--since、--limit 同用")
        sys.exit(_work(worker, processes))
    _crawl_now(names, data, since, limit)


def _work(url: str, processes: int) -> int:
    from scheduler import child
    from scheduler.worker import Worker

    child.begin()
    worker = Worker(url, processes, progress_line.say)
    progress_line.say(f"抓取进程已启动，从 {url} 领任务（Ctrl-C 结束）")
    return worker.work()


def _crawl_now(names: tuple[str, ...], data: Path, since: datetime.datetime | None, limit: int | None) -> None:
    from scheduler import house
    from scheduler.crawl_now import CrawlNow
    from scheduler.in_force import settings_of
    from scheduler.stages import Stages

    directory = house.prepare(data.resolve())
    known = house.sources(directory)
    chosen = list(names) or [name for name, source in known.items() if source.enabled]
    for name in chosen:
        if name not in known:
            raise click.ClickException(f"没有叫 {name} 的来源：用 caixun sources list 查看")
    save_sources(directory, known)
    settings = settings_of(directory)
    work = CrawlNow(
        directory,
        Stages(directory, settings, known),
        [known[name] for name in chosen],
        settings.crawl.at_once,
        ([f"--since={since.date()}"] if since else []) + ([f"--limit={limit}"] if limit else []),
        echo=progress_line.say,
        progress=progress_line.show,
    )
    sys.exit(work.work())


@click.command("crawl-once", hidden=True)
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("source")
@click.argument("run_number", type=int)
@click.option("--since", type=DAY)
@click.option("--limit", type=int)
def crawl_once(data: Path, source: str, run_number: int, since: datetime.datetime | None, limit: int | None) -> None:
    """One crawl run by hand."""
    from db.paths import DataDirectory
    from scheduler import child, house, limits, runs

    directory = DataDirectory(data)
    known = house.sources(directory)[source]
    child.begin()
    limits.limit_memory()
    runs.perform(directory, known, run_number, since=since.date() if since else None, limit=limit)


@click.command("crawl-shard", hidden=True)
@click.argument("url")
@click.argument("run_number", type=int)
@click.argument("token")
def crawl_shard(url: str, run_number: int, token: str) -> None:
    """One host of one run, for a worker."""
    from scheduler import child, limits
    from scheduler.worker import crawl_shard as perform

    child.begin()
    limits.limit_memory()
    sys.exit(perform(url, run_number, token))


@click.command()
@DATA
@click.option("--redis", "url", metavar="redis://…", help="默认用 caixun.toml 里 [crawl] redis 的地址")
def ingest(data: Path, url: str | None) -> None:
    """把各抓取进程取得的网页存进 crawl.db，并向它们分派任务（多台机器时用；run 会带起它）。"""
    from db.paths import DataDirectory
    from scheduler import child
    from scheduler.in_force import settings_of
    from scheduler.ingest import run_ingest
    from scheduler.remote import post_at

    child.begin()
    directory = DataDirectory(data.resolve()).prepare()
    address = url or settings_of(directory).crawl.redis
    if not address:
        raise click.ClickException(
            '没有 Redis 的地址：请在 caixun.toml 的 [crawl] 里写 redis = "redis://…"，或用 --redis'
        )
    sys.exit(run_ingest(directory, post_at(address, patience=2)))


COMMANDS = (
    crawl,
    crawl_once,
    crawl_shard,
    ingest,
)
