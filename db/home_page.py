"""The numbers of the front page."""

from __future__ import annotations

import datetime
import re
import sqlite3
from collections.abc import Iterable

from db import search
from db.values import Home, NewPhrase, SourceHealth
from parsers.dates import BEIJING
from parsers.places import PROVINCES
from parsers.query import parse_query

_MONTHS = 24
_NEWEST = 10
_FIGURES = 8
_PHRASES = 8
_NEW_DAYS = 60  # a phrase is new when its first use is not older
_QUOTED = re.compile(r"“([^”]{3,20})”")
# What people really ask; the front page offers the first three that find something.
_EXAMPLES = ("绿色算力 人才", "校园引才", '"人才公寓" 补贴', "人才工作领导小组", "科技特派员", "博士 安家补贴")


def front(connection: sqlite3.Connection, sources: Iterable[SourceHealth], today: datetime.date) -> Home:
    """Counts, months, provinces, the newest articles, figures and phrases; `today` is the day in Beijing."""
    midnight = datetime.datetime.combine(today, datetime.time(), BEIJING).astimezone(datetime.UTC)
    since = midnight.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    new_today, last = connection.execute(
        "select (select count(*) from articles where recorded_to is null and first_seen >= ? and state <> 'removed'),"
        " (select max(first_seen) from articles where recorded_to is null)",
        [since],
    ).fetchone()
    states = [source.state for source in sources if source.state != "off"]
    newest = search.search(connection, "", {}, "newest", _NEWEST)
    places = {value.value: value.count for value in newest.facets["place"]}
    return Home(
        articles=newest.total,
        new_today=new_today,
        sources=len(states),
        healthy=sum(state in ("ok", "new") for state in states),
        last_article=last,
        months=_last_months(newest.months, today),
        provinces=tuple((province, places.get(province, 0)) for province in PROVINCES),
        newest=newest.hits,
        figures=_figures(connection),
        phrases=_phrases(connection, today),
        examples=_examples(connection),
    )


def _last_months(counted: tuple[tuple[str, int], ...], today: datetime.date) -> tuple[tuple[str, int], ...]:
    index = today.year * 12 + today.month - 1
    numbers = range(index - _MONTHS + 1, index + 1)
    counts = dict(counted)
    names = [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]
    return tuple((name, counts.get(name, 0)) for name in names)


def _figures(connection: sqlite3.Connection) -> tuple[tuple[str, str, str], ...]:
    """The first figure of each of the newest stories that have any: (as printed, article, its title)."""
    rows = connection.execute(
        "select f.*, a.id as article_id, a.title as article_title, a.story as story_id from articles a"
        " join facts f using (revision) where f.kind = 'figure' and f.recorded_to is null and a.recorded_to is null"
        " and a.state = 'current' order by a.revision desc, f.start limit 200"
    )
    found: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        found.setdefault(row["story_id"], (search.figure_text(row), row["article_id"], row["article_title"]))
    return tuple(found.values())[:_FIGURES]


def _phrases(connection: sqlite3.Connection, today: datetime.date) -> tuple[NewPhrase, ...]:
    """Programmes in quotes whose first use in the archive is new, the newest first."""
    rows = connection.execute(
        "select f.title as name, min(a.day) as day, f.subject, a.id as article, a.title as title"
        " from facts f join articles a using (revision) where f.kind = 'programme' and f.recorded_to is null"
        " and a.recorded_to is null and a.state = 'current' and f.title is not null group by f.title"
    ).fetchall()
    first: dict[str, sqlite3.Row] = {}
    for row in rows:
        for phrase in _QUOTED.findall(row["name"]) or [row["name"]]:
            if phrase not in first or row["day"] < first[phrase]["day"]:
                first[phrase] = row
    floor = (today - datetime.timedelta(days=_NEW_DAYS)).isoformat()
    new = sorted((row["day"], phrase) for phrase, row in first.items() if row["day"] >= floor)
    return tuple(
        NewPhrase(phrase, day, first[phrase]["subject"], first[phrase]["article"], first[phrase]["title"])
        for day, phrase in reversed(new)
    )[:_PHRASES]


def _examples(connection: sqlite3.Connection) -> tuple[str, ...]:
    finding = [query for query in _EXAMPLES if search.count(connection, parse_query(query))]
    return tuple((finding or list(_EXAMPLES))[:3])
