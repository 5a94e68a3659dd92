"""Plugin: /sources — the sources with their health; /source/ID — one source, for the operator with its last pages.

A stored page is only ever shown as text: nothing of it can act in the operator's browser.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any, TypeVar
from urllib.parse import unquote

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.operator import is_operator, refusal
from db import health, source_page
from db.connection import open_reader
from db.site import Site
from db.source_page import StoredPage
from parsers import parse_page
from parsers.decode import decode

T = TypeVar("T")
SHAPES = {
    "ok": "●",
    "silent": "◐",
    "few": "◑",
    "incomplete": "◔",
    "redesign": "▲",
    "blocked": "■",
    "failing": "✕",
    "new": "○",
    "off": "–",
}
OUTCOMES = {"complete": "●", "incomplete": "◔", "blocked": "■", "failed": "✕", "interrupted": "○"}
FIELDS = ("title", "published", "origin", "authors")
_PRIVATE = {"Cache-Control": "no-store"}


async def sources(datasette: Any, request: Any) -> Response:
    """One row a source."""
    site = await ask(site_of, datasette)
    rows = await ask(site.sources, render.now())
    watched = [row for row in rows if row.state != "off"]
    context = {
        "sources": rows,
        "watched": len(watched),
        "healthy": sum(row.state in ("ok", "new") for row in watched),
        "shapes": SHAPES,
        "operator": is_operator(datasette, request),
    }
    return await render.page(datasette, request, "caixun_sources.html", context)


async def one_source(datasette: Any, request: Any) -> Response:
    """One source: state, rhythm, days, events; for the operator also runs and the last answers."""
    site = await ask(site_of, datasette)
    name = unquote(request.url_vars["name"])
    context = await ask(_public, site, name)
    if context is None:
        return await _unknown(datasette, request, name)
    operator = is_operator(datasette, request)
    if operator:
        context |= await ask(_private, site, name)
    context |= {"operator": operator, "shapes": SHAPES, "outcomes": OUTCOMES, "fields": FIELDS}
    headers = dict(_PRIVATE) if operator else {}
    return await render.page(datasette, request, "caixun_source.html", context, headers=headers)


async def one_visit(datasette: Any, request: Any) -> Response:
    """One answer as the spider saw it, as text, with what is read of it now. For the operator."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    site = await ask(site_of, datasette)
    name, number = unquote(request.url_vars["name"]), int(request.url_vars["number"])
    found = await ask(_with_crawl, site, lambda crawl: source_page.stored(crawl, name, number))
    if found is None:
        return await _unknown(datasette, request, f"{name} {number}")
    context = {"page": found, "source": name, **await ask(_shown, found)}
    return await render.page(datasette, request, "caixun_visit.html", context, headers=dict(_PRIVATE))


async def _unknown(datasette: Any, request: Any, name: str) -> Response:
    t = render.words(datasette, request)
    lines = [t("source.unknown", name=name[:60])]
    return await render.notice(datasette, request, 404, t("error.404.title"), lines, [("/sources", t("sources.title"))])


def _public(site: Site, name: str) -> dict[str, Any] | None:
    now = render.now()
    row = next((row for row in site.sources(now) if row.id == name), None)
    if row is None:
        return None
    facts = site.archive.execute("select url, note, reviewed, city from sources where id = ?", [name]).fetchone()
    days = source_page.days(site.archive, name, now)
    return {
        "row": row,
        "facts": facts,
        "days": days,
        "highest": max((day.articles for day in days), default=0) or 1,
        "rhythm": source_page.rhythm(site.archive, name),
        "events": health.events(site.archive, name, 20),
    }


def _private(site: Site, name: str) -> dict[str, Any]:
    def read(crawl: sqlite3.Connection) -> dict[str, Any]:
        return {
            "runs": source_page.runs(crawl, name),
            "visits": source_page.visits(crawl, site.archive, name),
        }

    return _with_crawl(site, read) if site.directory.crawl.exists() else {"runs": (), "visits": ()}


def _with_crawl(site: Site, function: Callable[[sqlite3.Connection], T]) -> T:
    """`function` with crawl.db. NotFound where this instance has none."""
    if not site.directory.crawl.exists():
        raise NotFound("crawl.db")
    with closing(open_reader(site.directory.crawl)) as crawl:
        return function(crawl)


def _shown(page: StoredPage) -> dict[str, Any]:
    """The text of the stored bytes, cut to a length that a browser bears, and what today's parsers read."""
    if page.body is None:
        return {"text": None}
    read = parse_page(page.body, page.final_url or page.visit.url, page.content_type)
    text = decode(page.body, page.content_type).text
    longest = source_page.LONGEST_TEXT
    return {"text": text[:longest], "cut": len(text) > longest, "read": read, "articles": read.articles[:5]}


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/sources`, `/source/ID`, `/source/ID/visit/N`."""
    return [
        (r"^/sources$", sources),
        (r"^/source/(?P<name>[^/]+)$", one_source),
        (r"^/source/(?P<name>[^/]+)/visit/(?P<number>\d{1,12})$", one_visit),
    ]
