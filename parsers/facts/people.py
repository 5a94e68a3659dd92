"""People with their role and organisation: by title (主任X), by apposition (X教授, X、Y等专家), by what they say.

A name is believed only between two witnesses: a role or a boundary before it, and behind it a word that can
follow a name. Reporters are the article's authors and not its people; state leaders in set phrases are none either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from parsers.facts.context import ReadingContext
from parsers.facts.people_lists import elected, listed, of_cells, of_row
from parsers.facts.person_sense import DOUBLE_SURNAMES, HAN, NO_NAME, ORG, PLAIN_SURNAME, Person, plausible
from parsers.facts.roles import CUE, ROLE, SAYS, TITLE
from parsers.person_names import MADE_LIKE_A_NAME, elements_at, is_made_like_a_name, is_minority, looks_like_name
from parsers.places import find_places
from parsers.sentences import Sentence
from parsers.values import Fact

RULE, VERSION = "person", 3
_DOTTED = re.compile(rf"[{HAN}]{{1,6}}(?:·[{HAN}]{{1,6}}?)+(?={CUE.pattern})")
_ONLY_HAN = re.compile(f"[{HAN}]+")
_SPEAKS_THIRD = re.compile(
    r"[还也都又曾][说表介坦告透]|[说]|表示|介绍|坦言|告诉|谈[道到起及]|指出|认为|感慨|回忆|强调|透露|解释|直言|感叹|"
    r"在会|博士|教授|院士|带领"
)
# characters of given names that few other words are made of
_GIVEN = re.compile(
    f"{PLAIN_SURNAME.pattern}"
    "[伟芳娜秀英敏静丽磊军勇艳杰娟涛超霞刚桂辉建国志海林峰鹏宇轩昊然子涵雨欣怡佳琪思嘉豪家浩博睿哲晨旭凯鑫振栋宏云龙翔玉春雪梅兰凤莲荣永祥"
    "庆瑞俊雅婷倩雯颖慧琳莉蕾丹萍红燕玲淑珍贞素爱彩少广德福寿继绍祖景启承泽润沛洪江河淼森木彬斌武威猛雄铁钢锋剑锐立学书诗梓若依诺一晓小铭兆铮宪仁义礼信忠孝廉世清正天光明亚贤先克]"
    "[伟芳娜英敏静丽强磊军洋勇艳杰娟涛超霞刚辉华国海林峰鹏宇轩昊然涵雨欣怡佳琪源豪浩博睿哲远航晨旭阳帆凯鑫东栋梁亮云龙飞翔玉春雪梅兰凤莲荣祥庆瑞俊雅婷"
    "倩雯颖慧琳莉蕾丹萍红燕玲淑珍素彬斌武雄锋剑锐铭柱义仁忠山松柏楠桐森淼波涌泉川民江河清霖泽润霄虹岩石磊坤乾玮琦瑜璐珊琴瑶]"
)
_BOUNDARY = re.compile(
    rf"^$|[，。；：、！？（）“”《》 的由与和及请邀聘了位名是为]$|"
    rf"(?:院|校|学|部|局|厅|所|会|司|团|医院|中心|引进|聘请|邀请|专家|{ROLE.pattern})$"
)
_ORG_BEFORE = re.compile(
    r"(?:来自|作为|聘请|邀请|引进|授予|就是|这是|包括|例如|比如|如|随后|同时|目前|其中|来到|走进|前往|看望|"
    r"[，。；：、！？“”（）《》\n 是了])"
)
_FROM = re.compile(rf"来自([{HAN}·]{{3,24}}?)的(?:[{HAN}]{{0,6}}?(?:{ROLE.pattern}))?")
_ABOUT = re.compile(
    r"，(?:男|女|[12]\d{3}年|[汉藏回土蒙满壮苗彝][古族]|中共党员|今年\d|\d{2}岁|本科|博士|硕士|毕业于|现任|"
    r"籍贯)|(?:[12]\d{3}年(?:毕业|出生|参加|进入|考入|来|到|入)|被(?:授予|评为|选为)|荣获)"
)
_LIFE = re.compile(rf"(?:^|(?<=[”，：]))([{HAN}·]{{2,12}}?)(?={_ABOUT.pattern})")
_SIGNED = re.compile(rf" ([{HAN}]{{2,3}})(?=[）)]|$)")  # （受访者：渭南市人才服务中心主任 某某）
_REPORTER = re.compile(r"(?:记者|通讯员|编辑|作者|摄影|文/|图/|校对|审核|责编|监制)[：:\s]*$")


def people(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """One fact for each person of the sentence; `role` and `organisation` as printed, "" where none stands there."""
    seen: set[int] = set()
    text = sentence.text
    for person in chain(*(rule(text) for rule in _RULES), _of_title(context.title, text)):
        if person.start in seen or _REPORTER.search(text[: person.start]):
            continue
        seen.add(person.start)
        fields = {"name": person.name, "role": person.role, "organisation": person.organisation}
        place = (person.begin, person.end)
        yield context.fact("person", (RULE, VERSION), sentence, place, fields, at=person.start, period="")


def _of_title(title: str, text: str) -> Iterator[Person]:
    """The person whom the title names before a colon (X：从实验台到生产线), where a sentence names him."""
    headed = re.match(rf"([{HAN}]{{2,4}}|[{HAN}·]{{4,12}})[：:]", title)
    name = headed.group(1) if headed else ""
    start = text.find(name)
    if start >= 0 and len(name) > 2 and plausible(name) and not find_places(name):
        yield Person(name, start, start + len(name), "", "", start)


def _name_at(text: str, start: int) -> str:
    """The name that begins at `start`, followed by a word that can follow a name; "" when there is none."""
    if "·" in text[start : start + 7] and (dotted := _DOTTED.match(text[start : start + 24])):
        return dotted.group()[_kind_before(dotted.group()) :]
    if made := elements_at(text, start):
        return made
    for length in (3, 2, 4):
        name = text[start : start + length]
        if len(name) < length or not _ONLY_HAN.fullmatch(name) or not CUE.match(text, start + length):
            continue
        if length == 3 and _SPEAKS_THIRD.match(text, start + 2):
            continue
        if length == 4 and is_minority(name) and not ROLE.search(name):
            return name
        if plausible(name) and (length < 4 or name.startswith(DOUBLE_SURNAMES)):
            return name
    given = _GIVEN.match(text, start)  # any verb may follow a name that is made like one
    if given and plausible(given.group()) and not TITLE.match(text, start + 1):
        return given.group()
    whole = text[start : start + 3]
    return whole if is_made_like_a_name(whole) and plausible(whole) and not _SPEAKS_THIRD.match(whole, 2) else ""


_KIND = re.compile(".*(?:姑娘|小伙子?|青年|女孩|男孩|妹子|汉子|大叔|阿姨|大姐|大哥|老人|小哥|商人|留学生|学生|籍)(?=.)")


def _kind_before(dotted: str) -> int:
    """How many characters of a foreign name only say who that is (老挝姑娘苏达·冯维莱)."""
    kind = _KIND.match(dotted.split("·")[0])
    return kind.end() if kind else 0


def _after_role(text: str) -> Iterator[Person]:
    for role in ROLE.finditer(text):
        signed = None if "作者" in text else _SIGNED.match(text, role.end())
        start = role.end() + bool(signed)
        name = signed.group(1) if signed else _name_at(text, start)
        if name and (plausible(name) or is_minority(name)):
            start = text.index(name, start)
            organisation, full_role, begin = _office(text, role.end())
            first = Person(name, start, start + len(name), full_role or role.group(), organisation, begin)
            yield first
            yield from _names_on(text, first)


# posts are an open class (数控车工, 质检员, 非遗匠人): what they end in, and a name that is made like one
_POST = re.compile(f"[工师员长手家匠监娘人者任](?={MADE_LIKE_A_NAME.pattern})")


def _posted(text: str) -> Iterator[Person]:
    """数控车工X, 夜校校医X: a name behind any word for a post that a mark or a body stands before."""
    for post in _POST.finditer(text):
        start = post.end()
        name = text[start : start + 3]
        if not CUE.match(text, start + 3) or not plausible(name):
            continue
        organisation, role, begin = _office(text, start)
        if role and (organisation or len(role) >= 3):
            yield Person(name, start, start + 3, role, organisation, begin)


def _office(text: str, end: int) -> tuple[str, str, int]:
    """Organisation, role and the start of both, of the words that end at `end`."""
    begin = 0
    for match in _ORG_BEFORE.finditer(text, max(0, end - 40), end):
        begin = match.end()
    begin = max(begin, end - 40)
    words = text[begin:end]
    if found := ORG.match(words):
        role = words[found.end() :].lstrip("的")
        return found.group(1).removeprefix("依").removeprefix("据"), role, begin
    if len(words) <= 8:
        return "", words, begin
    roles = list(ROLE.finditer(words))
    return "", roles[-1].group() if roles else "", end


def _names_on(text: str, first: Person) -> Iterator[Person]:
    """市领导X、Y出席: the names that go on the list of the one behind a role."""
    end = first.end
    while text[end : end + 1] == "、" and (name := _name_at(text, end + 1)) and plausible(name):
        start, end = end + 1, end + 1 + len(name)
        if len(name) == 3 or is_minority(name) or PLAIN_SURNAME.match(name):
            yield Person(name, start, end, first.role, first.organisation, first.begin)


# surnames are an open class too: behind an office, a name is made of any character and two of given names
_RARE = re.compile(f"[{HAN}](?:{_GIVEN.pattern.removeprefix(PLAIN_SURNAME.pattern)})")
_OFFICE_NAMED = re.compile(
    f"(?:书记|部长|主任|局长|厅长|市长|县长|区长|科长|处长|院长|校长|所长|董事长|经理|教授|工程师)(?=({_RARE.pattern}))"
)


def _rarely_named(text: str) -> Iterator[Person]:
    """董事长漆伟民算过: the office and the given name say that it is a person."""
    for found in _OFFICE_NAMED.finditer(text):
        if _plausible_rare(found[1]):
            organisation, role, begin = _office(text, found.end())
            yield Person(found[1], found.start(1), found.end(1), role or found.group(), organisation, begin)


def _plausible_rare(name: str) -> bool:
    return name[0] not in _NO_RARE and name[:2] not in NO_NAME and not ROLE.search(name) and not find_places(name)


_NO_RARE = (
    "的和与及为在向从对把将被要会能可也都还又就不是有了着过到给让使由以于等"
    "说讲问看听做办作出入上下前后左右中内外全各每某本该其这那我你他她它"
)


def _before_title(text: str) -> Iterator[Person]:
    for title in TITLE.finditer(text):
        for length in (3, 2, 4):
            start = title.start() - length
            name = text[max(start, 0) : title.start()]
            if start < 0 or not _ONLY_HAN.fullmatch(name) or not plausible(name):
                continue
            if _BOUNDARY.search(text[max(0, start - 8) : start]) and CUE.match(text, title.end()):
                organisation, role, begin = _office(text, start)
                yield Person(name, start, title.end(), role or title.group(), organisation, begin)
                break


def _speakers(text: str) -> Iterator[Person]:
    for says in SAYS.finditer(text):
        for length in (3, 2):
            start = says.start() - length
            name = text[max(start, 0) : says.start()]
            if start < 0 or not _ONLY_HAN.fullmatch(name) or not plausible(name):
                continue
            if start == 0 or text[start - 1] in "，。！？”“：\n ":
                yield Person(name, start, says.start(), "", "", start)
                break


def _from(text: str) -> Iterator[Person]:
    for source in _FROM.finditer(text) if "来自" in text else ():
        if name := _name_at(text, source.end()):
            role = text[source.end(1) + 1 : source.end()]
            yield Person(name, source.end(), source.end() + len(name), role, source.group(1), source.start())


def _about(text: str) -> Iterator[Person]:
    """X，男，1980年生…: a life at the head of a sentence."""
    for found in _LIFE.finditer(text):
        if plausible(found.group(1)):
            yield Person(found.group(1), found.start(), found.end(), "", "", found.start())


_AGE = re.compile(r"\d{2}岁的")
_ETHNIC = re.compile(f"[汉藏回土蒙满壮苗彝羌傣侗瑶白黎畲][古族]?族?|[{HAN}]{{2,4}}族")


def _aged(text: str) -> Iterator[Person]:
    """49岁的X, 62岁的哈萨克族牧民X: a name after an age, a role between them at most."""
    for age in _AGE.finditer(text) if "岁的" in text else ():
        start = age.end()
        if people := _ETHNIC.match(text, start):
            start = people.end()
        if dotted := re.match(rf"[{HAN}]{{1,5}}·[{HAN}]{{2,3}}", text[start:]):
            name = _name_at(text, start) or dotted.group()[_kind_before(dotted.group()) :]
        else:
            name = _name_at(text, start)
        if name:
            start = text.index(name, start)
            yield Person(name, start, start + len(name), "", "", age.start())


_AS = re.compile("(?:^|(?<=[，。]))作为[^，。；]{4,40}，")


def _acting_as(text: str) -> Iterator[Person]:
    """作为首批…，X牵头…: a name after what somebody is."""
    for acting in _AS.finditer(text) if "作为" in text else ():
        name = _name_at(text, acting.end())
        if len(name) == 3 and PLAIN_SURNAME.match(name):
            yield Person(name, acting.end(), acting.end() + len(name), "", "", acting.end())


# X：… at the head of a line of an interview; who asks is none
_ANSWERS = re.compile(rf"([{HAN}]{{2,4}})[：:]")


def _answering(text: str) -> Iterator[Person]:
    """X：我们的做法是…: who speaks in an interview."""
    found = _ANSWERS.match(text)
    name = found.group(1) if found else ""
    named = len(name) == 3 and looks_like_name(name) and plausible(name) and not ROLE.search(name)
    if found and named and _FIRST_WORDS.match(text, found.end()):
        yield Person(name, 0, len(name), "", "", 0)


_FIRST_WORDS = re.compile(".{0,40}?[我咱您]|对[。，]|是的|有[。，]|没有|首先|主要|确实|应该说|可以说|其实")
# 种了三十多年茶的X: a whole sentence before the name, which is made like one
_DESCRIBED = re.compile(f"的({MADE_LIKE_A_NAME.pattern})")
_WHO_DID = re.compile("[^，。；：！？“”、]{5,36}$")


def _described(text: str) -> Iterator[Person]:
    """从澳门回到新会创业的X: a name behind what somebody did."""
    for found in _DESCRIBED.finditer(text):
        name, start = found[1], found.start(1)
        what = _WHO_DID.search(text, max(0, start - 37), start - 1)
        if not what or find_places(name) or not plausible(name):
            continue
        if CUE.match(text, start + 3) or _GIVEN.fullmatch(name):
            yield Person(name, start, start + 3, "", "", what.start())


_RULES = (
    of_row,
    of_cells,
    _after_role,
    _answering,
    _posted,
    _aged,
    _acting_as,
    _before_title,
    _speakers,
    _from,
    listed,
    elected,
    _about,
    _rarely_named,
    _described,
)
