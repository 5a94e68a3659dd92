"""Sentences of a body with their spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# No real sentence is longer than 800 characters; rules look back within one, so its length bounds their cost.
# A longer row without a full stop is cut after a comma where there is one.
_SENTENCE = re.compile(r"[^。！？；\n]{1,760}(?:(?<=[，、,])|[^。！？；\n，、,]{0,40}[，、,]?)[。！？；]?[”’）]?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` stands at `start` of the body."""

    text: str
    start: int


def sentences(body: str) -> Iterator[Sentence]:
    """The sentences of `body` in order; a semicolon and a line end a sentence too."""
    for match in _SENTENCE.finditer(body):
        yield Sentence(match.group(), match.start())
