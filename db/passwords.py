"""Passwords of the web: kept as they are in the environment, or as a scrypt hash that does not tell them.

scrypt (RFC 7914) with N = 2¹⁴, r = 8, p = 1: 16 MB and some tens of milliseconds a try.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import os

_PREFIX = "scrypt$"


def hash_password(password: str) -> str:
    """`scrypt$SALT$HASH` (hexadecimal), another one each time; to be put in the environment instead of the password."""
    salt = os.urandom(16)
    return f"{_PREFIX}{salt.hex()}${_derived(password.encode(), salt).hex()}"


def is_password(given: str, kept: str) -> bool:
    """Whether `given` is the password that `kept` holds, plain or hashed; an empty or broken `kept` has none."""
    if not kept.startswith(_PREFIX):
        return bool(kept) and hmac.compare_digest(given.encode(), kept.encode())
    salt, _, digest = kept.removeprefix(_PREFIX).partition("$")
    try:
        expected, salted = bytes.fromhex(digest), bytes.fromhex(salt)
    except ValueError:
        return False
    return bool(expected) and hmac.compare_digest(_derived(given.encode(), salted), expected)


@functools.lru_cache(maxsize=8)
def session_key(kept: str) -> bytes:
    """The key that signs the sessions of a password: a new password ends all sessions of the old one."""
    return _derived(kept.encode(), b"caixun session")


def _derived(secret: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(secret, salt=salt, n=1 << 14, r=8, p=1, dklen=32)
