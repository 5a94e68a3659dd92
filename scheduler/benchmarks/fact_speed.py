"""How long the reading of facts takes by length: processor time of one core, for articles not read just before."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice

from parsers.enrich import judge
from parsers.values import Reading
from scheduler.benchmarks.fact_sets import Annotated

# More texts than the few last articles that the parsers remember, where a length is measured several times over.
_PLAN = {500: (12, 5), 2000: (12, 5), 20_000: (4, 1), 100_000: (2, 1)}  # length: texts, rounds
LENGTHS = tuple(_PLAN)


def speeds(articles: Sequence[Annotated], lengths: Iterable[int] = LENGTHS) -> dict[int, float]:
    """Length → milliseconds of processor time for 2,000 characters (facts, relevance, places, themes, doubts).

    The texts are paragraphs of `articles` one after another. Of each text the fastest round counts: what else the
    machine does only ever makes one slower.
    """
    return {length: _speed(articles, length) for length in lengths}


def _speed(articles: Sequence[Annotated], length: int) -> float:
    texts, rounds = _PLAN.get(length, (2, 1))
    readings = [_reading(articles, start, length) for start in range(texts)]
    judge(readings[-1])  # the lexicons are loaded at the first reading
    runs: list[list[float]] = [list(_times(readings)) for _ in range(rounds)]
    best = [min(run[text] for run in runs) for text in range(texts)]
    return sum(best) * 1000 * 2000 / sum(len(reading.body) for reading in readings)


def _times(readings: Iterable[Reading]) -> Iterator[float]:
    for reading in readings:
        begun = time.process_time()
        judge(reading)
        yield time.process_time() - begun


def _reading(articles: Sequence[Annotated], start: int, length: int) -> Reading:
    """About `length` characters from the article at `start` on, with its title and date."""
    first = articles[start % len(articles)]
    rest = islice(cycle(articles), start, None)
    paragraphs: list[str] = []
    size = 0
    for paragraph in (paragraph for article in rest for paragraph in article.paragraphs):
        paragraphs.append(paragraph)
        size += len(paragraph) + 1
        if size >= length:
            break
    return Reading(title=first.title or None, published=first.published or None, paragraphs=tuple(paragraphs))
