"""Reading facts of a text of our own in tests: short forms for what a test asks."""

from __future__ import annotations

from typing import Any

from parsers.facts import ReadingContext, extract
from parsers.places import article_places
from parsers.values import Fact


def facts_of(body: str, kind: str, published: str = "2025-06-01") -> list[Fact]:
    """The facts of one kind, each with its words where it says they are."""
    context = ReadingContext("", body, published, article_places("", body))
    found = extract(context)
    for fact in found:
        assert body[fact.start : fact.end] == fact.evidence
    return [fact for fact in found if fact.kind == kind]


def values(body: str, kind: str, field: str = "name") -> list[Any]:
    """One field of the facts of a kind, in the order of the text."""
    return [fact.fields[field] for fact in facts_of(body, kind)]
