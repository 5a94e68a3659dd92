"""Where the words of a query stand in a stored text."""

from __future__ import annotations

import re

from db.text_index import folded
from parsers.query import runs

Spans = tuple[tuple[int, int], ...]

SNIPPET = 96  # characters: about two lines of a result


def spans(text: str, words: list[str]) -> Spans:
    """The places of the folded `words` in `text`, sorted, overlaps joined; offsets count in `text`."""
    normal = folded(text)
    found = sorted(match.span() for word in words for match in _pattern(word).finditer(normal))
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(r"[\W_]*".join(re.escape(run) for run in runs(word)))


def snippet(text: str, words: list[str]) -> tuple[str, Spans]:
    """About two lines of `text` around the first match, with the matches in it."""
    found = spans(text, words) if words else ()
    first = found[0][0] if found else 0
    start = max(0, min(first - SNIPPET // 4, len(text) - SNIPPET))
    start = max(
        start, max(text.rfind(mark, 0, first) for mark in "。！？\n") + 1 if first - start < SNIPPET // 2 else start
    )
    end = min(len(text), max(start + SNIPPET, found[0][1] if found else 0))
    part = text[start:end].replace("\n", " ")
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    marks = tuple(
        (max(a, start) - start + len(head), min(b, end) - start + len(head)) for a, b in found if a < end and b > start
    )
    return head + part + tail, marks
