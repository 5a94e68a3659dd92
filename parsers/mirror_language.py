"""How likely a stretch of Chinese text is: jieba's word frequencies and kinds of words, and the field's own words."""

from __future__ import annotations

import functools
import importlib
import math
from collections import Counter
from pathlib import Path
from typing import Any

import jieba
import opencc

from parsers.script import simplify

_OWN_WORDS = Path(__file__).parent / "data" / "mirror_words.txt"
_DIVISIONS = Path(__file__).parent / "data" / "divisions.tsv"
_OWN_FREQUENCY = 4000  # as frequent as a common word: the pages are about this field
_PLACE_FREQUENCY = 50
_LEAST_FREQUENCY = 4  # rarer words of the dictionary are mostly names of films and firms
_LONGEST = 7
_UNKNOWN = -19.0
_KIND_WEIGHT = 0.6  # how much the order of kinds of words counts beside the words themselves
_FLOOR = -4.0
_CLOSE = frozenset(",，。、；;:：)）】》…!?！？.")
# Costs of marks and of marks that often stand together, as natural logarithms like those of words.
_MARKS = {"，": -2.9, ",": -2.9, "。": -3.6, "、": -3.6, "“": -4.4, "”": -4.4, "《": -5.2, "》": -5.2, "·": -6.5}
_MARKS |= {"：": -5.0, ":": -5.0, "；": -5.5, ";": -5.5, "(": -5.5, ")": -5.5, " ": -4.0, "\n": -4.0}
_MARKS |= {"【": -6.5, "】": -6.5, "—": -5.0, "…": -5.5, "‘": -8.0, "’": -8.0, "%": -5.0, ".": -5.0}
_PAIRS = {"。”": -4.6, ":“": -4.8, ",“": -5.0, "”、": -6.0, "”,": -5.6, "》、": -7.0, "》,": -7.0, "”。": -5.6}
_PAIRS |= {"。“": -5.4, "、“": -6.4, "”“": -7.0, "》《": -7.5, "——": -5.5, "……": -6.0, "。】": -9.0, "!”": -7.5}
_PAIRS |= {"、《": -7.0, "》(": -7.5, "?”": -7.5, ";“": -8.0, ":《": -8.0, "。”“": -9.5, "(“": -9.0}


@functools.cache
def _counts() -> tuple[dict[str, int], dict[str, str]]:
    """word → frequency, word → kind of word (jieba's letters), of the dictionary and of our own lists."""
    counts: dict[str, int] = {}
    kinds: dict[str, str] = {}
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, kind = line.split(" ")[:3]
        if len(word) == 1 or (len(word) <= _LONGEST and int(count) >= _LEAST_FREQUENCY):
            counts[word], kinds[word] = int(count), kind
    for name in _place_names():
        counts.setdefault(name, _PLACE_FREQUENCY)
        kinds.setdefault(name, "ns")
    for word in _OWN_WORDS.read_text(encoding="utf-8").split():
        counts[word] = max(_OWN_FREQUENCY, counts.get(word, 0))
        kinds.setdefault(word, "n")
    return counts, kinds


def _place_names() -> list[str]:
    rows = (line.split("\t") for line in _DIVISIONS.read_text(encoding="utf-8").splitlines())
    cells = (cell for row in rows for cell in row)
    return [cell for cell in cells if 2 <= len(cell) <= _LONGEST and all("\u4e00" <= c <= "\u9fff" for c in cell)]


@functools.cache
def _words() -> dict[str, float | None]:
    """word → natural logarithm of its share of all words; None where longer words begin so."""
    counts, _ = _counts()
    total = math.log(sum(counts.values()))
    words: dict[str, float | None] = {word: math.log(max(count, 1)) - total for word, count in counts.items()}
    for word in counts:
        for end in range(1, len(word)):
            words.setdefault(word[:end], None)
    return words


def word_score(text: str) -> float | None:
    """The logarithm of the share of a word (Simplified), None where `text` is no word."""
    return _words().get(text)


def begins_word(text: str) -> bool:
    """Whether a word of the dictionary or of the field begins with `text` (Simplified)."""
    return text in _words()


def common(character: str) -> float:
    """The logarithm of how frequent one Simplified character is as a word; low for rare ones."""
    score = _words().get(character)
    return _UNKNOWN if score is None else score


@functools.cache
def _kind_gains() -> dict[tuple[str, str], float]:
    """How much likelier one kind of word is after another than anywhere (jieba's transitions of its tagger)."""
    counts, kinds = _counts()
    shares: Counter[str] = Counter()
    for word, count in counts.items():
        shares[kinds[word]] += count
    total = sum(shares.values())
    transitions: Any = importlib.import_module("jieba.posseg.prob_trans").P
    gains: dict[tuple[str, str], float] = {}
    for first in shares:
        for second in shares:
            chance = sum(math.exp(transitions.get((a, first), {}).get((b, second), -50.0)) for a in "ES" for b in "BS")
            gain = math.log(chance / 2) - math.log(shares[second] / total) if chance > 0 else _FLOOR
            gains[first, second] = _KIND_WEIGHT * min(3.0, max(_FLOOR, gain))
    return gains


def likelihood(text: str) -> float:
    """The logarithm of the probability of the best cut of `text` (any script) into words and their kinds."""
    text = simplify(text)
    gains, (_, kinds) = _kind_gains(), _counts()
    best: list[dict[str, float]] = [{"": 0.0}] + [{} for _ in text]
    for start in range(len(text)):
        for end, score in _cuts(text, start):
            kind = kinds.get(text[start:end], "")
            value = max(before + gains.get((last, kind), 0.0) for last, before in best[start].items()) + score
            if value > best[end].get(kind, -math.inf):
                best[end][kind] = value
    return max(best[-1].values())


def _cuts(text: str, start: int) -> list[tuple[int, float]]:
    """Where a word or mark that begins at `start` may end, and what it costs."""
    words = _words()
    cuts = [(start + 1, single(text[start], text[start + 1 : start + 2]))]
    for end in range(start + 2, min(len(text), start + _LONGEST) + 1):
        piece = text[start:end]
        score = words.get(piece, -math.inf)
        if score == -math.inf:
            pair = _PAIRS.get(piece)
            if pair is not None:
                cuts.append((end, pair))
            break
        if score is not None:
            cuts.append((end, score))
    return cuts


def pair_score(text: str) -> float | None:
    """The cost of marks that often stand together, None for others."""
    return _PAIRS.get(text)


def single(character: str, follower: str = "") -> float:
    """The cost of one character on its own; a mark that nothing may follow so is all but impossible."""
    if "\u4e00" <= character <= "\u9fff":
        return max(_UNKNOWN, common(character))
    if character in "?？!！":
        if follower in _CLOSE and follower not in "!！?？)）】》" and follower != "":
            return -25.0
        return -9.0 if follower.isdigit() else -8.0
    if "\ue000" <= character <= "\uf8ff":
        return -30.0
    if character.isascii() and character.isalnum():
        return -4.0 if character.isdigit() else -6.0
    return _MARKS.get(character, -9.0)


@functools.lru_cache(maxsize=65536)
def readings(character: str) -> frozenset[str]:
    """Every pinyin reading (with tone marks) that pypinyin knows for one character."""
    from pypinyin import Style, pinyin  # 65 MB of phrases: only where a page is damaged

    found = pinyin(character, style=Style.TONE, heteronym=True, errors="ignore")
    return frozenset(found[0]) if found else frozenset()


@functools.lru_cache(maxsize=65536)
def is_traditional(character: str) -> bool:
    """Whether a page in Traditional characters can print `character` (it is not a Simplified-only form)."""
    return len(character) == 1 and (bool(character.encode("big5", "ignore")) or _to_traditional(character) == character)


def _to_traditional(character: str) -> str:
    converted: str = _converter().convert(character)
    return converted


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")
