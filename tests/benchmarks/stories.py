"""How fast articles join stories beside many stored ones: `python -m tests.benchmarks.stories [--stored N]`.

Background texts are random words of jieba's dictionary by frequency (so that they share little by chance), with the
formulas of talent-work news between them; one in ten is a repost. Prints articles a second for the last 2,000.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path

import jieba

from db import archive
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from parsers.values import Article
from tests.eval.story_clusters import planted

_BATCH = 500
_MEASURED = 2_000


def words() -> tuple[list[str], list[int]]:
    """jieba's dictionary words of two and more characters with their cumulated frequencies."""
    rows = [line.split(" ") for line in (Path(jieba.__file__).parent / "dict.txt").open(encoding="utf-8")]
    kept = [(row[0], int(row[1]) + 1) for row in rows if len(row[0]) >= 2]
    return [word for word, _ in kept], list(accumulate(count for _, count in kept))


def background(count: int, seed: int = 3) -> list[str]:
    """`count` bodies of about 800 characters."""
    chosen = random.Random(seed)
    known, weights = words()
    formulas = [one.body for one in planted(200) if one.kind == "brief"][:20]
    bodies: list[str] = []
    for number in range(count):
        if number > 50 and chosen.random() < 0.1:
            bodies.append(chosen.choice(bodies[-5_000:]) + "（来源：转载）")
            continue
        text = "".join(chosen.choices(known, cum_weights=weights, k=330))
        if chosen.random() < 0.3:
            text += "\n" + chosen.choice(formulas)
        bodies.append(text)
    return bodies


def main() -> int:
    """Fill an archive, then time the last articles, each in a transaction of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stored", type=int, default=100_000)
    stored = parser.parse_args().stored
    bodies = background(stored + _MEASURED)
    with tempfile.TemporaryDirectory() as folder:
        connection = open_writer(DataDirectory(Path(folder)).prepare().archive)
        for start in range(0, stored, _BATCH):
            with transaction(connection):
                for number in range(start, min(start + _BATCH, stored)):
                    _put(connection, number, bodies[number])
            sys.stderr.write(f"\r{start + _BATCH}/{stored}")
        began = time.perf_counter()
        for number in range(stored, stored + _MEASURED):
            with transaction(connection):
                _put(connection, number, bodies[number])
        seconds = time.perf_counter() - began
        size = sum(file.stat().st_size for file in Path(folder).glob("archive.db*")) / 1e6
        joined = connection.execute("select count(*) from stories").fetchone()[0]
    sys.stdout.write(f"{_MEASURED / seconds:.0f} articles/s at {stored} stored ({size:.0f} MB, {joined} members)\n")
    return 0


def _put(connection: sqlite3.Connection, number: int, body: str) -> None:
    day = f"20{10 + number % 15}-{1 + number % 12:02}-{1 + number % 28:02}"
    article = Article(title=body[:20], paragraphs=tuple(body.split("\n")), published=day, relevant=True, relevance=0.9)
    seen = archive.Seen(f"https://{number}.example/", "bench", f"{day}T04:00:00+00:00", day)
    archive.record(connection, article, seen, url=seen.url)


if __name__ == "__main__":
    sys.exit(main())
