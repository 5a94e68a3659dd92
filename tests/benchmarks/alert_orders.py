"""5,000 articles in several orders of arrival, the same set of alerts: `python -m tests.benchmarks.alert_orders`.

Prints one line of JSON: stories told, debts by order (a story whose copies were joined only by a later article may have
been told under two names), and whether the sets are the same.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.scheduler.orders import arrivals, told


def main() -> int:
    """0 when every order gives the same set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--orders", type=int, default=3)
    options = parser.parse_args()
    pages = arrivals(options.articles)
    with tempfile.TemporaryDirectory() as folder:
        found = [told(Path(folder) / str(order), pages, order) for order in range(options.orders)]
    same = all(one[0] == found[0][0] for one in found)
    line = {"articles": options.articles, "told": len(found[0][0]), "debts": [one[1] for one in found], "same": same}
    sys.stdout.write(json.dumps(line) + "\n")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
