"""What several processes of one web must count together: memory that a fork shares, and one secret.

A process that serves alone has the same tables, each application its own. `prepare`, called before the fork, makes
those that all processes use. Locks are those of files: the kernel lets go of them when their holder is killed.
"""

from __future__ import annotations

import fcntl
import functools
import mmap
import os
import secrets
import struct
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

_WAYS, _SETS = 8, 4096  # addresses remembered: 32,768; of the eight in a set the one that was quiet longest goes
_BUCKET = struct.Struct("Qdd")  # hash of the address, tokens, when they were counted
_SET = struct.Struct("Qdd" * _WAYS)
_TRY = struct.Struct("Qd")  # hash of the address, when
_COUNT = struct.Struct("QQ")  # process, its number
_PROCESSES = 64
REQUESTS, LETTERS, TRIES, FLOWS = "requests", "letters", "tries", "flows"
_SIZES = {
    REQUESTS: _SET.size * _SETS,
    LETTERS: _SET.size * _SETS,
    TRIES: _TRY.size * 64,
    FLOWS: _COUNT.size * _PROCESSES,
}


class Memory:
    """`size` bytes, all 0 at first, seen by this process and those forked from it, and the lock that guards them."""

    def __init__(self, size: int) -> None:
        self._file = os.memfd_create("caixun", os.MFD_CLOEXEC)
        weakref.finalize(self, os.close, self._file)
        os.ftruncate(self._file, size)
        self.bytes = mmap.mmap(self._file, size)
        self._threads = threading.Lock()

    @contextmanager
    def locked(self) -> Iterator[mmap.mmap]:
        """The bytes, for one thread of one process."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield self.bytes
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


_of_all: dict[str, Memory] = {}
_of_one: WeakKeyDictionary[Any, dict[str, Memory]] = WeakKeyDictionary()


def prepare() -> None:
    """Before a fork: from now on every process that is forked counts in the same tables, and has the same secret."""
    secret()
    for name, size in _SIZES.items():
        _of_all[name] = Memory(size)


@functools.cache
def secret() -> str:
    """What the tokens of forms are signed with: one for all processes of this web, new at each start."""
    return secrets.token_hex(32)


def memory(datasette: Any, name: str) -> Memory:
    """The table of that name: of all processes, else of this application."""
    if name in _of_all:
        return _of_all[name]
    tables = _of_one.setdefault(datasette, {})
    if name not in tables:
        tables[name] = Memory(_SIZES[name])
    return tables[name]


class Buckets:
    """A token bucket for each address: `rate` tokens a minute, at most that many saved."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic, kept: Memory | None = None) -> None:
        self.rate, self.clock = rate, clock
        self._kept = kept or Memory(_SIZES[REQUESTS])

    def take(self, address: str) -> float:
        """Take a token; 0.0, or the seconds until there is one."""
        key, rate = _hash(address), float(self.rate)
        start = key % _SETS * _SET.size
        with self._kept.locked() as kept:
            now = self.clock()
            found = _SET.unpack_from(kept, start)
            keys, times = found[::3], found[2::3]
            if key in keys:
                way = keys.index(key)
                tokens = min(rate, found[3 * way + 1] + (now - times[way]) * rate / 60)
            else:
                way, tokens = min(range(_WAYS), key=lambda one: (keys[one] != 0, times[one])), rate
            _BUCKET.pack_into(kept, start + way * _BUCKET.size, key, tokens - 1 if tokens >= 1 else tokens, now)
        return 0.0 if tokens >= 1 else (1 - tokens) * 60 / rate


class Tries:
    """Wrong passwords: `of_one` from an address or `of_all` from everybody within `window` seconds, and no more."""

    def __init__(self, of_one: int, of_all: int, window: float, kept: Memory | None = None) -> None:
        self.of_one, self.of_all, self.window = of_one, of_all, window
        self._kept = kept or Memory(_SIZES[TRIES])

    def wait(self, address: str) -> int:
        """Seconds until this address may try again; 0 when it may now."""
        with self._kept.locked() as kept:
            return self._wait(kept, _hash(address))

    def attempt(self, address: str, judge: Callable[[], str | None]) -> str | None:
        """What `judge` says, remembered as wrong where it is None; None without asking it while one must wait.

        One attempt at a time, whichever process it came to: nobody gets more than his share by asking many at once.
        """
        key = _hash(address)
        with self._kept.locked() as kept:
            if self._wait(kept, key):
                return None
            said = judge()
            if said is None:
                oldest = min(range(len(kept) // _TRY.size), key=lambda one: _TRY.unpack_from(kept, one * _TRY.size)[1])
                _TRY.pack_into(kept, oldest * _TRY.size, key, time.monotonic())
            return said

    def _wait(self, kept: mmap.mmap, key: int) -> int:
        now = time.monotonic()
        late = sorted(
            (moment, whose) for whose, moment in _TRY.iter_unpack(kept[:]) if whose and moment >= now - self.window
        )
        own = [moment for moment, whose in late if whose == key]
        every = [moment for moment, _ in late]
        return max(self._left(own, self.of_one, now), self._left(every, self.of_all, now))

    def _left(self, moments: list[float], allowed: int, now: float) -> int:
        return int(moments[-allowed] + self.window - now) + 1 if len(moments) >= allowed else 0


class Count:
    """A number that each process adds to; what a killed one had added no longer counts."""

    def __init__(self, kept: Memory) -> None:
        self._kept = kept

    def add(self, step: int) -> None:
        """Add to this process's part."""
        me = os.getpid()
        with self._kept.locked() as kept:
            entries = list(_COUNT.iter_unpack(kept[:]))
            place = next((n for n, (pid, _) in enumerate(entries) if pid == me), None)
            if place is None:
                place = next(n for n, (pid, _) in enumerate(entries) if not pid or not _lives(pid))
                entries[place] = (me, 0)
            _COUNT.pack_into(kept, place * _COUNT.size, me, max(0, entries[place][1] + step))

    def total(self) -> int:
        """The sum over the processes that live."""
        with self._kept.locked() as kept:
            return sum(number for pid, number in _COUNT.iter_unpack(kept[:]) if number and _lives(pid))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _hash(address: str) -> int:
    """Not 0; keyed anew at each start, so that nobody can choose addresses that fall together."""
    return hash(address) & 0xFFFF_FFFF_FFFF_FFFF or 1
