"""`caixun reparse`: processes read side by side, this one writes; it can be stopped, and goes on where it was."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import parsers
from db import reread
from db.connection import open_reader, open_writer
from db.parts import Read
from db.paths import DataDirectory
from parsers.lexicon import Lexicon
from parsers.values import Page
from scheduler import house, own_words, people_tagging, settings

CHUNK = 24  # visits that a process reads at a time, and that one transaction stores
_AHEAD = 3  # chunks a process that may wait to be written

Pages = list[tuple[int, Page]]


@dataclass(frozen=True, slots=True)
class Reparsed:
    """How many pages were to be read, how many of them earlier (before a stop), how many changed anything."""

    pages: int
    earlier: int
    changed: int
    stopped: bool


def reparse(
    directory: DataDirectory, source: str | None, since: str, jobs: int, progress: Callable[[int, int], None]
) -> Reparsed:
    """Read again what was fetched, of `source` and from the day `since` if asked; `progress` gets (done, all).

    The result is the same for every number of `jobs`. Ctrl-C ends it in good order; the same order with the same
    parsers goes on from there. Raises DamagedSnapshot where stored bytes cannot be read.
    """
    known = house.sources(directory)
    facts = {one.id: house.facts_of(one) for one in known.values()}
    task = _task(directory, (source, since, [(one.id, one.page) for one in known.values()]))
    with closing(open_reader(directory.crawl)) as crawl, closing(open_writer(directory.archive)) as archive:
        numbers = reread.visits(crawl, source, since)
        reached = reread.reached(archive, task)
        left = [number for number in numbers if number > reached]
        done = earlier = len(numbers) - len(left)
        changed = 0
        stopped = False
        try:
            for pages in _read_all(directory, left, jobs):
                changed += reread.store(crawl, archive, pages, facts, task)
                done += len(pages)
                progress(done, len(numbers))
        except KeyboardInterrupt:
            stopped = True
        else:
            reread.finished(archive)
    return Reparsed(len(numbers), earlier, changed, stopped)


def _task(directory: DataDirectory, asked: object) -> str:
    """A name for what is asked, of which parsers: other options, rules or words begin at the beginning."""
    digest = hashlib.sha256(repr(asked).encode())
    folder = Path(parsers.__file__).parent
    for file in sorted(one for one in folder.rglob("*") if one.is_file() and one.suffix != ".pyc"):
        digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    own = directory.path / own_words.FILE_NAME
    digest.update(own.read_bytes() if own.exists() else b"")
    return digest.hexdigest()[:16]


def _read_all(directory: DataDirectory, numbers: Sequence[int], jobs: int) -> Iterator[Pages]:
    """The readings of `numbers`, in their order, chunk by chunk."""
    chunks = [numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK)]
    if jobs == 1 or len(chunks) < 2:
        reader = _Reader(directory)
        yield from map(reader.read_chunk, chunks)
        return
    workers = min(jobs, len(chunks))
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (str(directory.path), os.getpid()))
    try:
        waiting: deque[Future[Pages]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_read_chunk, chunk))
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class _Reader:
    """The stored pages and today's rules, in one process."""

    def __init__(self, directory: DataDirectory) -> None:
        self.crawl, self.archive = open_reader(directory.crawl), open_reader(directory.archive)
        self.read = _rules(directory)

    def read_chunk(self, numbers: Sequence[int]) -> Pages:
        return [(number, reread.reading(self.crawl, self.archive, number, self.read)) for number in numbers]


def _rules(directory: DataDirectory) -> Read:
    lexicon: Lexicon | None = own_words.lexicon_of(directory)
    read = house.reader(house.sources(directory), lexicon)
    return people_tagging.tagged(read, settings.load(directory.path).facts.ner)


_readers: list[_Reader] = []  # of this process: one, made when it begins


def _begin(path: str, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the writer decides
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _readers.append(_Reader(DataDirectory(Path(path))))


def _end_with(parent: int) -> None:
    """A killed writer leaves nobody behind: its readers would wait for work for ever."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _read_chunk(numbers: Sequence[int]) -> Pages:
    return _readers[0].read_chunk(numbers)
