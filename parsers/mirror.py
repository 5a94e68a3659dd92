"""Mirror pages: portals republished in Traditional characters with pinyin, their bytes damaged. Read them clean.

How the damage comes about is told in mirror_bytes; here the places are found, the likeliest reading is chosen,
other copies of the passage on the page vote, and what is sure is told apart from what is likely.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from parsers.mirror_bytes import READING, Pattern, agrees, damaged_places, fillings, patterns
from parsers.mirror_language import common, is_word, likelihood, readings
from parsers.script import simplify
from parsers.values import Reading, Repair

_ANNOTATED = re.compile(rf"([\u4e00-\u9fff])\(({READING})\)")
_TONED = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ]")
_CONTEXT = 8
_KEPT = 8
_MARGIN = 6.0  # how much likelier (natural logarithm) a repair of a mark must be than the text as printed
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


def is_mirror(text: str) -> bool:
    """Whether `text` is of the mirror class: Traditional, with many toned readings after their characters."""
    known = [m for m in _ANNOTATED.finditer(text) if _TONED.search(m[2]) and m[2] in readings(m[1])]
    if len(known) < 5:
        return False
    traditional = sum(simplify(match[1]) != match[1] for match in known)
    return traditional * 2 >= len(known)


def strip_pinyin(text: str) -> str:
    """`text` without `(reading)` after a character that has this reading; every other bracket stays."""
    return _ANNOTATED.sub(lambda m: m[1] if m[2] in readings(m[1]) else m[0], text)


def clean_text(text: str) -> Cleaned:
    """A page text of the mirror class, pinyin taken out and damaged bytes restored; other text untouched."""
    if not is_mirror(text):
        return Cleaned(text)
    clean_copies = strip_pinyin(text)
    out: list[str] = []
    repairs: list[Repair] = []
    at = length = 0
    for choice in _choices(text, clean_copies):
        piece = strip_pinyin(text[at : choice.start])
        length += len(piece)
        before = text[choice.start : choice.end]
        repairs.append(
            Repair("text", length, length + len(choice.after), before, choice.after, choice.why, choice.certain)
        )
        out += [piece, choice.after]
        length += len(choice.after)
        at = choice.end
    out.append(strip_pinyin(text[at:]))
    return Cleaned("".join(out), tuple(repairs))


def clean_html(html: str) -> tuple[str, tuple[Repair, ...]]:
    """The same for the source of a page, before its tree is built; spans count in the returned source."""
    cleaned = clean_text(html)
    return cleaned.text, cleaned.repairs


def _choices(text: str, copies: str) -> Iterable[_Choice]:
    done = 0
    for at, kind in damaged_places(text):
        if at < done:
            continue
        choice = _choose(text, at, kind, copies)
        if choice is not None:
            done = choice.end
            yield choice


def _choose(text: str, at: int, kind: str, copies: str) -> _Choice | None:
    """The likeliest repair of the place at `at`, None where the text as printed is as likely."""
    found = patterns(text, at, kind)
    if not found:
        return None
    left = _left(text, at)
    reach = max(pattern.end for pattern in found)
    right = strip_pinyin(text[reach : reach + 40]).split("\n")[0][:_CONTEXT]
    ranked: dict[tuple[str, int], tuple[float, Pattern]] = {}
    for pattern in found:
        rest = strip_pinyin(text[pattern.end : reach]) + right
        for characters in _candidates(pattern, left, rest):
            if agrees(text, pattern, characters):
                ranked[characters, pattern.end] = (likelihood(left + characters + rest), pattern)
    if not ranked:
        return None
    order = sorted(ranked.items(), key=lambda item: item[1][0], reverse=True)
    (after, end), (score, pattern) = order[0]
    printed = likelihood(left + text[at:reach] + right)
    if kind == "mark" and score < printed + _MARGIN:
        return None
    voted = _voted(order, left, text, copies)
    if voted is not None:
        (after, end), (_, pattern) = voted
    lead = score - (order[1][1][0] if len(order) > 1 else score - 99)
    certain = voted is not None or (kind == "reading" and pattern.closed and lead >= _SURE)
    reading = text[at + 1 : text.find(")", at)] if kind == "reading" else ""
    why = _WHY_READING.format(reading) if reading else _WHY_MARK
    return _Choice(at, end, after, why, certain)


def _left(text: str, at: int) -> str:
    line = strip_pinyin(text[max(0, at - 60) : at]).split("\n")[-1]
    return line[-_CONTEXT:]


def _voted(
    order: list[tuple[tuple[str, int], tuple[float, Pattern]]], left: str, text: str, copies: str
) -> tuple[tuple[str, int], tuple[float, Pattern]] | None:
    """The candidate that another copy of the passage on the page prints undamaged, if just one does."""
    if len(left) < 4:
        return None
    backed = []
    for option in order:
        (after, end), _ = option
        right = strip_pinyin(text[end : end + 30]).split("\n")[0][:3]
        if len(right) >= 1 and left[-6:] + after + right in copies:
            backed.append(option)
    return backed[0] if len(backed) == 1 else None


def _candidates(pattern: Pattern, left: str, right: str) -> Iterable[str]:
    """Fillings of the pattern worth scoring: the best few of each open place, and every pair that is a word."""
    if len(pattern.slots) % 2:
        return ()
    places = [fillings(pattern, at) for at in range(len(pattern.slots) // 2)]
    if not all(places):
        return ()
    best = [_best(places, at, left, right) for at in range(len(places))]
    rows = [""]
    for options in best:
        rows = [row + option for row in rows for option in options][:4096]
    if len(places) == 2:
        rows += [a + b for a in places[0] for b in places[1] if is_word(simplify(a + b))]
    return dict.fromkeys(rows)


def _best(places: list[tuple[str, ...]], at: int, left: str, right: str) -> list[str]:
    """The likeliest characters of one place, its fixed neighbours (or the context) beside it."""
    if len(places[at]) <= 2:
        return list(places[at])
    before = left[-4:] if at == 0 else _fixed(places[:at])
    after = right[:4] if at == len(places) - 1 else _fixed(places[at + 1 :])

    def score(character: str) -> float:
        return likelihood(before + character + after) + 0.01 * common(simplify(character))

    return sorted(places[at], key=score, reverse=True)[:_KEPT]


def _fixed(places: list[tuple[str, ...]]) -> str:
    return "".join(options[0] if len(options) == 1 else "\n" for options in places)


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
