"""Our ranking beside FTS5's own bm25: `python -m tests.benchmarks.search_ranking CORPUS.db WORKDIR [-n 30000]`.

FTS5 keeps the lengths of texts (`columnsize=1`) in an index of its own for this; ours does without. Prints nDCG@20
against FTS5's scores, and processor milliseconds: first question, again, FTS5. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

from db import text_index
from db.connection import open_reader
from db.retrieval.engine import View, engine_of, viewing
from parsers.query import parse_query
from tests.benchmarks.search_archive import build, corpus_rows

WORDS = ("人才", "引才", "高质量发展", "高层次人才", "人才公寓", "柔性引进", "校园引才", "院士", "绿色算力", "零工市场")


def fts5(path: Path, corpus: Path, count: int) -> sqlite3.Connection:
    """An index as FTS5 makes it, with the revisions of our archive as numbers."""
    connection = sqlite3.connect(path)
    if connection.execute("select 1 from sqlite_master where name = 'plain'").fetchone():
        return connection
    connection.execute("create virtual table plain using fts5(title, body, content='', tokenize='ascii')")
    connection.execute("insert into plain(plain, rank) values ('hashsize', 67108864)")
    rows = ((row[0], text_index.tokens(row[1]), text_index.tokens(row[2])) for row in corpus_rows(corpus, count))
    connection.executemany("insert into plain(rowid, title, body) values (?, ?, ?)", rows)
    connection.execute("insert into plain(plain) values ('optimize')")
    connection.commit()
    return connection


def processor(question: Callable[[], object], times: int = 5) -> float:
    """The least processor time of a question, in milliseconds."""
    spent = []
    for _ in range(times):
        started = time.thread_time()
        question()
        spent.append(time.thread_time() - started)
    return round(min(spent) * 1000, 2)


def ndcg(ranked: list[int], scores: dict[int, float], places: int = 20) -> float:
    """How much of the best possible order's gain the first 20 have; gains are FTS5's scores."""
    ideal = sorted(scores.values(), reverse=True)[:places]
    gains = [scores.get(one, 0.0) for one in ranked[:places]]
    discounted = [sum(gain / math.log2(at + 2) for at, gain in enumerate(line)) for line in (gains, ideal)]
    return discounted[0] / discounted[1] if discounted[1] else 1.0


def compared(ours: Path, plain: sqlite3.Connection, word: str) -> dict[str, float]:
    """One word asked of both."""
    connection = open_reader(ours)
    engine = engine_of(connection)
    ids = {row[1]: int(row[0], 16) for row in connection.execute("select id, revision from articles")}

    def best(forget: bool) -> list[int]:
        if forget:
            engine.forget()
        with viewing(engine, connection) as view:
            return _best(view, word)

    def theirs() -> object:
        sql = "select rowid from plain where plain match ? and rank match 'bm25(5.0, 1.0)' order by rank limit 20"
        return plain.execute(sql, [expression]).fetchall()

    expression = text_index.match_expression(word)
    sql = "select rowid, -rank from plain where plain match ? and rank match 'bm25(5.0, 1.0)'"
    scores = dict(plain.execute(sql, [expression]).fetchall())
    ranked = [ids[revision] for revision in best(True)]
    return {
        "hits": len(scores),
        "ndcg": round(ndcg(ranked, scores), 4),
        "first_ms": processor(lambda: best(True)),
        "again_ms": processor(lambda: best(False)),
        "fts5_ms": processor(theirs),
    }


def _best(view: View, word: str) -> list[int]:
    tree = parse_query(word)
    page = view.page(tree, view.evaluate(tree, ranked=True), "relevance", 20, None)
    return [int(view.state.revision.values[ordinal]) for ordinal, _ in page]


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-n", type=int, default=30_000)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    ours = given.folder / f"ranking-{given.n}.db"
    if not ours.exists():
        build(ours, corpus_rows(given.corpus, given.n))
    plain = fts5(given.folder / f"fts5-{given.n}.db", given.corpus, given.n)
    for word in WORDS:
        sys.stdout.write(json.dumps({"word": word, **compared(ours, plain, word)}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
