"""Programmes: named plans, brands, projects, schemes and honour titles that are run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.facts.context import ReadingContext
from parsers.facts.naming import Named, in_title, name_before, quote_around, same_list, span, widened
from parsers.sentences import Sentence
from parsers.values import Fact

RULE, VERSION = "programme", 2
_HEADS = re.compile(
    r"访问学者|战略体系|工作品牌|工作机制|工作模式|培养模式|(?:负责|席位|责任|导师|挂帅|积分|票决|"
    r"首席[\u4e00-\u9fff]{1,4})制(?!度)|"
    r"行(?<=(?:高校|校园|名校|院校|海外|基层|企业|院士|专家|博士|引才|全国|乡村|归雁|故乡|家乡|返乡|归乡|名企|百校|名城)行)|专列|夜校|直通车|"
    r"特聘专家|服务团|订单班|专项行动|改革(?!开放)|计划|工程|行动|品牌|制度|机制|模式|项目|活动|人才政策|新政"
)
# heads that name a programme only beside a quoted part: 机制, 模式, 项目 alone are ordinary words
_ONLY_QUOTED = frozenset(
    {
        "人才政策",
        "新政",
        "品牌",
        "制度",
        "机制",
        "模式",
        "项目",
        "活动",
        "工作品牌",
        "工作机制",
        "工作模式",
        "培养模式",
        "访问学者",
        "服务团",
        "特聘专家",
        "夜校",
        "专列",
        "直通车",
        "改革",
        "行",
    }
)
_VERBS = re.compile(
    r"提出|发布|公布|部署|启动实施|组织实施|探索实施|深入实施|协调开展|实施|启动|推行|推出|推进|推动|开展|落实|"
    r"探索|打造|"
    r"深化|建立|"
    r"完善|组织(?!部|工作|关系|系统|委员|人事)|举办|制定|出台|申报|"
    r"入选|纳入|列入|获批|评选|选拔|依托|借助|参加|健全|形成|开办|开设|擦亮|做强|培育|大力推广|推广|创新|坚持|"
    r"持续打造|承担|执行|编制|"
    r"构建|加强|支持|享受|围绕|(?<![队设])建设|强化|设立|实行"
)
_RUNNING = re.compile(
    r"部署|实施|启动|推行|推出|推进|开展|落实|打造|深化|组织|入选|纳入|列入|获批|申报|选拔|评选|执行|推动|实行|构建|"
    r"探索|开办|设立"
)
_FOLLOW = re.compile(
    r"$|[，。；：！？、”）（》“ |…\d]|[和与及等中上为以并在的奖]|以及|项目|工作|活动|平台|人选|专家|人才|实施|"
    r"启动|资金|品牌|表彰|示范|首|第|入选|"
    r"支持|培养|引进|正式|已|共|累计|先后|遴选|申报|评审|称号|吸引|带动"
)
_GENERIC = re.compile(
    r"^(?:人才|重大|重点|各类|专项|建设|工作|引进|培养|培育|引育|发展|合作|交流|服务|年度|行动|三年|五年|长远|"
    r"科学|系列|主题|创新|教育|培训|"
    r"科技|科研|产业|招商|投资|国家|省级|市级|级|省|市|州|县|全|我|和|与|及|、|本|这|该|上述|精品|对口|援青|"
    r"援藏|援疆|相关|配套|自主|攻关|"
    r"示范|研究|课题|实施|惠民|民生|水利|基础|设施|系统|职业|学习|考核|评价|激励|保障|运行|协调|协同|领导|工资|"
    r"分配|招聘|用人|"
    r"引才|育才|用才|留才|聚才|评才|爱才|敬才|更多|一些|高端|高层次|急需|紧缺|优秀|青年|专业|技术)*$"
)
_NOT_PROGRAMME = re.compile(
    r"[是要让会不什么该这其]|[们家人]都|我们|他们|有无|犯罪|共同行动|增持|持股|生育|一体化|五年|规划|习近平|党中央|中央|"
    r"国务院|体制|军事|自觉|思想|"
    r"房地产|亿元|世界级|综合性|等$|^[和与及等]"
)
# a name inside of the name of a fair or a base is that one's name
_OTHER_NAME = re.compile(
    r"[\u4e00-\u9fff]{0,14}?"
    r"(?:[^社机]会(?=[，。；、在上的]|$)|大赛|论坛|活动周|人才周|人才节|峰会|基地|中心|工作站|联盟)"
)
_OPENED = re.compile("(?:开办|开设|举办|合办|共办|联办|办起|组建|开出)[\u4e00-\u9fff、]{0,14}$")
_CLASS = re.compile("(?:开办|开设|举办|合办|共办|联办|办起|组建|开出)了?([\u4e00-\u9fff]{1,8}“[^“”]班”)$")
_REFORM = re.compile("[才医教师岗编聘职匠校企智管用]")  # “县管乡用”, “校聘企用”: of talent work, not of land
_STATE_REFORM = re.compile("放管服|跑一次|一网通办")
_TURNS = re.compile("[从向]$|(?:转变为|变为|转为|变成)$")
_HAN = re.compile("[\u4e00-\u9fff]")
_NO_PREFIX = re.compile("[抓做办搞推打要会能将用让是在有与和及着把进选派擦亮叫称为]")
_QUOTE = re.compile(r"“([^“”\n]{2,40})”")
_RUN_QUOTE = re.compile(
    r"(?:(?:实施|推行|启动|深化|推出|开展|探索|开办|办起|首创|组织|开通|开设|创新|创设|实行|试行|推广|升级|上线|发放|参加|入选|创建)"
    r"(?:了|起|出|实施|开展)?|叫(?:做|作)?|名为|取名|称为|称之为|命名为)"
    r"(?:更高水平的?|(?:全[国省市州县区])?首[批创个]的?|新一轮|特色|品牌|系列|具有[^，。；]{2,8}特色的)?$"
)
_CARD = re.compile("[\u4e00-\u9fff]{0,6}[才英博医匠技专][\u4e00-\u9fff]{0,2}卡")
_STARTED = re.compile("(?:推出|推行|首创|创新推出|探索推行|办起)了?$")
_SLOGAN = re.compile(
    r"^(?:[一二三四五六七八九十两\d]+[个大项支]?[\u4e00-\u9fff]{1,6}|.*(?:意识|自信|维护|转变|精神|理念|战略|"
    r"高地|洼地|蓄水池|朋友圈|难题|公里|风|梦|"
    r"大脑|引擎|主动脉|先手棋|组合拳|名片|窗口|枷锁|文章|指挥棒|基本盘|缺口|瓶颈))$"
)
_ACTIVITY = re.compile(
    r"(?:计划|工程|行动|品牌|活动|(?<![日年限体])制|行|夜校|大讲堂|[\d十百]条|模式|项目|订单班|直通车|英才|奖|协作|合作|学者|工匠|人才卡|英才卡|服务卡|人才贷|英才贷|人才码|英才码)$"
)
_TALENT = re.compile("才|智|育|匠|师|博|医|学|专家|帮|援|协作|合作|岗")
_AFTER_BARE = re.compile(r"$|[，。；、！]|工作|建设(?=[，。；])|改革|政策|机制|系列|活动|项目|试点|中[^国央]|和|及|等")
_HONOUR = re.compile(r"^(?:荣誉)?(?:称号|奖牌|奖章)")
_BATCH_OF = re.compile(r"(?:第[一二三四五六七八九十\d]+|首)批次?$")  # who are chosen for it: 第四批“秦都工匠”
_CHOSEN = re.compile("(?:才|英|匠|师|博士|医|人物|专家|学者|带头人|之星|先锋|骨干|团队|副总|副职|顾问|特派员|传承人)$")
_BODY = re.compile(
    "(?:社区|小[镇区院]|库|基地|中心|驿站|联盟|学院|工坊|[^工]厂|港|谷|园|馆|街区|平台|之家)$"
)  # a platform
_CARRIED = re.compile("(?:推进|打造|做好|抓好|深入开展|持续开展|组织开展|开展)$")
_CHAIN = re.compile("、?(?:“[^“”]{4,14}”、?)+(?:计划|工程|行动|项目)")
_PAIR = re.compile(r"(?:打造|构建|共建|形成)(?:了|出)?(“[^“”]{2,12}”[\u4e00-\u9fff]{0,6}“[^“”]{2,8}”)(?=[，。；]|$)")


def programmes(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """One fact for each named programme of the sentence."""
    text = sentence.text
    for named in (*_unquoted(text), *_quoted(text), *_pairs(text)):
        place = widened(text, *span(named))
        yield context.fact("programme", (RULE, VERSION), sentence, place, {"name": named.name}, at=named.start)


def _unquoted(text: str) -> Iterator[Named]:
    """Names that end in a head noun outside of quotation marks and are run by a verb."""
    for head in _HEADS.finditer(text):
        if in_title(text, head.start()) or quote_around(text, head.start()) or not _ends(text, head):
            continue
        if text.endswith("暨", 0, max(0, text.rfind("“", 0, head.start()))):  # the second name of an event
            continue
        named = _from_quote(name_before(text, head.span(), _VERBS, _HEADS))
        modifier = named.name.removesuffix(head.group())
        if _NOT_PROGRAMME.search(re.sub("“[^”]*”", "", modifier)) or ("“" in modifier and "”" not in modifier):
            continue
        if quoted := _QUOTE.search(modifier):
            if _named_by_quote(named, head.group(), modifier, quoted.group(1)):
                yield named
        elif _runs(text, named, head.group(), modifier):
            yield named


def _ends(text: str, head: re.Match[str]) -> bool:
    """Whether the name ends with the head; one that is quoted in part (“银发精英”汇聚计划) may go on with a verb."""
    if _FOLLOW.match(text, head.end()):
        return True
    quoted = (
        head.group().endswith(("计划", "工程", "行动", "活动", "行", "专列", "直通车"))
        and "”" in text[max(0, head.start() - 8) : head.start()]
    )
    beside = text[head.end()] in "书式性化者员组办科" and not text.startswith("组织", head.end())
    return quoted and not beside and not _OTHER_NAME.match(text, head.end())


def _from_quote(named: Named) -> Named:
    """The name from its quotation mark on, where what stands before that is no part of a name (要抓好“…”行动)."""
    mark = named.name.find("“")
    if "”“" in named.name:
        mark = named.name.rfind("“")
        if len(named.name[mark:]) >= 8:
            return Named(named.name[mark:], named.start + mark, named.end, "", named.start + mark, False)
        mark = named.name.find("“")
    if mark <= 0 or not (mark > 10 or _NO_PREFIX.search(named.name[:mark])):
        return named
    start = named.start + mark
    return Named(named.name[mark:], start, named.end, "", start, False)


def _named_by_quote(named: Named, head: str, modifier: str, inner: str) -> bool:
    if not _HAN.search(inner) and head in ("活动", "模式", "工作机制", "机制"):
        return False
    if "模式" in head and named.verb not in ("推行", "首创", "打造"):  # a way of working is no programme
        return False
    if head == "改革" and (_STATE_REFORM.search(inner) or not _REFORM.search(inner)):
        return False
    if head == "活动" and ("主题" in modifier[modifier.rfind("”") :] or named.verb == "举办"):  # held: an event
        return False
    return len(modifier) >= 8 if len(inner) < 3 else not (_SLOGAN.match(inner) and len(modifier) < 6)


def _runs(text: str, named: Named, head: str, modifier: str) -> bool:
    if head == "服务团":
        return modifier in ("博士", "专家", "科技专家") and text.startswith(("项目", "计划"), named.end)
    if head in _ONLY_QUOTED or not 4 <= len(modifier) <= 24 or _GENERIC.match(modifier):
        return False
    if head == "战略体系":
        return "英才" in modifier
    return bool(_RUNNING.search(named.verb)) and same_list(text, named, _HEADS)


def _quoted(text: str) -> Iterator[Named]:
    """Names in quotation marks: that end in a head noun themselves, or are said to be run."""
    for quote in _QUOTE.finditer(text):
        inner = quote.group(1)
        if in_title(text, quote.start()) or re.search("[，。！？]", inner) or not _HAN.search(inner):
            continue
        if len(inner) < 3 and (own := _CLASS.search(text, max(0, quote.start() - 16), quote.end())):
            yield Named(own[1], own.start(1), own.end(1), "", own.start(1), False)  # 办起电瓷“匠班”
        elif _is_run(text, quote):
            yield Named(inner, quote.start(1), quote.end(1), "", quote.start(1), True)


def _is_run(text: str, quote: re.Match[str]) -> bool:
    inner, after = quote.group(1), text[quote.end() : quote.end() + 12]
    if _HONOUR.match(after) or (
        _BATCH_OF.search(text[: quote.start()]) and _CHOSEN.search(inner) and not _HEADS.match(after)
    ):
        return not _NOT_PROGRAMME.search(inner)
    if _HEADS.match(after) or _NOT_PROGRAMME.search(inner):
        return False  # the name with its noun is found above
    if _TURNS.search(text[: quote.start()]):  # 从“…”迈向“…”: what work is like, not what is run
        return False
    if _OTHER_NAME.match(text[quote.end() : quote.end() + 24]):
        return False
    if (_ACTIVITY.search(inner) and len(inner) >= 4) or inner.endswith("奖"):
        return True
    if _CARD.fullmatch(inner):
        return True
    if inner.endswith("班") and _OPENED.search(text[: quote.start()]):
        return True
    if len(inner) >= 4 and _CHAIN.match(text, quote.end()):  # “天池英才”“天山英才”计划
        return True
    if _SLOGAN.match(inner) or _BODY.search(inner) or not _AFTER_BARE.match(after):
        return False
    before = text[: quote.start()]
    if _STARTED.search(before) and 4 <= len(inner) <= 10:  # 推出“免申即享”
        return True
    if after.startswith(("工作", "活动", "项目", "建设")) and _CARRIED.search(before):
        return len(inner) >= 4 and bool(_TALENT.search(inner))
    inside = before.endswith("在") and after.startswith("中")
    return len(inner) >= 4 and bool(_TALENT.search(inner)) and (inside or bool(_RUN_QUOTE.search(before)))


def _pairs(text: str) -> Iterator[Named]:
    """A name of two quoted halves: “一小时”人才“朋友圈”."""
    for pair in _PAIR.finditer(text):
        yield Named(pair.group(1), pair.start(1), pair.end(1), "打造", pair.start(), False)
