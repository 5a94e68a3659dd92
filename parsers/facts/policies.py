"""Policies, plans and measures in 《》 with what was done to them and by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.facts.context import ReadingContext
from parsers.sentences import Sentence
from parsers.values import Fact

RULE, VERSION = "policy", 1
_TITLE = re.compile(r"《([^《》\n]{4,80})》")
_POLICY = re.compile(
    r"方案|意见|办法|措施|规定|条例|计划|规划|机制|细则|通知|决定|政策|要点|纲要|清单|制度|章程|指南|[十百\d]条|"
    r"目录|新政|标准(?:（[^（）]*）)?$|"
    r"行动|规则|法$"
)
_NO_POLICY = re.compile(r"协议|信$|书$|报$|歌|论$|故事|组工|日报|选编|文选|读本|协定|备忘录|合同|大赛|节目")
_VERB = (
    "制定出台|制定实施|制定印发|研究制定|联合印发|印发实施|出台实施|出台|印发|制定|推出|下发|发布|颁布|修订|"
    "落实|贯彻|实施|"
    "审议通过|通过|审议|施行|执行|起草|升级|更新|编制|签发|公布|完善|依据|根据|按照|围绕"
)
_ACTION = re.compile(rf"({_VERB})(?:了|的)?$")
_ISSUER = re.compile(
    r"([\u4e00-\u9fff、]{0,24}(?:领导小组|办公厅|办公室|委员会|人民政府|政府|组织部|人才办|省委|市委|州委|县委|"
    r"区委|[厅局部]))"
    r"(?:联合|共同|近日|日前|正式|已|先后|相继)*$"
)


def policies(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """One fact for each 《title》 of a policy; titles in a row share the verb before the first."""
    action, last_end = "", -1
    for match in _TITLE.finditer(sentence.text):
        start = match.start()
        joined = start - last_end <= 1 and sentence.text[last_end:start].strip("、和及与") == ""
        head = _ACTION.search(sentence.text, 0, start)
        issuer = ""
        if head:
            action, start = head.group(1), head.start()
            issuer = _issuer(sentence.text[:start])
        elif not joined or last_end < 0:
            action = ""
        last_end = match.end()
        if _POLICY.search(match.group(1)) and not _NO_POLICY.search(match.group(1)):
            yield _fact(context, sentence, match, start, (action, issuer))


def _issuer(before: str) -> str:
    clause = re.split("[，。；：,]", before)[-1]
    found = _ISSUER.search(clause)
    return found.group(1) if found else ""


def _years(title: str) -> str:
    """The years that a plan carries in its own title: 2022-2024 of （2022—2024年）."""
    years = re.search(r"((?:19|20)\d{2})年?\s*[-—–~～至]{1,2}\s*((?:19|20)\d{2})年?", title)
    single = re.search(r"((?:19|20)\d{2})年", title)
    return f"{years.group(1)}-{years.group(2)}" if years else single.group(1) if single else ""


def _fact(context: ReadingContext, sentence: Sentence, match: re.Match[str], start: int, said: tuple[str, str]) -> Fact:
    title = match.group(1)
    fields = {"title": title, "action": said[0], "issuer": said[1]}
    place, period = (start, match.end()), _years(title) or None
    return context.fact("policy", (RULE, VERSION), sentence, place, fields, at=match.start(), period=period)
