"""Plugin: the operator adds a source (address → preview → accept) and asks for a run now.

The web does not fetch: each wish is a row in crawl.db (db.requests) that the scheduler works off; the page of a request
shows how far it is, reloads itself until it is done, and works without script.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.operator import refusal
from db import requests
from db.connection import open_writer
from db.requests import Request

T = TypeVar("T")
_PRIVATE = {"Cache-Control": "no-store"}
_LONGEST = 2048
_LONGEST_FILE = 20_000
_RECENT = 12
_SLOW = 20  # seconds of waiting after which the page says that no scheduler may be running
FIELDS = ("title", "published", "origin", "authors", "paragraphs")


async def add_source(datasette: Any, request: Any) -> Response:
    """The form for an address, with the newest requests below; POST asks for a preview."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    url, error = "", ""
    if request.method == "POST":
        url = (await _fields(request)).get("url", "").strip()
        if _is_address(url):
            return await _asked(datasette, "preview", {"url": url})
        error = render.words(datasette, request)("add.wrong")
    context = {"url": url, "error": error, "recent": await _with_store(datasette, _newest)}
    status = 400 if error else 200
    return await render.page(
        datasette, request, "caixun_add_source.html", context, status=status, headers=dict(_PRIVATE)
    )


async def one_request(datasette: Any, request: Any) -> Response:
    """How far a request is and what came of it; POST on a preview accepts it with the text as edited."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    number = int(request.url_vars["number"])
    found = await _with_store(datasette, lambda connection: requests.find(connection, number))
    if found is None:
        raise NotFound(f"request {number}")
    if request.method == "POST":
        text = (await _fields(request)).get("toml", "")
        if found.kind != "preview" or found.state != "done" or not text.strip() or len(text) > _LONGEST_FILE:
            raise NotFound(f"request {number}")
        return await _asked(datasette, "accept", {"preview": number, "toml": text})
    context = {"request_": found, "waited": _waited(found), "slow": _SLOW, "fields": FIELDS, **_draft(found)}
    context["still"] = request.args.get("still")  # whoever is disturbed by the page reloading itself may stop it
    if found.kind == "accept" and found.state == "failed":  # the text as it was sent, to be mended
        context["toml"] = found.arguments["toml"]
    return await render.page(datasette, request, "caixun_request.html", context, headers=dict(_PRIVATE))


async def run_now(datasette: Any, request: Any) -> Response:
    """POST asks for a run of `source` now."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    source = (await _fields(request)).get("source", "").strip() if request.method == "POST" else ""
    if not source or len(source) > _LONGEST:
        return Response.redirect("/sources", headers=dict(_PRIVATE))
    return await _asked(datasette, "run", {"source": source})


async def _asked(datasette: Any, kind: str, arguments: dict[str, Any]) -> Response:
    number = await _with_store(
        datasette, lambda connection: requests.enqueue(connection, kind, arguments, render.now())
    )
    return Response.redirect(f"/sources/requests/{number}", headers=dict(_PRIVATE))  # a reload asks nothing twice


def _newest(connection: sqlite3.Connection) -> list[Request]:
    return requests.recent(connection, _RECENT, requests.SHORT)


async def _with_store(datasette: Any, function: Callable[[sqlite3.Connection], T]) -> T:
    """`function` with crawl.db, in a worker thread. NotFound where this instance has no crawl.db."""
    file = site_of(datasette).directory.crawl

    def work() -> T:
        if not file.exists():
            raise NotFound("crawl.db")
        with closing(open_writer(file)) as connection:
            return function(connection)

    return await ask(work)


async def _fields(request: Any) -> dict[str, str]:
    body = (await request.post_body()).decode("utf-8", "replace")
    return {name: values[0] for name, values in parse_qs(body).items()}


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return len(url) <= _LONGEST and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # a bracket in the host
        return False


def _waited(found: Request) -> int:
    """Whole seconds since the request was made."""
    return int((render.now() - datetime.fromisoformat(found.created)).total_seconds())


def _draft(found: Request) -> dict[str, Any]:
    """What the page of a preview shows of its result."""
    if found.kind != "preview" or found.state != "done":
        return {}
    return {"check": found.result["check"], "notes": found.result["notes"], "toml": found.result["toml"]}


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/sources/new`, the pages of requests, and the run at once."""
    return [
        (r"^/sources/new$", add_source),
        (r"^/sources/run$", run_now),
        (r"^/sources/requests/(?P<number>\d{1,12})$", one_request),
    ]
