"""What changed between two texts: by kind and weight, with the places in both.

An analyst asks first whether a figure, a name or a date was changed, then whether something was cut or added, and
last for commas. Paragraphs are aligned first, then the words of those that changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from parsers.shingles import likeness
from parsers.words import tagged


class DifferenceKind(StrEnum):
    """What a change touches."""

    FIGURE = "figure"
    NAME = "name"
    DATE = "date"
    PARAGRAPH = "paragraph"  # a whole one cut, added or moved
    WORDING = "wording"
    PUNCTUATION = "punctuation"


# how much a reader should care, 0 to 1
WEIGHTS = {
    DifferenceKind.FIGURE: 1.0,
    DifferenceKind.NAME: 0.9,
    DifferenceKind.DATE: 0.8,
    DifferenceKind.PARAGRAPH: 0.6,
    DifferenceKind.WORDING: 0.3,
    DifferenceKind.PUNCTUATION: 0.05,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: the old text at `old_start`, the new one at `new_start`; one of them is "" for a cut or addition."""

    kind: DifferenceKind
    before: str
    after: str
    old_start: int
    new_start: int

    @property
    def weight(self) -> float:
        """How much a reader should care, 0 to 1."""
        return WEIGHTS[self.kind]


_TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|[A-Za-z]+|\s+|.", re.S)
_NUMBER = r"(?:\d[\d.,]*|[〇零○一二三四五六七八九十百千两]+)"
_DATE = re.compile(
    rf"{_NUMBER}年(?:{_NUMBER}月(?:{_NUMBER}[日号])?)?|{_NUMBER}月(?:{_NUMBER}[日号])?|\d+[-/.]\d+[-/.]\d+"
)
_COUNT = re.compile(
    r"[近超约逾]?\d[余多万亿]?|[一二三四五六七八九十百千万亿两]+(?=[余多]?[个名人项家次位批万亿元篇套所支年%])|百分之|[%％]"
)
_PLAIN = re.compile(r"[\w\u3400-\u9fff]")
_NAMES = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz"})
_ALIKE = 0.4  # paragraphs below it are another paragraph, not an edited one


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """The changes from `before` to `after` in page order; paragraphs are separated by newlines."""
    old, new = _paragraphs(before), _paragraphs(after)
    matcher = SequenceMatcher(None, [text for text, _ in old], [text for text, _ in new], autojunk=False)
    found: list[Difference] = []
    for operation, i, j, k, m in matcher.get_opcodes():
        if operation != "equal":
            found += _between(old[i:j], new[k:m], _end(old, i, before), _end(new, k, after))
    return tuple(found)


def weightiest(found: tuple[Difference, ...]) -> tuple[Difference, ...]:
    """The same changes, those first that matter most."""
    return tuple(sorted(found, key=lambda one: (-one.weight, one.new_start)))


Paragraph = tuple[str, int]


def _paragraphs(text: str) -> list[Paragraph]:
    found, start = [], 0
    for part in text.split("\n"):
        found.append((part, start))
        start += len(part) + 1
    return [pair for pair in found if pair[0]]


def _end(paragraphs: list[Paragraph], index: int, text: str) -> int:
    return paragraphs[index][1] if index < len(paragraphs) else len(text)


def _between(old: list[Paragraph], new: list[Paragraph], old_at: int, new_at: int) -> Iterator[Difference]:
    """The changes of a block: its paragraphs paired by likeness and order, the rest cut or added."""
    while old and new:
        scores = [(likeness(old[0][0], text), -index) for index, (text, _) in enumerate(new)]
        best, index = max(scores)
        if best < _ALIKE:
            yield Difference(DifferenceKind.PARAGRAPH, old[0][0], "", old[0][1], new[0][1])
            old = old[1:]
            continue
        yield from (Difference(DifferenceKind.PARAGRAPH, "", text, old[0][1], at) for text, at in new[:-index])
        yield from _within(old[0], new[-index])
        old, new = old[1:], new[1 - index :]
    yield from (Difference(DifferenceKind.PARAGRAPH, text, "", at, new_at) for text, at in old)
    yield from (Difference(DifferenceKind.PARAGRAPH, "", text, old_at, at) for text, at in new)


def _within(old: Paragraph, new: Paragraph) -> Iterator[Difference]:
    tokens = [_TOKEN.findall(text) for text, _ in (old, new)]
    starts = [_starts(part) for part in tokens]
    matcher = SequenceMatcher(None, tokens[0], tokens[1], autojunk=False)
    changes = [code[1:] for code in matcher.get_opcodes() if code[0] != "equal"]
    names = [_named(text) for text, _ in (old, new)] if changes else [set(), set()]
    for i, j, k, m in _joined(changes):
        spans = ((starts[0][i], starts[0][j]), (starts[1][k], starts[1][m]))
        one = Difference(
            DifferenceKind.WORDING, old[0][slice(*spans[0])], new[0][slice(*spans[1])], spans[0][0], spans[1][0]
        )
        kind = _kind(one, (old[0], new[0]), spans, names)
        yield replace(one, kind=kind, old_start=one.old_start + old[1], new_start=one.new_start + new[1])


def _joined(changes: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Changes with a single token between them as one, so that 张伟 → 王刚 does not read as two."""
    merged: list[tuple[int, int, int, int]] = []
    for i, j, k, m in changes:
        if merged and i - merged[-1][1] <= 1 and k - merged[-1][3] <= 1:
            merged[-1] = (merged[-1][0], j, merged[-1][2], m)
        else:
            merged.append((i, j, k, m))
    return merged


def _starts(tokens: list[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts


def _kind(
    one: Difference, texts: tuple[str, str], spans: tuple[tuple[int, int], ...], names: list[set[int]]
) -> DifferenceKind:
    if not _PLAIN.search(one.before + one.after):
        return DifferenceKind.PUNCTUATION
    changed = [set(range(*span)) for span in spans]
    if any(changed[n] & _covered(_DATE, texts[n]) for n in (0, 1)):
        return DifferenceKind.DATE
    if any(changed[n] & _covered(_COUNT, texts[n]) for n in (0, 1)):
        return DifferenceKind.FIGURE
    if any(changed[n] & names[n] for n in (0, 1)):
        return DifferenceKind.NAME
    return DifferenceKind.WORDING


def _covered(pattern: re.Pattern[str], text: str) -> set[int]:
    return {at for match in pattern.finditer(text) for at in range(*match.span())}


def _named(text: str) -> set[int]:
    """The places in `text` that belong to names of people, places and bodies."""
    covered: set[int] = set()
    at = 0
    for word, tag in tagged(text):
        if tag in _NAMES and len(word) > 1:
            covered.update(range(at, at + len(word)))
        at += len(word)
    return covered
