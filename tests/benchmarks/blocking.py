"""What a source that hangs, dies or loops costs the others: `python -m tests.benchmarks.blocking [--rounds 3]`.

Three healthy sources on sites of their own run under a real launcher, once alone and once each beside one that is at
fault: its server accepts and never answers; its process is killed; stopped (answers nothing, not even SIGTERM); or
loops. Printed: how much later the last healthy run ended than alone (median of the rounds), and what became of the
source at fault. Exit code 0 when no delay is over 5 s. Under load the figure includes what else the machine does.
"""

from __future__ import annotations

import argparse
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from scheduler import lifeline, limits
from scheduler.limits import Watch
from tests.scheduler.test_launcher import House

HEALTHY = ("one", "two", "three")
FAULT = "fault"
MOST = 5.0  # seconds
_LOOP = "import scheduler.child; scheduler.child.begin()\nwhile True: pass"


@contextmanager
def deaf_server() -> Iterator[int]:
    """The port of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    held.append(listener.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        for one in held:
            one.close()


def hang(house: House, stack: ExitStack) -> None:
    """The server of the source answers nothing from now on (said before the first tick)."""
    port = stack.enter_context(deaf_server())
    file = house.directory.path / "sources" / f"{FAULT}.toml"
    old = house.sources[FAULT].lists[0].split(":")[2].split("/")[0]
    file.write_text(file.read_text("utf-8").replace(f":{old}", f":{port}"), "utf-8")


def killed(house: House, _stack: ExitStack) -> None:
    """Its process is killed."""
    limits.end(house.process(FAULT), signal.SIGKILL)


def stopped(house: House, _stack: ExitStack) -> None:
    """Its process is stopped by a signal that it cannot handle."""
    limits.end(house.process(FAULT), signal.SIGSTOP)


def loops(house: House, _stack: ExitStack) -> None:
    """Its process is one that computes for ever."""
    run = next(number for number, (source, _) in house.launcher.running.items() if source == FAULT)
    limits.end(house.process(FAULT), signal.SIGKILL)
    house.launcher.running[run] = (FAULT, Watch.over(lifeline.spawn([sys.executable, "-c", _LOOP]), 600))


FAULTS: dict[str, Callable[[House, ExitStack], None]] = {
    "hang": hang, "killed": killed, "stopped": stopped, "loops": loops,
}  # fmt: skip


def healthy_seconds(folder: Path, fault: str | None) -> tuple[float, str]:
    """Seconds until the last healthy run has ended, and what the row of the source at fault says then."""
    names = HEALTHY if fault is None else (FAULT, *HEALTHY)
    with ExitStack() as stack:
        house = House(folder, names, stack)
        if fault == "hang":
            hang(house, stack)
        began = time.monotonic()
        house.launcher.tick()
        if fault and fault != "hang":
            FAULTS[fault](house, stack)
        house.tick_until(lambda: all(house.ended()[name] for name in HEALTHY), 240)
        took = time.monotonic() - began
        assert all(house.ended()[name][0]["outcome"] == "complete" for name in HEALTHY), house.ended()
        row = house.ended()[FAULT] if fault else []
        return took, row[0]["message"] if row else "仍在等（限时到了才结束）" if fault else ""


def main() -> int:
    """0 when no fault delays the healthy ones by more than MOST seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    delays: dict[str, list[float]] = {fault: [] for fault in FAULTS}
    said = dict.fromkeys(FAULTS, "")
    for _ in range(rounds):
        alone, _message = _measured(None)
        for fault, kept in delays.items():
            took, said[fault] = _measured(fault)
            kept.append(took - alone)
        last = {name: round(kept[-1], 1) for name, kept in delays.items()}
        sys.stdout.write(f"alone {alone:.1f} s, later by {last}\n")
    for fault, kept in delays.items():
        sys.stdout.write(f"{fault:8} healthy ones later by {statistics.median(kept):+.1f} s; {said[fault]}\n")
    return 0 if all(statistics.median(kept) <= MOST for kept in delays.values()) else 1


def _measured(fault: str | None) -> tuple[float, str]:
    with tempfile.TemporaryDirectory() as folder:
        return healthy_seconds(Path(folder), fault)


if __name__ == "__main__":
    sys.exit(main())
