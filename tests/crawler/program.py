"""Runs one crawl in a process of its own (Twisted's reactor starts once) and prints what came of it as JSON.

python -m tests.crawler.program '{"lists": [...], "article": "...", "urls": [...], "crawl": {...}}'
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from crawler.lists import seeds
from crawler.process import crawl
from crawler.sources import Source, read_source
from crawler.values import Task, Visit
from tests.crawler.memory import MemoryFrontier


def source_of(crawl_keys: dict[str, Any]) -> Source:
    """A source file written and read like any other."""
    lines = ['title = "测试"', 'province = "青海省"', "reviewed = 2026-11-21", "[crawl]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in crawl_keys.items()]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test.toml"
        file.write_text("\n".join(lines), "utf-8")
        return read_source(file)


def flat(visit: Visit) -> dict[str, Any]:
    body = None if visit.body is None else base64.b64encode(visit.body).decode()
    return {**asdict(visit), "body": body}


def main() -> None:
    order = json.loads(sys.argv[1])
    source = source_of(order["crawl"])
    tasks = [Task(**task) for task in order.get("tasks", [])]
    if not order.get("tasks"):
        tasks = seeds(source, date(2026, 1, 2))
    frontier = MemoryFrontier(tasks, order.get("back_off", 3600.0))
    since = date.fromisoformat(order["since"]) if "since" in order else None
    beats: list[int] = []
    agent = {"user_agent": order["user_agent"]} if "user_agent" in order else {}
    report = crawl(
        source, frontier, since=since, limit=order.get("limit"), heartbeat=lambda _report: beats.append(1), **agent
    )
    out = {
        "report": {**asdict(report), "outcome": report.outcome},
        "visits": [flat(visit) for visit in frontier.visits],
        "known": {url: asdict(task) for url, task in frontier.known.items()},
        "batches": frontier.batches,
        "leased": sorted(frontier.leased),
        "beats": len(beats),
    }
    sys.stdout.write(json.dumps(out))


if __name__ == "__main__":
    main()
