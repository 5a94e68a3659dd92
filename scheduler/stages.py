"""The stages: visits → articles, changes → debts, letters → mail. Each walks a log behind its own mark."""

from __future__ import annotations

import asyncio
import datetime
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from crawler.sources import Source
from db import alerts, gathering, health, ingest, search, text_index
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from db.schedules import Clock
from parsers.dates import BEIJING
from parsers.query import parse_query
from scheduler import calendar, house, own_words, people_tagging
from scheduler.delivery import backoff, send
from scheduler.errors import DeliveryError
from scheduler.letters import Envelope, Letter, alert_letter, confirmation_letter, digest_letter
from scheduler.settings import Settings

_log = logging.getLogger(__name__)
_TIDY_FROM = 3  # o'clock in Beijing
_MERGES_A_TIME = 50


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
                return 0
            done = text_index.maintain(archive, _MERGES_A_TIME, whole=True)
            if done < _MERGES_A_TIME:
                ingest.set_position(archive, today, "tidy")
            return done
        finally:
            archive.close()

    def match(self) -> int:
        """Work off log 2; how many changes."""
        subscribers, archive = open_writer(self.directory.subscribers), open_reader(self.directory.archive)
        done = 0
        try:
            while count := alerts.match(subscribers, archive, house.now()):
                done += count
        finally:
            subscribers.close()
            archive.close()
        return done

    def gather(self) -> int:
        """Write the digests of the day once its hour has come; how many."""
        clock = Clock(calendar.load(self.directory.path).workday, self.settings.alerts.daily_time)
        subscribers = open_writer(self.directory.subscribers)
        try:
            return gathering.gather(subscribers, house.now(), clock)
        finally:
            subscribers.close()

    def deliver(self) -> int:
        """Hand due letters to the mail server; how many were tried. Without a mail server they wait."""
        if not self.settings.mail.host:
            return 0
        subscribers, archive = open_writer(self.directory.subscribers), open_reader(self.directory.archive)
        try:
            key = alerts.secret(subscribers)
            due = alerts.due_letters(subscribers, house.now(), channels=["mail"])
            state = self._sources_state(archive) if due else ""
            for letter in due:
                self._deliver_one(subscribers, archive, letter, key, state)
            return len(due)
        finally:
            subscribers.close()
            archive.close()

    def _sources_state(self, archive: sqlite3.Connection) -> str:
        """One sentence for digests, so that silence can be trusted."""
        crawl = open_reader(self.directory.crawl)
        try:
            found = [source for source in health.sources(archive, crawl, house.now()) if source.state != "off"]
        finally:
            crawl.close()
        well = sum(source.state == "ok" for source in found)
        return f"{len(found)} 个来源中 {well} 个正常"

    def _deliver_one(
        self, subscribers: sqlite3.Connection, archive: sqlite3.Connection, due: alerts.DueLetter, key: str, state: str
    ) -> None:
        letter = write(archive, due, key, self.settings, state)
        try:
            asyncio.run(send(letter, self.settings.mail))
        except DeliveryError as error:
            wait = None if error.permanent else backoff(due.tries + 1)
            alerts.not_sent(subscribers, due.message_id, house.now(), str(error), wait)
            _log.warning("%s", error)
        else:
            alerts.sent(subscribers, due.message_id, house.now())


def write(archive: sqlite3.Connection, due: alerts.DueLetter, key: str, settings: Settings, state: str = "") -> Letter:
    """The letter itself, from what the archive held when the debt was made; `state` is said in digests."""
    assert due.subscription is not None
    base, link = settings.web.public_url, alerts.token(key, due.subscription.id)
    envelope = Envelope(
        message_id=due.message_id,
        sender=settings.mail.sender,
        base_url=base,
        date=datetime.datetime.fromisoformat(due.created),
        unsubscribe_url=f"{base}/subscribe/stop/{link}",
    )
    if due.kind == "confirm":
        return confirmation_letter(due.subscription, f"{base}/subscribe/confirm/{link}", envelope)
    tree = parse_query(due.subscription.query)
    hits = [search.hit(archive, revision, tree) for _, revision in due.items]
    if due.kind == "digest":
        day = datetime.datetime.fromisoformat(due.created).astimezone(BEIJING).date()
        return digest_letter(due.subscription, hits, envelope, day=day, state=state)
    return alert_letter(due.subscription, hits, envelope)
