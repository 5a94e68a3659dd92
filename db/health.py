"""How each source is: from the days it was crawled (archive.db) and its runs (crawl.db, where there is one)."""

from __future__ import annotations

import datetime
import sqlite3

from db.values import SourceHealth
from parsers.dates import BEIJING

_WEEKS = 26
_SILENT_DAYS = 14


def sources(
    archive: sqlite3.Connection, crawl: sqlite3.Connection | None, now: datetime.datetime
) -> tuple[SourceHealth, ...]:
    """All sources: those with trouble first, then by province and title."""
    rows = archive.execute("select * from sources order by province, title").fetchall()
    found = [_health(archive, crawl, row, now) for row in rows]
    order = ("blocked", "failing", "silent", "new", "ok", "off")
    return tuple(sorted(found, key=lambda health: order.index(health.state)))


def _health(
    archive: sqlite3.Connection, crawl: sqlite3.Connection | None, row: sqlite3.Row, now: datetime.datetime
) -> SourceHealth:
    week_ago = (now - datetime.timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    counts = archive.execute(
        "select count(*) as articles, max(first_seen) as last, sum(first_seen > ?) as week,"
        " avg(published is not null) as published, avg(origin is not null) as origin, avg(authors <> '[]') as authors"
        " from articles where source = ? and recorded_to is null",
        [week_ago, row["id"]],
    ).fetchone()
    run = _last_run(crawl, row["id"])
    state, detail = _state(archive, row, run, counts["last"], now)
    return SourceHealth(
        id=row["id"],
        title=row["title"],
        province=row["province"],
        family=row["family"],
        state=state,
        detail=detail,
        articles=counts["articles"],
        articles_week=counts["week"] or 0,
        last_article=counts["last"],
        last_run=(run["ended"] or run["started"]) if run else None,
        next_due=run["next_due"] if run and row["enabled"] else None,
        days=_weeks(archive, row["id"], now),
        fill={name: round(counts[name], 3) for name in ("published", "origin", "authors") if counts[name] is not None},
    )


def _last_run(crawl: sqlite3.Connection | None, source: str) -> sqlite3.Row | None:
    if crawl is None:
        return None
    row: sqlite3.Row | None = crawl.execute(
        "select r.*, s.next_due, s.failures from run r left join source_state s on s.source = r.source"
        " where r.source = ? order by r.id desc limit 1",
        [source],
    ).fetchone()
    return row


def _state(
    archive: sqlite3.Connection,
    source: sqlite3.Row,
    run: sqlite3.Row | None,
    last_article: str | None,
    now: datetime.datetime,
) -> tuple[str, str]:
    if source["id"] == "local":
        return "ok", "本地文件，随添加随入库"
    if not source["enabled"]:
        return "off", "未启用"
    day = now.astimezone(BEIJING).date().isoformat()
    today = archive.execute("select * from coverage where source = ? and day = ?", [source["id"], day]).fetchone()
    if today and today["blocked"] and not today["pages"]:
        return "blocked", f"今天 {today['blocked']} 次请求被站点拦截，已退避"
    if run is None and today is None:
        return "new", "尚未抓取"
    if run is not None and run["outcome"] in ("failed", "interrupted") and (run["failures"] or 0) > 0:
        return "failing", f"最近一次抓取未完成：{run['message'] or run['outcome']}"
    if today and today["failures"] and not today["lists"]:
        return "failing", f"今天 {today['failures']} 次请求失败，没有取到列表页"
    if last_article is None:
        return "silent", "抓取正常，但还没有收到相关文章"
    days = (now - datetime.datetime.fromisoformat(last_article)).days
    if days >= _SILENT_DAYS:
        return "silent", f"沉默 {days} 天"
    return "ok", "正常"


def _weeks(archive: sqlite3.Connection, source: str, now: datetime.datetime) -> tuple[tuple[str, int, int], ...]:
    today = now.astimezone(BEIJING).date()
    monday = today - datetime.timedelta(days=today.weekday())
    weeks = []
    for back in range(_WEEKS - 1, -1, -1):
        first = monday - datetime.timedelta(weeks=back)
        row = archive.execute(
            "select coalesce(sum(lists + pages), 0), coalesce(sum(relevant), 0) from coverage"
            " where source = ? and day >= ? and day < ?",
            [source, first.isoformat(), (first + datetime.timedelta(weeks=1)).isoformat()],
        ).fetchone()
        weeks.append((first.isoformat(), int(row[0]), int(row[1])))
    return tuple(weeks)
