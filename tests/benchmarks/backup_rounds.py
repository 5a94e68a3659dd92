"""Backups at a random instant, restored elsewhere: `nice python -m tests.benchmarks.backup_rounds --rounds 50`.

Each round crawls a real site on loopback, tells three subscribers through a real mail server and webhook that fail at
random, takes a backup in the middle, lives and tells on for a while, is killed and loses its disk; the backup goes on
elsewhere to the end. Prints a line of JSON a round and one at the end: lost, repeated (by Message-ID, idempotency
key). `--without-journal` is the control: what would be told again if nothing lay beside the backups.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.scheduler.backup_round import Round


def main() -> int:
    """0 when nothing was lost and nothing repeated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the first round")
    parser.add_argument("--without-journal", action="store_true")
    options = parser.parse_args()
    lost = repeated = messages = 0
    began = time.monotonic()
    for seed in range(options.seed, options.seed + options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            one = Round(Path(folder), seed, journal=not options.without_journal)
            found = one.play()
        lost, repeated, messages = lost + found[0], repeated + found[1], messages + one.told_before
        heard = {"heard_at_backup": one.heard[0], "heard_at_kill": one.heard[1]}
        _say({"round": seed, "lost": found[0], "repeated": found[1], "told_before": one.told_before} | heard)
    _say(
        {"rounds": options.rounds, "lost": lost, "repeated": repeated, "told_before": messages}
        | {"seconds": round(time.monotonic() - began)}
    )
    return 1 if lost or repeated else 0


def _say(line: dict[str, int]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
