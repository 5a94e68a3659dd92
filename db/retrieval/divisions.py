"""Which place lies in which: the tree of provinces, cities and counties for the place facet.

An article is in the places that it names and in all above them. A name that several units share (城中区 of 西宁市 and
of 柳州市) says nothing alone; beside its province it is that unit. The same rule as `db.conditions` and
`parsers.query_match.in_place` (a property test holds them together).
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection
from importlib import resources

from parsers.places import is_inside, province_of


@functools.cache
def _rows() -> list[list[str]]:
    table = resources.files("parsers").joinpath("data/divisions.tsv").read_text("utf-8")
    return [line.split("\t") for line in table.splitlines()[1:]]


@functools.cache
def _parents() -> dict[str, str]:
    names = {row[0]: row[1] for row in _rows()}
    above: dict[str, set[str]] = defaultdict(set)
    for _, name, _, parent, *_ in _rows():
        if parent:
            above[name].add(names[parent])
    return {name: next(iter(found)) for name, found in above.items() if len(found) == 1}


def parent_of(place: str) -> str | None:
    """The full name of the unit above `place`.

    None for a province, an unknown name, and a name that several units share (朝阳区).
    """
    return _parents().get(place)


@functools.cache
def _children() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for place, parent in _parents().items():
        found[parent].append(place)
    return {parent: tuple(places) for parent, places in found.items()}


def below(place: str) -> tuple[str, ...]:
    """The places whose `parent_of` is `place`."""
    return _children().get(place, ())


@functools.cache
def _shared() -> dict[str, tuple[tuple[str, str], ...]]:
    """Of each name that several units share: (place above one of them, province that must stand beside)."""
    units = {row[0]: (row[1], row[3]) for row in _rows()}
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, parent in units.values():
        while parent and not is_inside(name):
            over, parent = units[parent]
            if province := _province(over):
                found[name].append((over, province))
    return {name: tuple(dict.fromkeys(pairs)) for name, pairs in found.items()}


def _province(name: str) -> str | None:
    try:
        return province_of(name)
    except KeyError:
        return None


def above(place: str) -> tuple[str, ...]:
    """All units above `place`, the nearest first; none above a name that several units share."""
    return is_inside(place)


def beside(place: str) -> tuple[tuple[str, str], ...]:
    """Of a name that several units share: (a place that it lies in, the province that must stand beside it)."""
    return _shared().get(place, ())


def lying_in(places: Collection[str]) -> tuple[str, ...]:
    """All places whose search finds an article that names `places`: those themselves first."""
    found = dict.fromkeys(places)
    for place in places:
        found |= dict.fromkeys(above(place))
        found |= dict.fromkeys(over for over, province in beside(place) if province in places)
    return tuple(found)
