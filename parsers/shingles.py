"""When are two texts the same report? Containment of character 5-shingles, with a sketch that finds candidates.

A sketch keeps the shingles whose hash is 0 mod 16 (FracMinHash, Irber et al. 2022), so two texts that share much
share sketch hashes. What decides is looked up in both whole texts: how much of the shorter one stands in the longer
one in long runs. Reports written from the same formulas share as many shingles as a cut copy does, but in short runs
between their own names and numbers. The answer depends on the two texts alone and on no order of arrival.
"""

from __future__ import annotations

import heapq
import re
import zlib
from dataclasses import dataclass
from datetime import date, timedelta

from parsers.query import runs
from parsers.script import fold

WIDTH = 5  # characters of a shingle
KEEP_ONE_IN = 16
LEAST_HASHES = 4  # of the smallest, so that a short text has a sketch too
ENOUGH = 0.55  # of the shorter text's shingles, in runs; copies of the planted set have .71 and more, others below .5
_RUN = 10  # shingles that follow each other in both texts: 14 letters
_SHORT = 240  # letters; formula briefs are about that long, and alike
_SHORT_ENOUGH = 0.7
_NEAR = timedelta(days=10)
_LIKE = 0.5  # share of common pairs of characters in two titles
_LEAST = 30  # letters; a shorter text is nobody's copy
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Report:
    """A text that may be a copy: folded letters of its title and body, and the day of publication where known."""

    title: str
    letters: str
    day: date | None

    @classmethod
    def of(cls, title: str, body: str, published: str | None) -> Report:
        """From what is printed; `published` is ISO 8601 of any precision."""
        known = published is not None and len(published) >= 10
        return cls(letters(title), letters(body), date.fromisoformat(published[:10]) if published and known else None)


def letters(text: str) -> str:
    """The letters, digits and Chinese characters of `text`, folded (Simplified, half-width, lower case)."""
    return "".join(runs(fold(text)))


def sketch(text: str) -> frozenset[int]:
    """The kept 63-bit hashes of the shingles of `text`, which are `letters`; empty below `WIDTH` letters."""
    units = text.encode("utf-32-le")
    end = len(units) - 4 * WIDTH + 1
    checks = [(zlib.crc32(units[i : i + 4 * WIDTH]), i) for i in range(0, end, 4)]
    kept = [pair for pair in checks if not pair[0] % KEEP_ONE_IN] + heapq.nsmallest(LEAST_HASHES, checks)
    return frozenset((check << 31) ^ zlib.adler32(units[i : i + 4 * WIDTH], check) for check, i in kept)


def shared_runs(first: str, second: str) -> float:
    """The share of the shorter text's shingles that stand in the other one in runs of `_RUN` or more, 0 to 1."""
    shorter, longer = sorted((first, second), key=lambda text: (len(text), text))
    known = {longer[i : i + WIDTH] for i in range(len(longer) - WIDTH + 1)}
    total = len(shorter) - WIDTH + 1
    covered = run = 0
    for i in range(total):
        if shorter[i : i + WIDTH] in known:
            run += 1
            continue
        covered += run if run >= _RUN else 0
        run = 0
    covered += run if run >= _RUN else 0
    return covered / total if total > 0 else 0.0


def containment(first: str, second: str) -> float:
    """The share of the shorter text's shingles that the other holds, 0 to 1; both are `letters`."""
    shingles = [{text[i : i + WIDTH] for i in range(len(text) - WIDTH + 1)} for text in (first, second)]
    smaller = min(map(len, shingles))
    return len(shingles[0] & shingles[1]) / smaller if smaller else 0.0


def same_report(first: Report, second: Report) -> bool:
    """Whether one is a copy of the other (whole, cut, framed or altered); symmetric.

    Formula briefs share most of their words, so short texts must also agree on their figures and on title or day.
    """
    shorter = min(len(first.letters), len(second.letters))
    if shorter < _LEAST:
        return False
    if shared_runs(first.letters, second.letters) < ENOUGH:
        return False
    return shorter >= _SHORT or (containment(first.letters, second.letters) >= _SHORT_ENOUGH and _agree(first, second))


def _agree(first: Report, second: Report) -> bool:
    """Whether two short texts speak of the same thing: mostly the same figures, and title or day."""
    figures = [set(_DIGITS.findall(text.letters)) for text in (first, second)]
    fewer = min(map(len, figures))
    if fewer and len(figures[0] & figures[1]) < 0.6 * fewer:
        return False
    alike = likeness(first.title, second.title) >= _LIKE
    if first.day is None or second.day is None:
        return alike
    near = abs(first.day - second.day) <= _NEAR
    return near and (alike or containment(first.letters, second.letters) >= 0.9)


def likeness(first: str, second: str) -> float:
    """Dice's coefficient of the pairs of neighbouring characters, 0 to 1."""
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (first, second)]
    total = sum(map(len, pairs))
    return 2 * len(pairs[0] & pairs[1]) / total if total else float(first == second)


def kept_share(original: str, copy: str) -> float:
    """The share of the shingles of `original` that stand in `copy`, 0 to 1; both are printed texts."""
    texts = map(letters, (original, copy))
    first, second = ({text[i : i + WIDTH] for i in range(len(text) - WIDTH + 1)} for text in texts)
    return len(first & second) / len(first) if first else 0.0
