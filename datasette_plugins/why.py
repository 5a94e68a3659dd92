"""Plugin: “Why did I not get it?” — the way of one address to one subscriber, opened by the managing link."""

from __future__ import annotations

from typing import Any

from datasette import Response

from datasette_plugins import render
from datasette_plugins.archive import ask
from datasette_plugins.hooks import hook
from datasette_plugins.manage import Owner, opened
from datasette_plugins.subscriptions import PRIVATE, named
from db import subscriptions
from db.connection import open_reader
from db.site import Site
from db.values import Subscription
from db.why import Answer, Stores, why

_LONGEST = 2_000  # characters of an address


async def page(datasette: Any, request: Any, site: Site, owner: Owner) -> Response:
    """The form, and the answer where an address was given."""
    url = (request.args.get("url") or "").strip()[:_LONGEST]
    own = await ask(subscriptions.of_owner, site.subscribers, owner.email)
    wanted = request.args.get("subscription") or ""
    one = next(
        (each for each in own if each.id == wanted), next((each for each in own if each.state == "active"), None)
    )
    t = render.words(datasette, request)
    context = {
        "owner": owner,
        "url": url,
        "own": own,
        "one": one,
        "named": lambda each: named(each, t),
        "answer": await ask(_answer, site, url, one) if url and one else None,
    }
    return await render.page(datasette, request, "caixun_why.html", context, headers=dict(PRIVATE))


def _answer(site: Site, url: str, one: Subscription) -> Answer:
    crawl = open_reader(site.directory.crawl) if site.directory.crawl.exists() else None
    try:
        return why(Stores(site.archive, crawl, site.subscribers), url, one)
    finally:
        if crawl is not None:
            crawl.close()


async def closed(datasette: Any, request: Any) -> Response:
    """Without a link: where to get one."""
    t = render.words(datasette, request)
    actions = [("/subscribe/manage", t("manage.ask.title"))]
    return await render.notice(datasette, request, 200, t("why.need.title"), [t("why.need.line")], actions)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/why` and `/why/TOKEN`, the token being that of the managing link."""
    return [(r"^/why$", closed), (r"^/why/(?P<token>[^/]+)$", opened(page))]
