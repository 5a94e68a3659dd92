"""The checks of `caixun doctor` that databases cannot answer: versions, settings, calendar, source files, who runs."""

from __future__ import annotations

import datetime
import fcntl
import platform
import sqlite3
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from db import doctor
from db.doctor import FAIL, OK, WARN, Finding
from db.paths import DataDirectory
from parsers.dates import BEIJING
from parsers.errors import CaixunError
from scheduler import calendar, checkup_keeping, house, locks, own_words, serving, settings

_PACKAGES = ("datasette", "scrapy", "apscheduler", "chinesecalendar", "zstandard")


def examine(path: Path, now: datetime.datetime, *, full: bool = False) -> Iterator[Finding]:
    """Every check of the data directory at `path`, in the order in which people read them."""
    directory = DataDirectory(path)
    yield _versions()
    yield _tried("设置", lambda: _settings(path))
    yield _tried("日历", lambda: _calendar(path, now))
    yield _tried("来源文件", lambda: _sources(directory))
    yield _tried("词表", lambda: _words(directory))
    yield _who_runs(path)
    yield web(path, now)
    yield from checkup_keeping.examine(directory, now, full=full)
    yield from doctor.examine(directory, now, full=full)


def _tried(name: str, check: Callable[[], Finding]) -> Finding:
    """What the check says; an expected error is its finding."""
    try:
        return check()
    except CaixunError as error:
        return Finding(name, FAIL, str(error))


def _versions() -> Finding:
    named = "，".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    caixun = metadata.version("caixun")
    return Finding(
        "版本", OK, f"才讯 {caixun}，Python {platform.python_version()}，SQLite {sqlite3.sqlite_version}，{named}"
    )


def _settings(path: Path) -> Finding:
    known = settings.load(path)
    if not known.mail.host and not house.is_demo(DataDirectory(path)):
        return Finding(
            "设置", WARN, f"没有设发信服务器，提醒不会发出：在 {path / settings.FILE_NAME} 的 [mail] 填 host"
        )
    if not known.operator.email:
        return Finding("设置", OK, "可用；没有设 [operator] email，来源失效时不会收到通知")
    return Finding("设置", OK, "可用")


def _calendar(path: Path, now: datetime.datetime) -> Finding:
    missing = calendar.load(path).missing(now.astimezone(BEIJING).date())
    if missing:
        years = "、".join(map(str, missing))
        return Finding("日历", WARN, f"缺少 {years} 年的节假日安排：请写 {path / calendar.FILE_NAME}")
    return Finding("日历", OK, "节假日和调休齐全")


def _sources(directory: DataDirectory) -> Finding:
    known = house.sources(directory).values()
    return Finding("来源文件", OK, f"{len(known)} 个都可用，启用 {sum(one.enabled for one in known)} 个")


def _words(directory: DataDirectory) -> Finding:
    own = own_words.lexicon_of(directory) is not None
    return Finding("词表", OK, "有自己的 lexicon.toml，可用" if own else "用内置词表")


def _who_runs(path: Path) -> Finding:
    files = {"caixun run": path / "run.lock", "定时抓取": path / locks.FOLDER / locks.SCHEDULER}
    running = [name for name, file in files.items() if _is_held(file)]
    return Finding("运行状态", OK, f"{'、'.join(running)} 正在运行" if running else "没有在运行")


def web(path: Path, now: datetime.datetime) -> Finding:
    """Whether the web's processes answer, and which of them ended by themselves within a day."""
    said = serving.remembered(path)
    if not said or not _is_held(path / locks.FOLDER / serving.LOCK):
        return Finding("网页进程", OK, "没有以多个进程运行")
    line = f"{said['workers']} 个进程，{said['answering']} 个在回答，{said['since']} 起"
    day = (now - datetime.timedelta(days=1)).isoformat(timespec="seconds")
    deaths = [one for one in said["deaths"] if one["at"] >= day]
    if deaths:
        last = f"最近 {deaths[-1]['at']}（{deaths[-1]['cause']}）"
        return Finding(
            "网页进程", WARN, f"{line}；一天内有 {len(deaths)} 次意外退出并已重新启动，{last}：见 logs/web.log"
        )
    state = OK if said["answering"] == said["workers"] else WARN
    return Finding("网页进程", state, line)


def _is_held(file: Path) -> bool:
    if not file.exists():
        return False
    with file.open("r", encoding="ascii") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
