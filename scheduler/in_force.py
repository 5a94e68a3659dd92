"""The settings in force: those of caixun.toml, and in a demo the mail catcher's port."""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import dataclass, field, replace

from db.paths import DataDirectory
from scheduler import house
from scheduler.errors import SettingsError
from scheduler.settings import FILE_NAME, MailSettings, Settings, load

_log = logging.getLogger(__name__)
CATCHER_PORT = 8025
_EVERY = 1.0  # seconds between two looks at the file
# read once by the programs that use them; the others are taken up while everything runs
_AT_START = ("web", "facts")


def settings_of(directory: DataDirectory) -> Settings:
    """The settings in force: those of caixun.toml; a demo's mail goes to its own catcher."""
    settings = load(directory.path)
    return _demo_mail(settings, catcher_port(directory)) if house.is_demo(directory) else settings


def catcher_port(directory: DataDirectory) -> int:
    """The port of the demo's mail catcher, chosen at the first start and kept."""
    file = directory.path / house.DEMO / "mail-port"
    if not file.exists():
        file.write_text(str(_free_port(CATCHER_PORT)), "utf-8")
    return int(file.read_text("utf-8"))


def _free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return preferred


def _demo_mail(settings: Settings, port: int) -> Settings:
    return replace(settings, mail=MailSettings(host="127.0.0.1", port=port, sender="caixun@localhost"))


@dataclass(slots=True)
class SettingsWatch:
    """Tells when the settings of a data directory are others than before; begins with `settings`."""

    directory: DataDirectory
    settings: Settings
    stamp: int = field(init=False)
    looked: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.stamp = self._stamp()

    def changed(self) -> Settings | None:
        """The settings when they changed since the last call, else None. A wrong file is logged, the old ones stay."""
        if time.monotonic() - self.looked < _EVERY:
            return None
        self.looked, stamp = time.monotonic(), self._stamp()
        if stamp == self.stamp:
            return None
        self.stamp = stamp
        try:
            fresh = settings_of(self.directory)
        except SettingsError as error:
            _log.error("设置有误，仍用原来的：%s", error)
            return None
        if fresh == self.settings:
            return None
        self.settings = fresh
        return fresh

    def _stamp(self) -> int:
        try:
            return (self.directory.path / FILE_NAME).stat().st_mtime_ns
        except FileNotFoundError:
            return 0


def need_a_restart(before: Settings, now: Settings) -> list[str]:
    """The changed settings that programs read only at their start, as "[table]" or "[table] key"."""
    found = [f"[{table}]" for table in _AT_START if getattr(before, table) != getattr(now, table)]
    return found + (["[crawl] redis"] if before.crawl.redis != now.crawl.redis else [])
