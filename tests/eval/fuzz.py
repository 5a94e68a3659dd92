"""Fuzz the reader: `python -m tests.eval.fuzz --inputs 20000 --seed 1 [--pages DIR]`.

Mutated pages go through `parse_page`, which never raises, and what it returns is checked. The inputs run in a child
process, so that a crash or an endless loop is a finding with a number, and the run goes on after it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import resource
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from parsers.page import parse_page
from parsers.values import Article, Page
from tests.eval.mutations import mutated

SAVED = Path(__file__).parents[1] / "parsers" / "pages"
SLOWEST = 5.0  # seconds of processor time one input may take
_STUCK = 60.0  # seconds after which an input is given up
_KINDS = ("*.html", "*.htm", "*.pdf", "*.txt", "*.mhtml")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One input: its number, what was done to the page, its size, seconds, peak RSS so far, and the fault or ""."""

    number: int
    steps: str
    size: int
    seconds: float
    peak_mb: float
    fault: str = ""


def seed_pages(folder: Path | None = None) -> list[bytes]:
    """The product's saved pages, and those below `folder`, in a fixed order."""
    folders = [SAVED] + ([folder] if folder else [])
    return [path.read_bytes() for place in folders for kind in _KINDS for path in sorted(place.rglob(kind))]


def examine(number: int, seed: int, pages: Sequence[bytes]) -> Outcome:
    """Reads one mutated page; every exception is a fault, as is a result that breaks a promise or comes too late."""
    steps, body = mutated(seed, number, pages)
    url = "http://news.example/system/2025/03/18/030000001.shtml" if number % 3 else None
    started, fault = time.process_time(), ""
    try:
        fault = broken_promise(parse_page(body, url))
    except Exception:  # noqa: BLE001 - whatever comes out of the reader is the finding
        fault = traceback.format_exc()
    seconds = time.process_time() - started
    if not fault and seconds > SLOWEST:
        fault = f"{seconds:.1f} s"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Outcome(number, steps, len(body), seconds, peak, fault)


def broken_promise(page: Page) -> str:
    """What is wrong with a result whatever the input was: texts that cannot be stored, spans that do not fit."""
    if not page.reason:
        return "no reason"
    for article in page.articles:
        try:
            json.dumps(article.as_json(), ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            return f"text that cannot be stored: {error}"
        if fault := _broken_article(article):
            return fault
    try:
        "".join(link.url + (link.title or "") for link in page.links).encode()
    except UnicodeEncodeError as error:
        return f"link that cannot be stored: {error}"
    return ""


def _broken_article(article: Article) -> str:
    body = article.body
    for fact in article.facts:
        if body[fact.start : fact.end] != fact.evidence:
            return f"evidence of {fact.rule} is not at its place"
    for repair in article.repairs:
        if repair.place == "body" and body[repair.start : repair.end] != repair.after:
            return f"repair {repair.after} is not at its place"
    for flag in article.flags:
        if flag.start is not None and not 0 <= flag.start <= (flag.end or flag.start) <= len(body):
            return f"span of flag {flag.name} lies outside"
    if "\0" in body or any("\n" in paragraph for paragraph in article.paragraphs):
        return "paragraph with a line break or NUL"
    if article.original_paragraphs and len(article.original_paragraphs) != len(article.paragraphs):
        return "paragraphs and original paragraphs differ in number"
    return ""


def run(inputs: Sequence[int], seed: int, pages: Sequence[bytes], shown: int = 0) -> list[Outcome]:
    """The outcomes of all `inputs`; one that kills or stalls its process is an outcome too."""
    outcomes: list[Outcome] = []
    left = list(inputs)
    while left:
        done = _piece(left, seed, pages, shown)
        outcomes += done
        left = left[len(done) :]
    return outcomes


def _piece(inputs: Sequence[int], seed: int, pages: Sequence[bytes], shown: int) -> list[Outcome]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(theirs, inputs, seed, pages), daemon=True)
    child.start()
    theirs.close()
    done: list[Outcome] = []
    try:
        while len(done) < len(inputs) and ours.poll(_STUCK):
            done.append(ours.recv())
            if shown and len(done) % shown == 0:
                sys.stderr.write(f"  {len(done)}/{len(inputs)}\n")
    except EOFError:
        pass
    child.kill()
    child.join()
    if len(done) < len(inputs):
        number = inputs[len(done)]
        steps, body = mutated(seed, number, pages)
        done.append(Outcome(number, steps, len(body), _STUCK, 0, "the process died or was stuck"))
    return done


def _work(pipe: Connection, inputs: Sequence[int], seed: int, pages: Sequence[bytes]) -> None:
    for number in inputs:
        pipe.send(examine(number, seed, pages))
    pipe.close()


def report(outcomes: Sequence[Outcome]) -> str:
    """Each kind of fault once, with its numbers; then the slowest inputs and the peak of memory."""
    kinds: dict[str, list[Outcome]] = {}
    for one in outcomes:
        if one.fault:
            kinds.setdefault(_signature(one.fault), []).append(one)
    lines = [
        f"FAULT x {len(same)}, inputs {[one.number for one in same[:8]]} ({same[0].steps}):\n{same[0].fault}"
        for same in kinds.values()
    ]
    slowest = sorted(outcomes, key=lambda one: -one.seconds)[:5]
    lines += [f"slow: input {one.number} ({one.steps}, {one.size} bytes) {one.seconds:.2f} s" for one in slowest]
    peak = max(outcomes, key=lambda one: one.peak_mb)
    lines.append(f"peak RSS {peak.peak_mb:.0f} MB, processor time {sum(one.seconds for one in outcomes):.0f} s")
    faults = sum(len(same) for same in kinds.values())
    return "\n".join([*lines, f"{len(outcomes)} inputs, {faults} faults of {len(kinds)} kinds"])


def _signature(fault: str) -> str:
    """What two faults of one cause have in common: the places in our code, or the words without the numbers."""
    places = re.findall(r"/(\w+\.py)\", line (\d+)", fault)
    return repr(places[-3:]) if places else re.sub(r"[\d.]+", "0", fault)[:60]


def main() -> int:
    """The command; exit code 1 when there is any fault."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=1000)
    options.add_argument("--first", type=int, default=0, help="number of the first input")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--pages", type=Path, help="more pages to mutate")
    options.add_argument("--keep", type=Path, help="folder for the inputs that fail")
    given = options.parse_args()
    pages = seed_pages(given.pages)
    outcomes = run(range(given.first, given.first + given.inputs), given.seed, pages, shown=500)
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        for one in (one for one in outcomes if one.fault):
            (given.keep / f"{given.seed}-{one.number}.bin").write_bytes(mutated(given.seed, one.number, pages)[1])
    sys.stdout.write(report(outcomes) + "\n")
    return any(one.fault for one in outcomes)


if __name__ == "__main__":
    sys.exit(main())
