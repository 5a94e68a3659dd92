"""Score the reader on a set of pages: `python -m tests.eval.harness [--pages DIR] [--worst N] [--accept]`.

DIR holds a manifest.jsonl, one page a line: html (file), url, title, published, author (list), source, body, optional
(lines that may be read or not). Without DIR the product's own saved articles are the set. Measures: text is NFKC
without white space; F1 counts characters, the ordered one the longest common subsequence; a page counts as right from
.95 in both; what is equal to the title or optional is taken out of both sides. A Traditional page is compared in the
script that it prints. A false author is a name where the page has none.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from parsers.page import parse_page
from scheduler.benchmarks.page_sets import manifest_set
from scheduler.benchmarks.scoring import Gold, Score, as_read, compare, figures

SAVED = Path(__file__).parents[1] / "parsers" / "pages"
LISTED = Path(__file__).with_name("saved_pages.sha256")


def saved_set(folder: Path = SAVED) -> list[Gold]:
    """The saved pages with exactly one article, as a person approved it."""
    found = []
    for path in sorted(folder.glob("*/expected.json")):
        articles = json.loads(path.read_text("utf-8"))["articles"]
        page, meta = path.with_name("page.html"), path.with_name("meta.toml")
        if len(articles) == 1 and page.exists():
            found.append(_approved(page, tomllib.loads(meta.read_text("utf-8")), articles[0]))
    return found


def _approved(page: Path, meta: dict[str, Any], article: dict[str, Any]) -> Gold:
    return Gold(
        name=page.parent.name,
        page=page.read_bytes(),
        url=meta.get("url"),
        title=article["title"] or "",
        published=article["published"],
        authors=tuple(article["authors"]),
        origin=article["origin"],
        body="\n".join(article["paragraphs"]),
    )


def digests(folder: Path = SAVED) -> dict[str, str]:
    """Name of each saved page → SHA-256 of its bytes."""
    return {path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*/page.html")}


def listed() -> dict[str, str]:
    """The same as it was when the floors were set."""
    lines = LISTED.read_text("utf-8").splitlines() if LISTED.exists() else []
    return {name: digest for digest, name in (line.split() for line in lines)}


def score(gold: Gold) -> Score:
    """Reads the page and compares; a page that is not read as an article scores 0."""
    return compare(gold, as_read(next(iter(parse_page(gold.page, gold.url).articles), None)))


def below(reached: dict[str, float], floors: dict[str, float]) -> dict[str, tuple[float, float]]:
    """The figures worse than their floor: name → (reached, floor). wrong_day and false_author are ceilings."""
    ceilings = ("wrong_day", "false_author")
    worse = {
        name: reached[name] > floor if name in ceilings else reached[name] < floor for name, floor in floors.items()
    }
    return {name: (round(reached[name], 4), floors[name]) for name, is_worse in worse.items() if is_worse}


def table(scores: Sequence[Score]) -> str:
    """The figures, a line each, with counts beside the shares."""
    lines = []
    for name, value in figures(scores).items():
        values = [getattr(one, name, None) for one in scores]
        known = [one for one in values if isinstance(one, bool)]
        lines.append(f"{name:13} {value:.3f}" + (f"  ({sum(known)}/{len(known)})" if known else ""))
    return "\n".join([*lines, f"{len(scores)} pages"])


def faults(one: Score) -> str:
    """What is wrong with one page, for a person who looks at it."""
    names = [name for name in ("title", "day", "author", "origin") if getattr(one, name) is False]
    names += ["false author"] if one.false_author else []
    return f"{one.name}: F1 {one.f1:.3f}, ordered {one.ordered_f1:.3f} {'✗ ' * bool(names)}{', '.join(names)}"


def _worst(scores: Iterable[Score], number: int) -> list[str]:
    return [faults(one) for one in sorted(scores, key=lambda one: min(one.f1, one.ordered_f1))[:number]]


def main() -> int:
    """The command: prints the table; --accept lists the saved pages as those for which the floors hold."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=Path)
    options.add_argument("--worst", type=int, default=0)
    options.add_argument("--accept", action="store_true")
    given = options.parse_args()
    scores = [score(gold) for gold in (manifest_set(given.pages) if given.pages else saved_set())]
    sys.stdout.write("\n".join([table(scores), *_worst(scores, given.worst)]) + "\n")
    if given.accept:
        LISTED.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(digests().items())), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
