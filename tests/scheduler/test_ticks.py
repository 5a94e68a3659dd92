"""Ticks against the real clock: they repeat, they do not overlap, and a broken one stops nobody."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from scheduler.ticks import Tick, run_ticks


async def run_for(jobs: Sequence[Tick], seconds: float, failed: Callable[[str, Exception], None] | None = None) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    await run_ticks(jobs, stop, failed=failed)


async def test_a_tick_runs_at_once_and_again_after_its_seconds() -> None:
    times: list[float] = []
    start = time.monotonic()
    await run_for([Tick("look", 0.4, lambda: times.append(time.monotonic() - start))], 1.1)
    assert len(times) == 3
    assert times[0] < 0.3


async def test_a_broken_job_is_reported_by_name_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    good: list[int] = []
    failures: list[tuple[str, str]] = []

    def broken() -> None:
        raise ValueError("坏了")

    jobs = [Tick("broken", 0.2, broken), Tick("good", 0.2, lambda: good.append(1))]
    await run_for(jobs, 0.7, lambda name, error: failures.append((name, str(error))))
    assert len(good) >= 3
    assert len(failures) >= 3
    assert set(failures) == {("broken", "坏了")}
    assert "broken" in caplog.text


async def test_a_slow_job_never_overlaps_itself_and_delays_nobody(caplog: pytest.LogCaptureFixture) -> None:
    active, peak, quick = 0, 0, []
    lock = threading.Lock()

    def slow() -> None:
        nonlocal active, peak
        with lock:
            active += 1
            peak = max(peak, active)
        time.sleep(0.5)
        with lock:
            active -= 1

    await run_for([Tick("slow", 0.1, slow), Tick("quick", 0.1, lambda: quick.append(1))], 1.0)
    assert peak == 1
    assert caplog.records == []  # ticks that find it busy are no news
    assert len(quick) >= 8


async def test_the_stop_waits_for_a_running_action_and_starts_no_other() -> None:
    ends: list[str] = []

    def action() -> None:
        time.sleep(0.4)
        ends.append(threading.current_thread().name)

    await run_for([Tick("job", 0.05, action)], 0.1)
    assert len(ends) == 1
    assert ends != [threading.main_thread().name]
    await asyncio.sleep(0.2)
    assert len(ends) == 1
