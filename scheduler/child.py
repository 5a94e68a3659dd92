"""What every program that we start does first."""

from __future__ import annotations

import contextlib
import gc
import logging
import time
from collections.abc import Callable, Iterator

from scheduler import lifeline

_log = logging.getLogger(__name__)


def begin() -> None:
    """In a child process: end when the parent has ended."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_worth_a_line)
    lifeline.watch()


@contextlib.contextmanager
def reading_modules() -> Iterator[None]:
    """Nothing of what modules leave is garbage: looking for some would cost a third of a second of a start.

    What was read is then left alone by every later search, so that processes forked from this one go on sharing it.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Scrapy and APScheduler tell every step (and Scrapy resets its own level): only their warnings count."""
    return record.levelno >= logging.WARNING or not record.name.startswith(("scrapy", "apscheduler"))


def guarded(step: Callable[[], int], wait: float) -> int:
    """What `step` did, or 0 after an error: it is in the log, and `wait` seconds pass before the next step.

    The boundary of a step: a bug in one must not stop the others.
    """
    try:
        return step()
    except Exception:  # noqa: BLE001 - the one boundary of the steps of a program
        _log.exception("%s 出错，稍后重试", getattr(step, "__name__", step))
        time.sleep(wait)
        return 0
