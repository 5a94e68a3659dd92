"""Facet values as a page lists them: the chosen ones, all provinces, the most frequent of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyroaring import BitMap

from db.retrieval.divisions import parent_of
from db.retrieval.engine import FACETS, Filters, View
from db.retrieval.facets import Ordinals
from db.retrieval.stories import array_of
from db.values import FacetValue
from parsers.places import PROVINCES

MOST = 60  # values listed of one facet, beside those always listed
_STATUS = {"first": "首发", "repost": "转载", "only": "独家"}
_PROVINCES = frozenset(PROVINCES)
_BY_TIME = frozenset({"year", "month"})

Labels = Mapping[str, str]


def all_facets(
    view: View, answer: BitMap, found: BitMap, filters: Filters, labels: Labels
) -> dict[str, tuple[FacetValue, ...]]:
    """Every facet; `answer` is what the query finds, `found` what is left of it under all filters.

    A facet's own choice does not narrow its own counts. `labels` are the names of sources.
    """
    array = array_of(found)
    listed = {}
    for name in FACETS:
        chosen = frozenset(value for value in filters.get(name, ()) if value)
        if chosen:
            others = view.chosen(filters, leave_out=name)
            own = answer if others is None else answer & others
            counts = _candidates(view, name, own, array_of(own), chosen)
        else:
            counts = _candidates(view, name, found, array, chosen)
        listed[name] = values_of(name, counts, chosen, labels, MOST)
    return listed


def _candidates(view: View, name: str, found: BitMap, array: Ordinals, chosen: frozenset[str]) -> dict[str, int]:
    """The values that may be listed: naming and sorting thousands of places would take longer than counting them."""
    if name in _BY_TIME:
        return view.counts(name, found, array)
    always: list[str] = [*chosen]
    if name == "place":
        always += PROVINCES
        if chosen:
            always += [value for value in view.state.facets[name].codes if parent_of(value) in chosen]
    return view.most_frequent(name, found, array, MOST + len(always), always)


def values_of(
    name: str, counts: dict[str, int], chosen: frozenset[str], labels: Labels, most: int
) -> tuple[FacetValue, ...]:
    """The chosen values first, then by count (years and months: the newest first), at most `most` not chosen.

    Provinces, and places just below a chosen one, are listed however many they are.
    """
    names = sorted({*counts, *chosen}, key=lambda value: _order(name, value, counts.get(value, 0), value in chosen))
    if name == "place":
        names = _with_provinces(names, chosen, most)
    kept = names[: most + len(chosen)] if name != "place" else names
    named = _STATUS if name == "status" else labels if name == "source" else {}
    return tuple(
        FacetValue(
            value=value,
            label=named.get(value, value),
            count=counts.get(value, 0),
            selected=value in chosen,
            parent=parent_of(value) if name == "place" else None,
        )
        for value in kept
    )


def _order(name: str, value: str, count: int, selected: bool) -> tuple[bool, int, str]:
    if name in _BY_TIME:
        return not selected, -_time(value), value
    return not selected, -count, value


def _time(value: str) -> int:
    """A year or month as a number; 0 for what an address may name beside them."""
    digits = value.replace("-", "")
    return int(digits) if len(digits) <= len("202403") and digits.isascii() and digits.isdecimal() else 0


def _with_provinces(names: Iterable[str], chosen: frozenset[str], most: int) -> list[str]:
    kept: list[str] = []
    for value in names:
        always = value in chosen or value in _PROVINCES or parent_of(value) in chosen
        most -= not always
        if always or most >= 0:
            kept.append(value)
    return kept
