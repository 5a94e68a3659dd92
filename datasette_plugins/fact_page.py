"""Plugin: /facts — the facts of the archive filtered, the trend of one measure, and what follows from many articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import quote, urlencode

from datasette import NotFound, Response

from datasette_plugins import feed, render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.fact_chart import draw
from datasette_plugins.facts import describe
from datasette_plugins.hooks import hook
from db import fact_search, higher_facts
from db.fact_search import FactFilters
from db.fact_trend import trend
from db.site import Site
from parsers.dates import BEIJING

ROWS = 50
TREND_ROWS = 1000  # figures of one measure that the trend is drawn from, the newest
_LONGEST = 200
HIGHER = 200  # meetings, promises, phrases, posts, policies on one page; the filter reaches the rest
VIEWS: dict[str, Callable[[sqlite3.Connection], tuple[Any, ...]]] = {
    "meetings": higher_facts.meetings,
    "promises": higher_facts.promises,
    "phrases": higher_facts.first_uses,
    "posts": higher_facts.posts,
    "policies": higher_facts.policies,
}


async def facts(datasette: Any, request: Any) -> Response:
    """One page of facts; with a measure chosen, its trend."""
    site = await ask(site_of, datasette)
    filters, page = filters_of(request), page_of(request)
    found = await ask(_found, site, filters, page)
    pages = max(1, -(-found.total // ROWS))
    context = {
        "found": found,
        "filters": filters,
        "page": page,
        "pages": pages,
        "describe": describe,
        "address": address,
        "replace": replace,
        "kinds": fact_search.KINDS,
        "views": tuple(VIEWS),
        "trend": None,
    }
    if filters.measure:
        line = await ask(_trend, site, filters)
        context |= {"trend": line, "drawing": draw(line) if line else None}
    return await render.page(datasette, request, "caixun_facts.html", context)


def _found(site: Site, filters: FactFilters, page: int) -> fact_search.FactPage:
    return fact_search.find(site.archive, filters, ROWS, (page - 1) * ROWS)


def _trend(site: Site, filters: FactFilters) -> Any:
    return trend(fact_search.find(site.archive, filters, TREND_ROWS).rows)


def filters_of(request: Any) -> FactFilters:
    """What the address asks; a value that is senseless (a year of letters, an unknown kind) is left out."""
    given = {name: (request.args.get(name) or "").strip()[:_LONGEST] for name in asdict(FactFilters())}
    if given["kind"] not in fact_search.KINDS:
        given["kind"] = ""
    if not (given["year"].isascii() and given["year"].isdigit() and len(given["year"]) == 4):
        given["year"] = ""
    return FactFilters(**given)


def page_of(request: Any) -> int:
    """The page asked for, 1 for anything senseless."""
    text = request.args.get("page") or ""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def address(filters: FactFilters, page: int = 1, path: str = "/facts") -> str:
    """The address of the same facts."""
    pairs = [(name, value) for name, value in asdict(filters).items() if value]
    if page > 1:
        pairs.append(("page", str(page)))
    return f"{path}?{urlencode(pairs)}" if pairs else path


async def facts_csv(datasette: Any, request: Any) -> Response:
    """Every fact that the filters leave, with its evidence, doubts and article."""
    site = await ask(site_of, datasette)
    body = await ask(_csv, site, filters_of(request))
    day = render.now().astimezone(BEIJING).strftime("%Y%m%d")
    t = render.words(datasette, request)
    name = quote(t("facts.csv.name"))
    disposition = f"attachment; filename=\"caixun-facts-{day}.csv\"; filename*=UTF-8''{name}-{day}.csv"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-cache"}
    return Response(body, headers=headers, content_type="text/csv; charset=utf-8")


def _csv(site: Site, filters: FactFilters) -> str:
    rows = (fact_search.cells(row) for row in fact_search.every(site.archive, filters))
    return "\ufeff" + feed.csv_lines([fact_search.COLUMNS]) + feed.csv_lines(rows)


async def higher(datasette: Any, request: Any) -> Response:
    """What follows from many articles; `text` keeps what has these characters anywhere in it."""
    view = request.url_vars["view"]
    if view not in VIEWS:
        raise NotFound("")
    site = await ask(site_of, datasette)
    text = (request.args.get("text") or "").strip()[:_LONGEST]
    found = await ask(_higher, site, view, text)
    context = {"view": view, "text": text, "rows": found[:HIGHER], "total": len(found), "describe": describe}
    return await render.page(datasette, request, "caixun_higher.html", context | {"views": tuple(VIEWS)})


def _higher(site: Site, view: str, text: str) -> list[Any]:
    return [row for row in VIEWS[view](site.archive) if not text or text in str(row)]


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/facts`, `/facts.csv` and `/facts/VIEW`."""
    return [(r"^/facts$", facts), (r"^/facts\.csv$", facts_csv), (r"^/facts/(?P<view>[a-z]+)$", higher)]
