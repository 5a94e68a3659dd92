"""Plugin: the front page — search, the day's numbers, provinces, months, newest articles and figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from datasette import Response
from datasette.views.index import IndexView

from datasette_plugins import charts, render
from datasette_plugins.archive import DataDirectoryMissingError, ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.kept import kept
from datasette_plugins.query import SearchQuery
from db import coverage
from db.site import Site
from db.values import Home
from parsers.dates import BEIJING


async def home(datasette: Any, request: Any, send: Any) -> Response | None:
    """The front page; without a data directory, Datasette's own."""
    try:
        site = await ask(site_of, datasette)
    except DataDirectoryMissingError:
        index: Response | None = await IndexView.as_view(datasette)(request, send)
        return index
    today = render.now().astimezone(BEIJING).date()
    front, shares = await ask(_front, site, today)
    context = {
        "home": front,
        "tiles": charts.tiles(front.provinces),
        "chart": charts.chart(front.months, shares),
        "everything": SearchQuery(),
        "months_total": sum(count for _, count in front.months),
        "years": sorted({month[:4] for month, _ in front.months}),
    }
    return await render.page(datasette, request, "caixun_home.html", context)


def _front(site: Site, today: date) -> tuple[Home, dict[str, float]]:
    front = kept(site, ("home", today), lambda: site.home(today))
    months = tuple(month for month, _ in front.months)
    return front, kept(site, ("shares", months), lambda: coverage.month_shares(site.archive, months, today))


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/`, before Datasette's own."""
    return [(r"^/$", home)]
