"""Themes of an article by a lexicon, with a threshold that grows with length (data/themes.toml)."""

from __future__ import annotations

import functools
import math
import tomllib
from importlib import resources

import ahocorasick_rs

_THRESHOLD = 2.0
_PER_THOUSAND = 1.2
_SHARE_OF_TOP = 0.2
_CAP = 6


@functools.cache
def _lexicon() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = tomllib.loads(
        resources.files("parsers").joinpath("data/themes.toml").read_text("utf-8")
    )
    return table


@functools.cache
def _scanner() -> tuple[tuple[str, ...], ahocorasick_rs.AhoCorasick]:
    words = tuple(dict.fromkeys(word for theme in _lexicon().values() for word in theme))
    return words, ahocorasick_rs.AhoCorasick(list(words))


def weights(text: str) -> dict[str, float]:
    """Theme → points of the text: Σ weight · min(hits, 6); overlapping words of the lexicon all count."""
    words, scanner = _scanner()
    hits: dict[str, int] = {}
    for index, _, _ in scanner.find_matches_as_indexes(text, overlapping=True):
        hits[words[index]] = hits.get(words[index], 0) + 1
    return {
        theme: sum(weight * min(hits.get(word, 0), _CAP) for word, weight in lexicon.items())
        for theme, lexicon in _lexicon().items()
    }


def themes(title: str, body: str) -> tuple[str, ...]:
    """The themes, heaviest first: those with 2 points and 1.2 more a thousand characters (at most 8 in
    all), and at
    least 20 % of the heaviest."""
    points = weights(f"{title}\n{title}\n{body}")
    floor = min(_THRESHOLD + _PER_THOUSAND * len(body) / 1000, 8.0)
    floor = max(floor, _SHARE_OF_TOP * max(points.values(), default=math.inf))
    return tuple(sorted((theme for theme in points if points[theme] >= floor), key=lambda t: -points[t]))
