"""The text of paragraphs in the form in which it is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable

from parsers.characters import normal_text

_SPACES = re.compile(r"[ \t\r\f\v\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_WIDE = {0xFF05: ord("%"), 0xFF0E: ord(".")}
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARK = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
# the patterns begin with what they change and look behind afterwards: so the search passes over all else quickly
# a mark of English between words of Chinese; between Chinese and a number or a closing quote; and behind a number
# where Chinese goes on (5.2%,达到), which no separator of thousands can be
_BETWEEN = re.compile(
    rf"[,;:?!](?:(?<=[{_HAN}”》）〉」』].)(?=[{_HAN}“《（〈「『]|$)"
    rf"|(?<=[{_HAN}”》）][,;!?])(?=[\d”’》）A-Za-z])"
    rf"|(?<=[\d%][,;])(?=[{_HAN}“《]))",
    re.M,
)
_STOP = re.compile(rf"\.(?<=[{_HAN}]\.)(?=$|[{_HAN}”])", re.M)
_BRACKETS = re.compile(r"\(([^()\n]*)\)")
_CHINESE = re.compile(f"[{_HAN}]")
# 西宁讯 3月18日: behind the 讯 or 电 of a dateline the space parts two statements
_NUMBER_SPACE = re.compile(rf" (?:(?<=[0-9%] )(?=[{_HAN}])|(?<=[{_HAN}] )(?<![讯电] )(?=[0-9]))")
# cells of a row stay apart
_MARK_SPACE = re.compile(r" (?: *(?=[，。；：？！、）》”])|(?<=[，。；：？！、（《“] ) *(?!\|))")


def tidy(text: str, headline: bool = False) -> str:
    """`text` on one line: invisible characters gone, white space single, punctuation of Chinese full-width.

    A space between two Chinese phrases (凤栖夏都 聚宁圆梦) or two digits (18 08:55) stays; one between a number
    and a Chinese character goes. Full-width letters and digits become ASCII. Private-use characters stay: they
    may be damage that can be repaired. The parts of a `headline` keep every space between them.
    """
    return _tidied(text.replace("\n", " "), headline).strip()


def tidy_all(texts: Iterable[str]) -> tuple[str, ...]:
    """Each of `texts` as `tidy` gives it, without those of which nothing is left."""
    joined = "\n".join(text.replace("\n", " ") for text in texts)
    return tuple(text for text in (line.strip() for line in _tidied(joined, False).split("\n")) if text)


def _tidied(text: str, headline: bool) -> str:
    """`text` tidied line by line; a line keeps no white space but single spaces, also at its ends."""
    text = _SPACES.sub(" ", normal_text(text))
    if text.isascii():
        return text
    if "％" in text or "．" in text:
        text = text.translate(_WIDE)
    if any(mark in text for mark in _MARK):
        text = _BETWEEN.sub(lambda match: _MARK[match[0]], text)
    if "." in text:
        text = _STOP.sub("。", text)
    if "(" in text:
        text = _BRACKETS.sub(_full_brackets, text)
    if " " not in text:
        return text
    text = _MARK_SPACE.sub("", text)
    return text if headline else _NUMBER_SPACE.sub("", text)


def _full_brackets(match: re.Match[str]) -> str:
    return f"（{match[1]}）" if _CHINESE.search(match[1]) else match[0]
