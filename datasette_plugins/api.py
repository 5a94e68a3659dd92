"""Plugin: the API — JSON beside every page of the archive, /openapi.json that describes it, /api that explains it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qs, unquote

from datasette import Response

from datasette_plugins import render
from datasette_plugins.api_asked import Asked, WrongRequest
from datasette_plugins.api_endpoints import ENDPOINTS, Endpoint
from datasette_plugins.archive import ask, base_url, site_of
from datasette_plugins.hooks import hook_first
from datasette_plugins.openapi import description
from db.serialise import as_json
from db.site import Site

_JSON = "application/json; charset=utf-8"
_HEADERS = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*", "Vary": "Accept-Language, Cookie"}
_EVERYWHERE = ("lang",)


def _answering(endpoint: Endpoint) -> Callable[[Any, Any], Awaitable[Response]]:
    async def answer(datasette: Any, request: Any) -> Response:
        site = await ask(site_of, datasette)
        asked = _asked(request, render.words(datasette, request))
        try:
            _check_names(endpoint, request, asked)
            tag, body = await ask(_tag_and_body, endpoint, site, request, asked)
        except WrongRequest as error:
            return Response(_text(error.as_json()), status=error.status, headers=_HEADERS, content_type=_JSON)
        headers = _HEADERS | {"ETag": tag}
        if body is None:
            return Response("", status=304, headers=headers)
        return Response(body, headers=headers, content_type=_JSON)

    return answer


def _tag_and_body(endpoint: Endpoint, site: Site, request: Any, asked: Asked) -> tuple[str, str | None]:
    """Both in one go; no body for who has it, which where the answer lasts is known before it is made."""
    tag = _tag(site, request, asked) if endpoint.lasting else None
    if tag and _known(request, tag):
        return tag, None
    body = _text(as_json(endpoint.read(site, asked)))
    tag = tag or _quoted(body)
    return tag, None if _known(request, tag) else body


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _asked(request: Any, t: Any) -> Asked:
    parts = {name: [unquote(value)] for name, value in request.url_vars.items()}
    return Asked(parse_qs(request.query_string) | parts, t)


def _check_names(endpoint: Endpoint, request: Any, asked: Asked) -> None:
    """An unknown parameter is an error: a filter that is misspelt must not silently find everything."""
    known = (*endpoint.parameters, *_EVERYWHERE)
    for name in parse_qs(request.query_string, keep_blank_values=True):
        if name not in known:
            meant = get_close_matches(name, known, 1, 0.5)
            message = asked.t("api.error.parameter", name=name[:40], known="、".join(known))
            raise asked.wrong(name[:40], message, meant[0] if meant else None)


def _tag(site: Site, request: Any, asked: Asked) -> str:
    """The same as long as the archive, its sources, what is shown and the request are the same."""
    sources = site.archive.execute("select group_concat(id || title || province) from sources").fetchone()[0]
    parts = (site.version(), sources, site.show_full_text, request.path, request.query_string, asked.t.language)
    return _quoted(repr(parts))


def _quoted(text: str) -> str:
    return f'"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"'


def _known(request: Any, tag: str) -> bool:
    given = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return tag in given or "*" in given


async def openapi(datasette: Any, request: Any) -> Response:
    """The description of the API, OpenAPI 3.1, in the language of the request."""
    body = _text(description(render.words(datasette, request), base_url(datasette, request)))
    headers = _HEADERS | {"ETag": _quoted(body)}
    if _known(request, headers["ETag"]):
        return Response("", status=304, headers=headers)
    return Response(body, headers=headers, content_type=_JSON)


async def explained(datasette: Any, request: Any) -> Response:
    """The API for people: its paths and parameters with a line on each."""
    context = {"endpoints": ENDPOINTS, "base": base_url(datasette, request)}
    return await render.page(datasette, request, "caixun_api.html", context)


def pattern(path: str) -> str:
    """The route of a path with {names}."""
    literal = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    return "^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", literal) + "$"


@hook_first
def register_routes() -> list[tuple[str, Any]]:
    """The API, before the pages whose paths would take `ID.json` for an id."""
    routes: list[tuple[str, Any]] = [(pattern(one.path), _answering(one)) for one in ENDPOINTS]
    return [*routes, (r"^/openapi\.json$", openapi), (r"^/api$", explained)]
