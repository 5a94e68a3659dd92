"""Plugin: subscribe to any search by e-mail — form, confirmation link, one-click unsubscribe (RFC 8058)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from datasette import Response

from datasette_plugins import render
from datasette_plugins.archive import ask, subscribing_site_of
from datasette_plugins.hooks import hook
from datasette_plugins.query import SearchQuery, query_of, read_query
from datasette_plugins.search import labels_of
from parsers.dates import BEIJING
from parsers.errors import CaixunError, QueryError

SCHEDULES = ("instant", "daily")
_SAMPLE = 5
# enough to catch slips of the hand; whether an address exists only its confirmation mail can tell
_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}\.[^@\s.,;<>\"]{2,}")
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


async def subscribe(datasette: Any, request: Any) -> Response:
    """The form; POST asks the store to send the confirmation mail."""
    if request.method != "POST":
        return await _form(datasette, request, query_of(request))
    pairs = parse_qsl((await request.post_body()).decode("utf-8", "replace"), keep_blank_values=True)
    fields, query = dict(pairs), read_query(pairs)
    email, schedule = fields.get("email", "").strip(), fields.get("schedule", "daily")
    t = render.words(datasette, request)
    entered = {"email": email, "schedule": schedule if schedule in SCHEDULES else "daily"}
    if not _ADDRESS.fullmatch(email):
        return await _form(datasette, request, query, {**entered, "email_error": t("subscribe.bad_email")})
    site = await ask(subscribing_site_of, datasette)
    try:
        await ask(site.subscribe, email, query.q, query.filters, entered["schedule"], render.now())
    except QueryError as error:
        return await _form(datasette, request, query, {**entered, "error": str(error)})
    except CaixunError as error:
        return await _form(datasette, request, query, {**entered, "email_error": str(error)})
    lines = [t("subscribe.sent.line", email=email)]
    return await render.notice(
        datasette, request, 200, t("subscribe.sent.title"), lines, [(query.url(), t("nav.search"))]
    )


async def _form(datasette: Any, request: Any, query: SearchQuery, entered: dict[str, str] | None = None) -> Response:
    context: dict[str, Any] = {"query": query, "schedule": "daily", "result": None, "labels": {}} | (entered or {})
    site = await ask(subscribing_site_of, datasette)
    try:
        result = await ask(site.search, query.q, query.filters, "newest", _SAMPLE, 0)
        today = render.now().astimezone(BEIJING).date()
        rate = await ask(site.expected_per_week, query.q, query.filters, today)
        context |= {"result": result, "rate": rate, "labels": labels_of(result)}
    except QueryError as error:
        context["error"] = str(error)
    status = 400 if "error" in context or "email_error" in context else 200
    return await render.page(
        datasette, request, "caixun_subscribe.html", context, status=status, headers=dict(_PRIVATE)
    )


async def confirm(datasette: Any, request: Any) -> Response:
    """The link of the confirmation mail: the subscription is active now."""
    site = await ask(subscribing_site_of, datasette)
    found = await ask(site.confirm, request.url_vars["token"], render.now())
    if found is None:
        return await _unknown(datasette, request)
    t = render.words(datasette, request)
    line = t("subscribe.confirmed.line", email=found.email, schedule=t.label("schedule", found.schedule))
    actions = [(SearchQuery(found.query, dict(found.filters)).url(), found.query or t("subscribe.all"))]
    return await render.notice(datasette, request, 200, t("subscribe.confirmed.title"), [line], actions)


async def stop(datasette: Any, request: Any) -> Response:
    """GET asks; POST ends the subscription, also without a cookie (the mail program's one click)."""
    site = await ask(subscribing_site_of, datasette)
    token = request.url_vars["token"]
    t = render.words(datasette, request)
    if request.method == "POST":
        if await ask(site.stop, token, render.now()) is None:
            return await _unknown(datasette, request)
        lines, again = [t("subscribe.stopped.line")], [("/subscribe", t("subscribe.again"))]
        return await render.notice(datasette, request, 200, t("subscribe.stopped.title"), lines, again)
    found = await ask(site.find_subscription, token)
    if found is None:
        return await _unknown(datasette, request)
    context = {
        "title": t("subscribe.stop.title"),
        "lines": [t("subscribe.stop.line", query=found.query or t("subscribe.all"), email=found.email)],
        "actions": [("/", t("nav.home"))],
        "form": {"action": request.path, "label": t("subscribe.stop.button")},
    }
    return await render.page(datasette, request, "caixun_notice.html", context, headers=dict(_PRIVATE))


async def _unknown(datasette: Any, request: Any) -> Response:
    t = render.words(datasette, request)
    lines, again = [t("subscribe.unknown.line")], [("/subscribe", t("subscribe.again"))]
    return await render.notice(datasette, request, 404, t("subscribe.unknown.title"), lines, again)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/subscribe` and the two links of its mails."""
    return [
        (r"^/subscribe$", subscribe),
        (r"^/subscribe/confirm/(?P<token>[^/]+)$", confirm),
        (r"^/subscribe/stop/(?P<token>[^/]+)$", stop),
    ]
