"""Plugin: saved searches — a signed link that is the search itself, and says what is new since it was made.

Nothing is stored: the link holds the search, the day and the number of the archive's last change then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode
from weakref import WeakKeyDictionary

from datasette import Response
from itsdangerous import BadSignature, URLSafeSerializer

from datasette_plugins import render
from datasette_plugins.archive import ask, base_url, site_of
from datasette_plugins.coverage import today
from datasette_plugins.hooks import hook
from datasette_plugins.kept import kept
from datasette_plugins.query import SearchQuery, query_of, read_query
from db import alerts
from db import saved as saved_searches
from db.connection import open_writer
from db.site import Site

_SALT = "saved search"
_keys: WeakKeyDictionary[Site, str] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search with the day (Beijing) and the last change of the archive when it was saved."""

    query: SearchQuery
    day: str
    number: int


def can_save(site: Site) -> bool:
    """Whether links can be signed here: a lone archive.db has no key."""
    return site.directory.subscribers.exists()


def _key(site: Site) -> str:
    if site not in _keys:
        connection = open_writer(site.directory.subscribers)
        try:
            _keys[site] = alerts.secret(connection)
        finally:
            connection.close()
    return _keys[site]


def signed(site: Site, saved: Saved) -> str:
    """The part of the link that names a saved search."""
    pairs = urlencode(saved.query.at("").on_page(1).parameters())
    return str(URLSafeSerializer(_key(site), salt=_SALT).dumps([pairs, saved.day, saved.number]))


def read(site: Site, token: str) -> Saved | None:
    """The saved search of a link, None where it was cut or forged."""
    try:
        pairs, day, number = URLSafeSerializer(_key(site), salt=_SALT).loads(token)
    except (BadSignature, ValueError):
        return None
    return Saved(read_query(parse_qsl(str(pairs))), str(day), int(number))


async def save(datasette: Any, request: Any) -> Response:
    """Makes the link of a search as it is now, and goes there."""
    site = await ask(site_of, datasette)
    if not await ask(can_save, site):
        return await _cannot(datasette, request)
    token = await ask(lambda: signed(site, Saved(query_of(request), today().isoformat(), site.version())))
    return Response.redirect(f"/saved/{token}")


async def saved(datasette: Any, request: Any) -> Response:
    """The saved search: its link, how many there were and are, and what is new."""
    site = await ask(site_of, datasette)
    token = request.url_vars["token"]
    if not await ask(can_save, site):
        return await _cannot(datasette, request)
    found = await ask(read, site, token)
    if found is None:
        t = render.words(datasette, request)
        return await render.notice(
            datasette, request, 404, t("saved.unknown.title"), [t("saved.unknown.line")], [("/search", t("nav.search"))]
        )
    query = found.query
    news = await ask(
        lambda: kept(
            site,
            ("since", query.url(), found.number),
            lambda: saved_searches.since(site.archive, query.q, query.filters, found.number),
        )
    )
    context = {"saved": found, "query": query, "since": news, "link": f"{base_url(datasette, request)}{request.path}"}
    return await render.page(datasette, request, "caixun_saved.html", context)


async def _cannot(datasette: Any, request: Any) -> Response:
    t = render.words(datasette, request)
    actions = [(query_of(request).url(), t("nav.search"))]
    return await render.notice(datasette, request, 503, t("saved.cannot.title"), [t("saved.cannot.line")], actions)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/save?SEARCH` and `/saved/TOKEN`."""
    return [(r"^/save$", save), (r"^/saved/(?P<token>[\w.-]+)$", saved)]
