"""Plugin: policies of the archive — a list to search, and a page per policy with its life, incentives and articles."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from datasette import Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.facts import describe
from datasette_plugins.hooks import hook
from datasette_plugins.people import asked_text, missing, page_number, pages
from db import policies
from parsers.places import PROVINCES


async def policy_list(datasette: Any, request: Any) -> Response:
    """`?q=&province=&step=&page=`: policies, the newest mention first."""
    site = await ask(site_of, datasette)
    asked = {name: asked_text(request, name) for name in ("q", "province", "step")}
    number = page_number(request)
    found = await ask(
        lambda: policies.policies(
            site.archive,
            text=asked["q"],
            province=asked["province"],
            step=asked["step"],
            offset=(number - 1) * policies.LISTED,
        )
    )
    context = {"found": found, "asked": asked, "provinces": PROVINCES, "steps": policies.STEPS}
    context |= pages("/policies", asked, number, found.total, policies.LISTED)
    return await render.page(datasette, request, "caixun_policies.html", context)


async def policy(datasette: Any, request: Any) -> Response:
    """A policy by its id or a printed title (redirected to the id); 404 when no current article names it."""
    site = await ask(site_of, datasette)
    asked = unquote(request.url_vars["id"])
    found = await ask(lambda: policies.policy(site.archive, asked))
    if found is None:
        return await missing(datasette, request, "policy.missing", asked, "/policies")
    if found.id != asked:
        return Response.redirect(f"/policy/{found.id}", status=301)
    granted = [(one, describe(one.fact)) for one in found.incentives]
    return await render.page(datasette, request, "caixun_policy.html", {"policy": found, "granted": granted})


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/policies` and `/policy/ID`."""
    return [(r"^/policies$", policy_list), (r"^/policy/(?P<id>[^/]+)$", policy)]
