"""How many articles there are in each month, so that a search's months can be shown as a share of them."""

from __future__ import annotations

import sqlite3

from db.conditions import now_or


def month_totals(connection: sqlite3.Connection, as_of: int | None = None) -> dict[str, int]:
    """Month ("2025-03") → articles of the archive, now or as it was after a change."""
    where, values = now_or(as_of)
    sql = f"select a.month, count(*) from articles a where {where} group by 1"  # noqa: S608 - built in db.conditions
    return dict(connection.execute(sql, values).fetchall())
