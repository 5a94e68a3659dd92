"""What the archive knows of one place: figures over the years, policies, partners, meetings, places inside it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from db import fact_search, search
from db.fact_search import FactFilters
from db.fact_trend import last_year, number
from db.fact_values import FactRow
from db.higher_facts import MeetingSeries
from db.policies import stem
from db.retrieval.divisions import parent_of
from parsers.places import PROVINCES, canonical

YEARS = 6
_FIGURES = 600  # newest figures of a place that its table is made of
_MEASURES = 10
_LISTED = 8
_PARTNERS = 12


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """A place with its articles (those on places inside it too), the newest day, and the places right below it."""

    name: str
    articles: int
    newest: str
    below: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a place: for each year of the table its reports, the latest published first (empty: none)."""

    name: str
    unit: str
    cells: tuple[tuple[FactRow, ...], ...]


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """The facts of a place. `partners` are (party, articles); `years` are the columns of `measures`."""

    years: tuple[int, ...]
    measures: tuple[Measure, ...]
    policies: tuple[FactRow, ...]
    cooperation: tuple[FactRow, ...]
    partners: tuple[tuple[str, int], ...]
    events: tuple[FactRow, ...]


def named(text: str) -> str | None:
    """The full canonical name of a place of the table (西宁 → 西宁市), None for anything else."""
    return canonical(text)


def above(place: str) -> tuple[str, ...]:
    """The places that `place` lies in, the province first."""
    found: list[str] = []
    parent = parent_of(place)
    while parent and parent not in found:
        found.insert(0, parent)
        parent = parent_of(parent)
    return tuple(found)


def places(connection: sqlite3.Connection) -> tuple[PlaceCount, ...]:
    """All 34 provinces, those with most articles first, each with the places of the archive right below it."""
    values = search.facet_values(connection, "", {}, "place", "", 5000)
    counts = {value.value: value.count for value in values}
    below: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for value in values:
        if value.parent:
            below[value.parent].append((value.value, value.count))
    newest = dict(
        connection.execute(
            "select p.place, max(a.day) from article_places p join articles a using (revision)"
            " where a.recorded_to is null and a.state <> 'removed' and p.place in (select value from json_each(?))"
            " group by 1",
            [json.dumps(PROVINCES, ensure_ascii=False)],
        ).fetchall()
    )
    found = (
        PlaceCount(name, counts.get(name, 0), newest.get(name) or "", tuple(below[name][: _LISTED * 2]))
        for name in PROVINCES
    )
    return tuple(sorted(found, key=lambda one: (-one.articles, PROVINCES.index(one.name))))


def place_facts(connection: sqlite3.Connection, place: str) -> PlaceFacts:
    """What was reported of `place` itself and, for policies, cooperation and events, of places inside it."""
    figures = fact_search.newest(connection, FactFilters(kind="figure", place=place), _FIGURES)
    years, measures = _table([row for row in figures if row.fact.subject == place] or figures)
    cooperation = fact_search.newest(connection, FactFilters(kind="cooperation", place=place), 200)
    return PlaceFacts(
        years,
        measures,
        _once(fact_search.newest(connection, FactFilters(kind="policy", place=place), 120)),
        cooperation[:_LISTED],
        _partners(cooperation, place),
        fact_search.newest(connection, FactFilters(kind="event", place=place), _LISTED),
    )


def _table(rows: Iterable[FactRow]) -> tuple[tuple[int, ...], tuple[Measure, ...]]:
    """The measures with most years, each in its most frequent unit, over the last years that have any."""
    groups: dict[tuple[str, str], dict[int, list[FactRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        year = last_year(row)
        if year is not None and number(row) is not None and row.measure:
            groups[row.measure, str(row.fact.fields.get("unit") or "")][year].append(row)
    ranked = sorted(groups, key=lambda key: (-len(groups[key]), -sum(map(len, groups[key].values())), key))[:_MEASURES]
    years = tuple(sorted({year for key in ranked for year in groups[key]}))[-YEARS:]
    measures = [Measure(*key, tuple(tuple(groups[key].get(year, ())) for year in years)) for key in ranked]
    return years, tuple(one for one in measures if any(one.cells))


def _once(rows: Iterable[FactRow]) -> tuple[FactRow, ...]:
    """The newest fact of each policy."""
    found: dict[str, FactRow] = {}
    for row in rows:
        found.setdefault(stem(str(row.fact.fields.get("title") or row.fact.evidence)), row)
    return tuple(found.values())[:_LISTED]


def _partners(rows: Iterable[FactRow], place: str) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for row in rows:
        parties = {str(party) for party in row.fact.fields.get("parties") or ()}
        counts.update(party for party in parties if party != place and place not in above(party))
    return tuple(counts.most_common(_PARTNERS))


def meetings_at(series: Iterable[MeetingSeries], place: str) -> tuple[MeetingSeries, ...]:
    """The series of leading-group meetings of a place."""
    return tuple(one for one in series if one.place == place)[:4]


def beside(connection: sqlite3.Connection, place: str) -> dict[str, int]:
    """Province → articles on `place` that are on that province too; its own one is left out."""
    rows = connection.execute(
        "select q.place, count(*) from article_places p join article_places q using (revision)"
        " join articles a using (revision) where p.place = ? and a.recorded_to is null and a.state <> 'removed'"
        " group by 1",
        [place],
    )
    own = {place, *above(place)}
    return {name: count for name, count in rows if name in PROVINCES and name not in own}
