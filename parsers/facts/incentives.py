"""Incentives: money, housing or an honour that talents, their teams or employers can get.

From prose (对X，给予最高N万元Y；博士、硕士分别给予A万元、B万元) and from table rows (`cell | cell` lines below a
header row): one fact for each beneficiary and benefit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.facts.context import ReadingContext
from parsers.facts.incentive_tables import table_cells
from parsers.sentences import Sentence
from parsers.values import Fact

RULE, VERSION = "incentive", 1
_HAN = "\u4e00-\u9fff"
_SCALE = {"亿": 10**8, "万": 10**4, "千": 10**3, "": 1}
_NUMBER = r"\d+(?:[,，]\d{3})*(?:\.\d+)?"
_MONEY = re.compile(
    rf"(?P<low>{_NUMBER})(?:(?P<s1>[万千亿]?)元?(?:-|—|～|~|至|到)(?P<high>{_NUMBER}))?(?P<scale>[万千亿]?)元(?P<per>/[人年月·]+|[每一](?:人|年|月)|人民币)?"
)
_GIVE = re.compile(
    r"给予|发放|享受|奖励|补贴|补助|资助|兑现|配套|提供|领取|支付|获得?(?=[^奖])|可获|支持|予以|颁发|一次性|"
    r"最高|按照?(?=[^，。]{0,20}标准)|奖补|激励|安排"
)
_BENEFIT = re.compile(
    rf"[{_HAN}“”]{{0,14}}?(?:安家费|安家补[贴助]|购房补[贴助]|购房券|租房补[贴助]|住房补[贴助]|租金补[贴助]|房租补[贴助]|生活补[贴助]|就业补[贴助]|见习补[贴助]|交通补[贴助]|"
    r"岗位补[贴助]|创业补[贴助]|面试补[贴助]|路费补[贴助]|培训补[贴助]|博士后补[贴助]|社保补[贴助]|人才补[贴助]|"
    r"引才补[贴助]|引才奖[励补]|引才奖金|伯乐奖|科研启动(?:经费|资金|费)|科研经费|项目经费|"
    r"研发经费|经费(?:支持|资助|补[贴助])|资金(?:支持|资助|补[贴助]|扶持|奖励)|创业担保贷款|创业贷款|贴息贷款|"
    r"信用贷款|贷款|津贴|奖励金|奖金|补助金|奖补资金|奖励|资助|补贴|补助|奖补|年薪|工资|"
    r"启动资金|扶持资金|专项资金|支持|贴息|安置费|经费|津补贴|科研补助|房补|人才券|购车补贴|伯乐奖励)"
)
_PERSONS = (
    r"博士|硕士|本科|大专|专科|毕业生|人才|专家|院士|教授|团队|企业|单位|个人|学者|学生|人员|干部|教师|医生|"
    r"医师|技师|工匠|获得者|创业者|博士后|"
    r"工作站|实验室|平台|高校|机构|园区|选手|职工|带头人|负责人|大学生|青年|员工|项目|医务|农民|基地|中心|"
    r"入选者|科技特派员|者"
)
_FOR = re.compile(
    rf"(?:对于?|向|给|为)((?:[^，。；：对]|、){{2,60}}?(?:{_PERSONS})(?:[（(][^）)]{{1,40}}[）)])?的?)(?:的?，|[，,：]|按|分别|每|给予|发放|一次性|最高|提供|颁发|授予|予以|奖励|，?除|可|另|再|还|$)"
)
_SUBJECT = re.compile(
    rf"(?:^|[，。；：\n、])((?:[^，。；：\n、]|、){{0,30}}?(?:{_PERSONS})(?:[（(][^）)]{{1,40}}[）)])?)(?:的)?(?:，)?(?:可以?|均可|还可|分别|每[人年月]|最高|一次性|按|享受|发放|给予|补贴|补助|奖励|资助|再|将|能)"
)
_HONOUR = re.compile(
    r"(?:为|对|向|给)([^，。；：]{2,24}?)(?:颁发|授予|授予了|颁发了)(?:了|首批)?(“[^”]{2,30}”(?:荣誉)?(?:称号|"
    r"奖牌|奖章|证书|勋章|荣誉|聘书))"
)
_CONDITION = re.compile(
    r"(?:全职引进|柔性引进|服务(?:期)?满\S{1,6}年|签订\d+年以上[^，。；、]{0,14}|期满|首次|新引进|"
    r"到\S{2,8}(?:工作|创业|就业)|在\S{1,8}(?:工作|就业|创业)满\S{1,4}年|新入选[^，。；、]{0,12}|"
    r"入选[^，。；、的]{0,20}|通过认定|经认定|新认定)"
)
_NOTE = re.compile(
    r"最高(?:不超过|可达|可获)?|一次性|每[人年月]|每年每人|每人每[年月]|累计不超过|不超过|不低于|分\d年|"
    r"连续\d年|连续[一二三四五]年|/[年月人]"
)
_SPENT = re.compile(
    r"^[^，。；]{0,8}(?:购置|用于|建设|投资|产值|营收|收入|销售)|^(?:的)?(?:专项资金|资金|经费|投资|产值|收入|"
    r"销售|订单|合同|项目资金)(?!支持|资助|补|扶|奖)"
)


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


def incentives(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """One fact for each beneficiary and benefit of the sentence or table row."""
    text = sentence.text
    for grant in _from_row(context, sentence) if " | " in text else (*_grants(text), *_honours(text)):
        fields: dict[str, object] = {
            "beneficiary": grant.beneficiary,
            "benefit": grant.benefit,
            "amount": grant.amount,
            "amount_note": grant.note,
            "condition": grant.condition,
        }
        if grant.amount_high is not None:
            fields["amount_high"] = grant.amount_high
        begin, end = sentence.start + grant.start, sentence.start + grant.end
        yield Fact(
            "incentive",
            context.subject(sentence, grant.start),
            context.period(sentence.text),
            context.body[begin:end],
            begin,
            end,
            RULE,
            VERSION,
            fields,
        )


def money(match: re.Match[str]) -> tuple[float, float | None]:
    """Amount and, of a range, its upper end, in 元."""
    scale = _SCALE[match["scale"]]
    low = float(re.sub("[,，]", "", match["low"])) * (_SCALE[match["s1"]] if match["s1"] else scale)
    high = float(re.sub("[,，]", "", match["high"])) * scale if match["high"] else None
    return _plain(low), _plain(high) if high is not None else None


def _plain(value: float) -> float:
    value = round(value, 2)
    return int(value) if value == int(value) else value


def _grants(text: str) -> Iterator[Grant]:
    amounts = list(_MONEY.finditer(text))
    used = -1
    for index, match in enumerate(amounts):
        if match.start() < used:
            continue
        run = _run(text, amounts, index)
        used = run[-1].end()
        found = _benefit(text, run[0], run[-1].end())
        if found is None:
            continue
        benefit, end = found
        yield from _of_run(text, run, benefit, end)


def _run(text: str, amounts: list[re.Match[str]], index: int) -> list[re.Match[str]]:
    """Amounts joined by 、和 alone: 10万元、5万元和2万元."""
    run = [amounts[index]]
    for following in amounts[index + 1 :]:
        if text[run[-1].end() : following.start()] not in ("、", "和", "或", "及", "，"):
            break
        run.append(following)
    return run


def _benefit(text: str, first: re.Match[str], end: int) -> tuple[str, int] | None:
    """The benefit's noun behind the amount, else before it in the clause; None when the money is no grant."""
    clause = max(text.rfind(mark, 0, first.start()) for mark in "，。；：") + 1
    before, after = text[clause : first.start()], text[end : end + 40]
    if _SPENT.match(after):
        return None
    behind = re.match(rf"(?:人民币|左右|以内|以上|标准|不等)*的?({_BENEFIT.pattern})", after)
    if behind and not re.match("[，。；]", after):
        noun = behind.group(1)
        if _GIVE.search(text[max(0, clause - 40) : first.start()]) or _CONDITIONAL.search(text[: first.start()]):
            return (noun, end + behind.end()) if not _is_report(text, first.start()) else None
        return None
    named = list(_BENEFIT.finditer(before))
    if named and _GIVE.search(before) and not _is_report(text, first.start()):
        return re.sub(r"^(?:分别|给予|发放|享受|提供|的|可|按|每[人年月])+", "", named[-1].group()), end
    return None


_CONDITIONAL = re.compile(r"每[人年月]|全职|引进的|入选")


def _is_report(text: str, position: int) -> bool:
    """Whether the money is what was paid out in all (累计发放…补贴540万元): a figure, not what one can get."""
    clause = text[max(text.rfind(mark, 0, position) for mark in "。；，") + 1 : position]
    return bool(
        re.search(
            r"累计|共计?(?:发放|兑现|投入)|已(?:发放|兑现|投入)|先后(?:发放|兑现)|安排专项|投入|拨付|筹[集措]|"
            r"带动|撬动|总额|下达",
            clause,
        )
    )


def _of_run(text: str, run: list[re.Match[str]], benefit: str, end: int) -> Iterator[Grant]:
    begin, who = _beneficiary(text, run[0].start())
    people = _tiers(who, len(run))
    condition = _CONDITION.search(who) or _CONDITION.search(text[begin : run[0].start()])
    note = _NOTE.findall(text[max(0, run[0].start() - 12) : end])
    for beneficiary, match in zip(people, run, strict=True):
        low, high = money(match)
        yield Grant(
            beneficiary,
            benefit,
            low,
            high,
            "、".join(dict.fromkeys(note)),
            condition.group() if condition else "",
            begin,
            end,
        )


def _beneficiary(text: str, position: int) -> tuple[int, str]:
    """Who gets it: 对X, else the noun for people that is the clause's subject; with the place of the evidence."""
    found = None
    for pattern in (_FOR, _SUBJECT):
        for match in pattern.finditer(text, 0, position + 2):
            if match.start(1) < position:
                found = match
        if found:
            break
    if found is None:
        clause = max(text.rfind(mark, 0, position) for mark in "，。；：") + 1
        return clause, ""
    start = max(text.rfind(mark, 0, position) for mark in "，。；：") + 1
    near = found.start(1) - 1 if position - found.end() < 4 and pattern is _FOR else start
    return max(0, min(near, start) if position - near < 60 else start), found.group(1).removesuffix("的")


def _tiers(who: str, count: int) -> list[str]:
    """The beneficiaries of a list of amounts, one each when the list of people is as long."""
    if count == 1:
        return [who]
    head = re.sub(r"分别$", "", who)
    items = re.split("[、和或]", head)
    return items if len(items) == count else [head] * count


def _honours(text: str) -> Iterator[Grant]:
    for honour in _HONOUR.finditer(text):
        who = honour.group(1)
        condition = _CONDITION.search(who)
        benefit = text[honour.end(1) : honour.end()]
        yield Grant(who, benefit, None, None, "", condition.group() if condition else "", honour.start(), honour.end())


def _from_row(context: ReadingContext, sentence: Sentence) -> Iterator[Grant]:
    """The grants of a table row, read once at its first sentence; evidence runs from its start to the cell."""
    if sentence.start and context.body[sentence.start - 1] != "\n":
        return
    for cell in table_cells(context.body, sentence.start):
        if amount := _MONEY.search(cell.text):
            low, high = money(amount)
            note = "、".join(dict.fromkeys(_NOTE.findall(cell.text)))
            yield Grant(cell.who, cell.what, low, high, note, cell.condition, 0, cell.end - sentence.start)
