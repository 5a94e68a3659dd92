"""Runs that other machines crawl: announced by the scheduler, their source file and all, in Redis."""

from __future__ import annotations

import logging
import os
import tempfile
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from crawler.errors import RedisAway
from crawler.redis_post import Post, RemoteRun, connect
from crawler.sources import Source, files_by_id, read_source
from db import runs
from db.connection import open_writer
from db.paths import DataDirectory
from scheduler import house
from scheduler.runs import seeded

_log = logging.getLogger(__name__)

PASSWORD_VARIABLE = "CAIXUN_REDIS_PASSWORD"  # noqa: S105 - the name of the variable, not a secret


def post_at(url: str, *, patience: int = 12) -> Post:
    """The Redis at `url`, with the password of the environment. Raises RedisAway when the address is wrong."""
    return Post(connect(url, os.environ.get(PASSWORD_VARIABLE), patience=patience))


def source_of(run: RemoteRun) -> Source:
    """The source of an announced run. Raises SourceFileError, as its file would."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{run.source}.toml"
        file.write_text(run.file, "utf-8")
        return read_source(file)


def announcement(source: Source, number: int, file: str, agent: str) -> RemoteRun:
    """What workers are told of a run; its host is the one of its first list page, which only one asks at a time."""
    return RemoteRun(number, source.id, file, urlsplit(source.lists[0]).netloc, agent, version("caixun"))


@dataclass(slots=True)
class RemoteLauncher:
    """Opens a run for each due source; workers take it up, ingest ends it."""

    directory: DataDirectory
    sources: dict[str, Source]
    post: Post
    agent: str
    at_once: int = 64  # open runs; more sources that are due wait in their table

    def tick(self) -> None:
        """Announce what is due. A run that could not be announced is due again when its lease has run out."""
        try:
            room = self.at_once - len(self.post.runs())
            if room > 0:
                self._open(room)
        except RedisAway as error:
            _log.warning("%s；稍后再试", error)

    def _open(self, room: int) -> None:
        with closing(open_writer(self.directory.crawl)) as connection:
            due = runs.take_due(connection, house.now(), room)
            files = files_by_id(house.source_folders(self.directory)) if due else {}
            for name, number in due:
                source = self.sources[name]
                seeded(self.directory, connection, source, number, None)
                self.post.announce(announcement(source, number, files[name].read_text("utf-8"), self.agent))

    def stop(self) -> None:
        """Open runs stay open: workers and ingest go on with them."""
