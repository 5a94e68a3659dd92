"""Plugin: the frozen link of a message — exactly what was delivered, in the texts of that day, for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from db import delivered
from db.delivered import Delivered, Told
from db.site import Site

# The address is a secret of the subscriber: it must not travel on as a referrer, nor stay in shared caches.
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@dataclass(frozen=True, slots=True)
class Line:
    """An article of the message; `texts` is how many the article has now, `removed` whether it was taken down."""

    told: Told
    texts: int
    removed: bool


@dataclass(frozen=True, slots=True)
class Frozen:
    """The message with what became of its articles since."""

    message: Delivered
    lines: tuple[Line, ...]


async def message(datasette: Any, request: Any) -> Response:
    """The message as it was delivered; 404 for a link that never was. Texts taken down leave a tombstone."""
    site = await ask(site_of, datasette)
    frozen = await ask(_read, site, request.url_vars["key"])
    if frozen is None:
        raise NotFound("")
    return await render.page(datasette, request, "caixun_delivered.html", {"frozen": frozen}, headers=dict(_PRIVATE))


def _read(site: Site, key: str) -> Frozen | None:
    if not site.directory.subscribers.exists():  # a lone archive.db has sent nothing
        return None
    found = delivered.opened(site.subscribers, site.archive, key)
    if found is None:
        return None
    return Frozen(found, tuple(_line(site, one) for one in found.told))


def _line(site: Site, told: Told) -> Line:
    texts, removed = delivered.since(site.archive, told.article)
    return Line(told, texts, removed)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/m/KEY`."""
    return [(r"^/m/(?P<key>[\w-]{22})$", message)]
