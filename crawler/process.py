"""A crawl in a process of its own: installs the reactor, runs the spider, ends in good order on SIGTERM."""

from __future__ import annotations

import signal
from datetime import date
from types import FrameType

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.reactor import install_reactor

from crawler.errors import CrawlFailed
from crawler.run import Bounds, CrawlReport, Heartbeat, Run
from crawler.settings import USER_AGENT, scrapy_settings
from crawler.sources import Source
from crawler.spider import NewsSpider
from crawler.values import Frontier


def crawl(
    source: Source,
    frontier: Frontier,
    *,
    since: date | None = None,
    limit: int | None = None,
    heartbeat: Heartbeat | None = None,
    user_agent: str = USER_AGENT,
) -> CrawlReport:
    """Run `source` from `frontier` until nothing is outstanding or the page budget or time is used up.

    Once per process (Twisted's reactor starts once). `since` walks lists back to that day and takes no validators;
    `limit` caps the requests; `heartbeat` gets the report as it stands about once a second; `user_agent` is the whole
    header.
    SIGTERM and SIGINT let what is in flight finish (20 s at most) and leave the rest leased. Raises CrawlFailed
    when the spider itself broke down.
    """
    run = Run(source, frontier, Bounds(since, limit), heartbeat)
    settings = scrapy_settings(source, user_agent)
    install_reactor(settings["TWISTED_REACTOR"])
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(NewsSpider)
    process.crawl(crawler, run=run)
    before = _on_signals(run)
    try:
        process.start(install_signal_handlers=False)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    broken = crawler.stats.get_value("spider_exceptions/count") if crawler.stats else None
    if broken:
        raise CrawlFailed(f"来源 {source.id} 的抓取程序出错中断，详见日志；已取得的页面都在库里，可以重跑")
    return run.report


def _on_signals(run: Run) -> dict[int, signal._HANDLER]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        run.stop()

    return {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
