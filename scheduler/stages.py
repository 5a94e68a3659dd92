"""The stages over the archive: visits → articles, behind a mark, and the tidying of the index by night."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from crawler.sources import Source
from db import frequent_words, ingest, text_index
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from parsers.dates import BEIJING
from scheduler import house, own_words, people_tagging
from scheduler.settings import Settings

_TIDY_FROM = 3  # o'clock in Beijing
_MERGES_A_TIME = 50
_NIGHT_SECONDS, _DAY_SECONDS = 120.0, 20.0  # for frequent words: by day letters wait meanwhile


@dataclass(slots=True)
class Stages:
    """The connections and rules that the stages work with."""

    directory: DataDirectory
    settings: Settings
    sources: dict[str, Source]

    def parse(self, progress: Callable[[int], None] | None = None) -> int:
        """Work off log 1; how many visits."""
        crawl, archive = open_reader(self.directory.crawl), open_writer(self.directory.archive)
        done = 0
        try:
            if not ingest.waiting(crawl, archive):  # asked several times a second: the words are read only for work
                return 0
            facts = {source.id: house.facts_of(source) for source in self.sources.values()}
            read = house.reader(self.sources, own_words.lexicon_of(self.directory))
            read = people_tagging.tagged(read, self.settings.facts.ner)
            while count := ingest.step(crawl, archive, facts, read):
                done += count
                text_index.maintain(archive)
                if progress:
                    progress(count)
        finally:
            crawl.close()
            archive.close()
        return done

    def tidy(self) -> int:
        """Work once a night towards one segment of the index, in small merges; how many were made this time."""
        local = house.now().astimezone(BEIJING)
        today = local.date().toordinal()
        archive = open_writer(self.directory.archive)
        try:
            if local.hour < _TIDY_FROM or ingest.position(archive, "tidy") >= today:
                self._keep_words(archive, choose=False)
                return 0
            done = text_index.maintain(archive, _MERGES_A_TIME, whole=True)
            if done < _MERGES_A_TIME:
                self._keep_words(archive, choose=True)
                ingest.set_position(archive, today, "tidy")
            return done
        finally:
            archive.close()

    def _keep_words(self, archive: sqlite3.Connection, *, choose: bool) -> None:
        """Store anew what the index says of frequent words, when it is due: by night they are also chosen anew."""
        if not (frequent_words.are_due(archive, 0) if choose else frequent_words.are_due(archive)):
            return
        reader = open_reader(self.directory.archive)
        try:
            frequent_words.store(archive, reader, choose=choose, seconds=_NIGHT_SECONDS if choose else _DAY_SECONDS)
        finally:
            reader.close()
