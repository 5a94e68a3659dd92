"""`caixun bench extract`: our reader beside the extractors that are installed, in alternating rounds."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from parsers.errors import CaixunError
from scheduler.benchmarks.page_sets import made_set, manifest_set
from scheduler.benchmarks.peers import PEERS, installed
from scheduler.benchmarks.scoring import Score, figures

_COLUMNS = {
    "f1": "正文F1",
    "ordered_f1": "有序F1",
    "precision": "准",
    "recall": "全",
    "pages_95": "≥.95",
    "title": "标题",
    "day": "日期",
    "wrong_day": "错日",
    "author": "作者",
    "false_author": "误作者",
    "origin": "来源",
}


class PeerDied(CaixunError):
    """The process of an extractor ended before its round; the line holds its last words."""


@dataclass(frozen=True, slots=True)
class Result:
    """One extractor: its figures (shares of 0 to 1), pages a second in the median round, peak memory, errors."""

    peer: str
    figures: dict[str, float]
    pages_per_second: float
    memory_mb: float
    errors: int
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Worker:
    process: subprocess.Popen[str]
    log: IO[str]


def run(
    folder: Path | None, rounds: int, echo: Callable[[str], None], limit: int = 0, peers: Sequence[str] = ()
) -> list[Result]:
    """Every peer over every page, `rounds` times, taking turns; progress goes to `echo`.

    `limit` pages of the set at most (0: all). Raises PageSetError for a folder that is no set, PeerDied when ours
    fails; another peer that fails is left out with a line.
    """
    pages = len((manifest_set(folder) if folder else made_set())[: limit or None])
    names = list(peers) or installed()
    missing = [name for name in PEERS if name not in names]
    echo(f"{pages} 页，{rounds} 轮：{'、'.join(names)}" + (f"（未安装：{'、'.join(missing)}）" if missing else ""))
    workers = {name: _start(name, folder, limit) for name in names}
    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(1, rounds + 1):
        for name in list(workers):
            try:
                answers[name].append(_ask(name, workers[name]))
            except PeerDied as error:
                if name == "caixun":
                    raise
                echo(str(error))
                _end(workers.pop(name))
                answers.pop(name)
                continue
            echo(f"第 {number}/{rounds} 轮 {name}：{answers[name][-1]['seconds']:.2f} 秒")
    for worker in workers.values():
        _end(worker)
    return [_result(name, found, pages) for name, found in answers.items()]


def _start(peer: str, folder: Path | None, limit: int) -> _Worker:
    command = [
        sys.executable,
        "-m",
        "scheduler.benchmarks.worker",
        peer,
        str(limit),
        *([str(folder)] if folder else []),
    ]
    pipe = subprocess.PIPE
    log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by run; a pipe would fill up
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, text=True)  # noqa: S603 - ourselves
    return _Worker(process, log)


def _ask(peer: str, worker: _Worker) -> dict[str, Any]:
    process = worker.process
    assert process.stdin and process.stdout
    try:
        process.stdin.write("\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except BrokenPipeError:
        line = ""
    if not line:
        process.wait()
        worker.log.seek(0)
        last = worker.log.read().strip().splitlines()[-1:] or ["没有说明"]
        raise PeerDied(f"{peer} 没有跑完：{last[0]}")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _end(worker: _Worker) -> None:
    worker.process.communicate()
    worker.log.close()


def _result(peer: str, answers: list[dict[str, Any]], pages: int) -> Result:
    seconds = tuple(answer["seconds"] for answer in answers)
    scores = [Score(**row) for row in answers[0]["scores"]]
    return Result(
        peer=peer,
        figures=figures(scores),
        pages_per_second=pages / statistics.median(seconds),
        memory_mb=max(answer["memory_mb"] for answer in answers),
        errors=answers[0]["errors"],
        seconds=seconds,
    )


def table(results: Sequence[Result]) -> str:
    """The results as a table in Markdown, with our speed as a multiple of each peer's."""
    heads = ["", *_COLUMNS.values(), "出错", "页/秒", "我们快几倍", "内存MB"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    ours = next(one.pages_per_second for one in results if one.peer == "caixun")
    for one in sorted(results, key=lambda one: -one.figures["f1"]):
        shares = [f"{one.figures[name]:.3f}" for name in _COLUMNS]
        speed = [f"{one.pages_per_second:.1f}", f"{ours / one.pages_per_second:.1f}", f"{one.memory_mb:.0f}"]
        lines.append("| " + " | ".join([one.peer, *shares, str(one.errors), *speed]) + " |")
    return "\n".join(lines)


def as_json(results: Sequence[Result]) -> str:
    """The results as one line of JSON."""
    return json.dumps([asdict(one) for one in results], ensure_ascii=False)
