"""Plugin: the bytes of downloads — streams of CSV and JSON lines, prepared files that can be resumed, manifests."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any
from weakref import WeakKeyDictionary

from datasette import Response

from datasette_plugins import flowing, render, shared
from datasette_plugins.archive import ask, site_of
from datasette_plugins.downloads import wrong_query
from datasette_plugins.flowing import Flow, Manifest
from datasette_plugins.hooks import hook
from datasette_plugins.ranges import RangedFile
from datasette_plugins.shared import Count, Memory
from datasette_plugins.wishing import pairs_of, read_wish, stream_url
from db.downloads import prepared
from db.downloads.manifest import SUFFIX, taken_down_since
from db.downloads.prepared import Prepared
from db.downloads.wishes import Wish
from db.site import Site
from parsers.errors import QueryError

AT_ONCE = 8  # streams and manifests of one server; more are asked to come back
_AGAIN = 20  # seconds
_KEPT = 64  # manifests of streams that were sent whole
_JSON = "application/json; charset=utf-8"


class _Flows:
    """What flows now, and the manifests of what has flowed."""

    def __init__(self, kept: Memory) -> None:
        self.now = Count(kept)
        self._told: OrderedDict[str, Manifest] = OrderedDict()

    def keep(self, wish: Wish, told: Manifest) -> None:
        """Remember the manifest of a stream that was sent whole."""
        self._told[wish.key] = told
        self._told.move_to_end(wish.key)
        while len(self._told) > _KEPT:
            self._told.popitem(last=False)

    def find(self, wish: Wish, site: Site) -> Manifest | None:
        """The manifest of these bytes, unless something was taken down since."""
        told = self._told.get(wish.key)
        return told if told and not taken_down_since(site.archive, told["caixun"]["made_at_change"]) else None


_flows: WeakKeyDictionary[Any, _Flows] = WeakKeyDictionary()


def _flows_of(datasette: Any) -> _Flows:
    if datasette not in _flows:
        _flows[datasette] = _Flows(shared.memory(datasette, shared.FLOWS))
    return _flows[datasette]


class _Counted:
    """An answer that counts among those that flow now while it is sent."""

    def __init__(self, flows: _Flows, answer: Flow) -> None:
        self._flows, self._answer = flows, answer

    async def asgi_send(self, send: Any) -> None:
        self._flows.now.add(1)
        try:
            await self._answer.asgi_send(send)
        finally:
            self._flows.now.add(-1)


async def _wish(site: Site, request: Any) -> Wish:
    """What the address asks for. Raises QueryError."""
    return await ask(read_wish, site, pairs_of(request), request.url_vars["what"], request.url_vars["form"])


async def stream(datasette: Any, request: Any) -> Response | _Counted:
    """Every row as CSV or JSON lines, in chunks; a wrong query is a page with status 400."""
    site = await ask(site_of, datasette)
    try:
        wish = await _wish(site, request)
    except QueryError as error:
        return await wrong_query(datasette, request, error)
    flows = _flows_of(datasette)
    if flows.now.total() >= AT_ONCE:
        return await busy(datasette, request)
    headers = {
        "Content-Disposition": f'attachment; filename="{wish.name}"',
        "Cache-Control": "no-cache",
        "Link": f'<{stream_url(wish, manifest=True)}>; rel="describedby"',
    }
    return _Counted(flows, Flow(request, site.directory.archive, wish, headers, flows.keep))


async def stream_manifest(datasette: Any, request: Any) -> Response:
    """The manifest of a stream: that of its last whole sending, else made by reading all of it once more."""
    site = await ask(site_of, datasette)
    try:
        wish = await _wish(site, request)
    except QueryError as error:
        return await wrong_query(datasette, request, error)
    flows = _flows_of(datasette)
    told = await ask(flows.find, wish, site)
    if told is None:
        if flows.now.total() >= AT_ONCE:
            return await busy(datasette, request)
        flows.now.add(1)
        try:
            told = await ask(flowing.write, site.directory.archive, wish, render.now(), _nowhere)
        finally:
            flows.now.add(-1)
        flows.keep(wish, told)
    return _manifest(json.dumps(told, ensure_ascii=False, indent=2) + "\n", wish.name)


def _nowhere(block: bytes) -> None:
    """Only its length and hash are wanted."""


async def busy(datasette: Any, request: Any) -> Response:
    """Too many at once: a page with status 503 that says when to come back."""
    t = render.words(datasette, request)
    lines, actions = [t("download.busy", seconds=_AGAIN)], [("/download", t("download.title"))]
    answer = await render.notice(datasette, request, 503, t("download.busy.title"), lines, actions)
    answer.headers.update({"Retry-After": str(_AGAIN), "Cache-Control": "no-store"})
    return answer


async def prepared_file(datasette: Any, request: Any) -> Response | RangedFile:
    """A prepared file (whole, in parts, or "not changed"), or its manifest; 404 when it no longer lies there."""
    site = await ask(site_of, datasette)
    name = request.url_vars["name"]
    found = await ask(_found, site, name.removesuffix(SUFFIX))
    if found is None:
        t = render.words(datasette, request)
        lines, actions = [t("download.gone")], [("/download", t("download.title"))]
        return await render.notice(datasette, request, 404, t("download.gone.title"), lines, actions)
    if name.endswith(SUFFIX):
        return _manifest(json.dumps(found.said, ensure_ascii=False, indent=2) + "\n", found.path.name)
    headers = {
        "Content-Type": found.media_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-cache",  # asked again each time: a takedown removes it
        "Link": f'</download/files/{name}{SUFFIX}>; rel="describedby"',
    }
    return RangedFile(request, found.path, found.size, found.digest, found.created, headers)


def _found(site: Site, name: str) -> Prepared | None:
    return prepared.find(site.directory, site.archive, name, full=site.show_full_text)


def _manifest(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}{SUFFIX}"', "Cache-Control": "no-cache"}
    return Response(text, headers=headers, content_type=_JSON)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/download/WHAT.csv`, `.jsonl`, their manifests, and `/download/files/NAME`."""
    what = r"(?P<what>articles|facts|stories|revisions|coverage)"
    return [
        (rf"^/download/{what}\.(?P<form>csv|jsonl)$", stream),
        (rf"^/download/{what}\.(?P<form>csv|jsonl)\.manifest\.json$", stream_manifest),
        (r"^/download/files/(?P<name>[a-z0-9.-]+)$", prepared_file),
    ]
