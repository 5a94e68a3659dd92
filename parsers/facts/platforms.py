"""Platforms: a body, base, station, library or alliance with a name of its own that is founded, built or named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.facts.context import ReadingContext
from parsers.facts.naming import Named, cut_in_quotes, in_title, name_before, same_list, span, widened
from parsers.sentences import Sentence
from parsers.values import Fact

RULE, VERSION = "platform", 2
_HEADS = re.compile(
    r"工作总站|工作站|服务站|联络站|流动站|工作点|驿站|工作室|实验室|研究院|研究所|研究中心|创新中心|中心|"
    r"产业园|创业园|科技园|科创园|"
    r"孵化园|示范园|分园|园区(?=”)|基地|专家库|人才库|信息库|资源库|联盟|联合体|共同体|综合体|平台|集聚区|"
    r"汇聚区|示范区|试验区|先行区|人才港|金港|"
    r"创新港|小镇|学院|分院|书院|讲习所|孵化器|加速器|飞地|之家|人才网|服务网|人才社区|人才公寓|服务专区|专窗|"
    r"绿色通道|人才岛|大讲堂|俱乐部|协会|联合会|"
    r"促进会|服务大厅|公共实训基地|技能学校|技师学院|智库|创新团队联盟|资源圃|众创空间|创客空间|人才之家|工坊|人才大厦|科创谷|人才谷|直播间|"
    r"科技小院|专家小院|科创港|创业港|智创城(?:NO\.\d{1,3})?|科创城|双创城|科学城|云库|人才小区|创业街区|青创街区|会客厅|种质资源库"
)
_LAST_HEAD = re.compile(f"(?:{_HEADS.pattern})$")
_QUOTED_HEADS = re.compile(  # each branch begins with a letter of its own, so that the search passes over all else
    rf"{_HEADS.pattern}|社(?=”)|青才港(?=”)|人才港(?=”)|里(?=”)|屋(?=”)|坊(?=”)|馆(?=”)|库(?=”)|小区(?=”)"
    r"|街区(?=”)|小院(?=”)|空间(?=”)|码头(?=”)|营地(?=”)|广场(?=”)|课堂(?=”)"
)
# what is at home in an ordinary quotation too: only where the quotation is founded, never where it is aimed at
_OF_QUOTES = frozenset(re.split("\\|", "社|里|屋|坊|馆|库|小区|街区|小院|空间|码头|营地|广场|课堂"))
_VERBS = re.compile(
    r"挂牌成立|联合共建|联合成立|规划建设|开工建设|成立|设立|创建|创办|组建|打造|搭建|建立|建成|新建|共建|筹建|"
    r"开设|开通|建起|构建|"
    r"命名|发布|启用|揭牌|挂牌|做优|做强|做大|获批|认定|授牌|升级|上线|建好|布局|推出|购置|依托|走进|落户|入驻|"
    r"参观|推进|推动|引进|邀请|开展|"
    r"设(?=[了起]|[一两\d]+[个所处家座]|“)|布设|改建[成为]|改造[成为]|翻[修建新]成|扩建[成为]|升级为|合办|共办|联办|搭(?=[了起]|“)|办起|开起|选派|支持|完善|实施|加强|深化|借助|通报|拥有|建有|(?<![队设])建设(?!兵团|厅|局|银行|工程)"
)
_FOUNDING = re.compile(
    r"成立|设立|创建|创办|组建|打造|搭建|建立|建成|新建|共建|筹建|开设|开通|建起|构建|命名|发布|启用|揭牌|挂牌|"
    r"做优|做强|做大|获批|认定|"
    r"授牌|升级|上线|建好|布局|建设|布设|改建[成为]|改造[成为]|翻[修建新]成|扩建[成为]|升级为|合办|共办|联办|搭|设|办起|开起"
)
_AFTER = re.compile(
    r"^[”）]?(?:项目)?(?:[一二三四]期|年[内初底末]|上月|本月|[上本]周|今天|今日|今年(?:\d{1,2}月|[春夏秋冬]天?|[年初]?初|[年]?底)?|[去前]年(?:\d{1,2}月|[春夏秋冬]天?|[年]?[初底])?|(?:19|20)\d\d年(?:\d{1,2}月)?|"
    r"\d{1,2}月(?:\d{1,2}日)?|自[^，。]{2,8}|同日|当[天日]|加快|正式|相继|先后|顺利|已|近日|也|同步|同时|全面|"
    r"已经|"
    r"于[^，。]{1,12}|"
    r"主体|整体|一期|投入|在[^，。]{2,12})*(落地|投运|运转|运行|封顶|启幕|交付|试营业|迎客|迎新|通过(?:评估|验收|认定|验收评估)|揭牌|挂牌|成立|"
    r"落成|投用|投入使用|启用|获批|落户|建成|开通|上线|开园|开馆|开班|开港|开街|开业|开放|竣工|运营|建设)"
)
# what may follow the head: anything else makes it part of a longer word (中心城市, 基地作用, 学院院长)
_FOLLOW = re.compile(
    r"$|[，。；：！？、”）（》“ |…\d]|[和与及等]|以及|建设(?!者|目标|要求|进程|任务|标准|主|方案|规划|项目)|揭牌|"
    r"挂牌|成立|建成|投运|运营|增至|落[户成地]|启[用动]|投[入用]|获批|正式|上线|开通|已|在|为|并|以|先后|"
    r"相继|近日|项目|将|累计|实现|提供|开展|吸引|集聚|入驻|组织|聚焦|紧|于|同步|同时|也|顺利|全面|协议|合作|"
    r"[一二三]期|自|同日|相继|当天|当日|去年|今年|年[内初底]|上月|本月|今[天日]|竣工|开[港街业放园馆班张工]|运[转行]|主体|封顶|通过|迎来|承[接担]|招[收生]|签约|"
    r"面向|[每由从]|免费|孵化|培养|成为|[一二三四五六七八九十两\d]+[处家所个]"
)
_GENERIC = re.compile(
    r"^(?:人才|创新|创业|服务|科研|产业|公共|综合|国家级|省级|市级|州级|县级|各类|高端|重点|研发|引才|聚才|育才|"
    r"用才|发展|合作|交流|展示|干事|工作|"
    r"事业|宣传|双创|科技|多层次|信息|优质|良好|学习|培训|互动|互通|共享|教学|教研|实践|交叉|现代|实训|专家|"
    r"院士|博士后|资源|广阔|更多|"
    r"更大|高水平|高能级|高质量|载体|引智|留才|平台|建设|和|及)*$"
)
_LOOSE_HEADS = ("平台", "中心", "基地", "绿色通道", "工作室", "联盟", "协会", "学院", "联合体", "共同体")
_OF_STATE = re.compile("(?:全国|国家|[省市])重点实验室$|国家[\u4e00-\u9fff]{2,12}中心$|研究院$")
_AIMS = ("聚焦", "围绕", "着眼", "立足", "服务", "瞄准")  # 围绕X建设: what is aimed at, not what was done
_FOUNDED = re.compile(
    "成立|设立|创办|组建|搭建|建立|建成|新建|共建|开设|开通|建起|启用|揭牌|挂牌|上线|布设|设|搭|办起|开起"
    "|合办|共办|联办|落成|开园|开业"
)
_COUNT_BEFORE = re.compile(r"(?:[2-9]|\d\d|[两二三四五六七八九十百])[余多]?[个家所座处](?:以上)?$")
_COUNT_AFTER = re.compile(r"(?:达到?|共|近|超过?)?(?!1[个家所座处])\d+[余多]?[个家所座处]")
_NO_NAME = re.compile(
    r"[是让使把都也]|(?<![智功性技赋新节可产])能(?![源力量])|(?<![社协学商工大])会(?![展计议])|有(?![色机限])|"
    r"不(?!锈)|要(?!素)|什么|这[一个些]|该|其|我们|他们|各地|一体的|等$|^[和与及、]|国际中心|神经|核心|"
    r"^为|世界级|一流|命运|以.{1,6}为|增长极"
)


def platforms(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """One fact for each named platform that is founded, built, named or opened in the sentence."""
    text = sentence.text
    for head in (_QUOTED_HEADS if "”" in text else _HEADS).finditer(text):
        if (
            in_title(text, head.start())
            or not _FOLLOW.match(text, head.end())
            or cut_in_quotes(text, _with_place(text, head.end()))
        ):
            continue
        named = name_before(text, (head.start(), _with_place(text, head.end())), _VERBS, _HEADS)
        action = _action(text, named)
        aimed = head.group() in _OF_QUOTES and not _FOUNDED.fullmatch(action or "")
        if action is None or aimed or _is_counted(text, named):
            continue
        if _is_name(named, head.group()) and same_list(text, named, _HEADS):
            fields = {"name": named.name, "action": action}
            place = widened(text, *span(named))
            yield context.fact("platform", (RULE, VERSION), sentence, place, fields, at=named.start)


def _with_place(text: str, end: int) -> int:
    """The end of a name that goes on with its place in brackets: 人才飞地（深圳）."""
    place = re.match(r"（[\u4e00-\u9fff]{2,6}）(?=”)", text[end : end + 9])
    return end + place.end() if place else end


def _action(text: str, named: Named) -> str | None:
    """The verb of founding before or after the name; "" for a quoted name that is only relied on; else None."""
    if _FOUNDING.fullmatch(named.verb) or named.verb[-2:] in ("成立", "共建", "建设"):
        return named.verb
    generic = _GENERIC.match(_LAST_HEAD.sub("", named.name))
    if not named.quoted and (len(named.name) < 5 or (generic and len(named.name) < 8)):
        return None
    if named.verb in ("拥有", "建有") and _OF_STATE.search(named.name):
        return named.verb
    after = _AFTER.match(_behind_list(text, named.end))
    if (
        after
        and not _HAS_OBJECT.match(_behind_list(text, named.end)[after.end() :])
        and not (after.group(1) == "建设" and text[: named.start].endswith(_AIMS))
    ):
        return after.group(1)
    if named.quoted and (named.verb == "依托" or len(named.name) >= 10):
        return ""
    return None


# 研究院揭牌国家级工作站: who opens it, not what is opened
_HAS_OBJECT = re.compile(
    "(?!成立|运[行营作转]|招生|招收|落成|落[户地]|投[用入]|开园|仪式|启[用动]|并|以来|后|时|的|至今|建设|使用|在|于|暨|"
    "项目|，)[\u4e00-\u9fff]{4}"
)


def _behind_list(text: str, end: int) -> str:
    """What follows the list that the name stands in: A、B相继落地 says it of A too."""
    members = _MEMBERS.match(text, end)
    return text[members.end() if members else end :][:24]


_MEMBERS = re.compile(
    r"”?(?:、“?[^，。；、“”]{4,30}?(?:中心|研究院|产业园|科技园|基地|实验室|学院|工作站|联盟|园区)”?)+"
    r"(?:等[\u4e00-\u9fff]{0,8}?平台)?"
)


def _is_counted(text: str, named: Named) -> bool:
    """Whether a number says that a kind is meant (3个专家工作站, 院士工作站21个): a figure, no platform of its own."""
    if "“" in text[max(0, named.start - 1) : named.end]:
        return False
    before, after = text[max(0, named.start - 8) : named.start], text[named.end : named.end + 6]
    return bool(_COUNT_BEFORE.search(before) or _COUNT_AFTER.match(after))


# kinds of bodies, of which every place has some
_KINDS = re.compile(
    "(?:新建|首个|[省市县]级|国家级|[校院企]级)?(?:(?:院士|专家|博士后?|博士后?科研|院士专家|博士后?创新实践|"
    "科研|引才|人才|招才引智|海外引才|海外人才|招才|乡村|基层|青年|"
    "校地|校企|名师|名医|技能大师|劳模|创新|高校引才|高校人才)+(?:工作站|工作室|联络站|服务站|流动站|实践基地|"
    "驿站|离岸基地))"
)


_NUMBERS = re.compile(  # 三大平台, 一厅三中心
    r"[\d一二两三四五六七八九十]+(?:[个大项]|[厅站区园网平台中心]{1,2}[\d一二两三四五六七八九十])"
)


def _is_name(named: Named, head: str) -> bool:
    modifier = named.name.removesuffix(head)
    if named.quoted:
        return len(named.name) >= 4 and not re.match(
            r"[\d一二两三四五六七八九十]+(?:[个大项]|[厅站区园网平台中心]{1,2}[\d一二两三四五六七八九十])", named.name
        )
    if _NO_NAME.search(modifier) or not 2 <= len(modifier) <= 26:
        return False
    if _KINDS.fullmatch(named.name):
        return False
    return not (head in _LOOSE_HEADS and _GENERIC.match(modifier)) or (
        head != "平台" and len(modifier) >= 4 and "全" in modifier[:1]
    )
