"""What a run of several search engines says: `python -m tests.benchmarks.search_table RESULTS.jsonl`.

RESULTS.jsonl has one line a run (engine, ms_p50_p95 by operation and kind of query, build_cpu_s …), as the alternating
benchmark prints it with `tantivy-bigram`, `tests.benchmarks.search_engine:Caixun` (nothing kept) and `:CaixunKept`.
Every goal is a ratio of medians over the runs; the last column says whether it is reached.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

PEER = "tantivy-bigram"
COLD = "tests.benchmarks.search_engine:Caixun"
KEPT = "tests.benchmarks.search_engine:CaixunKept"
# (what, whose, operation, kind of query, goal: our time over the peer's at most)
GOALS = (
    ("分面 首次 30% 命中", COLD, "facets", "common", 1.8),
    ("分面 首次 3%", COLD, "facets", "mid", None),
    ("分面 首次 0.4%", COLD, "facets", "rare", 1.0),
    ("分面 再次 30%", KEPT, "facets", "common", 1 / 15),
    ("分面 再次 3%", KEPT, "facets", "mid", 1 / 1.5),
    ("分面 再次 0.4%", KEPT, "facets", "rare", None),
    ("四词同现 见过的词", KEPT, "facets", "and4", 1 / 3),
    ("最新 20 篇 30%", KEPT, "date", "common", 1 / 10),
    ("最新 20 篇 3%", KEPT, "date", "mid", 1 / 2),
    ("最新 20 篇 0.4%", KEPT, "date", "rare", 1.0),
    ("整页 首次 30%", COLD, "page", "common", 1.0),
    ("整页 再次 30%", KEPT, "page", "common", None),
    ("按相关 再次 30%", KEPT, "rel", "common", 1 / 5),
    ("按相关 首次 30%", COLD, "rel", "common", None),
)

_WHOLE = (("建库 CPU 秒", "build_cpu_s"), ("索引 MB", "index_mb"), ("打开 秒", "open_s"), ("内存 MB", "rss_mb"))


def read(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The runs by engine."""
    runs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("{"):
            run = json.loads(line)
            runs[run["engine"]].append(run)
    return runs


def milliseconds(runs: list[dict[str, Any]], operation: str, kind: str) -> float:
    """The median over the runs of the median time."""
    return float(statistics.median(run["ms_p50_p95"][operation][kind][0] for run in runs))


def table(runs: dict[str, list[dict[str, Any]]]) -> list[str]:
    """One line a goal: ours, the peer's, how many times faster, the goal."""
    lines = [f"{'':24}{'才讯 ms':>10}{'tantivy ms':>12}{'快几倍':>9}{'目标':>8}"]
    for what, whose, operation, kind, goal in GOALS:
        ours, theirs = milliseconds(runs[whose], operation, kind), milliseconds(runs[PEER], operation, kind)
        said = "" if goal is None else f"{1 / goal:8.2f} {'✓' if ours <= theirs * goal else '✗'}"
        lines.append(f"{what:24}{ours:10.3f}{theirs:12.3f}{theirs / ours:9.2f}{said}")
    for name, key in _WHOLE:
        values = [statistics.median(run[key] for run in runs[one]) for one in (KEPT, PEER)]
        lines.append(f"{name:24}{values[0]:10.1f}{values[1]:12.1f}{values[1] / values[0]:9.2f}")
    return lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    sys.stdout.write("\n".join(table(read(parser.parse_args().results))) + "\n")


if __name__ == "__main__":
    main()
