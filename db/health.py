"""How each source is: what its runs and pages say (learned behind a mark), the troubles of it, and its row for readers.

`check` walks the runs (crawl.db) and the log of pages (archive.db) behind a mark of its own; the new memory, the events
and the mark are one transaction of archive.db, so a check that is killed is done again and no event is told twice.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from db import expectations, page_log
from db.bands import DayKind
from db.connection import transaction
from db.expectations import Expectations
from db.frontier import iso
from db.troubles import Memory, RunEnd, Trouble
from db.values import SourceHealth
from parsers.dates import BEIJING

WEEKS = 26
STATES = ("blocked", "failing", "redesign", "incomplete", "silent", "few", "new", "ok", "off")  # the worst first
STATE_NAMES = {
    "blocked": "被拦截",
    "failing": "出错",
    "redesign": "改版疑似",
    "incomplete": "抓取不完整",
    "silent": "沉默",
    "few": "偏少",
    "new": "新增",
    "ok": "正常",
    "off": "停用",
}
_STATE_OF = {
    "failed": "failing",
    "fields": "redesign",
    "expected": "few",
}  # where the name of a trouble is not that of the state
_MOST_RUNS = 1000  # a check; the rest at the next


@dataclass(frozen=True, slots=True)
class Event:
    """Something that went wrong with a source, and its end: times in ISO 8601, `fixed` None while it lasts."""

    number: int
    source: str
    kind: str
    detail: str
    since: str
    noticed: str
    fixed: str | None


@dataclass(slots=True)
class _Known:
    """What is kept of a source between two checks."""

    memory: Memory
    run: int = 0
    visit: int = 0


def check(
    archive: sqlite3.Connection,
    crawl: sqlite3.Connection,
    expected: Mapping[str, Expectations],
    kind_of: DayKind,
    now: datetime.datetime,
) -> int:
    """Take in what happened to the sources named in `expected` since the last check; how many had something new.

    `expected` holds what each source file expects ([expect], {} for nothing), `kind_of` says what a day is (workday,
    weekend, holiday). Sources without news are not touched.
    """
    _forget_others(archive, expected, now)
    return sum(_check(archive, crawl, name, (bounds, kind_of), now) for name, bounds in expected.items())


def _forget_others(archive: sqlite3.Connection, names: Iterable[str], now: datetime.datetime) -> None:
    """What is no longer watched is no longer wrong."""
    left = archive.execute("select distinct source from health_event where fixed is null").fetchall()
    gone = [row[0] for row in left if row[0] not in set(names)]
    if gone:
        with transaction(archive):
            archive.executemany(
                "update health_event set fixed = ? where source = ? and fixed is null",
                [(iso(now), one) for one in gone],
            )


def _check(
    archive: sqlite3.Connection,
    crawl: sqlite3.Connection,
    name: str,
    rules: tuple[Expectations, DayKind],
    now: datetime.datetime,
) -> bool:
    (bounds, kind_of), known = rules, _known(archive, name)
    runs = crawl.execute(
        "select * from run where source = ? and id > ? and ended is not null order by id limit ?",
        [name, known.run, _MOST_RUNS],
    ).fetchall()
    pages = page_log.after(archive, name, known.visit)
    if not runs and not pages:
        return False
    for row in runs:
        known.memory.learn_run(_run_end(row), kind_of)
        known.run = row["id"]
    for visit, page in pages:
        known.memory.learn_page(page)
        known.visit = visit
    missed = expectations.missed(archive, name, bounds, known.memory, now)
    known.memory.missed, known.memory.missed_since = missed, (known.memory.missed_since or iso(now)) if missed else ""
    with transaction(archive):
        _keep(archive, name, known, kind_of, now)
        _record(archive, name, known.memory.troubles(), now)
        page_log.shorten(archive, name)
    return True


def _known(archive: sqlite3.Connection, name: str) -> _Known:
    row = archive.execute("select run, visit, memory from source_health where source = ?", [name]).fetchone()
    return _Known(Memory.of(json.loads(row["memory"])), row["run"], row["visit"]) if row else _Known(Memory())


def _run_end(row: sqlite3.Row) -> RunEnd:
    return RunEnd(
        datetime.datetime.fromisoformat(row["started"]),
        datetime.datetime.fromisoformat(row["ended"]),
        row["outcome"],
        row["new_urls"],
        row["message"] or "",
    )


def _keep(archive: sqlite3.Connection, name: str, known: _Known, kind_of: DayKind, now: datetime.datetime) -> None:
    state, detail, since = _judged(known.memory)
    due = known.memory.band.expected_next(now, kind_of)
    archive.execute(
        "insert or replace into source_health(source, run, visit, memory, state, detail, since, expected_next, checked)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            name, known.run, known.visit, json.dumps(known.memory.as_json()), state, detail, since,
            iso(due) if due else None, iso(now),
        ],
    )  # fmt: skip


def _judged(memory: Memory) -> tuple[str, str, str | None]:
    """State, Chinese line and since when."""
    troubles = memory.troubles()
    if troubles:
        worst = troubles[0]
        return _STATE_OF.get(worst.kind, worst.kind), "；".join(one.detail for one in troubles), worst.since
    if not memory.ever_found and memory.outcome != "complete":
        return "new", memory.message or "尚未抓取", None
    if memory.outcome == "incomplete":
        return "ok", f"正常；最近一次{memory.message}", None
    return "ok", "正常", None


def _record(archive: sqlite3.Connection, name: str, troubles: Iterable[Trouble], now: datetime.datetime) -> None:
    """Open what is new, end what is over; what lasts is left as it was noticed."""
    kinds = {one.kind: one for one in troubles}
    for row in archive.execute("select number, kind from health_event where source = ? and fixed is null", [name]):
        if row["kind"] not in kinds:
            archive.execute("update health_event set fixed = ? where number = ?", [iso(now), row["number"]])
        kinds.pop(row["kind"], None)
    archive.executemany(
        "insert into health_event(source, kind, detail, since, noticed) values (?, ?, ?, ?, ?)",
        [[name, one.kind, one.detail, one.since, iso(now)] for one in kinds.values()],
    )


def events(archive: sqlite3.Connection, source: str | None = None, limit: int = 50) -> tuple[Event, ...]:
    """What went wrong (with `source`, or with any), the newest first."""
    rows = archive.execute(
        "select * from health_event where ? is null or source = ? order by number desc limit ?", [source, source, limit]
    )
    return tuple(Event(*row) for row in rows)


def changed_since(archive: sqlite3.Connection, moment: datetime.datetime) -> tuple[Event, ...]:
    """The events noticed or fixed after `moment`, oldest first."""
    rows = archive.execute(
        "select * from health_event where noticed > ? or fixed > ? order by number", [iso(moment), iso(moment)]
    )
    return tuple(Event(*row) for row in rows)


def sources(
    archive: sqlite3.Connection, crawl: sqlite3.Connection | None, now: datetime.datetime
) -> tuple[SourceHealth, ...]:
    """All sources: those with trouble first, then by province and title."""
    rows = archive.execute(
        "select s.*, h.state, h.detail, h.since, h.expected_next, h.memory from sources s"
        " left join source_health h on h.source = s.id order by s.province, s.title"
    ).fetchall()
    counts, weeks, days = _counts(archive, now), _weeks(archive, now), _last_days(archive)
    runs = _last_runs(crawl)
    found = [
        _row(row, counts.get(row["id"]), runs.get(row["id"]), weeks.get(row["id"]) or _no_weeks(now), days)
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: STATES.index(one.state)))


def _row(
    source: sqlite3.Row,
    counts: sqlite3.Row | None,
    run: sqlite3.Row | None,
    weeks: tuple[tuple[str, int, int], ...],
    days: dict[str, sqlite3.Row],
) -> SourceHealth:
    state, detail = _state(source, run, days.get(source["id"]))
    return SourceHealth(
        id=source["id"],
        title=source["title"],
        province=source["province"],
        family=source["family"],
        state=state,
        detail=detail,
        articles=counts["articles"] if counts else 0,
        articles_week=counts["week"] if counts else 0,
        last_article=counts["last"] if counts else None,
        last_run=(run["ended"] or run["started"]) if run else None,
        next_due=run["next_due"] if run and source["enabled"] else None,
        days=weeks,
        fill=_fill(source, counts),
        since=source["since"] if source["enabled"] else None,
        expected_next=source["expected_next"] if source["enabled"] else None,
    )


def _state(source: sqlite3.Row, run: sqlite3.Row | None, day: sqlite3.Row | None) -> tuple[str, str]:
    """State and line: as the last check found it, else (an archive without its runs) by the last day crawled."""
    if source["id"] == "local":
        return "ok", "本地文件，随添加随入库"
    if not source["enabled"]:
        return "off", "未启用"
    if source["state"] is not None:
        return source["state"], source["detail"]
    if day is None:
        return "new", "正在第一次抓取" if run else "尚未抓取"
    if day["lists"] + day["pages"] == 0 and day["blocked"]:
        return "blocked", f"{day['day']} {day['blocked']} 次请求被站点拦截"
    if day["lists"] + day["pages"] == 0:
        return "failing", f"{day['day']} {day['failures']} 次请求失败"
    return "ok", "正常"


def _last_days(archive: sqlite3.Connection) -> dict[str, sqlite3.Row]:
    """The last day of each source's coverage."""
    rows = archive.execute(
        "select c.* from sources s join coverage c on c.source = s.id"
        " and c.day = (select max(day) from coverage where source = s.id)"
    )
    return {row["source"]: row for row in rows}


def _fill(source: sqlite3.Row, counts: sqlite3.Row | None) -> dict[str, float]:
    """Shares of fields: of the pages read lately where they are known, else of the articles kept."""
    if source["memory"]:
        shares = Memory.of(json.loads(source["memory"])).fields.shares()
        if "title" in shares:
            return {name: round(shares[name], 3) for name in ("title", "published", "origin", "authors")}
    names = ("published", "origin", "authors")
    return {name: round(counts[name], 3) for name in names} if counts else {}


def _counts(archive: sqlite3.Connection, now: datetime.datetime) -> dict[str, sqlite3.Row]:
    rows = archive.execute(
        "select source, count(*) as articles, max(first_seen) as last, sum(first_seen > ?) as week,"
        " avg(published is not null) as published, avg(origin is not null) as origin, avg(authors <> '[]') as authors"
        " from articles where recorded_to is null group by source",
        [iso(now - datetime.timedelta(days=7))],
    )
    return {row["source"]: row for row in rows}


def _last_runs(crawl: sqlite3.Connection | None) -> dict[str, sqlite3.Row]:
    if crawl is None:
        return {}
    rows = crawl.execute(
        "select r.*, s.next_due from source_state s join run r on r.id ="
        " (select max(id) from run where source = s.source)"
    )
    return {row["source"]: row for row in rows}


def _weeks(archive: sqlite3.Connection, now: datetime.datetime) -> dict[str, tuple[tuple[str, int, int], ...]]:
    """For each source its weeks, the oldest first: Monday, pages and lists fetched, articles."""
    mondays = _mondays(now)
    totals: dict[str, dict[str, tuple[int, int]]] = {}
    for row in archive.execute(
        "select source, date(day, '-6 days', 'weekday 1') as monday, sum(lists + pages), sum(relevant) from coverage"
        " where day >= ? group by source, monday",
        [mondays[0]],
    ):
        totals.setdefault(row[0], {})[row[1]] = (row[2], row[3])
    return {
        source: tuple((monday, *weeks.get(monday, (0, 0))) for monday in mondays) for source, weeks in totals.items()
    }


def _no_weeks(now: datetime.datetime) -> tuple[tuple[str, int, int], ...]:
    return tuple((monday, 0, 0) for monday in _mondays(now))


def _mondays(now: datetime.datetime) -> list[str]:
    today = now.astimezone(BEIJING).date()
    monday = today - datetime.timedelta(days=today.weekday())
    return [(monday - datetime.timedelta(weeks=back)).isoformat() for back in range(WEEKS - 1, -1, -1)]
