"""Plugin: the article page — original first, text with facts beside it, repairs and doubts shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from datasette import NotFound, Response

from datasette_plugins import facts, render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook


async def article(datasette: Any, request: Any) -> Response:
    """The page of an article, `?revision=N` for an earlier text; NotFound for an unknown id or revision."""
    site = await ask(site_of, datasette)
    record = await ask(site.article, unquote(request.url_vars["id"]), _revision(request))
    if record is None:
        raise NotFound("")
    items = facts.numbered(record)
    shown = site.show_full_text and record.state != "removed"
    context = {
        "article": record,
        "facts": items,
        "blocks": facts.blocks(record, items, render.words(datasette, request)) if shown else (),
        "shown": shown,
    }
    status = 410 if record.state == "removed" else 200
    return await render.page(datasette, request, "caixun_article.html", context, status=status)


def _revision(request: Any) -> int | None:
    text = request.args.get("revision") or ""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise NotFound("")
    return int(text)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/article/ID`."""
    return [(r"^/article/(?P<id>[^/]+)$", article)]
