"""Named points at which the tests kill a program, to prove that no alert is lost and none repeated."""

from __future__ import annotations

import os
import signal
from collections import Counter

VARIABLE = "CAIXUN_CRASH_AT"  # "point:n": die at the n-th time that the point is reached
POINTS = (
    "match.changes_read", "match.debts_written", "match.committed",
    "gather.letters_written", "gather.committed",
    "deliver.taken", "deliver.composed", "deliver.connected", "deliver.accepted", "deliver.noted", "deliver.committed",
    "refuse.noted", "refuse.committed",
)  # fmt: skip
_reached: Counter[str] = Counter()


def reach(point: str) -> None:
    """Nothing, unless the environment asks for the end of this process here (as `kill -9` would do it)."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    name, _, times = wanted.partition(":")
    if name == point:
        _reached[point] += 1
        if _reached[point] >= int(times or 1):
            os.kill(os.getpid(), signal.SIGKILL)
