"""How much of this machine is ours: processors and free memory, also inside a container (cgroup v2)."""

from __future__ import annotations

import os
from pathlib import Path

_GROUP = Path("/sys/fs/cgroup")
_MEMORY = Path("/proc/meminfo")


def processors(group: Path = _GROUP) -> int:
    """The processors that we may use, at least 1: those given to this process, and the group's quota."""
    cores = len(os.sched_getaffinity(0))
    quota, _, period = _read(group / "cpu.max").partition(" ")
    if quota.isdigit() and period.strip().isdigit():
        cores = min(cores, int(quota) // int(period))
    return max(cores, 1)


def free_memory(group: Path = _GROUP, meminfo: Path = _MEMORY) -> int:
    """Bytes that programs may still take: of the machine, and of the group's limit; 0 where nobody says."""
    said = dict(line.partition(":")[::2] for line in _read(meminfo).splitlines())
    available = said.get("MemAvailable", "").split()
    free = int(available[0]) * 1024 if available else 0
    limit, used = _read(group / "memory.max").strip(), _read(group / "memory.current").strip()
    return min(free, max(int(limit) - int(used), 0)) if limit.isdigit() and used.isdigit() else free


def _read(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except OSError:  # another kind of system
        return ""
