"""Plugin: the sources with their health."""

from __future__ import annotations

from typing import Any

from datasette import Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook

SHAPES = {
    "ok": "●",
    "silent": "◐",
    "incomplete": "◔",
    "redesign": "▲",
    "blocked": "■",
    "failing": "✕",
    "new": "○",
    "off": "–",
}


async def sources(datasette: Any, request: Any) -> Response:
    """One row a source."""
    site = await ask(site_of, datasette)
    rows = await ask(site.sources, render.now())
    context = {
        "sources": rows,
        "healthy": sum(row.state == "ok" for row in rows),
        "shapes": SHAPES,
    }
    return await render.page(datasette, request, "caixun_sources.html", context)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/sources`."""
    return [(r"^/sources$", sources)]
