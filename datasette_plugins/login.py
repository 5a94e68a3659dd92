"""Plugin: /login and /logout, and the gate that is closed where readers must log in."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import Response

from datasette_plugins import render, sessions
from datasette_plugins.archive import settings
from datasette_plugins.hooks import hook

_PRIVATE = {"Cache-Control": "no-store"}
_OPEN = re.compile(r"/(login|logout|robots\.txt|favicon\.ico|-/caixun/.*|subscribe/(confirm|stop)/[^/]+)")
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


def is_closed(datasette: Any, request: Any) -> bool:
    """Whether the reader of this request must log in first."""
    if settings(datasette).get("readers") != "password" or _OPEN.fullmatch(request.path):
        return False
    return sessions.role_of(datasette, request) is None


async def gate(datasette: Any, request: Any) -> Response:
    """To the log-in page; programs (feeds, JSON, downloads) are asked for HTTP Basic."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        wanted = request.path + (f"?{request.query_string}" if request.query_string else "")
        return Response.redirect(f"/login?{urlencode({'next': wanted})}", headers=dict(_PRIVATE))
    asked = {"WWW-Authenticate": 'Basic realm="caixun", charset="UTF-8"', **_PRIVATE}
    return Response.text(render.words(datasette, request)("login.readers"), status=401, headers=asked)


def local_path(text: str) -> str:
    """`text` when it is a path of this site, else the front page: a log-in leads nowhere else."""
    return text if _LOCAL_PATH.fullmatch(text) else "/"


async def login(datasette: Any, request: Any) -> Response:
    """The form; a right password gives a signed session and leads on to `next`."""
    fields = dict(parse_qsl((await request.post_body()).decode("utf-8", "replace"))) if request.method == "POST" else {}
    wanted = local_path(fields.get("next") or request.args.get("next") or "/")
    seconds = sessions.waits(datasette, request)
    wrong = False
    if fields and not seconds:
        role = sessions.attempt(datasette, request, fields.get("password", ""))
        if role:
            return _welcome(datasette, role, wanted)
        wrong, seconds = True, sessions.waits(datasette, request)
    context = {
        "next": wanted,
        "wrong": wrong,
        "minutes": -(-seconds // 60),
        "role": sessions.role_of(datasette, request),
        "readers": settings(datasette).get("readers") == "password",
    }
    status = 429 if seconds else 403 if wrong else 200
    headers = {**_PRIVATE, **({"Retry-After": str(seconds)} if seconds else {})}
    return await render.page(datasette, request, "caixun_login.html", context, status=status, headers=headers)


def _welcome(datasette: Any, role: str, wanted: str) -> Response:
    answer = Response.redirect(wanted, headers=dict(_PRIVATE))
    secure = str(settings(datasette).get("base_url") or "").startswith("https:")
    seconds = sessions.HOURS[role] * 3600
    value = sessions.session(role)
    answer.set_cookie(sessions.COOKIE, value, max_age=seconds, httponly=True, secure=secure, samesite="lax")
    return answer


async def logout(datasette: Any, request: Any) -> Response:
    """POST ends the session."""
    answer = Response.redirect("/login", headers=dict(_PRIVATE))
    if request.method == "POST":
        answer.set_cookie(sessions.COOKIE, "", max_age=0, httponly=True, samesite="lax")
    return answer


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/login` and `/logout`."""
    return [(r"^/login$", login), (r"^/logout$", logout)]
