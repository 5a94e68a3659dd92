"""Plugin: the demo's mail catcher as pages; anywhere else these addresses do not exist."""

from __future__ import annotations

from typing import Any

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, directory_of, site_of
from datasette_plugins.hooks import hook
from db.paths import DataDirectory


async def inbox(datasette: Any, request: Any) -> Response:
    """The caught messages, newest first."""
    site = await ask(site_of, datasette)
    mails = await ask(site.inbox)
    if mails is None:
        raise NotFound("")
    listed = sorted(mails, key=lambda mail: mail.id, reverse=True)
    return await render.page(datasette, request, "caixun_inbox.html", {"mails": listed})


async def letter(datasette: Any, request: Any) -> Response:
    """One message as text, its links clickable; its HTML is never run."""
    site = await ask(site_of, datasette)
    mail = await ask(site.mail, int(request.url_vars["id"]))
    if mail is None:
        raise NotFound("")
    return await render.page(datasette, request, "caixun_letter.html", {"mail": mail})


@hook
def extra_template_vars(datasette: Any) -> dict[str, bool]:
    """Whether the head links to the inbox: only where the demo's mail catcher has its file."""
    directory = directory_of(datasette)
    return {"inbox_link": directory is not None and DataDirectory(directory).inbox.exists()}


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/inbox` and `/inbox/ID`."""
    return [(r"^/inbox$", inbox), (r"^/inbox/(?P<id>[0-9]{1,12})$", letter)]
