"""Plugin: /places and /place/NAME — what the archive knows of each place."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from datasette import Response

from datasette_plugins import charts, render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.coverage import certificate, certificate_link, today
from datasette_plugins.facts import describe
from datasette_plugins.hooks import hook
from datasette_plugins.kept import kept
from datasette_plugins.query import SearchQuery
from db import coverage, higher_facts, places_page
from db.site import Site
from db.values import FacetValue

_NEWEST = 8


async def places(datasette: Any, request: Any) -> Response:
    """All provinces with their places."""
    site = await ask(site_of, datasette)
    found = await ask(lambda: kept(site, "places", lambda: places_page.places(site.archive)))
    context = {
        "places": found,
        "tiles": charts.tiles((one.name, one.articles) for one in found),
        "with_articles": sum(one.articles > 0 for one in found),
    }
    return await render.page(datasette, request, "caixun_places.html", context)


async def place(datasette: Any, request: Any) -> Response:
    """One place; a short form (西宁) is sent on to its full name, an unknown one is not found."""
    asked = unquote(request.url_vars["name"])
    name = places_page.named(asked)
    if name is None:
        return await _unknown(datasette, request, asked)
    if name != asked:
        return Response.redirect(f"/place/{quote(name)}", status=301)
    site = await ask(site_of, datasette)
    context = await ask(_of, site, name)
    return await render.page(datasette, request, "caixun_place.html", context)


async def _unknown(datasette: Any, request: Any, asked: str) -> Response:
    """404 in words; NotFound would send an address with % signs round in a circle of Datasette's own."""
    t = render.words(datasette, request)
    lines = [t("place.unknown", name=asked[:50])]
    actions = [("/places", t("places.title")), (SearchQuery(asked[:50]).url(), t("place.named", name=asked[:50]))]
    return await render.notice(datasette, request, 404, t("error.404.title"), lines, actions)


def _of(site: Site, name: str) -> dict[str, Any]:
    query = SearchQuery(filters={"place": (name,)})
    result = site.search("", query.filters, "newest", _NEWEST)
    months = tuple(month for month, _ in result.months)
    shares = kept(site, ("shares", months), lambda: coverage.month_shares(site.archive, months, today()))
    series = kept(site, "meetings", lambda: higher_facts.meetings(site.archive))
    values = result.facets.get("place", ())
    last = today()
    first = min([last, *(last.fromisoformat(f"{month}-01") for month in months[:1])])
    covered = kept(site, ("certificate", first, last, ()), lambda: certificate(site, first, last))
    above = places_page.above(name)
    return {
        "name": name,
        "above": above,
        "query": query,
        "result": result,
        "chart": charts.chart(result.months, shares) if len(result.months) > 1 else None,
        "facts": kept(site, ("place", name), lambda: places_page.place_facts(site.archive, name)),
        "meetings": places_page.meetings_at(series, name),
        "below": below(values, name),
        "beside": _beside(site, name),
        "province": (above or (name,))[0],
        "certificate": covered,
        "certificate_link": certificate_link(covered),
        "describe": describe,
    }


def below(values: tuple[FacetValue, ...], name: str) -> tuple[FacetValue, ...]:
    """The places right below `name` that have articles."""
    return tuple(value for value in values if value.parent == name and value.count)


def _beside(site: Site, name: str) -> tuple[charts.Tile, ...]:
    """The province grid of the articles on this place: which others are named with it; () for none."""
    counts: dict[str, int] = kept(site, ("beside", name), lambda: places_page.beside(site.archive, name))
    return charts.tiles(counts.items()) if counts else ()


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/places` and `/place/NAME`."""
    return [(r"^/places$", places), (r"^/place/(?P<name>[^/]+)$", place)]
