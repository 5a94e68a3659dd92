"""Sentences of a body with their spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?[”’）]?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` stands at `start` of the body."""

    text: str
    start: int


def sentences(body: str) -> Iterator[Sentence]:
    """The sentences of `body` in order; a semicolon and a line end a sentence too."""
    for match in _SENTENCE.finditer(body):
        yield Sentence(match.group(), match.start())
