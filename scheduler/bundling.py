"""A bundle with the pages as they were fetched: the store writes it, the crawler's form of archive goes into it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from crawler.warc import write_warc
from db import captures
from db.bundle import kept, write
from db.bundle.articles import Asked
from db.bundle.write import Progress, Summary
from db.connection import open_reader
from db.errors import DownloadFailed
from db.paths import DataDirectory
from db.requests import Request
from scheduler import house

_WORD = 0.5  # seconds between two words on the progress
_EPOCH = "1970-01-01T00:00:00+00:00"  # of an archive in which nothing has happened


def work(directory: DataDirectory, request: Request, say: Callable[[str], None]) -> dict[str, Any]:
    """Make the bundle that the operator asked for on the web; its name. One that lies ready is not made again."""
    given = request.arguments
    query = str(given["query"])
    asked = Asked(query, {}, int(given["as_of"]), str(given["title"]) or title_of(query))
    file = kept.place_of(directory, asked, snapshots=bool(given["snapshots"]))
    file.parent.mkdir(exist_ok=True)
    with closing(open_reader(directory.archive)) as archive:
        kept.sweep(directory, archive, house.now())
        if kept.find(directory, archive, file.name) is None:
            try:
                made = save(directory, asked, file, snapshots=bool(given["snapshots"]), progress=_at_times(say))
            except OSError as error:
                raise DownloadFailed(f"资料包没有写成：{error.strerror or error}；请腾出空间后再试") from error
            kept.note(archive, file, asked, made, house.now())
    return {"name": file.name}


def title_of(query: str) -> str:
    """What a bundle is called that was given no title."""
    return f"检索“{query}”的文章" if query.strip() else "全部文章"


def _at_times(say: Callable[[str], None]) -> Callable[[str], None]:
    """`say`, but only now and then: each word is a transaction."""
    last = time.monotonic()

    def progress(state: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _WORD:
            last = time.monotonic()
            say(state)

    return progress


def save(
    directory: DataDirectory, asked: Asked, file: Path, *, snapshots: bool = True, progress: Progress | None = None
) -> Summary:
    """Write the bundle; what it holds. Raises QueryError, DamagedSnapshot, OSError; then there is no file."""
    with closing(open_reader(directory.archive)) as archive:
        if not snapshots or not directory.crawl.exists():
            return write.save(archive, asked, file, None, progress)
        with closing(open_reader(directory.crawl)) as crawl:

            def pages(addresses: Iterator[str], until: str, stream: IO[bytes]) -> int:
                found = captures.of_addresses(crawl, addresses, until)
                count = 0
                for written in write_warc(stream, found, name="snapshots.warc.gz", compressed=True, at=until or _EPOCH):
                    count = written.responses
                    if progress:
                        progress(f"已存原页 {count:,} 个")
                return count

            return write.save(archive, asked, file, pages, progress)
