"""No child outlives its parent, not even after kill −9 of the parent.

The parent holds the write end of a pipe and nobody else does; each child reads the other end. The kernel
closes the write end when the parent ends, however it ends, and the child sees the end of the file. One pipe
serves all children of a process; a grandchild hangs on the pipe of its own parent.
"""

from __future__ import annotations

import functools
import os
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO

VARIABLE = "CAIXUN_LIFELINE"
GRACE = 8.0  # seconds between SIGTERM to itself and the hard end


@functools.cache
def _pipe() -> tuple[int, int]:
    return os.pipe()  # not inheritable: the write end stays here


def _drop_after_fork() -> None:
    if _pipe.cache_info().currsize:  # a fork without exec copies the write end: the copy would hide our death
        for end in _pipe():
            os.close(end)
        _pipe.cache_clear()


os.register_at_fork(after_in_child=_drop_after_fork)


def spawn(
    command: Sequence[str],
    *,
    output: IO[bytes] | int | None = None,
    env: Mapping[str, str] | None = None,
    keep: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` as the leader of its own session, tied to this process; the started process.

    `output` receives both standard output and standard error (None: inherited); `env` is added to the
    environment; the file descriptors in `keep` stay open in the child. The child must call `watch` early.
    """
    reader, _ = _pipe()
    return subprocess.Popen(  # noqa: S603 - a command of ours, no shell
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        env={**os.environ, **(env or {}), VARIABLE: str(reader)},
        pass_fds=(reader, *keep),
        start_new_session=True,
    )


def hand_down() -> int:
    """A descriptor for a child that is made by fork, which gives it to `watch`; to be closed here after the fork."""
    return os.dup(_pipe()[0])


def watch(descriptor: int | None = None) -> bool:
    """In a child: end this process when its parent has ended. Whether a lifeline was there to hold.

    A background thread waits for the parent's end, sends SIGTERM to this process (so that it ends cleanly),
    and ends it hard after GRACE seconds. A child made by fork gives the descriptor that it was handed down.
    """
    descriptor = _inherited() if descriptor is None else descriptor
    if descriptor is None:
        return False
    os.set_inheritable(descriptor, False)
    threading.Thread(target=_wait_for_end, args=(descriptor,), name="lifeline", daemon=True).start()
    return True


def _inherited() -> int | None:
    """The descriptor named in the environment, if it is a pipe; a stale name is ignored."""
    text = os.environ.pop(VARIABLE, "")
    if not text.isdigit():
        return None
    try:
        return int(text) if stat.S_ISFIFO(os.fstat(int(text)).st_mode) else None
    except OSError:  # started by something that did not pass the pipe on
        return None


def _wait_for_end(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
