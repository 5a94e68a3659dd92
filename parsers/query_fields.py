"""The fields of the query language: their names in both languages, and what may stand behind each.

`read` turns the text behind a field into a leaf of the tree, or says what is wrong with it.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from difflib import get_close_matches

from parsers.numerals import SCALES, han_number
from parsers.places import canonical
from parsers.query_tree import Field, Figure, Or, Query, Word, normal, runs
from parsers.script import fold, simplify

NAMES = {
    "title": "title", "标题": "title", "题目": "title",
    "place": "place", "地区": "place", "地点": "place", "地方": "place",
    "source": "source", "站点": "source", "网站": "source",
    "origin": "origin", "来源": "origin", "出处": "origin",
    "author": "author", "作者": "author",
    "theme": "theme", "主题": "theme",
    "type": "type", "类型": "type", "体裁": "type",
    "policy": "policy", "政策": "policy",
    "person": "person", "人物": "person",
    "org": "org", "机构": "org", "单位": "org",
    "after": "after", "起始": "after", "不早于": "after",
    "before": "before", "早于": "before",
    "has": "has", "含有": "has",
    "is": "is", "状态": "is",
    "figure": "figure", "指标": "figure",
    "near": "near", "邻近": "near", "相邻": "near",
}  # fmt: skip
FACT_KINDS = {
    "figure": "数据", "policy": "政策", "incentive": "激励", "event": "活动", "programme": "计划",
    "cooperation": "合作", "person": "人物", "platform": "平台",
}  # fmt: skip
HAS = {**FACT_KINDS, "fact": "事实", "flag": "存疑", "repair": "修复", "author": "作者", "origin": "来源"}
IS = {"repost": "转载", "first": "首发", "only": "独家", "gone": "已撤", "changed": "改过", "mirror": "镜像",
      "traditional": "繁体"}  # fmt: skip
_LISTS = frozenset({"place", "source", "author", "theme", "type", "person", "org", "has", "is"})
_CHOICES = {"has": HAS, "is": IS}
_SEPARATOR = re.compile("[、,;]")
_SUFFIXES = ("", "市", "县", "区", "州", "省", "旗")
_DATE = re.compile(r"(\d{4})(?:[-/.年](?:(\d{1,2})(?:[-/.月](?:(\d{1,2})日?)?)?)?)?|(\d{4})(\d{2})(\d{2})")
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value: the key of the problem, words for its message, and what to search instead."""

    key: str
    values: dict[str, str]
    instead: Query | None = None


def meant(name: str) -> str | None:
    """The field that a misspelt ASCII `name` is close to, or None."""
    if not (name.isascii() and len(name) >= 4):
        return None
    close = get_close_matches(name.lower(), [known for known in NAMES if known.isascii()], 1, 0.75)
    return close[0] if close else None


def read(name: str, value: str, *, phrase: bool = False) -> Query | Fault:
    """The leaf for `value` behind the field `name` (canonical), or the fault; a phrase is never taken for a list."""
    value = simplify(value).strip()
    if not phrase and name in _LISTS and len(parts := [part for part in _SEPARATOR.split(value) if part]) > 1:
        return _listed(name, parts)
    if not runs(value):
        return Fault("no_value", {})
    match name:
        case "title":
            return Word(normal(value), "title")
        case "after" | "before":
            return _date(name, value)
        case "place":
            return _place(value)
        case "has" | "is":
            return _choice(name, value)
        case _:
            return Field(name, fold(value))


def _listed(name: str, parts: list[str]) -> Query | Fault:
    items: list[Query] = []
    for part in parts:
        item = read(name, part, phrase=True)
        if isinstance(item, Fault):
            return item
        items.append(item)
    return Or(tuple(items))


def _date(name: str, value: str) -> Query | Fault:
    found = _DATE.fullmatch(fold(value))
    if found is None:
        return Fault("date", {"value": value})
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return Fault("no_such_day", {"value": value})
    if int(year) not in _YEARS:
        return Fault("no_such_day", {"value": value})
    return Field(name, year + (f"-{int(month):02}" if month else "") + (f"-{int(day):02}" if day else ""))


def _place(value: str) -> Query | Fault:
    for suffix in _SUFFIXES:  # 鼓楼 is no form of its own, for several towns have a 鼓楼区
        if name := canonical(value + suffix):
            return Field("place", name)
    return Fault("place", {"value": value}, Word(normal(value)))


def _choice(name: str, value: str) -> Query | Fault:
    choices = _CHOICES[name]
    wanted = fold(value)
    for key, chinese in choices.items():
        if wanted in (key, fold(chinese)):
            return Field(name, key)
    listed = "、".join(f"{key}（{chinese}）" for key, chinese in choices.items())
    return Fault("choice", {"value": value, "choices": listed})


_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,6})?|[〇零一二两三四五六七八九十百千万亿]{1,12}"


def _amount_of(end: str) -> str:
    return rf"(?P<{end}>{_NUMBER})(?P<{end}_scale>[百千万亿]{{0,2}})(?P<{end}_unit>[^\d\s.,~<>=至到—-]{{0,6}})"


_ONE = re.compile(_amount_of("low"))
_RANGE = re.compile(_amount_of("low") + r"(?:\.\.|-|~|—|至|到)" + _amount_of("high"))
_UNITS = {"人": "名", "位": "名", "个": "项", "％": "%"}  # a paper counts the same people as 人, 名 or 位


def same_unit(unit: str) -> str:
    """The unit under which those meet that count the same: 人, 名, 位 as 名; 个, 项 as 项."""
    return _UNITS.get(unit, unit)


def read_figure(measure: str, operator: str, value: str) -> Figure | Fault:
    """The leaf for `measure` `operator` `value` (100, 1.5万元, 100..200); the operator is one of > >= < <= =."""
    measure, value = simplify(measure).strip(), fold(simplify(value))
    spanned = _RANGE.fullmatch(value) if operator == "=" else None
    found = spanned or _ONE.fullmatch(value)
    if found is None:
        return Fault("figure", {"value": operator + value}, Figure(measure) if runs(measure) else None)
    if spanned is None:
        low = _amount(found["low"], found["low_scale"])
        return _one_ended(measure, operator, low, same_unit(found["low_unit"]))
    shared = "" if found["low_unit"] else found["high_scale"]  # 100-200万元: both ends in 万
    low = _amount(found["low"], found["low_scale"] or shared)
    high = _amount(found["high"], found["high_scale"])
    if shared and low > high:  # 50-1.5万: only the second end is counted in 万
        low = _amount(found["low"], "")
    unit = same_unit(found["high_unit"] or found["low_unit"])
    return Figure(measure, min(low, high), max(low, high), unit=unit)


def _one_ended(measure: str, operator: str, value: float, unit: str) -> Figure:
    low = value if operator in (">", ">=", "=") else None
    high = value if operator in ("<", "<=", "=") else None
    return Figure(measure, low, high, beyond=operator in (">", "<"), unit=unit)


def _amount(number: str, scale: str) -> float:
    value = float(number.replace(",", "")) if number[0].isdigit() else float(han_number(number))
    for character in scale:
        value *= SCALES[character]
    return value
