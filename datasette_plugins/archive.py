"""The bridge to the store: one `Site` a Datasette instance, asked in threads so that the event loop never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from db.editions.values import Edition, found
from db.site import Site
from parsers.errors import CaixunError

P = ParamSpec("P")
T = TypeVar("T")
DATABASE = "archive"
_settings: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
_sites: WeakKeyDictionary[Any, Site] = WeakKeyDictionary()
_editions: WeakKeyDictionary[Any, Edition | None] = WeakKeyDictionary()


class DataDirectoryMissingError(CaixunError):
    """This Datasette serves a database without the data directory that search and subscriptions need."""


def settings(datasette: Any) -> dict[str, Any]:
    """The plugin's part of the metadata: directory, base_url, language, show_full_text (all optional).

    Read once: Datasette walks through all of its metadata for it, and a page asks seven times.
    """
    if datasette not in _settings:
        _settings[datasette] = datasette.plugin_config("caixun") or {}
    return _settings[datasette]


def directory_of(datasette: Any) -> Path | None:
    """The data directory from the metadata, else the folder of archive.db, else None."""
    configured = settings(datasette).get("directory")
    if configured:
        return Path(configured)
    database = datasette.databases.get(DATABASE)
    return Path(database.path).resolve().parent if database is not None and database.path else None


def site_of(datasette: Any) -> Site:
    """The store of this instance, opened at first use.

    Raises DataDirectoryMissingError, or what the store says of its directory (another CaixunError).
    """
    if datasette not in _sites:
        directory = directory_of(datasette)
        if directory is None:
            raise DataDirectoryMissingError(
                "这里没有打开才讯数据目录：请用 caixun serve --data 目录 启动，或打开 archive.db"
            )
        edition = edition_of(datasette)
        show_full_text = settings(datasette).get("show_full_text", edition is None or edition.show == "full")
        _sites[datasette] = Site(directory, show_full_text=bool(show_full_text))
    return _sites[datasette]


def edition_of(datasette: Any) -> Edition | None:
    """The edition that this instance serves, None on a live site. Raises WrongEdition when it is damaged."""
    if datasette not in _editions:
        directory = directory_of(datasette)
        _editions[datasette] = found(directory) if directory else None
    return _editions[datasette]


def subscribing_site_of(datasette: Any) -> Site:
    """The same, where subscriptions can be kept: a lone archive.db has nobody who would send the mail.

    Raises DataDirectoryMissingError beside what `site_of` raises.
    """
    site = site_of(datasette)
    if not site.directory.subscribers.exists():
        raise DataDirectoryMissingError("这里只打开了 archive.db，不能订阅：请在才讯主站订阅，或用 caixun serve 启动")
    return site


async def ask(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`function(*args)` in a worker thread."""
    return await asyncio.to_thread(function, *args, **kwargs)


def base_url(datasette: Any, request: Any) -> str:
    """The public address of the site without a final slash: from the settings, else as the request came in."""
    configured = settings(datasette).get("base_url")
    return str(configured).rstrip("/") if configured else f"{request.scheme}://{request.host}"
