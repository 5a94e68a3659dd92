"""Cooperation: two or more named parties and the form that binds them, one-way aid included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.facts.context import ReadingContext
from parsers.facts.parties import BODY, HAN, STOP_WORDS, before_link, called, parties_of
from parsers.person_names import looks_like_name
from parsers.places import canonical, find_places
from parsers.sentences import Sentence
from parsers.values import Fact

RULE, VERSION = "cooperation", 3
_CLAUSE = re.compile(r"[^，。；：！？\n]+")
_LINK = re.compile(
    r"(?<![参给赋授寄])与(?!会|时|其|此|众|(?:工程|技术|管理|应用|信息|环境|生态|"
    r"生物)[^，。、与和]{0,4}(?:研究|学院|实验室|中心))|同(?=[^时步样期意一志比类行等])|携手|联合(?!体|会|国|"
    r"实|培|创|办|"
    r"共建|开展|印发|举办)|会同|联手|(?<![紧])跟(?!着|进|踪|班|岗|随|上|前|党)|"
    r"和(?=[^，。]{2,40}(?:签[订署下了约]|合作|共建|建立|结[成对]|[合共联]办))"
)
_ACTS = re.compile(
    r"(?:共同|联合|正式|成功|先后|分别|长期|全面|深度|开展|深化|加强|积极)*"
    r"(签订|签署|签约|续签|签(?=[了下])|[共合联]办|联合组建|共同组建|组建|共同出资|搞(?=[了起])|搭建|办学|协作|共建|联合共建|合作共建|共同打造|打造|建立|达成|缔结|结成|结为|"
    r"结对|合作|联办|合办|联建|设(?=了)|联合培养|共同举办|"
    r"联合举办|联合开展|开展|对接|联动|牵手|成立|共享|开办|设立|搭建)"
)
_FORM = re.compile(
    r"签约|协同|合作|协议|协作|共建|联盟|结对|帮扶|联合|关系|机制|互认|共享|订单|对口|培养|联动|交流|框架|"
    r"备忘录|“[^”]+”|办学|(?:联络|工作|服务)站|基地|中心|研究院|学院|实验室|平台|工作室|专业|[订定]单班|培训班|学堂|对子|医联体|联合体|共同体|联谊|[共合联]办|研究所"
)
_PRONOUN = re.compile("(?:[他她它其]|他们|自己|本人|个人|团队|夫妇|师傅)$")
_DEICTIC = re.compile("([我该本全])([省市州县区校院所]|公司|集团|医院|企业)(?=$|[、和与及])")
_OFFICE = re.compile("([省市州县区旗])(政府)")
_COUNTERPART = re.compile(
    rf"(?P<one>[{HAN}（）]{{3,24}}?)(?:以|采取|通过)?"
    r"(?:(?:“?组团式?”?|对口|结对|“?一对一”?)(?:帮扶|支援|协作|援助|托管|共建)了?|托管)"
    rf"(?P<two>[{HAN}（）]{{2,24}}?)(?=[，。；、的]|开展|建立|工作|$)"
)
_DEEPENED = re.compile("深化|加强|推进|推动|开展|密切|强化|拓展")  # 与A、B深化东西部协作
_WHERE = re.compile("(?<=[学院市省州县区司团局厅府部队])[在于][^、，]{2,16}$")  # 与X在西安举行…
_TEAM = re.compile(r"(?<!小)“?组团式?”?")
_AID = re.compile(r"帮扶|支援|“组团式”|援建|驻点|托管|坐诊")
_BOTH = re.compile(
    r"(?:两[地市省州县区校]|双方)([^，。；]{0,16}(?:合作|协作)[^，。；]{0,6}?(?:计划|协议|机制|备忘录|项目|框架))"
)
_NEXT = re.compile(rf"，(?=[^，。；]*(?:{_FORM.pattern}|{_AID.pattern}))([^，。；]{{4,40}})")
_PROJECTS = re.compile(
    rf"(?:推动|促成|引进|实施)([{HAN}、]{{4,60}}?)等?\d*[个项]?((?:对口|合作|共建|帮扶)[{HAN}]{{0,4}}项目)"
)
_BY = re.compile(
    r"(?:由|^|(?<=[，。；]))([^，。；]{6,60}?)((?:共同|联合|合作)(?:发起|建设|成立|打造|组建|设立|培养|启动|出资|"
    r"实施)|共建|合作共建|(?<=[两三四五六七八九]方)(?:出资|[共合联]办)[^，。；]{0,20}|"
    r"(?:(?<=[两三四五六七八九双][省市州县区地校方])|"
    r"(?<=[两三四五六七八九]省区))(?:党委组织部)?(?:在[^，。；]{2,8})?(?:签订|签署|"
    r"建立)[^，。；]{2,24})"
)


@dataclass(frozen=True, slots=True)
class _Bond:
    parties: tuple[str, ...]
    form: str
    start: int
    end: int


def cooperation(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """One fact for each set of parties and form in the sentence; the subject of the fact is its first party."""
    text = sentence.text
    found: set[tuple[str, ...]] = set()
    for bond in (
        *_linked(context, sentence),
        *_both(text),
        *_founded(text),
        *_projects(context, sentence),
        *_counterparts(text),
        *_aid(context, sentence),
        *_titled(text),
        *_deepened(context, sentence),
    ):
        if len(bond.parties) < 2 or any(set(bond.parties) <= set(other) for other in found):
            continue
        found.add(bond.parties)
        fields = {"parties": list(bond.parties), "form": bond.form}
        yield context.fact("cooperation", (RULE, VERSION), sentence, (bond.start, bond.end), fields, at=bond.start)


def _linked(context: ReadingContext, sentence: Sentence) -> Iterator[_Bond]:
    """A 与 B、C 签订…: what stands before the link and behind it, up to the verb."""
    text = sentence.text
    for clause in _CLAUSE.finditer(text):
        for link in _LINK.finditer(text, clause.start(), clause.end()):
            act = _act(text, link.end(), clause.end())
            if act is None:
                continue
            end, form = _form(text, act, clause.end())
            words = text[link.end() : act.start()]
            partners = parties_of(
                _resolved(
                    context, _earlier(context, sentence, clause.start()), _WHERE.sub("", _DEEPENED.split(words)[0])
                )
            )
            if not partners or not form or _is_person(text[clause.start() : link.start()]):
                continue
            first, start = _first(context, sentence, (clause.start(), link.start()), partners)
            if first:
                yield _Bond(tuple(dict.fromkeys((*first, *partners))), form, start, end)
            break


def _first(
    context: ReadingContext, sentence: Sentence, words: tuple[int, int], partners: tuple[str, ...]
) -> tuple[tuple[str, ...], int]:
    """The parties that `words` before the link name, else that the article speaks for, and where they begin."""
    start, link = words
    named, begin = _before(context, sentence, start, link)
    if named:
        return named, begin
    if subject := _subject(context, sentence, start, link):
        return subject, start
    somebody = _NAMES_SOMEBODY.fullmatch(before_link(sentence.text[start:link])[1])
    return () if somebody else _home(context, sentence, link, partners), link


def _subject(context: ReadingContext, sentence: Sentence, start: int, link: int) -> tuple[str, ...]:
    """Who stands before the link under a short name, or before that of an earlier clause: 协会与A合作；与B签约."""
    begin, body = sentence.start + start, context.body
    if found := _named(context, begin, body[begin : sentence.start + link]):
        return found
    if not before_link(body[begin : sentence.start + link])[1]:
        first = max(body.rfind(mark, 0, begin) for mark in "。！？\n") + 1
        for clause in reversed(list(_CLAUSE.finditer(body, first, begin))):
            for other in _LINK.finditer(body, clause.start(), clause.end()):
                if found := _named(context, clause.start(), body[clause.start() : other.start()]):
                    return found
    return ()


def _named(context: ReadingContext, begin: int, words: str) -> tuple[str, ...]:
    """The parties that the words before a link name, in full or in short; `begin` is where they stand in the body."""
    found, said = before_link(words)
    name = "" if found or not said else called(said, context.title, context.body[:begin])
    return found or ((name,) if name else ())


# somebody else than the place that the article speaks for (市里, 我们, 公司): who, the text does not say
_NAMES_SOMEBODY = re.compile(
    rf"(?![{HAN}]{{0,3}}(?:里|方|我们|咱们|当地|全[省市州县区]|公司|企业|学校|医院|单位)$)[{HAN}]{{2,8}}"
)
# 石河子大学2025年引才工作…: the news of a body speaks for the body
_OWN_NEWS = re.compile(
    rf"([{HAN}]{{2,14}}?(?:大学|学院|医院|研究院|集团|公司))(?!院|医院|附属|第|教授|专家|博士|[师学]生)"
)


def _home(context: ReadingContext, sentence: Sentence, offset: int, partners: tuple[str, ...]) -> tuple[str, ...]:
    """The party that the article speaks for: the subject here, else its first place that is no partner."""
    own = _OWN_NEWS.match(context.title)
    if own and own[1] not in partners and not find_places(own[1])[1:]:
        return (own[1],)
    subject = context.subject(sentence, offset)
    near = [mention.name for mention in find_places(sentence.text[:offset])]
    return next(((place,) for place in (subject, *context.places, *near) if place and place not in partners), ())


def _is_person(words: str) -> bool:
    """Whether a person, named or 他, stands before the link: what people do with a body is no treaty of their place."""
    return bool(_PRONOUN.search(words)) or (len(words) == 3 and looks_like_name(words) and not find_places(words))


def _earlier(context: ReadingContext, sentence: Sentence, offset: int) -> str:
    """The last words before `offset` of the sentence, in which 该县 is named."""
    end = sentence.start + offset
    return context.body[max(0, end - 300) : end]


def _resolved(context: ReadingContext, before: str, words: str) -> str:
    """The words with 我州 and 该县 as the place, 该校 as the body that was named last."""
    if words == "我们" and context.places:  # X与我们共建
        return context.places[0]
    if (office := _OFFICE.fullmatch(words)) and (
        place := next((name for name in context.places if name.endswith(office[1])), "")
    ):
        return place + office[2]
    if not (deictic := _DEICTIC.match(words)):
        return words
    kind = deictic[2]
    if kind in "省市州县区":
        near = find_places(before, near=context.places) if deictic[1] == "该" else []
        names = (*(mention.name for mention in reversed(near)), *context.places)
        name = next((name for name in names if name.endswith(kind)), "")
    else:
        bodies = re.findall(rf"[{HAN}]{{2,20}}?(?:大学|学院|研究院|研究所|中学|学校|公司|医院|{kind})", before)
        name = bodies[-1] if bodies else ""
    return name + words[deictic.end() :] if name else words


def _act(text: str, start: int, end: int) -> re.Match[str] | None:
    """The first verb behind the partners; a verb inside of 《》 or of a partner's name is none."""
    return next((m for m in _ACTS.finditer(text, start + 2, end)), None)


def _form(text: str, act: re.Match[str], clause_end: int) -> tuple[int, str]:
    """Where the form ends and its words: the object of the verb, with the next clause's for a bare 合作."""
    said = text[act.start(1) : clause_end].strip("的了")
    if len(said) <= 3 and (following := _NEXT.match(text[clause_end : clause_end + 42])):
        return clause_end + following.end(), following.group(1)
    form = re.sub(r"^(?:签订|签署|建立|达成|缔结|结成|打造|共同打造)了?", "", said)
    return clause_end, form if _FORM.search(said) else ""


def _before(context: ReadingContext, sentence: Sentence, start: int, link: int) -> tuple[tuple[str, ...], int]:
    """The parties right before the link, when the whole of the words there names them."""
    text = sentence.text
    words = text[start:link]
    if (resolved := _resolved(context, _earlier(context, sentence, start), words)) != words:
        return parties_of(resolved), start
    cut = [m.end() for m in STOP_WORDS.finditer(words) if not text[start : start + m.end()].endswith(("中国",))]
    while cut:
        begin = start + cut.pop()
        if parties := parties_of(text[begin:link]):
            return parties, begin
    parties = parties_of(words)
    return parties, start


def _founded(text: str) -> Iterator[_Bond]:
    """由 A、B 与 C 共建: the bodies that a thing is built by together."""
    for found in _BY.finditer(text):
        parties = parties_of(found.group(1))
        if len(parties) > 1:
            yield _Bond(parties, found.group(2), found.start(1), found.end())


def _both(text: str) -> Iterator[_Bond]:
    """南京西宁两市…合作计划: two places named before 两市 and a form behind it."""
    for both in _BOTH.finditer(text):
        before = find_places(text[max(0, both.start() - 16) : both.start()])
        names = tuple(dict.fromkeys(mention.name for mention in before))[-2:]
        if len(names) == 2:
            start = max(0, both.start() - 16) + before[-2].start
            yield _Bond(names, both.group(1), start, both.end())


def _counterparts(text: str) -> Iterator[_Bond]:
    """A“组团式”帮扶B, A对口支援B: a body or place that helps another one."""
    if not any(word in text for word in ("组团", "对口", "结对", "一对一", "托管")):  # far cheaper than the search
        return
    for found in _COUNTERPART.finditer(text):
        one = re.split("由|先后|[年月日]", found["one"])[-1]
        parties = (*parties_of(one), *parties_of(found["two"]))
        if len(parties) > 1:
            yield _Bond(parties, text[found.end("one") : found.start("two")], found.start(), found.end())


_TITLED = re.compile(
    rf"《([{HAN}]{{2,8}})(?:[·—–-]{{1,2}}|、|与)([{HAN}]{{2,6}}?)(?:两[地市州县区])?([{HAN}]{{0,12}}(?:协作|合作|联动|"
    r"协同|互认|共建)[^《》]{0,10}(?:协议|备忘录|计划|框架|机制)(?:书)?)》"
)


def _titled(text: str) -> Iterator[_Bond]:
    """《青岛—安顺人才协作备忘录》: the title of an agreement names its two places."""
    if "《" not in text:
        return
    for found in _TITLED.finditer(text):
        names = [canonical(found[1]), canonical(found[2])]
        if names[0] and names[1]:
            yield _Bond((names[0], names[1]), found[3], found.start(), found.end())


_WITH = re.compile(
    rf"(?:深化|加强|拓展|推进|密切|推动)(?:了|同|与|和)?(?<=[同与和])([{HAN}、]{{3,40}}?)(?:在[^，。；]{{2,12}})?的"
    r"((?:人才|科技|教育|医疗|产学研|产业|校地|校企|院地)[^，。；、]{0,8}?(?:合作|协作|协同|对接|联动|交流)(?:发展)?)"
)


def _deepened(context: ReadingContext, sentence: Sentence) -> Iterator[_Bond]:
    """深化与A、B的人才协同发展: named partners of the place that the article speaks for."""
    if "的" not in sentence.text or not any(word in sentence.text for word in ("合作", "协", "对接", "联动", "交流")):
        return
    for found in _WITH.finditer(sentence.text):
        partners = parties_of(found[1])
        home = _home(context, sentence, found.start(), partners) if partners else ()
        if home:
            yield _Bond((*home, *partners), found[2], found.start(), found.end())


def _projects(context: ReadingContext, sentence: Sentence) -> Iterator[_Bond]:
    """推动 A、B 等 10 个对口项目落地: projects named by the partners they are run with."""
    for found in _PROJECTS.finditer(sentence.text):
        partners = parties_of(found.group(1))
        home = _home(context, sentence, found.start(), partners)
        if partners and home:
            yield _Bond((*home, *partners), found.group(2), found.start(), found.end())


def _aid(context: ReadingContext, sentence: Sentence) -> Iterator[_Bond]:
    """One-way aid in a team (组团) from a place named in the clause to the subject, or to the body it names."""
    text = sentence.text
    for clause in _CLAUSE.finditer(text):
        words = clause.group()
        team = _TEAM.search(words)
        if not team or not (_AID.search(words) or "组团式" in words):
            continue
        subject = context.subject(sentence, clause.start())
        helpers = [m for m in find_places(words, near=context.places) if m.name != subject]
        helpers = [m for m in helpers if not _inside_body(words, m.end)]
        if subject and helpers and "“组团式”教育援" not in words:
            yield _Bond((subject, helpers[0].name), _aid_form(words[team.start() :]), clause.start(), clause.end())


def _aid_form(words: str) -> str:
    """组团式 with the noun of the aid, without what follows it."""
    found = re.match(r"“?组团式?”?[\u4e00-\u9fff]{0,12}?(?:帮扶|支援|服务|援[青藏疆]|医疗|教育|培养|指导)", words)
    return found.group() if found else re.split(r"[\d]", words)[0]


def _inside_body(words: str, end: int) -> bool:
    """Whether a place is part of the name of a body that is helped (海东市第二人民医院)."""
    return bool(re.match(rf"[第{HAN}]{{0,8}}?(?:{BODY})", words[end:])) and "专家" not in words[end : end + 8]
