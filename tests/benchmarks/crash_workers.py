"""Two workers over Redis, kill −9 of one (and its runs) at a third of the pages: what is missing, what is repeated.

    python -m tests.benchmarks.crash_workers [--pages 600] [--hosts 4] [--kill worker|ingest|redis]

Needs redis-server. Exit code 0 when nothing is missing and at most 64 requests were repeated.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from db.paths import DataDirectory
from tests.scheduler.several_machines import Bed, figures, kill_all, news_site, redis_server


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=600)
    options.add_argument("--hosts", type=int, default=4)
    options.add_argument("--kill", choices=("worker", "ingest", "redis"), default="worker")
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        redis_server(Path(name)) as redis,
        news_site(given.hosts, given.pages // given.hosts, 0.04) as site,
    ):
        bed = Bed(site, redis, DataDirectory(Path(name) / "data"))
        try:
            return measure(bed, given.kill)
        finally:
            bed.close()


def measure(bed: Bed, killed: str) -> int:
    ingest, first, _second = bed.ingest(), bed.worker(), bed.worker()
    total = len(bed.site.ports) * bed.site.pages
    began = time.monotonic()
    bed.announce()
    bed.wait(lambda: bed.site.asked.total() >= total // 3, 240)
    if killed == "worker":
        kill_all(first)
    elif killed == "ingest":
        kill_all(ingest)
        bed.ingest()
    else:
        bed.redis.kill()
        bed.redis.start()
    bed.wait(bed.ended, 400)
    sys.stdout.write(f"kill {killed}: {figures(bed)} in {time.monotonic() - began:.0f} s\n")
    return 0 if bed.stored() == total and bed.site.repeated() <= 64 else 1


if __name__ == "__main__":
    sys.exit(main())
