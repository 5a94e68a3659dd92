"""Which source was really crawled on which day: the certificate of a search, and the strips of the coverage page.

A day counts for a source when at least one page or list was fetched on it. A source is expected on every day from its
first crawl on. Days on which a site only refused or failed are not crawled, and say so.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

GAP_DAYS = 2  # so many days in a row without a crawl are a gap with a name


@dataclass(frozen=True, slots=True)
class Gap:
    """Days in a row, both ends included, on which a source was not crawled; `why`: none | blocked | failed."""

    source: str
    title: str
    first: date
    last: date
    why: str

    @property
    def days(self) -> int:
        """How many days it lasted."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was crawled between two days. `expected` and `crawled` count source-days; `sources` are those ever crawled
    in it, `watched` all that are switched on. `gaps` are the longest first."""

    first: date
    last: date
    watched: int
    sources: int
    expected: int
    crawled: int
    gaps: tuple[Gap, ...]

    @property
    def share(self) -> float:
        """Crawled of expected source-days, 0 to 1; 0 when nothing was expected."""
        return self.crawled / self.expected if self.expected else 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """Days of one source: `crawled` of `days` days; `state`: full | part | none | blocked | failed | before (the first
    crawl) ; `articles` relevant ones that came."""

    first: date
    days: int
    crawled: int
    articles: int
    state: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A source with its cells, oldest first, and its gaps."""

    source: str
    title: str
    province: str
    since: date | None  # its first crawl
    crawled: int
    expected: int
    cells: tuple[Cell, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    id: str
    title: str
    province: str
    since: date | None


def certificate(connection: sqlite3.Connection, first: date, last: date, sources: Sequence[str] = ()) -> Certificate:
    """The certificate of the days from `first` to `last`, of `sources` (ids) or of all that are switched on."""
    listed = _sources(connection, sources)
    counts = dict(
        connection.execute(
            "select source, count(*) from coverage where day between ? and ? and lists + pages > 0 group by source",
            [first.isoformat(), last.isoformat()],
        ).fetchall()
    )
    gaps = [gap for source in listed for gap in _gaps(connection, source, first, last)]
    return Certificate(
        first,
        last,
        watched=len(listed),
        sources=sum(bool(counts.get(source.id)) for source in listed),
        expected=sum(_expected(source, first, last) for source in listed),
        crawled=sum(counts.get(source.id, 0) for source in listed),
        gaps=tuple(sorted(gaps, key=lambda gap: (-gap.days, gap.first, gap.source))),
    )


def strips(connection: sqlite3.Connection, first: date, last: date, step: int = 7) -> tuple[Strip, ...]:
    """Every source that is switched on with its days from `first` to `last`, `step` days a cell."""
    rows: dict[str, dict[date, sqlite3.Row]] = defaultdict(dict)
    sql = "select * from coverage where day between ? and ?"
    for row in connection.execute(sql, [first.isoformat(), last.isoformat()]):
        rows[row["source"]][date.fromisoformat(row["day"])] = row
    starts = [first + timedelta(days=number) for number in range(0, (last - first).days + 1, step)]
    return tuple(_strip(connection, source, rows[source.id], starts, last, step) for source in _sources(connection, ()))


def month_shares(connection: sqlite3.Connection, months: Iterable[str], today: date) -> dict[str, float]:
    """For each month ("2025-03"): crawled source-days of all that today's sources have in it (days to come left out).

    {} where nothing was ever crawled: such an archive is made of files, and has no gaps.
    """
    listed = _sources(connection, ())
    if not any(source.since for source in listed):
        return {}
    counts = dict(
        connection.execute(
            "select substr(c.day, 1, 7), count(*) from coverage c join sources s on s.id = c.source"
            " where s.enabled and s.id <> 'local' and lists + pages > 0 group by 1"
        ).fetchall()
    )
    return {month: counts.get(month, 0) / max(1, len(listed) * _days_of(month, today)) for month in months}


def _days_of(month: str, today: date) -> int:
    first = date(int(month[:4]), int(month[5:7]), 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return max(1, min((following - first).days, (today - first).days + 1))


def _sources(connection: sqlite3.Connection, chosen: Sequence[str]) -> list[_Source]:
    rows = connection.execute(
        "select s.id, s.title, s.province, (select day from coverage c where c.source = s.id"
        " and lists + pages > 0 order by day limit 1) as since from sources s"
        " where s.enabled and s.id <> 'local' order by s.province, s.title"
    )
    return [
        _Source(row["id"], row["title"], row["province"], date.fromisoformat(row["since"]) if row["since"] else None)
        for row in rows
        if not chosen or row["id"] in chosen
    ]


def _expected(source: _Source, first: date, last: date) -> int:
    if source.since is None:
        return 0
    return max(0, (last - max(first, source.since)).days + 1)


def _gaps(connection: sqlite3.Connection, source: _Source, first: date, last: date) -> list[Gap]:
    """The gaps of a source between its first crawl and `last`."""
    if source.since is None or source.since > last:
        return []
    start = max(first, source.since)
    rows = connection.execute(
        "select before, day from (select day, lag(day, 1, ?) over (order by day) as before from coverage"
        " where source = ? and day between ? and ? and lists + pages > 0)"
        " where julianday(day) - julianday(before) > ?",
        [(start - timedelta(days=1)).isoformat(), source.id, start.isoformat(), last.isoformat(), GAP_DAYS],
    ).fetchall()
    ends = [(date.fromisoformat(before), date.fromisoformat(day)) for before, day in rows]
    newest = connection.execute(
        "select max(day) from coverage where source = ? and day between ? and ? and lists + pages > 0",
        [source.id, start.isoformat(), last.isoformat()],
    ).fetchone()[0]
    latest = date.fromisoformat(newest) if newest else start - timedelta(days=1)
    if (last - latest).days >= GAP_DAYS:
        ends.append((latest, last + timedelta(days=1)))
    return [_gap(connection, source, before + timedelta(days=1), day - timedelta(days=1)) for before, day in ends]


def _gap(connection: sqlite3.Connection, source: _Source, first: date, last: date) -> Gap:
    row = connection.execute(
        "select coalesce(sum(blocked), 0), coalesce(sum(failures), 0) from coverage"
        " where source = ? and day between ? and ?",
        [source.id, first.isoformat(), last.isoformat()],
    ).fetchone()
    return Gap(source.id, source.title, first, last, "blocked" if row[0] else "failed" if row[1] else "none")


def _strip(
    connection: sqlite3.Connection,
    source: _Source,
    rows: dict[date, sqlite3.Row],
    starts: list[date],
    last: date,
    step: int,
) -> Strip:
    cells = tuple(_cell(source, rows, start, min(step, (last - start).days + 1)) for start in starts)
    return Strip(
        source.id,
        source.title,
        source.province,
        source.since,
        crawled=sum(cell.crawled for cell in cells),
        expected=_expected(source, starts[0], last),
        cells=cells,
        gaps=tuple(_gaps(connection, source, starts[0], last)),
    )


def _cell(source: _Source, rows: dict[date, sqlite3.Row], start: date, days: int) -> Cell:
    found = [row for back in range(days) if (row := rows.get(start + timedelta(days=back))) is not None]
    crawled = sum(row["lists"] + row["pages"] > 0 for row in found)
    totals = Counter({name: sum(row[name] for row in found) for name in ("blocked", "failures", "relevant")})
    due = days if source.since is None else min(days, (start + timedelta(days=days) - source.since).days)
    if source.since is None or due <= 0:
        state = "before"
    elif crawled >= due:
        state = "full"
    elif crawled:
        state = "part"
    else:
        state = "blocked" if totals["blocked"] else "failed" if totals["failures"] else "none"
    return Cell(start, days, crawled, totals["relevant"], state)
