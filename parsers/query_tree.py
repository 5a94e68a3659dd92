"""The tree of a search query: `parsers.query` reads it, `db` evaluates it. Frozen values, equal when they ask the same.

What each leaf asks of an article is written at its class; And, Or and Not join them as sets of articles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.script import fold, simplify


@dataclass(frozen=True, slots=True)
class Word:
    """Text to be found in title or body, folded; `column` "title" limits it to the title.

    It is found where its runs of letters, digits and Chinese characters stand in that order, parted by punctuation or
    spaces and nothing else; the first may be the end of a longer run, the last the beginning of one.
    """

    text: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A condition on a field of the article: place, source, origin, author, theme, type, policy, person, org,
    after, before (ISO dates), has, is (names of `parsers.query_fields`)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Near:
    """Two or more folded words in one paragraph (or the title), at most `distance` characters between the end of
    the occurrence that ends first and the start of the one that starts last."""

    words: tuple[str, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a measure ("" is any) whose number lies between `low` and `high` (None: no such end).

    `beyond` says that an end is not included (> and <); `unit` "" is any, else 元, 名 … in which the ends count.
    """

    measure: str
    low: float | None = None
    high: float | None = None
    beyond: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class And:
    """All of `items`; no items is everything."""

    items: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """Any of `items`."""

    items: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not `item`."""

    item: Query


Query = Word | Field | Near | Figure | And | Or | Not


def normal(text: str) -> str:
    """The form in which query words meet the index."""
    return fold(simplify(text))


def runs(text: str) -> list[str]:
    """The runs of letters, digits and Chinese characters in `text`; what lies between them is not indexed."""
    return re.findall(r"[^\W_]+", text)


def words_of(tree: Query) -> tuple[Word, ...]:
    """The words that a hit shows (those not excluded), in order, for highlighting."""
    match tree:
        case Word():
            return (tree,)
        case Near(words):
            return tuple(Word(word) for word in words)
        case And(items) | Or(items):
            return tuple(word for item in items for word in words_of(item))
        case _:
            return ()
