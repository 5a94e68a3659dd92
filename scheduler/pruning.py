"""Pruning at night, where [retention] at names a time: the rules of `caixun prune`, in a process of its own."""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass, field

from db.backup import taking
from db.paths import DataDirectory
from parsers.dates import BEIJING
from scheduler import house
from scheduler.settings import Settings
from scheduler.side_process import SideProcess

_log = logging.getLogger(__name__)
WINDOW = datetime.timedelta(hours=2)  # after the named time; a machine that was off then waits for the next night
_DAY = datetime.timedelta(days=1)


@dataclass(slots=True)
class PruneClock:
    """Starts `caixun prune --yes` once a night when that is set; `tick` is called by the scheduler.

    What a night deletes nobody is asked about, so it waits for the backup that the settings promise: where backups
    are made by the clock and the last one is older than two of their intervals, nothing is deleted.
    """

    directory: DataDirectory
    settings: Settings
    side: SideProcess = field(default_factory=SideProcess)
    tried: datetime.datetime | None = None

    def tick(self) -> None:
        """Note how the one that runs has ended, else begin when its time has come."""
        if code := self.side.ended():
            _log.error("夜间清理没有做完（退出码 %s），原因见上一行；下一夜再做", code)
        now = house.now()
        if self.side.runs or not self.is_due(now):
            return
        self.tried = now
        if self.lacks_backup(now):
            _log.error("没有做夜间清理：备份早该做而没有做成，见 caixun doctor；备份做成后的下一夜再做")
            return
        self.side.begin("prune", "--yes", "--data", str(self.directory.path))

    def is_due(self, now: datetime.datetime) -> bool:
        """Whether `now` lies within WINDOW after the named time (Beijing), and this night has not been tried."""
        if not self.settings.prune_at:
            return False
        local, wanted = now.astimezone(BEIJING), datetime.time.fromisoformat(self.settings.prune_at)
        since = (local - datetime.datetime.combine(local, wanted, BEIJING)) % _DAY
        return since < WINDOW and (self.tried is None or not now - since <= self.tried <= now)

    def lacks_backup(self, now: datetime.datetime) -> bool:
        """Whether backups are to be made by the clock and the last one is long overdue."""
        wanted = self.settings.backup
        if wanted.place is None or wanted.interval is None:
            return False
        last = taking.last(self.directory)
        return last is None or now - last[0] > 2 * wanted.interval

    def stop(self) -> None:
        """End what runs; the next night goes on with what is left."""
        self.side.stop()
