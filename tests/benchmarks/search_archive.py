"""An archive made of a benchmark corpus: `build(path, rows)` writes what the product writes of an article.

A row is (id, title, body, published, province, city, source, doc_type, places, themes), the last two as JSON lists.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from db import frequent_words, text_index
from db.connection import migrate, open_reader, open_writer
from db.migrations import archive as schema

Row = tuple[int, str, str, str, str, str, str, str, str, str]
COLUMNS = "id, title, body, published, province, city, source, doc_type, places, themes"
_BATCH = 5_000


def corpus_rows(corpus: Path, count: int = 0) -> Iterator[Row]:
    """The first `count` (0: all) documents of a corpus, oldest day first."""
    connection = sqlite3.connect(corpus)
    ids = connection.execute("select id from articles where id <= ? order by published, id", [count or 1 << 60])
    for (identity,) in ids.fetchall():
        yield connection.execute(f"select {COLUMNS} from articles where id = ?", [identity]).fetchone()
    connection.close()


def build(path: Path, rows: Iterable[Row]) -> dict[str, float]:
    """Write the archive at `path`; seconds by step."""
    migrate(path, schema.migrations)
    connection = open_writer(path)
    connection.execute("pragma synchronous = off")
    connection.execute("pragma cache_size = -200000")
    of_day: Counter[int] = Counter()
    spent = {"tokens": 0.0, "optimize": 0.0}
    numbered = iter(rows)
    done = 0
    while chunk := list(islice(numbered, _BATCH)):
        connection.execute("begin")
        done = _write(connection, chunk, of_day, done, spent)
        connection.execute("commit")
    started = time.perf_counter()
    text_index.optimize(connection)
    spent["optimize"] = time.perf_counter() - started
    started = time.perf_counter()
    with closing(open_reader(path)) as reader:
        frequent_words.store(connection, reader)
    spent["frequent"] = time.perf_counter() - started
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    return spent


def _write(
    connection: sqlite3.Connection, chunk: list[Row], of_day: Counter[int], done: int, spent: dict[str, float]
) -> int:
    articles: list[tuple[Any, ...]] = []
    texts, places, themes, changes, index = [], [], [], [], []
    for number, row in enumerate(chunk, done + 1):
        identity, title, body, day, province, city, source, kind, near, about = row
        first = text_index.day_number(day)
        revision = (first << text_index.DAY_SHIFT) + of_day[first]
        of_day[first] += 1
        name = f"{identity:012x}"
        articles.append((revision, name, f"https://news.example/{identity}.html", source, title, day, day, day[:7],
                         f"{day}T01:00:00+00:00", "[]", kind, about, near, 0.9, name, number))  # fmt: skip
        texts.append((revision, body))
        places += [
            (revision, place, rank)
            for rank, place in enumerate({province: 0, city: 0} | dict.fromkeys(json.loads(near)))
        ]
        themes += [(revision, theme) for theme in json.loads(about)]
        changes.append((number, f"{day}T01:00:00+00:00", "new", name, revision, name))
        started = time.perf_counter()
        index.append((revision, text_index.tokens(title), text_index.tokens(body)))
        spent["tokens"] += time.perf_counter() - started
    many = connection.executemany
    many("insert into articles(revision, id, url, source, title, published, day, month, first_seen, authors, doc_type,"
         " themes, places, relevance, story, recorded_from) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
         articles)  # fmt: skip
    many("insert into article_text(revision, body, captions, script, flags, repairs, words, text_hash, parser,"
         " tokenizer) values (?, ?, '[]', 'simplified', '[]', '[]', '[]', '', 1, 1)", texts)  # fmt: skip
    many("insert into article_places(revision, place, rank) values (?, ?, ?)", places)
    many("insert into article_themes(revision, theme) values (?, ?)", themes)
    many("insert into changes(number, at, kind, article, revision, story) values (?, ?, ?, ?, ?, ?)", changes)
    many(
        "insert into stories(id, article, recorded_from) values (?, ?, ?)",
        [(row[1], row[1], row[-1]) for row in articles],
    )
    many("insert into article_index(rowid, title, body) values (?, ?, ?)", index)
    return done + len(chunk)
