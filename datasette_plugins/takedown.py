"""Plugin: the operator takes an article or a source down, and sees what was taken down and why."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from datasette import Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.operator import refusal
from db import takedown as store
from db.connection import open_writer
from db.downloads import prepared
from db.site import Site

_PRIVATE = {"Cache-Control": "no-store"}


async def takedown(datasette: Any, request: Any) -> Response:
    """The list and the form; POST asks first (`sure` empty), then removes. Taking back is a command."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    site = await ask(site_of, datasette)
    fields = dict(parse_qsl((await request.post_body()).decode("utf-8", "replace"))) if request.method == "POST" else {}
    target = (fields.get("target") or request.args.get("target") or "").strip()
    found = await ask(lambda: _found(site, target))
    reason = fields.get("reason", "").strip()
    if found and reason and fields.get("sure") == "yes":
        await ask(lambda: _perform(site, found, reason))
        return Response.redirect("/takedown", headers=dict(_PRIVATE))
    context = {
        "target": target,
        "found": found,
        "reason": reason,
        "asking": bool(found and reason),
        "wrong": bool(target) and found is None,
        "listed": await ask(lambda: store.listed(site.archive)),
    }
    return await render.page(datasette, request, "caixun_takedown.html", context, headers=dict(_PRIVATE))


def _found(site: Site, target: str) -> dict[str, Any] | None:
    """What a target names: an article (id, address) or a source (`source:ID`), with what people read of it."""
    kind, _, name = target.partition(":")
    if kind == "source":
        row = site.archive.execute("select title from sources where id = ?", [name]).fetchone()
        count = len(store.articles_of(site.archive, name))
        return {"source": name, "title": row["title"], "count": count} if row else None
    article = store.find(site.archive, target) if target else None
    return {"article": article.article, "title": article.title, "url": article.url} if article else None


def _perform(site: Site, found: dict[str, Any], reason: str) -> None:
    at = render.now().isoformat(timespec="seconds")
    connection = open_writer(site.directory.archive)
    try:
        if "source" in found:
            store.take_down_source(connection, found["source"], at, reason)
        else:
            store.take_down(connection, found["article"], at, reason)
        prepared.sweep(site.directory, render.now())  # files made before hold what is gone
    finally:
        connection.close()


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/takedown`."""
    return [(r"^/takedown$", takedown)]
