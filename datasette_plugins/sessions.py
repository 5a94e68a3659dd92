"""Who a request comes from: its address, its role (operator, reader, nobody), and how often it tried in vain."""

from __future__ import annotations

import base64
import binascii
import os
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from datasette_plugins import shared
from datasette_plugins.archive import settings
from datasette_plugins.shared import Tries
from db.passwords import is_password, session_key

OPERATOR, READER = "operator", "reader"
VARIABLES = {OPERATOR: "CAIXUN_OPERATOR_PASSWORD", READER: "CAIXUN_READER_PASSWORD"}
COOKIE = "caixun_session"
HOURS = {OPERATOR: 12, READER: 24 * 30}
FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")
TRIES, TRIES_OF_ALL, WINDOW = 5, 50, 900.0  # wrong passwords of one address, of all, in seconds


def role_of(datasette: Any, request: Any) -> str | None:
    """The role that a session or HTTP Basic proves; None for nobody. A wrong Basic password counts as a try."""
    token = request.cookies.get(COOKIE, "")
    for role in (OPERATOR, READER) if token else ():
        if _is_session(token, role):
            return role
    given = _basic(request.headers.get("authorization", ""))
    return None if given is None else attempt(datasette, request, given)


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


def attempt(datasette: Any, request: Any, given: str) -> str | None:
    """The role whose password `given` is; None for a wrong one, which counts as a try, and while one must wait."""
    return _tries(datasette).attempt(address_of(datasette, request), lambda: role_of_password(given))


def waits(datasette: Any, request: Any) -> int:
    """Seconds until this client may try a password again; 0 when it may now."""
    return _tries(datasette).wait(address_of(datasette, request))


def _tries(datasette: Any) -> Tries:
    return Tries(TRIES, TRIES_OF_ALL, WINDOW, shared.memory(datasette, shared.TRIES))
