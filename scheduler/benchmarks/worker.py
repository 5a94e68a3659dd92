"""One extractor in a process of its own: reads the pages whenever a line comes in, answers one line of JSON a round.

`python -m scheduler.benchmarks.worker PEER [DIR]`. Only the calls are timed. A page at which the extractor raises
counts as nothing read.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import TextIO

from scheduler.benchmarks.page_sets import made_set, manifest_set
from scheduler.benchmarks.peers import PEERS, Extractor
from scheduler.benchmarks.scoring import Gold, Read, compare


def _round(extract: Extractor, pages: list[Gold]) -> tuple[list[Read], int]:
    reads, errors = [], 0
    for gold in pages:
        try:
            reads.append(extract(gold.page, gold.url))
        except Exception:  # noqa: BLE001 - a foreign library may raise anything; its failure is a result
            reads.append(Read())
            errors += 1
    return reads, errors


def serve(peer: str, folder: Path | None, limit: int, answers: TextIO) -> None:
    """Answers {"seconds", "errors", "memory_mb", "scores"} a round; the scores come with the first one only."""
    pages = (manifest_set(folder) if folder else made_set())[: limit or None]
    extract = PEERS[peer][1]()
    _round(extract, pages[:2])  # what is loaded at the first use is not reading
    first = True
    for _ in sys.stdin:
        started = time.perf_counter()
        reads, errors = _round(extract, pages)
        seconds = time.perf_counter() - started
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        scores = [dataclasses.asdict(compare(*pair)) for pair in zip(pages, reads, strict=True)] if first else []
        first = False
        answer = {"seconds": seconds, "errors": errors, "memory_mb": memory, "scores": scores}
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()


def main() -> None:
    """The process: standard output belongs to the answers, whatever the library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    peer, limit, *folder = sys.argv[1:]
    serve(peer, Path(folder[0]) if folder else None, int(limit), answers)


if __name__ == "__main__":
    main()
