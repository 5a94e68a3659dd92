"""Years that a copyist altered: a count that is a year, a year that the text's own time does not allow."""

from __future__ import annotations

import re

from parsers.values import Flag

_COUNT = re.compile(r"(?<!\d)20[0-4][1-9](?=(?:余|多)(?:人|名|位|个|家|项|场|件|次|户|万|亿|所))")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?=年)")
# name → last year in which a text can speak of it as of its own time (founding and abolition of offices, congresses)
_ERAS = (
    ("卫生计生委", 2018, "卫生计生委在2018年机构改革中撤销"),
    ("卫计委", 2018, "卫生计生委在2018年机构改革中撤销"),
    ("国土资源厅", 2018, "国土资源部门在2018年机构改革中撤销"),
    ("工商行政管理局", 2018, "工商行政管理部门在2018年机构改革中撤销"),
    ("党的十八大精神", 2017, "“党的十八大精神”是2017年以前的提法"),
    ("党的十九大精神", 2022, "“党的十九大精神”是2022年以前的提法"),
)
_PLAN = re.compile(r"到\s*$|至\s*$|[—\-－~～]\s*$")


def doubtful_years(body: str) -> tuple[Flag, ...]:
    """Flags "year-doubt" for counts that look like years and for years later than the text's own time.

    The text's time ends with the earliest of the offices and congress formulas it speaks of; a year reached
    by 到, 至 or a dash is a plan's end and is not doubted. Spans count in `body`.
    """
    flags = [
        Flag("year-doubt", f"“{m[0]}”后有“余”或“多”，像是被改成年份的数量，请核对原文。", m.start(), m.end())
        for m in _COUNT.finditer(body)
    ]
    era = min((entry for entry in _ERAS if entry[0] in body), key=lambda entry: entry[1], default=None)
    if era is not None:
        for match in _YEAR.finditer(body):
            if int(match[1]) > era[1] + 1 and not _PLAN.search(body[: match.start()][-3:]):
                detail = f"{match[1]}年与文中“{era[0]}”不合：{era[2]}，年份可能被改动。"
                flags.append(Flag("year-doubt", detail, match.start(), match.end()))
    return tuple(sorted(flags, key=lambda flag: flag.start or 0))
