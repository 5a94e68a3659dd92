"""The parties of a cooperation: places and bodies in a list, and who is meant by the words before 与."""

from __future__ import annotations

import re

from parsers.places import canonical, find_places

HAN = "\u4e00-\u9fff"
BODY = (
    r"大学|学院|研究院|研究所|科学院|工程院|医院|医学院|党校|学校|中学|[厅局](?!部)|天文台|集团|公司|协会|学会|"
    r"商会|基金会|研究中心|医学中心|联盟|委员会|"
    r"组织部|人才办|政府|管委会|开发区|高新区|园区|银行|出版社|科协|团[省市州县]委|中科院|清华|北大|院|馆|"
    r"(?<=[\u4e00-\u9fff]{2})[一二三四五六七八九十]中|幼儿园|农科所|卫健委|发改委|国资委|教委|办公室|妇联|侨联|"
    r"卫生健康委|[科教]委|医学部|附属医院|实验室|研究中心|文联|残联|工商联|会馆|总会|总工会|中心|联合会|促进会|研究会|支队|大队|农场|党委|[省市县区州]委"
)
_NO_PARTY = re.compile(
    r"^(?:各|该|其|本|有关|相关|我|多|高校|企业|科研院所|医院|学校|社会|单位|部门|地方|国内外|省内外|国内|省外|"
    r"各地|职业学院|当地|两|[这那]|[^、]*的)"
)
_COUNT = re.compile(
    r"等?(?:国内|省内外|省外|国内外|知名|东部)*(?:\d+|"
    r"[两二三四五六七八九十]+)余?[所家个][高院]?[\u4e00-\u9fff]{0,6}$|[两三四五六七八九](?:省区?|市|地|州|县|区|"
    r"校|方)(?:[\u4e00-\u9fff]{2,4}部门)?$|"
    r"等(?:地|高校|院校|单位|城市|省市|省份|多地|多家单位|科研院所|企业|[\u4e00-\u9fff]{0,4}高校)?$"
)
_SPOKEN_FOR = re.compile(
    rf"([{HAN}]{{2,20}}?(?:大学|学院|医院|研究院|公司|集团|[省市州县区]))(?:副?(?:校长|院长|董事长|总经理|"
    rf"市长|县长|区长|书记))"
    rf"[{HAN}]{{2,4}}代表(?:学校|学院|医院|公司|集团|全?[省市州县区])?$"
)
_COMPANIES = re.compile(r"等(?:[\d一二两三四五六七八九十]+家)?[\u4e00-\u9fff]{0,4}(?:企业|公司)$")
_KINDS = (
    "高校|院校|企业|院所|医院|机构|部门|园区|专家|团队|群众|市场|产业|人才|单位|学校|社会|基层|政府|平台|技术|工程|培训|科研|"
    "学生|教师|青年|干部|城市|地区|乡镇|农户|合作|服务|管理|项目|资源|携手|联合|共同|[市省州县区与和在的]"
)
_BRANDS = re.compile(rf"(?:(?!{_KINDS})[{HAN}])+(?:、(?:(?!{_KINDS})[{HAN}])+)+")  # 隆基绿能、远景动力
_SHORT_NAME = re.compile(f"[{HAN}]{{2,10}}")
# 和 does not part two names inside of the name of an office (人力资源和社会保障厅)
_SPLIT = re.compile(
    r"、|以及|(?<!资源)(?<!发展)(?<!城乡)(?<!工业)(?<!文化)(?<!住房)(?<!卫生)(?<!农业)[和与及](?!(?:工程|技术|"
    r"管理|应用|信息|环境|生态|生物)[^，。、]{0,4}(?:研究|学院|实验室|中心))(?=[^、和与及]{2,})|"
    r"(?<=[市省州县区])[和与及](?=[^、和与及]{2,})"
)
STOP_WORDS = re.compile(
    r"(?:先后|分别|积极|主动|依托|通过|已|还|又|将|可以|陆续|相继|目前|组织|推动|支持|持续|不断|加强|深化|强化|"
    r"充分|立足|围绕|结合|开展|联合|鼓励|指导|"
    r"协调|邀请|引导|探索|实施|深入|大力|为|从|在|由|把|以|对|让|使|促成|促进|引进|选派|年|月|日|了|是)"
)


def parties_of(words: str) -> tuple[str, ...]:
    """The places and bodies of a list; () when one of its items is neither, the first ones when the list goes on."""
    named_firms = _COMPANIES.search(words) is not None
    brands = named_firms or _BRANDS.fullmatch(words) is not None
    listed = _COUNT.sub("", words.strip("“”的等"))
    pieces = _pieces(listed)
    found: list[str] = []
    at = 0
    while at < len(pieces):
        begin, end = pieces[at]
        item = listed[begin:end]
        party = _party(_COUNT.sub("", item) or item)
        if party is None and at + 1 < len(pieces) and listed[end] in "和与及" and _begins_name(item):
            party = _party(listed[begin : pieces[at + 1][1]])  # 流体元件与系统实验室 is one body
            at += party is not None
        if party is None and brands and _SHORT_NAME.fullmatch(item) and not _verb_in(item):
            party = item if len(item) > 2 or named_firms else None  # 三一重工、国投发电等企业
        if party is None:
            return tuple(found) if len(found) > 1 and len(found) >= words.count("、") else ()
        found.append(party)
        at += 1
    return tuple(_shared_body(found))


def _verb_in(item: str) -> bool:
    # 为 ends the name 华为
    return (STOP_WORDS.match(item) if len(item) == 2 else STOP_WORDS.search(item)) is not None


def _begins_name(item: str) -> bool:
    """Whether the item may be the first half of a name with 与 in it: no verb, no place of its own."""
    places = find_places(item)
    return len(item) > 2 and not STOP_WORDS.search(item) and not (places and places[-1].end == len(item))


def _pieces(words: str) -> list[tuple[int, int]]:
    """Where the items of a list stand."""
    marks = [match.span() for match in _SPLIT.finditer(words)]
    return list(zip([0, *(end for _, end in marks)], [*(begin for begin, _ in marks), len(words)], strict=True))


def _party(item: str) -> str | None:
    if name := canonical(item):
        return name
    mentions = find_places(item)
    if len(mentions) > 1 and mentions[-1].end == len(item) and mentions[0].start == 0:  # 湖北天门市
        return mentions[-1].name if mentions[0].level != mentions[-1].level else None
    if spoken := _SPOKEN_FOR.match(item):  # 华侨大学校长某某代表学校
        return spoken.group(1)
    body = re.fullmatch(
        rf"([{HAN}（）A-Za-z]{{2,24}}(?:{BODY}))(?:（[{HAN}]{{2,6}}）)?(?:[{HAN}]{{0,4}}(?:团队|专家|科|科室))?",
        item,
    )
    return body.group(1) if body and not _NO_PARTY.match(item) else None


def _shared_body(found: list[str]) -> list[str]:
    """西宁、海东市委组织部 are two bodies: a bare place before a body of a place takes its noun."""
    last = re.search(r"[省市州县区]委[\u4e00-\u9fff]{2,4}部$|[省市州县区]政府$", found[-1]) if found else None
    if not last or len(found) < 2:
        return found
    return [name if name.endswith(last.group()[1:]) else name[:-1] + last.group() for name in found]


_ADVERBS = re.compile(
    "(?:[，、]|还|也|又|将|已经?|正|再|均|都|曾|就|先后|分别|正式|再次|共同|联合|今年|去年|近日|日前|同时|此前|目前|"
    r"主动|积极|陆续|相继|(?:19|20)\d\d年(?:以来)?|\d{1,2}[月日]|年底|年初|以来)+$"
)
_NOUN = re.compile(
    "(?:[该本]?(?:协会|学会|商会|学校|大学|学院|公司|集团|企业|医院|研究院|研究所|试验站|工作站|中心|园区|开发区|联盟|"
    "银行|实验室|校方|院方|研究中心|基金会|合作社))"
)
_KIND_OF = {
    "学校": "大学|学院|学校|中学",
    "校方": "大学|学院",
    "院方": "医院|研究院",
    "企业": "公司|集团|企业",
}
_BEGINS = re.compile(r"[，。；：、！？“”（）《》\n\s]|来自|走进|位于|作为|随着|[在从向由为到的是把被对让令使与和及]|\d")


def before_link(words: str) -> tuple[tuple[str, ...], str]:
    """The parties that end the words before a link, and the words themselves without what tells when and how."""
    said = _ADVERBS.sub("", words)
    if found := parties_of(said):
        return found, said
    for stop in reversed([match.end() for match in STOP_WORDS.finditer(said)]):
        if found := parties_of(said[stop:]):
            return found, said
    last = next((m for m in reversed(find_places(said)) if m.end == len(said)), None)
    return ((last.name,) if last and len(said) > 10 else ()), said


def called(said: str, title: str, body: str) -> str:
    """The body that a short word stands for, by title and text before it: 协会 is the one of the title or named last.

    A firm's short name (河铜 of 河铜新材料公司) is the party as printed. "" where the text names nobody of the kind.
    """
    if noun := _NOUN.fullmatch(said):
        kind = noun.group().removeprefix("该").removeprefix("本")
        named = re.compile(rf"[{HAN}（）]{{3,40}}(?:{_KIND_OF.get(kind, kind)})")
        found = (*named.findall(body), *named.findall(title))
        names = (_BEGINS.split(name)[-1] for name in reversed(found))
        return next((name for name in names if len(name) > len(kind) + 1), "")
    firm = re.compile(rf"{re.escape(said)}[{HAN}]{{0,16}}(?:公司|集团|厂|银行|大学|学院|医院)")
    return said if 2 <= len(said) <= 4 and firm.search(body) else ""
