"""Plugin: how much and how often one address may ask; who must log in first; what robots are told."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from datasette import Response
from datasette.utils.asgi import Request

from datasette_plugins import login, render, shared
from datasette_plugins.archive import settings
from datasette_plugins.hooks import hook
from datasette_plugins.sessions import FORWARDED, address_of
from datasette_plugins.shared import Buckets

EXPENSIVE = re.compile(
    r"/(search|facts|archive|compare|api|story|related|places|people|policies|download|export|brief)\b.*"
)
RATE = 60  # expensive requests a minute of one address, and as many at once
LONGEST_QUERY = 8_000  # bytes of a query string; the longest search that the field takes is far below
LARGEST_FORM = 64_000  # bytes
LARGEST_DRAFT = 9_000_000  # bytes of the form in which the operator edits a brief; each Chinese character takes nine
App = Callable[..., Awaitable[None]]


_buckets: WeakKeyDictionary[Any, Buckets] = WeakKeyDictionary()


@hook
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """The limits before every page."""

    def wrap(app: App) -> App:
        async def limited(scope: Any, receive: Any, send: Any) -> None:
            refused = await _refused(datasette, Request(scope, receive)) if scope["type"] == "http" else None
            await (app(scope, receive, send) if refused is None else refused.asgi_send(send))

        return limited

    return wrap


async def _refused(datasette: Any, request: Any) -> Response | None:
    if _too_large(request):
        return Response.text(render.words(datasette, request)("limits.large"), status=413)
    if EXPENSIVE.fullmatch(request.path):
        seconds = _wait(datasette, request)
        if seconds:
            return await _slow_down(datasette, request, seconds)
    return await login.gate(datasette, request) if login.is_closed(datasette, request) else None


def _too_large(request: Any) -> bool:
    if len(request.scope.get("query_string") or b"") > LONGEST_QUERY:
        return True
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return False
    length = request.headers.get("content-length", "")  # a body of unknown length is not taken
    return not (length.isascii() and length.isdigit() and int(length) <= _room(request))


def _room(request: Any) -> int:
    return LARGEST_DRAFT if request.path.startswith("/brief/draft/") else LARGEST_FORM


def _wait(datasette: Any, request: Any) -> int:
    """Whole seconds to wait; 0 for a browser on this machine, which nobody forwards."""
    address = address_of(datasette, request)
    if _is_this_machine(address) and not any(name in request.headers for name in FORWARDED):
        return 0
    rate = int(settings(datasette).get("rate") or RATE)
    if datasette not in _buckets:
        _buckets[datasette] = Buckets(rate, kept=shared.memory(datasette, shared.REQUESTS))
    seconds = _buckets[datasette].take(_group(address))
    return int(seconds) + 1 if seconds else 0


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _group(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 subscriber has to himself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network(f"{address}/64", strict=False))


async def _slow_down(datasette: Any, request: Any, seconds: int) -> Response:
    request.scope["csrftoken"] = lambda: ""  # this page has no form, and is made before tokens are
    t = render.words(datasette, request)
    lines = [t("limits.line", seconds=seconds)]
    answer = await render.notice(datasette, request, 429, t("limits.title"), lines, [("/", t("nav.home"))])
    answer.headers.update({"Retry-After": str(seconds), "Cache-Control": "no-store"})
    return answer


async def robots(datasette: Any) -> Response:
    """What search engines may read: nothing unless `index` is set; never queries, tables and forms."""
    if not settings(datasette).get("index"):
        return Response.text("User-agent: *\nDisallow: /\n")
    closed = (
        "/search",
        "/archive",
        "/facts",
        "/download",
        "/compare",
        "/login",
        "/subscribe",
        "/takedown",
        "/review",
        "/brief",
        "/b/",
        "/-/",
    )
    return Response.text("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in closed))


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/robots.txt`."""
    return [(r"^/robots\.txt$", robots)]
