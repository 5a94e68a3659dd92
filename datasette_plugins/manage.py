"""Plugin: all subscriptions of one address on one page, opened by a signed link that expires and is mailed anew.

Every action is a POST; the page with its link is never cached and never travels as a referrer.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from datasette import Response

from datasette_plugins import render, subscription_form
from datasette_plugins.archive import ask, base_url, subscribing_site_of
from datasette_plugins.hooks import hook
from datasette_plugins.subscriptions import (
    PRIVATE,
    checked,
    fields_sent,
    named,
    pairs_of,
    show,
    tested,
    unknown,
    wait,
    when,
)
from db import delivered, links, outbox, subscriptions
from db.links import LinkExpired
from db.signing import webhook_secret
from db.site import Site
from db.values import Subscription
from parsers.errors import CaixunError, QueryError

_LOGGED = 50  # lines of the delivery log on the page; the export has all
_DONE = ("pause", "resume", "stop", "test", "change")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose subscriptions a link opens, and where: `path` is the page's address without a final slash."""

    email: str
    token: str

    @property
    def path(self) -> str:
        """The address of the page."""
        return f"/subscribe/manage/{self.token}"


Page = Callable[[Any, Any, Site, Owner], Awaitable[Response]]


def opened(page: Page) -> Callable[[Any, Any], Awaitable[Response]]:
    """A view that is called with the owner whom the link of the request names; old and forged links are told."""

    async def view(datasette: Any, request: Any) -> Response:
        site = await ask(subscribing_site_of, datasette)
        token = request.url_vars["token"]
        try:
            email = await ask(lambda: links.owner_of(site.subscribers, site.links_key, token, render.now()))
        except LinkExpired as expired:
            return await _expired(datasette, request, site, expired.subscription)
        if email is None:
            return await unknown(datasette, request)
        return await page(datasette, request, site, Owner(email, token))

    return view


async def _expired(datasette: Any, request: Any, site: Site, subscription: str) -> Response:
    t = render.words(datasette, request)
    context: dict[str, Any] = {
        "title": t("manage.expired.title"),
        "actions": [("/subscribe/manage", t("manage.ask.title"))],
    }
    if request.method == "POST":
        base = base_url(datasette, request)
        if not wait(datasette, request):
            await ask(_renew, site, subscription, base)
        context |= {"title": t("manage.sent.title"), "lines": [t("manage.renewed.line")]}
    else:
        context |= {
            "lines": [t("manage.expired.line", days=links.MANAGE_DAYS)],
            "form": {"action": request.path, "label": t("manage.expired.button")},
        }
    return await render.page(datasette, request, "caixun_notice.html", context, status=410, headers=dict(PRIVATE))


def _renew(site: Site, subscription: str, base: str) -> None:
    found = subscriptions.find(site.subscribers, subscription)
    if found is not None:
        links.owe_link(site.subscribers, site.links_key, found.email, base, render.now())


async def asked(datasette: Any, request: Any) -> Response:
    """Takes an address and mails its link; the answer is the same for every address."""
    t = render.words(datasette, request)
    context: dict[str, Any] = {"email": "", "error": ""}
    if request.method == "POST":
        email = dict(await pairs_of(request)).get("email", "").strip()
        context = {
            "email": email,
            "error": "" if subscription_form.is_mail_address(email) else t("subscribe.bad_email"),
        }
        if not context["error"] and (seconds := wait(datasette, request)):
            context["error"] = t("subscribe.slow", seconds=seconds)
        if not context["error"]:
            site, base = await ask(subscribing_site_of, datasette), base_url(datasette, request)
            await ask(lambda: links.owe_link(site.subscribers, site.links_key, email, base, render.now()))
            lines = [t("manage.sent.line", email=email, days=links.MANAGE_DAYS)]
            return await render.notice(
                datasette, request, 200, t("manage.sent.title"), lines, [("/subscribe", t("subscribe.title"))]
            )
    status = 400 if context["error"] else 200
    return await render.page(
        datasette, request, "caixun_manage_ask.html", context, status=status, headers=dict(PRIVATE)
    )


async def page(datasette: Any, request: Any, site: Site, owner: Owner) -> Response:
    """The page of one address; POST does what a button says and comes back."""
    if request.method == "POST":
        return await _act(request, site, owner)
    t = render.words(datasette, request)
    listed = await ask(_listed, site, owner)
    done = request.args.get("done")
    context = {
        "owner": owner,
        "listed": listed,
        "named": lambda one: named(one, t),
        "when": lambda one: when(one, t),
        "done": t("manage.done." + str(done)) if done in _DONE else "",
    }
    return await render.page(datasette, request, "caixun_manage.html", context, headers=dict(PRIVATE))


def _listed(site: Site, owner: Owner) -> list[dict[str, Any]]:
    """Each subscription with its delivery log, newest first, and the number of things told."""
    connection, found = site.subscribers, []
    for one in subscriptions.of_owner(connection, owner.email):
        log = [
            {**dict(row), "link": f"/m/{delivered.link_key(site.links_key, row['message_id'].strip('<>'))}"}
            for row in outbox.log_of(connection, one.id, _LOGGED)
        ]
        told = connection.execute(
            "select count(*) from outbox o join letter l on l.message_id = o.letter"
            " where o.subscription = ? and l.state = 'sent'",
            [one.id],
        ).fetchone()[0]
        secret = webhook_secret(site.links_key, one.id) if one.channel == "webhook" else ""
        found.append({"one": one, "log": log, "told": told, "secret": secret})
    return sorted(found, key=lambda entry: (entry["one"].state == "ended", entry["one"].created))


def _own(site: Site, owner: Owner, identity: str) -> Subscription | None:
    found = subscriptions.find(site.subscribers, identity)
    return found if found is not None and found.email == owner.email else None


async def _act(request: Any, site: Site, owner: Owner) -> Response:
    fields = dict(await pairs_of(request))
    action = fields.get("action", "")
    one = await ask(_own, site, owner, fields.get("subscription", ""))
    if one is None or action not in _DONE:
        return Response.redirect(owner.path, status=303)
    await ask(_done, site, one, action)
    return Response.redirect(f"{owner.path}?done={action}#s{one.id}", status=303)


def _done(site: Site, one: Subscription, action: str) -> None:
    connection, now = site.subscribers, render.now()
    match action:
        case "pause":
            subscriptions.pause(connection, one.id)
        case "resume":
            subscriptions.resume(connection, one.id, now)
        case "stop":
            subscriptions.stop(connection, one.id, now)
        case "test" if one.state in ("active", "paused"):
            outbox.owe_test(connection, one, now)


async def change(datasette: Any, request: Any, site: Site, owner: Owner) -> Response:
    """The form of a subscription, filled in; POST saves it. Where it goes to stays as it was confirmed."""
    one = await ask(_own, site, owner, request.url_vars["subscription"])
    if one is None:
        return await unknown(datasette, request)
    extra = {"changing": one, "action": request.path, "back": f"{owner.path}#s{one.id}"}
    start = subscription_form.fields_of(one)
    if request.method != "POST":
        given = parse_qsl(request.query_string)
        fields = subscription_form.read(given, start) if fields_sent(given) - {"lang"} else start
        return await show(datasette, request, fields, {}, extra)
    pairs = await pairs_of(request)
    fields = subscription_form.read([*pairs, ("email", one.email)], start)
    if "preview" in fields_sent(pairs):
        return await show(datasette, request, fields, {}, extra)
    t = render.words(datasette, request)
    errors = checked(datasette, fields, t, email=False) or await ask(_change, site, one, fields, t)
    if errors:
        return await show(datasette, request, fields, errors, extra)
    return Response.redirect(f"{owner.path}?done=change#s{one.id}", status=303)


def _change(site: Site, one: Subscription, fields: subscription_form.Fields, t: Callable[..., str]) -> dict[str, str]:
    try:
        if not fields.story and tested(site, fields).broad:
            return {"q": t("subscribe.broad")}
        subscriptions.change(
            site.subscribers, one.id, fields.query.q, fields.filters, fields.schedule(), fields.wishes()
        )
    except QueryError as error:
        return {"q": str(error)}
    except CaixunError as error:
        return {"options": str(error)}
    return {}


async def export(datasette: Any, request: Any, site: Site, owner: Owner) -> Response:
    """Everything kept of the address, as JSON."""
    data = await ask(links.export_of, site.subscribers, owner.email)
    text = json.dumps(data, ensure_ascii=False, indent=2)
    name = {"Content-Disposition": 'attachment; filename="caixun-subscriptions.json"'}
    return Response(text, headers={**PRIVATE, **name}, content_type="application/json; charset=utf-8")


async def delete(datasette: Any, request: Any, site: Site, owner: Owner) -> Response:
    """GET asks; POST deletes everything kept of the address."""
    t = render.words(datasette, request)
    if request.method == "POST":
        await ask(_forget, site, owner.email)
        lines = [t("manage.deleted.line")]
        return await render.notice(
            datasette, request, 200, t("manage.deleted.title"), lines, [("/subscribe", t("subscribe.title"))]
        )
    known = await ask(subscriptions.of_owner, site.subscribers, owner.email)
    context = {
        "title": t("manage.delete.title"),
        "lines": [t("manage.delete.line", email=owner.email, count=len(known))],
        "form": {"action": request.path, "label": t("manage.delete.button")},
        "actions": [(owner.path, t("manage.cancel")), (f"{owner.path}/export.json", t("manage.export"))],
    }
    return await render.page(datasette, request, "caixun_notice.html", context, headers=dict(PRIVATE))


def _forget(site: Site, email: str) -> None:
    subscriptions.forget(site.subscribers, email)
    # what was deleted leaves the log of the file too, unless another program is just reading it
    site.subscribers.execute("pragma wal_checkpoint(truncate)").fetchone()


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/subscribe/manage`, and what a managing link opens."""
    own = r"^/subscribe/manage/(?P<token>[^/]+)"
    return [
        (r"^/subscribe/manage$", asked),
        (own + "$", opened(page)),
        (own + r"/change/(?P<subscription>[0-9a-f]+)$", opened(change)),
        (own + r"/export\.json$", opened(export)),
        (own + "/delete$", opened(delete)),
    ]
