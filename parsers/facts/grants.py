"""Grants in prose: who gets which money, housing or honour, and on which condition.

对X，给予最高N万元Y · 博士、硕士分别给予A万元、B万元 · X给予每人A、Y给予每人B的Z: one value for each amount. What was
spent, invested or paid out in all is no grant but a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from parsers.facts.grant_words import (
    BEFORE_GIVING,
    BENEFIT,
    BENEFIT_NOUN,
    CONDITION,
    EACH,
    FOR,
    FOR_WHOEVER,
    GIVE,
    LEADING,
    PAID,
    PERSON,
    PERSONS,
    SUPPORTED,
    WHOEVER,
)
from parsers.numerals import han_number

_HAN = "\u4e00-\u9fff"
_SCALE = {"亿": 10**8, "万": 10**4, "千": 10**3, "": 1}
# digits are bounded and never given back, so that an endless row of them costs its length
_NUMBER = r"(?:(?<!\d)\d{1,15}+(?:[,，]\d{3}){0,5}(?:\.\d{1,9})?|[一二两三四五六七八九十百千]{1,7})"
_MONEY = re.compile(
    rf"(?P<low>{_NUMBER})(?:(?P<s1>[万千亿]?)(?P<own>元?)(?:-|—|～|~|至|"
    rf"到)(?P<high>{_NUMBER}))?(?P<scale>[万千亿]?)元(?P<per>/[人年月·]+|[每一](?:人|年|月)|人民币)?"
)
_NOTE = re.compile(
    r"最高(?:不超过|可达|可获)?|一次性|每[人年月]|每年每人|每人每[年月]|每次|累计不超过|不超过|不低于|分\d年|"
    r"连续\d年|连续[一二三四五]年|/[年月人]"
)
_PER = re.compile(r"每|最高|一次性|给予|标准|/|按")
_NOT_GRANT_AFTER = re.compile(
    r"^的?(?:邀请|邀约|offer)|^以上[\u4e00-\u9fff]{0,6}人才|^[^，。；]{0,8}(?:购置|用于|产值|营收|收入|销售)|^的?(?:专项资金|投资|产值|收入|销售|订单|合同|项目资金|"
    r"以上的)(?!支持|资助|补|扶|奖)"
)
_GIVEN = re.compile("的?标准(?:给予|发放|予以|补贴|补助|奖励|资助|奖补)")
# 奖 and 补 alone: no part of another verb or noun
_OWN_VERB = "(?:(?<![获评颁大设])奖|(?<![候递填弥修])补)"
_BARE_VERB = re.compile(
    rf"(?P<what>(?:购房|租房|住房|面试|交通|生活)?)(奖励|补助|补贴|资助|奖补|给予|支持|配套|[加增补另]发|加薪|{_OWN_VERB})(?:每[人名家个年月])*(?:最高|上限)?$"
)
_CLAUSE_MARKS = "，。；："


@dataclass(frozen=True, slots=True)
class Grant:
    """One benefit: amounts in 元; `start`/`end` delimit the words that carry it."""

    beneficiary: str
    benefit: str
    amount: float | None
    amount_high: float | None
    note: str
    condition: str
    start: int
    end: int


def money(text: str) -> tuple[float, float | None] | None:
    """Amount and, of a range, its upper end, of the first sum in `text`, in 元; None when it names none."""
    match = _MONEY.search(text)
    return _value(match) if match else None


def notes(text: str) -> str:
    """The words that qualify an amount (最高, 一次性, 每月), joined by 、."""
    return "、".join(dict.fromkeys(_NOTE.findall(text)))


def _value(match: re.Match[str]) -> tuple[float, float | None]:
    scale = _SCALE[match["scale"]]
    low = _number(match["low"]) * (_SCALE[match["s1"]] if match["s1"] or match["own"] else scale)
    high = _number(match["high"]) * scale if match["high"] else None
    return _plain(low), _plain(high) if high is not None else None


def _number(text: str) -> float:
    return float(re.sub("[,，]", "", text)) if text[0].isdigit() else float(han_number(text))


def _plain(value: float) -> float:
    value = round(value, 2)
    return int(value) if value == int(value) else value


@lru_cache(maxsize=8)  # figures and incentives ask for those of the same sentence
def grants(text: str) -> tuple[Grant, ...]:
    """The grants of money in a sentence, in order."""
    return tuple(_grants(text))


def _grants(text: str) -> Iterator[Grant]:
    if "元" not in text:
        return
    last: Grant | None = None
    runs = _runs(text)
    people = named_for(text) if runs else []
    several = sum(_TIER.search(text[max(0, run[0].start() - 30) : run[0].start()]) is not None for run in runs) > 1
    for run in runs:
        found = _of_run(text, run, last, people)
        if not found and len(run) == 1 and (several or last):
            found = _of_tier(text, run[0], last)
        yield from found
        last = found[-1] if found else last


def _runs(text: str) -> list[list[re.Match[str]]]:
    """The amounts; those joined by 、和 alone (10万元、5万元和2万元) together."""
    runs: list[list[re.Match[str]]] = []
    for match in _MONEY.finditer(text):
        if _RAISED.match(text, match.end()) and _FROM.search(text[max(0, match.start() - 4) : match.start()]):
            continue  # 由15万元提高至25万元: what is given now
        if runs and text[runs[-1][-1].end() : match.start()] in ("、", "和", "或", "及"):
            runs[-1].append(match)
        else:
            runs.append([match])
    return runs


def _of_run(text: str, run: list[re.Match[str]], last: Grant | None, people: list[tuple[int, str]]) -> list[Grant]:
    first, end = run[0], run[-1].end()
    clause = _clause(text, first.start())
    before = text[clause : first.start()]
    if not _is_grant(text, before, end, run):
        return []
    item = max(clause, last.end if last and last.end <= first.start() else clause)
    benefit, end = _benefit(text, before, end, last)
    who = (
        _prize(text[max(0, clause - 12) : first.start()])
        or beneficiary(text, item, first.start(), people)
        or (last.beneficiary if last else "")
        or nearest(text, clause)
        or _whose(before)
        or _winner(text, clause)
    )
    benefit = _without_people(benefit, who)
    note = notes(text[max(item, first.start() - 14) : end])
    if not benefit or not (who or note or "给予" in before or _GAVE.search(before) or _WON.search(before)):
        return []
    condition = CONDITION.search(who) or CONDITION.search(before)
    begin = _evidence_start(text, item, who)
    met = condition.group() if condition else ""
    names = _tiers(who, len(run))
    if len(run) > 1 and _SCALE_OF.search(text, clause, end):  # by degree or score: from the lowest to the highest
        sums = sorted(_value(match)[0] for match in run)
        return [Grant(who, benefit, sums[0], sums[-1], note, met, begin, end)]
    return [Grant(name, benefit, *_value(match), note, met, begin, end) for name, match in zip(names, run, strict=True)]


# a kind of people with its own sum: 博士20万元、硕士8万元、本科3万元 · 硕士每月1500元，博士每月5000元
_TIER = re.compile(
    rf"(?:^|[、，；：。和]|按)(?P<who>[^，。；：、\d]{{0,14}}?(?:第?[一二三四五A-F](?:类|层次|档)|[文理工农医][\u4e00-\u9fff]{{0,3}}类|人文社科类|[省市县区国境][内外]|本地|外地|{PERSONS})|[^，。；：、]{{0,16}}的(?:博士|硕士|本科生?))"
    r"(?P<each>(?:每[人名]?(?:每?[月年次])?|每年每人)?)(?:最高|均?为|则为?|达到?)?$"
)
_TIER_BENEFIT = re.compile(
    r"(?:给予|发放|享受|提供)(?:一次性)?([\u4e00-\u9fff]{0,6}?(?:补[贴助]|奖[励补金]|资助|津贴|支持|安家费))"
)
_SPENT = re.compile("产值|营收|收入|投资|合同|工资|薪|贷款|租金|售价|缴|花|捐|税|罚|拨付|累计|共计")


def _of_tier(text: str, match: re.Match[str], last: Grant | None) -> list[Grant]:
    """The grant of one kind of people in a list that shares its verb and its noun."""
    clause = max(_clause(text, match.start()), text.rfind("、", 0, match.start()) + 1)
    tier = _TIER.search(text, max(0, clause - 1), match.start())
    sentence = max(text.rfind("。", 0, clause), text.rfind("；", 0, clause)) + 1
    listed = max(sentence, text.rfind("：", 0, clause))  # …劳动合同的，按下列标准发放生活补贴：博士…
    if not tier or _SPENT.search(text[listed : match.end() + 6]) or _value(match)[0] >= _SHARED_SUM:
        return []
    shared = _TIER_BENEFIT.search(text, match.end()) or _TIER_BENEFIT.search(text, sentence)
    benefit = shared.group(1) if shared else last.benefit if last else "补贴"
    who = LEADING.sub("", tier["who"]).removeprefix("按")
    return [Grant(who, benefit, *_value(match), tier["each"], "", clause, match.end())] if who else []


def _clause(text: str, position: int) -> int:
    return max(text.rfind(mark, 0, position) for mark in _CLAUSE_MARKS) + 1


def _is_grant(text: str, before: str, end: int, run: list[re.Match[str]]) -> bool:
    if _is_paid(before, run[0]) or _NOT_GRANT_AFTER.match(text[end : end + 20]) or _FOUNDED.search(before):
        return False
    if _EARNED.search(before) and _OR_MORE.match(text, end):
        return False
    whoever = text.endswith("的，", 0, run[0].start() - len(before))  # 带动就业的，发放…
    if "发放" in before and not whoever and not _PER.search(before) and not _PER.search(text[run[0].start() : end]):
        people = _people(before)
        if not people or re.search(r"\d", people):
            return False
    return bool(
        GIVE.search(before)
        or _GAVE.search(before)
        or (run[0]["per"] and BENEFIT.search(before))
        or GIVE.search(text[:end][-60:])
        or _GIVEN.match(text, end)
        or _is_named_sum(text, before, run[0])
    )


def _is_named_sum(text: str, before: str, match: re.Match[str]) -> bool:
    """Whether a benefit's own noun and people stand before the sum: 全职引进的博士，安家费50万元."""
    noun = _OWN_NOUN.search(before)
    if noun is None:
        return False
    clause = _clause(text, match.start())
    return bool(
        _prize(text[max(0, clause - 12) : match.start()])
        or _people(before[: noun.start()])
        or nearest(text, clause)
        or _winner(text, clause)
    )


# a condition, not what is given: 年薪50万元以上且…
_EARNED = re.compile("(?:年薪|月薪|薪酬|报酬|工资|薪资)(?:达到?|为|在|超过|不低于)?$")
_OR_MORE = re.compile("以上|及以上|的")
_GAVE = re.compile(rf"(?:给了?|{_OWN_VERB}(?:[{_HAN}]{{0,6}}(?:{PERSONS}))?)$")
_WON = re.compile("(?:[捧拿领]走|赢得|夺得|拿到)了?$")
_OWN_NOUN = re.compile(
    "(?:安家费|安家补贴|购房补贴|租房补贴|生活补贴|科研启动费|启动经费|津贴|奖金|年薪)(?:各|为|均为)?$"
)


def _is_paid(before: str, match: re.Match[str]) -> bool:
    """Whether the sum is what was paid out in all: by its verb, its size, or the counted people that share it."""
    if PAID.search(before) and not _TO_EACH.search(before):
        return True
    large = (_value(match)[0] >= _SHARED_SUM and not _ONE_TEAM.search(before)) or re.search(
        r"[为给向]\d+[余多]?[名人位家户]", before
    ) is not None
    return large and not match["per"] and not _EACH_ONE.search(before)


_TO_EACH = re.compile(r"(?:给|为|对|向)每[名个位家支所][^，。；\d]{2,16}(?:安排|拨付|下达|配套)")
_CHOSEN = re.compile("(?:获评|入选|荣获|评为|当选)(“[^”]{2,24}”)")
_RAISED = re.compile("[^，。；]{0,3}(?:提高|增加|上调|提升|调整|上升|增)(?:到|至|为)")
_FROM = re.compile("[由从][^，。；]{0,3}$")
_SHARED_SUM = 5_000_000  # 元
_ONE_TEAM = re.compile(
    rf"(?<![{_HAN}\d])(?![{_HAN}]{{0,2}}[支个批些各])[{_HAN}·]{{2,4}}团队(?:获得?|拿到|得到)"
)  # a named one
_FOUNDED = re.compile("设立了?(?:每年|规模|总规模|总额|首期)*$")  # a fund, that no one gets
_EACH_ONE = re.compile("每|各|最高|最多|给予|一次性|分别|可|享受|不超过|对")


def _benefit(text: str, before: str, end: int, last: Grant | None) -> tuple[str, int]:
    """The benefit's noun behind the amount, before it in the clause, behind the next amount of a list, or the verb."""
    after = text[end : end + 40]
    if behind := re.match(
        rf"(?:、最长\d{{1,2}}个?[年月])?(?:人民币|左右|以内|以上|标准|不等|的)*({BENEFIT.pattern})", after
    ):
        return re.sub("^(?:发放|给予|提供|享受)", "", behind.group(1)), end + behind.end()
    if named := list(BENEFIT_NOUN.finditer(before)):
        return _CUT_WORD.sub("", named[-1].group()), end
    if after[:1] in "、，；和" and (shared := re.search(rf"元(?:人民币)?的?({BENEFIT.pattern})", text[end : end + 80])):
        return shared.group(1), end
    if verb := _BARE_VERB.search(before):
        if verb.group(2) == "补":
            return f"{verb.group('what') or ''}补贴", end
        return (verb.group(2) if verb.group(2) != "给予" else last.benefit if last else "资金"), end
    if _GIVEN_TO.search(before):
        return "奖励" if "奖" in before else "补贴", end  # 带出一名高级工奖师傅3000元
    if _ONLY_EACH.fullmatch(before) and (named := list(BENEFIT_NOUN.finditer(text[:end].rsplit("，", 1)[0][-24:]))):
        return _CUT_WORD.sub("", named[-1].group()), end  # 另领交通补贴，每次2000元
    if "最高" in before and (earlier := list(BENEFIT_NOUN.finditer(text[max(0, end - 60) : end]))):
        return _CUT_WORD.sub("", earlier[-1].group()), end
    return (last.benefit, end) if last and PERSON.search(before) and len(before) <= 16 else ("", end)


_FOR_WHAT = re.compile("(?:^|[，、])([^，。；、]{3,20})的(?=再|另|还|额外|可再)")
_SCALE_OF = re.compile("[个]?档次|按(?:学历|层次|等次|类别|评审|成绩|规模|级别|贡献)[^，。；]{0,6}分别")
_GIVEN_TO = re.compile(rf"(?:奖励|补助|补贴|资助|奖给|补给|{_OWN_VERB})([{_HAN}]{{0,8}}(?:{PERSONS}))$")


def _prize(before: str) -> str:
    """The prize that has its own sum in a list of prizes: 银奖奖5万元."""
    prize = _PRIZE.search(before)
    return prize.group(1) if prize else ""


_PRIZE = re.compile(
    r"([金银铜]奖|[一二三特]等奖|优[秀胜]奖)(?:\d+[名个项位])?，?(?:获得者|得主)?(?:各?奖(?!金)|每[人名项个]?|(?:奖金)?(?:各|为|均为))$"
)


def _winner(text: str, clause: int) -> str:
    """Who has won what the clause before the sum names: 他获评“X”，奖金100万元."""
    won = _HONOURED.search(text, max(0, clause - 40), max(0, clause - 1))
    return won.group(1) if won else ""


_HONOURED = re.compile("(?:获评|荣获|获得|捧得|夺得|当选|摘得)了?([^，。；]{2,24})$")


def _whose(before: str) -> str:
    """Who is described only by what was met: 年度考核优秀的再奖补5万元."""
    found = _FOR_WHAT.search(before) or _GIVEN_TO.search(before)
    return LEADING.sub("", found.group(1)) if found else ""


def _without_people(benefit: str, who: str) -> str:
    """奖励 of 选手奖励, where the people end with 选手: the verb's object is no part of the benefit."""
    if len(who) > 1 and who in benefit[:-1]:
        return benefit[benefit.index(who) + len(who) :]
    shared = next((n for n in range(min(len(benefit) - 2, len(who)), 1, -1) if who.endswith(benefit[:n])), 0)
    return benefit[shared:]


_ONLY_EACH = re.compile("每[次人月年天名户]{1,2}(?:最高|为|按)?")
_CUT_WORD = re.compile("^(?:[他她]|自己|另|领|现|予|次性|一次性|受|放|供|得|高|励|人|月|年|名|别|还|再|给|领)+")


def named_for(text: str) -> list[tuple[int, str]]:
    """The people of 对X, 为X, 给X with the place where each ends; read once for a sentence."""
    found = list(FOR.finditer(text)) or list(SUPPORTED.finditer(text)) or list(FOR_WHOEVER.finditer(text))
    return [(match.end(), LEADING.sub("", match.group(1)).removesuffix("的")) for match in found]


def beneficiary(text: str, item: int, position: int, people: list[tuple[int, str]]) -> str:
    """Who gets it: the people at the head of the item itself, else those of the last 对X before it."""
    head = _people(text[item:position])
    return head or next((who for end, who in reversed(people) if end <= position), "")


_RELATIVE = re.compile(rf"的[{_HAN}]{{0,8}}?(?:{PERSONS})$")
_TOLD = re.compile(r"每|\d[名位人家个]|给予|发放|享受|奖励|补[助贴]|资助|提供|[，：]")


def _people(chunk: str) -> str:
    chunk = LEADING.sub("", chunk)
    if each := EACH.match(chunk):
        return each.group()
    if (whoever := WHOEVER.search(chunk)) and not PERSON.search(chunk[whoever.end() :]):
        return chunk[: whoever.end() - 1]
    if len(chunk) <= 48 and (relative := _RELATIVE.search(chunk)) and not _TOLD.search(chunk, 0, relative.start()):
        return chunk  # 获得金牌的选手
    cut = BEFORE_GIVING.search(chunk)
    head = chunk[: cut.start()] if cut else chunk
    head = re.sub(r"^.*[对给](?![口外予])", "", head)
    if (noun := BENEFIT_NOUN.search(head)) and noun.end() == len(head):  # 博士科研启动费: of a doctor
        last = [found.end() for found in PERSON.finditer(head)]
        head = head[: last[-1]] if last and last[-1] < len(head) else head
    return head.removesuffix("的").removesuffix("，") if PERSON.search(head) and len(head) <= 48 else ""


def nearest(text: str, clause: int) -> str:
    """The people at the head of one of the three clauses before, when the amount's own names none."""
    met = ""
    for _ in range(3):
        if clause <= 0:
            break
        start = _clause(text, clause - 1)
        before = text[start : clause - 1]
        if who := _people(before):
            return who
        if chosen := _CHOSEN.search(before):
            return chosen.group(1)
        if before.endswith("的") and 4 <= len(before) <= 30 and not re.search(r"\d[名人家个](?!以上)", before):
            met = met or LEADING.sub("", before[:-1])  # 出站后留下工作的，再给予…
            if not _SUM_MET.search(before):
                return met
        clause = start
    return met


_SUM_MET = re.compile(r"\d[万千]?元")  # 劳务报酬超过10万元的: who pays it stands before


def _evidence_start(text: str, item: int, who: str) -> int:
    at = text.rfind(who, 0, item + len(who) + 60) if who else -1
    begin = item + len(text[item:]) - len(text[item:].lstrip("，、；：和"))
    return at if 0 <= at < begin and begin - at < 60 else begin


def _tiers(who: str, count: int) -> list[str]:
    """The beneficiaries of a list of amounts: one each when the list of people is as long."""
    if count == 1:
        return [who]
    items = re.split("[、和或]", re.sub(r"分别$", "", who))
    return items if len(items) == count else [who] * count
