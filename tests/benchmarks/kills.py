"""Kill −9 at every commit point of matching, gathering and delivery: `python -m tests.benchmarks.kills --each 80`.

Prints one line of JSON: kills by point, lost, repeated by idempotency key, and the same with a disk that was full.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from db.crash_points import POINTS
from tests.scheduler.killing import bench

_AGAIN = 200  # turns after which a house is finished, judged and begun anew: full ones are slow


def main() -> int:
    """0 when nothing was lost and nothing repeated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=80, help="kills at each point")
    parser.add_argument("--trouble", type=float, default=0.3, help="share of messages that the receivers treat badly")
    options = parser.parse_args()
    kills: Counter[str] = Counter()
    lost = repeated = rounds = 0
    began = time.monotonic()
    while any(kills[point] < options.each for point in POINTS):
        with tempfile.TemporaryDirectory() as folder, bench(Path(folder), options.trouble, seed=rounds) as house:
            for turn in range(_AGAIN):
                point = min(POINTS, key=lambda one: kills[one] + house.kills[one])
                house.publish()
                house.later()
                house.attempt(point, 1 + turn // 7 % 2)
            house.finish()
            found = house.verdict()
            lost, repeated = lost + found[0], repeated + found[1]
            assert house.whole()
            kills.update(house.kills)
        rounds += 1
    line = {
        "kills": sum(kills.values()), "by_point": dict(kills), "lost": lost, "repeated": repeated,
        "disk_full": _disk_full(), "seconds": round(time.monotonic() - began),
    }  # fmt: skip
    sys.stdout.write(json.dumps(line) + "\n")
    return 1 if lost or repeated else 0


def _disk_full() -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder, bench(Path(folder)) as house:
        for most in range(0, 200_000, 10_000):
            house.publish()
            house.later()
            house.attempt("", 0, most)
        house.finish()
        lost, repeated = house.verdict()
        return {"failed_lives": house.failed, "lost": lost, "repeated": repeated}


if __name__ == "__main__":
    sys.exit(main())
