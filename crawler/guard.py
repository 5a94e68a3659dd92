"""The guard against server-side request forgery: what is judged is the address that is dialled, not the name.

A page or a redirect may name any host; only answers of the public internet are dialled, unless the source's
`allow_private` holds exactly that address and port. Two doors, because Scrapy's redirects come in by both: the resolver
sees every name's addresses, the middleware every URL that spells an address itself (decimal, octal, hex, IPv6).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface.declarations import implementer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address in the last 32 bits, reached through a translator


class RefusedAddress(IgnoreRequest):
    """The guard does not let this address be dialled; the text says which and why."""


def refused(address: str, port: int, allowed: frozenset[str]) -> str | None:
    """Why `address` (a literal in any spelling) may not be dialled on `port`; None if it may, or is a name.

    `allowed` holds exact "ADDRESS:PORT" pairs ("127.0.0.1:8080", "[::1]:8080").
    """
    found = literal(address)
    if found is None or place(found, port) in allowed:
        return None
    inner = _embedded(found)
    if inner.is_global and not inner.is_multicast and not inner.is_reserved:
        return None
    return f"{address} 不是公网地址（{inner}），拒绝连接"


def literal(address: str) -> IPAddress | None:
    """The IP address that `address` spells (also 2130706433, 0x7f.1, 0177.0.0.1, [::1]); None for a host name."""
    text = address.strip("[]").rstrip(".")
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        pass  # not the usual spelling: the C library knows the old ones, and so does whoever connects
    try:
        return ipaddress.IPv4Address(socket.inet_aton(text))
    except (OSError, ValueError):
        return None


def place(address: IPAddress, port: int) -> str:
    """`address` and `port` as `allow_private` writes them."""
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def _embedded(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv6 one carries (mapped, 6to4, Teredo, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64 or address.packed[:12] == bytes(12):
        return ipaddress.IPv4Address(address.packed[12:])
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


class GuardMiddleware:
    """Downloader middleware, first of all (a redirect is a new request to it): judges literal addresses."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """The middleware with the allowed places of the run's source."""
        return cls(frozenset(crawler.settings.getlist("CAIXUN_ALLOW_PRIVATE")))

    def process_request(self, request: Request) -> None:
        """Raises RefusedAddress when the URL may not be asked; also for every redirect, which comes here again."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RefusedAddress(f"{request.url} 不是 http(s) 网址，拒绝连接")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        reason = refused(parts.hostname, port, self.allowed)
        if reason:
            raise RefusedAddress(reason)


@implementer(IResolutionReceiver)
class _Filter:
    """Passes on only the addresses that may be dialled; what it refuses is remembered for the error line."""

    def __init__(self, inner: Any, port: int, resolver: GuardedResolver, name: str) -> None:
        self.inner, self.port, self.resolver, self.name = inner, port, resolver, name

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802 - Twisted's interface
        self.inner.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802 - Twisted's interface
        host = str(getattr(address, "host", ""))
        reason = refused(host, self.port, self.resolver.allowed)
        if reason:
            REFUSALS[self.name] = f"{self.name} → {reason}"
        else:
            self.inner.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's interface
        self.inner.resolutionComplete()


REFUSALS: dict[str, str] = {}  # host name → why its addresses were refused; one process crawls one source


class GuardedResolver(CachingHostnameResolver):
    """Scrapy's caching resolver behind the guard; a name with only private answers does not resolve."""

    allowed: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        """The resolver with the allowed places of the run's source."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed = frozenset(crawler.settings.getlist("CAIXUN_ALLOW_PRIVATE"))
        return resolver

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803 - Twisted's interface
        hostName: str,  # noqa: N803 - Twisted's interface
        portNumber: int = 0,  # noqa: N803 - Twisted's interface
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803 - Twisted's interface
        transportSemantics: str = "TCP",  # noqa: N803 - Twisted's interface
    ) -> IHostResolution:
        """Resolve, and hand on only public or allowed addresses."""
        guarded: Any = _Filter(resolutionReceiver, portNumber, self, hostName)
        return super().resolveHostName(guarded, hostName, portNumber, addressTypes, transportSemantics)
