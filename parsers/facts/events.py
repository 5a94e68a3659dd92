"""Events: named meetings, fairs, forums, contests and weeks that are held."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.facts.context import ReadingContext
from parsers.facts.naming import Named, clause_start, in_title, name_before, quote_around, widened
from parsers.places import find_places
from parsers.sentences import Sentence
from parsers.values import Fact

RULE, VERSION = "event", 3
_HEADS = re.compile(
    r"工作会议|工作例会|理事会(?=第|召开|上|在|会议)|领导小组(?:第[一二三四五六七八九十百\d]+次)?(?:全体|"
    r"扩大)?会议|部署会|推进会|座谈会|"
    r"洽谈会|对接会|交流会|交流大会|合作大会|"
    r"人才大会|大会|招聘会|双选会|宣讲会|推介会|发布会|研讨会|恳谈会|见面会|茶话会|报告会|现场会|观摩会|评审会|"
    r"答辩会|调度会|表彰会|总结会|汇报会|培训会|分享会|会商会|联络会|拜师会|授牌会|论证会|咨询会|选聘会|选才会|聚才会|联席会议|"
    r"启动仪式|签约仪式|揭牌仪式|颁奖仪式|仪式(?<=[任放赠聘学业牌旗彰师职迎送发基接]仪式)|大赛总决赛|大赛决赛|大赛复赛|开班仪式|开幕式|博览会|交易会|展览会|"
    r"峰会|论坛|年会|沙龙|大赛|竞赛|锦标赛|擂台赛|邀请赛|巡回赛|设计赛|动员会|启动会|签约会|引才会|校招会|"
    r"人才会|招商会|"
    r"联谊会|圆桌会|对话会|展示会|例会|嘉年华|开放日|开放周|招聘周|双选周|创业周|招聘月|服务月|引才月|人才月|宣传月|"
    r"挑战赛|创业赛|擂台赛|交流赛|技能赛|对抗赛|路演|比武|比拼|专场|"
    r"人才周|活动周|研修班(?<=”研修班)|培训班(?<=”培训班)|训练营(?<=”训练营)|联谊活动|招聘活动|引才活动|洽谈活动|对接活动|交流活动|推介活动|人才日|"
    r"人才节|交流周|创新周|合作周|推介周|对接周|博士周|技能周|展示周|交流月|对接月|双年展|成果展|作品展|选拔赛|预选赛|晋级赛|总决赛|服务周|文化节|科技周|宣传周|引才周|"
    r"会议(?=在|上|召开)"
)
# any festival with a name of its own in front: “X”学术沙龙周
_QUOTED_HEADS = re.compile(
    rf"{_HEADS.pattern}|(?<=”)[\u4e00-\u9fff]{{2,8}}?(?:周|月|节|营|大集|集市|夜市)(?=[，。；]|$|[在上启开举]|期间)"
)
_VERBS = re.compile(
    r"组织召开|组织开展|组织举办|成功举办|联合举办|积极参加|举办|召开|举行|组织(?!部|工作|关系|系统)|参加|承办|"
    r"主办|协办|出席|依托|借助|通过|设立|开展|启动|迎来|开幕|"
    r"亮相|落幕|开(?=全[省市州县区])|谋划|策划|办好|筹办|筹备|首次在|在(?=[今去全]|第|首)|"
    r"(?<![已曾财])经(?![济验开营费理过历典贸纪信])"
)
_HELD_BEFORE = re.compile(r"举办|召开|举行|组织|参加|承办|主办|协办|出席|依托|借助|通过|设立|开展|启动|迎来|筹办|办好")
_HELD_AFTER = re.compile(
    r"^”?(?:暨[^，。]{2,30})?(?:[（(][^）)]{1,20}[）)])?"
    r"(?:上|期间|成功|圆满|正式|隆重|火热|顺利|热烈|近日|日前|今日|也|如期|拉开|\d{1,2}[月日]|至|(?:于|在)[^，。；]{1,24}?)*"
    r"(举办|召开|举行|开幕|闭幕|启动|落幕|拉开|开赛|开拍|开场|收官|开班|启幕|举行|开锣|鸣[锣哨枪]|揭幕|走进|亮相|圆满结束|上)"
)
_THIS = re.compile("(?:这次|此次|本次|今天(?:的|召开的|我们召开的?)?|我们召开(?:的)?|(?:来|一起|集中)[召]?开)$")
# 刚刚闭幕的X, 今年4月开赛的X: held before its name
_HELD_OF = re.compile("(?:举办|召开|举行|开幕|闭幕|开赛|启动|落幕|开班|启幕|收官|结束)的$")
# a year printed as one (2026年X大会); in 2026X大会 it is a part of the name, as printed
_OWN_YEAR = re.compile(r"^(?:19|20)\d{2}年度?(?=[^\d年届—-])")
_NUMBERED = re.compile(r"(?:第[一二三四五六七八九十百\d]+届|首届)[^，。；：、“”《》在的暨]{0,24}$")
_ORDINAL = re.compile(r"第[一二三四五六七八九十百\d]+[届次期](?:[\u4e00-\u9fff]{0,4}(?=会议))?|首届")
_NEVER = re.compile(
    r"党的|(?<!会员)代表大会|人民代表|全会|党代会|二十大|十九大|十八大|党委会|常委会|政治局|中央(?:人才|经济|"
    r"农村)?工作会议|全国人大|政协会议|股东大会|"
    r"职工大会|村民|支部大会|生活会|新闻发布会|听证会|追悼会|家长会|[是要让都不]$"
)
_GENERIC = re.compile(
    r"^(?:人才|各类|多场|系列|专题|专项|现场|校园|网络|线上|线下|工作|大型|专场|小型|年度|全[省市州县]|省|市|"
    r"企业|创新|创业|招聘|学术|的|和|及|、|技能|高端|主题|誓师|动员|干部|作品|拜师|海外|云|专家|省级|市级|州级|"
    r"县级|项目|重点|国家级)*$"
)
_FOLLOW = re.compile(
    r"$|[，。；：！？、”）（》“ |…]|[和与及等上中在暨于为由共将已以并的成]|期间|研究|审议|指出|强调|决定|听取|"
    r"要求|传达|"
    r"举办|召开|举行|开幕|闭幕|启动|"
    r"现场|平台|活动|对接|火热|开[赛拍锣场]|鸣|走进|亮相|收官|揭幕|落下|拉开|如期|[今昨]日|当天|圆满|近日|日前|隆重|正式|顺利|拉开|吸引|签约|首|落幕|开赛|主会场|精神|\d"
)
_DAY = re.compile(r"(?:((?:19|20)\d{2})年)?(?<!\d)(1[0-2]|0?[1-9])月(?:(\d{1,2})日)?")
_CEREMONY = re.compile(
    r"暨“[^“”]{2,16}”(?:活动|大会|论坛|仪式)?(?=[，。；在]|[举召]|$)|暨(?:项目|合作|人才|首批|集中)*(?:签约|启动|揭牌|颁奖|授牌|开班|"
    r"发布)仪式"
)
_AFTER_PLACE = re.compile(
    r"^”?(?:近日|日前|今日)?在([\u4e00-\u9fff]{2,14}?)(?:成功|圆满|隆重|正式|顺利)?(?:举办|召开|举行|开幕|启动)"
)


def events(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """One fact for each named event of the sentence that is held, attended or built on."""
    text, told = sentence.text, 0
    for head in (_QUOTED_HEADS if "”" in text else _HEADS).finditer(text):
        if in_title(text, head.start()) or not _ends(text, head):
            continue
        if head.start() < told:  # the second name of the event before: A暨B
            continue
        span = _with_ceremony(text, head.span())
        named = _whole(text, _joined(text, _numbered(text, name_before(text, span, _VERBS, _HEADS))))
        if named and not text.endswith("暨“", 0, named.start) and _is_event(text, named, head.group()):
            told = named.end
            yield _fact(context, sentence, named)
    yield from _quoted(context, sentence)


def _quoted(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """“X”举行: what is held under a quoted name of its own, whatever its noun."""
    for held in _HELD_QUOTE.finditer(sentence.text):
        name = held.group(1)
        if not _HEADS.search(name) and not re.search("[，。！？]", name):
            begin, end = held.start(1), held.end(1)
            yield _fact(context, sentence, Named(name, begin, end, "", begin, True))


_HELD_QUOTE = re.compile(
    "“([^“”]{4,24})”(?:[（(][^）)]{1,16}[）)])?(?:成功|圆满|隆重|正式|盛大|在[^，。；“”]{2,14}?)?(?:举行|举办|"
    "开幕|启幕|落幕|拉开帷幕|开赛)"
)


_NUMBERED_BEFORE = re.compile(r"(?:第[一二三四五六七八九十\d]+|首)届[^，。；：]{0,30}$")


def _ends(text: str, head: re.Match[str]) -> bool:
    """Whether the name ends here; a numbered one (第七届…对接会启幕) may go on with any verb."""
    if _FOLLOW.match(text, head.end()):
        return True
    numbered = _NUMBERED_BEFORE.search(text, max(0, head.start() - 36), head.start())
    if _HEADS.search(text[head.end() : head.end() + 8]):
        return False
    return numbered is not None and text[head.end()] not in "组部委办员展标址刊服"


def _with_ceremony(text: str, head: tuple[int, int]) -> tuple[int, int]:
    """The head with 暨签约仪式 and the like behind it: one event."""
    tail = _CEREMONY.match(text, head[1]) or _SECOND.match(text, head[1])
    return (head[0], tail.end()) if tail else head


_SECOND = re.compile("暨(?:(?![，。；：、“”]|在).){2,24}?仪式")
_FIRST = re.compile("(?:举办|召开|举行|开展|组织|参加|出席)了?([^，。；：]{4,30}暨)$")


def _joined(text: str, named: Named) -> Named:
    """The name with what stands before 暨: 召开年度工作总结暨重点任务部署会 is one meeting."""
    first = _FIRST.search(text, max(0, named.start - 40), _after_and(text, named))
    if named.quoted or not first:
        return named
    start, verb = first.start(1), first.start()
    return Named(text[start : named.end], start, named.end, text[verb : verb + 2], verb, False)


def _after_and(text: str, named: Named) -> int:
    """Where the part of the name behind 暨 begins, words that were taken for verbs or prepositions left out."""
    mark = text.rfind("暨", max(0, named.start - 12), named.end)
    return mark + 1 if mark >= 0 and not re.search("[，。；：、]", text[mark : named.end]) else named.start


def _numbered(text: str, named: Named) -> Named:
    """The name from its ordinal on: 第二届中国·X对俄合作洽谈会, where 对 is no preposition before the name."""
    found = None if named.quoted else _NUMBERED.search(text, max(0, named.start - 30), named.start)
    if not found or _HELD_BEFORE.search(found.group()):
        return named
    return Named(text[found.start() : named.end], found.start(), named.end, named.verb, named.verb_start, False)


def _whole(text: str, named: Named) -> Named | None:
    """With the noun behind the quotation marks (“X”座谈会 is found at its noun); None inside of longer quotes."""
    quote = quote_around(text, named.start)
    return None if quote and quote[1] != named.end else named


def _is_event(text: str, named: Named, head: str) -> bool:
    modifier = _ORDINAL.sub("", named.name.removesuffix(head))
    numbered = _ORDINAL.search(named.name) is not None
    if _NEVER.search(named.name) or len(named.name) > 45 or text.startswith("精神", named.end):
        return False
    if head.endswith("活动"):
        return "“" in modifier and named.verb.endswith(("举办", "举行"))
    if head.startswith("领导小组"):
        return numbered or bool(_held(text, named))
    if len(modifier) < 2 or _GENERIC.match(modifier):
        whole = modifier.startswith("全")  # 全州人才工作会议 is that one of its year
        called = whole and named.verb in ("召开", "组织召开") and not _COUNTED.match(text, named.end)
        whole = whole and head == "工作会议"
        return len(modifier) >= 2 and (numbered or called or (whole and _is_this(text, named)))
    return named.quoted or numbered or bool(_held(text, named))


_COUNTED = re.compile(r"(?:等[^，。；]{0,8})?[\d一二两三四五六七八九十]+[余多]?[场次届期]")


def _is_this(text: str, named: Named) -> bool:
    """Whether the meeting is the one that the article tells of: 这次X, X召开."""
    return _THIS.search(text[: named.start]) is not None or _HELD_AFTER.match(text[named.end :][:40]) is not None


def _held(text: str, named: Named) -> bool:
    before = text[max(0, named.start - 8) : named.start]
    if _THIS.search(before) or _HELD_OF.search(before):
        return True
    if _HELD_AFTER.match(text[named.end : named.end + 40]):
        return True
    between = text[named.verb_start + len(named.verb) : named.start]
    return bool(_HELD_BEFORE.search(named.verb)) and not re.search("[是将要]", between)


def _fact(context: ReadingContext, sentence: Sentence, named: Named) -> Fact:
    text = sentence.text
    begin = named.verb_start if named.verb and named.verb_start < named.start else named.start
    place = widened(text, max(begin, clause_start(text, named.start)), named.end)
    ordinal = _ORDINAL.search(named.name)
    name = _ORDINAL.sub("", named.name, count=1) if ordinal and ordinal.start() == 0 else named.name
    fields = {
        "name": _OWN_YEAR.sub("", name),  # a series has one name; its year is the period
        "ordinal": ordinal.group() if ordinal else "",
        "place": _place(text, named),
        "date": _date(context, text, named),
    }
    period = fields["date"][:7] or context.period_before(sentence, named.start)
    return context.fact("event", (RULE, VERSION), sentence, place, fields, at=named.start, period=period)


def _place(text: str, named: Named) -> str:
    """Where it is held: the place in 在…举办 after the name, or right before the verb (西宁举办…)."""
    if after := _AFTER_PLACE.match(text[named.end : named.end + 32]):
        places = find_places(after.group(1))
        return places[-1].name if places else after.group(1)
    clause = text[clause_start(text, named.start) : named.start]
    held = re.search(r"(?:成功|隆重|联合)?(?:举办|召开|举行)", clause)
    if held:
        near = [m for m in find_places(clause[: held.start()]) if m.end == held.start()]
        return near[0].name if near else ""
    return ""


def _date(context: ReadingContext, text: str, named: Named) -> str:
    """The last day or month before the name; one without a year is the latest before the day of publication."""
    found = None
    for match in _DAY.finditer(text, 0, named.end + 24):
        found = match if match.start() < named.start or text[named.end : match.start()] in ("", "于") else found
    if not found:
        return ""
    year, month, day = found.groups()
    published = context.published or ""
    if not year:
        if len(published) < 7:
            return ""
        year = published[:4] if int(month) <= int(published[5:7]) else str(int(published[:4]) - 1)
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")
