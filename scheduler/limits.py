"""What a crawl process may take: memory, time, silence. One that takes more is told to end, then ended."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import time
from dataclasses import dataclass

MEMORY = 2 * 1024**3  # bytes of address space; a crawl of the worst site known takes a tenth of it
OVERTIME = 60.0  # seconds beyond its source's time limit, for storing what it holds
SILENCE = 180.0  # seconds without a heartbeat: it hangs in a loop or a call that never returns
GRACE = 20.0  # seconds between SIGTERM and SIGKILL


def limit_memory(most: int = MEMORY) -> None:
    """In a child: an allocation beyond `most` bytes of address space raises MemoryError, here and nowhere else."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@dataclass(slots=True)
class Watch:
    """One process under watch, by the clock that no change of the time of day moves."""

    process: subprocess.Popen[bytes]
    until: float  # monotonic second at which its time is over
    heartbeat: str | None = None
    heard: float = 0.0
    told: float = 0.0  # when SIGTERM was sent, 0 while it was not
    reason: str = ""

    @classmethod
    def over(cls, process: subprocess.Popen[bytes], seconds: float) -> Watch:
        """A watch over a process just started that may take `seconds` and OVERTIME."""
        now = time.monotonic()
        return cls(process, now + seconds + OVERTIME, heard=now)

    def enforce(self, heartbeat: str | None) -> None:
        """End the process where it took too long, or where `heartbeat` (any text that changes) stood still."""
        now = time.monotonic()
        if heartbeat != self.heartbeat:
            self.heartbeat, self.heard = heartbeat, now
        if self.told:
            if now - self.told >= GRACE:
                end(self.process, signal.SIGKILL)
            return
        if now >= self.until:
            self.reason = "超过时限"
        elif now - self.heard >= SILENCE:
            self.reason = f"{SILENCE:.0f} 秒没有动静"
        if self.reason:
            self.told = now
            end(self.process, signal.SIGTERM)


def end(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the process with everything that it started (it leads a session of its own)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it has just ended
        os.killpg(process.pid, number)
