"""The long-running programs: web, scheduler, stages, and `run`, which supervises them all."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from crawler.sources import Source
from db import ingest, runs
from db.connection import open_writer
from db.errors import DataDirectoryError
from db.paths import DataDirectory
from db.requests import LONG, SHORT
from scheduler import demo_clock, house, locks, preparing
from scheduler.backups import BackupClock
from scheduler.child import guarded
from scheduler.health_checks import HealthChecks
from scheduler.in_force import SettingsWatch, catcher_port, need_a_restart, settings_of
from scheduler.pruning import PruneClock
from scheduler.publishing import Publisher
from scheduler.remote import RemoteLauncher, post_at
from scheduler.requests import RequestWorker
from scheduler.runs import Launcher
from scheduler.settings import CrawlSettings, Settings, WebSettings
from scheduler.source_watch import SourceWatch
from scheduler.stages import Stages
from scheduler.supervisor import supervise
from scheduler.ticks import Tick, run_ticks

AnyLauncher = Launcher | RemoteLauncher

_log = logging.getLogger(__name__)
_CHECK = 15.0  # seconds between two checks of everything's health
_POLL = 0.4  # seconds between two looks at a log that had nothing new


def port_in_use(host: str, port: int) -> bool:
    """Whether something listens on `host`:`port` already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
        return False


def taken(host: str, port: int) -> str:
    """The line that is said when `port_in_use`."""
    return f"端口 {host}:{port} 已被占用：请关掉占用它的程序，或用 --port 换一个端口"


def run_scheduler(directory: DataDirectory) -> int:
    """Tick until SIGTERM: start what is due, reap what has ended, advance the demo's replica.

    Raises DataDirectoryError when another scheduler works on this directory.
    """
    with locks.holding(directory.path, locks.SCHEDULER) as free:
        if not free:
            raise DataDirectoryError(
                f"数据目录 {directory.path} 已有一个定时抓取在运行；请先停止它（caixun run 或 caixun schedule）"
            )
        return _schedule(directory)


def _schedule(directory: DataDirectory) -> int:
    sources = house.sources(directory)
    enabled = {name: source for name, source in sources.items() if source.enabled}
    all_settings = settings_of(directory)
    settings = all_settings.crawl
    connection = open_writer(directory.crawl)
    if not settings.redis:  # on other machines runs go on without us
        runs.recover(connection, house.now())
    runs.plan(connection, enabled, house.now())
    connection.close()
    launcher = _launcher(directory, enabled, settings)
    workers, watch = [RequestWorker(directory, kinds) for kinds in (SHORT, LONG)], SourceWatch(directory)
    for worker in workers:
        worker.recover()
    checks = HealthChecks(directory, all_settings)
    publisher = Publisher(directory)
    backups, prunes = BackupClock(directory, all_settings), PruneClock(directory, all_settings)
    settings_watch = SettingsWatch(directory, all_settings)
    jobs = [
        Tick("runs", 0.5, launcher.tick),
        *(Tick(f"requests {worker.kinds[0]}", 0.5, worker.tick) for worker in workers),
        Tick("downloads", preparing.SWEEP, lambda: preparing.sweep(directory)),
        Tick("sources", 1.0, lambda: _take_up(launcher, watch)),
        Tick("health", _CHECK, lambda: checks.tick(launcher.sources)),
        Tick("clock", _CHECK, lambda: _mend_plan(directory)),
        Tick("backups", 1.0, backups.tick),
        Tick("prune", _CHECK, prunes.tick),
        Tick("publish", _CHECK, publisher.tick),
        Tick("settings", 1.0, lambda: _take_up_settings(settings_watch, launcher, checks, backups, prunes)),
    ]
    if house.is_demo(directory):
        jobs.append(Tick("replica", 1.0, lambda: _advance(directory, list(enabled))))
    asyncio.run(_tick_until_stopped(jobs))
    launcher.stop()
    beside: list[Publisher | RequestWorker | BackupClock | PruneClock] = [publisher, *workers, backups, prunes]
    for one in beside:
        one.stop()
    return 0


def _mend_plan(directory: DataDirectory) -> None:
    """Sources that a clock which was ahead planned for a far future are due now."""
    connection = open_writer(directory.crawl)
    moved = runs.clock_went_back(connection, house.now())
    connection.close()
    if moved:
        _log.warning("时钟往回拨过，%s 个来源改为现在抓取", moved)


def _launcher(directory: DataDirectory, enabled: dict[str, Source], settings: CrawlSettings) -> AnyLauncher:
    """Who opens runs: processes of this machine, or workers that are told by Redis."""
    if settings.redis:
        return RemoteLauncher(directory, enabled, post_at(settings.redis, patience=2), settings.full_agent)
    return Launcher(directory, enabled, settings.at_once)


def _take_up_settings(
    watch: SettingsWatch, launcher: AnyLauncher, *users: HealthChecks | BackupClock | PruneClock
) -> None:
    """Work by a changed caixun.toml from now on; say so where only a restart does."""
    before, fresh = watch.settings, watch.changed()
    if fresh is None:
        return
    for user in users:
        user.settings = fresh
    if isinstance(launcher, Launcher):
        launcher.at_once = fresh.crawl.at_once
    late = need_a_restart(before, fresh)
    _log.warning("设置已改，%s", f"{'、'.join(late)} 要重新启动才讯后生效，其余已生效" if late else "已生效")


def _take_up(launcher: AnyLauncher, watch: SourceWatch) -> None:
    """Watch the sources of files that were added or changed."""
    fresh = watch.changed()
    if fresh is not None:
        launcher.sources = {name: source for name, source in fresh.items() if source.enabled}
        connection = open_writer(launcher.directory.crawl)
        runs.plan(connection, launcher.sources, house.now())
        connection.close()


def _advance(directory: DataDirectory, sources: list[str]) -> None:
    if demo_clock.tick(directory, sources):
        _log.info("演示站点发布了新内容")


async def _tick_until_stopped(jobs: list[Tick]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run_ticks(jobs, stop)


def run_stages(directory: DataDirectory) -> int:
    """Walk the logs until SIGTERM; a stage that fails is reported and tried again, the others go on."""
    settings, sources, watch = settings_of(directory), house.sources(directory), SourceWatch(directory)
    _save_sources(directory, sources)
    stages = Stages(directory, settings, sources)
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: stopped.append(got))
    while not stopped:
        fresh = watch.changed()
        if fresh is not None:
            stages.sources = fresh
            _save_sources(directory, fresh)
        done = sum(guarded(step, _POLL) for step in (stages.parse, stages.tidy))
        if not done and not stopped:
            time.sleep(_POLL)
    return 0


def _save_sources(directory: DataDirectory, sources: dict[str, Source]) -> None:
    archive = open_writer(directory.archive)
    ingest.save_sources(archive, {s.id: house.facts_of(s) for s in sources.values()} | {"local": house.local_facts()})
    archive.close()


def full_text(settings: Settings, host: str) -> bool:
    """Whether whole articles are shown: as set, else only when the web is bound to this machine."""
    return WebSettings(host=host, show=settings.web.show).full_text


def run(path: Path, *, demo: bool, host: str | None, port: int | None, echo: Callable[[str], None]) -> int:
    """Everything at once, supervised; the exit code for the shell."""
    directory = house.prepare(path, demo=demo)
    settings = settings_of(directory)
    house.sources(directory)  # a wrong source file stops the start with its message
    host, port = host or settings.web.host, port if port is not None else settings.web.port
    if port_in_use(host, port):
        echo(taken(host, port))
        return 1
    me = [sys.executable, "-m", "caixun"]
    children: dict[str, list[str]] = {}
    if house.is_demo(directory):
        folder = str(path / house.DEMO)
        ports = ",".join(str(number) for number in _demo_ports(directory))
        children["replica"] = [sys.executable, "-m", "scheduler.demo.site", "--directory", folder, "--ports", ports]
        mail = str(catcher_port(directory))
        children["mail"] = [sys.executable, "-m", "scheduler.mail_catcher", "--directory", folder, "--port", mail]
    children["web"] = [*me, "serve", "--data", str(path), "--host", host, "--port", str(port)]
    children["stages"] = [*me, "stages", str(path)]
    children["delivery"] = [sys.executable, "-m", "scheduler.delivering", "--data", str(path)]
    if settings.crawl.redis:
        children["ingest"] = [*me, "ingest", "--data", str(path)]
    children["scheduler"] = [*me, "schedule", "--data", str(path)]
    echo(f"才讯正在启动，数据目录 {path}")
    url = f"http://{host}:{port}/"
    return supervise(children, directory=path, echo=echo, ready=_announce(host, port, url, echo))


def _demo_ports(directory: DataDirectory) -> tuple[int, ...]:
    from scheduler.demo.ports import choose_ports

    return tuple(choose_ports(directory.path / house.DEMO))


def _announce(host: str, port: int, url: str, echo: Callable[[str], None]) -> Callable[[], bool]:
    def ready() -> bool:
        try:
            socket.create_connection((host, port), timeout=0.2).close()
        except OSError:
            return False
        echo(f"已就绪：在浏览器打开 {url}（Ctrl-C 结束）")
        return True

    return ready
