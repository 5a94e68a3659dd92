"""Alert matching against many saved searches: `python -m tests.benchmarks.alerts CORPUS.db ../shared/bench`.

The second argument is the folder with `alert_bench.py`, whose saved searches (and naive matching) are the peer. Prints
one line of JSON a size: articles a second of processor time (preparing the article included), the rates of asking
every search in turn (ours, and the peer's substrings), how many times as fast, whether all matches are the same, and
memory. All three take turns, a block of articles each; the median block counts.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from db.schedules import Wishes
from db.text_index import folded
from db.triggers import SavedSearch, Triggers
from parsers.query import parse_query
from parsers.query_match import Document

WISHES = Wishes()
_BLOCK = 10  # articles
_LONGEST = 12.0  # seconds of processor time for the naive way


def document(row: sqlite3.Row) -> Document:
    """An article of the corpus, prepared as the product does it."""
    return Document(
        title=folded(row["title"]),
        body=folded(row["body"]),
        day=row["published"][:10],
        source=row["source"],
        source_title=row["source"],
        origin=None,
        authors=(),
        authors_text="[]",
        themes=tuple(json.loads(row["themes"])),
        doc_type=row["doc_type"],
        places=frozenset((row["province"],)),
        facts=(),
        marks=frozenset(),
        status=lambda: "only",
    )


def saved(number: int, asked: dict[str, Any]) -> SavedSearch:
    """One of the peer's searches in our query language."""
    parts = [f'"{word}"' for word in asked["all"]]
    if asked["any"]:
        parts.append("(" + " OR ".join(f'"{word}"' for word in asked["any"]) + ")")
    parts += [f'-"{word}"' for word in asked["not"]]
    names = {"province": "place", "doc_type": "type", "theme": "theme"}
    filters = {names[name]: (value,) for name, value in asked["facet"].items()}
    return SavedSearch(str(number), parse_query(" ".join(parts)), filters, 0, WISHES)


def measured(
    module: Any, asked: list[dict[str, Any]], searches: list[SavedSearch], rows: list[sqlite3.Row], sample: list[str]
) -> dict[str, Any]:
    """Build, then ours and both naive ways by turns: each block of articles is asked in all three."""
    started = time.process_time()
    triggers = Triggers(sample)
    triggers.put(searches)
    line: dict[str, Any] = {"build_s": round(time.process_time() - started, 2)}
    document_of = Prepared()
    ways = {
        "docs": lambda row: {search.id for search in triggers.answered(document(row))},
        "naive": lambda row: {search.id for search in searches if search.wants(document_of(row))},
        "peer_naive": substrings(module, asked),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    hits, line["same"], line["peer_differs_in"] = 0, True, 0
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        found = {name: timed(way, block, spent[name], 5 if name == "docs" else 1) for name, way in ways.items()}
        line["same"] &= found["docs"] == found["naive"]
        line["peer_differs_in"] += sum(a != b for a, b in zip(found["docs"], found["peer_naive"], strict=True))
        hits += sum(map(len, found["docs"]))
        if sum(spent["naive"]) > _LONGEST:
            break
    done = len(spent["docs"]) * _BLOCK
    rates = {name: _BLOCK / statistics.median(seconds) for name, seconds in spent.items()}
    for name in ("naive", "peer_naive"):
        ratios = [theirs / ours for ours, theirs in zip(spent["docs"], spent[name], strict=True)]
        line[f"times_{name}"] = round(statistics.median(ratios), 1)
    line |= {f"{name}_per_s": round(rate, 2) for name, rate in rates.items()}
    return line | {"docs": done, "hits_per_doc": round(hits / done, 1), "change_s": changed(triggers, searches[0])}


class Prepared:
    """The article of a row, prepared once for all the searches that are asked of it."""

    def __init__(self) -> None:
        self._last: tuple[int, Document] | None = None

    def __call__(self, row: sqlite3.Row) -> Document:
        if self._last is None or self._last[0] != row["id"]:
            self._last = (row["id"], document(row))
        return self._last[1]


def timed(
    way: Callable[[sqlite3.Row], set[str]], block: list[sqlite3.Row], spent: list[float], times: int
) -> list[set[str]]:
    """The answers for a block; what it took of processor time (the median of `times`) goes to `spent`."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        found = [way(row) for row in block]
        taken.append(time.process_time() - started)
    spent.append(statistics.median(taken))
    return found


def substrings(module: Any, asked: list[dict[str, Any]]) -> Callable[[sqlite3.Row], set[str]]:
    """The peer's own naive matching."""
    run = module.naive(asked)

    def answered(row: sqlite3.Row) -> set[str]:
        text = {"text": f"{row['title']}\n{row['body']}", "province": row["province"], "doc_type": row["doc_type"]}
        return {str(number) for number in run({**text, "themes": json.loads(row["themes"])})}

    return answered


def changed(triggers: Triggers, search: SavedSearch) -> float:
    """Seconds until a changed subscription counts."""
    started = time.process_time()
    triggers.put([search])
    return round(time.process_time() - started, 3)


def main() -> int:
    """0 when all matches are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--searches", default="1000,10000,100000")
    parser.add_argument("--docs", type=int, default=300)
    options = parser.parse_args()
    sys.path.insert(0, str(options.bench.resolve()))
    module, corpus = importlib.import_module("alert_bench"), importlib.import_module("corpus")
    connection = sqlite3.connect(options.corpus)
    connection.row_factory = sqlite3.Row
    rows = connection.execute("select * from articles order by id limit ?", [options.docs]).fetchall()
    newest = connection.execute("select title, body from articles order by id desc limit 400")
    sample = [folded(f"{row['title']}\n{row['body']}") for row in newest]
    good = True
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for count in map(int, options.searches.split(",")):
        asked = module.make_queries(count, corpus.Vocab(7))
        searches = [saved(number, one) for number, one in enumerate(asked)]
        line = {"searches": count, **measured(module, asked, searches, rows, sample)}
        line["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        line["peak_before_mb"] = before // 1024
        good &= line["same"]
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
