"""The check of everything that can go wrong unseen, on the scheduler's clock: sources, calendar, disk, stages.

Findings on sources are rows (db.health); what the operator has to know is owed in the outbox (db.notices), each once.
"""

from __future__ import annotations

import datetime
import logging
import shutil
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

from crawler.sources import Source
from db import health, ingest, notices
from db.connection import open_reader, open_writer
from db.matching import STAGE as MATCH
from db.outbox import owe_notice
from db.paths import DataDirectory
from parsers.dates import BEIJING
from scheduler import calendar, house
from scheduler.calendar import WorkCalendar
from scheduler.errors import SettingsError
from scheduler.settings import Settings

_log = logging.getLogger(__name__)
LEAST_FREE = 2 * 1024**3  # bytes of disk
STUCK = 30 * 60.0  # seconds that a stage may leave its log waiting
_READ_AGAIN = 60.0  # seconds after which calendar.toml is looked at again


@dataclass(slots=True)
class HealthChecks:
    """Checks the data directory; `tick` is called by the scheduler's clock."""

    directory: DataDirectory
    settings: Settings
    known: WorkCalendar = field(default_factory=WorkCalendar)
    read_at: float = float("-inf")
    waiting: dict[str, tuple[int, float]] = field(default_factory=dict)  # stage → its mark, unmoved since

    def tick(self, sources: Mapping[str, Source]) -> None:
        """Look at everything once; doing it again at once changes nothing. `sources` are those watched now."""
        now = house.now()
        self._read_calendar()
        with (
            closing(open_reader(self.directory.crawl)) as crawl,
            closing(open_writer(self.directory.archive)) as archive,
            closing(open_writer(self.directory.subscribers)) as subscribers,
        ):
            expected = {name: source.expect for name, source in sources.items() if source.enabled}
            health.check(archive, crawl, expected, lambda day: str(self.known.kind(day)), now)
            if not self.settings.operator.email:
                notices.skip_events(subscribers, archive)
                return
            self._tell(crawl, archive, subscribers, now)

    def _read_calendar(self) -> None:
        if time.monotonic() - self.read_at < _READ_AGAIN:
            return
        self.read_at = time.monotonic()
        try:
            self.known = calendar.load(self.directory.path)
        except SettingsError as error:
            _log.error("日历有误，仍用原来的：%s", error)

    def _tell(
        self,
        crawl: sqlite3.Connection,
        archive: sqlite3.Connection,
        subscribers: sqlite3.Connection,
        now: datetime.datetime,
    ) -> None:
        base, local = self.settings.web.public_url, now.astimezone(BEIJING)
        notices.tell_events(subscribers, archive, now, base)
        if local.time() >= self.settings.alerts.daily_time:
            notices.tell_day(subscribers, archive, now, local.date(), base)
        for key, subject, lines in [
            *self._calendar_alarms(local.date()),
            *self._disk_alarm(local.date()),
            *self._stuck_alarms(crawl, archive, subscribers),
        ]:
            owe_notice(subscribers, key, subject, lines, now)

    def _calendar_alarms(self, today: datetime.date) -> list[tuple[str, str, list[str]]]:
        return [
            (
                f"calendar:{year}",
                f"才讯：缺少 {year} 年的节假日安排",
                [
                    f"{year} 年的放假和调休安排还不知道，补上之前按周末和法定节日推算，可能不准。",
                    f"请升级 chinesecalendar，或照国务院办公厅的通知写 {self.directory.path / calendar.FILE_NAME}：",
                    f'[{year}]　holidays = ["{year}-01-01..{year}-01-03"]　workdays = []',
                ],
            )
            for year in self.known.missing(today)
        ]

    def _disk_alarm(self, today: datetime.date) -> list[tuple[str, str, list[str]]]:
        free = shutil.disk_usage(self.directory.path).free
        if free >= LEAST_FREE:
            return []
        week = today - datetime.timedelta(days=today.weekday())
        return [
            (
                f"disk:{week.isoformat()}",
                "才讯：磁盘空间不足",
                [f"{self.directory.path} 所在的磁盘只剩 {free / 1024**3:.1f} GB，写满后抓取会停止，请清理。"],
            )
        ]

    def _stuck_alarms(
        self, crawl: sqlite3.Connection, archive: sqlite3.Connection, subscribers: sqlite3.Connection
    ) -> list[tuple[str, str, list[str]]]:
        """Stages whose log waits and whose mark has not moved for half an hour."""
        stages = {
            "解析": (ingest.position(archive), _newest(crawl, "select max(id) from visit")),
            "提醒匹配": (ingest.position(subscribers, MATCH), _newest(archive, "select max(number) from changes")),
        }
        found = []
        for name, (mark, newest) in stages.items():
            before, since = self.waiting.get(name, (-1, 0.0))
            if mark >= newest or mark != before:
                self.waiting[name] = (mark, time.monotonic())
            elif time.monotonic() - since >= STUCK:
                line = f"“{name}”停在第 {mark} 号记录，后面还有 {newest - mark} 条；请看数据目录 logs/stages.log。"
                found.append((f"stuck:{name}:{mark}", f"才讯：{name}停住了", [line]))
        return found


def _newest(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0] or 0)
