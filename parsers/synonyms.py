"""Words that stand for the same thing in talent news (data/synonyms.toml, with reasons), and words that sound alike."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources

import ahocorasick_rs

from parsers.words import dictionary


@functools.cache
def _groups() -> dict[str, tuple[str, ...]]:
    """Word → the words of its groups."""
    text = resources.files("parsers").joinpath("data/synonyms.toml").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for group in tomllib.loads(text)["group"]:
        for word in group["words"]:
            found[word] = (*found.get(word, ()), *group["words"])
    return found


@functools.cache
def _scanner() -> tuple[tuple[str, ...], ahocorasick_rs.AhoCorasick]:
    words = tuple(_groups())
    return words, ahocorasick_rs.AhoCorasick(list(words), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def variants(text: str) -> tuple[str, ...]:
    """`text` with its first known word replaced by each word of the same meaning (校园引才周 → 校园招聘周, …)."""
    words, scanner = _scanner()
    for index, start, end in scanner.find_matches_as_indexes(text):
        others = dict.fromkeys(word for word in _groups()[words[index]] if word != words[index])
        return tuple(text[:start] + other + text[end:] for other in others)
    return ()


@functools.cache
def _sounds() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted({*dictionary(), *_groups()}):
        found[sound(word)] = (*found.get(sound(word), ()), word)
    return found


@functools.lru_cache(maxsize=4096)
def sound(text: str) -> str:
    """The sounds of `text` without tones (昆仑 → kun lun)."""
    from pypinyin import Style, lazy_pinyin  # 65 MB of phrases: only where somebody found nothing

    return " ".join(lazy_pinyin(text, style=Style.NORMAL))


def alike(text: str) -> tuple[str, ...]:
    """Words of our dictionary that sound like `text` but are written otherwise (昆伦英才 → 昆仑英才)."""
    return tuple(word for word in _sounds().get(sound(text), ()) if word != text)
