"""Text of a newspaper page: narrow columns in any order, headings printed twice. Put back into reading order.

What is used: a column has one line width, so a change of width separates blocks; a shadowed heading stands
twice in a row; the title carries a ——subtitle or stands above the reporters' line; and a section speaks of
what its heading names (shared pairs of characters), so headings and sections are matched as a whole.
"""

from __future__ import annotations

import itertools
import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.bylines import names
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
_SAME_WIDTH = 2.5  # hanging punctuation moves the width of a column's lines by this much
_QUOTES = ("“", "「", "『", '"')
_OPENING = 0.1  # a section likes to open with somebody's words: worth this much for a cut before them
_TRADITIONAL = "們這為國發會來個時"  # on every page in Traditional characters, on none in Simplified ones
_SURE = 1.02  # how many times better the best order must be than the next one


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    width: float
    block: int


@dataclass(slots=True)
class _Head:
    title: str | None = None
    subtitle: str | None = None
    byline: str = ""


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


def read_newspaper(text: str) -> Reading:
    """The article of a newspaper page's text: title, subtitle, authors, paragraphs in reading order.

    A flag "reading-order" tells where the order is a guess. The paper's name and day are not in such a text.
    """
    lines = text.splitlines()
    head, used = _head(lines)
    headings, heading_lines = _headings(lines)
    paragraphs = list(_paragraphs(lines, used | heading_lines))
    ordered, confidence = _reading_order(paragraphs, headings)
    flags = () if confidence >= _SURE else (_order_flag(confidence),)
    hant = any(mark in text for mark in _TRADITIONAL)
    body = tuple(tidy(simplify(paragraph) if hant else paragraph) for paragraph in ordered)
    original = tuple(ordered) if hant else ()
    return Reading(
        title=_tidy(head.title),
        subtitle=_tidy(head.subtitle),
        authors=names(simplify(head.byline)) if head.byline else (),
        paragraphs=body,
        flags=flags,
        script="hant" if original else "hans",
        original_paragraphs=original,
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


def likeness(one: str, other: str) -> float:
    """How like two titles are: the share of pairs of characters that the shorter one has from the other, 0 to 1."""
    first, second = _pairs(one), _pairs(other)
    return sum((first & second).values()) / max(min(sum(first.values()), sum(second.values())), 1)


def _tidy(text: str | None) -> str | None:
    return tidy(simplify(text)) if text else None


def _order_flag(confidence: float) -> Flag:
    share = round(100 * (1 - 1 / confidence)) if confidence > 1 else 0
    return Flag("reading-order", f"报纸版面的栏目次序是推断的，最佳次序只比次佳好 {share}%，请对照原版。")


def _head(lines: Sequence[str]) -> tuple[_Head, set[int]]:
    """Title, subtitle and reporters' line, and the numbers of their lines."""
    head, used = _Head(), set[int]()
    subtitle = next((n for n, line in enumerate(lines) if _is_subtitle(lines, n, line)), None)
    byline = next((n for n, line in enumerate(lines) if _BYLINE.match(line.strip())), None)
    if byline is not None:
        head.byline = lines[byline].strip()
        used.add(byline)
    if subtitle is not None:
        head.subtitle = lines[subtitle].strip()
        used.add(subtitle)
    anchor = subtitle if subtitle is not None else byline
    for number in range(anchor - 1, -1, -1) if anchor else ():
        line = lines[number].strip()
        if line and not _ENDS.search(line) and not undoubled(line):
            head.title = line
            used.add(number)
        if line:
            break
    return head, used


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


def _paragraphs(lines: Sequence[str], skipped: set[int]) -> Iterator[_Paragraph]:
    """Paragraphs with the width of their column; a blank line inside a sentence ends nothing."""
    held: list[str] = []
    block = 0
    for number, line in enumerate(lines):
        if number in skipped:
            if held:
                yield _made(held, block)
            held = []
            block += 1
            continue
        if not line.strip():
            continue
        held.append(line.strip())
        if _ends_paragraph(lines, number, held):
            yield _made(held, block)
            held = []
    if held:
        yield _made(held, block)


def _ends_paragraph(lines: Sequence[str], number: int, held: list[str]) -> bool:
    if not _ENDS.search(held[-1]):
        return False
    following = lines[number + 1].strip() if number + 1 < len(lines) else ""
    if not following:
        return True
    column = max(line_width(line) for line in (*held[-3:], following))
    return line_width(held[-1]) < column - 1.5


def _made(held: list[str], block: int) -> _Paragraph:
    inner = held[1:-1] or held[:1]
    return _Paragraph("".join(held), statistics.median(map(line_width, inner)), block)


def _runs(paragraphs: Iterable[_Paragraph]) -> list[list[_Paragraph]]:
    """Neighbours of the same column width in the same block."""
    runs: list[list[_Paragraph]] = []
    for paragraph in paragraphs:
        last = runs[-1][-1] if runs else None
        if last and last.block == paragraph.block and abs(last.width - paragraph.width) <= _SAME_WIDTH:
            runs[-1].append(paragraph)
        else:
            runs.append([paragraph])
    return runs


def _reading_order(paragraphs: list[_Paragraph], headings: list[str]) -> tuple[list[str], float]:
    """Headings and paragraphs in order, and how many times better this order is than the next one."""
    runs = _runs(paragraphs)
    lead = _lead(runs)
    opening = [paragraph.text for paragraph in lead]
    rest = [run for run in runs if run is not lead]
    if not headings or not rest or len(headings) > 7:
        plain = [paragraph.text for run in rest for paragraph in run]
        return opening + plain + headings, 1.0 if len(runs) > 1 or headings else _SURE
    ranked = sorted(_matchings(rest, headings), key=lambda match: match[0], reverse=True)
    ordered = list(opening)
    for heading, section in zip(headings, ranked[0][1], strict=True):
        ordered.append(heading)
        ordered += section
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    return ordered + ranked[0][2], ranked[0][0] / second if second else _SURE if ranked[0][0] else 1.0


def _lead(runs: list[list[_Paragraph]]) -> list[_Paragraph]:
    """The lead: the one run set wider than all others, of at most two paragraphs. Empty where there is none."""
    if len(runs) < 2:
        return []
    widest = max(runs, key=lambda run: run[0].width)
    others = max(run[0].width for run in runs if run is not widest)
    return widest if len(widest) <= 2 and widest[0].width > others + _SAME_WIDTH else []


def _matchings(runs: list[list[_Paragraph]], headings: list[str]) -> Iterator[tuple[float, list[list[str]], list[str]]]:
    """Score, sections by heading, and paragraphs left over, for every way to cut the runs into sections."""
    for sections in _cuts([[p.text for p in run] for run in runs], len(headings)):
        likeness = _likeness(sections, headings)
        openings = sum(section[0].startswith(_QUOTES) for section in sections)
        for order in itertools.permutations(range(len(sections)), len(headings)):
            score = sum(likeness[row][section] for row, section in enumerate(order))
            left = [text for n, section in enumerate(sections) if n not in order for text in section]
            yield score * (1 + _OPENING * openings), [sections[number] for number in order], left


def _cuts(runs: list[list[str]], wanted: int) -> Iterator[list[list[str]]]:
    """The runs cut further, at any paragraph, into `wanted` sections (as they are where there are enough)."""
    if len(runs) >= wanted:
        yield runs[:8]
        return
    places = [(run, at) for run, texts in enumerate(runs) for at in range(1, len(texts))]
    cuts = itertools.combinations(places, min(wanted - len(runs), len(places)))
    for chosen in itertools.islice(cuts, 400):
        sections: list[list[str]] = []
        for number, texts in enumerate(runs):
            stops = [0, *(at for run, at in chosen if run == number), len(texts)]
            sections += [texts[start:stop] for start, stop in itertools.pairwise(stops)]
        if len(sections) >= wanted:
            yield sections


def _likeness(sections: list[list[str]], headings: list[str]) -> list[list[float]]:
    """Heading × section: cosine of their pairs of characters, rare pairs counting more."""
    parts = [_pairs("".join(section)) for section in sections]
    spread = Counter(pair for part in parts for pair in part)
    weight = {pair: math.log(1 + len(parts) / count) for pair, count in spread.items()}
    return [[_cosine(_pairs(heading), part, weight) for part in parts] for heading in headings]


def _pairs(text: str) -> Counter[str]:
    text = re.sub(r"\s", "", text)
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def _cosine(heading: Counter[str], section: Counter[str], weight: dict[str, float]) -> float:
    shared = sum(weight[pair] ** 2 * math.log1p(section[pair]) for pair in heading if pair in section)
    length = math.sqrt(sum((weight[pair] * math.log1p(count)) ** 2 for pair, count in section.items()))
    return shared / length**0.5 if length else 0.0
