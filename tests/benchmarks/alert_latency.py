"""From an article stored to its mails handed over: `python -m tests.benchmarks.alert_latency`, 10,000 subscriptions.

The delivery process of the product over a house of its own; a mail server on loopback that notes when it accepted.
`--busy N` lets N processes compute meanwhile, as parsing does while crawling. The house is at work already when the
first article comes; `first_s` is what the very first one after its start took (programs start, 10,000 searches are
read). Prints one line of JSON (seconds).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from db.connection import open_writer, transaction
from db.frontier import iso
from db.paths import DataDirectory
from scheduler import house
from tests.scheduler.alert_house import article, prepared, put
from tests.scheduler.killing import receiving

TOPICS = 1000


def topic(number: int) -> str:
    """A word that no other topic has in it."""
    return "课题" + "".join(chr(0x4E00 + 40 * (number // 100**place % 100) + 7 * place) for place in range(3))


def crowded(directory: DataDirectory, count: int) -> None:
    """`count` confirmed subscriptions, spread over the topics."""
    connection = open_writer(directory.subscribers)
    now = iso(house.now())
    with transaction(connection):
        connection.executemany(
            "insert into subscription(id, email, query, filters, schedule, address, state, created, confirmed, asked,"
            " gathered, proved) values (?1, ?2, ?3, '{}', 'instant', ?2, 'active', ?4, ?4, 1, ?4, ?4)",
            [(f"s{n}", f"r{n}@example.cn", f"{topic(n % TOPICS)} 人才", now) for n in range(count)],
        )
    connection.close()


def burn() -> None:
    """What parsing does to the processors."""
    while True:
        sum(range(10_000))


def main() -> int:
    """0 when the 95th percentile is at most 60 seconds and nothing is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscriptions", type=int, default=10_000)
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--busy", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        with receiving(path / "accepted", 0.0, 1) as (mail, _):
            directory = prepared(path / "house", mail)
            crowded(directory, options.subscriptions)
            stored = _run(directory, options.articles, options.busy)
        first = stored.pop("开工")
        waits, told = [], 0
        for accepted in (path / "accepted").read_text("utf-8").splitlines():
            _, _, titles, at = json.loads(accepted)
            waits += [at - stored[title] for title in titles if title in stored]
            told += sum(title in stored for title in titles)
    expected = options.articles * options.subscriptions // TOPICS
    waits.sort()
    p95 = waits[int(len(waits) * 0.95)] if waits else float("inf")
    line = {
        "subscriptions": options.subscriptions, "articles": options.articles, "told": told, "expected": expected,
        "first_s": round(first, 2), "median_s": round(statistics.median(waits or [0]), 2), "p95_s": round(p95, 2),
        "max_s": round(max(waits), 2),
    }  # fmt: skip
    sys.stdout.write(json.dumps(line) + "\n")
    return 0 if told == expected and p95 <= 60 else 1


def _run(directory: DataDirectory, articles: int, busy: int) -> dict[str, float]:
    """Store an article a second while the product delivers; when each was stored."""
    burning = [multiprocessing.Process(target=burn, daemon=True) for _ in range(busy)]
    command = [sys.executable, "-m", "scheduler.delivering", "--data", str(directory.path)]
    process = subprocess.Popen(command)
    stored: dict[str, float] = {}
    for one in burning:
        one.start()
    try:
        _store(directory, stored, "开工", TOPICS - 1)
        _until_told(directory)
        stored["开工"] = time.time() - stored["开工"]
        for number in range(articles):
            _store(directory, stored, f"消息{number}", number)
            time.sleep(1)
        _until_told(directory)
    finally:
        for one in burning:
            one.kill()
        process.terminate()
        process.wait(30)
    return stored


def _store(directory: DataDirectory, stored: dict[str, float], title: str, number: int) -> None:
    made = article(title, f"{topic(number)}人才工作。", published=house.now().date().isoformat())
    put(directory, made, at=house.now())
    stored[title] = time.time()


def _until_told(directory: DataDirectory) -> None:
    connection = open_writer(directory.subscribers)
    for _ in range(300):
        time.sleep(1)
        row = connection.execute("select count(*), sum(state = 'sent') from letter").fetchone()
        debts = connection.execute("select count(*) from outbox where letter is null").fetchone()[0]
        if row[0] and row[0] == row[1] and not debts:
            break
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
