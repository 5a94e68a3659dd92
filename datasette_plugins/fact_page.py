"""Plugin: /facts — the facts of the archive filtered, the trend of one measure, and what follows from many articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.fact_chart import draw, said
from datasette_plugins.fact_downloads import facts_csv, facts_json
from datasette_plugins.fact_filters import LONGEST, address, filters_of, not_understood, page_of
from datasette_plugins.facts import describe
from datasette_plugins.hooks import hook
from db import fact_search
from db.fact_search import FactFilters
from db.fact_trend import trend
from db.higher_tables import VIEWS, HigherTables
from db.site import Site

ROWS = 50
PANELS = 12  # places that the trend shows, those with reports of most years first
TREND_ROWS = 1000  # figures of one measure that the trend is drawn from, the newest
HIGHER = 200  # meetings, promises, phrases, posts, policies on one page; the filter reaches the rest
_tables: WeakKeyDictionary[Site, HigherTables] = WeakKeyDictionary()


async def facts(datasette: Any, request: Any) -> Response:
    """One page of facts; with a measure chosen, its trend."""
    site = await ask(site_of, datasette)
    filters, page = filters_of(request), page_of(request)
    found = await ask(_found, site, filters, page)
    context = {
        "found": found,
        "filters": filters,
        "page": page,
        "pages": max(1, -(-found.total // ROWS)),
        "describe": describe,
        "address": address,
        "replace": replace,
        "kinds": fact_search.KINDS,
        "views": tuple(VIEWS),
        "trend": None,
    }
    if found.measure:
        line = await ask(_trend, site, filters)
        context |= {"trend": line, "drawing": draw(line) if line else None, "said": said}
    context["wrong"] = not_understood(request)
    status = 400 if context["wrong"] else 200
    return await render.page(datasette, request, "caixun_facts.html", context, status=status)


def _found(site: Site, filters: FactFilters, page: int) -> fact_search.FactPage:
    return fact_search.find(site.archive, filters, ROWS, (page - 1) * ROWS)


def _trend(site: Site, filters: FactFilters) -> Any:
    return trend(fact_search.newest(site.archive, filters, TREND_ROWS), PANELS)


async def higher(datasette: Any, request: Any) -> Response:
    """What follows from many articles; `text` keeps what has these characters anywhere in it."""
    view = request.url_vars["view"]
    if view not in VIEWS:
        raise NotFound("")
    site = await ask(site_of, datasette)
    text = (request.args.get("text") or "").strip()[:LONGEST]
    found = await ask(_higher, site, view, text)
    context = {"view": view, "text": text, "rows": found[:HIGHER], "total": len(found), "describe": describe}
    context |= {"views": tuple(VIEWS), "spans": spans}
    return await render.page(datasette, request, "caixun_higher.html", context)


def spans(numbers: Sequence[int]) -> str:
    """Ascending numbers as people list them: 1–5、7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _higher(site: Site, view: str, text: str) -> list[Any]:
    tables = _tables.setdefault(site, HigherTables())
    return tables.rows(site.archive, view, text)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/facts`, its downloads and `/facts/VIEW`."""
    downloads = [(r"^/facts\.csv$", facts_csv), (r"^/facts\.json$", facts_json)]
    return [(r"^/facts$", facts), *downloads, (r"^/facts/(?P<view>[a-z]+)$", higher)]
