"""Facts of an article: extractors are generators over sentences, each fact has its span."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.values import Fact


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What the extractors see: the body, its title, ISO date of publication, and the places it is about."""

    title: str
    body: str
    published: str | None = None
    places: tuple[str, ...] = ()


def extract(context: ReadingContext) -> tuple[Fact, ...]:
    """All facts of the article, in order of their place in the body."""
    return ()
