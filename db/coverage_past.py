"""What the coverage of a day was at an earlier change: a crawl goes on counting while the archive is asked as of then.

A count belongs to the change that the same visit made, else to the next one. So the coverage as of a change is the same
whenever it is asked, and a download of now shows it as it was when the newest change was made.
"""

from __future__ import annotations

import sqlite3

COUNTS = ("lists", "pages", "articles", "relevant", "failures", "blocked")


def keep(connection: sqlite3.Connection, source: str, day: str, *, changed: bool) -> None:
    """Keep the counts of a source and day as they were; call it before they grow, in the same transaction.

    `changed`: whether the visit that is being counted has made the newest change.
    """
    (newest,) = connection.execute("select coalesce(max(number), 0) from changes").fetchone()
    counts = ", ".join(COUNTS)
    connection.execute(
        f"insert or ignore into coverage_past(source, day, until, {counts})"  # noqa: S608 - names of ours
        f" select ?1, ?2, ?3, {', '.join('c.' + name for name in COUNTS)}"
        " from (select 1) left join coverage c on c.source = ?1 and c.day = ?2",
        [source, day, newest - 1 if changed else newest],
    )
