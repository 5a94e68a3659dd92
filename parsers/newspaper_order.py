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
_FOLLOWS = 0.25  # what it is worth that a block stands below a title in the text, in shares of a clear likeness
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
    heads: Sequence[tuple[str, int]], paragraphs: Iterable[Paragraph], headings: list[str]
) -> Iterator[tuple[list[Paragraph], list[str], float]]:
    """For each head (its words and the number of its line) its paragraphs and headings, and how many times likelier
    these are its own than another's.

    A run belongs to the title whose words it uses most; that it stands below a title counts too, because most
    programs write an article in one go.
    """
    joined = _unbroken(_runs(paragraphs))
    texts = ["".join(p.text for run in group for p in run) for group in joined]
    likeness = _likeness([[text] for text in texts], [words for words, _ in heads])
    clear = max((value for row in likeness for value in row), default=0.0) or 1.0
    starts = [group[0][0].line for group in joined]
    owner, sure = [], [SURE + 1.0] * len(heads)
    for number, start in enumerate(starts):
        above = max((row for row, (_, line) in enumerate(heads) if line < start), default=-1)
        scores = [likeness[row][number] + _FOLLOWS * clear * (row == above) for row in range(len(heads))]
        best, second = sorted(scores, reverse=True)[:2]
        owner.append(scores.index(best))
        sure[owner[-1]] = min(sure[owner[-1]], best / second if second else SURE + 1.0)
    own: list[list[str]] = [[] for _ in heads]
    for heading, values in zip(headings, _likeness([[text] for text in texts], headings), strict=True):
        own[owner[values.index(max(values))]].append(heading)
    for row in range(len(heads)):
        mine = [group for number, group in enumerate(joined) if owner[number] == row]
        yield [paragraph for group in mine for run in group for paragraph in run], own[row], sure[row]


def _unbroken(runs: list[list[Paragraph]]) -> list[list[list[Paragraph]]]:
    """Runs in groups: one that breaks off inside a sentence belongs to the next one of its block."""
    groups: list[list[list[Paragraph]]] = []
    for run in runs:
        last = groups[-1][-1][-1] if groups else None
        if last and last.block == run[0].block and (not _ENDS.search(last.text) or last.width == run[0].width):
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


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
