"""Plugin: /download — what can be had and how large it is; files are prepared in the background, with progress."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, base_url, site_of
from datasette_plugins.download_files import busy
from datasette_plugins.downloads import wrong_query
from datasette_plugins.hooks import hook
from datasette_plugins.kept import kept
from datasette_plugins.query import read_query
from datasette_plugins.wishing import STREAMED, Pairs, fields, is_searched, kind_of, pairs_of, read_wish, stream_url
from db import requests
from db.connection import open_reader, open_writer
from db.downloads import prepared
from db.downloads.estimate import Estimate, estimate
from db.downloads.formats import FORMATS
from db.downloads.frames import KINDS
from db.downloads.prepared import Prepared
from db.downloads.wishes import Wish, open_public, wish_of
from db.requests import Request
from db.site import Site
from parsers.errors import QueryError

_PRIVATE = {"Cache-Control": "no-store"}
_MOST_WAITING = 20  # wishes that wait; more are asked to come back
_SLOW = 20  # seconds of waiting after which the page says that nobody may be working
_SHOWN = 20  # prepared files


async def download(datasette: Any, request: Any) -> Response:
    """The tables, the choices, rows and sizes, every format; what lies ready; how to check. 400 for a wrong query."""
    site = await ask(site_of, datasette)
    pairs = pairs_of(request)
    what = kind_of(pairs)
    try:
        wish = await ask(read_wish, site, pairs, what, "csv")
        found = await ask(_estimate, site, wish)
    except QueryError as error:
        return await wrong_query(datasette, request, error)
    query, values = read_query(pairs), dict(pairs)
    context = {
        "what": what,
        "kinds": KINDS,
        "searched": is_searched(what),
        "query": query,
        "choices": {name: values.get(name) == "1" for name in ("nobom", "notexts")},
        "wish": wish,
        "found": found,
        "offers": [_offer(_in_form(wish, form)) for form in FORMATS if form != "parquet" or find_spec("pyarrow")],
        "can_prepare": site.directory.crawl.exists(),
        "ready": (await ask(_ready, site))[:_SHOWN],
        "base": base_url(datasette, request),
        "full": site.show_full_text,
    }
    return await render.page(datasette, request, "caixun_download.html", context)


def _in_form(wish: Wish, form: str) -> Wish:
    """The same wish in another format."""
    return replace(wish, asked=replace(wish.asked, form=form)).normal()


def _estimate(site: Site, wish: Wish) -> Estimate:
    def make() -> Estimate:
        with closing(open_public(site.directory.archive, full=wish.full)) as connection:
            return estimate(connection, wish)

    return kept(site, ("download", wish.key), make)


def _offer(wish: Wish) -> dict[str, Any]:
    """One line of the list of formats."""
    form = wish.asked.form
    streamed = form in STREAMED
    return {
        "form": form,
        "name": wish.name,
        "stream": stream_url(wish) if streamed else "",
        "manifest": stream_url(wish, manifest=True) if streamed else "",
        "fields": [("what", wish.asked.what), ("form", form), *fields(wish)],
    }


def _ready(site: Site) -> list[Prepared]:
    return prepared.listed(site.directory, site.archive, full=site.show_full_text)


async def prepare(datasette: Any, request: Any) -> Response:
    """POST asks for a file and leads to its page; what lies ready or is being made is not asked for again."""
    if request.method != "POST":
        return Response.redirect("/download", headers=dict(_PRIVATE))
    site = await ask(site_of, datasette)
    pairs = parse_qsl((await request.post_body()).decode("utf-8", "replace"), keep_blank_values=True)
    form = dict(pairs).get("form", "")
    if form not in FORMATS or not site.directory.crawl.exists():
        raise NotFound("")
    try:
        wish = await ask(read_wish, site, pairs, kind_of(pairs), form)
    except QueryError as error:
        return await wrong_query(datasette, request, error)
    if not await ask(_wished, site, wish):
        return await busy(datasette, request)
    return Response.redirect(f"/download/prepared/{wish.key}", headers=dict(_PRIVATE))


def _wished(site: Site, wish: Wish) -> bool:
    """Ask for the file unless it lies ready; False when too many wait already."""
    if prepared.find(site.directory, site.archive, wish.name, full=wish.full):
        return True
    with closing(open_writer(site.directory.crawl)) as connection:
        if requests.waiting(connection, requests.LONG) >= _MOST_WAITING:
            return False
        requests.enqueue(connection, "download", {"key": wish.key, "wish": wish.as_json()}, render.now())
    return True


async def progress(datasette: Any, request: Any) -> Response:
    """The page of one wish: waiting, being made (with the rows done), ready, failed, or no longer kept."""
    site = await ask(site_of, datasette)
    asked, found = await ask(_state, site, request.url_vars["key"])
    if asked is None and found is None:
        raise NotFound("")
    context = {
        **_told(asked, found),
        "again": _again(asked),
        "base": base_url(datasette, request),
        "slow": _SLOW,
        "still": request.args.get("still"),
    }
    return await render.page(datasette, request, "caixun_prepared.html", context, headers=dict(_PRIVATE))


async def progress_json(datasette: Any, request: Any) -> Response:
    """The same for the script of the page."""
    site = await ask(site_of, datasette)
    asked, found = await ask(_state, site, request.url_vars["key"])
    if asked is None and found is None:
        return Response.json({"state": "unknown"}, status=404, headers=dict(_PRIVATE))
    told = _told(asked, found)
    body = {name: told[name] for name in ("state", "done", "total")}
    return Response.json(body, headers=dict(_PRIVATE))


def _state(site: Site, key: str) -> tuple[Request | None, Prepared | None]:
    """The newest request for a wish, and its file when that lies ready."""
    found = next((one for one in _of_key(site, key)), None)
    if not site.directory.crawl.exists():
        return None, found
    with closing(open_reader(site.directory.crawl)) as connection:
        return requests.newest_with(connection, "download", "key", key), found


def _of_key(site: Site, key: str) -> list[Prepared]:
    names = [file.name for file in prepared.folder(site.directory).glob(f"caixun-*-{key}.*")]
    found = [prepared.find(site.directory, site.archive, name, full=site.show_full_text) for name in names]
    return [one for one in found if one]


def _told(asked: Request | None, found: Prepared | None) -> dict[str, Any]:
    """What page and script tell: state, rows done and in all, the file, the fault, seconds waited."""
    state = "ready" if found else asked.state if asked else "gone"
    state = "gone" if state == "done" else state  # made, and swept since
    done, _, total = (asked.progress if asked else "").partition("/")
    created = datetime.fromisoformat(asked.created) if asked else render.now()
    return {
        "state": state,
        "done": int(done) if done.isdigit() else 0,
        "total": int(total) if total.isdigit() else 0,
        "file": found,
        "error": asked.result.get("error", "") if asked and state == "failed" else "",
        "waited": int((render.now() - created).total_seconds()),
    }


def _again(asked: Request | None) -> Pairs:
    """The fields of a form that asks once more."""
    if asked is None:
        return []
    wish = wish_of(asked.arguments["wish"])
    return [("what", wish.asked.what), ("form", wish.asked.form), *fields(wish)]


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/download`, the form that has a file prepared, and the page of its progress."""
    return [
        (r"^/download$", download),
        (r"^/download/prepare$", prepare),
        (r"^/download/prepared/(?P<key>[0-9a-f]{20})$", progress),
        (r"^/download/prepared/(?P<key>[0-9a-f]{20})\.json$", progress_json),
    ]
