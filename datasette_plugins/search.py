"""Plugin: the search page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datasette import Response

from datasette_plugins import charts, render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.query import ORDERS, PAGE_SIZE, SearchQuery, query_of
from db.values import SearchResult
from parsers.errors import QueryError


@dataclass(frozen=True, slots=True)
class Fault:
    """A query that cannot be understood: the message, and the query cut around the place of the fault."""

    message: str
    before: str
    at: str
    after: str


def fault_of(error: QueryError, q: str) -> Fault:
    """The fault as the page shows it."""
    position = min(max(error.position, 0), len(q))
    return Fault(str(error), q[:position], q[position : position + 1], q[position + 1 :])


async def search(datasette: Any, request: Any) -> Response:
    """Results with facets; a wrong query comes back with its fault beside the field (status 400)."""
    query = query_of(request)
    site = await ask(site_of, datasette)
    try:
        result = await ask(site.search, query.q, query.filters, query.order, PAGE_SIZE, query.offset)
    except QueryError as error:
        fault = fault_of(error, query.q)
        context = _context(query, None) | {
            "error": fault.message,
            "error_before": fault.before,
            "error_at": fault.at,
            "error_after": fault.after,
        }
        return await render.page(datasette, request, "caixun_search.html", context, status=400)
    return await render.page(datasette, request, "caixun_search.html", _context(query, result))


def _context(query: SearchQuery, result: SearchResult | None) -> dict[str, Any]:
    context: dict[str, Any] = {"query": query, "result": result, "orders": ORDERS, "labels": {}}
    if result is None:
        return context
    return context | {
        "labels": labels_of(result),
        "bars": charts.bars(result.months) if len(result.months) > 1 else (),
        "pages": max(1, -(-result.stories // PAGE_SIZE)),  # hits are listed one a story
    }


def labels_of(result: SearchResult) -> dict[tuple[str, str], str]:
    """What people read for each (facet, value) of a result."""
    return {(name, value.value): value.label for name, values in result.facets.items() for value in values}


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/search`."""
    return [(r"^/search$", search)]
