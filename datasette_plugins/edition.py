"""Plugin: /editions and /edition/ID with its files; and what a server that serves an edition does not do.

An edition is read only. Pages that write (subscribing, reviewing …) say so there and lead to the live site.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from datasette import NotFound, Response
from datasette.utils.asgi import Request

from datasette_plugins import article_head, render
from datasette_plugins.archive import ask, base_url, edition_of, settings, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.ranges import RangedFile
from db import citations
from db.durable import hash_of
from db.editions import manifest
from db.editions.serving import FILES, Shelf
from db.editions.values import SUMS, Edition
from parsers.dates import BEIJING

_TYPES = {".db": "application/vnd.sqlite3", ".json": "application/json", ".jsonl": "application/x-ndjson"}
App = Callable[..., Awaitable[None]]
# What writes, or tells what only the live site keeps: readers' wishes, the operator's work, runs and saved pages.
_WRITING = re.compile(
    r"/(subscribe|save|saved|why|m|review|inbox|takedown|login|logout|metrics|bundle|sources/(new|run|requests)"
    r"|source/[^/]+/visit)(/.*)?"
)

_LOGIN = re.compile(r"/(login|logout)")


def shelf(datasette: Any) -> Shelf:
    """Where this server has editions from."""
    if edition_of(datasette) is not None:
        return Shelf(site_of(datasette).directory.path, None)
    folder = settings(datasette).get("editions")
    return Shelf(None, Path(folder) if folder else None)


def _listed(datasette: Any) -> tuple[Edition, ...]:
    return shelf(datasette).listed(site_of(datasette).archive)


async def editions(datasette: Any, request: Any) -> Response:
    """All editions, the newest first."""
    listed = await ask(_listed, datasette)
    context = {"editions": listed, "live": _live(datasette)}
    return await render.page(datasette, request, "caixun_editions.html", context)


async def current(datasette: Any, request: Any) -> Response:
    """To the edition that is served, else to the newest one that is offered."""
    own = edition_of(datasette)
    newest = own or next((one for one in await ask(_listed, datasette) if one.kept), None)
    return Response.redirect(f"/edition/{newest.id}" if newest else "/editions")


async def edition(datasette: Any, request: Any) -> Response:
    """One edition: its numbers, what changed, its files with the ways to copy and check them, how to cite it."""
    site = await ask(site_of, datasette)
    identity = unquote(request.url_vars["id"])
    found = await ask(lambda: shelf(datasette).find(site.archive, identity))
    if found is None:
        raise NotFound("")
    base = base_url(datasette, request)
    cited = found.edition.cited(base)
    work = cited.work(datetime.now(UTC).astimezone(BEIJING).date().isoformat())
    context = {
        "shown": found,
        "edition": found.edition,
        "address": f"{base}/edition/{found.edition.id}",
        "citation": citations.gb7714(work),
        "tags": article_head.dataset_tags(cited),
        "json_ld": article_head.dataset_json_ld(cited),
        "live": _live(datasette),
    }
    return await render.page(datasette, request, "caixun_edition.html", context)


async def edition_file(datasette: Any, request: Any) -> Response | RangedFile:
    """A file of an edition, whole or the part that is asked for; 410 when it is no longer offered."""
    site = await ask(site_of, datasette)
    identity, name = unquote(request.url_vars["id"]), request.url_vars["file"]
    found = await ask(lambda: shelf(datasette).find(site.archive, identity))
    if found is None or name not in FILES:
        raise NotFound("")
    if found.folder is None:
        t = render.words(datasette, request)
        lines = [t.label("edition.state", found.edition.state)]
        actions = [("/editions", t("edition.all"))]
        return await render.notice(datasette, request, 410, t("edition.gone"), lines, actions)
    return await ask(_file, request, found.edition, found.folder / name)


def _file(request: Any, edition: Edition, file: Path) -> RangedFile:
    sums = {**manifest.sums(file.parent), SUMS: ""}
    headers = {
        "content-type": _TYPES.get(file.suffix, "text/plain; charset=utf-8"),
        "content-disposition": f'attachment; filename="{file.name}"',
        "cache-control": "public, max-age=300",
    }
    digest = sums[file.name] or hash_of(file)
    return RangedFile(request, file, file.stat().st_size, digest, datetime.fromisoformat(edition.created), headers)


def _live(datasette: Any) -> str:
    own = edition_of(datasette)
    return own.live if own else ""


@hook
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """An edition takes no forms, and says so where the live site would write."""

    def wrap(app: App) -> App:
        async def gated(scope: Any, receive: Any, send: Any) -> None:
            refused = await _refusal(datasette, Request(scope, receive)) if scope["type"] == "http" else None
            await (app(scope, receive, send) if refused is None else refused.asgi_send(send))

        return gated

    return wrap


async def _refusal(datasette: Any, request: Any) -> Response | None:
    own = edition_of(datasette)
    if _LOGIN.fullmatch(request.path) and settings(datasette).get("readers") == "password":
        return None  # readers of this server log in; nothing is written for it
    if own is None or (request.method in ("GET", "HEAD", "OPTIONS") and not _WRITING.fullmatch(request.path)):
        return None
    return await only_read(datasette, request, own)


async def only_read(datasette: Any, request: Any, own: Edition) -> Response:
    """The page that says that this is an edition, and leads to the same address of the live site."""
    t = render.words(datasette, request)
    lines = [t("edition.only_read", id=own.id), t("edition.only_read.live" if own.live else "edition.only_read.dead")]
    actions = [("/", t("nav.home")), (f"/edition/{own.id}", t("edition.this"))]
    if own.live:
        query = f"?{request.query_string}" if request.query_string else ""
        actions.insert(0, (f"{own.live}{request.path}{query}", t("edition.live")))
    await datasette.invoke_startup()  # this may be the very first request
    request.scope.setdefault("csrftoken", str)  # the page has no form, and is made before tokens are
    return await render.notice(datasette, request, 403, t("edition.only_read.title"), lines, actions)


@hook
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    """The edition that is served, None on a live site: every page then says so."""
    return {"served_edition": edition_of(datasette)}


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/editions`, `/edition`, `/edition/ID` and the files in it."""
    return [
        (r"^/editions$", editions),
        (r"^/edition$", current),
        (r"^/edition/(?P<id>[\w-]+)$", edition),
        (r"^/edition/(?P<id>[\w-]+)/(?P<file>[\w.]+)$", edition_file),
    ]
