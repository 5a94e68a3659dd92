"""Connections are accepted by one process and handed to others, each to the one that has the fewest.

The kernel gives a connection to whichever process asks first: of four readers who keep theirs all may land at one
worker. Here the parent accepts and passes the descriptor on (SCM_RIGHTS). It keeps the far end of each channel open
too, so that what a killed worker had not yet taken is not lost: it goes to another.
"""

from __future__ import annotations

import mmap
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

_NUMBERS = 4  # taken, closed, ready, settled
_TAKEN, _CLOSED, _READY, _SETTLED = range(_NUMBERS)
_PATIENCE = 1.0  # seconds after which a worker that does not take what it was handed gets nothing more
_PAUSE = 0.02  # seconds a worker rests when the parent is gone, until it is told to end


class Counts:
    """What a worker tells its parent through shared memory; each number has one writer."""

    def __init__(self) -> None:
        self._numbers = memoryview(mmap.mmap(-1, 8 * _NUMBERS)).cast("Q")

    def __getitem__(self, number: int) -> int:
        return int(self._numbers[number])

    def add(self, number: int) -> None:
        """One more."""
        self._numbers[number] += 1

    def ready(self) -> None:
        """The worker answers from now on."""
        self._numbers[_READY] = 1

    def settled(self) -> None:
        """The worker has read what its first readers would wait for."""
        self._numbers[_SETTLED] = 1


class Connection(socket.socket):
    """A reader's connection that counts its end."""

    def __init__(self, descriptor: int, counts: Counts) -> None:
        super().__init__(fileno=descriptor)
        self._counts: Counts | None = counts

    def close(self) -> None:
        """Close it; counted once."""
        counts, self._counts = self._counts, None
        if counts is not None:
            counts.add(_CLOSED)
        super().close()


class Channel(socket.socket):
    """The worker's end. An event loop takes it for a listening socket; what it accepts was handed over."""

    def __init__(self, end: socket.socket, counts: Counts) -> None:
        super().__init__(fileno=end.detach())
        self.setblocking(False)
        self.counts = counts

    def listen(self, backlog: int = 0, /) -> None:
        """Nothing: the parent listens."""

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection and the address of its reader. Raises BlockingIOError when there is none."""
        while True:
            mark, descriptors, _, _ = socket.recv_fds(self, 1, 1)
            if not mark:  # the parent is gone; a signal is on its way to us
                time.sleep(_PAUSE)
                raise BlockingIOError
            self.counts.add(_TAKEN)
            if not descriptors:  # too many files are open here: the kernel has dropped it
                self.counts.add(_CLOSED)
                continue
            connection = Connection(descriptors[0], self.counts)
            try:
                return connection, connection.getpeername()
            except OSError:  # the reader has left already
                connection.close()


class Place:
    """The parent's side of one worker: where connections for it go, and how many it has."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)
        self._handed = 0
        self._last = 0.0

    @property
    def ready(self) -> bool:
        """Whether the worker has begun to answer."""
        return bool(self.counts[_READY])

    @property
    def settled(self) -> bool:
        """Whether another worker may be started without taking the processor from this one's first readers."""
        return bool(self.counts[_SETTLED])

    def rank(self, now: float) -> tuple[bool, int]:
        """The smallest rank gets the next connection: few of them, and none that waits to be taken for long."""
        late = self._handed > self.counts[_TAKEN] and now - self._last > _PATIENCE
        return late, self._handed - self.counts[_CLOSED]

    def hand(self, connection: socket.socket) -> bool:
        """Whether the connection could be handed over; it is then closed here."""
        try:
            socket.send_fds(self._near, [b"c"], [connection.fileno()])
        except OSError:  # the channel is full, or too many descriptors are on their way
            return False
        connection.close()
        self._handed += 1
        self._last = time.monotonic()
        return True

    def channel(self) -> Channel:
        """In the worker, after the fork: its end; the parent's copy is closed there."""
        self._near.close()
        return Channel(self._far, self.counts)

    def left(self) -> Iterator[socket.socket]:
        """In the parent, after the worker's death: the connections that it had not taken."""
        with suppress(BlockingIOError):
            while True:
                for descriptor in socket.recv_fds(self._far, 1, 1)[1]:
                    yield socket.socket(fileno=descriptor)

    def close(self) -> None:
        """Let go of both ends."""
        self._near.close()
        self._far.close()
