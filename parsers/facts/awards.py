"""Incentives without an amount: honours that are granted, housing that is provided, rent and fees that are remitted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.facts.grant_words import CONDITION
from parsers.facts.grants import Grant, beneficiary, money, named_for, nearest, notes

_HONOUR = re.compile(
    r"(?:(?:为|对|向|给)(?P<who>[^，。；：“”]{2,24}?)(?:，|，?并)?|(?P<passive>[\u4e00-\u9fff]{1,12})被|"
    r"，并|(?=授予(?:了)?\d)|(?<=[，。；])(?=授予“)|(?=授予[\u4e00-\u9fff]{2,14}“))"
    r"(?:颁发|授予)(?:了|首批)?(?P<given>\d+[名位个][^，。；“”]{2,12}|(?!荣誉)[\u4e00-\u9fff]{2,14}?(?:等\d+[名位人]同志)?)?"
    r"(?P<what>“[^”]{2,30}”(?:荣誉)?(?:称号|奖牌|奖章|证书|勋章|荣誉|聘书))"
)
_REMISSION = re.compile(
    r"(?:[前头]?[\d一二两三四五六七八九十]{1,4}年内?|首年)?(?:免[收缴除]?[\u4e00-\u9fff]{0,6}租金|免收?房租|免租(?:金)?(?:入住)?|免(?:收|除|缴)?学费|"
    r"免费(?:入住|租住)[^，。；、]{2,10}|"
    r"(?:学费|培训费)[^，。；]{0,14}(?:全额(?:承担|补贴|补助)|全[掏包免]|减免|[免减]半)|"
    r"租金[^，。；\d]{0,10}(?:减半|减免|全免|全额减免)|报销[^，。；\d]{0,14}(?:车票|机票|路费|交通费|差旅费|往返费用|住宿费|学费|培训费|考试费|评审费)(?:\d次|的?\d+(?:\.\d+)?[%％])?)|"
    r"按[^，。；]{0,8}租金的?\d+(?:\.\d+)?[%％](?:缴纳|收取|计收|计缴|执行)|"
    r"租金[^，。；]{0,8}按[^，。；]{0,14}\d+(?:\.\d+)?[%％](?:缴纳|收取|计算|计收|计缴|核收|执行)|"
    r"(?:[首前][\d一二两三]?年)?租金(?:打[\d一二三四五六七八九]{1,2}折|[\d一二三四五六七八九]{1,2}折优惠)|"
    r"\d+[%％]的?(?:租金|房租|学费)(?:优惠|减免|补贴)|按[^，。；]{0,8}(?:成本价|优惠价|市场价|评估价)的?(?:\d+(?:\.\d+)?[%％]|[一二三四五六七八九]折)(?:购买|配售|申购)[^，。；、]{0,10}|"
    r"免费(?:居住|住)\d{1,3}[天日晚]|(?:\d{1,3}[天日])?免费(?:住宿|入住[^，。；、\d]{0,14})"
)
_HOUSING = re.compile(
    r"(?:提供|享受|安排|配备|分配|申请|入住|奖励|给予)(?:不少于|不低于|约)?(?:\d+(?:\.\d+)?平方米(?:左右|以上)?的?)?"
    r"(?:免费|免租|拎包入住的?)?(?:人才公寓|人才住房|专家公寓|安居房|周转住?房|共有产权房|保障性住房|"
    r"住房)(?:\d+[套间])?(?!的)"
)
_OF_TAX = re.compile(
    r"按(?:照)?[^，。；：]{4,40}?\d+(?:\.\d+)?[%％](?:的?比例|的?标准)?(?:给予|予以)?(?:全额)?(?P<what>奖励|"
    r"补[贴助]|资助|返还|贴息)"
)
_CAP = re.compile(
    r"[^，。；：\d]{0,6}，(?:(?:[\u4e00-\u9fff]{0,2}每[人家个]?(?:每?[年月])?|单个|年度|全年|累计|最高)[\u4e00-\u9fff]{0,6}?)?"
    r"(?:累计|最高)?(?:不超过|封顶|最高|上限)(?:为)?\d+(?:\.\d+)?[万千]?元"
)
_ITEM = re.compile(
    r"\s*(?:\d{1,2}[.．、]|（[一二三四五六七八九十\d]{1,2}）|[一二三四五六七八九十]是)[^，。；]{0,16}(?:提供|享受|给予|可|免)"
)
_OBJECT = re.compile("(?:企业|单位|机构|个人|学校|园区|用人单位)(?=[，。；]|$)")
_MANY = re.compile(r"\d{2,}[套间]$")  # 提供住房220套: what all got
_DONE = re.compile(r"\d[余多]?[名人位家户]|[余多近]名|全部|已|累计|困难|问题|建成|解决")


def honours(text: str) -> Iterator[Grant]:
    """The honours that are granted to people in a sentence; 并授予… goes to those of 对X before it."""
    if "颁发" not in text and "授予" not in text:  # the look is much cheaper than the search
        return
    for honour in _HONOUR.finditer(text):
        who = honour["who"] or honour["passive"] or honour["given"]
        who = who or beneficiary(text, honour.start(), honour.start(), named_for(text))
        condition = CONDITION.search(who)
        verb = max(text.rfind("颁发", 0, honour.start("what")), text.rfind("授予", 0, honour.start("what")))
        begin = honour.start() if honour["who"] or honour["passive"] else verb
        condition_words = condition.group() if condition else ""
        yield Grant(who, text[verb : honour.end()], None, None, "", condition_words, begin, honour.end())


def remissions(text: str) -> Iterator[Grant]:
    """Housing provided and rent or fees remitted to a kind of people that the sentence names; what was done is none."""
    people, last = None, 0
    for pattern, marks in (
        (_REMISSION, "免租学报"),
        (_HOUSING, "房寓"),
        (_OF_TAX, "%％"),
    ):  # what each of their matches holds
        if not any(mark in text for mark in marks):
            continue
        for match in pattern.finditer(text):
            if match.start() < last:  # 免费入住人才公寓 is one benefit
                continue
            people = named_for(text) if people is None else people
            clause = max(text.rfind(mark, 0, match.start()) for mark in "，。；：") + 1
            who = (
                _object(text, match.end()) or beneficiary(text, clause, match.start(), people) or nearest(text, clause)
            )
            if not who and _ITEM.match(text):  # an item of a list of benefits: who gets them stands above it
                who = "引进人才"
            if (
                (not who and pattern is not _REMISSION)
                or _DONE.search(who)
                or _MANY.search(match.group())
                or _DONE.search(text[clause : match.start()])
            ):
                continue
            condition = CONDITION.search(who) or CONDITION.search(text[clause : match.start()])
            begin = text.rfind(who, 0, match.start()) if who else clause
            begin = begin if begin >= 0 and match.start() - begin < 60 else clause
            cap = _CAP.match(text, match.end())
            what = match.groupdict().get("what") or match.group()
            amount = money(cap.group()) if cap else None
            end = cap.end() if cap else match.end()
            said = condition.group() if condition else ""
            note = notes(cap.group()) if cap else ""
            last = match.end()
            yield Grant(who, what, amount[0] if amount else None, None, note, said, begin, end)


def _object(text: str, end: int) -> str:
    """Who is named behind the verb: 按支付额的20%补贴企业."""
    found = _OBJECT.match(text, end)
    return found.group() if found else ""
