"""Our search page beside a plain Datasette's: `python -m tests.benchmarks.stock_page CORPUS DATA [-n N]`.

CORPUS is a corpus of the benchmark, DATA a data directory whose archive.db was made of it. The plain Datasette has its
own settings and the same articles with an FTS5 index of character pairs, so that `_search` finds words of two
characters; it is asked for all pairs of the word (AND) with four facets. Both servers run at once and are asked in
turn. Prints JSON: median milliseconds of each query by both, and whether the plain page gave facets up.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from db.text_index import match_expression, tokens
from tests.benchmarks.search_archive import Row, corpus_rows
from tests.benchmarks.search_http import address, fetch, free_port, served, wait_for

QUERIES = ("人才", "高质量发展", "人才公寓", "院士", "绿色算力")
FACETS = ("province", "source", "doc_type", "themes")
_BATCH = 2_000


def stock(path: Path, rows: Iterator[Row]) -> None:
    """A database as somebody would publish it with Datasette: one table and its FTS5 index."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "create table articles (id integer primary key, title text, body text, published text, province text,"
        " source text, doc_type text, themes text, words text);"
        "create virtual table articles_fts using fts5(words, content='articles', content_rowid='id');"
    )
    while chunk := list(islice(rows, _BATCH)):
        connection.executemany(
            "insert into articles values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (one, title, body, day, province, site, form, themes, tokens(f"{title}\n{body}"))
                for one, title, body, day, province, _city, site, form, _places, themes in chunk
            ),
        )
        connection.commit()
    connection.execute("insert into articles_fts(articles_fts) values ('rebuild')")
    connection.commit()
    connection.close()


@contextmanager
def plain(path: Path) -> Iterator[int]:
    """The port of a Datasette without plugins."""
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", str(path), "--port", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"DATASETTE_LOAD_PLUGINS": ""}
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def table_page(text: str) -> str:
    """The path of the plain page: the search and its facets."""
    return "/stock/articles?" + urlencode(
        [("_search", match_expression(text).strip('"')), *(("_facet", name) for name in FACETS)]
    )


def compare(ours: int, theirs: int, rounds: int) -> dict[str, dict[str, object]]:
    """Medians of each query, asked in turn."""
    found: dict[str, dict[str, object]] = {}
    for text in QUERIES:
        times: dict[str, list[float]] = {"ours": [], "stock": []}
        body = b""
        for _ in range(rounds):
            for name, port, path in (("ours", ours, address(text, "newest")), ("stock", theirs, table_page(text))):
                connection = http.client.HTTPConnection("127.0.0.1", port)
                started = time.perf_counter()
                body = fetch(connection, path)
                times[name].append((time.perf_counter() - started) * 1000)
                connection.close()
        own, other = statistics.median(times["ours"]), statistics.median(times["stock"])
        found[text] = {
            "ours_ms": round(own, 1),
            "stock_ms": round(other, 1),
            "ratio": round(other / own, 1),
            "facets_given_up": b"facets-timed-out" in body,
        }
    return found


def main() -> None:
    """Build, serve both, ask in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("-n", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    path = given.data / "stock.db"
    if not path.exists():
        stock(path, corpus_rows(given.corpus, given.n))
    with served(given.data) as (ours, *_), plain(path) as theirs:
        sys.stdout.write(json.dumps(compare(ours, theirs, given.rounds), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
