"""Plugin: the SQLite authorizer and limits on every connection that the public can reach."""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette_plugins.archive import DATABASE, site_of
from datasette_plugins.hooks import hook
from db import public_limits


@hook
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """Refuse what the setting hides on every way out: SQL, table pages, CSV, JSON."""
    if database == DATABASE:
        site_of(datasette).connection_guard(conn)
        public_limits.limit(conn)


@hook
def startup(datasette: Any) -> None:
    """Datasette asks for attached files on its database page, which the authorizer refuses: there are none."""
    if DATABASE in datasette.databases:
        datasette.databases[DATABASE].attached_databases = _none_attached


async def _none_attached() -> list[Any]:
    return []
