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
import re
import sys
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parsers.page import parse_page
from parsers.script import simplify
from parsers.values import Article

SAVED = Path(__file__).parents[1] / "parsers" / "pages"
LISTED = Path(__file__).with_name("saved_pages.sha256")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]+")
_SITE_PART = re.compile(r"\s*[_|·—–-][^_|]*$|\s\S+$")
_NAME_MARKS = re.compile(r"[\s、，,;；/&]+")


@dataclass(frozen=True, slots=True)
class Gold:
    """A page with what a person reads on it; absent things are None or empty."""

    name: str
    page: bytes
    url: str | None
    title: str
    published: str | None
    authors: tuple[str, ...]
    origin: str | None
    body: str
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One page: shares of characters from 0 to 1, and what of the rest is right; None where the page has none."""

    name: str
    precision: float
    recall: float
    f1: float
    ordered_f1: float
    title: bool
    day: bool | None
    wrong_day: bool | None
    author: bool | None
    false_author: bool | None
    origin: bool | None


def manifest_set(folder: Path) -> list[Gold]:
    """The pages of a manifest; the fields that are absent there are None or empty."""
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    return [
        Gold(
            name=row.get("id") or row["html"],
            page=(folder / row["html"]).read_bytes(),
            url=row.get("url"),
            title=row["title"],
            published=row.get("published"),
            authors=tuple(row.get("author") or ()),
            origin=row.get("source"),
            body=row["body"],
            optional=tuple(row.get("optional") or ()),
        )
        for row in rows
    ]


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
    articles = parse_page(gold.page, gold.url).articles
    return compare(gold, articles[0] if articles else Article())


def compare(gold: Gold, read: Article) -> Score:
    """The score of an article against what a person reads on its page."""
    body = "\n".join(read.original_paragraphs) or read.body
    title = gold.title if read.original_paragraphs else simplify(gold.title)
    ours, theirs = _kept(body, gold, title), _kept(gold.body, gold, title)
    common = sum((Counter(ours) & Counter(theirs)).values())
    both = max(1, len(ours) + len(theirs))
    day = (read.published or "")[:10]
    authors = {simplify(_plain(name)) for name in gold.authors}
    return Score(
        name=gold.name,
        precision=common / max(1, len(ours)),
        recall=common / max(1, len(theirs)),
        f1=2 * common / both,
        ordered_f1=2 * common_subsequence(ours, theirs) / both,
        title=same_title(simplify(read.title or ""), simplify(gold.title)),
        day=day == gold.published[:10] if gold.published else None,
        wrong_day=bool(day) and day != gold.published[:10] if gold.published else None,
        author={_plain(name) for name in read.authors} == authors if authors else None,
        false_author=None if authors else bool(read.authors),
        origin=simplify(_plain(read.origin)) == simplify(_plain(gold.origin)) if gold.origin else None,
    )


def _plain(text: str | None) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text or ""))


def _kept(text: str, gold: Gold, title: str) -> str:
    titles = {_plain(title), _plain(gold.title)}
    kept = "".join(line for line in map(_plain, text.split("\n")) if line not in titles)
    for optional in sorted({_plain(line) for line in gold.optional} - titles, key=len, reverse=True):
        kept = kept.replace(optional, "") if len(optional) >= 2 else kept
    return kept


def same_title(read: str, gold: str) -> bool:
    """Whether `read` is the title, parts like "_新华网" behind it aside."""
    rest = unicodedata.normalize("NFKC", read).strip()
    while len(_plain(rest)) > len(_plain(gold)):
        shorter = _SITE_PART.sub("", rest, count=1)
        if shorter == rest:
            return False
        rest = shorter
    return _plain(rest) == _plain(gold)


def common_subsequence(one: str, other: str) -> int:
    """The length of the longest common subsequence, by rows of bits (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for at, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << at
    row = full = (1 << len(one)) - 1
    for character in other:
        matched = row & places.get(character, 0)
        row = ((row + matched) | (row - matched)) & full
    return len(one) - row.bit_count()


def figures(scores: Sequence[Score]) -> dict[str, float]:
    """Means and shares over the pages; of the pages that have the thing, where not all do."""
    right = {"pages_95": [min(one.f1, one.ordered_f1) >= 0.95 for one in scores]}
    for name in ("title", "day", "wrong_day", "author", "false_author", "origin"):
        right[name] = [bool(value) for value in (getattr(one, name) for one in scores) if value is not None]
    means = ("f1", "ordered_f1", "precision", "recall")
    found = {name: sum(getattr(one, name) for one in scores) / max(1, len(scores)) for name in means}
    return found | {name: sum(values) / max(1, len(values)) for name, values in right.items()}


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
