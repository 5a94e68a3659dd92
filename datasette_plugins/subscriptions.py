"""Plugin: subscribe to any search — form with its back-test, confirmation, one-click unsubscribe (RFC 8058).

Links of mails only show a button (GET): programs that open the links of a mail confirm nothing. Whether an address is
known is never said: the same request has the same answer.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary

from datasette import Response

from datasette_plugins import charts, render, shared
from datasette_plugins import subscription_form as form
from datasette_plugins.archive import ask, base_url, settings, subscribing_site_of
from datasette_plugins.coverage import today
from datasette_plugins.hooks import hook
from datasette_plugins.kept import kept
from datasette_plugins.language import Words
from datasette_plugins.query import SearchQuery
from datasette_plugins.search import labels_of
from datasette_plugins.sessions import address_of
from datasette_plugins.shared import Buckets
from datasette_plugins.subscription_form import Fields
from db import links, subscriptions
from db.backtest import BackTest, backtest
from db.links import LinkExpired
from db.site import Site
from db.values import Subscription
from parsers.errors import CaixunError, QueryError

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
MOST_ASKED = 30  # letters that one client may cause at once, and in ten minutes
_asked: WeakKeyDictionary[Any, Buckets] = WeakKeyDictionary()
Errors = dict[str, str]


async def subscribe(datasette: Any, request: Any) -> Response:
    """The form; POST shows it anew with the back-test, or asks for the confirmation of the subscription."""
    if request.method != "POST":
        asked = parse_qsl(request.query_string, keep_blank_values=True)
        return await show(datasette, request, form.read(asked), {})
    fields = form.read(await pairs_of(request))
    if "preview" in fields_sent(await pairs_of(request)):
        return await show(datasette, request, fields, {})
    t = render.words(datasette, request)
    errors = checked(datasette, fields, t)
    if not errors and (seconds := wait(datasette, request)):
        errors = {"email": t("subscribe.slow", seconds=seconds)}
    site = await ask(subscribing_site_of, datasette)
    if not errors:
        plain = bool(settings(datasette).get("plain_http"))
        errors = await ask(_save, site, fields, fields.target(plain), base_url(datasette, request), t)
    if errors:
        return await show(datasette, request, fields, errors)
    lines = [
        t("subscribe.sent.line", email=fields["email"]),
        t("subscribe.sent.next", schedule=t.label("schedule", fields["schedule"]), days=links.CONFIRM_DAYS),
    ]
    actions = [(fields.query.url(), t("nav.search")), ("/subscribe/manage", t("manage.title"))]
    return await render.notice(datasette, request, 200, t("subscribe.sent.title"), lines, actions)


async def pairs_of(request: Any) -> list[tuple[str, str]]:
    """The decoded fields of a form; read once, kept with the request."""
    if "caixun_pairs" not in request.scope:
        body = (await request.post_body()).decode("utf-8", "replace")
        request.scope["caixun_pairs"] = parse_qsl(body, keep_blank_values=True)
    found: list[tuple[str, str]] = request.scope["caixun_pairs"]
    return found


def fields_sent(pairs: list[tuple[str, str]]) -> set[str]:
    """The names of the fields that a browser sent."""
    return {name for name, _ in pairs}


def checked(datasette: Any, fields: Fields, t: Words, email: bool = True) -> Errors:
    """What is wrong with the fields themselves: name of the field → what to do."""
    errors: Errors = {}
    domain = fields["email"].rpartition("@")[2].casefold()
    refused = {str(name).casefold() for name in settings(datasette).get("refused_domains") or ()}
    if email and not form.is_mail_address(fields["email"]):
        errors["email"] = t("subscribe.bad_email")
    elif email and any(domain == name or domain.endswith(f".{name}") for name in refused):
        errors["email"] = t("subscribe.refused_domain", domain=domain)
    plain = bool(settings(datasette).get("plain_http"))
    for name, read in (
        ("when", fields.schedule),
        ("options", fields.wishes),
        ("target", lambda: fields.target(plain)),
    ):
        try:
            read()
        except CaixunError as error:
            errors[name] = str(error)
    return errors


def wait(datasette: Any, request: Any) -> int:
    """Seconds until this client may cause another letter, 0 when it may now."""
    if datasette not in _asked:
        kept = shared.memory(datasette, shared.LETTERS)
        _asked[datasette] = Buckets(MOST_ASKED, lambda: time.monotonic() / 10, kept)
    seconds = _asked[datasette].take(address_of(datasette, request)) * 10
    return int(seconds) + 1 if seconds else 0


def _save(site: Site, fields: Fields, target: tuple[str, str] | None, base: str, t: Words) -> Errors:
    """Ask for the confirmation; one who has the subscription already gets the link to manage it instead."""
    connection, now = site.subscribers, render.now()
    try:
        if not fields.story and tested(site, fields).broad:
            return {"q": t("subscribe.broad")}
        if links.is_flooded(connection, fields["email"], now):
            return {}  # the same answer as ever: nobody learns that letters are waiting there
        one = subscriptions.subscribe(
            connection, fields["email"], fields.query.q, fields.filters, fields.schedule(), now, fields.wishes(),
            target,
        )  # fmt: skip
    except QueryError as error:
        return {"q": str(error)}
    except CaixunError as error:
        return {"email": str(error)}
    if one.state != "pending":
        links.owe_link(connection, site.links_key, one.email, base, now)
    return {}


def tested(site: Site, fields: Fields) -> BackTest:
    """The back-test of the search, made once a minute. Raises QueryError."""
    query = fields.query
    return kept(
        site, ("backtest", query.url(), today()), lambda: backtest(site.archive, query.q, query.filters, today())
    )


async def show(
    datasette: Any, request: Any, fields: Fields, errors: Errors, extra: Mapping[str, Any] | None = None
) -> Response:
    """The page with the form, its back-test and what was wrong; `extra` where a subscription is being changed."""
    site = await ask(subscribing_site_of, datasette)
    context: dict[str, Any] = {"f": fields, "query": fields.query, "labels": {}, "form": form, **(extra or {})}
    try:
        if fields.story:
            context["story"] = await ask(site.story, fields.story)
        else:
            found = await ask(tested, site, fields)
            result = await ask(site.search, fields.query.q, fields.query.filters, "newest", 1, 0)
            context |= {"test": found, "chart": charts.chart(found.months), "labels": labels_of(result)}
    except QueryError as error:
        errors = {**errors, "q": str(error)}
    context["errors"] = errors
    return await render.page(
        datasette, request, "caixun_subscribe.html", context, status=400 if errors else 200, headers=dict(PRIVATE)
    )


async def confirm(datasette: Any, request: Any) -> Response:
    """GET shows a button, POST activates the subscription; an old link can be had anew."""
    site = await ask(subscribing_site_of, datasette)
    token, t = request.url_vars["token"], render.words(datasette, request)
    try:
        found = await ask(links.confirming, site.subscribers, site.links_key, token, render.now())
    except LinkExpired as expired:
        old = await ask(subscriptions.find, site.subscribers, expired.subscription)
        lines = [t("subscribe.expired.line", days=links.CONFIRM_DAYS)]
        again = [(_form_of(old) if old else "/subscribe", t("subscribe.again"))]
        return await render.notice(datasette, request, 410, t("subscribe.expired.title"), lines, again)
    if found is None or found.state == "ended":
        return await unknown(datasette, request)
    if request.method != "POST" and found.state == "pending":
        context = {
            "title": t("subscribe.confirm.title"),
            "lines": [_about(found, t), t("subscribe.confirm.line", email=found.email)],
            "actions": [],
            "form": {"action": request.path, "label": t("subscribe.confirm.button")},
        }
        return await render.page(datasette, request, "caixun_notice.html", context, headers=dict(PRIVATE))
    await ask(subscriptions.confirm, site.subscribers, found.id, site.version(), render.now())
    lines = [_about(found, t), t("subscribe.confirmed.line", email=found.email, schedule=when(found, t))]
    actions = [
        ("/subscribe/manage", t("manage.title")),
        (SearchQuery(found.query, _facets(found)).url(), t("subscribe.search")),
    ]
    return await render.notice(datasette, request, 200, t("subscribe.confirmed.title"), lines, actions)


def _facets(found: Subscription) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in found.filters.items() if name != "story"}


def _form_of(found: Subscription) -> str:
    """The form with the same search."""
    return SearchQuery(found.query, _facets(found)).url("/subscribe")


def named(found: Subscription, t: Words) -> str:
    """What a subscription asks for, on one line."""
    chosen = [value for name, values in found.filters.items() if name != "story" for value in values]
    story = [t("subscribe.story.short")] if found.filters.get("story") else []
    return " · ".join([*story, *([found.query] if found.query else []), *chosen]) or t("subscribe.all")


def when(found: Subscription, t: Words) -> str:
    """When it is told, in words: "每周一 08:00"."""
    kind, _, rest = found.schedule.partition(" ")
    text = t.label("schedule", kind)
    if kind == "hours":
        return t("schedule.every_hours", hours=rest)
    if kind == "weekly":
        day, _, at = rest.partition(" ")
        return " ".join(filter(None, [t("schedule.on_day", day=t.label("weekday", day)), at]))
    return " ".join(filter(None, [text, rest.replace(",", "、")]))


def _about(found: Subscription, t: Words) -> str:
    return t(
        "subscribe.about", query=named(found, t), schedule=when(found, t), channel=t.label("channel", found.channel)
    )


async def stop(datasette: Any, request: Any) -> Response:
    """GET asks; POST ends the subscription, also without a cookie (the mail program's one click)."""
    site = await ask(subscribing_site_of, datasette)
    token, t = request.url_vars["token"], render.words(datasette, request)
    if request.method == "POST":
        if await ask(site.stop, token, render.now()) is None:
            return await unknown(datasette, request)
        again = [("/subscribe", t("subscribe.again")), ("/subscribe/manage", t("manage.title"))]
        return await render.notice(
            datasette, request, 200, t("subscribe.stopped.title"), [t("subscribe.stopped.line")], again
        )
    found = await ask(site.find_subscription, token)
    if found is None:
        return await unknown(datasette, request)
    context = {
        "title": t("subscribe.stop.title"),
        "lines": [t("subscribe.stop.line", query=named(found, t), email=found.email), t("subscribe.stop.other")],
        "actions": [("/subscribe/manage", t("manage.title"))],
        "form": {"action": request.path, "label": t("subscribe.stop.button")},
    }
    return await render.page(datasette, request, "caixun_notice.html", context, headers=dict(PRIVATE))


async def unknown(datasette: Any, request: Any) -> Response:
    """A link that names nothing: forged, cut, or of data that were deleted."""
    t = render.words(datasette, request)
    actions = [("/subscribe", t("subscribe.again")), ("/subscribe/manage", t("manage.ask.title"))]
    return await render.notice(
        datasette, request, 404, t("subscribe.unknown.title"), [t("subscribe.unknown.line")], actions
    )


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/subscribe` and the two links of its mails."""
    return [
        (r"^/subscribe$", subscribe),
        (r"^/subscribe/confirm/(?P<token>[^/]+)$", confirm),
        (r"^/subscribe/stop/(?P<token>[^/]+)$", stop),
    ]
