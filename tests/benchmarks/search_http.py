"""The search page over HTTP: `python -m tests.benchmarks.search_http DATA [--workers 2] [--pause MS] [--quiet]`.

DATA is a data directory with archive.db, a copy: it is written, and so is its caixun.toml. A web of its own (`caixun
serve`), four reader processes with kept connections, one writer that commits ten times a second (none with --quiet),
for `--seconds`. One answer in twenty
is asked as JSON and compared with what SQLite counted just before and just after. A reader asks again at once, or
after a random pause of MS on average, as somebody who reads does. Prints JSON: milliseconds of whole pages, wrong
counts, bytes, the time until the first page after the start.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from db.conditions import both, condition, now_or
from db.connection import open_reader
from parsers.query import parse_query
from scheduler import serving, settings
from tests.benchmarks import search_readers

ORDERS = ("newest", "newest", "relevance", "oldest")
_NO_LIMIT = 100_000  # requests a minute of one address


@dataclass
class Seen:
    """What one reader saw."""

    milliseconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Served(NamedTuple):
    """A web of its own: its port, the seconds until it answered its first search, its (first) process."""

    port: int
    first: float
    pid: int


@contextmanager
def served(data: Path, workers: int = 1) -> Iterator[Served]:
    """`caixun serve` with so many processes, all of them answering, without the limit for one address."""
    (data / settings.FILE_NAME).write_text(f"[web]\nrate = {_NO_LIMIT}\nworkers = {workers}\n", "utf-8")
    (data / serving.FILE).unlink(missing_ok=True)
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "caixun", "serve", "--data", str(data), "--port", str(port)])
    try:
        wait_for(port)
        fetch(http.client.HTTPConnection("127.0.0.1", port), address("人才", "newest"))
        first = time.perf_counter() - started
        while workers > 1 and serving.remembered(data).get("answering") != workers:
            time.sleep(0.1)
        yield Served(port, first, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody listens on `port`; TimeoutError after a minute."""
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"no server on port {port}")


def address(text: str, order: str) -> str:
    """The path of a search page."""
    return "/search?" + urlencode({"q": text, "order": order})


def fetch(connection: http.client.HTTPConnection, path: str) -> bytes:
    """The body of a page that must be there."""
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise ValueError(f"{path}: {answer.status}")
    return body


def read(port: int, archive: Path, seed: int, times: tuple[float, float], results: multiprocessing.Queue[Seen]) -> None:
    """Search for `times[0]` seconds, with pauses of `times[1]` seconds on average."""
    seconds, pause = times
    connection, dice, seen = http.client.HTTPConnection("127.0.0.1", port), random.Random(seed), Seen()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        text = dice.choice(search_readers.QUERIES)
        started = time.perf_counter()
        body = fetch(connection, address(text, dice.choice(ORDERS)))
        seen.milliseconds.append((time.perf_counter() - started) * 1000)
        seen.sizes.append(len(body))
        if dice.random() < 0.05:
            seen.wrong += check(connection, archive, text)
        if pause:
            time.sleep(dice.expovariate(1 / pause))
    results.put(seen)


def check(connection: http.client.HTTPConnection, archive: Path, text: str) -> list[str]:
    """What is wrong with the number of articles that the server finds, [] when it lies where SQLite's counts lie."""
    before = count(archive, text)
    found = json.loads(fetch(connection, "/search.json?" + urlencode({"q": text})))["total"]
    after = count(archive, text)
    return [] if min(before, after) <= found <= max(before, after) else [f"{text}: {before} {found} {after}"]


def count(archive: Path, text: str) -> int:
    """How many articles SQLite finds."""
    connection = open_reader(archive)
    where = both(now_or(None), condition(parse_query(text)))
    found = connection.execute(f"select count(*) from articles a where {where[0]}", where[1]).fetchone()[0]
    connection.close()
    return int(found)


def run(
    port: int, archive: Path, times: tuple[float, float], readers: int, writes: bool
) -> tuple[Seen, search_readers.Tally]:
    """Reader processes for `times[0]` seconds (`times[1]` seconds between their pages), and a writer beside them."""
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[Seen] = context.Queue()
    processes = [context.Process(target=read, args=(port, archive, seed, times, results)) for seed in range(readers)]
    stop, tally = threading.Event(), search_readers.Tally()
    writer = threading.Thread(target=search_readers.write, args=(archive, stop, 0.1, tally))
    for process in processes:
        process.start()
    if writes:
        writer.start()
    every = [results.get(timeout=times[0] + 20) for _ in processes]
    stop.set()
    if writes:
        writer.join()
    for process in processes:
        process.join()
    return _together(every), tally


def _together(every: list[Seen]) -> Seen:
    whole = Seen()
    for one in every:
        whole.milliseconds += one.milliseconds
        whole.sizes += one.sizes
        whole.wrong += one.wrong
    return whole


def alone(port: int, rounds: int = 15) -> dict[str, float]:
    """The median milliseconds of each query with nobody else asking."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    medians = {}
    for text in search_readers.QUERIES:
        times = []
        for _ in range(rounds):
            started = time.perf_counter()
            fetch(connection, address(text, "newest"))
            times.append((time.perf_counter() - started) * 1000)
        medians[text or "(all)"] = round(sorted(times)[rounds // 2], 1)
    return medians


def main() -> None:
    """Serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0, help="milliseconds between two pages of a reader, on average")
    parser.add_argument("--quiet", action="store_true", help="without a writer")
    parser.add_argument("--workers", type=int, default=1, help="processes of the web")
    given = parser.parse_args()
    archive = given.data / "archive.db"
    with served(given.data, given.workers) as web:
        single = alone(web.port)
        seen, tally = run(web.port, archive, (given.seconds, given.pause / 1000), given.readers, not given.quiet)
    times = seen.milliseconds
    shares = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    outcome = {
        "workers": given.workers,
        "first_page_s": round(web.first, 2),
        "alone_ms": single,
        "pages": len(times),
        "page_ms": {name: search_readers.percentile(times, share) for name, share in shares},
        "page_kb": round(sum(seen.sizes) / len(seen.sizes) / 1000, 1),
        "wrong": seen.wrong,
        "commits": len(tally.writes),
        "commit_ms": {name: search_readers.percentile(tally.writes, share) for name, share in shares if tally.writes},
    }
    sys.stdout.write(json.dumps(outcome, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
