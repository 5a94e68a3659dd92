"""The guard of outgoing messages: what is judged is the address that is dialled, at the moment of dialling.

A subscriber names any host. Its name is looked up once, by us; only public addresses of the answer are dialled, by
number, so that no second look-up can answer otherwise. TLS and the Host header still use the name.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpcore

from crawler.guard import IPAddress, literal, place
from crawler.guard import refused as not_public
from scheduler.errors import DeliveryError
from scheduler.settings import ChannelSettings

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_MOST_DIALLED = 3
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NOT_FOR_US = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # protocol assignments (RFC 6890)
            "192.88.99.0/24",  # 6to4 relays, withdrawn (RFC 7526)
            "3fff::/20",  # documentation (RFC 9637)
        ),
    )
)
_ISATAP = frozenset({b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe"})  # RFC 5214: an IPv4 address behind this mark


class RefusedAddress(DeliveryError):
    """The address may not be written to; the text says which and why. Permanent unless a name was looked up."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message, permanent=permanent, address_dead=permanent)


async def look_up(host: str, port: int) -> list[str]:
    """The addresses of `host`, as the system's resolver says. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator allows: http without TLS, and exact private places ("127.0.0.1:8080", "[::1]:8080")."""

    plain_http: bool = False
    allowed: frozenset[str] = frozenset()
    resolve: Resolve = field(default=look_up, compare=False)

    @classmethod
    def of(cls, channels: ChannelSettings) -> Rules:
        """The rules that caixun.toml's [channels] sets."""
        return cls(channels.plain_http, frozenset(channels.allow_private))


def refused(address: str, port: int, allowed: frozenset[str]) -> str | None:
    """Why `address` (a literal in any spelling) may not be dialled on `port`; None if it may, or is a name.

    The crawler's rule, and beyond it what only looks public: site-local and unassigned IPv6, ISATAP.
    """
    found = literal(address)
    if found is None or place(found, port) in allowed:
        return None
    reason = not_public(address, port, allowed)
    return reason or (f"{address} 不是公网地址，拒绝连接" if _odd(found) else None)


def _odd(address: IPAddress) -> bool:
    if any(address in network for network in _NOT_FOR_US if network.version == address.version):
        return True
    if isinstance(address, ipaddress.IPv4Address):
        return False
    if address.ipv4_mapped or address in _NAT64:
        inner = address.ipv4_mapped or ipaddress.IPv4Address(address.packed[12:])
        return _odd(inner)
    return address not in _GLOBAL_UNICAST or address.packed[8:12] in _ISATAP


def checked_url(url: str, rules: Rules) -> str:
    """`url` when a message may be sent there, as far as that can be said before dialling.

    Raises RefusedAddress: no http(s) address, no TLS although none was allowed, a user name in it, a private literal.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise RefusedAddress(f"{url[:80]!r} 不是正确的网址", permanent=True) from error
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url or "\\" in url:
        raise RefusedAddress(f"{url[:80]!r} 不是 http(s) 网址", permanent=True)
    if parts.username is not None or parts.password is not None:
        raise RefusedAddress(f"{host}：网址里不能带用户名或密码", permanent=True)
    if parts.scheme == "http" and not rules.plain_http:
        raise RefusedAddress(f"{host}：只发往 https 网址", permanent=True)
    if reason := refused(host, port, rules.allowed):
        raise RefusedAddress(reason, permanent=True)
    return url


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """httpcore's network with one look-up per connection, and a judgement of every address before it is dialled."""

    def __init__(self, rules: Rules, inner: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._rules = rules
        self._inner = inner or httpcore.AnyIOBackend()
        self.dialled = ""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address that answers. Raises RefusedAddress when none may be dialled."""
        last: Exception | None = None
        for address in await self._open(host, port, timeout):
            try:
                stream = await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
            else:
                self.dialled = place(ipaddress.ip_address(address.split("%")[0]), port)
                return stream
        raise last or httpcore.ConnectError(f"{host} 没有地址")

    async def _open(self, host: str, port: int, limit: float | None) -> list[str]:
        """The addresses of `host` that may be dialled, in their usual spelling."""
        numeric = literal(host)
        try:
            async with asyncio.timeout(limit):
                found = [str(numeric)] if numeric else list(await self._rules.resolve(host, port))
        except (OSError, UnicodeError, TimeoutError) as error:
            raise httpcore.ConnectError(f"查不到 {host} 的地址") from error
        numbers = [one for one in found if literal(one) is not None]  # a resolver that answers names is not followed
        reasons = {one: refused(one, port, self._rules.allowed) for one in numbers}
        allowed = [str(literal(one)) for one, reason in reasons.items() if reason is None]
        if not allowed and reasons:
            reason = next(iter(reasons.values()))
            raise RefusedAddress(f"{host} → {reason}", permanent=numeric is not None)
        return allowed[:_MOST_DIALLED]

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a local socket is no public address."""
        raise RefusedAddress(f"{path} 不是公网地址，拒绝连接", permanent=True)

    async def sleep(self, seconds: float) -> None:
        """As httpcore asks between its own tries."""
        await self._inner.sleep(seconds)
