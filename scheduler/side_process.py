"""A command of ours in a process of its own beside the scheduler: one at a time, ended with it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

from scheduler import lifeline


@dataclass(slots=True)
class SideProcess:
    """At most one running `caixun …`; who uses it looks at it on every tick of the scheduler."""

    process: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        """Whether one was begun that `ended` has not told of yet."""
        return self.process is not None

    def begin(self, *words: str) -> None:
        """Start `caixun` with these words; only when none runs."""
        assert self.process is None
        self.process = lifeline.spawn([sys.executable, "-m", "caixun", *words])

    def ended(self) -> int | None:
        """The exit code of the one that has ended, told once; None while it runs, and when there is none."""
        code = None if self.process is None else self.process.poll()
        if code is not None:
            self.process = None
        return code

    def stop(self) -> None:
        """End what runs at once: everything that is begun here may be killed and is begun again."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
