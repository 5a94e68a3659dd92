"""What a subscription would have brought: the last 12 months of a search after joining reposts, before it is saved."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pyroaring import BitMap

from db.hits import hits_of
from db.retrieval.engine import Filters, View, engine_of, reading, viewing
from db.retrieval.state import rows_of
from db.search import months_between
from db.suggest import suggest
from db.values import Hit, Suggestion
from parsers.query import And, Field, Not, Or, Query, Word, parse_query, print_query
from parsers.synonyms import variants

WEEKS = 52
MOST_A_WEEK = 210  # stories: with more than thirty a day nobody reads a message
_MOST_OF_ALL = 0.8  # of everything in the archive: such a search chooses nothing
_SMALL_ARCHIVE = 300  # stories in 12 months, below which a share says nothing
_SAMPLE = 5
_MOST_SOURCES = 8
_MOST_HINTS = 6
_MOST_VARIANTS = 12
_NARROWING = ("theme", "place", "type", "source")
_MOST_NARROWER = 8
_DAYS_READ = 20_000  # stories whose days are read one by one; with more there is something every day


@dataclass(frozen=True, slots=True)
class Hint:
    """Another wording, the query with both wordings, and how many stories of 12 months it adds."""

    word: str
    query: str
    more: int


@dataclass(frozen=True, slots=True)
class Narrower:
    """A facet value that would narrow a search, and the stories a week that it leaves."""

    facet: str
    value: str
    label: str
    a_week: float


@dataclass(frozen=True, slots=True)
class BackTest:
    """The last 52 weeks of a search, reposts joined: the first publisher of each story counts.

    `months` are ("2026-03", stories), oldest first, gaps filled; `sources` (title, stories), most first, `others` the
    stories of the sources beyond them; `letters` is kind of schedule → messages a week as it would have been.
    """

    articles: int
    stories: int
    months: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, int], ...]
    others: int
    letters: dict[str, float]
    sample: tuple[Hit, ...]
    hints: tuple[Hint, ...] = ()
    narrower: tuple[Narrower, ...] = ()
    near: tuple[Suggestion, ...] = ()  # when nothing at all is found
    ever: int = 0  # stories of all time
    broad: bool = False

    @property
    def a_week(self) -> float:
        """Stories a week."""
        return self.stories / WEEKS

    def expected(self, schedule: str, copies: str = "first") -> float:
        """Messages a week under a schedule ("hours 3", "weekly 1 08:00" …); "every" counts instant copies too."""
        kind = schedule.split(" ", 1)[0]
        if kind == "instant" and copies == "every":
            return self.articles / WEEKS
        return self.letters.get(kind, self.letters["daily"])


def backtest(connection: sqlite3.Connection, text: str, filters: Filters, today: datetime.date) -> BackTest:
    """What the search would have brought up to `today` (the reader's day). Raises QueryError."""
    tree = parse_query(text)
    start = today - datetime.timedelta(days=7 * WEEKS - 1)
    engine = engine_of(connection)
    engine.prepare(connection, tree)
    with reading(connection):
        with viewing(engine, connection) as view:
            labels = dict(rows_of(connection, "select id, title from sources").fetchall())
            year = view.evaluate(Field("after", start.isoformat()))
            answer, chosen = view.evaluate(tree), view.chosen(filters)
            whole = answer if chosen is None else answer & chosen
            found = whole & year
            groups = view.moment.groups
            stories, of_all = groups.one_each(found), len(groups.one_each(year))
            ever = len(groups.one_each(whole))
            counts = view.counts("month", stories)
            sources = sorted(view.counts("source", stories).items(), key=lambda one: (-one[1], one[0]))
            page = view.page(tree, stories or groups.one_each(whole), "newest", _SAMPLE, None)
            revisions = [int(view.state.revision.values[ordinal]) for ordinal, _ in page]
            broad = _is_broad(len(stories), of_all)
            narrower = tuple(_narrower(view, stories, labels)) if broad else ()
            hints = () if broad else tuple(_hints(view, tree, chosen, year, len(stories)))
            days = _days(view, connection, stories)
        sample = tuple(hits_of(connection, revisions, tree))
    near = () if ever else suggest(connection, text, filters)
    return BackTest(
        articles=len(found),
        stories=len(stories),
        months=tuple((month, counts.get(month, 0)) for month in months_between(str(start)[:7], str(today)[:7])),
        sources=tuple((labels.get(name, name), count) for name, count in sources[:_MOST_SOURCES]),
        others=sum(count for _, count in sources[_MOST_SOURCES:]),
        letters=_letters(len(stories), days),
        sample=sample,
        hints=hints,
        narrower=narrower,
        near=near,
        ever=ever,
        broad=broad,
    )


def _is_broad(stories: int, of_all: int) -> bool:
    return stories > MOST_A_WEEK * WEEKS or (of_all >= _SMALL_ARCHIVE and stories > of_all * _MOST_OF_ALL)


def _narrower(view: View, stories: BitMap, labels: dict[str, str]) -> Iterator[Narrower]:
    """The most frequent values of each facet that bring the search under the limit, facets in turn."""
    limit = min(MOST_A_WEEK * WEEKS, int(len(stories) * _MOST_OF_ALL))
    fitting = []
    for facet in _NARROWING:
        counts = sorted(view.counts(facet, stories).items(), key=lambda one: (-one[1], one[0]))
        fitting.append([(facet, value, count) for value, count in counts if count <= limit])
    in_turn = [values[place] for place in range(_MOST_NARROWER) for values in fitting if place < len(values)]
    for facet, value, count in in_turn[:_MOST_NARROWER]:
        label = labels.get(value, value) if facet == "source" else value
        yield Narrower(facet, value, label, count / WEEKS)


def _hints(view: View, tree: Query, chosen: BitMap | None, year: BitMap, known: int) -> list[Hint]:
    """Wordings that mean the same and would bring more, the most first."""
    found = {}
    for word, wider in _wider(tree):
        answer = view.evaluate(wider) & year
        stories = len(view.moment.groups.one_each(answer if chosen is None else answer & chosen))
        if stories > known:
            found[word] = Hint(word, print_query(wider), stories - known)
    return sorted(found.values(), key=lambda one: (-one.more, one.word))[:_MOST_HINTS]


def _wider(tree: Query) -> Iterator[tuple[str, Query]]:
    """Every wording of a word that is asked for, with the tree in which either wording will do."""
    match tree:
        case And(items) | Or(items):
            for number, item in enumerate(items):
                for word, other in _wider(item):
                    yield word, type(tree)((*items[:number], other, *items[number + 1 :]))
        case Word(text, column):
            for word in islice(variants(text), _MOST_VARIANTS):
                yield word, Or((tree, Word(word, column)))
        case Not() | _:
            return


def _days(view: View, connection: sqlite3.Connection, stories: BitMap) -> dict[str, int] | None:
    """Day → stories; None where there are too many to be read one by one."""
    if len(stories) > _DAYS_READ:
        return None
    revisions = [int(view.state.revision.values[ordinal]) for ordinal in stories]
    days: dict[str, int] = {}
    for place in range(0, len(revisions), 500):
        part = revisions[place : place + 500]
        marks = ", ".join("?" * len(part))
        rows = rows_of(connection, f"select day from articles where revision in ({marks})", part)  # noqa: S608 - marks
        for row in rows:
            days[row[0]] = days.get(row[0], 0) + 1
    return days


def _letters(stories: int, days: dict[str, int] | None) -> dict[str, float]:
    """Messages a week by kind of schedule: one a story at once, one a day or week that had any."""
    if days is None:
        return {"instant": stories / WEEKS, "hours": min(stories / WEEKS, 56.0), "daily": 7.0, "weekly": 1.0}
    weeks = {datetime.date.fromisoformat(day).isocalendar()[:2] for day in days}
    return {
        "instant": stories / WEEKS,
        "hours": sum(min(count, 3) for count in days.values()) / WEEKS,  # news of a day comes in two or three clusters
        "daily": len(days) / WEEKS,
        "weekly": min(1.0, len(weeks) / WEEKS),
    }
