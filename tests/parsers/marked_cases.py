"""Sentences whose answers are marked in them: `引进[86人|86 人]`, read into the plain sentence and the answers."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
_MARK = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")


def unmarked(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The sentence without its marks, and (start, end, expected) of each."""
    plain, expected, last = "", [], 0
    for match in _MARK.finditer(marked):
        plain += marked[last : match.start()]
        expected.append((len(plain), len(plain) + len(match[1]), match[2]))
        plain += match[1]
        last = match.end()
    return plain + marked[last:], expected


def rows(name: str) -> list[list[str]]:
    """The rows of a file of cases beside this one, cells split at tabs."""
    return [line.split("\t") for line in (HERE / name).read_text("utf-8").splitlines() if line]
