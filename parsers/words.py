"""Words of a Chinese text, with our own dictionary of talent work. The only module that imports jieba."""

from __future__ import annotations

import functools
import logging
import warnings
from collections import Counter
from importlib import resources
from types import ModuleType

_NOT_KEYWORDS = frozenset(
    {
        *("我们", "他们", "通过", "进行", "开展", "推进", "推动", "积极", "工作", "以及", "一个"),
        *("不断", "进一步", "有关", "相关", "围绕", "坚持", "加强", "实施", "方面", "全面"),
    }
)


@functools.cache
def _jieba() -> ModuleType:
    with warnings.catch_warnings():
        # jieba 0.42.1 imports pkg_resources and has escapes that newer Pythons deprecate; not ours to repair
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)  # it announces its dictionary on standard error
    dictionary = resources.files("parsers").joinpath("data/words.txt").read_text("utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its own dictionary file open
        jieba.initialize()
    for word in dictionary.split():
        jieba.add_word(word)
    module: ModuleType = jieba
    return module


def words(text: str) -> list[str]:
    """The words of `text` in order, without spaces and punctuation."""
    return [word for word in _jieba().lcut(text) if any(character.isalnum() for character in word)]


def tagged(text: str) -> list[tuple[str, str]]:
    """The words of `text`, all of its characters, with jieba's tags (nr a person, ns a place, nt a body, …)."""
    _jieba()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        import jieba.posseg
    return [(pair.word, pair.flag) for pair in jieba.posseg.lcut(text)]


def split_query(text: str) -> list[str]:
    """The words of a search, longest meaning first kept whole, without single characters and repeats."""
    return list(dict.fromkeys(word for word in words(text) if len(word) > 1 or not word.isalpha()))


def keywords(text: str, n: int) -> tuple[str, ...]:
    """The `n` weightiest words of a text: count times length, our dictionary's words doubled."""
    ours = dictionary()
    counts = Counter(w for w in words(text) if len(w) > 1 and w not in _NOT_KEYWORDS and not w.isnumeric())
    weight = {word: count * len(word) * (2 if word in ours else 1) for word, count in counts.items()}
    return tuple(sorted(weight, key=lambda word: (-weight[word], word))[:n])


@functools.cache
def dictionary() -> frozenset[str]:
    """Our own words of talent work (data/words.txt)."""
    text = resources.files("parsers").joinpath("data/words.txt").read_text("utf-8")
    return frozenset(text.split())
