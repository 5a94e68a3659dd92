"""Quantities with a unit: value or range, qualifier, span. Ordinals, names, slogans, dates and ages are none.

A quantity is an Arabic or Chinese number, with its bounds (不少于, 余, 以上 …), scale (万, 亿) and unit. Chinese
numerals below ten are often part of a phrase (四个意识, 三位一体, 两地), so they count only with units that nothing
but a count has (名, 位, 家, 所, 场, 人次) or before a noun that can be counted (六个实训基地). A bare 百, 千 or 万
(百名专家进校园) counts only with a bound (百余名, 近百名). What is short and in quotes or a title is a name.
Shares are percent (三分之一, 六成, 半数 too); 翻一番 is two times.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.numerals import SCALES, han_number, han_range

__all__ = ["Quantity", "find_quantities", "han_number"]

_UNITS = (
    "人次 人年(?![内底初度前后终]) 场次 车次 批次 户次 例次 台次 班次 架次 家次 件次 个百分点 百分点 平方公里 平方米 "
    "个次 公里 公顷 学时 课时 团队 "
    "美元 名 人 位 个 家 所 项 场 次 套 户 件 支 批 期 座 倍 成 % ％ 元 亩 篇 门 对 种 条 例 册 份 "
    "间 台 辆 节 笔 趟 幅 吨 款 处 片 栋 枚 株 艘 架 张 部 本 只"
)
_ARABIC = r"(?:\d{1,3}(?:[,， ]\d{3})+(?!\d)(?:\.\d{1,9})?|\d{1,15}+(?:\.\d{1,9})?)"
_HAN = "[一二两三四五六七八九十百千万亿零〇]{1,12}"
_UNIT = f"(?:{'|'.join(_UNITS.split())})"
_BEFORE = (
    "(?P<before>不少于|不低于|不下|至少|不超过|不多于|至多|最多|不足|不到|少于|低于|超过了?|超出|超|逾"
    "|突破|多于|高于|将近|接近|(?<![附最邻亲临新远])近|"
    "大约在?|(?<![签预节公合条履邀相制契集])约)?"
)
_AFTER = "(?P<after>以上|以内|以下|左右|上下|多(?![层样种元个劳得])|余)?"
# one look spares most characters the rest of the pattern
_FIRST = r"(?=[\d不至最少低超逾突多高将接近大约数几上半翻一二两三四五六七八九十百千万亿零〇])"
_QUANTITY = re.compile(
    rf"{_FIRST}(?:{_BEFORE}(?:"
    rf"(?P<low>(?<![\d.]){_ARABIC}|[数几上]?{_HAN}几?)"
    rf"(?:(?P<low_scale>[万亿]?)(?P<low_unit>{_UNIT}?)(?:--?|——?|–|－|～|~|至|到)(?P<high>{_ARABIC}|{_HAN}))?"
    rf"(?P<over>[余多])? ?(?P<scale>[万亿千百]{{0,2}})(?P<over2>[余多])? ?(?P<unit>{_UNIT})"
    rf"|(?P<whole>[二三四五六七八九十百千]{{1,3}})分之(?P<part>\d{{1,9}}(?:\.\d{{1,9}})?|[一二三四五六七八九十]{{1,3}})"
    r"|(?P<half>半数)"
    rf"){_AFTER}"
    r"|翻了?(?P<doubled>[一两二三四]?)番)"
)
_NEVER_BEFORE_DIGITS = re.compile(
    r"[第满〔\d.A-Za-z+－/-]$|每$|(?<![目此日之提当年])前$|第[\d一二三四五六七八九十]{1,4}[、至和—-]$"
)
_NEVER_BEFORE_HAN = re.compile(r"[第满首上下逢同每这那某另其之半\d〔]$|前$|第[一二三四五六七八九十]{1,3}[、至和]$")
_NEVER_AFTER_GENERAL = re.compile(  # after 个 and 项: months, outlines and slogans
    r"方面|月|小时|工作日|意识|自信|维护|确立|中心城市|尊重|转变|坚持|更加|最大|必须|结合|环节|维度|阶段|层面|层次|转化|扎实|一体"
)
_AFTER_UNIT = {
    "人": "才大民士均员事物代",
    "只": "能有是要",
    "成": "立为果员功就绩长人本交分都效熟群才型不",
    "位": "于列居一数",
    "部": "门队委",
    "本": "科地土级",
    "处": "级长室",
    "片": "区",
    "条": "例件款规",
    "所": "有属谓在需",
    "家": "争庭",
    "种": "植子",
    "节": "约点日气",
    "例": "如外",
    "对": "一",
    "次": "方",
    "门": "口户",
    "期": "间",
    "张": "掖家",
}
_AFTER_UNIT_OF = {unit: tuple(letters) for unit, letters in _AFTER_UNIT.items()}
_HAN_ALWAYS = frozenset(["名", "位", "家", "所", "场", "人次", "场次", "倍", "成", "学时", "课时", "个百分点"])
_HAN_FROM_TEN = frozenset(["个", "项", "件", "支", "人", "户", "套", "台", "篇", "辆", "亩", "对", "元", "种", "门"])
_COUNTABLE = re.compile(
    r"[^，。；：、的（”“]{0,6}?(?:基地|平台|项目|工作站|流动站|团队|专科|学科|中心|城区|市州|市县|乡镇|县区|社区|岗位|课题|科室|"
    r"实验室|产业园|园区|联盟|分会场|专题班|培训班|专利|成果|技术|行动|政策|措施|活动|服务队|小分队|小组|工作室|专业)"
)
_BARE = re.compile("[百千万亿]+")
_NAME = re.compile(r"“[^“”\n，。！？；]{1,30}”|《[^《》\n]{1,80}》")
_SHARED = re.compile(rf"分别[^，。；\d]{{0,12}}((?:{_ARABIC}[、和与])+)$")
_OVER = frozenset(["不少于", "不低于", "不下", "至少", "超过", "超过了", "超出", "超", "逾", "突破", "多于", "高于"])
_UNDER = frozenset(["不超过", "不多于", "至多", "最多", "不足", "不到", "少于", "低于"])
_NEARLY = frozenset(["近", "将近", "接近"])
_LOOK_BACK = 80


@dataclass(frozen=True, slots=True)
class Quantity:
    """`low` and `high` in the unit's base (high None: no upper end); `start`/`end` delimit it in the text."""

    low: float | None
    high: float | None
    unit: str
    qualifier: str
    start: int
    end: int


def find_quantities(text: str) -> Iterator[Quantity]:
    """The quantities of `text` in order. What stands in short quotes or a title is a name, never a quantity."""
    names = [match.span() for match in _NAME.finditer(text)] if "“" in text or "《" in text else []
    starts = [start for start, _ in names]
    for match in _QUANTITY.finditer(text):
        at = bisect_right(starts, match.start()) - 1
        if at >= 0 and match.end() < names[at][1]:
            continue
        if _is_quantity(text, match):
            yield from _sharing(text, match)
            yield _quantity(match)


def _is_quantity(text: str, match: re.Match[str]) -> bool:
    if match["unit"] is None:  # a share or 翻番
        return not text.endswith("第", 0, match.start())
    # the rules look at a few characters only: a copy of the whole text for each would be quadratic
    before, after = text[max(0, match.start() - 8) : match.start()], text[match.end() : match.end() + 20]
    low, unit = match["low"], match["unit"]
    if after.startswith(_AFTER_UNIT_OF.get(unit, ())) or (unit in "个项" and _NEVER_AFTER_GENERAL.match(after)):
        return False
    if low[0].isdigit():
        return match["before"] is not None or _NEVER_BEFORE_DIGITS.search(before) is None
    if _NEVER_BEFORE_HAN.search(before):
        return False
    return _is_han_count(match, after)


def _is_han_count(match: re.Match[str], after: str) -> bool:
    low, unit = match["low"], match["unit"]
    bounded = (
        match["before"] or match["over"] or match["over2"] or match["after"] or low[0] in "数几上" or low[-1] == "几"
    )
    if _BARE.fullmatch(low.lstrip("数几上")):
        return bool(bounded)
    value = han_number(low.strip("数几上")) * _factor(match["scale"])
    if unit == "倍" or (value >= 2 and unit in _HAN_ALWAYS):
        return True
    if value >= 10 and unit in _HAN_FROM_TEN:
        round_number = value in (10, 100, 1000)  # 一百个理由
        return bool(bounded) or unit not in "个项" or not round_number or _COUNTABLE.match(after) is not None
    return value >= 2 and unit in "个项支件" and _COUNTABLE.match(after) is not None


def _quantity(match: re.Match[str]) -> Quantity:
    low, high, unit = _stated(match)
    ends = _ends(match, _whole(low), _whole(high))
    return Quantity(*ends[:2], unit, ends[2], match.start(), match.end())


def _stated(match: re.Match[str]) -> tuple[float, float, str]:
    """Both ends as printed, in the unit's base, and the unit."""
    if match["whole"]:
        part = _ends_of(match["part"])[0]
        return part / han_number(match["whole"]) * 100, part / han_number(match["whole"]) * 100, "%"
    if match["half"]:
        return 50, 50, "%"
    if match["unit"] is None:
        times = 2 ** han_number(match["doubled"] or "一")
        return times, times, "倍"
    low, high = _ends_of(match["low"])
    factor = _factor(match["scale"]) * (10 if match["unit"] == "成" else 1)
    unit = {"％": "%", "成": "%"}.get(match["unit"], match["unit"])
    if match["high"]:
        low_factor = factor
        if match["low_unit"]:
            low_factor = _factor(match["low_scale"]) * (10 if match["low_unit"] == "成" else 1)
        return low * low_factor, _ends_of(match["high"])[1] * factor, unit
    return low * factor, high * factor, unit


def _sharing(text: str, match: re.Match[str]) -> Iterator[Quantity]:
    """The numbers before a quantity that share its scale and unit: 分别引进3、5、8名."""
    begin = max(0, match.start() - _LOOK_BACK)
    if not match["unit"] or text[match.start() - 1 : match.start()] not in ("、", "和", "与"):
        return
    if shared := _SHARED.search(text[begin : match.start()]):
        for number in re.finditer(_ARABIC, shared[1]):
            start = begin + shared.start(1) + number.start()
            value = _whole(_ends_of(number[0])[0] * _factor(match["scale"]))
            yield Quantity(value, value, match["unit"].replace("％", "%"), "exact", start, start + len(number[0]))


def _ends(match: re.Match[str], low: float, high: float) -> tuple[float | None, float | None, str]:
    before, after = match["before"] or "", match["after"] or ""
    if before in _UNDER or after in ("以内", "以下"):
        return None, high, "under"
    printed = match["low"] or ""
    if before in _OVER or match["over"] or match["over2"] or after in ("以上", "多", "余"):
        return low, None, "over"
    if printed[:1] in ("数", "几", "上") or printed[-1:] == "几":
        return low, None, "over"
    if before in _NEARLY:
        return low, high, "nearly"
    return low, high, "about" if before or after else "exact"


def _ends_of(number: str) -> tuple[float, float]:
    if number[0].isdigit():
        value = float(re.sub("[,， ]", "", number))
        return value, value
    return han_range(number.strip("数几上"))


def _factor(scale: str) -> int:
    factor = 1
    for character in scale:
        factor *= SCALES[character]
    return factor


def _whole(value: float) -> float:
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
