"""Downloads measured: `python -m tests.benchmarks.downloads DATA [SMALL] [--rounds 3] [--only speed|memory|first]`.

DATA (100,000 articles) and SMALL (10,000) are made by `tests.benchmarks.downloads_archive`.

Speed: the CSV of facts and of articles with their bodies, alternating, median of the rounds, wall and processor time:
ours (`db.downloads`, from the archive: search condition, as of a change, guarded against formulas), the csv module with
2,000 rows a time over the same SQL without guards and over a ready table of the same rows, and Datasette's stream of
that table over HTTP on loopback (`max_csv_mb 0`; its processor time is the server's). Our texts are all in quotes, so
the same rows are some per cent more bytes: the last line of each table compares rows a second.
Memory: the peak of `caixun export` of each table in each format, a process each, for both sizes, without pandas.
First: seconds until `caixun export` gives its first byte, the start of Python included, and the processor time of that.
Prints JSON lines.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import io
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, cast

from db.connection import open_reader
from db.downloads import files, frames
from db.downloads.formats import FORMATS
from db.downloads.manifest import Asked
from db.paths import DataDirectory
from tests.benchmarks.search_http import free_port, wait_for

MEASURED = ("facts", "articles")
_ROWS = 2000
_BLOCK = 1 << 16
_TICKS = os.sysconf("SC_CLK_TCK")
# The tests have pandas, an installation has not; where it is there, sqlite-utils and pyarrow load it, 45 MB and .4 s.
CAIXUN = (sys.executable, "-c", """
import sys
class NoPandas:
    def find_spec(self, name, *rest):
        if name == "pandas":
            raise ImportError(name)
sys.meta_path.insert(0, NoPandas())
import caixun
caixun.main()
""")  # fmt: skip
Runs = dict[str, tuple[Callable[[], int], Callable[[], float]]]


class Sink(io.TextIOBase):
    """Counts the bytes that are written to it."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, text: str) -> int:
        """How many characters were taken."""
        self.bytes += len(text.encode())
        return len(text)


def ours(archive: Path, what: str) -> int:
    """Bytes of our CSV."""
    sink = Sink()
    with closing(open_reader(archive)) as connection:
        files.stream(connection, Asked(what, "csv", "", {}, files.newest_change(connection)), cast(TextIO, sink))
    return sink.bytes


def module(file: Path, sql: str, values: dict[str, Any]) -> int:
    """Bytes that the csv module makes of the rows of `sql`."""
    sink, text = Sink(), io.StringIO()
    writer = csv.writer(text)
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(sql, values)
        while batch := rows.fetchmany(_ROWS):
            writer.writerows(batch)
            sink.write(text.getvalue())
            text.seek(0)
            text.truncate()
    return sink.bytes


def same_sql(archive: Path, what: str) -> tuple[str, dict[str, Any]]:
    """The SQL of our download without guards, and its values."""
    with closing(open_reader(archive)) as connection:
        return frames.statement(connection, what, as_of=frames.newest_change(connection))


@contextmanager
def datasette(file: Path) -> Iterator[tuple[int, int]]:
    """Process and port of a plain Datasette that serves `file`."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("datasette")), "serve", "-i", str(file), "--port", str(port)]
    settings = ("max_csv_mb", "0", "sql_time_limit_ms", "60000", "suggest_facets", "0")
    options = [word for name, value in zip(settings[::2], settings[1::2], strict=True)
               for word in ("--setting", name, value)]  # fmt: skip
    # no plugins: what is compared is Datasette as it comes
    process = subprocess.Popen(
        [*command, *options], env=os.environ | {"DATASETTE_LOAD_PLUGINS": ""}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(20)


def fetch(port: int, path: str) -> int:
    """Bytes of a page that must come whole."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status != 200:
        raise ValueError(f"{path}: {answer.status}")
    size = 0
    while block := answer.read(_BLOCK):
        size += len(block)
    connection.close()
    return size


def processor_seconds(pid: int) -> float:
    """What a process has used so far."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS


def speed(data: DataDirectory, scratch: Path, rounds: int) -> Iterator[dict[str, Any]]:
    """A line for each contestant and table, and one of ratios for each table."""
    for what in MEASURED:
        flat = scratch / f"{what}.db"
        with closing(open_reader(data.archive)) as connection:
            asked = Asked(what, "sqlite", "", {}, files.newest_change(connection))
            files.save(connection, asked, flat, datetime.now(UTC))
        with datasette(flat) as (pid, port):
            yield from _race(what, _runs(data.archive, what, flat, (pid, port)), rounds)
        flat.unlink()


def _runs(archive: Path, what: str, flat: Path, server: tuple[int, int]) -> Runs:
    """The contestants: each a run that gives the bytes made, and the clock of whoever made them."""
    pid, port = server
    sql, values = same_sql(archive, what)
    address = f"/{what}/{what}.csv?_stream=on&_size=max"
    return {
        "ours": (lambda: ours(archive, what), time.process_time),
        "csv, same SQL": (lambda: module(archive, sql, values), time.process_time),
        "csv, ready table": (lambda: module(flat, f"select * from {what}", {}), time.process_time),
        "datasette": (lambda: fetch(port, address), lambda: processor_seconds(pid)),
    }


def _race(what: str, runs: Runs, rounds: int) -> Iterator[dict[str, Any]]:
    seen: dict[str, list[tuple[float, float, int]]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, (run, clock) in runs.items():
            wall, used = time.perf_counter(), clock()
            size = run()
            seen[name].append((time.perf_counter() - wall, clock() - used, size))
    spent = {}
    for name, found in seen.items():
        wall, used = (statistics.median(one[place] for one in found) for place in (0, 1))
        size = found[0][2]
        spent[name] = used
        yield {"what": what, "of": name, "mb": round(size / 1e6, 1), "wall_s": round(wall, 2), "cpu_s": round(used, 2),
               "mb_s_wall": round(size / 1e6 / wall, 1), "mb_s_cpu": round(size / 1e6 / used, 1)}  # fmt: skip
    ours = spent.pop("ours")
    yield {"what": what, "rows a second against": {name: round(used / ours, 2) for name, used in spent.items()}}


def export(data: DataDirectory, what: str, form: str, file: Path) -> tuple[float, int]:
    """Seconds and the peak of memory in MB of `caixun export` as a process of its own."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [*CAIXUN, "export", what, "--data", str(data.path), "--format", form, "-o", str(file)],
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ChildProcessError(f"export {what} {form}: {process.returncode}")
    return time.perf_counter() - started, used.ru_maxrss // 1024


def memory(directories: list[DataDirectory], scratch: Path) -> Iterator[dict[str, Any]]:
    """A line for each table and format: seconds, size and peak for each directory."""
    most = 0
    for what in frames.KINDS:
        for form in FORMATS:
            line: dict[str, Any] = {"what": what, "form": form}
            for data in directories:
                file = scratch / f"{what}.{form}"
                seconds, peak = export(data, what, form, file)
                line[data.path.name] = {"s": round(seconds, 1), "mb": round(file.stat().st_size / 1e6, 1), "peak": peak}
                most = max(most, peak)
                file.unlink()
            yield line
    yield {"most_peak_mb": most}


def first_byte(data: DataDirectory) -> Iterator[dict[str, Any]]:
    """Seconds from the start of the command to the first byte that it gives."""
    for what in frames.KINDS:
        command = [*CAIXUN, "export", what, "--data", str(data.path)]
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert process.stdout is not None
        process.stdout.read(1)
        seconds = time.perf_counter() - started
        process.kill()
        process.stdout.close()
        _, process.returncode, used = os.wait4(process.pid, 0)
        yield {"what": what, "first_byte_s": round(seconds, 2), "cpu_s": round(used.ru_utime + used.ru_stime, 2)}


def main() -> None:
    """The command line."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("data", type=Path)
    reader.add_argument("small", type=Path, nargs="?")
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--only", choices=["speed", "memory", "first"])
    asked = reader.parse_args()
    data = DataDirectory(asked.data.resolve())
    small = [DataDirectory(asked.small.resolve())] if asked.small else []
    with tempfile.TemporaryDirectory(dir=asked.data.resolve().parent) as place:
        parts: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
            "first": lambda: first_byte(data),
            "speed": lambda: speed(data, Path(place), asked.rounds),
            "memory": lambda: memory([*small, data], Path(place)),
        }
        for name, part in parts.items():
            if asked.only in (None, name):
                for line in part():
                    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
