"""Names in running text: where the name that ends in a head noun begins, and the verb that it stands under.

Shared by platforms, programmes and events. Rules of the language only: a name runs left from its head noun to
the verb or preposition before it, or to the mark that ends the clause; quotation marks are taken whole; the
members of a list joined by 、和及与 stand under the verb before the first of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.places import find_places

_CLAUSE_END = re.compile(r"[，。；：！？…\n,;:!?|]")
_ITEM_END = re.compile(r"[、》《 ]")
_AND = re.compile(r"[和与及暨]|以及")
# prepositions that end a name to their right, not where they are part of a word (对口, 在线, 有色)
_PREPOSITION = re.compile(
    r"(?:在(?![线职校读])|由(?!来)|对(?![口外接标])|从(?![业教])|(?<![定导面意方走趋倾])向(?!日|导|上|心|量)|为(?![民农企老侨期主先])|"
    r"以(?![上下才赛])|把|将|被|"
    r"按照|根据|作为|通过|围绕|聚焦|结合|(?<![化合开源])利用|发挥|针对|包括|比如|就是|成为|这是|还有|以及|"
    r"并(?!购|网|联)|并且|先后|分别|其中|"
    r"等(?![级效])|[了着起](?=[^点步航])|来自|共同|联合(?!体|会|实|培|创|国|开)|携手|牵头|着力|着眼|聚力|正式|"
    r"全面|深入|大力|积极|持续|"
    r"扎实|加快|全力|强力|认真|切实|不断|及时|重点(?!实|项|人|产|领|建)|的)"
)
_LEAD = re.compile(
    r"^(?:全[省市州县国区]|我[省市州县区]|[省市州县]内|本[省市州])?(?:首[个家批座支届次]|第一[个家批])|"
    r"^(?:[一两二三四五六七八九十\d]+余?[个家所座批项支处场期次类届](?!人才))|"
    r"^[^（，]{0,10}讯(?:（[^）]*）)?\s*|^[他她它我]们?提?出?|^(?:[今去全]年|如今|目前|现在|近年来|"
    r"新一[批轮期届]|这[次场届]|[本此该]次|多[个家所座批场次项]|"
    r"一[批系]列?|各[类级种]|更高(?:水平|质量)|系列|是|于|又|也|都|已|"
    r"的|地|进一步|好|开展好|第[一二三四五六七八九十\d]+[批轮])"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name at `start`:`end` of the sentence; `verb` governs it ("" none) and stands at `verb_start`."""

    name: str
    start: int
    end: int
    verb: str
    verb_start: int
    quoted: bool


def clause_start(text: str, position: int) -> int:
    """Where the clause that holds `position` begins; marks inside of quotation marks and brackets count too."""
    begin = 0
    for match in _CLAUSE_END.finditer(text, 0, position):
        begin = match.end()
    return begin


def quote_around(text: str, position: int) -> tuple[int, int] | None:
    """The span inside of the quotation marks that hold `position`, or None."""
    opening = text.rfind("“", 0, position)
    if opening < 0 or text.find("”", opening, position) >= 0:
        return None
    closing = text.find("”", position)
    return (opening + 1, closing) if closing >= 0 else None


def cut_in_quotes(text: str, end: int) -> bool:
    """Whether a head noun that ends at `end` stands in quotation marks that go on behind it."""
    quote = quote_around(text, end)
    return quote is not None and quote[1] != end


_MANY = re.compile("一批|各类|多个|若干|一系列|更多|众多|一大批")


def same_list(text: str, named: Named, heads: re.Pattern[str]) -> bool:
    """Whether nothing but other names stands between the verb and the name.

    A list that begins with 一批 or 各类 names kinds, not things with a name of their own.
    """
    if not named.verb or named.verb_start >= named.start:
        return True
    between = text[named.verb_start + len(named.verb) : named.start - named.quoted]
    if not named.quoted and _MANY.search(between):
        return False
    items = re.split("[、和及与]|以及", between.rstrip("的"))[:-1]
    return all(item.endswith("”") or any(m.end() == len(item) for m in heads.finditer(item)) for item in items if item)


def in_title(text: str, position: int) -> bool:
    """Whether `position` lies within 《 》."""
    return text.rfind("《", 0, position) > text.rfind("》", 0, position)


def _mark_before(text: str, begin: int, end: int) -> int:
    """The place after the last 、 of `text[begin:end]` that is not inside quotation marks or brackets."""
    depth = 0
    for at in range(end - 1, begin - 1, -1):
        if text[at] in "”）":
            depth += 1
        elif text[at] in "“（":
            depth -= 1
            if depth < 0:
                return at + 1
        elif depth == 0 and _ITEM_END.match(text[at]):
            return at + 1
    return begin


def _last(pattern: re.Pattern[str], text: str, begin: int, end: int) -> re.Match[str] | None:
    """The last match outside of quotation marks."""
    found = None
    for match in pattern.finditer(text, begin, end + 6):  # what follows is looked at: 重点 of 重点实验室 is no mark
        if match.end() > end:
            break
        if quote_around(text[:end] + "”", match.start()) is None or text.find("”", match.end(), end) < 0:
            found = match
    return found


def name_before(text: str, head: tuple[int, int], verbs: re.Pattern[str], heads: re.Pattern[str]) -> Named:
    """The name that ends with the head noun at `head`, with the verb of `verbs` that governs it.

    The name begins after that verb, a preposition or a mark. Where the item itself has no verb, the verb is the
    one before the first item of its list in the same clause.
    """
    clause = clause_start(text, head[0])
    quote = quote_around(text, head[0])
    if quote and quote[1] == head[1]:
        verb = _governing(text, clause, quote[0] - 1, verbs)
        return Named(text[quote[0] : quote[1]], quote[0], quote[1], verb[0], verb[1], True)
    item = max(clause, _mark_before(text, clause, head[0]))
    own = _own_verb(text, item, head, verbs)
    begin = own.end() if own else item
    if between := _last(_PREPOSITION, text, begin, head[0]):
        begin = between.end()
    begin = _after_other_name(text, begin, head[0], heads)
    begin = _without_lead(text, begin, head[0])
    begin = _with_modifiers(text, clause, begin, head, verbs)
    verb = (own.group(), own.start()) if own else _governing(text, clause, begin, verbs)
    return Named(text[begin : head[1]], begin, head[1], verb[0], verb[1], False)


def _own_verb(text: str, item: int, head: tuple[int, int], verbs: re.Pattern[str]) -> re.Match[str] | None:
    """The last verb of the item; one right behind a quotation or right before a short head is part of the name."""
    end, short = head[0], head[1] - head[0] <= 4
    while found := _last(verbs, text, item, end):
        if not (text[found.start() - 1] == "”" or (short and found.end() == head[0])):
            return found
        end = found.start()
    return None


def _governing(text: str, clause: int, position: int, verbs: re.Pattern[str]) -> tuple[str, int]:
    found = _last(verbs, text, clause, position)
    while found and text[found.start() - 1] == "”":  # “X”培育工程: the verb is part of another name
        found = _last(verbs, text, clause, found.start())
    return (found.group(), found.start()) if found else ("", clause)


def _after_other_name(text: str, begin: int, end: int, heads: re.Pattern[str]) -> int:
    """Behind 和, when what stands before it is a name of its own."""
    for match in _AND.finditer(text, begin, end):
        if heads.search(text, begin, match.start()) and text[match.start() - 1] not in "“":
            ends = [m.end() for m in heads.finditer(text, begin, match.start())]
            if ends and ends[-1] == match.start():
                return match.end()
    return begin


def _without_lead(text: str, begin: int, end: int) -> int:
    while (lead := _LEAD.search(text[begin:end])) and lead.end():
        begin += lead.end()
    return begin


def _with_modifiers(text: str, clause: int, begin: int, head: tuple[int, int], verbs: re.Pattern[str]) -> int:
    """Further left over 、 where the item before modifies the same head (玉树、果洛水利人才…; A“x”、B“y”行动)."""
    if begin < 2 or text[begin - 1] != "、" or begin - 1 <= clause:
        return begin
    item = max(clause, _mark_before(text, clause, begin - 1))
    own = _last(verbs, text, item, begin - 1)
    start = own.end() if own else item
    before = text[start : begin - 1]
    is_place = any(m.start == 0 and m.end == len(before) for m in find_places(before + "、" + text[begin : head[1]]))
    both_quoted = before.endswith("”") and text[begin : head[0]].endswith("”") and not before.startswith("“")
    return start if is_place or both_quoted else begin


def span(named: Named) -> tuple[int, int]:
    """The evidence in the sentence: from the verb that governs the name to the end of the name."""
    return min(named.verb_start, named.start) if named.verb else named.start, named.end


def widened(text: str, begin: int, end: int) -> tuple[int, int]:
    """The span with a quotation mark or bracket that it cuts in two taken in whole."""
    inside = text[begin:end]
    if inside.count("“") > inside.count("”") and text[end : end + 1] == "”":
        end += 1
    if inside.count("”") > inside.count("“") and text[begin - 1 : begin] == "“":
        begin -= 1
    return begin, end
