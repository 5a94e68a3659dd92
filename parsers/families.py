"""Families: content-management systems that many sites share, one file each (data/families/NAME.toml).

    title    = "TRS WCM（拓尔思）"
    evidence = ["公开爬虫代码 2019–2026"]     # what the rules were written from
    [recognise]
    articles = ['/t\\d{8}_\\d+\\.html$']       # shapes of article addresses
    lists    = ['/list_\\d+\\.html$']          # shapes of list addresses
    marks    = [".TRS_Editor"]               # elements that only this system writes
    [crawl]                                  # defaults of its source files, read by crawler.sources
    [page]                                   # where the parts of an article stand, as in a source file

A family is a guess about a page: its rules are tried before the common ones and never believed unchecked.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind
from selectolax.lexbor import LexborHTMLParser

from parsers.rules import COMMON, PageRules

DIRECTORY = Path(__file__).parent / "data" / "families"
_URL_WEIGHT = 3  # an address shape outweighs three marks: marks are copied from system to system
_BOUNDS = frozenset(bytes([code]) for code in b"\"' \t\r\n=></")
_NAME_MARK = re.compile(r"[\w-]*[#.][\w-]+")  # #id or .class: a whole name in the page's text
_WORDS = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Family:
    """A system's name, the shapes of its addresses, the marks on its pages and its page rules."""

    id: str
    title: str
    articles: tuple[re.Pattern[str], ...]
    lists: tuple[re.Pattern[str], ...]
    marks: tuple[str, ...]
    page: PageRules
    reading: PageRules  # `page` without the bodies that are known on every page anyway


@dataclass(frozen=True, slots=True)
class Recognised:
    """A family with what showed it: its article or list address shape, and the marks found on the page."""

    family: Family
    article_address: bool
    list_address: bool
    marks: tuple[str, ...]

    @property
    def reason(self) -> str:
        """What showed the family, for people: “北方网（enorth）系新闻发布系统：网址、页面特征”."""
        seen = ["网址"] * (self.article_address or self.list_address) + ["页面特征"] * bool(self.marks)
        return f"{self.family.title}：{'、'.join(seen)}"


@cache
def families() -> dict[str, Family]:
    """All families by id. A file that cannot be read is a mistake of the product, so its error is not caught."""
    return {file.stem: _family(file) for file in sorted(DIRECTORY.glob("*.toml"))}


def recognise(url: str | None, tree: LexborHTMLParser, page: bytes | None = None) -> Recognised | None:
    """The family that the address and the marks of a page speak for, or None; on equal votes None too.

    An address shape counts as three marks; of two shapes that fit, the longer match is the more exact one. `page`
    is the page in bytes (of an encoding that holds ASCII) where the caller has it: what is not in it need not be
    asked of the tree.
    """
    marks = _marks_on(tree, (tree.html or "").encode("utf-8", "replace") if page is None else page)
    votes: list[tuple[int, int, str]] = []
    for family in families().values():
        matched = _longest_match(family, url)
        score = _URL_WEIGHT * bool(matched) + len(marks.get(family.id, ()))
        if score:
            votes.append((score, matched, family.id))
    votes.sort(reverse=True)
    if not votes or (len(votes) > 1 and votes[0][:2] == votes[1][:2]):
        return None
    family = families()[votes[0][2]]
    return Recognised(family, _found(family.articles, url), _found(family.lists, url), tuple(marks.get(family.id, ())))


def _found(patterns: tuple[re.Pattern[str], ...], url: str | None) -> bool:
    return bool(url) and any(pattern.search(url or "") for pattern in patterns)


def _longest_match(family: Family, url: str | None) -> int:
    if not url:
        return 0
    matches = (pattern.search(url) for pattern in family.articles + family.lists)
    return max((match.end() - match.start() for match in matches if match), default=0)


def _marks_on(tree: LexborHTMLParser, page: bytes) -> dict[str, list[str]]:
    """The marks on a page by family id: a search for their longest words, then a query for each that may be there."""
    by_word, words, search = _mark_index()
    found: dict[str, list[str]] = {}
    for number, whole in sorted(_seen(search, page).items()):
        for family, mark in by_word[words[number]]:
            if (whole or not _NAME_MARK.fullmatch(mark)) and tree.css_first(mark) is not None:
                found.setdefault(family, []).append(mark)
    return found


def _seen(search: BytesAhoCorasick, text: bytes) -> dict[int, bool]:
    """The words that stand in the page, and whether one stands there as a whole name (word, not password)."""
    found: dict[int, bool] = {}
    for number, start, end in search.find_matches_as_indexes(text):
        whole = text[start - 1 : start] in _BOUNDS and text[end : end + 1] in _BOUNDS
        found[number] = found.get(number, False) or whole
    return found


@cache
def _mark_index() -> tuple[dict[str, list[tuple[str, str]]], list[str], BytesAhoCorasick]:
    """The marks by their longest word, these words in order, and a search for all of them at once."""
    by_word: dict[str, list[tuple[str, str]]] = {}
    for family in families().values():
        for mark in family.marks:
            word = max(_WORDS.findall(mark), key=len)
            by_word.setdefault(word, []).append((family.id, mark))
    words = sorted(by_word)
    coded = [word.encode() for word in words]
    longest = MatchKind.LeftmostLongest  # vsb_content_2 must not be taken for vsb_content
    return by_word, words, BytesAhoCorasick(coded, matchkind=longest, implementation=Implementation.DFA)


def _family(file: Path) -> Family:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    shape = table.get("recognise", {})
    return Family(
        id=file.stem,
        title=table["title"],
        articles=tuple(re.compile(text) for text in shape.get("articles", ())),
        lists=tuple(re.compile(text) for text in shape.get("lists", ())),
        marks=tuple(shape.get("marks", ())),
        page=(page := _rules(table.get("page", {}))),
        reading=replace(page, body=tuple(selector for selector in page.body if selector not in COMMON.body)),
    )


def _rules(table: dict[str, Any]) -> PageRules:
    known = {part.name for part in fields(PageRules)}
    if set(table) - known:
        raise ValueError(f"[page] knows {sorted(known)}, not {sorted(set(table) - known)}")
    return PageRules(**{name: tuple(selectors) for name, selectors in table.items()})
