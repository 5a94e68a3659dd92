"""Functions that the conditions of a query call in SQL; every connection that the house opens has them."""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterable, Iterator
from heapq import merge

from db import text_index
from db.stories import Member, in_order
from parsers.query_match import measure_form, pattern_of
from parsers.query_tree import normal, runs


def add(connection: sqlite3.Connection) -> None:
    """Give `connection` folded(text), words_near(title, body, words, distance), measure_form(measure) and the
    aggregate first_member(id, title, site, origin, published, first_seen)."""
    connection.create_function("folded", 1, folded, deterministic=True)
    connection.create_function("words_near", 4, words_near, deterministic=True)
    connection.create_function("measure_form", 1, measure_form, deterministic=True)
    connection.create_aggregate("first_member", 6, _FirstMember)  # type: ignore[arg-type] # steps take what SQL gives


@functools.lru_cache(maxsize=20_000)
def folded(text: str | None) -> str:
    """The normal form of a short text, in which spellings meet; "" for null."""
    return normal(text) if text else ""


def words_near(title: str, body: str, words: str, distance: int) -> bool:
    """Whether the folded words (a JSON list) stand in the title or one paragraph of the body, near each other.

    Near: at most `distance` characters from the end of the occurrence that ends first to the start of the last.
    """
    text, wanted = f"{title}\n{body}", _listed(words)
    printed = _nearest(text, wanted, distance)
    if printed and _nearest(text_index.folded(text[max(0, printed[0] - 10) : printed[1] + 10]), wanted, distance):
        return True  # most texts are printed in normal form: folding the whole text takes ten times as long
    return _nearest(text_index.folded(text), wanted, distance) is not None


def _nearest(text: str, words: tuple[str, ...], distance: int) -> tuple[int, int] | None:
    """The first place where `words` stand near each other in one paragraph, from the first of them to the last."""
    latest: dict[int, tuple[int, int]] = {}  # of each word the last occurrence so far
    for start, end, number in merge(*(_numbered(text, number, word) for number, word in enumerate(words))):
        latest[number] = (start, end)
        close = len(latest) == len(words) and start - min(place[1] for place in latest.values()) <= distance
        if close and _in_one_paragraph(text, latest.values()):
            return min(place[0] for place in latest.values()), max(place[1] for place in latest.values())
    return None


def _numbered(text: str, number: int, word: str) -> Iterator[tuple[int, int, int]]:
    """The places of a word one after another: those behind the first answer are never looked for."""
    for start, end in _places(text, word):
        yield start, end, number


@functools.lru_cache(maxsize=512)
def _listed(words: str) -> tuple[str, ...]:
    return tuple(json.loads(words))


def _in_one_paragraph(text: str, places: Iterable[tuple[int, int]]) -> bool:
    return text.find("\n", min(start for start, _ in places), max(end for _, end in places)) < 0


def _places(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Where `word` stands, overlapping occurrences too."""
    if len(parts := runs(word)) > 1:
        places = ((match.start(), match.end(1)) for match in pattern_of(word).finditer(text))
        yield from (place for place in places if _in_one_paragraph(text, [place]))
        return
    for run in parts:  # the one of them; marks before and behind it are not asked for
        at = text.find(run)
        while at >= 0:
            yield at, at + len(run)
            at = text.find(run, at + 1)


class _FirstMember:
    """The article of a story that was published first, as the story page has it."""

    def __init__(self) -> None:
        self.members: list[Member] = []

    def step(self, *values: str) -> None:
        self.members.append(Member(*values))

    def finalize(self) -> str | None:
        return in_order(self.members)[0].article if self.members else None
