"""What labelled texts teach about single words: a linear model beside the lexicon (data/relevance_weights.tsv).

The lexicon knows what talent work is called; much of it is told in words that no list foresees. The weights here are
those of a logistic regression over the words of our labelled texts (L2-regularised), made by
`python -m tests.eval.learn_relevance` and never edited by hand. With c(w) hits of a word (in the title three times),
v(w) = ln(1 + c(w)) and |v| the length of that vector: points(w) = weight(w) · v(w) / max(|v|, 4.5), and the constant
counts by |v| / max(|v|, 4.5), so that a few words do not speak for a whole text.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import ahocorasick_rs

_FILE = Path(__file__).parent / "data" / "relevance_weights.tsv"
FEW = 4.5  # the length |v| of a text of about 150 characters
TITLE = 3
CONSTANT = ""  # the word under which the file keeps the constant


@functools.cache
def _weights() -> tuple[tuple[str, ...], tuple[float, ...], float]:
    rows = [line.split("\t") for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    constant = next(float(value) for word, value in rows if word == CONSTANT)
    words = [(word, float(value)) for word, value in rows if word != CONSTANT]
    return tuple(word for word, _ in words), tuple(value for _, value in words), constant


@functools.cache
def _scanner() -> ahocorasick_rs.AhoCorasick:
    return scanner(_weights()[0])


def scanner(words: Sequence[str]) -> ahocorasick_rs.AhoCorasick:
    """What finds `words` in a text, the longest from the left."""
    return ahocorasick_rs.AhoCorasick(list(words), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def vector(found: ahocorasick_rs.AhoCorasick, title: str, text: str) -> dict[int, float]:
    """Number of a word → its v, divided by max(|v|, FEW)."""
    counts = Counter(number for number, _, _ in found.find_matches_as_indexes(text))
    for number, _, _ in found.find_matches_as_indexes(title):
        counts[number] += TITLE
    values = {number: math.log1p(count) for number, count in counts.items()}
    length = max(FEW, math.sqrt(sum(value * value for value in values.values())))
    return {number: value / length for number, value in values.items()}


def share(values: dict[int, float]) -> float:
    """How much of a whole text the values of `vector` are, 0 to 1: what the constant counts by."""
    return math.sqrt(sum(value * value for value in values.values()))


def points(title: str, text: str) -> tuple[float, list[tuple[float, str]]]:
    """The log odds that the words speak for (0 for an empty text), and each word with its part, heaviest first."""
    words, weights, constant = _weights()
    values = vector(_scanner(), title, text)
    parts = sorted(((weights[number] * value, words[number]) for number, value in values.items()), reverse=True)
    return sum(part for part, _ in parts) + constant * share(values), parts
