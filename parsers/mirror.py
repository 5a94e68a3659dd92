"""Mirror pages: portals republished in Traditional characters with pinyin, their bytes damaged. Read them clean.

How the damage comes about is told in mirror_bytes; here the places are found, the likeliest reading is chosen,
other copies of the passage on the page vote, and what is sure is told apart from what is likely.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.mirror_bytes import READING, Pattern, agrees, damaged_places, options, patterns
from parsers.mirror_language import common, likelihood, readings
from parsers.mirror_search import fillings
from parsers.script import is_simplified, simplify
from parsers.values import Reading, Repair

_ANNOTATED = re.compile(rf"([\u4e00-\u9fff])\(({READING})\)")
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_TONED = re.compile(f"[{_TONES}]")
_EATEN = re.compile(rf"[\u4e00-\u9fff]\?(?=[a-z]{{0,4}}[{_TONES}])({READING})\)")
_HAN_ONLY = re.compile(r"[^\u4e00-\u9fff]+")
_COMMON_TONES = "ìèùàíéāóǎ"  # of five readings one at least has one of these
_TRADITIONAL_SHARE = 0.7
_ANNOTATED_SHARE = 0.6
_CONTEXT = 8
_MARGIN = 6.0  # how much likelier (natural logarithm) a repair of a mark must be than the text as printed
_RARE = -15.5  # natural logarithm of the share of a character that is rarely a word of its own
_REAL_FOLLOWER = re.compile(r"[\d!?]")  # after these a mark is most likely printed as it was
_MOST_PLACES = 200  # looked at on one page: each takes up to a twentieth of a second
_HIDDEN_COST = 3.0  # a pair of bytes that left nothing behind is rare
_CLOSED_QUOTE = 8.0  # what it is worth to close a quotation, title or bracket that stays open as printed
_BRACKETS = (("“", "”"), ("《", "》"), ("【", "】"))
_ALONE = 99.0  # the lead of a repair that has no rival
_SURE_OPEN = 9.0  # the same where a byte is open
_SURE = 7.0  # how much likelier than the next one a repair must be to be called certain
_WHY_READING = "镜像站按字节插入注音，吃掉了一个字节（由注音 {} 还原）"
_WHY_MARK = "镜像站在跨字的标点字节处断开，丢了字节"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without the mirror's pinyin and damage; the spans of `repairs` count in `text` (place "text")."""

    text: str
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class _Choice:
    start: int
    end: int
    after: str
    why: str
    certain: bool


@dataclass(frozen=True, slots=True)
class _Option:
    """A repair: its characters, Simplified with what follows, how likely, and the pattern that it fills."""

    after: str
    plain: str
    score: float
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of a line that may be damaged; `before` is the line up to it, cleaned."""

    line: str
    at: int
    kind: str
    before: str


def is_mirror(text: str) -> bool:
    """Whether `text` is of the mirror class: Traditional characters with their toned readings behind them.

    The mirror annotates all characters of a list, nearly every time, and only such that Simplified writes
    otherwise. A page that teaches pinyin annotates others too, one that helps with a rare name (犇(bēn)) does so
    once; neither is of the class. Costs a few searches for one character each on pages without toned letters.
    """
    if not any(letter in text for letter in _COMMON_TONES):
        return False
    known = Counter(m[1] for m in _ANNOTATED.finditer(text) if _TONED.search(m[2]) and m[2] in readings(m[1]))
    count = known.total()
    eaten = sum(1 for _ in _EATEN.finditer(text))
    if not (count >= 1 if eaten else len(known) >= 2 and count >= 3):
        return False
    traditional = sum(number for character, number in known.items() if simplify(character) != character)
    if traditional < _TRADITIONAL_SHARE * count:
        return False
    everywhere = sum(text.count(character) for character in known)
    return count >= _ANNOTATED_SHARE * everywhere and not is_simplified(_HAN_ONLY.sub("", text))


def strip_pinyin(text: str) -> str:
    """`text` without `(reading)` after a character that has this reading; every other bracket stays."""
    return _ANNOTATED.sub(lambda m: m[1] if m[2] in readings(m[1]) else m[0], text)


def clean_text(text: str) -> Cleaned:
    """A page text of the mirror class, pinyin taken out and damaged bytes restored; other text untouched."""
    if not is_mirror(text):
        return Cleaned(text)
    copies = strip_pinyin(text)
    out: list[str] = []
    repairs: list[Repair] = []
    length = 0
    budget = iter(range(_MOST_PLACES))
    for line in text.split("\n"):  # damage never crosses the end of a line
        cleaned, found = _clean_line(line, copies, budget)
        repairs += (dataclasses.replace(r, start=r.start + length, end=r.end + length) for r in found)
        out.append(cleaned)
        length += len(cleaned) + 1
    return Cleaned("\n".join(out), tuple(repairs))


def _clean_line(line: str, copies: str, budget: Iterator[int]) -> tuple[str, list[Repair]]:
    """The line without pinyin and damage, and its repairs; where the budget is spent the pinyin is stripped only."""
    out = ""
    repairs: list[Repair] = []
    at = 0
    for place, kind in damaged_places(line):
        if place < at or next(budget, None) is None:
            continue
        before = out + strip_pinyin(line[at:place])
        choice = _choose(_Place(line, place, kind, before), copies)
        if choice is None:
            continue
        out = before + choice.after
        printed = line[choice.start : choice.end]
        repairs.append(Repair("text", len(before), len(out), printed, choice.after, choice.why, choice.certain))
        at = choice.end
    return out + strip_pinyin(line[at:]), repairs


def _choose(place: _Place, copies: str) -> _Choice | None:
    """The likeliest repair of a place, None where the text as printed is as likely."""
    ranked = _ranked(place)
    if not ranked:
        return None
    best = ranked[0]
    if place.kind == "mark" and best.score < _printed(place, best) + _MARGIN:
        return None
    voted = _voted(ranked, place, copies)
    rival = next((other for other in ranked if other.plain != best.plain), None)
    lead = best.score - rival.score if rival else _ALONE
    certain = voted is not None or (
        _is_usual(best) and lead >= (_SURE if place.kind == "reading" and best.pattern.closed else _SURE_OPEN)
    )
    chosen = voted or best
    reading = place.line[place.at + 1 : place.line.find(")", place.at)] if place.kind == "reading" else ""
    why = _WHY_READING.format(reading) if reading else _WHY_MARK
    return _Choice(place.at, chosen.pattern.end, chosen.after, why, certain)


def _is_usual(option: _Option) -> bool:
    """Whether all characters of a repair are in use; a rare one may be right, but nobody can be sure."""
    return all(common(simplify(c)) > _RARE for c in option.after if "\u4e00" <= c <= "\u9fff")


def _ranked(place: _Place) -> list[_Option]:
    """Every repair of the place that the damage turns into what is printed, likeliest first.

    Each is weighed with what stands before it and with the text after it up to one common end.
    """
    found = patterns(place.line, place.at, place.kind)
    if not found:
        return []
    left, missing = place.before[-_CONTEXT:], _unclosed(place)
    reach = max(pattern.end for pattern in found)
    ranked: dict[tuple[str, int], _Option] = {}
    for pattern in found:
        rest = _right(place.line, pattern.end, reach)
        for characters in fillings(options(pattern), left[-4:], rest[:4]):
            key = characters, pattern.end
            if key not in ranked and agrees(place.line, pattern, characters):
                score = likelihood(left + characters + rest) - _HIDDEN_COST * pattern.hidden
                score += _CLOSED_QUOTE * any(characters.count(mark) == 1 for mark in missing)
                ranked[key] = _Option(characters, simplify(characters + rest), score, pattern)
    return sorted(ranked.values(), key=lambda option: option.score, reverse=True)


def _unclosed(place: _Place) -> str:
    """The closing marks that are missing: opened before the place, not closed after it before the next opens."""
    if _REAL_FOLLOWER.match(place.line, place.at + 1):
        return ""
    missing = ""
    for opening, closing in _BRACKETS:
        before = re.findall(f"[{opening}{closing}]", place.before[-300:])
        after = re.findall(f"[{opening}{closing}]", place.line[place.at : place.at + 300])
        if before[-1:] == [opening] and after[:1] != [closing]:
            missing += closing
    return missing


def _right(line: str, start: int, reach: int) -> str:
    """What follows, without pinyin: all up to `reach`, and some characters more."""
    return strip_pinyin(line[start:reach]) + strip_pinyin(line[reach : reach + 40])[:_CONTEXT]


def _printed(place: _Place, best: _Option) -> float:
    """How likely the place is as printed, over the stretch that `best` was weighed on."""
    rest = best.plain[len(best.after) :]
    return likelihood(place.before[-_CONTEXT:] + strip_pinyin(place.line[place.at : best.pattern.end]) + rest)


def _voted(ranked: list[_Option], place: _Place, copies: str) -> _Option | None:
    """The repair that another copy of the passage on the page prints undamaged, if just one does."""
    left = place.before[-6:]
    if len(left) < 4:
        return None
    backed = []
    for option in ranked:
        right = strip_pinyin(place.line[option.pattern.end : option.pattern.end + 30])[:3]
        if right and left + option.after + right in copies:
            backed.append(option)
    return backed[0] if backed and len({option.plain for option in backed}) == 1 else None


def place_repairs(cleaned: Cleaned, reading: Reading) -> tuple[Repair, ...]:
    """The repairs of `cleaned` that lie in the body, title, subtitle or captions of `reading`, spans there.

    `after` becomes the Simplified text of the reading; a repair in a passage that was left out is left out.
    """
    places = {"body": reading.body, "title": reading.title or "", "subtitle": reading.subtitle or ""}
    places |= {f"captions[{number}]": caption for number, caption in enumerate(reading.captions)}
    compacted = {name: _compact(text) for name, text in places.items()}
    found: dict[tuple[str, int], Repair] = {}
    for repair in cleaned.repairs:
        for name, (letters, offsets) in compacted.items():
            span = _span(cleaned.text, repair, letters)
            if span and (name, span[0]) not in found:
                start, end = offsets[span[0]], offsets[span[1] - 1] + 1
                after = places[name][start:end]
                found[name, span[0]] = dataclasses.replace(repair, place=name, start=start, end=end, after=after)
            if span:
                break
    return tuple(found.values())


def _span(text: str, repair: Repair, letters: str) -> tuple[int, int] | None:
    before = _compact(simplify(text[max(0, repair.start - 20) : repair.start]))[0][-6:]
    core = _compact(simplify(text[repair.start : repair.end]))[0]
    after = _compact(simplify(text[repair.end : repair.end + 12]))[0][:4]
    for left, right in ((before, after), (before, ""), ("", after)):
        at = letters.find(left + core + right)
        if core and at >= 0 and left + right:
            return at + len(left), at + len(left) + len(core)
    return None


def _compact(text: str) -> tuple[str, list[int]]:
    """The letters and digits of `text` and where each stands in it."""
    kept = [(unicodedata.normalize("NFKC", c)[0].lower(), at) for at, c in enumerate(text) if not c.isspace()]
    return "".join(c for c, _ in kept), [at for _, at in kept]
