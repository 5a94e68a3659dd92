"""How right a reading of a page is. Text is NFKC without white space; what is optional or the title is left out.

F1 counts characters, the ordered one the longest common subsequence; a page counts as right from .95 in both.
A false author is a name where the page has none. All but the body is compared in Simplified characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.script import simplify
from parsers.values import Article

_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]+")
_SITE_PART = re.compile(r"\s*[_|·—–-][^_|]*$|\s\S+$")
_DAY = re.compile(r"((?:19|20)\d\d)\D{0,3}(\d{1,2})\D{0,3}(\d{1,2})")
_BETWEEN_NAMES = re.compile(r"[\s、，,;；/&]+")


@dataclass(frozen=True, slots=True)
class Gold:
    """A page with what a person reads on it; absent things are None or empty."""

    name: str
    page: bytes
    url: str | None
    title: str
    published: str | None
    authors: tuple[str, ...]
    origin: str | None
    body: str
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What an extractor read on a page, in the page's own script."""

    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    origin: str | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One page: shares of characters from 0 to 1, and what of the rest is right; None where the page has none."""

    name: str
    precision: float
    recall: float
    f1: float
    ordered_f1: float
    title: bool
    day: bool | None
    wrong_day: bool | None
    author: bool | None
    false_author: bool | None
    origin: bool | None


def as_read(article: Article | None) -> Read:
    """Our article as it is compared: the printed paragraphs where they differ from the Simplified ones."""
    if article is None:
        return Read()
    body = "\n".join(article.original_paragraphs) or article.body
    return Read(article.title, article.published, article.authors, article.origin, body)


def compare(gold: Gold, read: Read) -> Score:
    """The score of a reading against what a person reads on the page; nothing read scores 0."""
    ours, theirs = _kept(read.body, gold), _kept(gold.body, gold)
    common = sum((Counter(ours) & Counter(theirs)).values())
    both = max(1, len(ours) + len(theirs))
    day, printed = _day(read.published), _day(gold.published)
    authors, known = _names(read.authors), _names(gold.authors)
    return Score(
        name=gold.name,
        precision=common / max(1, len(ours)),
        recall=common / max(1, len(theirs)),
        f1=2 * common / both,
        ordered_f1=2 * common_subsequence(ours, theirs) / both,
        title=same_title(simplify(read.title or ""), simplify(gold.title)),
        day=day == printed if printed else None,
        wrong_day=bool(day) and day != printed if printed else None,
        author=authors == known if known else None,
        false_author=None if known else bool(authors),
        origin=simplify(_plain(read.origin)) == simplify(_plain(gold.origin)) if gold.origin else None,
    )


def _plain(text: str | None) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text or ""))


def _day(text: str | None) -> str:
    found = _DAY.search(text or "")
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""


def _names(names: Sequence[str]) -> set[str]:
    parts = (part for name in names for part in _BETWEEN_NAMES.split(simplify(name)))
    return {_plain(part) for part in parts if part}


def _kept(text: str, gold: Gold) -> str:
    titles = {_plain(gold.title), _plain(simplify(gold.title))}
    kept = "".join(line for line in map(_plain, text.split("\n")) if line not in titles)
    for optional in sorted({_plain(line) for line in gold.optional} - titles, key=len, reverse=True):
        kept = kept.replace(optional, "") if len(optional) >= 2 else kept
    return kept


def same_title(read: str, gold: str) -> bool:
    """Whether `read` is the title, parts like "_新华网" behind it aside."""
    rest = unicodedata.normalize("NFKC", read).strip()
    while len(_plain(rest)) > len(_plain(gold)):
        shorter = _SITE_PART.sub("", rest, count=1)
        if shorter == rest:
            return False
        rest = shorter
    return _plain(rest) == _plain(gold)


def common_subsequence(one: str, other: str) -> int:
    """The length of the longest common subsequence, by rows of bits (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for at, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << at
    row = full = (1 << len(one)) - 1
    for character in other:
        matched = row & places.get(character, 0)
        row = ((row + matched) | (row - matched)) & full
    return len(one) - row.bit_count()


def figures(scores: Sequence[Score]) -> dict[str, float]:
    """Means and shares over the pages; of the pages that have the thing, where not all do."""
    right = {"pages_95": [min(one.f1, one.ordered_f1) >= 0.95 for one in scores]}
    for name in ("title", "day", "wrong_day", "author", "false_author", "origin"):
        right[name] = [bool(value) for value in (getattr(one, name) for one in scores) if value is not None]
    means = ("f1", "ordered_f1", "precision", "recall")
    found = {name: sum(getattr(one, name) for one in scores) / max(1, len(scores)) for name in means}
    return found | {name: sum(values) / max(1, len(values)) for name, values in right.items()}
