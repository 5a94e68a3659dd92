"""Facts of an article: extractors are generators over sentences, each fact has its span."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace

from parsers.facts.borders import with_borders
from parsers.facts.context import ReadingContext
from parsers.facts.cooperation import cooperation
from parsers.facts.events import events
from parsers.facts.figures import figures
from parsers.facts.incentives import incentives
from parsers.facts.people import people
from parsers.facts.platforms import platforms
from parsers.facts.policies import policies
from parsers.facts.programmes import programmes
from parsers.sentences import Sentence, sentences
from parsers.values import Fact

EXTRACTORS: tuple[Callable[[ReadingContext, Sentence], Iterator[Fact]], ...] = (
    figures,
    policies,
    platforms,
    programmes,
    events,
    people,
    incentives,
    cooperation,
)


def extract(context: ReadingContext) -> tuple[Fact, ...]:
    """All facts of the article, in order of their place in the body; the evidence is as printed."""
    body = with_borders(context.body)
    read = context if body == context.body else replace(context, body=body)
    found = (f for s in sentences(body) for extractor in EXTRACTORS for f in extractor(read, s))
    ordered = sorted(found, key=lambda fact: (fact.start, fact.end))
    facts = _once(_without_granted_bodies(_without_granted_money(ordered)))
    if read is context:
        return tuple(facts)
    return tuple(replace(fact, evidence=context.body[fact.start : fact.end]) for fact in facts)


_LONGEST = 1000  # no evidence is longer: a grant that begins further back cannot hold a figure


def _without_granted_money(facts: list[Fact]) -> list[Fact]:
    """Without the figures in 元 that repeat the amount of an incentive of the same words; `facts` by their start."""
    grants = [fact for fact in facts if fact.kind == "incentive"]
    starts = [grant.start for grant in grants]
    kept = []
    for fact in facts:
        near = slice(bisect_left(starts, fact.start - _LONGEST), bisect_left(starts, fact.end))
        if fact.fields.get("unit") != "元" or not any(_repeats(fact, grant) for grant in grants[near]):
            kept.append(fact)
    return kept


def _without_granted_bodies(facts: list[Fact]) -> list[Fact]:
    """Without the bodies that stand in a grant as those who get it: 新设立博士后工作站的，给予50万元 founds none."""
    grants = [(fact.start, fact.end) for fact in facts if fact.kind == "incentive" and fact.fields["amount"]]
    starts = [start for start, _ in grants]
    kept = []
    for fact in facts:
        at = bisect_right(starts, fact.start) - 1
        inside = at >= 0 and fact.end < grants[at][1]
        if fact.kind != "platform" or not inside or "“" in fact.evidence:
            kept.append(fact)
    return kept


def _repeats(figure: Fact, grant: Fact) -> bool:
    ends = {figure.fields["value_low"], figure.fields["value_high"]} - {None}
    same_words = figure.start < grant.end and grant.start < figure.end
    return same_words and not ends.isdisjoint({grant.fields["amount"], grant.fields.get("amount_high")} - {None})


_NAMED = frozenset({"policy", "event", "programme", "platform", "person"})
_GENERIC_END = re.compile(r"(?:工作)?(?:品牌|机制|模式|工程|计划|行动|活动|制度|项目|政策|工作)$")
_QUOTED = re.compile("“([^”]{3,})”")


def _once(facts: list[Fact]) -> Iterator[Fact]:
    """Each named thing once an article, at the first mention that says what was done to it, else at the first."""
    best: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        if fact.kind in _NAMED:
            key = fact.kind, _key(fact)
            if key not in best or _weight(fact) > _weight(best[key]):
                best[key] = fact
    kept = {id(fact) for fact in best.values()}
    yield from (fact for fact in facts if fact.kind not in _NAMED or id(fact) in kept)


def _weight(fact: Fact) -> int:
    """How much is said beside the name: what was done to a thing, role and organisation of a person."""
    return sum(bool(fact.fields.get(field)) for field in ("action", "role", "organisation"))


def _key(fact: Fact) -> str:
    """The name without ordinals, years, marks and a last generic noun; its quoted part where it has one."""
    name = str(fact.fields.get("name") or fact.fields.get("title"))
    if fact.kind in ("programme", "platform") and (quoted := _QUOTED.search(name)):
        name = quoted.group(1)
    name = re.sub(r"第[一二三四五六七八九十百\d]+[届次批期]|首[届批次]|\d{4}年度?|^(?:19|20)\d\d(?=\D)|[^\w]", "", name)
    return name if fact.kind == "policy" else _GENERIC_END.sub("", name) or name


__all__ = ["ReadingContext", "extract"]
