"""The damage that mirror pages do on GBK bytes, run forward and backward.

The mirror writes `X(reading)` after the bytes of X, and splits at the bytes of ？！，。, both without regard to
where characters begin. Where such a pair straddles two characters, a byte is lost and what follows is read
shifted by one byte, up to the next ASCII byte. Here an observed damaged place becomes patterns of bytes, some
known, some open; every filling of a pattern is run through the damage again and must give what was seen.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from parsers.mirror_language import common, is_traditional, readings
from parsers.script import simplify

READING = "[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]{1,6}"
_EATEN = re.compile(rf"\?({READING})\)")
_ANNOTATION = re.compile(rf"\(({READING})\)")
_MARKS = {
    "?": b"\xa3\xbf",
    "!": b"\xa3\xa1",
    ",": b"\xa3\xac",
    "。": b"\xa1\xa3",
    "？": b"\xa3\xbf",
    "！": b"\xa3\xa1",
}
_SUSPECT = re.compile("[?!？！,。]")
_BEFORE_MARK = re.compile(r"[\u4e00-\u9fff\d%)）”』」》】；：，。、;:,.…—·]")
_SPLIT_MARKS = frozenset("?!,。？！，")
_LONGEST_TAIL = 48
_HIDDEN_REACH = 10  # how far into a run a dropped pair is looked for
_RAREST = -16.5
_MOST_NARROW = 4  # characters of a shifted run that may be full-width forms made narrow
_LEADS = tuple(range(0x81, 0xFF))
_TRAILS = tuple(byte for byte in range(0x40, 0xFF) if byte != 0x7F)
_HIDDEN = (tuple(range(0xA1, 0xA8)), tuple(range(0x81, 0xA1)))  # pairs that no character has: they are dropped
_MARK_CHARACTERS = frozenset("，。、；：（）“”《》！？…—·【】‘’")

Slot = tuple[int, ...]  # the bytes that may stand at one place


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text[start:end] may be the damaged form of the characters whose bytes fill `slots`.

    `last_reading` is the pinyin that the page prints for the last character, `kind` how the damage came about,
    `closed` whether what was seen fixes every byte but one that a reading names.
    """

    start: int
    end: int
    slots: tuple[Slot, ...]
    kind: str
    mark: str = ""
    last_reading: str = ""
    closed: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Tail:
    """How a shifted run may end: at which offset, with which bytes, whether all of them are known."""

    end: int
    slots: tuple[Slot, ...]
    reading: str = ""
    closed: bool = False
    hidden: bool = False


def damaged_places(line: str) -> Iterator[tuple[int, str]]:
    """Offset and kind ("reading" or "mark") of each place of one line of text that may be damaged."""
    for match in _SUSPECT.finditer(line):
        at = match.start()
        if match[0] in "?？" and _EATEN.match(line, at):
            yield at, "reading"
        elif at and _may_split(line, at) and not _in_tag(line, at):
            yield at, "mark"


def patterns(text: str, at: int, kind: str) -> list[Pattern]:
    """The patterns of bytes that the damaged place at `at` may come from, none where it cannot be damage."""
    return _reading_patterns(text, at) if kind == "reading" else _mark_patterns(text, at)


def _reading_patterns(text: str, at: int) -> list[Pattern]:
    match = _EATEN.match(text, at)
    previous = _before(text, at)
    if match is None or previous is None:
        return []
    lead = tuple(byte for byte in _LEADS if match[1] in readings(_decode(bytes([previous[-1], byte]))))
    if not lead:
        return []
    return [
        Pattern(at, tail.end, tail.slots, "reading", "", tail.reading, tail.closed, tail.hidden)
        for tail in _tails(text, match.end(), (lead,))
    ]


def _mark_patterns(text: str, at: int) -> list[Pattern]:
    first, second = _MARKS[text[at]]
    return [
        Pattern(at, tail.end, tail.slots, "mark", text[at], tail.reading, hidden=tail.hidden)
        for tail in _tails(text, at + 1, (_LEADS, (first,), (second,)))
    ]


def _before(text: str, at: int) -> bytes | None:
    """The GBK bytes of the character before `at`, its own reading in brackets skipped."""
    note = re.search(rf"\({READING}\)$", text[max(0, at - 9) : at])
    at -= len(note[0]) if note else 0
    return _encode(text[at - 1]) if at > 0 else None


def _tails(text: str, start: int, slots: tuple[Slot, ...]) -> Iterator[_Tail]:
    """Each way the shifted run from `start` on may end, the bytes `slots` (an odd number) standing before it."""
    todo = [(start, slots, 0, False)]
    while todo:
        at, known, narrow, hidden = todo.pop()
        note = _ANNOTATION.match(text, at)
        if note:  # the reading of a shifted pair: nothing was eaten there
            todo.append((note.end(), known, narrow, hidden))
            continue
        yield from (replace(tail, hidden=hidden) for tail in _ends(text, at, known))
        if at - start >= _LONGEST_TAIL or not _sensible(known):
            continue
        if not hidden and at - start < _HIDDEN_REACH:
            todo.append((at, (*known, *_HIDDEN), narrow, True))
        for pair in _shifted(text[at : at + 1]):
            thin = text[at].isascii()
            if narrow + thin <= _MOST_NARROW:
                todo.append((at + 1, (*known, (pair[0],), (pair[1],)), narrow + thin, hidden))


def _ends(text: str, at: int, slots: tuple[Slot, ...]) -> Iterator[_Tail]:
    follower = text[at : at + 1]
    eaten = _EATEN.match(text, at)
    if eaten:  # the reading of a true pair: its trail byte ate the bracket
        leads = slots[-1]
        trails = tuple(t for t in _TRAILS if any(eaten[1] in readings(_decode(bytes([b, t]))) for b in leads))
        if trails:
            yield _Tail(eaten.end(), (*slots, trails), eaten[1], True)
        return
    if follower and 0x40 <= ord(follower) < 0x7F:
        note = _ANNOTATION.match(text, at + 1)
        end, reading = (note.end(), note[1]) if note else (at + 1, "")
        yield _Tail(end, (*slots, (ord(follower),)), reading, True)
    if not follower or follower.isascii() or follower in _SPLIT_MARKS:
        yield _Tail(at, (*slots, _TRAILS))
    else:  # 0x80 begins no character: it is dropped alone, and what follows is read right
        yield _Tail(at, (*slots, (0x80,)))


def _sensible(slots: tuple[Slot, ...]) -> bool:
    """Whether the last two whole characters of a run may be read; after nonsense there is no use in going on."""
    ends = range(len(slots) - 1 - 4, len(slots) - 1, 2)
    return all(at < 0 or _characters(slots[at], slots[at + 1]) for at in ends)


def _shifted(character: str) -> tuple[bytes, ...]:
    """The bytes that may have been read as `character`; ASCII may be the full-width form made narrow."""
    if not character or character in "\n ":
        return ()
    if character.isascii():
        return (bytes([0xA3, ord(character) + 0x80]),) if "!" <= character <= "~" else ()
    raw = _encode(character)
    return (raw,) if raw else ()


def options(pattern: Pattern) -> list[tuple[str, ...]]:
    """For each character of the pattern those (known, not too rare, as printed) that may stand there."""
    places = []
    for at in range(0, len(pattern.slots) - 1, 2):
        found = _characters(pattern.slots[at], pattern.slots[at + 1])
        if pattern.last_reading and at + 2 == len(pattern.slots):
            found = tuple(c for c in found if pattern.last_reading in readings(c))
        places.append(found)
    return places


@functools.lru_cache(maxsize=16384)
def _characters(lead: Slot, trail: Slot) -> tuple[str, ...]:
    found = (_decode(bytes([first, second])) for first in lead for second in trail)
    sole = len(lead) == 1 and len(trail) == 1
    return tuple(_narrow(c) for c in found if c and (c in _MARK_CHARACTERS or _plausible(c, sole)))


def _plausible(character: str, sole: bool) -> bool:
    """Characters that both bytes name may be rare ones, guessed ones may not."""
    if "！" <= character <= "～":
        return sole
    if not ("\u4e00" <= character <= "\u9fff" and is_traditional(character)):
        return False
    return sole or common(simplify(character)) > _RAREST


def replay(pattern: Pattern, characters: str, previous: bytes | None) -> str:
    """`characters` run through the damage: the text that the mirror would print in place of the pattern."""
    raw = _wide(characters).encode("gb18030")
    if pattern.kind == "mark":
        return pattern.mark + _read(raw[3:])
    assert previous is not None
    known = readings(_decode(previous[-1:] + raw[:1]))
    return "?" + "|".join(sorted(known)) + ")" + _read(raw[1:])


def _wide(characters: str) -> str:
    """Characters as their bytes stood: the marks that the mirror prints narrow are full-width there."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in characters)


def seen(text: str, pattern: Pattern) -> str:
    """What is printed at the pattern, without readings, in the form that `replay` gives."""
    return _ANNOTATION.sub("", text[pattern.start : pattern.end])


def agrees(text: str, pattern: Pattern, characters: str) -> bool:
    """Whether the damage done to `characters` gives exactly what `text` shows at the pattern."""
    printed = _narrow(seen(text, pattern))
    closing = f"?{pattern.last_reading})"
    made = replay(pattern, characters, _before(text, pattern.start))
    if pattern.kind == "mark":
        return printed.removesuffix(closing) == _narrow(made)
    note = _EATEN.match(printed)
    if note is None:
        return False
    known, _, tail = made[1:].partition(")")
    return note[1] in known.split("|") and printed[note.end() :].removesuffix(closing) == _narrow(tail)


def _read(raw: bytes) -> str:
    """Bytes read as GBK the way the mirror does: what is no character is dropped."""
    out, at = [], 0
    while at < len(raw):
        width = 1 if raw[at] < 0x80 else 2
        out.append(chr(raw[at]) if width == 1 else _decode(raw[at : at + 2]))
        at += width
    return "".join(out)


def _narrow(text: str) -> str:
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)


@functools.lru_cache(maxsize=65536)
def _decode(pair: bytes) -> str:
    """The character of two bytes, "" where GBK has none (its third private zone included)."""
    try:
        character = pair.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "" if len(character) != 1 or "\ue4c6" <= character <= "\uf8ff" else character


@functools.lru_cache(maxsize=65536)
def _encode(character: str) -> bytes | None:
    try:
        raw = character.encode("gb18030")
    except UnicodeEncodeError:
        return None
    return raw if len(raw) == 2 else None


def _may_split(line: str, at: int) -> bool:
    """Every ？ and ！ may hide damage; commas and stops are so many that a rare character must follow."""
    if not _BEFORE_MARK.match(line[at - 1]):
        return False
    follower = line[at + 1 : at + 2]
    if line[at] in "?!？！":
        return follower not in ("?", "!", "？", "！")  # !!! is printed by people
    return _rare(follower)


def _rare(character: str) -> bool:
    if "\ue000" <= character <= "\ue4c5":
        return True
    return "\u4e00" <= character <= "\u9fff" and common(simplify(character)) < -14.5


def _in_tag(line: str, at: int) -> bool:
    """Whether the place is inside a tag of a page's source: an address has question marks of its own."""
    start = line.rfind("<", max(0, at - 2000), at)
    return (
        start > line.rfind(">", max(0, at - 2000), at) and line[start + 1 : start + 2] in "/!abcdefhilmopstuABDHLMPST"
    )
