"""Plugin: /bundle — the operator asks for a bundle of a search, sees how far it is, and fetches it.

A bundle is made by the scheduler (db.requests) and lies in the data directory for a while. The page reloads itself
while one is being made, and works without script.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.operator import refusal
from datasette_plugins.ranges import RangedFile
from db import requests, search
from db.bundle import kept
from db.connection import open_reader, open_writer
from db.downloads.frames import newest_change
from db.requests import Request
from db.site import Site
from parsers.dates import BEIJING
from parsers.errors import QueryError
from parsers.query import parse_query

_PRIVATE = {"Cache-Control": "no-store"}
_KIND = "bundle"
_SHOWN = 5  # requests that failed or run
_LONGEST = 500


async def bundle(datasette: Any, request: Any) -> Response:
    """The form, what is being made, what lies ready; POST asks for one. 400 for a wrong query or day."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    site = await ask(site_of, datasette)
    values = await _values(request)
    error: tuple[str, str] | None = None
    if request.method == "POST":
        error = await ask(_ask_for, site, values)
        if error is None:
            return Response.redirect("/bundle", headers=dict(_PRIVATE))
    found = await ask(_requests, site)
    context = {
        "values": values,
        "error": error,
        "asked": [one for one in found if one.open or one.state == "failed"][:_SHOWN],
        "open": any(one.open for one in found),
        "still": request.args.get("still"),
        "ready": await ask(lambda: kept.listed(site.directory, site.archive)),
        "can_make": site.directory.crawl.exists(),
        "most": kept.MOST,
        "days": kept.DAYS,
        "today": render.now().astimezone(BEIJING).date().isoformat(),
    }
    status = 400 if error else 200
    return await render.page(datasette, request, "caixun_bundle.html", context, status=status, headers=dict(_PRIVATE))


async def bundle_file(datasette: Any, request: Any) -> Response | RangedFile:
    """A bundle that lies ready, whole or in parts; NotFound when it no longer does."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    site, name = await ask(site_of, datasette), request.url_vars["name"]
    found = await ask(lambda: kept.find(site.directory, site.archive, name))
    if found is None:
        raise NotFound("bundle")
    headers = {"Content-Type": "application/zip", "Content-Disposition": f'attachment; filename="{name}"', **_PRIVATE}
    return RangedFile(request, found.path, found.said["size"], found.said["digest"], found.made, headers)


async def _values(request: Any) -> dict[str, str]:
    """What the form holds: as it was sent, or as the address prefills it."""
    text = (await request.post_body()).decode("utf-8", "replace") if request.method == "POST" else request.query_string
    sent = {name: values[0].strip()[:_LONGEST] for name, values in parse_qs(text).items()}
    return {name: sent.get(name, "") for name in ("q", "asof", "title", "nosnapshots")}


def _ask_for(site: Site, values: dict[str, str]) -> tuple[str, str] | None:
    """Ask the scheduler for the bundle; (field, what is wrong with it) when it cannot be asked for."""
    try:
        parse_query(values["q"])
    except QueryError as error:
        return "q", str(error)
    try:
        day = date.fromisoformat(values["asof"]).isoformat() if values["asof"] else ""
    except ValueError:
        return "asof", "2026-11-01"
    if not site.directory.crawl.exists():
        raise NotFound("crawl.db")
    number = search.change_at(site.archive, day) if day else newest_change(site.archive)
    arguments = {"query": values["q"], "title": values["title"], "as_of": number}
    with closing(open_writer(site.directory.crawl)) as connection:
        requests.enqueue(connection, _KIND, arguments | {"snapshots": values["nosnapshots"] != "1"}, render.now())
    return None


def _requests(site: Site) -> list[Request]:
    if not site.directory.crawl.exists():
        return []
    with closing(open_reader(site.directory.crawl)) as connection:
        return requests.recent(connection, 4 * _SHOWN, (_KIND,))


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/bundle` and `/bundle/files/NAME`."""
    return [(r"^/bundle$", bundle), (r"^/bundle/files/(?P<name>[a-z0-9.-]+)$", bundle_file)]
