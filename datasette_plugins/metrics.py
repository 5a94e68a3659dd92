"""Plugin: /metrics in the text format of Prometheus, for the operator (password, or a browser on this machine)."""

from __future__ import annotations

from typing import Any

from datasette import Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.operator import refusal
from db import metrics as measured


async def metrics(datasette: Any, request: Any) -> Response:
    """Everything that can be measured; 401 or 403 for everybody else."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    site = await ask(site_of, datasette)
    body = await ask(measured.text, site.directory, render.now())
    headers = {"Cache-Control": "no-store"}
    return Response(body, content_type=measured.CONTENT_TYPE, headers=headers)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/metrics`."""
    return [(r"^/metrics$", metrics)]
