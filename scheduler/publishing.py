"""Publishing by the settings: where, under which title, what is shown; and on the scheduler's clock when it is time."""

from __future__ import annotations

import datetime
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.connection import open_reader
from db.editions import publishing as editions
from db.editions import values
from db.editions.folder import Folder
from db.editions.publishing import KEEP, TITLE, Order, withdrawn
from db.editions.serving import lacking, served
from db.editions.values import Edition
from db.errors import CannotPublish
from db.paths import DataDirectory
from parsers.errors import CaixunError
from scheduler import house
from scheduler.in_force import settings_of
from scheduler.settings import Settings, WebSettings
from scheduler.side_process import SideProcess

_log = logging.getLogger(__name__)
_AGAIN = datetime.timedelta(minutes=30)  # after a publication, whatever came of it
_STEPS = {"write": "正在写档案", "compare": "正在与上一个版本比较", "hash": "正在算校验值"}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for; None and "" mean what the settings say."""

    title: str | None = None
    keep: int | None = None
    as_of: str = ""


def folder_of(directory: DataDirectory, given: Path | None) -> Path:
    """Where editions are published: as given, else [publish] dir. Raises CannotPublish when neither is said."""
    if given is not None:
        return given.resolve()
    said = settings_of(directory).publish.dir
    if not said:
        raise CannotPublish("没有说发布到哪里：请写 caixun publish 目录，或在 caixun.toml 的 [publish] 设 dir")
    return (directory.path / said).resolve()


def publish(
    directory: DataDirectory, given: Path | None, wishes: Wishes, say: Callable[[str], None]
) -> tuple[Edition, bool]:
    """The edition, and whether it had to be made. Raises CaixunError, also for what the disk or SQLite says."""
    settings, folder = settings_of(directory), folder_of(directory, given)
    if folder == directory.path.resolve():
        raise CannotPublish(f"{folder} 是数据目录：请另给一个目录")
    order = Order(
        title=wishes.title or settings.publish.edition_title or TITLE,
        keep=wishes.keep or settings.publish.keep or KEEP,
        as_of=wishes.as_of,
        full_text=_shows_texts(settings),
        live=settings.web.base_url.rstrip("/"),
    )
    try:
        return editions.publish(
            directory.archive, folder, order, house.now(), lambda step, share: say(f"{_STEPS[step]} {share:.0%}")
        )
    except OSError as error:
        raise CannotPublish(f"{folder} 不能写：{error.strerror}；原有版本没有变，请改权限或换一个目录") from error
    except sqlite3.Error as error:
        raise CannotPublish(f"发布没有完成：{error}；原有版本没有变，用 caixun doctor 检查后再试") from error


def _shows_texts(settings: Settings) -> bool:
    return WebSettings(host=settings.web.host, show=settings.web.show).full_text


@dataclass(slots=True)
class Publisher:
    """Publishes when it is due, in a process of its own; `tick` is called by the scheduler's clock."""

    directory: DataDirectory
    side: SideProcess = field(default_factory=SideProcess)
    not_before: datetime.datetime = field(default=datetime.datetime.min.replace(tzinfo=datetime.UTC))

    def tick(self) -> None:
        """Note how the last publication ended, begin the next when it is due."""
        code = self.side.ended()
        if code is not None:
            self.not_before = house.now() + _AGAIN  # an archive without changes gives no new edition
        if code:
            _log.error("发布版本没有成功（退出码 %s），半小时后再试", code)
        if not self.side.runs and house.now() >= self.not_before and self.is_due():
            self.side.begin("publish", "--data", str(self.directory.path))

    def is_due(self) -> bool:
        """Whether the newest edition is older than [publish] every, or holds a text that was taken down since."""
        try:
            publish = settings_of(self.directory).publish  # read again, so that a change takes effect at once
            if not publish.dir or not publish.every:
                return False
            listed = Folder(folder_of(self.directory, None)).listed()
        except (CaixunError, OSError) as error:
            _log.error("%s", error)
            self.not_before = house.now() + _AGAIN
            return False
        with closing(open_reader(self.directory.archive)) as archive:
            if any(one.kept and withdrawn(archive, one) for one in listed):
                return True
        newest = max((one.created for one in listed), default="")
        return not newest or house.now() - datetime.datetime.fromisoformat(newest) >= publish.interval

    def stop(self) -> None:
        """End what runs; the next publication sweeps what it left."""
        self.side.stop()


def opened(folder: Path) -> tuple[DataDirectory, bool]:
    """The edition that `folder` means, as a directory to serve, and whether it has whole texts. Raises WrongEdition."""
    place = served(folder)
    if missing := lacking(place):
        _log.warning("版本 %s 由较早的才讯发布，没有 %s：个别页面可能打不开", place.name, "、".join(missing))
    return DataDirectory(place).existing(), values.read(place).show == "full"


def access_of(directory: DataDirectory, settings: Settings) -> dict[str, Any]:
    """What the web is told of readers, and where editions are published."""
    said = settings.publish.dir
    allowed = {"plain_http": settings.channels.plain_http}
    return settings.web.access | allowed | ({"editions": str((directory.path / said).resolve())} if said else {})
