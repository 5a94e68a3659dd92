"""The clock of the scheduler: APScheduler ticks, and nothing more.

What is due is kept in tables of ours; a tick only looks there. So a tick that is missed costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

_log = logging.getLogger(__name__)

LAST_WAIT = 6.0  # seconds that running actions get to end after the stop


@dataclass(frozen=True, slots=True)
class Tick:
    """`action` runs in a thread at the start and then every `seconds`, never twice at a time."""

    name: str
    seconds: float
    action: Callable[[], None]


async def run_ticks(
    jobs: Sequence[Tick], stop: asyncio.Event, *, failed: Callable[[str, Exception], None] | None = None
) -> None:
    """Tick until `stop` is set, then let running actions end (at most LAST_WAIT seconds).

    `failed(name, error)` is called (in the action's thread) with each error that an action let through.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a skipped tick costs nothing: not worth a line
    running: set[asyncio.Task[None]] = set()
    clock = AsyncIOScheduler(timezone=UTC)
    for job in jobs:
        clock.add_job(
            _beat,
            "interval",
            args=(job, failed, running),
            seconds=job.seconds,
            id=job.name,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    clock.start()
    try:
        await stop.wait()
    finally:
        clock.pause()
        if running:
            await asyncio.wait(running, timeout=LAST_WAIT)
        clock.shutdown(wait=False)


async def _beat(job: Tick, failed: Callable[[str, Exception], None] | None, running: set[asyncio.Task[None]]) -> None:
    work = asyncio.create_task(asyncio.to_thread(_guarded, job, failed))
    running.add(work)
    work.add_done_callback(running.discard)
    await asyncio.shield(work)


def _guarded(job: Tick, failed: Callable[[str, Exception], None] | None) -> None:
    try:
        job.action()
    except Exception as error:  # noqa: BLE001 - the one boundary: a bug in one job must not stop the others
        _log.error("定时任务 %s 出错，下次照常再试", job.name, exc_info=error)
        if failed is not None:
            failed(job.name, error)
