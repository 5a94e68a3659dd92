"""Who may see the operator's pages.

With CAIXUN_OPERATOR_PASSWORD in the environment of `caixun serve`, whoever knows it (by /login, or HTTP Basic with any
user name; put TLS before a public address). Without it only a browser on this machine, and only while the site itself
is a local one: the connection, the Host header and the configured address must all be loopback, so that neither a
reverse proxy nor a page that rebinds its name lets strangers in. A form must come from our own page either way.
"""

from __future__ import annotations

import ipaddress
import os
from typing import Any
from urllib.parse import urlencode, urlsplit

from datasette import Response

from datasette_plugins import render, sessions
from datasette_plugins.archive import edition_of, settings
from datasette_plugins.edition import only_read
from datasette_plugins.language import Words

PASSWORD_VARIABLE = sessions.VARIABLES[sessions.OPERATOR]
_ASK = {"WWW-Authenticate": 'Basic realm="caixun", charset="UTF-8"', "Cache-Control": "no-store"}


async def refusal(datasette: Any, request: Any) -> Response | None:
    """None for the operator; else the answer that turns everybody else away (401 or 403)."""
    own = edition_of(datasette)
    if own is not None:
        return await only_read(datasette, request, own)
    if request.method == "POST" and not _from_our_page(request):
        return await _turned_away(datasette, request, 403)
    if is_operator(datasette, request):
        return None
    return await _turned_away(datasette, request, 401 if os.environ.get(PASSWORD_VARIABLE) else 403)


def is_operator(datasette: Any, request: Any) -> bool:
    """Whether the request is the operator's: the password where there is one, else a browser on this machine."""
    if edition_of(datasette) is not None:  # there is nothing to work on
        return False
    password = os.environ.get(PASSWORD_VARIABLE, "")
    if password:
        return sessions.role_of(datasette, request) == sessions.OPERATOR
    return is_local(request, str(settings(datasette).get("base_url") or ""))


def is_local(request: Any, base_url: str) -> bool:
    """Whether the browser runs on this machine and the site is served to this machine alone."""
    client = request.scope.get("client")
    hosts = [client[0] if client else "", urlsplit(f"//{request.host}").hostname or ""]
    if base_url:
        hosts.append(urlsplit(base_url).hostname or "")
    return all(_is_loopback(host) for host in hosts) and not any(name in request.headers for name in sessions.FORWARDED)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _from_our_page(request: Any) -> bool:
    """Whether no other site sent the form (a browser sends Basic credentials along with those, too)."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return origin is None or urlsplit(origin).netloc == request.host


async def _turned_away(datasette: Any, request: Any, status: int) -> Response:
    t = render.words(datasette, request)
    lines = [t("operator.password.line") if status == 401 else t("operator.local.line", variable=PASSWORD_VARIABLE)]
    answer = await render.notice(datasette, request, status, t("operator.title"), lines, _ways_on(request, status, t))
    answer.headers.update(_ASK if status == 401 else {"Cache-Control": "no-store"})
    return answer


def _ways_on(request: Any, status: int, t: Words) -> list[tuple[str, str]]:
    home = ("/", t("nav.home"))
    return [(f"/login?{urlencode({'next': request.path})}", t("login.title")), home] if status == 401 else [home]
