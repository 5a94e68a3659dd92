"""Alert matching: log 2 is walked behind a durable mark, and what a subscription asks for becomes a debt, once.

New articles, edits that make an article answer for the first time, and late finds are all the same here: a story that
the subscription was never told of. So any order of arrival leaves the same debts. Debts and the mark are one
transaction; a change of subscription takes effect for the next batch of changes.
"""

from __future__ import annotations

import datetime
import functools
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from db import news
from db.connection import transaction
from db.crash_points import reach
from db.documents import document
from db.frontier import iso
from db.ingest import position, set_position
from db.schedules import read_wishes
from db.text_index import folded
from db.triggers import SavedSearch, Triggers
from parsers.dates import BEIJING
from parsers.query import parse_query
from parsers.query_match import Document

STAGE = "match"
LATE = datetime.timedelta(days=3)  # published longer ago than this when it is found: late or back-filled
_BATCH = 100
_SAMPLE = 400  # newest articles by which the rarest word of a search is known
_TELLING = ("new", "revised", "gone")  # kinds of change that anybody may want to hear of


@dataclass(frozen=True, slots=True)
class Found:
    """A debt before it is written. `about` names what it tells: one subscription is told of it once."""

    subscription: str
    about: str
    kind: str
    note: str | None = None
    before: int | None = None
    known: tuple[str, ...] = ()  # other names of the same thing


class Matcher:
    """The saved searches in memory, kept up to date with subscribers.db; one for each process that matches."""

    def __init__(self, subscribers: sqlite3.Connection, archive: sqlite3.Connection) -> None:
        self._subscribers = subscribers
        self._archive = archive
        self._read = 0  # number of the last row of subscription_log that was taken in
        self._triggers: Triggers | None = None
        self._sampled = 0  # change up to which the sample was taken

    def step(self, now: datetime.datetime) -> int:
        """Work off the next changes after the mark; how many. 0 means that all are."""
        mark = position(self._subscribers, STAGE)
        changes = self._archive.execute(
            "select * from changes where number > ? order by number limit ?", [mark, _BATCH]
        ).fetchall()
        if not changes:
            self._caught_up(mark)  # while there is time: the next article finds the searches ready
            return 0
        reach("match.changes_read")
        triggers = self._caught_up(mark)
        found = [(change, list(self._found(triggers, change))) for change in changes if change["kind"] in _TELLING]
        with transaction(self._subscribers):
            if position(self._subscribers, STAGE) != mark:
                return len(changes)  # another process has worked them off
            for change, debts in found:
                for debt in debts:
                    self._owe(change, debt, now)
            set_position(self._subscribers, changes[-1]["number"], STAGE)
            reach("match.debts_written")
        reach("match.committed")
        return len(changes)

    def _caught_up(self, mark: int) -> Triggers:
        """The searches as they are now; which of their words are rare is learnt anew whenever the log has doubled."""
        oldest, newest = self._subscribers.execute(
            "select coalesce(min(number), 0), coalesce(max(number), 0) from subscription_log"
        ).fetchone()
        grown = mark > 2 * self._sampled + _SAMPLE
        if self._triggers is None or grown or oldest > self._read + 1:  # at the start, or what was missed is pruned
            self._sampled = mark
            self._triggers = Triggers(self._sample())
            self._triggers.put(_searches(self._subscribers, None))
        elif newest > self._read:
            rows = self._subscribers.execute(
                "select distinct subscription from subscription_log where number > ?", [self._read]
            )
            asked = {row[0] for row in rows}
            current = list(_searches(self._subscribers, sorted(asked)))
            self._triggers.put(current, gone=asked - {search.id for search in current})
        self._read = newest
        return self._triggers

    def _sample(self) -> list[str]:
        rows = self._archive.execute(
            "select a.title, t.body from articles a join article_text t using (revision)"
            " where a.recorded_to is null order by a.revision desc limit ?",
            [_SAMPLE],
        )
        return [folded(f"{row['title']}\n{row['body']}") for row in rows]

    def _found(self, triggers: Triggers, change: sqlite3.Row) -> Iterator[Found]:
        read = document(self._archive, change["revision"])
        if read is None:
            return
        for search in triggers.answered(read):
            if search.since < change["number"]:
                yield from self._told(search, read, change)

    def _told(self, search: SavedSearch, read: Document, change: sqlite3.Row) -> Iterator[Found]:
        """What the change is to a search that its article answers: one debt for each kind that it wants."""
        kinds = search.wishes.kinds
        if change["kind"] == "gone":
            if "removed" in kinds:
                yield Found(search.id, f"removed:{change['article']}", "removed")
            return
        if "new" in kinds:
            yield _new(search, read, change)
        if "changed" in kinds and change["kind"] == "revised":
            found = news.changed(self._archive, change["article"], change["revision"], search.wishes.least_weight)
            if found is not None:
                about = f"changed:{change['article']}:{change['revision']}"
                yield Found(search.id, about, "changed", found.note, found.before)
        if "value" in kinds:
            for value in news.new_values(self._archive, search.tree, change["revision"], change["number"]):
                yield Found(search.id, f"value:{value}", "value", value)
        if "phrase" in kinds:
            for province in news.first_uses(self._archive, search, read, change["number"]):
                yield Found(search.id, f"phrase:{province}", "phrase", province)

    def _owe(self, change: sqlite3.Row, found: Found, now: datetime.datetime) -> None:
        """Write the debt, unless the subscription was told of it before, under whatever name, or exists no more."""
        if found.kind == "changed" and self._knows(found.subscription, change["number"], change["article"]):
            return  # told of as new by this very change
        names = json.dumps([found.about, *found.known])
        self._subscribers.execute(
            "insert into outbox(subscription, about, kind, story, article, revision, before, change, created, late,"
            " note) select id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? from subscription where id = ? and state <> 'ended'"
            " and not exists (select 1 from outbox where subscription = ?"
            " and about in (select value from json_each(?)))",
            [
                found.about, found.kind, change["story"], change["article"], change["revision"], found.before,
                change["number"], iso(now), _is_late(self._archive, change), found.note, found.subscription,
                found.subscription, names,
            ],
        )  # fmt: skip

    def _knows(self, subscription: str, number: int, article: str) -> bool:
        sql = "select 1 from outbox where subscription = ? and change = ? and article = ?"
        return self._subscribers.execute(sql, [subscription, number, article]).fetchone() is not None


def _new(search: SavedSearch, read: Document, change: sqlite3.Row) -> Found:
    if search.wishes.copies == "every":
        return Found(search.id, f"article:{change['article']}", "new")
    known = tuple(f"story:{story}" for story in sorted(read.stories))
    return Found(search.id, f"story:{change['story']}", "new", known=known)


def _is_late(archive: sqlite3.Connection, change: sqlite3.Row) -> bool:
    row = archive.execute("select day from articles where revision = ?", [change["revision"]]).fetchone()
    seen = datetime.datetime.fromisoformat(change["at"]).astimezone(BEIJING).date()
    return row is not None and row["day"] < (seen - LATE).isoformat()


def _searches(subscribers: sqlite3.Connection, only: list[str] | None) -> Iterator[SavedSearch]:
    """The searches of subscriptions that are told now or after a pause; all, or those in `only`."""
    rows = subscribers.execute(
        "select id, query, filters, wishes, since from subscription where state in ('active', 'paused')"
        " and (? is null or id in (select value from json_each(?)))",
        [only and json.dumps(only), json.dumps(only or [])],
    )
    tree, filters, wishes = functools.cache(parse_query), functools.cache(_filters), functools.cache(read_wishes)
    for row in rows:  # many ask for the same: what is the same is read once and kept once
        yield SavedSearch(row["id"], tree(row["query"]), filters(row["filters"]), row["since"], wishes(row["wishes"]))


def _filters(text: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in json.loads(text).items() if values}
