"""The journal of what is told, written beside the backups before a message is handed over (db.backup.told)."""

from __future__ import annotations

import datetime
import logging
import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass, field
from pathlib import Path

from db.backup import told
from db.backup.told import Unwritten

_log = logging.getLogger(__name__)
_PATIENCE = 1.0  # seconds that messages wait for the journal; a network disk that hangs holds up nothing longer
_AGAIN = 60.0  # seconds after a failure


@dataclass(slots=True)
class Journal:
    """Writes the journal of one outbox; `place` is where backups go, None where none are made."""

    subscribers: sqlite3.Connection
    place: Path | None
    under_way: tuple[Unwritten, Future[None]] | None = None
    not_before: float = 0.0
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "told"))

    def write(self, now: datetime.datetime) -> None:
        """Bring the journal up to date, if its disk answers in time; else what is missing is written later."""
        if self.place is None or time.monotonic() < self.not_before:
            return
        while self._settled() and (new := told.unwritten(self.subscribers)) is not None:
            if not new.lines:
                told.written(self.subscribers, new)
                return
            day = now.astimezone(datetime.UTC).date().isoformat()
            self.under_way = (
                new,
                self.pool.submit(told.append, self.place, told.house_of(self.subscribers), new.lines, day),
            )

    def _settled(self) -> bool:
        """Whether nothing is being written any more; waits for it a moment, and notes what became of it."""
        if self.under_way is None:
            return True
        new, writing = self.under_way
        try:
            writing.result(timeout=_PATIENCE)
            told.written(self.subscribers, new)
        except TooLong:
            self._later(f"{self.place} 没有在 {_PATIENCE:g} 秒内写完")
            return False
        except OSError as error:
            self._later(f"{self.place} 不能写（{error.strerror}）")
            self.under_way = None
            return False
        self.under_way = None
        return True

    def _later(self, why: str) -> None:
        self.not_before = time.monotonic() + _AGAIN
        _log.warning("送出的消息暂未记到备份旁：%s；投递照常，一分钟后再记", why)

    def close(self) -> None:
        """Let go; a write that hangs is left behind."""
        self.pool.shutdown(wait=False, cancel_futures=True)
