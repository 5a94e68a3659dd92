"""Plugin: the front page — search, the day's numbers, provinces, months, newest articles and figures."""

from __future__ import annotations

from typing import Any

from datasette import Response
from datasette.views.index import IndexView

from datasette_plugins import charts, render
from datasette_plugins.archive import DataDirectoryMissingError, ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.query import SearchQuery
from parsers.dates import BEIJING


async def home(datasette: Any, request: Any, send: Any) -> Response | None:
    """The front page; without a data directory, Datasette's own."""
    try:
        site = await ask(site_of, datasette)
    except DataDirectoryMissingError:
        index: Response | None = await IndexView.as_view(datasette)(request, send)
        return index
    front = await ask(site.home, render.now().astimezone(BEIJING).date())
    context = {
        "home": front,
        "tiles": charts.tiles(front.provinces),
        "chart": charts.chart(front.months),
        "everything": SearchQuery(),
        "months_total": sum(count for _, count in front.months),
        "years": sorted({month[:4] for month, _ in front.months}),
    }
    return await render.page(datasette, request, "caixun_home.html", context)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/`, before Datasette's own."""
    return [(r"^/$", home)]
