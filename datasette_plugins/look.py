"""Plugin: our head, type and colours on every page, Datasette's own included; errors in words; safe headers."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import Response
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError
from datasette.views.index import IndexView
from jinja2 import FileSystemLoader

from datasette_plugins import chart_marks, hit_marks, render
from datasette_plugins.archive import DATABASE, settings
from datasette_plugins.hooks import hook, hook_first, hook_last
from parsers.errors import CaixunError

_log = logging.getLogger(__name__)
# No page has inline script or style, Datasette's own (our templates) included.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
# Pages that tell of this machine or its software, and Datasette's debug pages and own log-in.
_CLOSED = (
    r"^/-/(metadata|databases|plugins|threads|versions|settings|config|actor|auth-token|logout|permissions|messages"
    r"|allow-debug|patterns|facets|jump)(\.json)?$|^/_internal(/.*|\.\w+)?$"
)


_PRIVATE = ("prohibited", "not authorized", "vtable constructor failed: article_index")  # the authorizer's words
_TABLES = f"/{DATABASE}"
# What Datasette's table pages raise for arguments that they cannot read (_next, _size, _through …).
_UNREADABLE = (ValueError, LookupError, AssertionError, TypeError, sqlite3.Error)


@hook
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Our templates before Datasette's; `default:` still reaches the originals."""
    env.loader.loaders.insert(0, FileSystemLoader(str(Path(__file__).parent / "templates")))
    env.filters.update({**render.FILTERS, **chart_marks.FILTERS, **hit_marks.FILTERS})
    # Datasette renders its own error page beside ours, without template variables: it needs these to be there.
    env.globals.update(render.variables(datasette, None))


@hook
def extra_template_vars(datasette: Any, request: Any) -> dict[str, Any]:
    """Strings and links for base.html."""
    return render.variables(datasette, request)


@hook
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """Datasette's own front page keeps an address; the pages that tell paths of this machine are closed."""
    return [(r"^/-/tables(\.(?P<format>json))?$", IndexView.as_view(datasette)), (_CLOSED, _closed)]


async def _closed(datasette: Any, request: Any) -> Response:
    t = render.words(datasette, request)
    lines, actions = [t("error.403.line")], [("/-/tables", t("nav.tables"))]
    return await render.notice(datasette, request, 403, t("error.403.title"), lines, actions)


@hook_first
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Error pages in our look; JSON in the shape that Datasette gives its errors."""
    if request.path.endswith(".json"):
        return _error_json(request, exception)
    return _error_page(datasette, request, exception)


async def _error_json(request: Any, exception: Exception) -> Response:
    status, detail = _explain(exception, request)
    if status >= 500:
        _log.error("%s %s", request.method, request.path, exc_info=exception)
    body = {"ok": False, "error": detail or str(status), "status": status, "title": None}
    return Response.json(body, status=status)


async def _error_page(datasette: Any, request: Any, exception: Exception) -> Response:
    t = render.words(datasette, request)
    status, detail = _explain(exception, request)
    if isinstance(exception, DatasetteError) and exception.message_is_html:  # a query that ran out of time
        detail = t("tables.sql.slow", seconds=datasette.setting("sql_time_limit_ms") // 1000)
    if status >= 500 and not isinstance(exception, CaixunError):
        _log.error("%s %s", request.method, request.path, exc_info=exception)
        detail = ""
    name = str(status) if status in (400, 403, 404, 500, 503) else ("400" if status < 500 else "500")
    own = detail != str(status) and not (status == 404 and detail.isascii())  # Datasette's "… not found" is English
    lines = [t(f"error.{name}.line"), detail if own else ""]
    actions = [("/", t("nav.home")), ("/search", t("nav.search")), ("/about", t("nav.about"))]
    title = t(f"error.{name}.title")
    return await render.notice(datasette, request, status, title, [line for line in lines if line], actions)


def _explain(exception: Exception, request: Any) -> tuple[int, str]:
    if isinstance(exception, Base400):
        return exception.status, str(exception.args[0]) if exception.args else ""
    if isinstance(exception, DatasetteError):  # Datasette says 500 of what is wrong with the request, too
        return exception.status if 400 <= (exception.status or 500) < 500 else 400, str(exception.message)
    if isinstance(exception, OSError) and request.path.startswith("/-/static/"):  # no file has so long a name
        return 404, ""
    if isinstance(exception, sqlite3.DatabaseError) and str(exception).endswith(_PRIVATE):
        return 403, ""
    given = request.query_string or request.method == "POST"  # a form sent to a table, which takes none, is no fault
    if request.path.startswith(_TABLES) and given and isinstance(exception, _UNREADABLE):
        return 400, ""
    if isinstance(exception, CaixunError):
        return 503, str(exception)
    return 500, ""


@hook_last
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Security headers on every answer, those of the other wrappers included, in whatever order they are installed."""
    extra = {} if settings(datasette).get("index") else {b"x-robots-tag": b"noindex"}
    return lambda app: _with_headers(app, extra)


def _with_headers(app: Callable[..., Awaitable[None]], extra: dict[bytes, bytes]) -> Callable[..., Awaitable[None]]:
    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _secured(scope["path"], list(message.get("headers", [])), extra)}
            await send(message)

        await app(scope, receive, sending if scope["type"] == "http" else send)

    return wrapped


def _secured(path: str, headers: list[Any], extra: dict[bytes, bytes]) -> list[Any]:
    present = {bytes(name).lower() for name, _ in headers}
    wanted = {b"content-security-policy": _POLICY.encode(), **_HEADERS, **extra}
    if path.startswith(("/subscribe/", "/why/")):  # the address is a signed link: it must not travel on as a referrer
        wanted[b"referrer-policy"] = b"no-referrer"
    return headers + [[name, value] for name, value in wanted.items() if name not in present]
