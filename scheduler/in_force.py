"""The settings in force: those of caixun.toml, and in a demo the mail catcher's port."""

from __future__ import annotations

import socket
from dataclasses import replace

from db.paths import DataDirectory
from scheduler import house
from scheduler.settings import MailSettings, Settings, load

CATCHER_PORT = 8025


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
