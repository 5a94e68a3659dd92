"""How many articles there are in each month, so that a search's months can be shown as a share of them."""

from __future__ import annotations

import sqlite3

from db.retrieval.engine import engine_of, reading, viewing
from parsers.query import And


def month_totals(connection: sqlite3.Connection, as_of: int | None = None) -> dict[str, int]:
    """Month ("2025-03") → articles of the archive, now or as it was after a change."""
    engine = engine_of(connection)
    with reading(connection), viewing(engine, connection, as_of) as view:
        return view.counts("month", view.evaluate(And()))
