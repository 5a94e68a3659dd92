"""Plugin: what this is, how to search, licence and what is shown."""

from __future__ import annotations

from typing import Any

from datasette import Response

from datasette_plugins import render
from datasette_plugins.archive import DataDirectoryMissingError, ask, site_of
from datasette_plugins.hooks import hook


async def about(datasette: Any, request: Any) -> Response:
    """The page; it also works where there is no data directory."""
    try:
        full_text = (await ask(site_of, datasette)).show_full_text
    except DataDirectoryMissingError:
        full_text = False
    return await render.page(datasette, request, "caixun_about.html", {"full_text": full_text})


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/about`."""
    return [(r"^/about$", about)]
