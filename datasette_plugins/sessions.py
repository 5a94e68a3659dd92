"""Who a request comes from: its address, its role (operator, reader, nobody), and how often it tried in vain."""

from __future__ import annotations

import base64
import binascii
import os
import time
from collections import defaultdict, deque
from typing import Any
from weakref import WeakKeyDictionary

from itsdangerous import BadSignature, URLSafeTimedSerializer

from datasette_plugins.archive import settings
from db.passwords import is_password, session_key

OPERATOR, READER = "operator", "reader"
VARIABLES = {OPERATOR: "CAIXUN_OPERATOR_PASSWORD", READER: "CAIXUN_READER_PASSWORD"}
COOKIE = "caixun_session"
HOURS = {OPERATOR: 12, READER: 24 * 30}
FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")
TRIES, TRIES_OF_ALL, WINDOW = 5, 50, 900.0  # wrong passwords of one address, of all, in seconds
_failures: WeakKeyDictionary[Any, dict[str, deque[float]]] = WeakKeyDictionary()


def role_of(datasette: Any, request: Any) -> str | None:
    """The role that a session or HTTP Basic proves; None for nobody. A wrong Basic password counts as a try."""
    token = request.cookies.get(COOKIE, "")
    for role in (OPERATOR, READER) if token else ():
        if _is_session(token, role):
            return role
    given = _basic(request.headers.get("authorization", ""))
    if given is None or waits(datasette, request):
        return None
    proven = role_of_password(given)
    if proven is None:
        failed(datasette, request)
    return proven


def role_of_password(given: str) -> str | None:
    """The role whose password `given` is."""
    for role, variable in VARIABLES.items():
        if is_password(given, os.environ.get(variable, "")):
            return role
    return None


def session(role: str) -> str:
    """The signed value of the session cookie."""
    return str(_serializer(role).dumps(role))


def _is_session(token: str, role: str) -> bool:
    if not os.environ.get(VARIABLES[role]):
        return False
    try:
        return bool(_serializer(role).loads(token, max_age=HOURS[role] * 3600) == role)
    except BadSignature:  # its expiry too
        return False


def _serializer(role: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(session_key(os.environ.get(VARIABLES[role], "")), salt=role)


def _basic(header: str) -> str | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8", "replace").partition(":")[2]
    except binascii.Error:
        return ""


def address_of(datasette: Any, request: Any) -> str:
    """The address of the client: of the connection, or what the one trusted proxy says of it."""
    client = request.scope.get("client")
    peer = str(client[0]) if client else ""
    if peer and peer == settings(datasette).get("trusted_proxy"):
        # the proxy appends the address that it saw; what stands before it was sent by the client and may be invented
        return request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or peer
    return peer


def failed(datasette: Any, request: Any) -> None:
    """Remember a wrong password."""
    tries = _failures.setdefault(datasette, defaultdict(deque))
    now = time.monotonic()
    tries[address_of(datasette, request)].append(now)
    tries["*"].append(now)
    for name in [name for name, moments in tries.items() if moments[-1] < now - WINDOW]:
        del tries[name]


def waits(datasette: Any, request: Any) -> int:
    """Seconds until this client may try a password again; 0 when it may now."""
    tries = _failures.get(datasette, {})
    left = [_left(tries.get(address_of(datasette, request)), TRIES), _left(tries.get("*"), TRIES_OF_ALL)]
    return max(left)


def _left(moments: deque[float] | None, allowed: int) -> int:
    if not moments:
        return 0
    now = time.monotonic()
    while moments and moments[0] < now - WINDOW:
        moments.popleft()
    return int(moments[-allowed] + WINDOW - now) + 1 if len(moments) >= allowed else 0
