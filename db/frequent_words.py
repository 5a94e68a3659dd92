"""The most frequent words of the archive, their hits and term counts stored where a search reads them at once.

Which words: those of a sample of texts spread evenly over the archive, as readers would type them: the words of our
own dictionary, then words by jieba and two neighbours together, the most frequent first, as long as a word stands in
at least one text in a hundred and all together stay within a budget of bytes. Of those the index reads long lists;
more than some hundred of them would cost more than a tenth of building it. What anybody searched for plays no part.
`db.retrieval.stored` reads them.
"""

from __future__ import annotations

import functools
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from db.connection import transaction
from db.retrieval import words
from db.retrieval.engine import reading
from db.retrieval.following import newest_change
from db.retrieval.ordinals import Places
from db.retrieval.state import State, ints, rows_of
from db.retrieval.stored import MOST_NEW, StoredWords, packed_counts, packed_order
from db.retrieval.words import RecentTexts, WordHits
from parsers.query import Word, normal, runs
from parsers.words import dictionary
from parsers.words import words as words_in

BUDGET = 32 << 20  # bytes of hits and counts
FEWEST = 2_000  # texts: below, the index answers any word in well under a millisecond
_SAMPLE = 250
_SHARE = 0.01
_MOST_WORDS = 600
_LONGEST = 12
_AT_LEAST = 2  # texts of the sample in which a word must stand to be tried
Row = tuple[str, int, bytes, bytes]


def are_due(archive: sqlite3.Connection, changes: int = MOST_NEW // 2) -> bool:
    """Whether the stored words are missing, or older than `changes` changes (searches then ask the index again)."""
    sql = "select (select max(number) from changes), (select max(seen) from frequent_words_order)"
    newest, seen = rows_of(archive, sql).fetchone()
    if seen is not None:
        return bool(newest - seen > changes)
    return len(rows_of(archive, "select 1 from articles limit ?", [FEWEST]).fetchall()) == FEWEST


def store(
    archive: sqlite3.Connection,
    reader: sqlite3.Connection,
    *,
    choose: bool = True,
    seconds: float = 120,
    on_word: Callable[[int], None] | None = None,
) -> int:
    """Find the frequent words (or, unless `choose`, bring the stored ones up to date) and store them; how many.

    `reader` reads the same file, in one snapshot. The file is locked only while the found rows are written. After
    `seconds` the words found so far are stored. Nothing is stored when a text left the archive meanwhile.
    """
    rows: list[Row] = []
    deadline = time.monotonic() + seconds
    with reading(reader):
        seen = newest_change(reader)
        known = [word for (word,) in rows_of(reader, "select word from frequent_words order by rowid")]
        fresh = choose or not known
        revisions, found = _fresh(reader, candidates(reader)) if fresh else _followed(reader, seen, known)
        for row in _worth_it(found, seen, len(revisions)):
            rows.append(row)
            if on_word:
                on_word(len(rows))
            if time.monotonic() > deadline:
                break
        order = packed_order(revisions)
    with transaction(archive):
        if _removed_since(archive, seen):
            return 0
        archive.execute("delete from frequent_words")
        archive.execute("delete from frequent_words_order")
        archive.execute("insert into frequent_words_order(seen, revisions) values (?, ?)", [seen, order])
        archive.executemany("insert into frequent_words(word, seen, hits, counts) values (?, ?, ?, ?)", rows)
    return len(rows)


def _removed_since(archive: sqlite3.Connection, number: int) -> bool:
    sql = "select 1 from changes where number > ? and kind in ('removed', 'restored') limit 1"
    return archive.execute(sql, [number]).fetchone() is not None


Found = tuple[NDArray[np.int64], Iterator[tuple[str, WordHits]]]


def _fresh(reader: sqlite3.Connection, chosen: Sequence[str]) -> Found:
    """The revisions in order of their places, and the words with their hits from the index."""
    places = Places(reader)
    return places.revisions, ((word, words.find_counted(reader, places, Word(word))) for word in chosen)


def _followed(reader: sqlite3.Connection, seen: int, known: Sequence[str]) -> Found:
    """The same of stored words: what came since is tested by its text where that is possible."""
    state, stored, recent = State(reader, seen), StoredWords(), RecentTexts()

    def hits(word: Word) -> WordHits:
        return stored.find(reader, state, word, recent) or words.find_counted(reader, state, word)

    return state.revision.values, ((word, hits(Word(word))) for word in known)


def _worth_it(found: Iterator[tuple[str, WordHits]], seen: int, revisions: int) -> Iterator[Row]:
    """The words of at least one text in a hundred, in the given order, within the budget."""
    spent = 0
    for word, known in found:
        if known.counts is None or not known.hits or len(known.hits) < _SHARE * revisions:
            continue
        hits, counts = known.hits.serialize(), packed_counts(known.counts)
        spent += len(hits) + len(counts)
        if spent > BUDGET:
            return
        yield word, seen, hits, counts


def candidates(reader: sqlite3.Connection) -> list[str]:
    """Folded words of a sample of texts: those of our dictionary, then the others, those of most texts first."""
    counts: Counter[str] = Counter()
    for text in _sample(reader):
        counts.update(_distinct(text))
    tried = [word for word, count in counts.most_common() if count >= _AT_LEAST]
    ours = _dictionary()
    return sorted(tried, key=lambda word: word not in ours)[:_MOST_WORDS]


def _sample(reader: sqlite3.Connection) -> list[str]:
    (text,) = rows_of(
        reader, "select group_concat(revision) from articles where recorded_to is null and state <> 'removed'"
    ).fetchone()
    revisions = ints(text)
    chosen = revisions[np.unique(np.linspace(0, len(revisions) - 1, min(_SAMPLE, len(revisions))).astype(np.int64))]
    sql = "select body from article_text where revision in (select value from json_each(?))"
    return [body for (body,) in rows_of(reader, sql, [json.dumps(chosen.tolist())])]


def _distinct(text: str) -> set[str]:
    """The words of a text that a reader might search for, folded; each stands in it as one run."""
    folded = normal(text)
    parts = words_in(folded)
    found = {one for one in parts if len(one) > 1}
    found |= {one + other for one, other in pairwise(parts) if len(one) > 1 and len(other) > 1}
    found |= {word for word in _dictionary() if word in folded}
    return {word for word in found if len(word) <= _LONGEST and word in folded and runs(word) == [word]}


@functools.cache
def _dictionary() -> frozenset[str]:
    return frozenset(word for word in map(normal, dictionary()) if len(word) > 1)
