"""How likely a stretch of Chinese text is, from jieba's word frequencies and a small lexicon of the field."""

from __future__ import annotations

import functools
import math
from pathlib import Path

import jieba
import opencc
from pypinyin import Style, pinyin

from parsers.script import simplify

_OWN_WORDS = Path(__file__).parent / "data" / "mirror_words.txt"
_OWN_FREQUENCY = 2000  # as frequent as a common word: the pages are about this field
_LONGEST = 7
_UNKNOWN = -21.0
_CLOSE = frozenset(",，。、；;:：)）】》…!?！？.")
_COMMON_MARKS = frozenset("，。、“”《》· ,()")


@functools.cache
def _words() -> dict[str, float]:
    """word → natural logarithm of its share of all words."""
    dictionary = Path(jieba.__file__).parent / "dict.txt"
    counts: dict[str, int] = {}
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        if len(word) <= _LONGEST:
            counts[word] = int(count)
    for word in _OWN_WORDS.read_text(encoding="utf-8").split():
        counts[word] = max(_OWN_FREQUENCY, counts.get(word, 0))
    total = math.log(sum(counts.values()))
    return {word: math.log(max(count, 1)) - total for word, count in counts.items()}


def is_word(text: str) -> bool:
    """Whether `text` (Simplified) is a word of the dictionary or of the field."""
    return text in _words()


def common(character: str) -> float:
    """The logarithm of how frequent one Simplified character is as a word; low for rare ones."""
    return _words().get(character, _UNKNOWN)


def likelihood(text: str) -> float:
    """The logarithm of the probability of the best cut of `text` (any script) into words."""
    text = simplify(text)
    words = _words()
    best = [0.0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        options = [best[end - 1] + _single(text, end - 1)]
        for length in range(2, min(_LONGEST, end) + 1):
            score = words.get(text[end - length : end])
            if score is not None:
                options.append(best[end - length] + score)
        best[end] = max(options)
    return best[-1]


def _single(text: str, at: int) -> float:
    """The cost of one character on its own; a mark that nothing may follow so is all but impossible."""
    character = text[at]
    if "\u4e00" <= character <= "\u9fff":
        return common(character)
    if character in "?？!！" and at + 1 < len(text):
        follower = text[at + 1]
        if follower.isdigit() or (follower in _CLOSE and follower not in "!！?？)）】》"):
            return -25.0
        return -9.0
    if character in _COMMON_MARKS:
        return -3.5
    if "\ue000" <= character <= "\uf8ff":
        return -30.0
    return -4.0 if character.isdigit() or character == "\n" else -7.0


@functools.lru_cache(maxsize=65536)
def readings(character: str) -> frozenset[str]:
    """Every pinyin reading (with tone marks) that pypinyin knows for one character."""
    found = pinyin(character, style=Style.TONE, heteronym=True, errors="ignore")
    return frozenset(found[0]) if found else frozenset()


@functools.lru_cache(maxsize=65536)
def is_traditional(character: str) -> bool:
    """Whether a page in Traditional characters can print `character` (it is not a Simplified-only form)."""
    return len(character) == 1 and _to_traditional().convert(character) == character


@functools.cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")
