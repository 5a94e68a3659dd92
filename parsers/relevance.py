"""Is an article about talent work (人才工作) as party and government do it? A weighted lexicon that shows its words.

data/lexicon.toml gives each word a group (`core` names talent work itself, `means` its instruments, `against` other
worlds, `none` no points) with a weight and, for some, a role: `people`, `deed`, `task`, `public`. Much talent work is
told without the word 人才 (a retired professor comes for forty days a year, a surgeon takes apprentices): a sentence
that holds one of the people and a deed is an *act*, with a mere task (a course, a consultation) 0.35 of one; acts count
in full where the public hand is in the text.

Formula. A word counts min(n, 4) times, a hit in the title three times: points(w) = weight · log2(1 + hits). A hit
inside a longer word of the lexicon is not counted again. A long text must say more: all but the title's points are
divided by thin = (length / 400)^0.5, length from 400 to 8,000 characters. With p different people, d deeds, t tasks:
acts = (3 · log2(1 + acts of the text) + 0.9 · log2(1 + p) · log2(1 + d + 0.35 · t) / thin) / thin, times 0.5 without a
public word. net = Σ core + min(Σ means, 12) + acts - 1.6 · Σ against; lexicon = net / (net + 3.4), 0 below 0.

What labelled texts teach about words that are in no list (parsers.learned_words) is added as log odds:
score = σ(0.1 + learned + 0.5 · logit(lexicon)), lexicon held between .01 and .97; relevant from 0.5. Between 0.35 and
0.65 a person should look (`borderline`).
"""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections import Counter
from dataclasses import dataclass

from parsers import learned_words
from parsers.lexicon import GROUPS, Lexicon, Word, built_in

THRESHOLD = 0.5
BORDERLINE = (0.35, 0.65)
_HALF = 3.4
_CAP = 4
_TITLE_HITS = 3
_MEANS_CAP = 12.0
_ACT = 3.0
_BREADTH = 0.9
_PRIVATE = 0.5
_TASK = 0.35
_WEIGHT_AGAINST = 1.6
_WORDS_SHOWN = 12
_WORDS_LEARNED = 4
_LEXICON_SHARE = 0.5
_LEAN = 0.1  # what is missed is lost, what is kept wrongly is seen
_LEAST_LEXICON, _MOST_LEXICON = 0.01, 0.97
_SENTENCE_END = re.compile(r"[。！？；\n]")


@dataclass(frozen=True, slots=True)
class Relevance:
    """The verdict: `score` from 0 to 1, relevant from 0.5, and the words that decided, heaviest first."""

    relevant: bool
    score: float
    words: tuple[str, ...]

    @property
    def borderline(self) -> bool:
        """Whether the score is so near the threshold that a person should look."""
        return borderline(self.score)


def borderline(score: float) -> bool:
    """Whether a score lies in the band (0.35 to 0.65) that goes to the review queue."""
    return BORDERLINE[0] <= score <= BORDERLINE[1]


def score(title: str, body: str, lexicon: Lexicon | None = None) -> Relevance:
    """How much the text is about talent work (see the module for the formula), by the built-in lexicon or another."""
    lexicon = lexicon or built_in()
    title_words, body_words = list(lexicon.found(title)), list(lexicon.found(body))
    points = _points(title_words, body_words, _thin(body))
    learned, parts = learned_words.points(title, body)
    if not points and not parts:
        return Relevance(False, 0.0, ())
    value = together(learned, _lexicon_value(title_words, body_words, points, body))
    words = _deciding(points, title_words + body_words)
    if value >= THRESHOLD:  # where the lexicon has little to say, the words that were learned come after it
        words = tuple(dict.fromkeys((*words, *(word for part, word in parts[:_WORDS_LEARNED] if part > 0))))
    return Relevance(value >= THRESHOLD, value, words[:_WORDS_SHOWN])


def by_lexicon(title: str, body: str, lexicon: Lexicon | None = None) -> float:
    """The part of the lexicon alone, 0 to 1."""
    lexicon = lexicon or built_in()
    title_words, body_words = list(lexicon.found(title)), list(lexicon.found(body))
    return _lexicon_value(title_words, body_words, _points(title_words, body_words, _thin(body)), body)


def together(learned: float, lexicon: float) -> float:
    """The score from the log odds of the learned words and the lexicon's value."""
    held = min(max(lexicon, _LEAST_LEXICON), _MOST_LEXICON)
    odds: float = _LEAN + learned + _LEXICON_SHARE * math.log(held / (1 - held))
    return float(1 / (1 + math.exp(-odds)))


def _thin(body: str) -> float:
    return math.sqrt(min(max(len(body), 400), 8000) / 400)


def _lexicon_value(
    in_title: list[tuple[Word, int]], in_body: list[tuple[Word, int]], points: dict[Word, float], body: str
) -> float:
    sums = dict.fromkeys(GROUPS, 0.0)
    for word, value in points.items():
        sums[word.group] += value
    acts = _acts(in_title, in_body, body, _thin(body))
    net = max(sums["core"] + min(sums["means"], _MEANS_CAP) + acts - _WEIGHT_AGAINST * sums["against"], 0.0)
    return net / (net + _HALF)


def _points(in_title: list[tuple[Word, int]], in_body: list[tuple[Word, int]], thin: float) -> dict[Word, float]:
    points = {word: word.weight * math.log2(1 + _TITLE_HITS) for word, _ in in_title if word.weight}
    for word, hits in Counter(word for word, _ in in_body if word.weight).items():
        points[word] = points.get(word, 0.0) + word.weight * math.log2(1 + min(hits, _CAP)) / thin
    return points


def _acts(in_title: list[tuple[Word, int]], in_body: list[tuple[Word, int]], body: str, thin: float) -> float:
    ends = [found.start() for found in _SENTENCE_END.finditer(body)]
    roles: dict[int, set[str]] = {-1: {word.role for word, _ in in_title}}
    for word, start in in_body:
        roles.setdefault(bisect(ends, start), set()).add(word.role)
    acts = sum(_weight_of(held) for held in roles.values())
    kinds = Counter(word.role for word in {word for word, _ in in_title + in_body})
    breadth = math.log2(1 + kinds["people"]) * math.log2(1 + kinds["deed"] + _TASK * kinds["task"])
    value = (_ACT * math.log2(1 + acts) + _BREADTH * breadth / thin) / thin
    return value if kinds["public"] else value * _PRIVATE


def _weight_of(roles: set[str]) -> float:
    if "people" not in roles:
        return 0.0
    return 1.0 if "deed" in roles else _TASK if "task" in roles else 0.0


def _deciding(points: dict[Word, float], found: list[tuple[Word, int]]) -> tuple[str, ...]:
    """The heaviest words; where few have points, those of the acts (people and deeds) after them."""
    heaviest = sorted(points, key=lambda word: (-points[word], word.text))
    actors = dict.fromkeys(word for word, _ in found if word.role and word not in points)
    return tuple(word.text for word in (*heaviest, *actors))[:_WORDS_SHOWN]
