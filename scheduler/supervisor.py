"""`caixun run`: starts the programs of the product, keeps them running, and stops them all."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from db.errors import DataDirectoryError
from scheduler import lifeline
from scheduler.signals import heard

CONFIGURATION_EXIT = 3  # a child's "the settings are wrong, the message is printed": no restart can mend it
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before a restart
HEALTHY_LIFE = 60.0  # seconds of life after which earlier deaths are forgiven
STOP_GRACE = 8.0  # seconds between SIGTERM and SIGKILL
TAKEOVER_WAIT = 10.0  # seconds for the children of a killed supervisor to end
LOG_LIMIT = 5 * 1024 * 1024
_BEAT = 0.1
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LOG_CHECK = 60.0
_TAIL = 8


@dataclass(slots=True)
class _Child:
    """One supervised program: its process, and what its deaths say about the next start."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = 0.0


@dataclass(slots=True)
class _Signals:
    """How often we were told to stop; the second time means: at once."""

    received: int = 0

    def note(self) -> None:
        """We were told."""
        self.received += 1


def supervise(
    children: Mapping[str, list[str]],
    *,
    directory: Path,
    echo: Callable[[str], None],
    ready: Callable[[], bool] | None = None,
) -> int:
    """Run `children` (name → command) until SIGTERM, SIGINT or SIGHUP; the exit code for the shell.

    0 after a clean stop; 1 when `directory` is in use by another supervisor or a child ends with exit code 3
    (its settings are wrong). A child that dies otherwise is started again after a growing wait. `echo` gets
    Chinese lines for the terminal. `ready` is asked ten times a second until it answers True. Each child
    writes to `directory`/logs/NAME.log. Must be called in the main thread. A stop takes at most 10 s.
    """
    try:
        signals = _Signals()
        with _locked(directory, echo) as lock, heard(_STOPS, signals.note):
            family = _family(children, directory)
            try:
                return _keep_running(family, signals, lock, echo, ready)
            finally:
                _stop_all(family, signals)
    except DataDirectoryError as error:
        echo(str(error))
        return 1


def _family(children: Mapping[str, list[str]], directory: Path) -> list[_Child]:
    logs = directory / "logs"
    logs.mkdir(exist_ok=True)
    return [_Child(name, command, logs / f"{name}.log") for name, command in children.items()]


@contextlib.contextmanager
def _locked(directory: Path, echo: Callable[[str], None]) -> Iterator[int]:
    """The exclusive right to `directory`, as the descriptor of its lock.

    The children keep the descriptor open, so the lock of a killed supervisor holds until they are gone too:
    a new one waits for that, and never starts a second web beside the first.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "run.lock").open("a+", encoding="ascii") as file:
        _acquire(file.fileno(), file.name, directory, echo)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def _acquire(descriptor: int, path: str, directory: Path, echo: Callable[[str], None]) -> None:
    deadline = time.monotonic() + TAKEOVER_WAIT
    told = False
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        owner = Path(path).read_text(encoding="ascii").strip()
        if _alive(owner) or time.monotonic() > deadline:
            raise DataDirectoryError(
                f"数据目录 {directory} 正由另一个才讯使用（进程 {owner or '未知'}）；请先停止它，或用 --data 另选目录"
            )
        if not told:
            echo("上一次运行没有正常结束，正在等待它的进程退出……")
            told = True
        time.sleep(_BEAT)


def _alive(pid: str) -> bool:
    if not pid.isdigit():
        return True  # just being written
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _keep_running(
    family: list[_Child],
    signals: _Signals,
    lock: int,
    echo: Callable[[str], None],
    ready: Callable[[], bool] | None,
) -> int:
    check_logs = time.monotonic() + _LOG_CHECK
    while not signals.received:
        for child in family:
            if not _tend(child, lock, echo):
                return 1
        if ready is not None and ready():
            ready = None
        if time.monotonic() > check_logs:
            for child in family:
                _shorten(child.log)
            check_logs = time.monotonic() + _LOG_CHECK
        time.sleep(_BEAT)
    return 0


def _tend(child: _Child, lock: int, echo: Callable[[str], None]) -> bool:
    """Start `child` where it is due, note its death where it died; False when it says it can never run."""
    now = time.monotonic()
    if child.process is None:
        if now >= child.due:
            _start(child, lock)
        return True
    code = child.process.poll()
    if code is None:
        return True
    if code == CONFIGURATION_EXIT:
        echo(f"{child.name} 无法启动：{_last_lines(child.log)}")
        return False
    if now - child.started >= HEALTHY_LIFE:
        child.wait = FIRST_WAIT
    echo(f"{child.name} 意外退出（{_cause(code)}），{child.wait:g} 秒后重新启动；{child.log} 的末尾：")
    echo(_last_lines(child.log) or "（空）")
    _signal_group(child.process, signal.SIGKILL)  # what it left behind must not hold its port
    child.process, child.due = None, now + child.wait
    child.wait = min(child.wait * 2, LONGEST_WAIT)
    return True


def _start(child: _Child, lock: int) -> None:
    _shorten(child.log)
    with child.log.open("ab") as output:
        child.process = lifeline.spawn(child.command, output=output, keep=(lock,))
    child.started = time.monotonic()


def _cause(code: int) -> str:
    return f"退出码 {code}" if code >= 0 else f"信号 {-code}"


def _stop_all(family: list[_Child], signals: _Signals) -> None:
    processes = [child.process for child in family if child.process is not None]
    told = signals.received
    for process in processes:
        _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + STOP_GRACE
    while any(process.poll() is None for process in processes):
        if time.monotonic() > deadline or signals.received > told:
            break
        time.sleep(_BEAT / 2)
    for process in processes:
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # the whole group is gone already
        os.killpg(process.pid, number)


def _shorten(log: Path) -> None:
    """Move a log over the limit to NAME.log.1; copied and cut, because its writer keeps the file open."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        shutil.copyfile(log, log.with_name(log.name + ".1"))
        os.truncate(log, 0)


def _last_lines(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16384))
        lines = deque(file.read().decode("utf-8", "replace").splitlines(), maxlen=_TAIL)
    return "\n".join(line for line in lines if line.strip())
