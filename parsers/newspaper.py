"""Text of a newspaper page: narrow columns in any order, headings printed twice. Put back into reading order.

What is used: a change of line width separates blocks; a shadowed heading stands twice in a row; a title carries a
——subtitle or stands above the reporters' line. The order itself is worked out in newspaper_order.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.bylines import names
from parsers.newspaper_order import SURE, Paragraph, reading_order, shared_out
from parsers.script import simplify
from parsers.tidy import tidy
from parsers.values import Flag, Reading

_BYLINE = re.compile(
    r"^[□■◎●▲]?\s*(?:本报|本刊|全媒体|见习|首席)*(?:记者|通讯员|特约记者)\s*[\u4e00-\u9fff、 /]{2,40}$"
)
_DOUBLED = re.compile(r"^(.{2,30}?)\1$")
_ENDS = re.compile(r"[。！？!?…；：][”’》）】]*$")
_SUBTITLE = re.compile(r"^\s*(?:——|—|--)\s*\S")
_NARROW = 42.0  # a line of a newspaper column is never wider than this many Chinese characters
_TRADITIONAL = "們這為國發會來個時"  # on every page in Traditional characters, on none in Simplified ones
_LONGEST_TITLE = 40


@dataclass(slots=True)
class _Head:
    title: str | None = None
    subtitle: str | None = None
    byline: str = ""
    line: int = 0


def line_width(line: str) -> float:
    """The width of `line` in Chinese characters; a character of ASCII is half as wide."""
    return sum(0.5 if character.isascii() else 1.0 for character in line.strip())


def is_newspaper(text: str) -> bool:
    """Whether `text` is lines of narrow columns with a heading printed twice, a ——line or a reporters' line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 20:
        return False
    widths = [line_width(line) for line in lines]
    narrow = sum(width <= _NARROW for width in widths) / len(lines)
    open_ended = sum(not _ENDS.search(line) for line in lines) / len(lines)
    mark = any(undoubled(line) or _BYLINE.match(line) or _SUBTITLE.match(line) for line in lines)
    return narrow >= 0.95 and statistics.median(widths) >= 8 and open_ended >= 0.6 and mark


def undoubled(line: str) -> str | None:
    """`line` with each part printed twice in a row taken once, None where a part is not doubled.

    Both "甲乙甲乙 丙丁丙丁" and "甲乙 丙丁甲乙 丙丁" give "甲乙 丙丁".
    """
    whole = _DOUBLED.match(line.strip())
    if whole and not whole[1].strip("—.…·-_=* \t").isdigit() and len(set(whole[1])) > 1:
        return whole[1].strip()
    parts = [_DOUBLED.match(part) for part in line.split()]
    if not parts or not all(match and len(set(match[1])) > 1 for match in parts):
        return None
    return " ".join(match[1] for match in parts if match)


def read_newspaper(text: str) -> tuple[Reading, ...]:
    """The articles of a newspaper page's text: title, subtitle, authors, paragraphs in reading order.

    There are several where several titles stand above a ——line or a reporters' line. A flag "reading-order" tells
    where the order, or the share of an article in the page, is a guess; `order_confidence` is 0.5 where another
    order is as good, 1 where none comes near. The paper's name and day are not in such a text.
    """
    lines = text.splitlines()
    heads, used = _heads(lines)
    headings, heading_lines = _headings([line if n not in used else "" for n, line in enumerate(lines)])
    paragraphs = list(_paragraphs(lines, used | heading_lines))
    if len(heads) < 2:
        head = heads[0] if heads else _Head()
        return (_reading(head, *reading_order(paragraphs, headings)),)
    found = []
    words = [(f"{head.title or ''}{head.subtitle or ''}", head.line) for head in heads]
    for head, (mine, own, sure) in zip(heads, shared_out(words, paragraphs, headings), strict=True):
        ordered, confidence = reading_order(mine, own)
        found.append(_reading(head, ordered, min(confidence, sure)))
    return tuple(reading for reading in found if reading.paragraphs)


def _reading(head: _Head, ordered: list[str], confidence: float) -> Reading:
    flags = () if confidence >= SURE else (_order_flag(confidence),)
    return simplified(
        Reading(
            title=tidy(head.title) if head.title else None,
            subtitle=tidy(head.subtitle) if head.subtitle else None,
            authors=names(head.byline) if head.byline else (),
            paragraphs=tuple(map(tidy, ordered)),
            flags=flags,
            order_confidence=round(max(0.0, min(1.0, 0.5 + (confidence - 1) / (2 * (SURE - 1) * 2))), 2),
        )
    )


def simplified(reading: Reading) -> Reading:
    """The reading in Simplified characters, the printed paragraphs kept, where it is set in Traditional ones."""
    text = "".join((reading.title or "", *reading.paragraphs))
    if not any(mark in text for mark in _TRADITIONAL):
        return reading
    return replace(
        reading,
        title=_tidy(reading.title),
        kicker=_tidy(reading.kicker),
        subtitle=_tidy(reading.subtitle),
        authors=tuple(map(simplify, reading.authors)),
        captions=tuple(map(simplify, reading.captions)),
        paragraphs=tuple(map(simplify, reading.paragraphs)),
        script="hant",
        original_paragraphs=reading.paragraphs,
    )


def _tidy(text: str | None) -> str | None:
    return tidy(simplify(text)) if text else None


def _order_flag(confidence: float) -> Flag:
    share = round(100 * (1 - 1 / confidence)) if confidence > 1 else 0
    return Flag("reading-order", f"报纸版面的栏目次序是推断的，最佳次序只比次佳好 {share}%，请对照原版。")


def _heads(lines: Sequence[str]) -> tuple[list[_Head], set[int]]:
    """Titles with their subtitles and reporters' lines from top to bottom, and the numbers of all these lines."""
    heads: list[_Head] = []
    used: set[int] = set()
    marks = {n: line.strip() for n, line in enumerate(lines) if _is_subtitle(lines, n, line)}
    bylines = {n: line.strip() for n, line in enumerate(lines) if _BYLINE.match(line.strip())}
    for number in sorted(marks.keys() | bylines.keys()):
        if number in used:
            continue
        above = _filled(lines, number, -1)
        title = _title_at(lines, above, used)
        if title is None and heads:
            continue  # a byline at the end of an article, or a dash inside one
        below = _filled(lines, number, 1) if number in marks else None
        byline = number if number in bylines else below if below in bylines else None
        head = _Head(title, marks.get(number), bylines[byline] if byline is not None else "", number)
        heads.append(head)
        used |= {n for n in (number, byline, above if title else None) if n is not None}
    return heads, used


def _filled(lines: Sequence[str], number: int, step: int) -> int | None:
    """The number of the next line above (-1) or below (1) that is not blank."""
    number += step
    while 0 <= number < len(lines) and not lines[number].strip():
        number += step
    return number if 0 <= number < len(lines) else None


def _title_at(lines: Sequence[str], number: int | None, used: set[int]) -> str | None:
    """The title that this line is: it ends no sentence and is not the last line of a broken off paragraph."""
    if number is None or number in used:
        return None
    line, above = lines[number].strip(), _filled(lines, number, -1)
    if _ENDS.search(line) or len(line) > _LONGEST_TITLE:
        return None
    begins = above is None or above < number - 1 or above in used or bool(_ENDS.search(lines[above].strip()))
    return (undoubled(line) or line) if begins else None


def _is_subtitle(lines: Sequence[str], number: int, line: str) -> bool:
    above = next((lines[n].strip() for n in range(number - 1, -1, -1) if lines[n].strip()), "")
    return bool(_SUBTITLE.match(line) and not _ENDS.search(line) and above and not _ENDS.search(above))


def _headings(lines: Sequence[str]) -> tuple[list[str], set[int]]:
    """Headings printed twice, neighbouring lines joined, and the numbers of their lines."""
    found: list[str] = []
    used: set[int] = set()
    for number, line in enumerate(lines):
        heading = undoubled(line) if line.strip() else None
        if heading is None:
            continue
        if number - 1 in used:
            found[-1] += " " + heading
        else:
            found.append(heading)
        used.add(number)
    return found, used


def _paragraphs(lines: Sequence[str], skipped: set[int]) -> Iterator[Paragraph]:
    """Paragraphs with the width of their column; a blank line inside a sentence ends nothing."""
    held: list[str] = []
    block = 0
    for number, line in enumerate(lines):
        if number in skipped:
            if held:
                yield _made(held, block, number)
            held = []
            block += 1
            continue
        if not line.strip():
            continue
        held.append(line.strip())
        if _ends_paragraph(lines, number, held):
            yield _made(held, block, number)
            held = []
    if held:
        yield _made(held, block, len(lines))


def _ends_paragraph(lines: Sequence[str], number: int, held: list[str]) -> bool:
    if not _ENDS.search(held[-1]):
        return False
    following = lines[number + 1].strip() if number + 1 < len(lines) else ""
    if not following:
        return True
    column = max(line_width(line) for line in (*held[-3:], following))
    return line_width(held[-1]) < column - 1.5


def _made(held: list[str], block: int, line: int) -> Paragraph:
    inner = held[1:-1] or held[:1]
    return Paragraph("".join(held), statistics.median(map(line_width, inner)), block, line)
