"""A bundle with the pages as they were fetched: the store writes it, the crawler's form of archive goes into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from crawler.warc import write_warc
from db import captures
from db.bundle import write
from db.bundle.articles import Asked
from db.bundle.write import Progress, Summary
from db.connection import open_reader
from db.paths import DataDirectory

_EPOCH = "1970-01-01T00:00:00+00:00"  # of an archive in which nothing has happened


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
