"""One POST to an address that a subscriber named: pinned, never redirected, bounded in time and in what is read."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import httpcore
import httpx

from scheduler.channels.addresses import GuardedBackend, RefusedAddress, Rules, checked_url
from scheduler.errors import DeliveryError

ANSWER = 4096  # bytes of an answer that are read and kept
CONNECT = 10.0  # seconds
TOTAL = 30.0  # seconds for the whole exchange: an answer that drips does not hold the others up
USER_AGENT = "Caixun/0.1 (alerts)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: `text` is the first 4 KB of the body, `address` what was dialled ("1.2.3.4:443")."""

    status: int
    text: str
    address: str
    milliseconds: int
    retry_after: int | None = None  # seconds, as the server asks

    def line(self) -> str:
        """The answer as a line of the event log."""
        return f"{self.status} · {self.address} · {self.milliseconds} ms · {' '.join(self.text.split())}".rstrip(" ·")


async def post(url: str, headers: Mapping[str, str], body: bytes, rules: Rules) -> Answer:
    """POST `body`, and what was answered, whatever the status; redirects are answers like others.

    Raises RefusedAddress, and a temporary DeliveryError when there was no answer in time.
    """
    target = _target(checked_url(url, rules))
    backend = GuardedBackend(rules)
    began = time.monotonic()
    try:
        async with asyncio.timeout(TOTAL), _pool(backend, target) as pool:
            status, found, answer = await _ask(pool, target, headers, body)
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise DeliveryError(f"{target.host} 在 {TOTAL:g} 秒内没有应答；稍后重试", permanent=False) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise DeliveryError(f"{target.host} 无法连接：{reason}；稍后重试", permanent=False) from error
    took = round((time.monotonic() - began) * 1000)
    text = answer.decode("utf-8", "replace")
    return Answer(status, text, backend.dialled, took, _seconds(found.get(b"retry-after", b"")))


def _target(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise RefusedAddress(f"{url[:80]!r} 不是正确的网址", permanent=True) from error


def _pool(backend: GuardedBackend, target: httpx.URL) -> httpcore.AsyncConnectionPool:
    context = _trust() if target.scheme == "https" else None
    return httpcore.AsyncConnectionPool(ssl_context=context, max_connections=1, network_backend=backend)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()


async def _ask(
    pool: httpcore.AsyncConnectionPool, target: httpx.URL, headers: Mapping[str, str], body: bytes
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers (names in lower case) and the beginning of the body."""
    url = httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)
    limits = {"connect": CONNECT, "read": TOTAL, "write": TOTAL, "pool": TOTAL}
    sent = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity", **headers}
    kept = b""
    async with pool.stream(
        "POST", url, headers=list(sent.items()), content=body, extensions={"timeout": limits}
    ) as response:
        async for chunk in response.aiter_stream():
            kept += chunk
            if len(kept) >= ANSWER:
                break
        return response.status, {name.lower(): value for name, value in response.headers}, kept[:ANSWER]


def _seconds(value: bytes) -> int | None:
    text = value.decode("ascii", "replace").strip()
    return min(int(text), 86_400) if text.isdigit() and len(text) < 8 else None
