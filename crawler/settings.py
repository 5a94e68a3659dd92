"""The Scrapy settings of a run, each with its reason. What Scrapy should not decide for us is off."""

from __future__ import annotations

from typing import Any

from crawler.sources import Source

MIB = 1 << 20
MAX_BYTES = 10 * MIB
REQUEST_TIMEOUT = 30.0
# Honest and contactable: the address of the operator is set by whoever runs it (see README, settings).
USER_AGENT = "Caixun/0.1 (provincial news monitor; respects robots.txt)"


def scrapy_settings(source: Source, user_agent: str = USER_AGENT) -> dict[str, Any]:
    """The settings for one run over `source`."""
    return {**_closed_doors(), **_limits(source), **_manners(source, user_agent)}


def _closed_doors() -> dict[str, Any]:
    return {
        "REMOTE_CONTROL_ENABLED": False,  # 2.19 opens an HTTP port that runs code
        "TELNETCONSOLE_ENABLED": False,  # likewise, a console on loopback
        "COOKIES_ENABLED": False,  # a session would hide what the public sees
        "METAREFRESH_ENABLED": False,  # a page must not send us anywhere
        "HTTPPROXY_ENABLED": False,  # a proxy from the environment would dial behind the guard
        "HTTPCACHE_ENABLED": False,  # saw 0 of 10 edits when measured; validators are ours
        "RETRY_ENABLED": False,  # the frontier retries, after a back-off
        "COMPRESSION_ENABLED": False,  # lenient: a gzip cut short passes as a page; decoded by crawler.encoding
        "REFERER_ENABLED": True,  # the redirect middleware asks for it; there is none to send
        "DOWNLOAD_HANDLERS": {"file": None, "data": None, "s3": None, "ftp": None},  # only http and https
        "TWISTED_DNS_RESOLVER": "crawler.guard.GuardedResolver",  # judges every address that is dialled
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }


def _limits(source: Source) -> dict[str, Any]:
    return {
        "DOWNLOAD_TIMEOUT": min(REQUEST_TIMEOUT, source.timeout),  # the whole answer, not only its head
        "DOWNLOAD_MAXSIZE": MAX_BYTES,  # endless and huge pages end here
        "DOWNLOAD_WARNSIZE": 0,  # the visit says it; a log line more does not help
        "DOWNLOAD_FAIL_ON_DATALOSS": True,  # a body shorter than announced is no page
        "REDIRECT_MAX_TIMES": 5,  # loops and chains end here
        "MEMUSAGE_ENABLED": False,  # counts what our parent held when it started us; scheduler.limits holds memory
        "DNS_TIMEOUT": 20,
        "CONCURRENT_REQUESTS": 16,  # over all hosts of the source
        "LOG_INSTALL_ROOT_HANDLER": False,  # the program that starts the run decides where its log goes
        "LOG_LEVEL": "WARNING",  # what happened is in the visits
        "LOGSTATS_INTERVAL": 0,
    }


def _manners(source: Source, user_agent: str) -> dict[str, Any]:
    return {
        "USER_AGENT": user_agent,
        "CAIXUN_ALLOW_PRIVATE": list(source.allow_private),
        "ROBOTSTXT_OBEY": False,  # Scrapy's own allows on 5xx and ignores Crawl-delay; crawler.robots does it
        "DOWNLOAD_DELAY": source.delay,  # per host, from one request to the next
        "DOWNLOAD_DELAY_JITTER": 0,  # the delay is a promise, not a mean
        "CONCURRENT_REQUESTS_PER_DOMAIN": source.concurrency,  # 1 unless the source says more
        "AUTOTHROTTLE_ENABLED": False,  # .33 of the speed even on loopback; a plain delay is enough
        "DOWNLOAD_VERIFY_CERTIFICATES": source.verify_certificates,  # off by default in Scrapy
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "gzip, deflate",  # what crawler.encoding decodes strictly
        },
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.guard.GuardMiddleware": 90,  # every redirect starts again at the top: it comes here too
            "crawler.robots.RobotsMiddleware": 100,
            "crawler.politeness.PolitenessMiddleware": 605,  # below redirects (600): sees every answer
        },
    }
