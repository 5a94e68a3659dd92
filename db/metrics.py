"""What can be measured of a data directory from outside, in the text format of Prometheus (version 0.0.4).

Gauges are read from the databases at the moment of asking; nothing is counted in memory, so every process of the house
says the same and a restart loses nothing. Counts that only grow are counters.
"""

from __future__ import annotations

import datetime
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from db import health
from db.connection import open_reader
from db.ingest import position
from db.paths import DataDirectory

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]


@dataclass(slots=True)
class Metric:
    """One family: name without the prefix, help, type (gauge, counter), and its samples."""

    name: str
    about: str
    kind: str = "gauge"
    samples: list[tuple[Labels, float]] = field(default_factory=list)

    def add(self, value: float, **labels: str) -> Metric:
        """Itself with one more sample."""
        self.samples.append((labels, value))
        return self

    def text(self) -> str:
        """The family's lines."""
        name = f"caixun_{self.name}"
        head = f"# HELP {name} {_help(self.about)}\n# TYPE {name} {self.kind}\n"
        return head + "".join(f"{name}{_labels(labels)} {float(value):.12g}\n" for labels, value in self.samples)


def text(directory: DataDirectory, now: datetime.datetime) -> str:
    """Everything, as Prometheus asks for it."""
    metrics = list(_files(directory))
    for file, read in ((directory.archive, _archive), (directory.crawl, _crawl), (directory.subscribers, _letters)):
        if file.exists():
            connection = open_reader(file)
            try:
                metrics += read(connection, now)
            finally:
                connection.close()
    return "".join(metric.text() for metric in [*metrics, *_lags(directory), *_sources(directory, now)])


def _files(directory: DataDirectory) -> Iterable[Metric]:
    sizes = Metric("file_bytes", "Size of a database with its log.")
    for file in (directory.archive, directory.crawl, directory.subscribers):
        parts = [part for part in (file, Path(f"{file}-wal")) if part.exists()]
        if parts:
            sizes.add(sum(part.stat().st_size for part in parts), file=file.name)
    yield sizes
    yield Metric("disk_free_bytes", "Free space where the data lies.").add(shutil.disk_usage(directory.path).free)


def _archive(archive: sqlite3.Connection, now: datetime.datetime) -> list[Metric]:
    articles, newest = archive.execute(
        "select count(*), max(first_seen) from articles where recorded_to is null"
    ).fetchone()
    changes = archive.execute("select coalesce(max(number), 0) from changes").fetchone()[0]
    found = [
        Metric("articles", "Articles kept, in their current revision.").add(articles),
        Metric("changes_total", "Changes of the archive.", "counter").add(changes),
    ]
    if newest:
        found.append(
            Metric("newest_article_timestamp_seconds", "When the newest article was found.").add(_time(newest))
        )
    return found


def _crawl(crawl: sqlite3.Connection, now: datetime.datetime) -> list[Metric]:
    visits = crawl.execute("select coalesce(max(id), 0) from visit").fetchone()[0]
    running = crawl.execute("select count(*) from run where ended is null").fetchone()[0]
    overdue = crawl.execute(
        "select count(*) from source_state where next_due < ? and lease_until is null",
        [(now - datetime.timedelta(minutes=10)).isoformat(timespec="seconds")],
    ).fetchone()[0]
    day = (now - datetime.timedelta(days=1)).isoformat(timespec="seconds")
    outcomes = Metric("runs_last_day", "Runs of the last 24 hours by how they ended.")
    for outcome, count in crawl.execute(
        "select outcome, count(*) from run where ended > ? and id > (select coalesce(max(id), 0) - 100000 from run)"
        " group by outcome",
        [day],
    ):
        outcomes.add(count, outcome=outcome)
    return [
        Metric("visits_total", "Answers of the network stored.", "counter").add(visits),
        Metric("runs_now", "Runs going on.").add(running),
        Metric("sources_overdue", "Sources due for more than ten minutes and not begun.").add(overdue),
        outcomes,
    ]


def _letters(subscribers: sqlite3.Connection, now: datetime.datetime) -> list[Metric]:
    letters = Metric("letters", "Messages to subscribers by state.")
    for state, count in subscribers.execute("select state, count(*) from letter group by state"):
        letters.add(count, state=state)
    active = subscribers.execute("select count(*) from subscription where state = 'active'").fetchone()[0]
    oldest = subscribers.execute("select min(created) from letter where state = 'waiting'").fetchone()[0]
    waits = now.timestamp() - _time(oldest) if oldest else 0.0
    return [
        letters,
        Metric("subscriptions_active", "Subscriptions that are told of news.").add(active),
        Metric("oldest_letter_age_seconds", "Age of the oldest message that waits to be sent.").add(max(0.0, waits)),
    ]


def _lags(directory: DataDirectory) -> list[Metric]:
    """How many rows each stage has before it."""
    return [
        Metric("stage_waiting", "Rows of a log that a stage has not worked off yet.", samples=[
            ({"stage": stage}, float(count)) for stage, count in lags(directory).items()
        ])
    ]  # fmt: skip


def lags(directory: DataDirectory) -> dict[str, int]:
    """For each stage (parse, match) the rows of its log after its mark; negative: the mark is ahead of the log."""
    found: dict[str, int] = {}
    pairs = {
        "parse": (directory.crawl, "select coalesce(max(id), 0) from visit", directory.archive),
        "match": (directory.archive, "select coalesce(max(number), 0) from changes", directory.subscribers),
    }
    for stage, (log, newest, walker) in pairs.items():
        if log.exists() and walker.exists():
            found[stage] = _value(log, newest) - _position(walker, stage)
    return found


def _value(file: Path, sql: str) -> int:
    connection = open_reader(file)
    try:
        return int(connection.execute(sql).fetchone()[0])
    finally:
        connection.close()


def _position(file: Path, stage: str) -> int:
    connection = open_reader(file)
    try:
        return position(connection, stage)
    finally:
        connection.close()


def _sources(directory: DataDirectory, now: datetime.datetime) -> list[Metric]:
    archive = open_reader(directory.archive)
    crawl = open_reader(directory.crawl) if directory.crawl.exists() else None
    try:
        rows = [row for row in health.sources(archive, crawl, now) if row.state != "off"]
    finally:
        archive.close()
        if crawl:
            crawl.close()
    states = Metric("sources", "Sources that are switched on, by state.")
    for state in health.STATES[:-1]:
        states.add(sum(row.state == state for row in rows), state=state)
    healthy = Metric("source_healthy", "1 where a source is well or new.")
    newest = Metric("source_newest_article_timestamp_seconds", "When a source's newest article was found.")
    for row in rows:
        healthy.add(row.state in ("ok", "new"), source=row.id)
        if row.last_article:
            newest.add(_time(row.last_article), source=row.id)
    return [states, healthy, newest]


def _time(moment: str) -> float:
    return datetime.datetime.fromisoformat(moment).timestamp()


def _help(line: str) -> str:
    return line.replace("\\", "\\\\").replace("\n", "\\n")


def _labels(labels: Labels) -> str:
    pairs = [f'{name}="{_escaped(value)}"' for name, value in labels.items()]
    return f"{{{','.join(pairs)}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
