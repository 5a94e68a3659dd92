"""What a source file expects of its source ([expect]), held against the last weeks. Known to people, so never learned.

articles_per_week = {min = 20}     # articles read in the last seven days
published = {min = 0.9}            # share of the last pages with a date; likewise title, origin, authors
relevant = {max = 0.5}             # share of the articles of four weeks that are about talent work
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Mapping

from db.troubles import FIELD_NAMES, Memory
from parsers.dates import BEIJING

Expectations = Mapping[str, Mapping[str, float]]
_WATCHED = 8  # days since the first crawl before a week can be judged
_PAGES = 20  # pages before a share can be judged


def missed(
    archive: sqlite3.Connection, source: str, expected: Expectations, memory: Memory, now: datetime.datetime
) -> str:
    """A Chinese line on every bound that does not hold, "" when all do (or too little is known)."""
    if not expected:
        return ""
    today = now.astimezone(BEIJING).date()
    values = _volumes(archive, source, today)
    if memory.fields.rates["read"].seen >= _PAGES:
        values |= memory.fields.shares()
    found = [_line(key, values[key], bounds) for key, bounds in expected.items() if key in values]
    return "；".join(line for line in found if line)


def _volumes(archive: sqlite3.Connection, source: str, today: datetime.date) -> dict[str, float]:
    first = archive.execute("select min(day) from coverage where source = ?", [source]).fetchone()[0]
    if first is None or (today - datetime.date.fromisoformat(first)).days < _WATCHED:
        return {}
    week, weeks = (
        archive.execute(
            "select coalesce(sum(articles), 0), coalesce(sum(relevant), 0) from coverage where source = ? and day > ?",
            [source, (today - datetime.timedelta(days=days)).isoformat()],
        ).fetchone()
        for days in (7, 28)
    )
    values = {"articles_per_week": float(week[0])}
    if weeks[0] >= _PAGES:
        values["relevant"] = weeks[1] / weeks[0]
    return values


def _line(key: str, value: float, bounds: Mapping[str, float]) -> str:
    least, most = bounds.get("min"), bounds.get("max")
    if least is not None and value < least:
        return f"{_name(key)} {_shown(key, value)}，少于来源文件所定的 {_shown(key, least)}"
    if most is not None and value > most:
        return f"{_name(key)} {_shown(key, value)}，多于来源文件所定的 {_shown(key, most)}"
    return ""


def _name(key: str) -> str:
    return {"articles_per_week": "近七天文章", "relevant": "相关文章占比"}.get(key) or f"有{FIELD_NAMES[key]}的占比"


def _shown(key: str, value: float) -> str:
    return f"{value:g} 篇" if key == "articles_per_week" else f"{value:.0%}"
