"""Children end with their parent, however the parent ends. Real processes, kill −9 included."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from scheduler import lifeline

ROOT = Path(__file__).parents[2]

# Each generation writes its pid, watches its parent, starts the next one, and sleeps.
GENERATION = f"""
import os, sys, time, pathlib
sys.path.insert(0, {str(ROOT)!r})
from scheduler import lifeline
lifeline.watch()
depth, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
if depth:
    lifeline.spawn([sys.executable, "-c", sys.argv[3], str(depth - 1), str(folder), sys.argv[3]])
(folder / str(depth)).write_text(str(os.getpid()))
time.sleep(60)
"""


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return true()


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}


def number_in(path: Path) -> int:
    assert wait_until(lambda: path.exists() and path.read_text().isdigit(), 10), f"{path.name} did not start"
    return int(path.read_text())


def test_after_kill_9_of_the_parent_children_and_grandchildren_are_gone_in_2_s(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", GENERATION, "2", str(tmp_path), GENERATION])
    child, grandchild = number_in(tmp_path / "1"), number_in(tmp_path / "0")
    parent.kill()
    parent.wait()
    assert wait_until(lambda: not alive(child) and not alive(grandchild), 2)


def test_kill_9_of_the_middle_takes_its_child_and_leaves_its_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", GENERATION, "2", str(tmp_path), GENERATION])
    try:
        child, grandchild = number_in(tmp_path / "1"), number_in(tmp_path / "0")
        os.kill(child, signal.SIGKILL)
        assert wait_until(lambda: not alive(grandchild), 2)
        assert parent.poll() is None
    finally:
        parent.kill()
        parent.wait()


def test_a_sibling_does_not_hold_the_pipe_open(tmp_path: Path) -> None:
    script = GENERATION + "\n"
    two = (
        f"import sys, time; sys.path.insert(0, {str(ROOT)!r})\nfrom scheduler import lifeline\n"
        "for n in ('3', '4'):\n"
        "    lifeline.spawn([sys.executable, '-c', sys.argv[1].replace('if depth:', 'if 0:'), n, sys.argv[2]])\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", two, script, str(tmp_path)])
    children = number_in(tmp_path / "3"), number_in(tmp_path / "4")
    parent.kill()
    parent.wait()
    assert wait_until(lambda: not any(map(alive, children)), 2)


def test_a_child_that_ignores_sigterm_is_ended_hard(tmp_path: Path) -> None:
    deaf = GENERATION.replace(
        "lifeline.watch()",
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nlifeline.GRACE = 0.3\nlifeline.watch()",
    )
    parent = subprocess.Popen([sys.executable, "-c", GENERATION, "1", str(tmp_path), deaf])
    child = number_in(tmp_path / "0")
    parent.kill()
    parent.wait()
    assert wait_until(lambda: not alive(child), 2)


def test_a_child_lives_while_its_parent_lives() -> None:
    code = f"import sys, time; sys.path.insert(0, {str(ROOT)!r})\nfrom scheduler import lifeline\n"
    code += "assert lifeline.watch()\ntime.sleep(0.5)"
    assert lifeline.spawn([sys.executable, "-c", code]).wait(10) == 0


def test_without_a_parent_of_ours_nothing_is_watched() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom scheduler import lifeline\n"
    code += "sys.exit(lifeline.watch())"
    for stale in ({}, {"CAIXUN_LIFELINE": "957"}, {"CAIXUN_LIFELINE": "no"}, {"CAIXUN_LIFELINE": "1"}):
        end = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **stale}, stdout=subprocess.DEVNULL, check=False
        )
        assert end.returncode == 0


def test_output_goes_where_asked_and_the_environment_is_added(tmp_path: Path) -> None:
    with (tmp_path / "log").open("ab") as log:
        code = "import os, sys; print(os.environ['NAME']); print('late', file=sys.stderr)"
        assert lifeline.spawn([sys.executable, "-c", code], output=log, env={"NAME": "才"}).wait(10) == 0
    assert set((tmp_path / "log").read_text("utf-8").split()) == {"才", "late"}
