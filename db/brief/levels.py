"""Where an item stands: 中央 → 省 → 市 → 县, then by the code of the place, as official lists do it."""

from __future__ import annotations

import re

from parsers.places import PROVINCES, find_places, is_inside

LEVELS = ("中央", "省", "市", "县", "")
_BY_UNIT = {"province": "省", "prefecture": "市", "county": "县"}
_NATIONAL = re.compile(  # at the beginning of a title: who acts; 以中央…精神为指引 is a local matter
    r"(?:【[^】]{0,12}】)?(?:中共中央|党中央|国务院|中央组织部|中组部|中央人才|全国|人力资源(?:和)?社会保障部"
    r"|人社部|国家卫生健康委|教育部|科技部|工业和信息化部|财政部|国家发展改革委|中国科学院|中国工程院)"
)


def place_of(title: str, places: tuple[str, ...], national: bool) -> tuple[str, str, str]:
    """(level, place, code) of an article: its heaviest place, 中央 where it names none and is a national matter.

    `national` says that its source is a national one. The level and the code are "" where nothing is known.
    """
    about_all = bool(_NATIONAL.match(title)) and not find_places(title)
    if about_all or (national and not places):
        return "中央", "", "000000"
    if not places:
        return "", "", ""
    place = places[0]
    if place in PROVINCES:
        return "省", place, _code(place, places)
    found = next((one for one in find_places(place, near=places) if one.name == place), None)
    if found is None:  # several units share the name and nothing tells which
        return ("市" if len(is_inside(place)) == 1 else "县"), place, "999999"
    return _BY_UNIT[found.level], place, found.code


def _code(place: str, near: tuple[str, ...]) -> str:
    return next((one.code for one in find_places(place, near=near) if one.name == place), "999999")


def rank(level: str) -> int:
    """The place of a level in the order."""
    return LEVELS.index(level)
