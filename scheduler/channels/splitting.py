"""Messages cut for channels that take only so many bytes: between articles, else lines, never in a character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

Fits = Callable[[str], bool]

BETWEEN = "\n\n"
_MARKS = "。！？；，、 "
_JOINER = "\u200d"
_NUMBER = "才讯（999/999）\n"  # the name in each part: robots may be set to pass only messages with a keyword
_LONGEST_CHARACTER = 16  # code points of what people see as one: a family of emoji has 11


def parts(blocks: Sequence[str], fits: Fits) -> tuple[str, ...]:
    """`blocks` (head, articles, foot) in as few messages as `fits` lets pass; several are numbered 才讯（1/3）.

    `fits` is asked of whole messages. Every character of every block is in exactly one part. Raises ValueError when
    not even one character fits.
    """
    whole = BETWEEN.join(block for block in blocks if block)
    if fits(whole):
        return (whole,)

    def fits_numbered(text: str) -> bool:
        return fits(_NUMBER + text)

    packed = list(_packed(blocks, fits_numbered))
    return tuple(f"才讯（{number}/{len(packed)}）\n{text}" for number, text in enumerate(packed, 1))


def _packed(blocks: Sequence[str], fits: Fits) -> Iterator[str]:
    open_part = ""
    for block in filter(None, blocks):
        joined = open_part + BETWEEN + block if open_part else block
        if fits(joined):
            open_part = joined
            continue
        if open_part:
            yield open_part
        *full, open_part = _pieces(block, fits)
        yield from full
    if open_part:
        yield open_part


def _pieces(block: str, fits: Fits) -> Iterator[str]:
    """A block that is too long alone, by whole lines where they fit."""
    open_piece = ""
    for line in block.split("\n"):
        joined = f"{open_piece}\n{line}" if open_piece else line
        if fits(joined):
            open_piece = joined
            continue
        if open_piece:
            yield open_piece
        *full, open_piece = _cut(line, fits)
        yield from full
    yield open_piece


def _cut(line: str, fits: Fits) -> Iterator[str]:
    while not fits(line):
        end = _longest(line, fits)
        yield line[:end]
        line = line[end:]
    yield line


def _longest(line: str, fits: Fits) -> int:
    """The most characters of the beginning that fit, less what belongs to the next sentence or character."""
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(line[:middle]) else (low, middle - 1)
    if low == 0:
        raise ValueError("a message for which no character has room")
    after = next((at + 1 for at in range(low - 1, low // 2, -1) if line[at] in _MARKS), 0)
    return after or _whole_characters(line, low)


def _whole_characters(line: str, end: int) -> int:
    """`end`, or a little before it where a combining mark or a joined emoji would be torn from its base."""
    back = end
    while back > 1 and back < len(line) and _bound(line[back - 1], line[back]):
        back -= 1
    return back if back > 1 and end - back <= _LONGEST_CHARACTER else end


def _bound(before: str, after: str) -> bool:
    return before == _JOINER or after == _JOINER or unicodedata.category(after) in {"Mn", "Me", "Mc", "Sk", "Cf"}
