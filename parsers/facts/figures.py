"""Figures: a quantity with what it counts (parsers.facts.measures), its subject and its period.

Subject and period carry over within the paragraph by the rules of parsers.facts.context. Of "由A增加到B" only B is a
figure. "A、B、C分别为x、y、z" and a list of multiples after 分别 are paired in their order. Money that a person can get
is an incentive, another kind of fact, and no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from parsers.facts.context import ReadingContext
from parsers.facts.elsewhere import is_elsewhere, is_of_another_place
from parsers.facts.grants import grants
from parsers.facts.matters import is_other_matter
from parsers.facts.measure_forms import normal_measure
from parsers.facts.measures import Clause, Measure, measure_of
from parsers.places import canonical
from parsers.quantities import Quantity, find_quantities
from parsers.sentences import Sentence
from parsers.values import Fact

RULE, VERSION = "figure", 4
_MARKS_OF_ITEMS = "，。；：、（）,;:！？|"
_ITEM_MARKS = re.compile(f"(?s:.*)[{_MARKS_OF_ITEMS}]")  # up to the last mark
_PART_MARKS = re.compile("(?s:.*)[，。；：（）,;:！？|]")
_CLAUSE_MARKS = re.compile("(?s:.*)[，。；：]")
_GRANT = re.compile(r"(给予|配套|享受|每[人月年]|最高|一次性).{0,20}(安家|补[贴助]|奖[励金]|津贴|资助|\d+万元)")
_NOBODYS = 10_000_000  # 元: so much is what was paid out to all, unless it is said to be for each
_PAID_OUT = re.compile(r"兑现|拨付|落实|累计|共计|合计|已发放|先后发放|投入|财政|预算|[为给向]\d+[余多]?[名人位家户]")
_EACH = re.compile("最高|每|给予|一次性")
_CHANGED = re.compile(
    "^.{0,6}?(?:增加|增长|提高|上升|扩大|扩充|发展|壮大|提升|降低|下降|减少|缩短|增|升|降)(?:到|至|为)"
)
_FROM = re.compile("(?:由|从)[^，。；]{0,8}$")
_RESPECTIVELY = re.compile(
    r"(?:(?P<names>[^，。；：]{2,40}?)分别(?:为|是|达到?|有)?(?P<verb>引进|培养|招聘|新增|完成|投入|选派|增长|下降)?"
    r"|分别(?P<verb2>引进|培养|招聘|新增|完成|投入|选派|建成|新建)(?P<names2>[^，。；：\d]{2,40}))$"
)


def figures(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """One fact for each quantity of the sentence that counts something nameable."""
    text = sentence.text
    quantities = list(find_quantities(text))
    changes = _first_of_changes(text, quantities)
    granted = [(grant.start, grant.end) for grant in grants(text)] if any(q.unit == "元" for q in quantities) else []
    previous: list[Measure] = []
    others: list[Measure] = []
    whole: Measure | None = None
    home = context.places[0] if context.places else ""
    for index, quantity in enumerate(quantities):
        if index in changes or (quantity.unit == "元" and _is_grant(text, quantity, granted)):
            continue
        begin = quantities[index - 1].start if index - 1 in changes else quantity.start
        clause = _clause(text, quantities, index, begin)
        before = _figure_before(clause, previous)
        if clause.part.startswith("其中") and not clause.after_other:
            whole = before
        again = whole if whole and canonical(clause.item) else None  # 共67名，其中市属单位29名，大武口区14名
        measure = (
            again
            or _of_origin(clause, quantity, whole)
            or _paired(text, quantities, index, previous)
            or measure_of(clause, quantity, before)
        )
        if len(measure.title) < 2:
            continue
        previous.append(measure)
        foreign = home and is_of_another_place(context.body, home, sentence.start + quantity.start)
        if (
            foreign
            or is_elsewhere(text, quantity, measure)
            or _is_public(context, sentence, clause, quantity, measure)
            or (before in others and _is_said_of(measure, before, quantity))
        ):
            others.append(measure)
        else:
            yield _fact(context, sentence, quantity, measure, _start(text, quantities, index, measure, changes))


_WORKPLACE = re.compile(
    "(?:部门|单位|企业|高校|院校|院所|机关|[县市区]）?|乡镇|街道|社区|医院|学校|公司|国企|民企|基层|一线|[省市县国]外|海外|境外|港澳台)$"
)
_COUNTED_PEOPLE = re.compile("(?:[者员师生家才士]|人才|干部|专家|代表|院士|博士后|骨干)$")


def _of_origin(clause: Clause, quantity: Quantity, whole: Measure | None) -> Measure | None:
    """People of a whole told by where they come from: 专员65名，其中市级部门33名、企业12名 are 企业专员."""
    item = clause.item.removeprefix("其中").lstrip("、和及")
    if whole is None or quantity.unit not in ("名", "人", "位") or not 2 <= len(item) <= 12:
        return None
    people = whole.title.removeprefix(whole.verb)
    if not _WORKPLACE.search(item) or not _COUNTED_PEOPLE.search(people) or clause.following[:1] not in "，。；、":
        return None
    return Measure(f"{whole.verb}{item}{people}", whole.verb)


def _is_public(
    context: ReadingContext, sentence: Sentence, clause: Clause, quantity: Quantity, measure: Measure
) -> bool:
    at = sentence.start + quantity.start
    return is_other_matter(context.body, at - len(clause.item), at, measure.title)


def _figure_before(clause: Clause, previous: list[Measure]) -> Measure | None:
    """The measure that this one goes on from; what is 其中 is part of a count, never of its growth."""
    if clause.part.startswith("其中"):
        return next((measure for measure in reversed(previous) if measure.verb not in _GROWN), None)
    return previous[-1] if previous else None


_GROWN = frozenset(["增长", "提高", "增加", "下降", "上升", "减少", "提升", "占", "翻"])


def _is_said_of(measure: Measure, before: Measure | None, quantity: Quantity) -> bool:
    """Whether a share or a growth (产值同比增长8%) belongs to the figure before it."""
    if before is None or quantity.unit not in ("%", "倍", "百分点", "个百分点"):
        return False
    return measure.title != before.title and measure.title.startswith(before.title)


def _is_grant(text: str, quantity: Quantity, granted: list[tuple[int, int]]) -> bool:
    """Money that someone gets; a row of a table of such is one too."""
    if "|" in text:
        return True
    before = text[max(quantity.start - 30, 0) : quantity.start]
    if (quantity.low or quantity.high or 0) >= _NOBODYS and not _EACH.search(before[-15:]):
        return False
    clause = before[max(before.rfind(mark) for mark in "，。；：") + 1 :]
    if _PAID_OUT.search(clause) and not _EACH.search(re.sub("一次性|每年", "", clause)):
        return False
    if any(start < quantity.end and quantity.start < end for start, end in granted):
        return True
    return _GRANT.search(before + text[quantity.start : quantity.end + 15]) is not None


def _first_of_changes(text: str, quantities: list[Quantity]) -> set[int]:
    """The places of the A in "由A增加到B"."""
    return {
        index
        for index, (first, second) in enumerate(pairwise(quantities))
        if second.start - first.end <= 12
        and _CHANGED.match(text[first.end : second.start])
        and _FROM.search(text[max(0, first.start - 9) : first.start])
    }


def _last(marks: re.Pattern[str], text: str) -> int:
    """Where what follows the last mark of `text` begins."""
    found = marks.match(text)
    return found.end() if found else 0


def _clause(text: str, quantities: list[Quantity], index: int, begin: int) -> Clause:
    quantity = quantities[index]
    before = text[:begin]
    part = _last(_PART_MARKS, before)
    inside = [other for other in quantities[:index] if part <= other.start and other.end <= begin]
    item = max(part, inside[-1].end if inside else 0)  # 博士、硕士235名: the number is that of both
    stop = quantities[index + 1].start if index + 1 < len(quantities) else len(text)
    region = text[part : inside[0].start] if inside else before[part:]
    if inside and text[item - 1] not in _MARKS_OF_ITEMS and (joint := re.search("[和及与]", text[item:begin])):
        item += joint.end() if joint.end() < begin - item else 0
    return Clause(text, before[part:], before[item:], region, text[quantity.end : stop], bool(inside), stop < len(text))


def _paired(text: str, quantities: list[Quantity], index: int, measures: list[Measure]) -> Measure | None:
    """The name that belongs to this number where names and numbers stand in two lists joined by 分别."""
    if "分别" not in text:
        return None
    begin = _last(_CLAUSE_MARKS, text[: quantities[index].start])
    first = next((q.start for q in quantities if q.start >= begin and "分别" in text[begin : q.start]), len(text))
    last = min((at for mark in "，。；：" if (at := text.find(mark, first)) >= 0), default=len(text))
    numbers = [q for q in quantities if first <= q.start < last]
    found = _RESPECTIVELY.search(text[begin : numbers[0].start]) if numbers else None
    if quantities[index] not in numbers:
        return None
    if not found:
        return _growing(text, quantities, quantities[index], numbers, measures)
    names = [name for name in re.split("[、和与及]|以及", found["names"] or found["names2"]) if name]
    if len(names) != len(numbers) or len(names) < 2:
        return _growing(text, quantities, quantities[index], numbers, measures)
    verb = found["verb"] or found["verb2"] or ""
    if all(canonical(name) for name in names):  # whose number it is, not what is counted
        return Measure(verb, verb)
    name = names[numbers.index(quantities[index])][-12:]
    return Measure(name + verb if verb in ("增长", "下降") else verb + name, verb)


_GROWING = re.compile(
    "分别(?:同比|环比|年均|[比较][^，。；]{1,8}?)?"
    "(?:(增长|提高|增加|下降|上升|减少|提升)(?:了|达到?|约)?|占([^，。；]{0,10}?)的?)$"
)


def _growing(
    text: str, quantities: list[Quantity], quantity: Quantity, numbers: list[Quantity], measures: list[Measure]
) -> Measure | None:
    """The growth of the figures before: 引进博士87人、硕士1043人，分别增长35%和21%."""
    found = _GROWING.search(text[: numbers[0].start])
    counted = [measure for measure in measures if measure.verb not in _GROWN]
    if not found or quantity.unit not in ("%", "倍") or len(counted) < len(numbers):
        return None
    base = counted[len(counted) - len(numbers) + numbers.index(quantity)] if numbers else None
    if base is None:
        return None
    return (
        Measure(f"{base.title}占{found[2]}比重", "占")
        if found[2] is not None
        else Measure(base.title + found[1], found[1])
    )


def _start(text: str, quantities: list[Quantity], index: int, measure: Measure, changes: set[int]) -> int:
    """Where the evidence begins: at the clause, or after the number before it."""
    quantity = quantities[index]
    marks = _PART_MARKS if not measure.length and quantity.unit != "元" else _ITEM_MARKS
    part = _last(marks, text[: quantity.start])
    others = [q for place, q in enumerate(quantities[:index]) if q.start >= part and place not in changes]
    if not others:
        return part
    start = max(_last(_ITEM_MARKS, text[: quantity.start]), others[-1].end)
    return start + len(text[start:]) - len(text[start:].lstrip("、和及与，的"))


def _fact(context: ReadingContext, sentence: Sentence, quantity: Quantity, measure: Measure, start: int) -> Fact:
    fields = {
        "measure": measure.title,
        "measure_normal": normal_measure(measure.title),
        "value_low": quantity.low,
        "value_high": quantity.high,
        "unit": quantity.unit,
        "qualifier": quantity.qualifier,
        "action": measure.verb,
    }
    place = (min(start, quantity.start), quantity.end + measure.length)
    period = context.period_at(sentence, quantity.start)
    return context.fact("figure", (RULE, VERSION), sentence, place, fields, at=quantity.start, period=period)
