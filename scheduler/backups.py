"""Backups on the scheduler's clock, in a process of their own, so that copying holds up nothing."""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass, field

from db.backup import taking
from db.paths import DataDirectory
from scheduler import house
from scheduler.settings import Settings
from scheduler.side_process import SideProcess

_log = logging.getLogger(__name__)
_AGAIN = datetime.timedelta(minutes=10)  # after a backup that could not be made


@dataclass(slots=True)
class BackupClock:
    """Starts `caixun backup` when [backup] every has passed since the last one; `tick` is called by the scheduler."""

    directory: DataDirectory
    settings: Settings
    side: SideProcess = field(default_factory=SideProcess)
    not_before: datetime.datetime | None = None

    def tick(self) -> None:
        """Note how the one that runs has ended, else begin the next when it is due."""
        if code := self.side.ended():
            self.not_before = house.now() + _AGAIN
            _log.error("备份没有做成（退出码 %s），原因见上一行；十分钟后再试", code)
        if not self.side.runs and self.is_due(house.now()):
            self.side.begin("backup", "--data", str(self.directory.path))

    def is_due(self, now: datetime.datetime) -> bool:
        """Whether a backup is to be made at `now`."""
        wanted = self.settings.backup
        if wanted.place is None or wanted.interval is None or (self.not_before and now < self.not_before):
            return False
        last = taking.last(self.directory)
        # one made by hand elsewhere counts for nothing here; a clock that went back must not stop backups for ever
        if last is None or last[1].parent != wanted.place.resolve() or last[0] > now:
            return True
        return now - last[0] >= wanted.interval

    def stop(self) -> None:
        """End what runs; the next backup sweeps up what it left."""
        self.side.stop()
