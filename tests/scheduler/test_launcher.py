"""Crawl runs as processes, over real sites on loopback: hanging and crashing ones, downtime, a clock that moves."""

from __future__ import annotations

import datetime
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from crawler.sources import Source
from db import runs
from db.connection import open_writer, transaction
from db.frontier import iso
from db.paths import DataDirectory
from scheduler import house, limits, locks
from scheduler.runs import Launcher
from tests.crawler.site import Site, serving

TOML = """
title = "{name}"
province = "青海省"
[crawl]
every = "1h"
delay = 0
timeout = "10m"
lists = ["{url}/list/"]
article = '/a/\\d+\\.html$'
allow_private = ["127.0.0.1:{port}"]
"""
PAGE = "<html><title>人才工作会议召开</title><body><h1>人才工作会议召开</h1><p>{}</p></body></html>"


def fill(site: Site) -> None:
    links = "".join(f'<li><a href="/a/{n}.html">第{n}次人才工作会议在西宁召开</a></li>' for n in range(4))
    site.put("/list/", f"<html><title>要闻</title><ul>{links}</ul></html>")
    for number in range(4):
        site.put(f"/a/{number}.html", PAGE.format("全省引进高层次人才一百名，建设人才平台六个。" * 5))


class House:
    """A data directory with sources on sites of their own, and a launcher that a test lets tick."""

    def __init__(self, path: Path, names: tuple[str, ...], stack: ExitStack) -> None:
        self.directory = DataDirectory(path).prepare()
        (path / "demo").mkdir()  # only the directory's own sources
        (path / "sources").mkdir()
        for name in names:
            site = stack.enter_context(serving())
            fill(site)
            text = TOML.format(name=name, url=site.url, port=site.port)
            (path / "sources" / f"{name}.toml").write_text(text, "utf-8")
        self.sources: dict[str, Source] = house.sources(self.directory)
        self.crawl = open_writer(self.directory.crawl)
        stack.callback(self.crawl.close)
        runs.plan(self.crawl, self.sources, house.now())
        self.launcher = Launcher(self.directory, self.sources)
        stack.callback(self.stop)

    def stop(self) -> None:
        for _, watch in self.launcher.running.values():
            limits.end(watch.process, signal.SIGKILL)
            watch.process.wait()

    def tick_until(self, done: Callable[[], bool], seconds: float = 90) -> float:
        """Tick until `done`; the seconds that it took."""
        began = time.monotonic()
        while not done():
            assert time.monotonic() - began < seconds, self.ended()
            self.launcher.tick()
            time.sleep(0.1)
        return time.monotonic() - began

    def ended(self) -> dict[str, list[sqlite3.Row]]:
        found: dict[str, list[sqlite3.Row]] = {name: [] for name in self.sources}
        for row in self.crawl.execute("select * from run where ended is not null order by id"):
            found[row["source"]].append(row)
        return found

    def process(self, name: str) -> subprocess.Popen[bytes]:
        return next(watch.process for source, watch in self.launcher.running.values() if source == name)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., House]]:
    with ExitStack() as stack:
        yield lambda *names: House(tmp_path, names, stack)


def test_a_hanging_and_a_crashing_spider_hold_up_nobody_and_are_failed_and_due(
    make: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = make("good", "hangs", "crashes")
    monkeypatch.setattr(limits, "GRACE", 1.0)
    alone.launcher.tick()
    os.killpg(alone.process("hangs").pid, signal.SIGSTOP)  # answers nothing any more, not even SIGTERM
    os.killpg(alone.process("crashes").pid, signal.SIGSEGV)
    alone.tick_until(lambda: bool(alone.ended()["good"] and alone.ended()["crashes"]))
    (good,), (crashed,) = alone.ended()["good"], alone.ended()["crashes"]
    assert (good["outcome"], good["stored"]) == ("complete", 5)
    assert (crashed["outcome"], crashed["message"]) == ("failed", "抓取进程结束：没有留下记录（退出码 -11）")

    monkeypatch.setattr(limits, "SILENCE", 0.5)
    alone.tick_until(lambda: bool(alone.ended()["hangs"]))

    (hung,) = alone.ended()["hangs"]
    assert hung["outcome"] == "failed"
    assert "没有动静，已终止（退出码 -9）" in hung["message"]
    due = dict(alone.crawl.execute("select source, next_due from source_state").fetchall())
    soon = iso(house.now() + datetime.timedelta(minutes=6))
    assert due["hangs"] < soon and due["crashes"] < soon
    assert locks.is_free(alone.directory.path, "hangs")


def test_a_run_beyond_its_time_is_told_to_end_and_ends_in_good_order(make: Callable[..., House]) -> None:
    one = make("slow")
    one.launcher.tick()
    (_, watch) = next(iter(one.launcher.running.values()))
    time.sleep(0.1)
    watch.until = time.monotonic()
    one.tick_until(lambda: bool(one.ended()["slow"]))
    assert watch.reason == "超过时限"
    assert watch.process.wait(5) != -signal.SIGKILL


def test_after_ten_hours_of_downtime_each_source_is_caught_up_exactly_once(make: Callable[..., House]) -> None:
    two = make("one", "two")
    two.tick_until(lambda: all(len(rows) == 1 for rows in two.ended().values()) and not two.launcher.running)
    with transaction(two.crawl):  # the ten hours
        two.crawl.execute(
            "update source_state set next_due = strftime('%Y-%m-%dT%H:%M:%S+00:00', next_due, '-10 hours')"
        )
        two.crawl.execute("update run set started = strftime('%Y-%m-%dT%H:%M:%S+00:00', started, '-10 hours')")
    runs.recover(two.crawl, house.now())
    runs.plan(two.crawl, two.sources, house.now())
    two.launcher = Launcher(two.directory, two.sources)
    two.tick_until(lambda: all(len(rows) == 2 for rows in two.ended().values()) and not two.launcher.running)
    for _ in range(5):
        two.launcher.tick()

    assert {name: len(rows) for name, rows in two.ended().items()} == {"one": 2, "two": 2}
    assert not two.launcher.running


def test_a_clock_that_was_ahead_leaves_no_source_waiting_for_years(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path).prepare()
    now, year = house.now(), datetime.timedelta(days=365)
    with closing(open_writer(directory.crawl)) as crawl:
        for name, then in (("ahead", now + year), ("right", now)):
            run = runs.start(crawl, name, then)
            assert run is not None
            runs.end(crawl, run, then, outcome="complete", message="", every=datetime.timedelta(hours=2), counts={})
        assert runs.clock_went_back(crawl, now) == 1
        assert [source for source, _ in runs.take_due(crawl, now, 5)] == ["ahead"]
        assert runs.clock_went_back(crawl, now) == 0


def test_memory_beyond_the_limit_is_refused_in_the_child_alone() -> None:
    code = "from scheduler import limits\nlimits.limit_memory(600 << 20)\ntry:\n bytearray(1 << 30)\n"
    code += "except MemoryError:\n print('refused')\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"
    bytearray(1 << 20)


def test_a_second_scheduler_says_so_and_leaves(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path).prepare()
    command = [sys.executable, "-m", "caixun", "schedule", "--data", str(directory.path)]
    with locks.holding(directory.path, locks.SCHEDULER) as free:
        assert free
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "已有一个定时抓取在运行" in done.stderr
