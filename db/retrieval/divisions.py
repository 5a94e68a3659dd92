"""Which place lies in which: the tree of provinces, cities and counties for the place facet."""

from __future__ import annotations

import functools
from collections import defaultdict
from importlib import resources


@functools.cache
def _parents() -> dict[str, str]:
    table = resources.files("parsers").joinpath("data/divisions.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    names = {row[0]: row[1] for row in rows}
    above: dict[str, set[str]] = defaultdict(set)
    for _, name, _, parent, *_ in rows:
        if parent:
            above[name].add(names[parent])
    return {name: next(iter(found)) for name, found in above.items() if len(found) == 1}


def parent_of(place: str) -> str | None:
    """The full name of the unit above `place`.

    None for a province, an unknown name, and a name that several units share (朝阳区).
    """
    return _parents().get(place)


def above(place: str) -> tuple[str, ...]:
    """All units above `place`, the nearest first."""
    found: list[str] = []
    parent = parent_of(place)
    while parent and parent not in found:
        found.append(parent)
        parent = parent_of(parent)
    return tuple(found)
