"""What a figure counts, as a column title: the verb and the head noun as printed.

The noun stands after the unit (引进86名博士) or before the number (引进博士86名). Its verb is the one that governs the
number: the first of its part of the sentence, as later ones belong to nouns (引进技术推广人才); after 等 the one at the
part's beginning (推出…、…等10项政策); after 其中, and in a list, that of the figure before. Where the noun itself acts
(150人参加线下活动) the measure says what it did. A share or a multiple without a noun belongs to the figure before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from parsers.facts.measure_words import NOUN_END, PREDICATE, VERB, VERBS
from parsers.places import find_places
from parsers.quantities import Quantity

_JOINED_VERB = re.compile(f"并?(?:{VERB.pattern})")
_QUOTED = re.compile("“[^”]*”|《[^》]*》")
_BRACKET = re.compile("（.*")
_MARKS = re.compile(r"[“”‘’《》（）()\s|=<>]")
_REACHING = re.compile("惠及|受益|覆盖|吸引|带动|集聚")
_TOUCHING = re.compile(f"((?:{VERB.pattern})++)$")
_ATTRIBUTE = re.compile(f"({VERB.pattern})了?的$")
# 培养项目, 服务站, 对接会: here the verb is part of a noun
_NOMINAL_VERBS = re.compile("培[养训育]|服务|对接|推[广荐]|合作|指导|帮扶|招聘|建设|转化|开发|研发|集聚|引育|奖励|支持")
_NOMINAL_AFTER = re.compile(
    "项目|工程|计划|基地|中心|平台|站|会|班|机制|模式|能力|水平|协议|资金|补贴|工作|领域|示范|人才|人员|专员|"
    "体系|产业|行动|活动|库|团|点|队|岗|卡"
)
_ERRAND = re.compile(r"赴[^，。；、]{2,6}?(?:学习|培训|挂职|锻炼|研修|跟岗|交流|考察|进修|服务)")
_FIELD = re.compile(r"^.*?(?:等(?:相关)?(?:领域|方面|行业)?|相关领域|领域)的?(?=.{2})")
_FIELD_LIST = re.compile(r"[^，。；：\d]{1,40}?(?:领域|方面|行业)(?=[^，。；、])")
_PEOPLE_OF_FIELDS = re.compile(
    r"(?:(?![\u4e00-\u9fff]{0,2}(?:师|生|员|家|者|人才|干部|专家|骨干|博士|硕士)、)[\u4e00-\u9fff]{2,4}、){1,4}"
    r"[\u4e00-\u9fff]{0,5}?(?:专家|人才|教师|医生|骨干|干部|技术人员|人员|学者|"
    r"医师)(?![\u4e00-\u9fff]{0,2}(?:工作|项目|服务|团队))"
)
_LEADING = re.compile(
    r"^(?:年内|如今|眼下|“?十[一二三四五]五”?(?:期间|时期|以来)|而|我[省市州县区](?:去年|今年)?|每年(?=面向)|面向[^，。；]{2,6}?(?=遴选|招|选|引)|分别|目前|现有|"
    r"拥有|已经|已|累计|总计|合计|共计|共有|共(?![享建同])|先后|其中|期间|成功|同时|并且|并|还|以及|及|和|由|"
    r"将|等|的|全年|今年|去年|"
    r"近年来|截至目前|达(?!成)|约|又|再|就|仅|只|通过|年|月|日|计划|拟|力争|平均|另有|另|包括|含|提出(?=到)|"
    r"到(?![位岗会场站])|我省|我市|我州|我县|我区|、|今年以来|以来|全县|全市|全省|全州|全区)+"
)
_TRAILING = re.compile(  # possessive: 达到达到达到… has many readings, and trying them all would never end
    "(?:达到了?|达|增加|增长|扩大|提高|上升|下降|为|共有|共计|共|现有|各|约|可|已有|有|至|到|的|分别|已|等|超过|累计|"
    "从|由|也|仅有|只有|仅|只|就)++$"
)
_ACCUMULATED = re.compile("累计|共计|先后|相继|每[年次届批期]|全年")
_FUND = re.compile("[^，。；、：]{0,8}?(?:专项资金|引导资金|资金|经费|补助|基金|投资|贷款)$")
_PURPOSE = re.compile("(?:用于|支持|购置|建设|发展|补助|实施|开展|打造|修建|改造)[^，。；、]{2,14}")
_NAMED_ITEM = re.compile(f"(?:{VERB.pattern})[^，。；]{{2,}}")
_NAMED_AS = re.compile(r"(?:同志|人员|人选|个人)为([^，。；、\d]{2,20})")
_MEMBERS = re.compile(r"组成的([^，。；、]{2,20})")
_WHOLE = re.compile("全省|全市|全国|全州|全县|全区")
_EVENT = re.compile(r"(?:论坛|洽谈会|对接会|招聘会|座谈会|大会|峰会|大赛|培训班)$")
_EVENT_FROM = re.compile(r"^.*(?:第[\d一二三四五六七八九十]+届|依托|通过|在|借助|利用)")
_ALSO_COUNTED = re.compile(r"^（[间人个户份名套家床位]{1,3}）")  # 4.2万套（间）住房
_BATCHES = re.compile(r"(?:[一二两三四五六七八九十\d]+|首)[批期届轮次]共?")
_TOTAL = re.compile("(?:总数|总量|总人数|总规模|累计总数|数量)$")
_EACH_TIME = re.compile("^每[次批届期年]$")
_CHOSEN = re.compile(
    r"“[^“”]{2,14}”[\u4e00-\u9fff]{0,6}(?=[，；。、])|(?<=“)[^“”]{2,14}(?=”)"
)  # 实施“卧龙学者”工程，每年遴选20名
_LISTED = re.compile(r"(?:等(?:相关)?|[”》])$")
_HAVING = re.compile("共有|现有|拥有")
_STOCK = re.compile("(?:总量|总数|总额|规模|比例|占比|率|总投资|面积|产量)$")  # states, that no verb brings about
_AND_OTHERS = re.compile("等(?![级待])([^等]{2,14})$")
_CHANGE = re.compile(
    r"(?:增加|增长|提高|上升|扩大|扩充|发展|壮大|提升|降低|下降|减少|缩短|增|升|降)[到至为](?:如今的?)?$"
)
_AGE = re.compile(r"\d+(?:周?岁)?(?:[-—至到]\d+)?周?岁(?:及?以[上下])?")
_GROWTH = re.compile(
    r"(同比|环比|年均|[比较][^，。；比较]{1,8}?)?(增长|提高|增加|下降|上升|减少|提升|增幅|翻|净增|多出|"
    r"(?<=[年期届前])[多少])(?:了|达|约)?$"
)
_SHARE = re.compile("([^占]{0,14})占(?!比)([^占]{0,14}?)(?:的?比[重例])?")
_MULTIPLE = re.compile(r"(?:是|为|相当于)([^，。；是为]{0,14})的?$")
_PRINTED_NUMBER = re.compile(
    r"(?:19|20)\d{2}年度?|\d+[年天周](?!岁)|\d+(?![\d.]*周?岁)(?:\.\d+)?[余多]?|"
    r"[0-9一二三四五六七八九十]+[家名个位项](?=[^人])"
)
_JUNK = re.compile(
    "岁以下$|^[我你他她它]们?$|相差|聘期|为期|服务期|^每[个名家人月]|按照?$|^按|按[^，。]{1,10}$|每[月人年次届批]$|^第|之[首一列冠]"
)
_LEVEL = re.compile("(?:国家|省部?|市|县|州|区|自治区|部|校|院|世界)级(?:及?以上)?|[A-F]类")
_STATE = re.compile("(?:已)?(?:到岗|在岗|上岗|返乡|回流|入职|报到|留任|转正|留用|就业)")
# who brings posts to a fair attends it: 412家单位提供岗位9100个
_ATTENDS = re.compile(
    "(?:现场|共|累计|线上线下)?(?:带去|带来|提供|携带?|推出|拿出)[^，。；：\\d]{0,8}(?:岗位|职位|需求)"
)
_LIMIT = 24


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a quantity stands: its part of the sentence before it, its own item in it, and what follows it.

    `region` is the part up to its first quantity; `after_other` whether a quantity stands before in the part;
    `cut` whether another quantity ends what follows.
    """

    sentence: str
    part: str
    item: str
    region: str
    following: str
    after_other: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """The measure, the verb in it, and how many characters after the unit belong to it."""

    title: str
    verb: str
    length: int = 0


def measure_of(clause: Clause, quantity: Quantity, previous: Measure | None) -> Measure:
    """What `quantity` counts; an empty title when nothing nameable. `previous` is the figure before it."""
    if also := _ALSO_COUNTED.match(clause.following):
        behind = measure_of(replace(clause, following=clause.following[also.end() :]), quantity, previous)
        return replace(behind, length=behind.length + also.end() if behind.length else 0)
    if clause.cut and (run_on := _run_on(clause, quantity)):
        return run_on
    noun = _noun_after(clause.following, clause.cut)
    length = clause.following.find(noun) + len(noun) if noun else 0
    verb = _governing_verb(clause, previous)
    if quantity.unit in ("%", "倍", "个百分点", "百分点"):
        return _share(clause, quantity, noun, length, verb, previous)
    if members := _MEMBERS.match(clause.following):
        return Measure(_plain(verb + members.group(1) + "人数"), verb, members.end())
    if quantity.unit == "元":
        return _money(clause, verb, previous)
    if (quantity.unit == "人" or (quantity.unit in ("名", "位") and not noun)) and _NAMED_ITEM.match(
        _plain(clause.item)
    ):  # 选派科技特派员600人进村
        return Measure(_item_title(clause.item, verb), verb)
    if named := _NAMED_AS.match(clause.following):  # 86名同志为高层次人才
        return Measure(_plain(verb + named[1]), verb, named.end())
    if noun:
        return _counted(clause, noun, length, verb)
    if predicate := PREDICATE.match(clause.following):
        return _acting(clause, predicate, verb, previous)
    return _before(clause, verb, previous, quantity.unit)


# two items with no mark between them, as copied tables and damaged pages have them: 引进博士12名新建工作站3个
_NO_MARK = re.compile("[^，。；：、！？,;:|\\n]{2,}$")
_GOES_ON = re.compile(f" ?(?:其中|深化|节约|推行|启动|强化|优化|聚焦|{VERB.pattern})")


def _run_on(clause: Clause, quantity: Quantity) -> Measure | None:
    """The measure of a number that ends its own item where the next item follows without a mark."""
    if quantity.unit in _SHARES or not _NO_MARK.fullmatch(clause.following) or not _GOES_ON.match(clause.following):
        return None
    item = _LEADING.sub("", clause.item)
    verb = next((v for v in VERB.finditer(item) if not _is_nominal(v, item)), None)
    noun = item[verb.end() :] if verb else item
    if len(_plain(noun)) < 2 or (quantity.unit in ("名", "人", "位") and not _PEOPLE.search(noun)):
        return None
    return Measure(_plain(item[verb.start() :] if verb else item), verb.group() if verb else "")


def _before(clause: Clause, verb: str, previous: Measure | None, unit: str) -> Measure:
    """A number after its noun; one without a noun (达到20万人, 公寓4处316套) has that of the last figure."""
    item = _LEADING.sub("", clause.item)
    if growth := _GROWTH.fullmatch(item):
        return Measure(previous.title + item if previous else "", growth[2])
    if previous and len(_TRAILING.sub("", _squeeze(item))) < 2:
        return Measure(previous.title, previous.verb)
    title = _item_title(clause.item, verb)
    if previous and _TOTAL.fullmatch(title):  # 新增中心19家，总数达到124家
        return Measure(previous.title.removeprefix(previous.verb) + title, "")
    if title == verb and _REACHING.fullmatch(title):  # 惠及7.3万人次: who, the unit says
        return Measure(title + unit, verb)
    if title == "招生" and (chosen := _chosen_as(clause, title, unit)):
        return Measure(_plain(chosen) + title, title)
    if title in ("", verb) and (headed := _BEFORE_BRACKET.search(clause.sentence[: clause.sentence.find(clause.part)])):
        return Measure(_plain(verb + headed[1]), verb)  # 领军型创业人才（拟资助12名
    if title in ("", verb) and (chosen := _chosen_as(clause, verb, unit)):
        return Measure(_plain((verb or "评选") + chosen), verb or "评选")
    level = title.removeprefix(verb)
    if previous and _LEVEL.fullmatch(level):  # 工作室517个，其中国家级9个
        return Measure(level + previous.title.removeprefix(previous.verb), previous.verb)
    if previous and _STATE.fullmatch(title):  # 人才需求1.9万人，到岗1.15万人
        return Measure(re.sub("需求量?$|总量$", "", previous.title.removeprefix(previous.verb)) + title, "")
    if previous and title == verb and previous.title.removeprefix(previous.verb).endswith(title):
        return Measure(previous.title.removeprefix(previous.verb), verb)  # 开展技能培训126期，培训1.1万人次
    if previous and title == verb and VERB.fullmatch(title):
        return Measure(title + previous.title.removeprefix(previous.verb), verb)
    return Measure(title, verb)


_HELD_NAME = re.compile("“[^“”]{2,14}”(?:活动|沙龙|论坛)?(?=[^“”，。；]{0,6}(?:举办|开展|组织|召开)|，)")
_BEFORE_BRACKET = re.compile("([\u4e00-\u9fff“”]{2,16})（$")
_HELD_UNITS = ("期", "场", "次", "场次", "届")


def _chosen_as(clause: Clause, verb: str, unit: str) -> str:
    """The title that people are chosen for, named before in the sentence: 实施“卧龙学者”工程，每年遴选20名."""
    if unit in _HELD_UNITS and verb in ("举办", "开展", "组织", "召开"):  # “雁栖下午茶”今年已举办43期
        held = _HELD_NAME.findall(clause.sentence[: clause.sentence.find(clause.part)] + clause.part)
        return str(held[-1]) if held else ""
    if unit not in ("名", "人", "位", "个") or not (verb or _EACH_TIME.search(clause.item)):
        return ""
    chosen = _CHOSEN.findall(clause.sentence[: clause.sentence.find(clause.part)] + clause.part)
    return re.sub("(?:培养|培育|引进|支持)?(?:计划|工程|行动)$", "", str(chosen[-1])) if chosen else ""


def _counted(clause: Clause, noun: str, length: int, verb: str) -> Measure:
    head = _FIELD.sub("", noun)
    if head.startswith("来自"):
        head = head.rsplit("的", 1)[-1]
    if not verb and _ATTENDS.match(clause.following, length):
        return Measure("参加" + _plain(head), "参加", length)
    if not verb or verb == "组织":
        predicate = PREDICATE.match(clause.following, length)
        if predicate and not predicate.group().startswith("赴"):
            return Measure(_plain(predicate.group() + "的" + head), verb, predicate.end())
    return Measure(_plain(_event(clause.region, verb) + verb + head), verb, length)


_SHARES = frozenset(["%", "倍", "个百分点", "百分点", "元"])
_PEOPLE = re.compile("(?:[者员师生家士工手]|博士后|人才|干部|农民|专家|骨干|学徒|职工|劳动者)$")
_ATTENDING = ("参加", "参与", "参会", "到会", "与会", "出席")


def _acting(clause: Clause, predicate: re.Match[str], verb: str, previous: Measure | None) -> Measure:
    """4人赴南京学习, 专家代表150人参加活动: who stands before, if anyone."""
    errand = _ERRAND.match(predicate.group())
    if errand and verb:
        return Measure(_squeeze(verb + errand.group() + "人数"), verb, errand.end())
    if verb and clause.item.strip().startswith(verb):
        return Measure(_item_title(clause.item, verb), verb)
    noun = previous.title.removeprefix(previous.verb) if previous and clause.part.startswith("其中") else ""
    if _PEOPLE.search(noun) and len(predicate.group()) > 2:  # 其中91名拿到了职称
        return Measure(f"{_plain(predicate.group().replace('了', ''))}的{noun}", verb, predicate.end())
    who = _plain(_LEADING.sub("", clause.item).rsplit("的", 1)[-1])
    if "、" in clause.item and predicate.group() in _ATTENDING:  # 高校专家、企业代表等800余人参加
        return Measure(predicate.group() + "人数", verb, predicate.end())
    if predicate.group() in _ATTENDING and len(who) < 2 and previous and previous.verb in ("举办", "开展", "召开"):
        held = previous.title.removeprefix(previous.verb)[-8:]  # 举办“雁栖下午茶”43期，2100余人次参加
        return Measure(f"{predicate.group()}{held}人数", verb, predicate.end())
    if len(predicate.group()) <= 2 and len(who) >= 2:  # 海外嘉宾200余人参加
        return Measure(f"{predicate.group()}的{who}", verb, predicate.end())
    return Measure(_plain(predicate.group() + "人数"), verb, predicate.end())


def _money(clause: Clause, verb: str, previous: Measure | None) -> Measure:
    if _FUND.search(clause.item) and (purpose := _PURPOSE.match(clause.following)):
        return Measure(_plain(purpose.group().removeprefix("用于") + "专项资金"), verb, purpose.end())
    if previous and (growth := _GROWTH.fullmatch(_LEADING.sub("", clause.item))):
        return Measure(previous.title + growth[0], growth[2])
    title = _item_title(clause.item, verb)
    if previous and title == "经费" and clause.after_other:  # 科研项目6项、经费286万元
        return Measure(previous.title.removeprefix(previous.verb).removesuffix("项目") + title, "")
    if clause.following.startswith("的") and _STOCK.search(title):  # 总规模3亿元的发展基金
        noun = _noun_after(clause.following, clause.cut)
        return Measure(_plain(noun) + title[-3:], verb, clause.following.find(noun) + len(noun))
    use = VERB.match(clause.following)
    noun = _noun_after(clause.following[use.end() if use else 0 :], clause.cut)
    if not noun or not (title.endswith(verb) if verb else len(title) <= 2):
        return Measure(title + "金额" if title and title == verb else title, verb)
    deed = use.group() if use else verb  # 设立2000万元人才基金, 统筹2000万元设立人才基金
    return Measure(_plain(deed + noun), deed, clause.following.find(noun) + len(noun))


def _share(clause: Clause, quantity: Quantity, noun: str, length: int, verb: str, previous: Measure | None) -> Measure:
    whole = _WHOLE.search(clause.sentence)
    if quantity.unit == "%" and clause.following.startswith("的") and noun and not clause.item.endswith("率"):
        if predicate := PREDICATE.match(clause.following, length):
            return Measure(_plain(f"{predicate.group()}的{noun}") + "占比", "", predicate.end())
        return Measure(f"{_plain(noun)}占{whole.group() if whole else ''}比重", "", length)
    item = _LEADING.sub("", clause.item)
    if quantity.unit == "倍" and clause.sentence[quantity.end - 1] == "番":
        if re.search("将|力争|确保|争取|目标|计划", clause.part):
            return Measure("", "")
        own = _plain(re.split("同?[比较]", item)[0])  # 较2022年翻一番 speaks of the figure before
        return Measure(f"{own or (previous.title if previous else '')}翻番", "")
    if growth := _GROWTH.search(item):
        own = _plain(item[: growth.start()])
        base = own if len(own) >= 2 else previous.title if previous else ""
        return Measure(base + (growth[1] or "") + growth[2] if base else "", growth[2])
    if quantity.unit == "倍" and (multiple := _MULTIPLE.search(item)):
        return Measure(f"{previous.title}为{_plain(multiple[1]) or '以前'}的倍数" if previous else "", "")
    if share := _SHARE.fullmatch(_TRAILING.sub("", _CHANGE.sub("", item))):
        aged = _AGE.match(share[1])  # 35岁以下的占68.5%
        base = _plain(share[1]) or (aged.group() if aged else _GROWTH.sub("", previous.title) if previous else "")
        return Measure(f"{base}占{_plain(share[2])}比重" if share[2] else f"{base}占比", "占")
    title = _plain(_TRAILING.sub("", item))
    if previous and title in ("占比", "比例", "比重", "占比重"):  # 高技能人才8.1万人，占比35.2%
        return Measure(previous.title.removeprefix(previous.verb) + title, "占")
    return Measure(title, "")


def _event(region: str, verb: str) -> str:
    """The event that acts: 论坛邀请专家, 人才项目洽谈会对接落地项目."""
    before = region[: region.find(verb)] if verb else ""
    if not _EVENT.search(before[-4:]):
        return ""
    return _EVENT_FROM.sub("", before[-24:])[-10:]


def _noun_after(text: str, cut: bool) -> str:
    """The noun phrase right after the unit: up to the next verb or mark, list of fields left out."""
    stop = NOUN_END.search(text)
    if stop and stop.group() == "、" and (listed := _FIELD_LIST.match(text)):
        rest = text[listed.end() :]  # 教育、医疗等相关领域骨干力量: the noun follows the list of fields
        end = NOUN_END.search(rest)
        return rest[: end.start() if end else len(rest)].lstrip("的")
    if fields := _PEOPLE_OF_FIELDS.match(text):  # 医疗、教育专家
        return fields.group()
    if listed := re.match(r"(?:[^，。；：、\d]{1,6}[学类]、)+", text):  # 生态学、地理学博士
        return _noun_after(text[listed.end() :], cut)
    phrase = text[: stop.start() if stop else len(text)]
    if cut and not stop:  # 8名专家和兰西城市群9个城市: the noun ends before 和
        phrase = re.split("(?<!国家)[和与及]|以及", phrase.lstrip("的").split("的")[0])[0]
    return phrase.lstrip("的左右多余以上")


def _governing_verb(clause: Clause, previous: Measure | None) -> str:
    if clause.after_other:
        own = VERB.match(_LEADING.sub("", clause.item))
        if own and not _is_nominal(own, _LEADING.sub("", clause.item)):
            return own.group()
    region = clause.region
    if _LISTED.search(clause.part):
        region = _LEADING.sub("", region)
        at_start = VERB.match(region)
        return at_start.group() if at_start else _first_verb(_unquoted(region).split("、")[0])
    plain = _unquoted(region)
    touching = plain.endswith(VERBS) and _TOUCHING.search(plain)  # 组织服务团深入87家企业
    if touching and not _NOMINAL_VERBS.fullmatch(touching[1]):
        return touching[1]
    if region.endswith("的") and (attribute := _ATTRIBUTE.search(region)):  # 选派的18名医生
        return attribute[1]
    if verb := _first_verb(plain):
        return verb
    return previous.verb if previous and (clause.part.startswith("其中") or clause.after_other) else ""


def _unquoted(text: str) -> str:
    return _QUOTED.sub("，", text)


def _first_verb(text: str) -> str:
    """The first verb that is no part of a noun; verbs that touch (签约并实施) are one."""
    for found in VERB.finditer(text):
        if not _is_nominal(found, text):
            joined = _JOINED_VERB.match(text[found.end() :])
            nominal = joined and _NOMINAL_AFTER.match(text, found.end() + joined.end())
            return found.group() + (joined.group() if joined and not nominal else "")
    return ""


def _is_nominal(verb: re.Match[str], text: str) -> bool:
    if text.startswith("的", verb.end()):  # 推广的技术覆盖11个乡镇
        return True
    return _NOMINAL_VERBS.fullmatch(verb.group()) is not None and _NOMINAL_AFTER.match(text, verb.end()) is not None


def _item_title(item: str, verb: str) -> str:
    """The title of a number that follows its noun: from the item's own verb, else `verb` and the item."""
    item = _CHANGE.sub("", item)
    item = _TRAILING.sub("", _BRACKET.sub("", _LEADING.sub("", item)))
    item = _HAVING.split(item)[-1] or item
    if _STOCK.search(item):
        return _plain(item)
    if listed := _AND_OTHERS.search(item):  # 数据标注等技能人才: the noun is what the list is of
        item = listed[1]
        verb = "" if VERB.match(item) else verb
    for found in VERB.finditer(item):
        if not _is_nominal(found, item) and found.end() < len(item):
            return _plain(item[found.start() :])
    if verb and not item.startswith(verb) and verb not in item:
        item = verb + item
    return _plain(item)


def _plain(text: str) -> str:
    """Without places, years, numbers and quotation marks; at most 24 characters, cut at a 的 where there is one."""
    for mention in reversed(find_places(text)):
        text = text[: mention.start] + text[mention.end :]
    text = _TRAILING.sub(
        "", _LEADING.sub("", _squeeze(_ACCUMULATED.sub("", _PRINTED_NUMBER.sub("", _BATCHES.sub("", text)))))
    )
    if _JUNK.search(text):
        return ""
    if len(text) > _LIMIT and (head := re.search(".*?[的由](?=.{6})", text[-_LIMIT:])):
        text = text[-_LIMIT:][head.end() :]
    return text[-_LIMIT:]


def _squeeze(text: str) -> str:
    return _MARKS.sub("", text)
