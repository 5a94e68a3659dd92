"""People of lists: X、Y等专家, the lines of a table, bodies with those who were elected from them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.facts.person_sense import HAN, NO_NAME, ORG, Person, plausible
from parsers.facts.roles import ROLE
from parsers.person_names import is_minority, looks_like_name
from parsers.places import find_places

_LISTED = re.compile(
    rf"(?:等|两位|3位|三位)(?:一批|多位|\d+[位名])?([{HAN}]{{0,8}}(?:典型|专家|学者|教授|院士|人才|代表|同志|"
    rf"博士|医生|教师|模范|骨干|工匠|领导))"
)
_LAST_OF_LIST = re.compile(rf"(?<![{HAN}·])[{HAN}·]{{2,12}}$|(?<=[以挥由和与是请进彰任])[{HAN}]{{2,4}}$")
_INVITED = re.compile("(?:聘请|邀请|引进|表彰|聘任)$")
_ROW = re.compile(
    rf"([{HAN}·]{{2,8}}|[A-Z][A-Za-z.]+(?: [A-Z][A-Za-z.]+){{1,3}})"
    rf"[ \u3000]+([{HAN}（）]{{4,30}})[ \u3000]+([{HAN}、]{{2,16}}(?<=[{HAN}]))"
)
_NUMBER = re.compile(r"\s*\d{1,4}\s*")
_CELL_NAME = re.compile(rf"\s*([{HAN}]{{2,4}}|[{HAN}]{{1,6}}(?:·[{HAN}]{{1,6}})+)\s*")
_POST = re.compile(f"(?:{ROLE.pattern}|员|师|长|工)$")
# who was chosen from several bodies: 甲大学X、乙医院Y等5人当选理事
_CHOSEN = re.compile("当选|入选|获评|荣获|获得?“|授予|聘为|评为|获颁|上台|领奖|作(?:交流|典型)?发言|分获")
_UP_TO = re.compile("(?:等[0-9]+[人名位](?:同志)?|[两三四五六七八九]人)?(?:分别|共同|同时|被)?$")
_CLAUSE_MARKS = "，。；：|"


def of_row(text: str) -> Iterator[Person]:
    """A line of a list of people: name, organisation and role parted by spaces."""
    if (row := _ROW.fullmatch(text.strip())) and (row.group(1).isascii() or plausible(row.group(1))):
        start = text.index(row.group(1))
        yield Person(row.group(1), start, start + len(row.group()), row.group(3), row.group(2), start)


def listed(text: str) -> Iterator[Person]:
    """X、Y等先进典型: the names of a list before 等 and a noun for people."""
    for kind in _LISTED.finditer(text):
        begin = kind.start()
        names: list[tuple[str, int]] = []
        while begin > 0:
            found = _LAST_OF_LIST.search(text[:begin])
            if not found:
                break
            name = next((text[begin - n : begin] for n in (3, 2, 4) if begin >= n and _in_list(text, begin, n)), "")
            if not name:
                break
            names.append((name, begin - len(name)))
            if text[begin - len(name) - 1 : begin - len(name)] != "、":
                break
            begin -= len(name) + 1
        if len(names) > 1 or (names and (names[0][1] == 0 or _INVITED.search(text[: names[0][1]]))):
            for name, start in names:
                yield Person(name, start, kind.end(), kind.group(1), "", start)


def _in_list(text: str, end: int, length: int) -> bool:
    name, before = text[end - length : end], text[max(0, end - length - 2) : end - length]
    return (plausible(name) or is_minority(name)) and bool(re.search(r"^$|[、，：。“和与请由是挥以进彰任]$", before))


def of_cells(text: str) -> Iterator[Person]:
    """A line of a table of people: a cell that is a name, beside it one that is a body or a post."""
    if " | " not in text:
        return
    cells = text.split(" | ")
    at = 1 if _NUMBER.fullmatch(cells[0]) and len(cells) > 2 else 0
    named = _CELL_NAME.fullmatch(cells[at])
    if not named or not (plausible(named.group(1)) or is_minority(named.group(1))) or find_places(named.group(1)):
        return
    others = [cell.strip() for cell in cells[at + 1 :]]
    body = next((cell for cell in others if len(cell) > 3 and ORG.fullmatch(cell)), "")
    post = next((cell for cell in others if len(cell) <= 20 and _POST.search(cell)), "")
    if body or post:
        start = len(cells[0]) + 3 if at else 0
        start += named.start(1)
        yield Person(named.group(1), start, start + len(named.group(1)), post, body, start)


def elected(text: str) -> Iterator[Person]:
    """甲大学X、乙医院Y等5人当选…: each of the list with the body before the name."""
    for chosen in _CHOSEN.finditer(text):
        start = max(text.rfind(mark, 0, chosen.start()) for mark in _CLAUSE_MARKS) + 1
        end = _UP_TO.search(text, start, chosen.start())
        found: list[Person] = []
        several = end is not None and end.group() != ""
        for item in text[start : end.start() if end else chosen.start()].split("、"):
            stop = start + len(item)
            found += [Person(name, stop - len(name), stop, "", body, start) for body, name in _split(item)]
            start = stop + 1
        if len(found) > 1 or (found and several):
            yield from found


def _split(item: str) -> Iterator[tuple[str, str]]:
    """The body and the name that an item of a list is made of, where it is."""
    for length in (3, 2):
        name, body = item[-length:], item[:-length]
        if len(body) < 4:
            return
        if (plausible(name) or (length == 2 and name not in NO_NAME)) and ORG.fullmatch(body) and looks_like_name(name):
            yield body, name
            return
