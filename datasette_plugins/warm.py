"""Plugin: what the first reader would wait for is read at the start: the engine's state, the dictionary of words."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from datasette_plugins.archive import DATABASE
from datasette_plugins.hooks import hook
from db.connection import open_reader
from db.search import search
from parsers import words

THREAD = "warm"
_log = logging.getLogger(__name__)


@hook
def startup(datasette: Any) -> None:
    """Begin reading, beside the first requests: none of them waits for what it does not need."""
    database = datasette.databases.get(DATABASE)
    if database is not None and database.path:
        threading.Thread(target=warm, args=(Path(database.path),), name=THREAD, daemon=True).start()


def warm(archive: Path) -> None:
    """Read what searches of `archive` keep: a search for everything, a page of one word, the dictionary."""
    try:
        with closing(open_reader(archive)) as connection:
            search(connection, "", {})
            search(connection, "人才", {}, "relevance")
    except (sqlite3.Error, OSError) as error:  # the first search will say what is wrong, to whom it concerns
        _log.warning("%s: %s", archive.name, error)
    words.keywords("人才工作", 1)
