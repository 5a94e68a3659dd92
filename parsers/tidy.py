"""The text of one paragraph in the form in which it is stored."""

from __future__ import annotations

import re

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufff9-\ufffc\x00-\x08\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[ \t\r\n\f\v\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_WIDE = {
    point: point - 0xFEE0 for span in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B)) for point in range(*span)
}
_WIDE |= {0xFF05: ord("%"), 0xFF0E: ord(".")}
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARK = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_BETWEEN = re.compile(rf"(?<=[{_HAN}”》）〉」』])([,;:?!])(?=[{_HAN}“《（〈「『]|$)")
_STOP = re.compile(rf"(?<=[{_HAN}])\.(?=$|[{_HAN}”])")
_BRACKETS = re.compile(rf"\(([^()]*[{_HAN}][^()]*)\)")
_NUMBER_SPACE = re.compile(rf"(?<=[0-9%])\s(?=[{_HAN}])|(?<=[{_HAN}])\s(?=[0-9])")
_MARK_SPACE = re.compile(r"\s+(?=[，。；：？！、）》”])|(?<=[，。；：？！、（《“])\s+")


def tidy(text: str, headline: bool = False) -> str:
    """`text` on one line: invisible characters gone, white space single, punctuation of Chinese full-width.

    A space between two Chinese phrases (凤栖夏都 聚宁圆梦) or two digits (18 08:55) stays; one between a number
    and a Chinese character goes. Full-width letters and digits become ASCII. Private-use characters stay: they
    may be damage that can be repaired. The parts of a `headline` keep every space between them.
    """
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip().translate(_WIDE)
    if text.isascii():
        return text
    text = _BETWEEN.sub(lambda match: _MARK[match[1]], text)
    text = _BRACKETS.sub(r"（\1）", _STOP.sub("。", text))
    text = _MARK_SPACE.sub("", text)
    return text if headline else _NUMBER_SPACE.sub("", text)
