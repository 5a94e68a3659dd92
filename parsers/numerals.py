"""Numbers in Chinese numerals."""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SMALL = {"十": 10, "百": 100, "千": 1000}
SCALES = _SMALL | {"万": 10**4, "亿": 10**8}
_NEIGHBOURS = re.compile("(十?)([一二两三四五六七八])([二三四五六七八九])([十百千万]?)")


def han_number(text: str) -> int:
    """The value of a number in Chinese numerals (二十三 → 23, 百 → 100, 三万五千 → 35000)."""
    total = section = digit = 0
    for character in text:
        if character in _SMALL:
            section += (digit or 1) * _SMALL[character]
            digit = 0
        elif character in SCALES:
            total = (total + section + digit or 1) * SCALES[character]
            section = digit = 0
        else:
            digit = _DIGITS[character]
    return total + section + digit


def han_range(text: str) -> tuple[int, int]:
    """Both ends of a number in Chinese numerals: 七八 → (7, 8), 二三十 → (20, 30), 二十 → (20, 20)."""
    neighbours = _NEIGHBOURS.fullmatch(text)
    if neighbours and _DIGITS[neighbours[3]] == _DIGITS[neighbours[2]] + 1:
        base, factor = 10 if neighbours[1] else 0, SCALES.get(neighbours[4], 1)
        return base + _DIGITS[neighbours[2]] * factor, base + _DIGITS[neighbours[3]] * factor
    return han_number(text), han_number(text)


def han_digits(text: str) -> str:
    """Chinese digits one by one as Arabic ones (二〇二四 → 2024)."""
    return "".join(str(_DIGITS[character]) for character in text)
