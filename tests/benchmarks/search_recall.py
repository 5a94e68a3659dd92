"""Recall and precision against substring truth: `python -m tests.benchmarks.search_recall CORPUS.db ARCHIVE.db [-n N]`.

Parts of texts of 1 to 8 characters, drawn at random, half of them asked in Traditional characters; the truth is a
substring search in the folded texts. ARCHIVE.db is made of the corpus when it is not there. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import opencc

from db.connection import open_reader
from db.retrieval.engine import engine_of, viewing
from parsers.query import normal, parse_query
from parsers.script import fold
from tests.benchmarks.search_archive import build, corpus_rows

_A_LENGTH = 12  # parts of each length


def parts_of(texts: list[str], seed: int) -> dict[str, list[str]]:
    """Random parts of letters, digits and Chinese characters by "length script"; Traditional ones fold back alike."""
    dice, traditional = random.Random(seed), opencc.OpenCC("s2t")
    parts: dict[str, list[str]] = defaultdict(list)
    for length in range(1, 9):
        while len(parts[f"{length} 简"]) < _A_LENGTH:
            text = dice.choice(texts)
            start = dice.randrange(len(text) - 8)
            part = text[start : start + length]
            if part.isalnum():
                parts[f"{length} 简"].append(part)
                other = traditional.convert(part)
                if normal(other) == normal(part):
                    parts[f"{length} 繁"].append(other)
    return parts


def measured(archive: Path, rows: list[tuple[int, str]], seed: int) -> dict[str, dict[str, float]]:
    """Recall, precision and how many parts, by length and script."""
    connection = open_reader(archive)
    engine = engine_of(connection)
    revisions = connection.execute("select id, revision from articles").fetchall()
    of_id = {int(row[0], 16): row[1] for row in revisions}
    whole = "\0".join(text for _, text in rows)
    starts = np.cumsum([0, *(len(text) + 1 for _, text in rows)])[:-1]
    asked = parts_of([text for _, text in rows[:5000]], seed)
    outcome = {}
    for kind, parts in asked.items():
        right = found_all = true_all = 0
        for part in parts:
            with viewing(engine, connection) as view:
                tree = parse_query(f'"{part}"')
                found = {int(view.state.revision.values[ordinal]) for ordinal in view.evaluate(tree)}
            true = {of_id[rows[at][0]] for at in _where(fold(normal(part)), whole, starts)}
            right, found_all, true_all = right + len(found & true), found_all + len(found), true_all + len(true)
        outcome[kind] = {"recall": right / true_all, "precision": right / max(1, found_all), "parts": len(parts)}
    return outcome


def _where(part: str, whole: str, starts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> set[int]:
    places, at = [], whole.find(part)
    while at >= 0:
        row = int(np.searchsorted(starts, at, "right")) - 1
        places.append(row)
        if row + 1 == len(starts):
            break
        at = whole.find(part, int(starts[row + 1]))
    return set(places)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("archive", type=Path)
    parser.add_argument("-n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if not given.archive.exists():
        build(given.archive, corpus_rows(given.corpus, given.n))
    started = time.perf_counter()
    rows = [(row[0], fold(row[1]) + "\0" + fold(row[2])) for row in corpus_rows(given.corpus, given.n)]
    outcome = measured(given.archive, rows, given.seed)
    least = {name: min(one[name] for one in outcome.values()) for name in ("recall", "precision")}
    print_out = {"articles": given.n, "least": least, "seconds": round(time.perf_counter() - started), "by": outcome}
    sys.stdout.write(json.dumps(print_out, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
