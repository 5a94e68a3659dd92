"""An edition of a large archive: how long it takes, how much memory, and whether anything private is in it.

    python -m tests.benchmarks.editions DATA OUT

DATA is a data directory whose archive.db holds the articles (tests/benchmarks/search_archive.py makes one; use a copy,
private rows are planted into it). Prints one line of JSON for a first edition, one for a second after changes, one for
one as of a day; `found` counts planted addresses, tokens, snapshot bytes and rejected pages in any file of it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db import alerts, snapshots, takedown
from db.connection import migrate, open_reader, open_writer, transaction
from db.editions.manifest import verify
from db.editions.publishing import Order, publish
from db.migrations import crawl, subscribers
from db.paths import DataDirectory

_BLOCK = 1 << 24
_READERS = 200


def plant(directory: DataDirectory, now: datetime) -> list[bytes]:
    """Private rows in each store; the words that must not be found anywhere."""
    words = []
    with closing(open_writer(directory.subscribers)) as store:
        for number in range(_READERS):
            address = f"planted.reader.{number}@private.example"
            alerts.subscribe(store, address, "人才", {}, "instant", now + timedelta(hours=number))
        words.append("planted.reader")
        words.append(alerts.secret(store))
    with closing(open_writer(directory.crawl)) as store, transaction(store):
        snapshots.store(store, b"planted-snapshot-bytes " * 500)
        words.append("planted-snapshot-bytes")
    with closing(open_writer(directory.archive)) as archive:
        rows = [(f"https://planted-rejected.example/{number}", "x", "落选", 0, "", "", "") for number in range(5000)]
        with transaction(archive):
            archive.executemany("insert or replace into rejected values (?, ?, ?, ?, ?, ?, ?)", rows)
        archive.execute("delete from rejected where url > 'https://planted-rejected.example/4'")
        words.append("planted-rejected.example")
    return [word.encode() for word in words]


def found_in(folder: Path, words: list[bytes]) -> int:
    """How many of the words stand anywhere in the files of a folder."""
    found: set[bytes] = set()
    for file in folder.iterdir():
        rest = b""
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                text = rest + block
                found |= {word for word in words if word in text}
                rest = block[-200:]
    return len(found)


def measured(directory: DataDirectory, out: Path, order: Order, now: datetime, words: list[bytes]) -> None:
    """Publish and print what it took and what came of it."""
    wall, used = time.perf_counter(), time.process_time()
    edition, made = publish(directory.archive, out, order, now, lambda *_: None)
    told = {
        "edition": edition.id,
        "made": made,
        "seconds": round(time.perf_counter() - wall, 1),
        "processor_seconds": round(time.process_time() - used, 1),
        "megabytes": round(edition.bytes / 1e6),
        "articles": edition.rows["articles"],
        "changed": {kind: count for kind, count in edition.changed.items() if count},
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "planted": len(words),
        "found": found_in(out / edition.id, words),
        "verified": verify(out / edition.id),
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


def change(directory: DataDirectory) -> None:
    """A thousand articles gone from their sites."""
    with closing(open_writer(directory.archive)) as archive:
        ids = [row[0] for row in archive.execute("select id from articles where recorded_to is null limit 1000")]
        with transaction(archive):
            archive.executemany("update articles set state = 'gone' where id = ?", [(one,) for one in ids])


def main(arguments: list[str]) -> None:
    """Run as the module says."""
    directory, out = DataDirectory(Path(arguments[0]).resolve()), Path(arguments[1])
    migrate(directory.crawl, crawl.migrations)
    migrate(directory.subscribers, subscribers.migrations)
    now = datetime.now(UTC)
    words = plant(directory, now)
    with closing(open_writer(directory.archive)) as archive:
        (first,) = archive.execute("select id from articles limit 1").fetchone()
        takedown.take_down(archive, first, now.isoformat(timespec="seconds"), "measured")
    measured(directory, out, Order(), now, words)
    change(directory)
    measured(directory, out, Order(), now + timedelta(days=1), words)
    with closing(open_reader(directory.archive)) as archive:
        (day,) = archive.execute("select date(at) from changes order by number limit 1 offset 90000").fetchone()
    measured(directory, out, Order(as_of=day), now, words)


if __name__ == "__main__":
    main(sys.argv[1:])
