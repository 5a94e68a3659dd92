"""The lexicon of relevance: words with a group, a weight and a role, built in or added by the operator.

The form is that of data/lexicon.toml, which explains it. `words_of` reads it from text (this room reads no files but
its own), `extended` adds words to the built-in ones; a word that is added replaces the built-in one.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

import ahocorasick_rs

from parsers.errors import CaixunError

GROUPS = ("core", "means", "against", "none")
ROLES = ("", "people", "deed", "task", "public")
_KEYS = {"group", "weight", "role", "why", "words"}
_HEAVIEST = 20.0


class LexiconError(CaixunError):
    """A lexicon is not of the form of data/lexicon.toml; the text names the file, the table and the reason."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word: `group` core, means, against or none, its points, and `role` people, deed, task, public or empty."""

    text: str
    group: str
    weight: float
    role: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Words and the automaton that finds them, the longest of those that begin at the same character."""

    words: tuple[Word, ...]
    scanner: ahocorasick_rs.AhoCorasick

    def found(self, text: str) -> Iterator[tuple[Word, int]]:
        """Each word in `text` with its start; words do not overlap."""
        for index, start, _ in self.scanner.find_matches_as_indexes(text):
            yield self.words[index], start


@functools.cache
def built_in() -> Lexicon:
    """The lexicon that comes with 才讯."""
    return _built(_own_words())


def extended(words: Iterable[Word]) -> Lexicon:
    """The built-in lexicon with `words` added, each in place of the built-in word of the same text."""
    return _built((*_own_words(), *words))


def words_of(text: str, name: str = "lexicon.toml") -> tuple[Word, ...]:
    """The words of a lexicon in TOML. Raises LexiconError; `name` is what it calls the file."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{name} 不是正确的 TOML：{error}") from error
    unknown = sorted(document.keys() - {"words"})
    tables = document.get("words", [])
    if unknown or not isinstance(tables, list):
        raise LexiconError(f"{name}：{unknown[0] if unknown else 'words'} 不认识；每组词写成一个 [[words]] 表")
    return tuple(word for number, table in enumerate(tables, 1) for word in _table(table, f"{name} 第 {number} 组词"))


@functools.cache
def _own_words() -> tuple[Word, ...]:
    return words_of(resources.files("parsers").joinpath("data/lexicon.toml").read_text("utf-8"))


def _built(words: Iterable[Word]) -> Lexicon:
    last = {word.text: word for word in words}
    scanner = ahocorasick_rs.AhoCorasick(list(last), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return Lexicon(tuple(last.values()), scanner)


def _table(table: Any, where: str) -> Iterator[Word]:
    reason = _fault(table) if isinstance(table, dict) else "不是一个表"
    if reason:
        raise LexiconError(f"{where}：{reason}")
    for text in table["words"].split():
        yield Word(text, table["group"], float(table["weight"]), table.get("role", ""))


def _fault(table: dict[str, Any]) -> str | None:
    weight = table.get("weight")
    if unknown := sorted(table.keys() - _KEYS):
        return f"{unknown[0]} 不认识；可用 group、weight、role、why、words"
    if table.get("group") not in GROUPS:
        return f"group 须是 {'、'.join(GROUPS)} 之一"
    if table.get("role", "") not in ROLES:
        return "role 须是 people、deed、task、public 之一，或不写"
    if not isinstance(weight, int | float) or isinstance(weight, bool) or not 0 <= weight <= _HEAVIEST:
        return "weight 须是 0 到 20 的数"
    if not isinstance(table.get("why"), str) or not table["why"].strip():
        return "why 要写明为什么给这个分量"
    if not isinstance(table.get("words"), str) or not table["words"].split():
        return "words 要列出词，用空格隔开"
    return None
