"""Readers beside a writer: `python -m tests.benchmarks.search_readers ARCHIVE.db [--seconds 20]`, on a copy: it writes.

Four threads search while one commits ten articles, edits or removals a second. Every count is compared with what
SQLite counts in the same snapshot. Prints JSON: searches, wrong counts, milliseconds a whole search, memory.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sqlite3
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from db import search, text_index
from db.conditions import both, condition, now_or
from db.connection import open_reader, open_writer, transaction
from db.retrieval.engine import engine_of, reading, viewing
from parsers.query import parse_query

QUERIES = (
    "人才", "高质量发展", "人才公寓", "校园引才", "绿色算力", "夏都英才卡", "柔性引进 专家", "院士 -博士",
    "引才 OR 育才", "算力 after:2020", "title:人才", "",
)  # fmt: skip


@dataclass
class Tally:
    """What one run saw."""

    milliseconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)


def read(path: Path, seed: int, stop: threading.Event, tally: Tally) -> None:
    """Search until `stop`; one search in twenty is counted by SQLite too."""
    connection, dice = open_reader(path), random.Random(seed)
    while not stop.is_set():
        text = dice.choice(QUERIES)
        started = time.perf_counter()
        search.search(connection, text, {}, dice.choice(search.ORDERS))
        tally.milliseconds.append((time.perf_counter() - started) * 1000)
        if dice.random() < 0.05:
            ours, theirs = counted(connection, text)
            if ours != theirs:
                tally.wrong.append(f"{text}: {ours} {theirs}")
    connection.close()


def counted(connection: sqlite3.Connection, text: str) -> tuple[int, int]:
    """How many articles the engine finds, and SQLite in the same snapshot."""
    tree = parse_query(text)
    engine = engine_of(connection)
    with reading(connection):
        with viewing(engine, connection) as view:
            ours = len(view.evaluate(tree))
        where = both(now_or(None), condition(tree))
        sql = f"select count(*) from articles a where {where[0]}"
        return ours, int(connection.execute(sql, where[1]).fetchone()[0])


def write(path: Path, stop: threading.Event, pause: float, tally: Tally) -> None:
    """Copies of articles under new ids, edits that end a revision, and removals, one a commit."""
    connection, dice = open_writer(path), random.Random(3)
    sample = connection.execute(
        "select a.*, t.body from articles a join article_text t using (revision) where a.state <> 'removed' limit 200"
    ).fetchall()
    count = 0
    before = connection.execute("select coalesce(max(number), 0) from changes").fetchone()[0]  # new ids in every run
    while not stop.is_set():
        row = dice.choice(sample)
        started = time.perf_counter()
        with transaction(connection):
            _change(connection, row, before + count, dice)
        tally.writes.append((time.perf_counter() - started) * 1000)
        count += 1
        if count % 25 == 0:
            text_index.maintain(connection)
        stop.wait(pause)
    connection.close()


def _change(connection: sqlite3.Connection, row: sqlite3.Row, count: int, dice: random.Random) -> None:
    kind = dice.choice(("new", "new", "gone", "revised"))
    identity = f"{0xF00000000000 + count:012x}" if kind == "new" else row["id"]
    number = connection.execute(
        "insert into changes(at, kind, article, story) values ('2026-11-21T00:00:00+00:00', ?, ?, ?)",
        [kind, identity, identity],
    ).lastrowid
    if kind == "gone":
        connection.execute("update articles set state = 'gone' where id = ? and recorded_to is null", [identity])
        return
    connection.execute("update articles set recorded_to = ? where id = ? and recorded_to is null", [number, identity])
    revision = text_index.next_revision(connection, row["day"])
    body = f"{row['body']}\n绿色算力第{count}条。" if dice.random() < 0.5 else row["body"]
    columns = [name for name in row.keys() if name not in ("body", "measure_normal")]  # noqa: SIM118 - a row, no dict
    given = {**{name: row[name] for name in columns}, "revision": revision, "id": identity, "story": identity,
             "recorded_from": number, "recorded_to": None, "state": "current"}  # fmt: skip
    names, marks = ", ".join(given), ", ".join("?" * len(given))
    connection.execute(f"insert into articles({names}) values ({marks})", list(given.values()))
    connection.execute(
        "insert into article_text(revision, body, captions, script, flags, repairs, words, text_hash, parser,"
        " tokenizer) values (?, ?, '[]', 'simplified', '[]', '[]', '[]', '', 1, 1)",
        [revision, body],
    )
    text_index.add(connection, revision, row["title"], body)


def run(path: Path, seconds: float, readers: int = 4, pause: float = 0.1) -> Tally:
    """Readers and a writer for some seconds."""
    stop, tally = threading.Event(), Tally()
    threads = [threading.Thread(target=read, args=(path, seed, stop, tally)) for seed in range(readers)]
    threads.append(threading.Thread(target=write, args=(path, stop, pause, tally)))
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return tally


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies, 2 digits."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    warm = open_reader(given.archive)
    started = time.perf_counter()
    search.search(warm, "", {})
    loaded = time.perf_counter() - started
    tally = run(given.archive, given.seconds)
    outcome = {
        "load_s": round(loaded, 2),
        "searches": len(tally.milliseconds),
        "wrong": tally.wrong,
        "search_ms": {
            name: percentile(tally.milliseconds, share) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
        },
        "commits": len(tally.writes),
        "commit_ms": {
            name: percentile(tally.writes, share) for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))
        },
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "kept_mb": round(engine_of(warm).size / 1e6, 1),
    }
    sys.stdout.write(json.dumps(outcome, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
