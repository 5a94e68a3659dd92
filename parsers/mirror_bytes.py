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
from dataclasses import dataclass

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
_LONGEST_TAIL = 24
_LEADS = tuple(range(0x81, 0xFF))
_TRAILS = tuple(byte for byte in range(0x40, 0xFF) if byte != 0x7F)
_MARK_CHARACTERS = frozenset("，。、；：（）“”《》！？…—·【】")

Slot = tuple[int, ...]  # the bytes that may stand at one place


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text[start:end] may be the damaged form of the characters whose bytes fill `slots`.

    `last_reading` is the pinyin that the page prints for the last character, `kind` how the damage came about,
    `closed` whether every byte is fixed by what was seen but for a choice by reading.
    """

    start: int
    end: int
    slots: tuple[Slot, ...]
    kind: str
    mark: str = ""
    last_reading: str = ""
    closed: bool = False


def damaged_places(text: str) -> Iterator[tuple[int, str]]:
    """Offset and kind ("reading" or "mark") of each place of `text` that may be damaged."""
    for at, character in enumerate(text):
        if character in "?？" and _EATEN.match(text, at):
            yield at, "reading"
        elif at and _is_wide(text[at - 1]) and _may_split(character, text[at + 1 : at + 2]):
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
    found = []
    for end, slots, reading, closed in _tails(text, match.end()):
        found.append(Pattern(at, end, (lead, *slots), "reading", "", reading, closed))
    return found


def _mark_patterns(text: str, at: int) -> list[Pattern]:
    first, second = _MARKS[text[at]]
    found = []
    for end, slots, reading, _ in _tails(text, at + 1):
        found.append(Pattern(at, end, (_LEADS, (first,), (second,), *slots), "mark", text[at], reading))
    return found


def _before(text: str, at: int) -> bytes | None:
    """The GBK bytes of the character before `at`, its own reading in brackets skipped."""
    note = re.search(rf"\({READING}\)$", text[max(0, at - 9) : at])
    at -= len(note[0]) if note else 0
    return _encode(text[at - 1]) if at > 0 else None


def _tails(text: str, at: int) -> Iterator[tuple[int, tuple[Slot, ...], str, bool]]:
    """End, slots, reading of the last character and closedness for each way the shifted run at `at` may end."""
    slots: list[Slot] = []
    start = at
    yield from _hidden(text, at)
    while at <= len(text) and at - start <= _LONGEST_TAIL:
        yield from _ends(text, at, slots)
        shifted = _shifted(text[at : at + 1])
        if shifted is None:
            return
        slots += [(byte,) for byte in shifted]
        at += 1


def _ends(text: str, at: int, slots: list[Slot]) -> Iterator[tuple[int, tuple[Slot, ...], str, bool]]:
    follower = text[at : at + 1]
    if follower and 0x40 <= ord(follower) < 0x7F:
        note = _ANNOTATION.match(text, at + 1)
        end, reading = (note.end(), note[1]) if note else (at + 1, "")
        yield end, (*slots, (ord(follower),)), reading, True
    if not follower or follower.isascii() or follower in "？！，。":
        yield at, (*slots, _TRAILS), "", False


def _hidden(text: str, at: int) -> Iterator[tuple[int, tuple[Slot, ...], str, bool]]:
    """A pair of bytes that no character has is dropped: nothing is left of it but the ASCII byte after it."""
    note = _ANNOTATION.match(text, at + 1)
    if note and 0x40 <= ord(text[at]) < 0x7F:
        hidden = (tuple(range(0xA1, 0xA8)), tuple(range(0x81, 0xA1)))
        yield note.end(), (*hidden, (ord(text[at]),)), note[1], True


def _shifted(character: str) -> bytes | None:
    """The two bytes that were read as `character`; ASCII may be the full-width form made narrow."""
    if not character or character in "\n ":
        return None
    if character.isascii():
        return bytes([0xA3, ord(character) + 0x80]) if character in ",<>=WC!?()" else None
    return _encode(character)


def fillings(pattern: Pattern, at: int) -> tuple[str, ...]:
    """The characters (Traditional, known, not too rare) that may stand at character `at` of the pattern."""
    lead, trail = pattern.slots[2 * at : 2 * at + 2]
    found = _characters(lead, trail)
    if pattern.last_reading and 2 * at + 2 == len(pattern.slots):
        found = tuple(c for c in found if pattern.last_reading in readings(c))
    return found


@functools.lru_cache(maxsize=4096)
def _characters(lead: Slot, trail: Slot) -> tuple[str, ...]:
    found = (_decode(bytes([first, second])) for first in lead for second in trail)
    return tuple(c for c in found if c and (c in _MARK_CHARACTERS or _plausible(c)))


def _plausible(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" and is_traditional(character) and common(simplify(character)) > -17.8


def replay(pattern: Pattern, characters: str, previous: bytes | None) -> str:
    """`characters` run through the damage: the text that the mirror would print in place of the pattern."""
    raw = characters.encode("gb18030")
    if pattern.kind == "mark":
        return pattern.mark + _read(raw[3:])
    assert previous is not None
    known = readings(_decode(previous[-1:] + raw[:1]))
    return "?" + "|".join(sorted(known)) + ")" + _read(raw[1:])


def seen(text: str, pattern: Pattern) -> str:
    """What is printed at the pattern, without readings, in the form that `replay` gives."""
    return _ANNOTATION.sub("", text[pattern.start : pattern.end])


def agrees(text: str, pattern: Pattern, characters: str) -> bool:
    """Whether the damage done to `characters` gives exactly what `text` shows at the pattern."""
    previous = _before(text, pattern.start)
    printed, made = seen(text, pattern), replay(pattern, characters, previous)
    if pattern.kind == "mark":
        return _narrow(printed) == _narrow(made)
    note = _EATEN.match(printed)
    known, _, tail = made[1:].partition(")")
    return note is not None and note[1] in known.split("|") and _narrow(printed[note.end() :]) == _narrow(tail)


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


def _is_wide(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or character == ")"


def _may_split(mark: str, follower: str) -> bool:
    """Every ？ and ！ may hide damage; commas and stops are so many that a rare character must follow."""
    return mark in "?!？！" or (mark in ",。" and _rare(follower))


def _rare(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" and common(simplify(character)) < -14.5
