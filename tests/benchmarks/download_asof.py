"""Downloads as of an instant, before and after much has happened: `python -m tests.benchmarks.download_asof SCRATCH`.

[--articles 10000] [--inserts 10000] [--edits 500] [--removals 100] [--merges 50] [--rereads 200]

Makes an archive of generated articles in SCRATCH (removed first), exports all five tables as CSV and JSON lines, some
searches too, lets happen what the numbers say by the product itself, exports as of the same instant again and
compares SHA-256. Then it takes five articles down: these are to be missing, and named in the manifest. Prints JSON;
ends with 1 when a file differs.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from db import archive, fact_refresh, ingest, takedown
from db.connection import open_reader, open_writer, transaction
from db.downloads import files
from db.downloads.frames import KINDS
from db.downloads.manifest import Asked, beside
from db.durable import hash_of
from db.paths import DataDirectory
from parsers.values import Article, Fact, Page, PageKind

SEARCHES = ("人才", "is:gone", "-is:gone 引才", "is:first", "is:repost", "is:only", "person:王建", "has:person",
            "figure:引进人才>50", "is:changed", "org:人才办 -has:policy", "policy:措施")  # fmt: skip
FORMS = ("csv", "jsonl")
_START = datetime(2026, 3, 1, tzinfo=UTC)
_PLACES = ("西宁市", "海东市", "德令哈市", "兰州市")


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much happens after the instant."""

    inserts: int
    edits: int
    removals: int
    merges: int
    rereads: int


class World:
    """A generated archive that goes on living. Each visit is a minute after the one before."""

    def __init__(self, directory: DataDirectory, seed: int = 7) -> None:
        self.connection = open_writer(directory.archive)
        self.dice = random.Random(seed)
        self.minute = 0
        self.live: dict[str, Article] = {}

    def article(self, text: str = "") -> Article:
        """An article with a text of its own and some facts."""
        dice, place = self.dice, self.dice.choice(_PLACES)
        own = text or "".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(160))
        count = dice.randrange(1, 200)
        sentence = f"{place}引进人才{count}名。"
        name = dice.choice(("王建军", "李宁", "马玉兰"))
        facts = [_fact("figure", place, sentence, {"measure": "引进人才", "value_low": float(count), "unit": "名"})]
        if dice.random() < 0.5:
            facts.append(_fact("person", place, sentence, {"name": name, "organisation": f"{place}人才办"}))
        if dice.random() < 0.3:
            facts.append(_fact("policy", place, sentence, {"title": f"{place}引才若干措施"}))
        return Article(
            title=f"{place}人才工作{own[:6]}", published="2026-03-01", paragraphs=(sentence, own), relevant=True,
            relevance=0.9, places=(place,), themes=("引才",), facts=tuple(facts),
        )  # fmt: skip

    def visit(self, url: str, article: Article) -> None:
        """What a crawl does with a page that holds `article`."""
        self.live[url] = article
        page = Page(kind=PageKind.ARTICLE, reason="", articles=(article,))
        with transaction(self.connection):
            ingest.take_in(self.connection, self._visit(url), page, None)

    def insert(self, count: int) -> None:
        """New articles, a list page visited before every fifth."""
        for _ in range(count):
            if not self.minute % 5:
                with transaction(self.connection):
                    ingest.take_in(self.connection, self._visit("https://news.example/list", "list"), None, None)
            self.visit(f"https://news.example/{self.minute}.html", self.article())

    def edit(self, url: str) -> None:
        """A new revision."""
        before = self.live[url]
        self.visit(url, replace(before, paragraphs=(*before.paragraphs, f"更正：第{self.minute}次。")))

    def remove(self, url: str) -> None:
        """The site takes a page away."""
        with transaction(self.connection):
            archive.mark_gone(self.connection, url, archive.Seen(url, "news", self._at(), self._at()[:10]))

    def merge(self, url: str, other: str) -> None:
        """Two stories become one: an article is edited to the text of another."""
        self.visit(other, replace(self.live[url], published="2026-03-02"))

    def reread(self, url: str) -> None:
        """Better rules read other facts in the same text."""
        article = self.live[url]
        told = replace(article, facts=(*article.facts[1:], _fact("person", "西宁市", "西宁市引进", {"name": "王建国"})))
        with transaction(self.connection):
            fact_refresh.refresh(
                self.connection, self._visit(url), Page(kind=PageKind.ARTICLE, reason="", articles=(told,))
            )

    def _at(self) -> str:
        self.minute += 1
        return (_START + timedelta(minutes=self.minute)).isoformat(timespec="seconds")

    def _visit(self, url: str, kind: str = "article") -> sqlite3.Row:
        at = self._at()
        row = {"id": self.minute, "url": url, "final_url": url, "source": "news", "fetched_at": at, "title": None,
               "date": None, "kind": kind, "status": 200}  # fmt: skip
        return cast(sqlite3.Row, row)


def _fact(kind: str, place: str, evidence: str, fields: dict[str, Any]) -> Fact:
    return Fact(
        kind=kind, subject=place, period="2026", evidence=evidence, start=0, end=len(evidence), rule=f"made.{kind}",
        version=1, fields=fields,
    )  # fmt: skip


def live_on(world: World, amounts: Amounts) -> None:
    """Let all of it happen, in an order of chance."""
    old = list(world.live)
    world.dice.shuffle(old)
    chosen = iter(old)
    steps = ["edit"] * amounts.edits + ["remove"] * amounts.removals + ["merge"] * amounts.merges
    steps += ["reread"] * amounts.rereads + ["insert"] * amounts.inserts
    world.dice.shuffle(steps)
    for step in steps:
        match step:
            case "insert":
                world.insert(1)
            case "merge":
                world.merge(next(chosen), next(chosen))
            case _:
                getattr(world, step)(next(chosen))


def exports(directory: DataDirectory, change: int, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Every table in two formats and articles of some searches, as of a change: a name and the file."""
    scratch.mkdir(exist_ok=True)
    wanted = [(what, form, "") for what in KINDS for form in FORMS]
    wanted += [(what, "jsonl", query) for query in SEARCHES for what in ("articles", "facts")]
    with closing(open_reader(directory.archive)) as connection:
        for number, (what, form, query) in enumerate(wanted):
            file = scratch / f"{number}.{form}"
            files.save(connection, Asked(what, form, query, {}, change), file, datetime.now(UTC))
            yield f"{what} {form} {query}".strip(), file


def hashes(directory: DataDirectory, change: int, scratch: Path) -> dict[str, str]:
    """The SHA-256 of each of `exports`."""
    return {name: hash_of(file) for name, file in exports(directory, change, scratch)}


def run(scratch: Path, articles: int, amounts: Amounts) -> dict[str, Any]:
    """What differed, what happened, and what is missing after a takedown."""
    directory = DataDirectory(scratch / "data").prepare()
    world = World(directory)
    world.insert(articles)
    urls = list(world.live)
    for url, other in zip(urls[:10], urls[10:20], strict=True):  # something of everything from the beginning
        world.remove(url)
        world.edit(other)
        world.merge(urls[20], other)
    (change,) = world.connection.execute("select max(number) from changes").fetchone()
    before = hashes(directory, change, scratch / "files")
    live_on(world, amounts)
    kinds = world.connection.execute(
        "select kind, count(*) from changes where number > ? group by kind order by kind", [change]
    ).fetchall()
    after = hashes(directory, change, scratch / "files")
    differ = [name for name, digest in before.items() if after[name] != digest]
    now = hashes(directory, world.connection.execute("select max(number) from changes").fetchone()[0], scratch / "now")
    down = [archive.article_id(url) for url in list(world.live)[30:35]]
    for identity in down:
        takedown.take_down(world.connection, identity, "2026-11-01T00:00:00+00:00", "应作者要求")
    world.connection.close()
    return {
        "files": len(before),
        "differ": differ,
        "as now": [name for name, digest in now.items() if before[name] == digest],
        "happened": dict([tuple(row) for row in kinds]),
        "taken down": _after_takedown(directory, change, scratch / "files", down),
    }


def _after_takedown(directory: DataDirectory, change: int, scratch: Path, down: list[str]) -> dict[str, Any]:
    """Whether a word of them is in a file of articles, facts or revisions, and whether each manifest names them."""
    there, named = [], True
    for name, file in exports(directory, change, scratch):
        told = json.loads(beside(file).read_text("utf-8"))["caixun"]["takedowns"]
        named = named and {one["article"] for one in told} == set(down)
        text = file.read_text("utf-8")
        if not name.startswith("stories") and any(identity in text for identity in down):
            there.append(name)
    return {"still in": there, "named": named}


def main() -> None:
    """The command line."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("scratch", type=Path)
    reader.add_argument("--articles", type=int, default=10_000)
    for name, number in {"inserts": 10_000, "edits": 500, "removals": 100, "merges": 50, "rereads": 200}.items():
        reader.add_argument(f"--{name}", type=int, default=number)
    asked = reader.parse_args()
    shutil.rmtree(asked.scratch, ignore_errors=True)
    asked.scratch.mkdir(parents=True)
    amounts = Amounts(asked.inserts, asked.edits, asked.removals, asked.merges, asked.rereads)
    found = run(asked.scratch, asked.articles, amounts)
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    sys.exit(1 if found["differ"] or found["taken down"]["still in"] or not found["taken down"]["named"] else 0)


if __name__ == "__main__":
    main()
