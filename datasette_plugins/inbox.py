"""Plugin: the demo's mail catcher as pages; anywhere else these addresses do not exist."""

from __future__ import annotations

from typing import Any

from datasette import NotFound, Response, hookimpl

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of


async def inbox(datasette: Any, request: Any) -> Response:
    """The caught messages, newest first."""
    site = await ask(site_of, datasette)
    mails = await ask(site.inbox)
    if mails is None:
        raise NotFound("")
    listed = sorted(mails, key=lambda mail: mail.id, reverse=True)
    return await render.page(datasette, request, "caixun_inbox.html", {"mails": listed, "inbox_link": True})


async def letter(datasette: Any, request: Any) -> Response:
    """One message as text, its links clickable; its HTML is never run."""
    site = await ask(site_of, datasette)
    mail = await ask(site.mail, int(request.url_vars["id"]))
    if mail is None:
        raise NotFound("")
    return await render.page(datasette, request, "caixun_letter.html", {"mail": mail, "inbox_link": True})


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """`/inbox` and `/inbox/ID`."""
    return [(r"^/inbox$", inbox), (r"^/inbox/(?P<id>[0-9]{1,12})$", letter)]
