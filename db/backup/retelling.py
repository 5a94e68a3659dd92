"""A restored outbox learns what was told after its backup, and finds the articles of what was only begun."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterable
from typing import Any

from db import subscriptions
from db.backup import told
from db.connection import transaction
from db.frontier import iso

# the change number of a debt whose article a restored archive has yet to find again: above every real one
NOT_FOUND_YET = 1 << 62
PATIENCE = datetime.timedelta(days=3)  # that a restored message waits for its articles to be found again


def take_in(subscribers: sqlite3.Connection, lines: Iterable[dict[str, Any]], now: str) -> int:
    """Tell a restored outbox what was told after its backup; how many messages it did not know. Twice is as once."""
    known, left = 0, []
    with transaction(subscribers):
        for line in lines:
            if "letter" in line:
                known += _take_in_letter(subscribers, line, now)
            elif "left" in line:
                left.append(line)
            elif "sent" in line:
                _take_in_acceptance(subscribers, line)
    _leave(subscribers, left, now)
    told.written(subscribers, told.Unwritten((), told.newest_of(subscribers)))
    return known


def _leave(subscribers: sqlite3.Connection, lines: list[dict[str, Any]], now: str) -> None:
    """Whoever ended or deleted a subscription after the backup is told nothing more."""
    for line in lines:
        found = subscriptions.find(subscribers, line["left"])
        if found and line["deleted"]:
            subscriptions.forget(subscribers, found.email)
        elif found:
            subscriptions.stop(subscribers, found.id, datetime.datetime.fromisoformat(now))


def _take_in_letter(subscribers: sqlite3.Connection, line: dict[str, Any], now: str) -> int:
    new = subscribers.execute(
        "insert or ignore into letter(message_id, subscription, kind, channel, address, created, next_try)"
        " select ?, id, ?, channel, address, ?, ? from subscription where id = ?",
        [line["letter"], line["kind"], line["created"], now, line["subscription"]],
    ).rowcount
    if not new:
        return 0
    for debt in line["debts"]:
        subscribers.execute(
            "insert into outbox(subscription, about, kind, story, article, revision, change, created, late, note,"
            " letter) values (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)"
            " on conflict(subscription, about) do update set letter = excluded.letter where letter is null",
            [
                line["subscription"], debt["about"], debt["kind"], debt["story"], debt["article"], NOT_FOUND_YET,
                debt["created"], debt["late"], debt["note"], line["letter"],
            ],
        )  # fmt: skip
    subscribers.execute(
        "update subscription set gathered = max(coalesce(gathered, ''), ?), proved = max(coalesce(proved, ''), ?),"
        " last_letter = max(coalesce(last_letter, ''), ?) where id = ?",
        [line["created"], line["created"], line["created"], line["subscription"]],
    )
    return 1


def _take_in_acceptance(subscribers: sqlite3.Connection, line: dict[str, Any]) -> None:
    changed = subscribers.execute(
        "update letter set state = 'sent', sent = ?, error = null where message_id = ? and state = 'waiting'",
        [line["at"], line["sent"]],
    ).rowcount
    if changed:
        subscribers.execute(
            "insert into delivery(message_id, at, outcome, detail) values (?, ?, 'sent', '备份之后送出')",
            [line["sent"], line["at"]],
        )


def held(subscribers: sqlite3.Connection) -> list[str]:
    """The waiting messages of which an article was not found again yet: their texts cannot be written."""
    rows = subscribers.execute(
        "select distinct o.letter from outbox o join letter l on l.message_id = o.letter"  # noqa: S608 - a number
        f" where o.change = {NOT_FOUND_YET} and l.state = 'waiting'"
    )
    return [row[0] for row in rows]


def find_again(subscribers: sqlite3.Connection, archive: sqlite3.Connection, now: datetime.datetime) -> list[str]:
    """Bind restored debts to the articles that the archive has again; the messages that are complete by that.

    What has not come again after PATIENCE (its page is gone) is left out of its message; a message of nothing is
    dropped.
    """
    missing = f"select id, article, letter from outbox where change = {NOT_FOUND_YET}"  # noqa: S608 - a number of ours
    waiting = subscribers.execute(missing).fetchall()
    if not waiting:
        return []
    found = [(*row, debt["id"]) for debt in waiting if (row := _current(archive, debt["article"])) is not None]
    with transaction(subscribers):
        subscribers.executemany("update outbox set revision = ?, change = ? where id = ?", found)
        _give_up(subscribers, iso(now - PATIENCE))
    left = {row["letter"] for row in subscribers.execute(missing)}
    return sorted({debt["letter"] for debt in waiting if debt["letter"]} - left)


def _give_up(subscribers: sqlite3.Connection, before: str) -> None:
    subscribers.execute(
        f"update outbox set letter = '', change = 0 where change = {NOT_FOUND_YET} and letter in"  # noqa: S608 - ours
        " (select message_id from letter where state = 'waiting' and next_try < ?)",
        [before],
    )
    subscribers.execute(
        "update letter set state = 'dropped', error = '备份之后发出的稿件没有再抓到' where state = 'waiting'"
        " and kind in ('alert', 'digest', 'summary') and next_try < ?"
        " and not exists (select 1 from outbox o where o.letter = letter.message_id)",
        [before],
    )


def _current(archive: sqlite3.Connection, article: str) -> tuple[int, int] | None:
    row = archive.execute(
        "select revision, recorded_from from articles where id = ? and recorded_to is null", [article]
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else None
