"""robots.txt as RFC 9309 says: 4xx allows everything, 5xx and silence forbid everything; kept for one run.

Crawl-delay is not in the RFC, but sites write it: it is applied to the host, and can only lengthen our own delay.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler.outcomes import NETWORK_ERRORS, explained

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MAX_BYTES = 512 * 1024  # the RFC asks for at least 500 KiB; what is after that is ignored
MAX_CRAWL_DELAY = 600.0


class RobotsRefused(IgnoreRequest):
    """robots.txt, or its absence through a server error, forbids the URL; the text says which."""


class Rules:
    """What a host's robots.txt says to us: `refusal` forbids all of it, else `file` decides per URL."""

    def __init__(self, file: Protego | None = None, refusal: str | None = None) -> None:
        self.file = file
        self.refusal = refusal

    def reason(self, url: str, agent: str) -> str | None:
        """Why `url` may not be fetched; None if it may."""
        if self.refusal:
            return self.refusal
        if self.file is not None and not self.file.can_fetch(url, agent):
            return "robots：robots.txt 不允许抓取这个网址"
        return None

    def crawl_delay(self, agent: str) -> float:
        """The seconds that the file asks for between two requests, 0 if it does not."""
        delay = self.file.crawl_delay(agent) if self.file is not None else None
        return min(float(delay or 0), MAX_CRAWL_DELAY)


def read_robots(status: int, body: bytes) -> Rules:
    """The rules of an answer to /robots.txt (after redirects)."""
    if status >= 500:
        return Rules(refusal=f"robots：robots.txt 答 {status}，按规定本次不抓这个网站")
    if not 200 <= status < 300:
        return Rules()
    return Rules(file=Protego.parse(body[:MAX_BYTES].decode("utf-8", "ignore").removeprefix("\ufeff")))


class RobotsMiddleware:
    """Downloader middleware: asks each host's robots.txt once a run and refuses what it forbids."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings.get("USER_AGENT", "")
        self.hosts: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """The middleware of this run."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises RobotsRefused when the host's rules forbid the URL."""
        if request.meta.get("robots"):
            return
        rules = await self.rules(request.url)
        reason = rules.reason(request.url, self.agent)
        if reason:
            raise RobotsRefused(reason)

    async def rules(self, url: str) -> Rules:
        """The rules of the URL's host, asked for once; simultaneous askers wait for the same answer."""
        parts = urlsplit(url)
        key = f"{parts.scheme}://{parts.netloc}"
        if key not in self.hosts:
            self.hosts[key] = asyncio.ensure_future(self._ask(key, parts.hostname or ""))
        return await asyncio.shield(self.hosts[key])

    async def _ask(self, key: str, host: str) -> Rules:
        request = Request(f"{key}/robots.txt", meta={"robots": True}, headers={"Accept-Encoding": "identity"})
        assert self.crawler.engine is not None
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except NETWORK_ERRORS as error:
            return Rules(refusal=f"robots：取不到 robots.txt（{explained(error, request.url)}），本次不抓这个网站")
        rules = read_robots(response.status, response.body)
        self._slow_down(host, rules.crawl_delay(self.agent))
        return rules

    def _slow_down(self, host: str, seconds: float) -> None:
        """Give the host's slot the longer of our delay and its own; new slots of the host get it too."""
        assert self.crawler.engine is not None
        downloader = self.crawler.engine.downloader
        delay = max(seconds, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings.setdefault(host, {})["delay"] = delay
        if host in downloader.slots:
            downloader.slots[host].delay = delay
