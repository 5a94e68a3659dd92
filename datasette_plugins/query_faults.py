"""A query with faults as the search page shows it: each fault at its place, and what was searched instead."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.query import parse_leniently, print_query


@dataclass(frozen=True, slots=True)
class Marked:
    """One fault: its sentence, what was done about it, and the query cut around its place."""

    text: str
    instead: str
    before: str
    at: str
    after: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a faulty query was taken for: `typed` as it came, `instead` as it was searched ("" when nothing is left)."""

    typed: str
    instead: str
    faults: tuple[Marked, ...]


def reading_of(typed: str, language: str) -> Reading | None:
    """The lenient reading of a query in `language` (zh or en), None for one without faults."""
    tree, problems = parse_leniently(typed)
    if not problems:
        return None
    faults = []
    for problem in problems:
        start = min(max(problem.position, 0), len(typed))
        end = min(start + problem.length, len(typed))
        saying = problem.text(language), problem.instead(language)
        faults.append(Marked(*saying, typed[:start], typed[start:end], typed[end:]))
    return Reading(typed, print_query(tree), tuple(faults))
