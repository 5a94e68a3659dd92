"""Is an article about talent work (人才工作) as party and government do it? A weighted lexicon that shows
its words.

Groups of data/lexicon.toml: `core` names talent work itself, `means` the instruments that serve it (a mere
instrument does not make an article relevant alone), `against` marks fiction, adverts, sport and other
worlds.

Formula. A word counts min(n, 4) times, a hit in the title three times: points(w) = weight · log2(1 + hits). A hit
inside a longer word of the lexicon is not counted again. `for` = Σ core + min(Σ means, 1.5 · Σ core + 4);
`against` = Σ against. A long text must say more: both are divided by (length / 400)^0.35 with length from 400 to
8,000 characters, except that what stands in the title is not. score = net / (net + 4), net = for - 1.6 ·
against,
0 below 0; relevant from 0.5 and only when a core word other than the bare 人才 occurs, or means weigh 5.
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections import Counter
from dataclasses import dataclass
from importlib import resources

import ahocorasick_rs

THRESHOLD = 0.5
_HALF = 4.0
_CAP = 4
_TITLE_HITS = 3
_WEIGHT_AGAINST = 1.6
_WORDS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Relevance:
    """The verdict: `score` from 0 to 1, relevant from 0.5, and the words that decided, heaviest first."""

    relevant: bool
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    words: tuple[str, ...]
    group: dict[str, str]
    weight: dict[str, float]
    scanner: ahocorasick_rs.AhoCorasick


@functools.cache
def _lexicon() -> _Lexicon:
    groups = tomllib.loads(resources.files("parsers").joinpath("data/lexicon.toml").read_text("utf-8"))
    group = {word: name for name, words in groups.items() for word in words}
    weight = {word: float(value) for words in groups.values() for word, value in words.items()}
    words = tuple(weight)
    scanner = ahocorasick_rs.AhoCorasick(list(words), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return _Lexicon(words, group, weight, scanner)


def score(title: str, body: str) -> Relevance:
    """How much the text is about talent work; see the module for the formula."""
    lexicon = _lexicon()
    in_title = _count(title)
    in_body = _count(body)
    thinning = (min(max(len(body), 400), 8000) / 400) ** 0.35
    points = {
        word: _points(lexicon.weight[word], in_title[word], in_body[word], thinning)
        for word in in_title.keys() | in_body.keys()
    }
    sums = dict.fromkeys(("core", "means", "against"), 0.0)
    for word, value in points.items():
        sums[lexicon.group[word]] += value
    net = sums["core"] + min(sums["means"], 1.5 * sums["core"] + 4) - _WEIGHT_AGAINST * sums["against"]
    value = max(net, 0.0) / (max(net, 0.0) + _HALF)
    named = any(lexicon.group[word] == "core" and word != "人才" for word in points) or sums["means"] >= 5
    deciding = sorted(points, key=lambda word: (-points[word], word))[:_WORDS_SHOWN]
    return Relevance(value >= THRESHOLD and named, value, tuple(deciding))


def _count(text: str) -> Counter[str]:
    lexicon = _lexicon()
    return Counter(lexicon.words[index] for index, _, _ in lexicon.scanner.find_matches_as_indexes(text))


def _points(weight: float, in_title: int, in_body: int, thinning: float) -> float:
    body = math.log2(1 + min(in_body, _CAP)) / thinning
    title = math.log2(1 + _TITLE_HITS) if in_title else 0.0
    return weight * (title + body)
