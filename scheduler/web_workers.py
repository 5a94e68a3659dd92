"""The web in several processes: one accepts, the others answer; a dead one is replaced, a stop ends all.

Workers are forked from a process that has read all modules, so that a new one answers at once. They hang on the
lifeline of their parent. Before the first one answers nobody listens: readers are refused as before a start.
"""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.context import ForkProcess
from typing import Any, Protocol

from scheduler import lifeline
from scheduler.handing import Channel, Place
from scheduler.signals import heard
from scheduler.supervisor import FIRST_WAIT, HEALTHY_LIFE, LONGEST_WAIT

BACKLOG = 2048
STOP_GRACE = 6.0  # seconds between SIGTERM and SIGKILL; the supervisor above us waits longer
_BEAT = 0.1
_SETTLING = 20.0  # seconds after which the next worker starts although this one still reads
_AT_A_TIME = 64  # connections accepted between two looks at the workers
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = logging.getLogger(__name__)
Work = Callable[[Channel], None]


@dataclass(slots=True)
class _Worker:
    """One of the workers: its process and place while it lives, and when it may be started."""

    number: int
    process: ForkProcess | None = None
    place: Place = field(default_factory=Place)
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = 0.0


def bound(host: str, port: int) -> list[socket.socket]:
    """Sockets bound to every address of `host` that this machine has, not listening yet. Raises OSError."""
    found = dict.fromkeys(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE))
    sockets, failure = [], OSError(errno.EADDRNOTAVAIL, f"{host}:{port}")
    for family, kind, protocol, _, address in found:
        try:
            sockets.append(_bound(socket.socket(family, kind, protocol), address))
        except OSError as error:  # a name may have an address of IPv6 where the machine has none
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
            failure = error
    if not sockets:
        raise failure
    return sockets


def _bound(one: socket.socket, address: Any) -> socket.socket:
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if one.family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    one.setblocking(False)
    try:
        one.bind(address)
    except OSError:
        one.close()
        raise
    return one


class Told(Protocol):
    """Who hears what becomes of the workers."""

    def died(self, number: int, cause: str) -> None:
        """Worker `number` (from 1) ended by itself."""

    def answering(self, count: int) -> None:
        """So many answer now."""


class Workers:
    """`count` processes that do `work` with the connections of `sockets`; `told` hears what becomes of them."""

    def __init__(self, work: Work, sockets: Sequence[socket.socket], count: int, told: Told) -> None:
        self._work, self._sockets, self._told = work, list(sockets), told
        self._workers = [_Worker(number) for number in range(1, count + 1)]
        self._listening = False
        self._answering = 0
        self._held: socket.socket | None = None
        self._stops = 0

    def run(self) -> int:
        """Serve until SIGTERM, SIGINT or SIGHUP; the exit code. Must be called in the main thread.

        0 after a stop; what the first worker ended with where it never answered; 1 where somebody else took the port.
        """
        with heard(_STOPS, self._note_stop):
            code = 0
            while not code and not self._stops:
                code = self._tend()
                self._start_due()
                self._take(_BEAT)
            self._end_all()
            return code

    def _note_stop(self) -> None:
        self._stops += 1

    def _tend(self) -> int:
        """Bury the dead, listen once somebody answers; not 0 where there is no sense in going on."""
        for worker in self._workers:
            if worker.process is None or worker.process.is_alive():
                continue
            code = worker.process.exitcode or 0
            if not self._listening:  # it never answered: whoever started us tells, and tries again where that helps
                return max(code, 1)
            self._bury(worker, code)
        answering = sum(worker.place.ready for worker in self._workers)
        if answering != self._answering:
            self._answering = answering
            self._told.answering(answering)
        return self._listen() if answering and not self._listening else 0

    def _bury(self, worker: _Worker, code: int) -> None:
        now = time.monotonic()
        if now - worker.started >= HEALTHY_LIFE:
            worker.wait = FIRST_WAIT
        cause = f"退出码 {code}" if code >= 0 else f"信号 {-code}"
        _log.error("网页进程 %s 意外退出（%s），%g 秒后重新启动", worker.number, cause, worker.wait)
        left, place = list(worker.place.left()), worker.place
        worker.process, worker.place, worker.due = None, Place(), now + worker.wait
        worker.wait = min(worker.wait * 2, LONGEST_WAIT)
        place.close()
        for connection in left:
            if not self._hand(connection):
                worker.place.hand(connection)
        self._told.died(worker.number, cause)

    def _listen(self) -> int:
        try:
            for one in self._sockets:
                one.listen(BACKLOG)
        except OSError as error:
            _log.error("端口已被占用：%s", error)
            return 1
        self._listening = True
        return 0

    def _start_due(self) -> None:
        """Start who is due; nobody while another one still reads what its first readers need."""
        now = time.monotonic()
        living = [worker for worker in self._workers if worker.process is not None]
        if all(worker.place.settled or now - worker.started >= _SETTLING for worker in living):
            for worker in self._workers:
                if worker.process is None and now >= worker.due:
                    self._start(worker)
                    return

    def _start(self, worker: _Worker) -> None:
        line = lifeline.hand_down()
        worker.process = multiprocessing.get_context("fork").Process(target=self._live, args=(worker, line))
        worker.process.daemon = True
        # a signal between the fork and the worker's own handlers waits for those
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
        try:
            worker.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            os.close(line)
        worker.started = time.monotonic()

    def _live(self, worker: _Worker, line: int) -> None:
        """In the worker: nothing of the parent's stays but its own channel and the lifeline."""
        for number in _STOPS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
        lifeline.watch(line)
        channel = worker.place.channel()
        for one in self._sockets:
            one.close()
        for other in self._workers:
            if other is not worker:
                other.place.close()
        self._work(channel)

    def _take(self, seconds: float) -> None:
        """Hand over what comes in; `seconds` at most when nothing does."""
        if self._held is not None and self._hand(self._held):
            self._held = None
        able = any(worker.process is not None and worker.place.ready for worker in self._workers)
        if not self._listening or not able or self._held is not None:
            time.sleep(seconds / 10)  # somebody is about to begin
            return
        for one in select.select(self._sockets, [], [], seconds)[0]:
            for _ in range(_AT_A_TIME):
                connection = _accepted(one)
                if connection is None:
                    break
                if not self._hand(connection):
                    self._held = connection
                    return

    def _hand(self, connection: socket.socket) -> bool:
        now = time.monotonic()
        able = [worker.place for worker in self._workers if worker.process is not None and worker.place.ready]
        return any(place.hand(connection) for place in sorted(able, key=lambda place: place.rank(now)))

    def _end_all(self) -> None:
        told = self._stops
        for one in self._sockets:
            one.close()
        living = [worker.process for worker in self._workers if worker.process is not None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + STOP_GRACE
        while any(process.is_alive() for process in living):
            if time.monotonic() > deadline or self._stops > told:
                break
            time.sleep(_BEAT / 2)
        for process in living:
            process.kill()
            process.join()


def _accepted(listening: socket.socket) -> socket.socket | None:
    """The next connection, None when there is none now."""
    try:
        return listening.accept()[0]
    except (BlockingIOError, ConnectionAbortedError):
        return None
    except OSError as error:
        if error.errno not in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
            raise
        _log.error("不能接受连接：%s", error)
        time.sleep(_BEAT)
        return None
