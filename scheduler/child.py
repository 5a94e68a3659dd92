"""What every program that we start does first."""

from __future__ import annotations

import logging

from scheduler import lifeline


def begin() -> None:
    """In a child process: end when the parent has ended."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_worth_a_line)
    lifeline.watch()


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Scrapy and APScheduler tell every step (and Scrapy resets its own level): only their warnings count."""
    return record.levelno >= logging.WARNING or not record.name.startswith(("scrapy", "apscheduler"))
