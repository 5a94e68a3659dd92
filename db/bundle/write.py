"""Writing a bundle: one view of the archive, member after member, whole under its name or not there at all.

The same archive asked for the same gives the same bytes (packed by the same zlib): no clock is read, every member has
its place, and the zip's times are fixed.
"""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from db.bundle import offline
from db.bundle.articles import Asked, addresses, articles, count, day_of, lines, moment_of
from db.bundle.offline import About
from db.bundle.verify import MEMBERS
from db.bundle.zip_file import Member, ZipWriter
from db.coverage import certificate
from db.downloads import formats, frames, manifest
from parsers.dates import BEIJING

Progress = Callable[[str], None]  # gets what is done, in words
Snapshots = Callable[[Iterator[str], str, IO[bytes]], int]
_README = """才讯资料包 Caixun bundle

index.html           目录与标题检索，用浏览器打开即可，不联网 / contents and search; opens in a browser, asks no server
articles/            每篇一页 / a page an article
texts/               每篇一个纯文本 / a plain text an article
articles.csv         文章表 / table of articles        facts.csv   事实表 / table of facts
snapshots.warc.gz    抓取到的原页（WARC 1.1）/ the pages as they were fetched; read by pywb, warcio, ReplayWeb.page
manifest.json        检索式、截至、行数、每列说明、覆盖凭证、版本、各文件 SHA-256 / what it is, and how to check it
SHA256SUMS           解压后可用 sha256sum -c SHA256SUMS 核对 / for sha256sum -c after unpacking

核对整个压缩包：caixun verify 文件.zip。压缩包末尾的注释是此前全部字节的 SHA-256，改动任何一个字节都会发现。
The comment at the end of the zip is the SHA-256 of every byte before its 64 digits: caixun verify FILE.zip.
"""


@dataclass(slots=True)
class Summary:
    """What a finished bundle holds."""

    articles: int = 0
    facts: int = 0
    snapshots: int = 0
    size: int = 0


@dataclass(slots=True)
class _Bundle:
    connection: sqlite3.Connection
    asked: Asked
    zip: ZipWriter
    listed: IO[str]  # a line of JSON a member, for manifest and sums
    about: About
    until: str
    summary: Summary = field(default_factory=Summary)

    @contextmanager
    def member(self, name: str, *, packed: bool = True) -> Iterator[IO[bytes]]:
        with self.zip.member(name, packed=packed) as stream:
            out = io.BufferedWriter(stream)
            yield out
            out.flush()
            out.detach()
        self.note(stream.written)

    def add(self, name: str, text: str) -> None:
        self.note(self.zip.add(name, text.encode("utf-8", "replace")))

    def note(self, written: Member) -> None:
        self.listed.write(json.dumps(asdict(written), ensure_ascii=False) + "\n")

    def members(self) -> Iterator[dict[str, Any]]:
        self.listed.seek(0)
        for line in self.listed:
            yield json.loads(line)


def save(
    connection: sqlite3.Connection,
    asked: Asked,
    file: Path,
    snapshots: Snapshots | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Write the bundle; what it holds. Raises QueryError, OSError; then there is no file.

    `snapshots` writes a WARC of the pages at the given addresses, fetched up to the given moment, and says how many.
    """
    draft = file.with_name(file.name + ".part")
    connection.execute("begin")  # one view of the archive
    try:
        with draft.open("w+b") as out, TemporaryFile() as waiting, TemporaryFile("w+", encoding="utf-8") as listed:
            found = _write(connection, asked, (ZipWriter(out, waiting), listed), snapshots, progress)
        found.size = draft.stat().st_size
        draft.replace(file)
    finally:
        connection.execute("commit")
        draft.unlink(missing_ok=True)
    return found


def _write(
    connection: sqlite3.Connection,
    asked: Asked,
    into: tuple[ZipWriter, IO[str]],
    snapshots: Snapshots | None,
    progress: Progress | None,
) -> Summary:
    whole, until = count(connection, asked), moment_of(connection, asked.as_of)
    about = About(asked.title, whole, asked.as_of, day_of(until), snapshots is not None, manifest.RIGHTS)
    bundle = _Bundle(connection, asked, *into, about, until)
    _write_lists(bundle)
    _write_articles(bundle, progress)
    tables = [_write_table(bundle, what) for what in ("articles", "facts")]
    bundle.summary.facts = int(tables[1]["resources"][0]["rows"])
    if snapshots is not None:
        with bundle.member("snapshots.warc.gz", packed=False) as stream:
            bundle.summary.snapshots = snapshots(addresses(connection, asked), until, stream)
    bundle.add("README.txt", _README)
    _write_manifest(bundle, tables)
    with bundle.member("SHA256SUMS") as stream:
        for one in bundle.members():
            stream.write(f"{one['sha256']}  {one['name']}\n".encode())
    bundle.zip.close()
    return bundle.summary


def _write_lists(bundle: _Bundle) -> None:
    rows = lines(bundle.connection, bundle.asked)
    for number in range(1, bundle.about.pages + 1):
        titles = lines(bundle.connection, bundle.asked) if number == 1 else None
        with bundle.member("index.html" if number == 1 else f"list-{number}.html") as stream:
            for piece in offline.list_page(bundle.about, number, islice(rows, offline.ROWS), titles):
                stream.write(piece.encode("utf-8", "replace"))


def _write_articles(bundle: _Bundle, progress: Progress | None) -> None:
    for one in articles(bundle.connection, bundle.asked):
        bundle.add(f"articles/{one.id}.html", offline.article_page(bundle.about, one))
        bundle.add(f"texts/{one.id}.txt", one.text)
        bundle.summary.articles += 1
        if progress:
            progress(f"已写 {bundle.summary.articles:,}/{bundle.about.articles:,} 篇")


def _write_table(bundle: _Bundle, what: str) -> dict[str, Any]:
    """One table as CSV; its manifest."""
    asked = bundle.asked
    found = frames.frame(
        bundle.connection, what, query=asked.query, filters=asked.filters, as_of=asked.as_of, texts=False,
        spreadsheet=True,
    )  # fmt: skip
    with bundle.zip.member(f"{what}.csv") as stream:
        text = io.TextIOWrapper(io.BufferedWriter(stream), "utf-8", "replace", newline="")
        rows = formats.write_csv(found, text)
        text.flush()
        text.detach().detach()
    bundle.note(stream.written)
    written = manifest.Written(f"{what}.csv", rows, stream.written.size, stream.written.sha256)
    asked_table = manifest.Asked(what, "csv", asked.query, asked.filters, asked.as_of)
    now = datetime.fromisoformat(bundle.until) if bundle.until else datetime(1980, 1, 1, tzinfo=BEIJING)
    return manifest.describe_written(bundle.connection, asked_table, found.columns, written, now)


def _write_manifest(bundle: _Bundle, tables: list[dict[str, Any]]) -> None:
    """A Frictionless Data Package of the two tables, with a list of all members."""
    ours = {name: value for name, value in tables[0]["caixun"].items() if name != "made_at_change"}
    ours |= {"coverage": _coverage(bundle), "articles": bundle.summary.articles, "facts": bundle.summary.facts}
    ours |= {"snapshots": bundle.summary.snapshots, "as_of": bundle.until}
    head = {
        "profile": "tabular-data-package",
        "name": "caixun-bundle",
        "title": bundle.asked.title,
        "caixun": ours,
        "resources": [table["resources"][0] for table in tables],
    }
    with bundle.member("manifest.json") as stream:
        stream.write(json.dumps(head, ensure_ascii=False, indent=2)[:-2].encode("utf-8", "replace"))
        stream.write(b",\n" + MEMBERS)
        for number, one in enumerate(bundle.members()):
            stream.write((",\n    " if number else "\n    ").encode() + json.dumps(one, ensure_ascii=False).encode())
        stream.write(b"\n  ]\n}\n")


def _coverage(bundle: _Bundle) -> dict[str, Any]:
    """What was crawled up to the day of the bundle."""
    first = bundle.connection.execute("select min(day) from coverage").fetchone()[0]
    if not first or not bundle.until:
        return {"sources": 0, "expected": 0, "crawled": 0, "gaps": []}
    last = datetime.fromisoformat(bundle.until).astimezone(BEIJING).date()
    found = certificate(bundle.connection, date.fromisoformat(first), last)
    gaps = [
        {"source": gap.source, "first": gap.first.isoformat(), "last": gap.last.isoformat(), "why": gap.why}
        for gap in found.gaps
    ]
    told = {"first": first, "last": last.isoformat(), "sources": found.sources}
    return {**told, "expected": found.expected, "crawled": found.crawled, "gaps": gaps}
