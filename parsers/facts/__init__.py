"""Facts of an article: extractors are generators over sentences, each fact has its span."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from parsers.facts.context import ReadingContext
from parsers.facts.figures import figures
from parsers.facts.policies import policies
from parsers.sentences import Sentence, sentences
from parsers.values import Fact

EXTRACTORS: tuple[Callable[[ReadingContext, Sentence], Iterator[Fact]], ...] = (figures, policies)


def extract(context: ReadingContext) -> tuple[Fact, ...]:
    """All facts of the article, in order of their place in the body."""
    found = (f for s in sentences(context.body) for extractor in EXTRACTORS for f in extractor(context, s))
    return tuple(sorted(found, key=lambda fact: (fact.start, fact.end)))


__all__ = ["ReadingContext", "extract"]
