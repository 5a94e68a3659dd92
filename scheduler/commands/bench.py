"""`caixun bench …`: speed and comparisons."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
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


@bench.command("relevance")
@click.option("--set", "file", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="JSON 行的标注文章")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False, exists=True), help="数据目录：复核判定与自定词"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def bench_relevance(file: Path | None, data: Path | None, as_json: bool) -> None:
    """相关性：对照人工标注的文章和 /review 的判定，给出准、全和判错的每一篇。没有 --set 时用随项目的标注。"""
    from scheduler.benchmarks import relevance

    outcomes = relevance.run(data, file)
    click.echo(relevance.as_json(outcomes) if as_json else relevance.table(outcomes))


COMMANDS = (bench,)
