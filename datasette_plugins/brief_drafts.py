"""Plugin: the operator's drafts of briefs — edit by hand, look, send through the channels of the alerts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, base_url, subscribing_site_of
from datasette_plugins.brief import attachment, collected, form_of, today, told
from datasette_plugins.hooks import hook
from datasette_plugins.operator import refusal
from datasette_plugins.query import read_query
from db.brief import drafts, markdown, page, sending, templates
from db.brief.drafts import Draft
from db.brief.sending import Target
from db.errors import Refused
from db.site import Site
from parsers.errors import CaixunError

_PRIVATE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class _Fields:
    """What the form of a draft holds: the text, the moment of the draft that it was made from, and who gets it."""

    action: str
    text: str
    changed: str
    addresses: str
    names: tuple[str, ...]
    everyone: bool

    @classmethod
    def of(cls, body: bytes) -> _Fields:
        """The fields of a posted form."""
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        one = dict(pairs)
        return cls(
            one.get("action", ""),
            one.get("text", "").replace("\r\n", "\n"),
            one.get("changed", ""),
            one.get("addresses", ""),
            tuple(value for name, value in pairs if name == "subscription"),
            "everyone" in one,
        )


async def listed(datasette: Any, request: Any) -> Response:
    """The drafts and what was sent; POST makes a draft of the brief that the form asks for."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    site = await ask(subscribing_site_of, datasette)
    if request.method != "POST":
        context = {
            "drafts": await ask(lambda: drafts.listed(site.subscribers)),
            "sent": await ask(lambda: sending.listed(site.subscribers)),
        }
        return await render.page(datasette, request, "caixun_brief_drafts.html", context, headers=dict(_PRIVATE))
    pairs = parse_qsl((await request.post_body()).decode("utf-8", "replace"), keep_blank_values=True)
    form = form_of(dict(pairs), read_query(pairs))
    try:
        _, text = await ask(collected, site, form, base_url(datasette, request))
        made = await ask(lambda: drafts.create(site.subscribers, text, render.now()))
    except (ValueError, CaixunError) as error:
        t = render.words(datasette, request)
        actions = [(form.url("/brief"), t("brief.title"))]
        return await render.notice(datasette, request, 400, t("error.400.title"), [told(error, t)], actions)
    return Response.redirect(f"/brief/draft/{made.id}", headers=dict(_PRIVATE))


async def draft(datasette: Any, request: Any) -> Response:
    """One draft; POST saves it (`action` save), asks before it is sent or thrown away, or does that (sure, away)."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    site = await ask(subscribing_site_of, datasette)
    known = await ask(_draft_of, site, request)
    if request.method != "POST":
        return await _page(datasette, request, site, known)
    fields = _Fields.of(await request.post_body())
    if fields.action == "away":
        await ask(_throw_away, site, known)
        return Response.redirect("/brief/drafts", headers=dict(_PRIVATE))
    try:
        if fields.action == "sure":
            return await _send(datasette, request, site, known, fields)
        known = await ask(_save, site, known, fields)
        asking = await ask(_asking, site, known, fields) if fields.action == "send" else ()
    except CaixunError as error:
        return await _page(datasette, request, site, known, fields=fields, error=str(error))
    if fields.action == "save":
        return Response.redirect(f"/brief/draft/{known.id}?saved=1", headers=dict(_PRIVATE))
    return await _page(datasette, request, site, known, fields=fields, asking=asking)


def _draft_of(site: Site, request: Any) -> Draft:
    found = drafts.find(site.subscribers, request.url_vars["id"])
    if found is None:
        raise NotFound("")
    return found


def _save(site: Site, known: Draft, fields: _Fields) -> Draft:
    return drafts.save(site.subscribers, known.id, fields.text, fields.changed, render.now())


def _throw_away(site: Site, known: Draft) -> None:
    drafts.throw_away(site.subscribers, known.id)


def _asking(site: Site, known: Draft, fields: _Fields) -> tuple[Target, ...]:
    """Who would get the draft. Raises Refused where it may not be sent, or to nobody."""
    _fit_to_send(site, known)
    return _targets(site, fields)


async def _page(
    datasette: Any,
    request: Any,
    site: Site,
    known: Draft,
    *,
    fields: _Fields | None = None,
    error: str = "",
    asking: Sequence[Target] = (),
) -> Response:
    """The draft with its form; after an error the form holds what was typed."""
    text = fields.text if fields and error else known.text
    document = markdown.read(text)
    context = {
        "draft": known,
        "text": text,
        "fields": fields,
        "error": error,
        "asking": asking,
        "action": fields.action if fields else "",
        "saved": bool(request.args.get("saved")) and not fields,
        "document": document,
        "body": page.body(document),
        "subscriptions": await ask(lambda: sending.targets_of(site.subscribers)),
        "channels": sending.CHANNELS,
    }
    status = 400 if error else 200
    return await render.page(
        datasette, request, "caixun_brief_draft.html", context, status=status, headers=dict(_PRIVATE)
    )


def _targets(site: Site, fields: _Fields) -> tuple[Target, ...]:
    """Who gets it. Raises Refused for a wrong address, or none."""
    lines = fields.addresses.replace("，", "\n").replace("；", "\n").replace(";", "\n").split("\n")
    chosen = [sending.target(line) for line in lines if line.strip()]
    chosen += sending.targets_of(site.subscribers, fields.names) if fields.names else ()
    found = sending.once([*chosen, *(sending.targets_of(site.subscribers) if fields.everyone else ())])
    if not found:
        raise Refused("请写明发给谁：填地址，或选订阅")
    return found


def _fit_to_send(site: Site, known: Draft) -> None:
    """Raises Refused where something in the draft may not be sent."""
    gone = sending.removed(site.archive, markdown.read(known.text))
    if gone:
        raise Refused(f"引用的文章已撤下（{'、'.join(gone[:5])}），没有发送：请改稿后再发")


async def _send(datasette: Any, request: Any, site: Site, known: Draft, fields: _Fields) -> Response:
    """Owe the saved draft to everyone asked for. Raises Refused and WrongTemplate."""
    if fields.changed != known.changed:
        raise Refused("这份草稿在别处改过，没有发送：请重新打开草稿")
    new, before = await ask(_owe, site, known, fields)
    t = render.words(datasette, request)
    lines = [t("brief.sent.new", count=new), *([t("brief.sent.before", count=before)] if before else [])]
    return await render.notice(
        datasette, request, 200, t("brief.sent.title"), lines, [("/brief/drafts", t("brief.drafts"))]
    )


def _owe(site: Site, known: Draft, fields: _Fields) -> tuple[int, int]:
    _fit_to_send(site, known)
    file = templates.of_directory(site.directory.path).docx(markdown.read(known.text))
    edition = sending.edition(site.subscribers, known.text, _name(known, "docx"), file)
    return sending.owe(site.subscribers, edition, _targets(site, fields), render.now())


def _name(known: Draft, kind: str) -> str:
    head = markdown.read(known.text)
    return templates.file_name(head.title or "简报", head.number, today(), kind)


async def draft_file(datasette: Any, request: Any) -> Response:
    """The saved draft as a file."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    site = await ask(subscribing_site_of, datasette)
    known = await ask(_draft_of, site, request)
    kind = request.url_vars["form"]
    content = await ask(lambda: templates.of_directory(site.directory.path).file(known.text, kind))
    answer = attachment(content, _name(known, kind), kind)
    answer.headers.update(_PRIVATE)
    return answer


@hook
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """`/brief/drafts` and `/brief/draft/ID`, the latter as a file too."""
    return [
        (r"^/brief/drafts$", listed),
        (r"^/brief/draft/(?P<id>[\w-]{12})$", draft),
        (r"^/brief/draft/(?P<id>[\w-]{12})\.(?P<form>docx|html|md)$", draft_file),
    ]
