"""Figures: a quantity with the noun that it counts and the verb that stands with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.facts.context import ReadingContext
from parsers.places import find_places
from parsers.quantities import Quantity, find_quantities
from parsers.sentences import Sentence
from parsers.values import Fact

RULE, VERSION = "figure", 1
_VERBS = (
    "柔性引进|引进|引育|培养培训|培养|培训|培育|选派|邀请|签约|签订|聘请|聘任|招聘|招录|接收|举办|举行|组织|开展|建立|建成|新建|"
    "联合共建|共建|组建|设立|成立|打造|命名|评选|认定|入选|推出|提出|制定|出台|实施|投入|安排|发放|落实|兑现|拨付|资助|支持|奖励|"
    "表彰|授予|联系服务|服务|回访慰问|慰问|解决|对接|落地|合作|达成|吸引|集聚|储备|征集|发布|参加|参与|覆盖|惠及|受益|帮扶|指导|"
    "购置|建设|新增|增长|下降|提高|占|完成|转化|推广|诊疗|接诊|带教|结对|派出|输送|推荐|选拔|遴选|获得|攻克|集中"
)
_VERB = re.compile(_VERBS)
_CLAUSE_BEFORE = re.compile(r"[，。；：、（,;:！？](?=[^，。；：、（,;:！？]*$)")
_PART_BEFORE = re.compile(r"[，。；：（,;:！？](?=[^，。；：（,;:！？]*$)")
_NOUN_END = re.compile(
    r"[，。；：（）！？、\n]|来[宁青]|赴|参加|参与|开展|分赴|分享|分别|签订|建立|落地|通过|实现|在(?!职)|组成|携|组织|深入|与|进行|为|到|"
    r"已|示范带动|走进|齐聚|入选|获|享受|和(?=\d)"
)
_FIELD = re.compile(r"^.*?(?:等(?:相关)?(?:领域|方面|行业)?|相关领域|领域)的?(?=.{2})")
_LEADING = re.compile(
    r"^(目前|已|累计|共计|共|先后|其中|期间|成功|同时|并|还|以及|和|由|将|等|的|全年|今年|去年|近年来|截至目前|达成|达|约)+"
)
# money that a person can get is an incentive, another kind of fact
_GRANT = re.compile(r"(给予|配套|享受|每[人月年]|最高|一次性).{0,20}(安家|补[贴助]|奖[励金]|津贴|资助|\d+万元)")
_MEMBERS = re.compile(r"组成的([^，。；、]{2,20})")
_SHARE_OF = re.compile("全省|全市|全国|全州|全县|全区")


def figures(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """One fact for each quantity of the sentence that counts something nameable."""
    for quantity in find_quantities(sentence.text):
        if quantity.unit == "元" and _GRANT.search(sentence.text[max(quantity.start - 30, 0) : quantity.end + 15]):
            continue
        before = sentence.text[: quantity.start]
        part = before[_position(_PART_BEFORE, before) :]
        noun = _noun_after(sentence.text[quantity.end :])
        verb = _last_verb(part)
        measure = _measure(sentence.text, part, noun, verb, quantity)
        if len(measure) >= 2:
            end = quantity.end + (sentence.text[quantity.end :].find(noun) + len(noun) if noun else 0)
            span = (sentence.start + _start(before, noun), sentence.start + end)
            yield _fact(context, sentence, quantity, span, (measure, verb))


def _position(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return found.end() if found else 0


def _start(before: str, noun: str) -> int:
    """Where the evidence begins: at the clause; at the item of a list when the noun stands before."""
    begin = _position(_CLAUSE_BEFORE if noun else _PART_BEFORE, before)
    return begin if noun or not any(True for _ in find_quantities(before[begin:])) else _item(before)


def _item(before: str) -> int:
    return _position(_CLAUSE_BEFORE, before)


def _noun_after(text: str) -> str:
    """The noun phrase right after the unit: up to the next verb or mark, list of fields left out."""
    stop = _NOUN_END.search(text)
    if stop and stop.group() == "、":  # 教育、医疗等相关领域骨干力量: the noun follows the list of fields
        listed = re.match(r"[^，。；：\d]{1,40}?(?:领域|方面|行业)(?=[^，。；、])", text)
        if listed:
            rest = text[listed.end() :]
            end = _NOUN_END.search(rest)
            return rest[: end.start() if end else len(rest)].lstrip("的")
    phrase = text[: stop.start() if stop else len(text)]
    return phrase.lstrip("的")


def _last_verb(part: str) -> str:
    found = _VERB.findall(part)
    return found[-1] if found else ""


def _measure(sentence: str, part: str, noun: str, verb: str, quantity: Quantity) -> str:
    if quantity.unit == "%" and noun:
        whole = _SHARE_OF.search(sentence)
        return f"{_plain(noun)}占{whole.group() if whole else ''}比重"
    if members := _MEMBERS.match(sentence, quantity.end):
        return verb + _plain(members.group(1)) + "人数"
    if sentence.startswith("参加", quantity.end):
        return "参加" + _plain(re.split("[，、]", part)[-1])
    if noun:
        return verb + _plain(_FIELD.sub("", noun))
    item = part[_position(_CLAUSE_BEFORE, part) :]
    found = _VERB.search(item)
    named = item[found.start() :] if found else verb + _LEADING.sub("", item)
    return _plain(named)


def _plain(text: str) -> str:
    """Without places, years, numbers and quotation marks."""
    for mention in reversed(find_places(text)):
        text = text[: mention.start] + text[mention.end :]
    text = re.sub(r"(?:19|20)\d{2}年|\d+(?:\.\d+)?[余多]?", "", text)
    return _LEADING.sub("", re.sub(r"[“”《》（）()\s]", "", text))[:24]


def _fact(
    context: ReadingContext,
    sentence: Sentence,
    quantity: Quantity,
    span: tuple[int, int],
    said: tuple[str, str],
) -> Fact:
    fields = {
        "measure": said[0],
        "value_low": quantity.low,
        "value_high": quantity.high,
        "unit": quantity.unit,
        "qualifier": quantity.qualifier,
        "action": said[1],
    }
    subject = context.subject(sentence, quantity.start)
    period = context.period(sentence.text)
    evidence = context.body[span[0] : span[1]]
    return Fact("figure", subject, period, evidence, span[0], span[1], RULE, VERSION, fields)
