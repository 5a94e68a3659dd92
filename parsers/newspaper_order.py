"""Paragraphs of a newspaper page in any order → reading order, by what headings and sections have in common.

A column has one line width, so a change of width separates blocks; a section speaks of what its heading names
(shared pairs of characters), so headings and sections are matched as a whole.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_ENDS = re.compile(r"[。！？!?…；：][”’》）】]*$")
_SAME_WIDTH = 2.5  # hanging punctuation moves the width of a column's lines by this much
_QUOTES = ("“", "「", "『", '"')
_OPENING = 0.1  # a section likes to open with somebody's words: worth this much for a cut before them
_OWN = 5.0  # in clear likenesses: nothing takes the paragraph below a title away from it
_OPENED = 0.1  # what a word of the opening counts beside one of the title
_BREAK, _BREAK_INSIDE = 0.3, 0.9  # what a change of article costs between two blocks, and inside one
SURE = 1.02  # how many times better the best order must be than the next one


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with the width of its column (characters), its block of the text and its last line."""

    text: str
    width: float
    block: int
    line: int  # number of its last line


def reading_order(paragraphs: list[Paragraph], headings: list[str]) -> tuple[list[str], float]:
    """Headings and paragraphs in order, and how many times better this order is than the next one."""
    runs = _runs(paragraphs)
    lead = _lead(runs)
    opening = [paragraph.text for paragraph in lead]
    rest = [run for run in runs if run is not lead]
    if not headings or not rest or len(headings) > 7:
        plain = [paragraph.text for run in rest for paragraph in run]
        return opening + plain + headings, 1.0 if len(runs) > 1 or headings else SURE
    ranked = sorted(_matchings(rest, headings), key=lambda match: match[0], reverse=True)
    ordered = list(opening)
    for heading, section in zip(headings, ranked[0][1], strict=True):
        ordered.append(heading)
        ordered += section
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    return ordered + ranked[0][2], ranked[0][0] / second if second else SURE if ranked[0][0] else 1.0


def _lead(runs: list[list[Paragraph]]) -> list[Paragraph]:
    """The lead: the one run set wider than all others, of at most two paragraphs. Empty where there is none."""
    if len(runs) < 2:
        return []
    widest = max(runs, key=lambda run: run[0].width)
    others = max(run[0].width for run in runs if run is not widest)
    return widest if len(widest) <= 2 and widest[0].width > others + _SAME_WIDTH else []


def _matchings(runs: list[list[Paragraph]], headings: list[str]) -> Iterator[tuple[float, list[list[str]], list[str]]]:
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


def likeness(one: str, other: str) -> float:
    """How like two titles are: the share of pairs of characters that the shorter one has from the other, 0 to 1."""
    first, second = _pairs(one), _pairs(other)
    return sum((first & second).values()) / max(min(sum(first.values()), sum(second.values())), 1)


def shared_out(
    heads: Sequence[tuple[str, int]], paragraphs: Sequence[Paragraph], headings: list[str]
) -> Iterator[tuple[list[Paragraph], list[str], float]]:
    """For each head (its words and the number of its line) its paragraphs and headings, and how many times likelier
    these are its own than another's.

    The block right below a title is its own; any other paragraph goes where it shares most words, and a change
    inside a block costs, because most programs write a column in one go.
    """
    runs = _runs(paragraphs)
    first = [_below(runs, line) for _, line in heads]
    words = [text for text, _ in heads]
    texts = ["".join(p.text for p in own[:2]) for own in first]
    ordered = [paragraph for run in runs for paragraph in run]
    kin = _kinship(words, texts, [paragraph.text for paragraph in ordered])
    for row, own in enumerate(first):
        for number, paragraph in enumerate(ordered):
            kin[number][row] += _OWN * any(paragraph is one for one in own[:1])
    owner = _best_way(kin, [_cost(one, other) for one, other in itertools.pairwise(ordered)])
    own_headings: list[list[str]] = [[] for _ in heads]
    for heading in headings:
        values = [likeness(heading, text + more) for text, more in zip(words, texts, strict=True)]
        own_headings[values.index(max(values))].append(heading)
    for row, (_, line) in enumerate(heads):
        numbers = [number for number in range(len(ordered)) if owner[number] == row]
        doubts = [_doubt(kin[number], row) for number in numbers]
        mine = sorted((ordered[number] for number in numbers), key=lambda one: (one.line < line, one.line))
        yield mine, own_headings[row], min(doubts, default=1.0)


def _below(runs: Sequence[list[Paragraph]], line: int) -> list[Paragraph]:
    """The run that begins first below a line."""
    return min((run for run in runs if run[0].line > line), key=lambda run: run[0].line, default=[])


def _kinship(titles: Sequence[str], openings: Sequence[str], texts: Sequence[str]) -> list[list[float]]:
    """Text × article: how many of its pairs of characters the article's title and opening have, rare ones counting
    more and the opening less; the best article of each text is 1."""
    named, opened, parts = ([_pairs(text) for text in group] for group in (titles, openings, texts))
    spread = Counter(pair for part in parts for pair in part)
    rows = []
    for part in parts:
        weight = {pair: math.log(len(parts) / spread[pair]) for pair in part}
        values = [
            sum(weight[pair] * (1.0 if pair in title else _OPENED * (pair in opening)) for pair in part)
            for title, opening in zip(named, opened, strict=True)
        ]
        most = max(values) or 1.0
        rows.append([value / most for value in values])
    return rows


def _cost(one: Paragraph, other: Paragraph) -> float:
    """What it costs that two neighbours belong to different articles."""
    if one.block != other.block:
        return _BREAK
    if not _ENDS.search(one.text):
        return _OWN
    return _BREAK if abs(one.width - other.width) > _SAME_WIDTH else _BREAK_INSIDE


def _best_way(values: Sequence[Sequence[float]], costs: Sequence[float]) -> list[int]:
    """The owner of each paragraph so that likeness less the costs of changes is greatest."""
    if not values:
        return []
    count = len(values[0])
    best, back = list(values[0]), []
    for row, cost in zip(values[1:], costs, strict=True):
        top = max(range(count), key=best.__getitem__)
        came = [own if best[own] >= best[top] - cost else top for own in range(count)]
        best = [row[own] + max(best[own], best[top] - cost) for own in range(count)]
        back.append(came)
    way = [max(range(count), key=best.__getitem__)]
    for came in reversed(back):
        way.append(came[way[-1]])
    return way[::-1]


def _doubt(values: Sequence[float], row: int) -> float:
    """How many times likelier an article is than the next one; below 1 where only its neighbours speak for it."""
    return 2.0 if values[row] > _OWN else values[row] / (max(v for n, v in enumerate(values) if n != row) or 0.1)


def _runs(paragraphs: Iterable[Paragraph]) -> list[list[Paragraph]]:
    """Neighbours of the same column width in the same block."""
    runs: list[list[Paragraph]] = []
    for paragraph in paragraphs:
        last = runs[-1][-1] if runs else None
        if last and last.block == paragraph.block and abs(last.width - paragraph.width) <= _SAME_WIDTH:
            runs[-1].append(paragraph)
        else:
            runs.append([paragraph])
    return runs
