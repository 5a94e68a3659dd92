"""The one spider: Scrapy's downloader and middlewares under crawler.run, which holds the work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Spider

from crawler.run import Run


class NewsSpider(Spider):
    """Serves list pages, e-paper pages and articles from a Frontier."""

    name = "caixun"

    def __init__(self, run: Run, **options: Any) -> None:
        super().__init__(**options)
        self.run = run

    async def start(self) -> AsyncIterator[Any]:
        """Do the whole run; yields nothing, because requests are handed to the engine as the frontier gives them."""
        engine = self.crawler.engine
        assert engine is not None  # Scrapy calls start() with the engine running
        await self.run.work(engine.download_async)
        nothing: tuple[Any, ...] = ()
        for item in nothing:
            yield item
