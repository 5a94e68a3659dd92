"""Retry-After: a host that asks us to wait is not asked again before; the delay per host is Scrapy's own slot.

The slot (one request at a time, `delay` seconds apart) is set in crawler.settings, Crawl-delay in crawler.robots.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

BUSY = (429, 503)
WITHOUT_A_WORD = 60.0  # a 429 that does not say for how long


class HostClosed(IgnoreRequest):
    """The host asked us to wait; the text says until when."""


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (a number or a date), None when absent or unreadable."""
    if not value:
        return None
    text = value.strip()
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000" and old forms: HTTP dates are UTC
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def asked_to_wait(status: int, header: str | None, now: datetime) -> float | None:
    """The seconds to leave the host alone after this answer; None if it did not ask."""
    if status not in BUSY:
        return None
    seconds = retry_after(header, now)
    return WITHOUT_A_WORD if seconds is None and status == 429 else seconds


class HostClock:
    """Until when each host asked to be left alone, on the monotonic clock of this run."""

    def __init__(self) -> None:
        self.until: dict[str, float] = {}

    def close(self, url: str, seconds: float) -> None:
        """Leave the URL's host alone for `seconds` from now."""
        host = urlsplit(url).netloc
        self.until[host] = max(self.until.get(host, 0.0), time.monotonic() + seconds)

    def wait(self, url: str) -> float:
        """Seconds until the URL's host may be asked; 0 now."""
        return max(0.0, self.until.get(urlsplit(url).netloc, 0.0) - time.monotonic())


CLOCK = HostClock()  # one process crawls one source: the middleware closes hosts, the run looks here before it asks


class PolitenessMiddleware:
    """Downloader middleware: notes who asked to wait, and refuses to ask them (redirects and robots included)."""

    def process_request(self, request: Request) -> None:
        """Raises HostClosed while the host wants to be left alone."""
        wait = CLOCK.wait(request.url)
        if wait > 0:
            raise HostClosed(f"对方要求稍后再来，还要等 {wait:.0f} 秒")

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer as it is; a 429 or 503 with Retry-After closes the host."""
        header = response.headers.get("Retry-After")
        seconds = asked_to_wait(response.status, header.decode("latin-1") if header else None, datetime.now(UTC))
        if seconds:
            CLOCK.close(request.url, seconds)
        return response
