"""The likeliest ways to fill the open places of a pattern, its neighbours considered."""

from __future__ import annotations

import functools
import heapq
from collections.abc import Iterator, Sequence

from parsers.mirror_language import begins_word, is_traditional, pair_score, single, word_score
from parsers.script import simplify

_KEPT = 6  # fillings kept at each place
_LONGEST = 7

Options = Sequence[tuple[str, ...]]  # for each place the characters that may stand there


def fillings(options: Options, left: str, right: str) -> list[str]:
    """The likeliest fillings of `options` between `left` and `right`, best first; one of each Simplified spelling."""
    fixed = [tuple(c) for c in simplify(left)]
    spelled = [_spelled(choice) for choice in options]
    if not all(spelled):
        return []
    places = [*fixed, *(tuple(choice) for choice in spelled), *(tuple(c) for c in simplify(right))]
    first, last = len(fixed), len(fixed) + len(spelled)
    found = _search(places)
    texts = dict.fromkeys(text[first:last] for text, _ in found)
    return ["".join(spelled[at][c] for at, c in enumerate(text)) for text in texts]


@functools.lru_cache(maxsize=16384)
def _spelled(choice: tuple[str, ...]) -> dict[str, str]:
    """Simplified character → the printed form of it that Traditional text uses."""
    forms: dict[str, str] = {}
    for character in choice:
        plain = simplify(character)
        if plain not in forms or (forms[plain] == plain and is_traditional(character)):
            forms[plain] = character
    return forms


def _search(places: Sequence[tuple[str, ...]]) -> list[tuple[str, float]]:
    beams: list[dict[str, float]] = [{"": 0.0}] + [{} for _ in places]
    for start in range(len(places)):
        kept = heapq.nlargest(_KEPT, beams[start].items(), key=lambda item: item[1])
        for word, score in _words_at(places, start):
            beam = beams[start + len(word)]
            for text, before in kept:
                value = before + score
                if value > beam.get(text + word, float("-inf")):
                    beam[text + word] = value
    return heapq.nlargest(_KEPT, beams[-1].items(), key=lambda item: item[1])


def _words_at(places: Sequence[tuple[str, ...]], start: int) -> Iterator[tuple[str, float]]:
    """Every word, pair of marks and single character that fits the places from `start` on, with its cost."""
    follower = places[start + 1][0] if start + 1 < len(places) and len(places[start + 1]) == 1 else ""
    for character in places[start]:
        yield character, single(character, follower)
    stems = list(places[start])
    for at in range(start + 1, min(len(places), start + _LONGEST)):
        longer = []
        for stem in stems:
            for character in places[at]:
                text = stem + character
                score = word_score(text)
                if score is None and at == start + 1:
                    score = pair_score(text)
                if score is not None:
                    yield text, score
                if begins_word(text):
                    longer.append(text)
        stems = longer
        if not stems:
            return
