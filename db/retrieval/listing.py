"""Facet values as a page lists them: the chosen ones, all provinces, the most frequent of the others."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from db.retrieval.divisions import below, parent_of
from db.retrieval.engine import FACETS, Filters, View
from db.retrieval.facets import Facet
from db.retrieval.tally import Listed, Tally
from db.values import FacetValue
from parsers.places import PROVINCES
from parsers.query import Query

MOST = 60  # values listed of one facet, beside those always listed
_STATUS = {"first": "首发", "repost": "转载", "only": "独家"}
_PROVINCES = frozenset(PROVINCES)
_BY_TIME = frozenset({"year", "month"})

Labels = Mapping[str, str]


def tally_of(view: View, tree: Query, filters: Filters, found: BitMap, leave_out: str | None = None) -> Tally:
    """The counts of what `tree` finds under `filters`, about `found`; to be given to `keep` when all is counted."""
    tally = view.engine.tallies.get(_key(view, tree, filters, leave_out)) or Tally()
    tally.follow(view.state.facets, found)
    return tally


def keep(view: View, tree: Query, filters: Filters, tally: Tally, leave_out: str | None = None) -> None:
    """Keep a tally for the next time that the same is asked."""
    tally.settle()
    view.engine.tallies.put(_key(view, tree, filters, leave_out), tally)


def _key(view: View, tree: Query, filters: Filters, leave_out: str | None) -> Hashable:
    asked = tuple((name, filters[name]) for name in FACETS if name in filters and name != leave_out)
    return tree, view.moment.as_of, asked, leave_out


def all_facets(
    view: View, tree: Query, answer: BitMap, tally: Tally, filters: Filters, labels: Labels
) -> dict[str, tuple[FacetValue, ...]]:
    """Every facet; `answer` is what the query finds, `tally` counts what is left of it under all filters.

    A facet's own choice does not narrow its own counts. `labels` are the names of sources.
    """
    listed = {}
    for name in FACETS:
        chosen = frozenset(value for value in filters.get(name, ()) if value)
        if not chosen:
            listed[name] = _values(view, name, tally, chosen, labels)
            continue
        others = view.chosen(filters, leave_out=name)
        own = tally_of(view, tree, filters, answer if others is None else answer & others, name)
        listed[name] = _values(view, name, own, chosen, labels)
        keep(view, tree, filters, own, name)
    return listed


def months_of(view: View, tally: Tally) -> tuple[tuple[str, int], ...]:
    """All months from the first to the last of a result, with their counts."""
    facet = view.state.facets["month"]
    counts = tally.counts(facet)
    known = tally.listed.get("months")
    if known is None or known.counts is not counts:
        named = facet.named(counts, np.nonzero(counts)[0])
        names = months_between(min(named), max(named)) if named else []
        known = tally.listed["months"] = Listed(counts, None, tuple((month, named.get(month, 0)) for month in names))
    return known.values


def _values(view: View, name: str, tally: Tally, chosen: frozenset[str], labels: Labels) -> tuple[FacetValue, ...]:
    if name == "status":
        return values_of(name, view.counts(name, tally.found), chosen, labels, MOST)
    counts, names = tally.counts(view.state.facets[name]), labels if name == "source" else None
    known = tally.listed.get((name, chosen))
    if known is None or known.counts is not counts or known.names != names:
        values = values_of(name, _candidates(view.state.facets[name], counts, chosen), chosen, labels, MOST)
        known = tally.listed[name, chosen] = Listed(counts, names, values)
    return known.values


def _candidates(facet: Facet, counts: NDArray[np.int64], chosen: frozenset[str]) -> dict[str, int]:
    """The values that may be listed: naming and sorting thousands of places would take longer than counting them."""
    codes = np.nonzero(counts)[0]
    if facet.name in _BY_TIME:
        return facet.named(counts, codes)
    always: list[str] = [*chosen]
    if facet.name == "place":
        always += PROVINCES
        always += [value for one in chosen for value in below(one) if value in facet.codes]
    most = MOST + len(always)
    if len(codes) > most:
        there = counts[codes]
        codes = codes[there >= np.partition(there, len(codes) - most)[len(codes) - most]]
    known = {facet.codes[value] for value in always if value in facet.codes}
    return facet.named(counts, codes) | facet.named(counts, np.array(sorted(known), np.int64))


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


def months_between(first: str, last: str) -> list[str]:
    """All months from `first` to `last` (2025-03), both included."""
    year, month = map(int, first.split("-"))
    end = tuple(map(int, last.split("-")))
    months = []
    while (year, month) <= end:
        months.append(f"{year:04}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return months
