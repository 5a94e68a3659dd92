"""Alert matching against many saved searches: `python -m tests.benchmarks.alerts CORPUS.db ../shared/bench`.

The second argument is the folder with `alert_bench.py`, whose saved searches (and naive matching) are the peer. Prints
one line of JSON a size: articles a second (of processor time), the naive rate, whether all matches are the same, and
memory. Each size is measured three times; the median counts. `document_ms` is what preparing an article takes of it.
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
from pathlib import Path
from typing import Any

from db.schedules import Wishes
from db.text_index import folded
from db.triggers import SavedSearch, Triggers
from parsers.query import parse_query
from parsers.query_match import Document

WISHES = Wishes()


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


def measured(searches: list[SavedSearch], rows: list[sqlite3.Row], sample: list[str]) -> dict[str, Any]:
    """Build and three runs over all rows."""
    started = time.process_time()
    triggers = Triggers(sample)
    triggers.put(searches)
    build = time.process_time() - started
    rates, preparing = [], 0.0
    for _ in range(3):
        started = time.process_time()
        documents = [document(row) for row in rows]
        preparing = time.process_time() - started
        found = [triggers.answered(one) for one in documents]
        rates.append(len(rows) / (time.process_time() - started))
    matches = [{search.id for search in one} for one in found]
    started = time.process_time()
    triggers.put([searches[0]])
    changed = time.process_time() - started
    return {
        "build_s": round(build, 2), "docs_per_s": round(statistics.median(rates), 1),
        "document_ms": round(1000 * preparing / len(rows), 3), "hits_per_doc": sum(map(len, matches)) / len(rows),
        "change_s": round(changed, 3), "matches": matches,
    }  # fmt: skip


def naive(searches: list[SavedSearch], rows: list[sqlite3.Row], matches: list[set[str]]) -> dict[str, Any]:
    """Asking every search of some articles; whether the answers are the same."""
    started, done, same = time.process_time(), 0, True
    for row, expected in zip(rows, matches, strict=True):
        one = document(row)
        same &= {search.id for search in searches if search.wants(one)} == expected
        done += 1
        if time.process_time() - started > 8:
            break
    return {"naive_per_s": round(done / (time.process_time() - started), 2), "naive_docs": done, "same": same}


def peer(module: Any, asked: list[dict[str, Any]], rows: list[sqlite3.Row], matches: list[set[str]]) -> dict[str, Any]:
    """The peer's own naive matching (substrings) in the same run."""
    run = module.naive(asked)
    started, done, differing = time.process_time(), 0, 0
    for row, ours in zip(rows, matches, strict=True):
        text = {"text": f"{row['title']}\n{row['body']}", "province": row["province"], "doc_type": row["doc_type"]}
        differing += {str(n) for n in run({**text, "themes": json.loads(row["themes"])})} != ours
        done += 1
        if time.process_time() - started > 8:
            break
    return {"peer_naive_per_s": round(done / (time.process_time() - started), 2), "peer_differs_in": differing}


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
        line = {"searches": count, **measured(searches, rows, sample)}
        line["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        line["peak_before_mb"] = before // 1024
        matches = line.pop("matches")
        line |= naive(searches, rows, matches) | peer(module, asked, rows, matches)
        line["times_naive"] = round(line["docs_per_s"] / line["naive_per_s"], 1)
        good &= line["same"]
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
