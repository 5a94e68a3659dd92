"""Quantities with a unit: value or range, qualifier, span. Ordinals, names, slogans, dates and ages are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_UNITS = (
    "人次 场次 个百分点 名 人 位 个 家 所 项 场 次 套 户 件 支 批 期 座 倍 % ％ 元 亩 平方米 篇 门 对 种 条 例 册 "
    "份 间 台 辆 节 团队"
)
_QUANTITY = re.compile(
    r"(?P<before>不少于|不低于|至少|超过|超|逾|突破|近|约|大约|不超过|最多)?"
    r"(?P<low>(?<!\d)\d{1,15}+(?:[,，]\d{3})*(?:\.\d{1,9})?|[一二两三四五六七八九十百千]{1,12})"
    r"(?:(?:-|—|～|~|至)(?P<high>\d{1,15}(?:\.\d{1,9})?))?"
    r"(?P<over>[余多])?(?P<scale>[万亿千百]{0,2})(?P<over2>[余多])?"
    rf"(?P<unit>{'|'.join(_UNITS.split())})(?P<after>以上|以内|多(?!层|样|种|元)|余)?"
)
_NEVER_BEFORE = re.compile(r"[第满首上下逢同每〔\d.A-Za-z+－-]$|这一?$|某$|另$|其中一$")
_NEVER_AFTER = re.compile(
    r"^(方面|月|小时|工作日|意识|自信|维护|确立|代表|中心城市|尊重|转变|坚持|人才$|环节|维度|阶段|层面|层次|民|士|大代表)"
)
_COUNTED_IN_HAN = frozenset({"名", "位", "家", "所", "场", "人次", "场次"})
_QUOTED = re.compile(r"“[^”\n]*”|《[^》\n]*》")
_OVER = frozenset({"不少于", "不低于", "至少", "超过", "超", "逾", "突破"})
_UNDER = frozenset({"不超过", "最多"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """`low` and `high` in the unit's base (high None: no upper end); `start`/`end` delimit it in the text."""

    low: float | None
    high: float | None
    unit: str
    qualifier: str
    start: int
    end: int


def han_number(text: str) -> int:
    """The value of a number in Chinese numerals up to 9999 (二十三 → 23, 百 → 100)."""
    total, digit = 0, 0
    for character in text:
        if character in _SCALES:
            total += (digit or 1) * _SCALES[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit


def find_quantities(text: str) -> Iterator[Quantity]:
    """The quantities of `text` in order. What stands in quotes or a title is a name, never a quantity."""
    names = [match.span() for match in _QUOTED.finditer(text)]
    for match in _QUANTITY.finditer(text):
        if any(start < match.start() and match.end() < end for start, end in names):
            continue
        if _is_quantity(text, match):
            yield _quantity(match)


def _is_quantity(text: str, match: re.Match[str]) -> bool:
    # four and eight characters are all these rules look at: a copy of the whole text would be quadratic
    before, after = text[max(0, match.start() - 4) : match.start()], text[match.end() : match.end() + 8]
    if _NEVER_BEFORE.search(before) or _NEVER_AFTER.match(after):
        return False
    low = match["low"]
    if low[0].isdigit():
        return not (match["unit"] == "人" and text.startswith("才", match.end()))
    over = match["over"] or match["over2"] or match["after"] or match["before"]
    if over and match["scale"] == "" and low in ("百", "千"):
        return True
    return match["unit"] in _COUNTED_IN_HAN and (han_number(low) >= 3) and low not in ("百", "千", "百千")


def _quantity(match: re.Match[str]) -> Quantity:
    factor = 1
    for character in match["scale"]:
        factor *= _SCALES[character]
    low = _value(match["low"]) * factor
    high = _value(match["high"]) * factor if match["high"] else low
    unit = match["unit"].replace("％", "%")
    low_end, high_end, qualifier = _ends(match, _whole(low), _whole(high))
    return Quantity(low_end, high_end, unit, qualifier, match.start(), match.end())


def _ends(match: re.Match[str], low: float, high: float) -> tuple[float | None, float | None, str]:
    before, after = match["before"] or "", match["after"] or ""
    if before in _UNDER or after == "以内":
        return None, high, "under"
    if before in _OVER or match["over"] or match["over2"] or after in ("以上", "多", "余"):
        return low, None, "over"
    if before == "近":
        return low, high, "nearly"
    return low, high, "about" if before else "exact"


def _value(text: str) -> float:
    return float(re.sub("[,，]", "", text)) if text[0].isdigit() else float(han_number(text))


def _whole(value: float) -> float:
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
