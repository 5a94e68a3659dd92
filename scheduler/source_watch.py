"""Source files that are added or changed while the house runs: taken up without a restart."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from crawler.errors import SourceFileError
from crawler.sources import CHECKS, Source, source_files
from db.paths import DataDirectory
from scheduler import house

_log = logging.getLogger(__name__)
_EVERY = 1.0  # seconds between two looks at the folder

Stamp = tuple[tuple[str, int], ...]


def stamp_of(directory: DataDirectory) -> Stamp:
    """The names and times of the operator's source files: two that are equal mean that nothing changed."""
    folder = directory.path / "sources"
    if not folder.is_dir():
        return ()
    files = [*source_files(folder), *(file for file in [folder / CHECKS] if file.exists())]
    return tuple((str(file), file.stat().st_mtime_ns) for file in files)


@dataclass(slots=True)
class SourceWatch:
    """Tells when the sources of a data directory are others than before; begins with those of now."""

    directory: DataDirectory
    stamp: Stamp = field(init=False)
    looked: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.stamp = stamp_of(self.directory)

    def changed(self) -> dict[str, Source] | None:
        """All sources when a file changed since the last call, else None. A wrong file is logged, the others stay."""
        if time.monotonic() - self.looked < _EVERY:
            return None
        self.looked = time.monotonic()
        try:
            stamp = stamp_of(self.directory)
            if stamp == self.stamp:
                return None
            self.stamp = stamp
            return house.sources(self.directory)
        except FileNotFoundError:  # moved between the listing and the look at it: seen again at the next call
            return None
        except SourceFileError as error:
            _log.error("来源文件有误，仍用原来的：%s", error)
            return None
