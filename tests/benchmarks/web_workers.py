"""`caixun serve` with one and with several processes: `python -m tests.benchmarks.web_workers DATA [--counts 1 2]`.

DATA is a data directory with archive.db, a copy: its caixun.toml is written. Each count of processes is started in
turn, `--rounds` times, so that a busy machine is busy for all alike; four readers with kept connections search for
`--seconds`. Prints a line of JSON each: seconds until the first search page, processor seconds until then, pages a
second and milliseconds of a page, processor milliseconds that the web spent on a page (parent and workers), and the
memory of each process in MB: `own` (private, not shared with the others after the fork) and `anonymous` (RssAnon).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.benchmarks import search_readers
from tests.benchmarks.search_http import ORDERS, address, fetch, served

_TICK = os.sysconf("SC_CLK_TCK")


def family(parent: int) -> list[int]:
    """The process and its children."""
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], stdout=subprocess.PIPE, check=False).stdout
    return [parent, *map(int, said.split())]


def processor(pids: list[int]) -> float:
    """The seconds of processor time that they have used."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in fields) / _TICK


def memory(pid: int) -> dict[str, int]:
    """MB of a process: its own, and all that is not a file."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    own = sum(int(line.split()[1]) for line in rollup if line.startswith("Private_"))
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    anonymous = next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))
    return {"own": own // 1024, "anonymous": anonymous // 1024}


def measure(data: Path, count: int, seconds: float, readers: int) -> dict[str, Any]:
    """What one start of `count` processes gives."""
    with served(data, count) as (port, seconds_to_first, parent):
        first = {"s": round(seconds_to_first, 2), "processor_s": round(processor(family(parent)), 2)}
        _warm(port, count)
        before = processor(family(parent))
        times = read(port, seconds, readers)
        spent = processor(family(parent)) - before
        return {
            "workers": count,
            "first_page": first,
            "pages_a_second": round(len(times) / seconds, 1),
            "page_ms": {name: search_readers.percentile(times, share) for name, share in _SHARES},
            "processor_ms_a_page": round(spent * 1000 / len(times), 1),
            "processors_used": round(spent / seconds, 2),
            "memory_mb": [memory(pid) for pid in family(parent)],
            "load": os.getloadavg()[0],
        }


def read(port: int, seconds: float, readers: int) -> list[float]:
    """The milliseconds of every page that `readers` with kept connections had, asking again at once."""
    until = time.perf_counter() + seconds

    def one(seed: int) -> list[float]:
        connection, dice, times = http.client.HTTPConnection("127.0.0.1", port), random.Random(seed), []
        while time.perf_counter() < until:
            began = time.perf_counter()
            fetch(connection, address(dice.choice(search_readers.QUERIES), dice.choice(ORDERS)))
            times.append((time.perf_counter() - began) * 1000)
        return times

    with ThreadPoolExecutor(readers) as every:
        return [each for times in every.map(one, range(readers)) for each in times]


def _warm(port: int, count: int) -> None:
    """Every query once at every worker: of kept connections each has one."""
    for connection in [http.client.HTTPConnection("127.0.0.1", port) for _ in range(count)]:
        for text in search_readers.QUERIES:
            fetch(connection, address(text, "newest"))


_SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--readers", type=int, default=4)
    given = parser.parse_args()
    for _ in range(given.rounds):
        for count in given.counts:
            line = measure(given.data, count, given.seconds, given.readers)
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
