"""How many processes serve the web, and what is remembered of them: DIR/logs/web-workers.json, read by the doctor."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler import house, locks, machine
from scheduler.web_workers import Work, Workers, bound

FILE = Path("logs") / "web-workers.json"
LOCK = ".web"
_MOST = 4  # processes that "auto" starts
_LEAST_OF_ONE = 256 * 1024**2  # bytes of a worker before it has read its archive
_OF_THE_FILE = 8  # what a worker keeps of its archive is less than this part of the file (measured: a tenth at most)
_RESERVED = 1024**3  # bytes that stay for crawling and reading
_DEATHS = 50  # remembered
_log = logging.getLogger(__name__)


def number_of(wanted: int | str, archive: Path) -> int:
    """How many processes serve `archive`: as wanted, or as many as there are processors and memory for."""
    if isinstance(wanted, int):
        return wanted
    size = archive.stat().st_size if archive.exists() else 0
    each = _LEAST_OF_ONE + size // _OF_THE_FILE
    return max(1, min(_MOST, machine.processors(), (machine.free_memory() - _RESERVED) // each))


def run(work: Work, host: str, port: int, count: int, directory: Path | None) -> int:
    """Serve with `count` processes until told to stop; the exit code. What happens to them is kept in `directory`."""
    with _record(directory, count) as record:
        return Workers(work, bound(host, port), count, record).run()


@dataclass(slots=True)
class Record:
    """What is remembered of the workers; written where `file` is not None."""

    file: Path | None
    said: dict[str, Any]

    def died(self, number: int, cause: str) -> None:
        """Remember that a worker ended by itself."""
        self.said["deaths"] = [*self.said["deaths"], {"at": _now(), "worker": number, "cause": cause}][-_DEATHS:]
        self.write()

    def answering(self, count: int) -> None:
        """Remember how many answer."""
        self.said["answering"] = count
        self.write()

    def write(self) -> None:
        """Put it into the file, whole or not at all; a full disk is told and does not end the web."""
        if self.file is None:
            return
        new = self.file.with_suffix(".new")
        try:
            new.write_text(json.dumps(self.said, ensure_ascii=False), "utf-8")
            new.replace(self.file)
        except OSError as error:
            _log.error("%s 不能写：%s", self.file, error.strerror)


def remembered(directory: Path) -> dict[str, Any]:
    """What the last web of several processes wrote: workers, answering, since, deaths; empty where there was none."""
    try:
        said = json.loads((directory / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


@contextlib.contextmanager
def _record(directory: Path | None, count: int) -> Iterator[Record]:
    """The record of this web; of two webs of one directory only the first one's is kept."""
    if directory is None:
        yield Record(None, {"deaths": []})
        return
    (directory / FILE).parent.mkdir(exist_ok=True)
    with locks.holding(directory, LOCK) as first:
        deaths = remembered(directory).get("deaths", [])
        said = {"workers": count, "since": _now(), "process": os.getpid(), "answering": 0, "deaths": deaths}
        record = Record(directory / FILE if first else None, said)
        record.write()
        yield record


def _now() -> str:
    return house.now().isoformat(timespec="seconds")
