"""Debts into messages: at once for instant subscriptions, at their hours for the others; a line when there was nothing.

A subscription's `gathered` is the last of its moments that was worked off, so a moment counts once however often
or late the house looks, and moments missed while it was down come as one message.
"""

from __future__ import annotations

import datetime
import sqlite3

from db.connection import transaction
from db.crash_points import reach
from db.frontier import iso
from db.outbox import NewLetter, about_debts, write_letter
from db.schedules import Clock, is_open, latest_proof, latest_slot, read_schedule, read_wishes
from db.subscriptions import message_id
from parsers.dates import BEIJING

MANY = 20  # more than this at once is a summary
SETTLE = datetime.timedelta(minutes=10)  # late articles come in company: wait until no more are found
LONGEST = datetime.timedelta(hours=6)  # but not longer than this
_AT_ONCE = 500  # subscriptions in one transaction
_WEEK = datetime.timedelta(days=7)


def gather(
    connection: sqlite3.Connection, now: datetime.datetime, clock: Clock, settle: datetime.timedelta = SETTLE
) -> int:
    """Write all messages whose moment has come; how many. Again at once: none."""
    return (
        gather_instant(connection, now, clock, settle)
        + gather_slots(connection, now, clock)
        + gather_proofs(connection, now, clock)
    )


def gather_instant(
    connection: sqlite3.Connection, now: datetime.datetime, clock: Clock, settle: datetime.timedelta = SETTLE
) -> int:
    """Messages of instant subscriptions: what is new now, what is late when no more of it comes."""
    owing = connection.execute(
        "select s.*, count(*) as debts, min(o.late) as late, min(o.created) as oldest, max(o.created) as newest"
        " from outbox o join subscription s on s.id = o.subscription"
        " where o.letter is null and s.state = 'active' and s.schedule = 'instant' group by s.id"
    ).fetchall()
    ready = [row for row in owing if _is_ready(row, now, settle) and is_open(read_wishes(row["wishes"]), now, clock)]
    return sum(
        _written(connection, ready[start : start + _AT_ONCE], now, "alert") for start in range(0, len(ready), _AT_ONCE)
    )


def _is_ready(row: sqlite3.Row, now: datetime.datetime, settle: datetime.timedelta) -> bool:
    if not row["late"]:
        return True
    return bool(row["newest"] <= iso(now - settle) or row["oldest"] <= iso(now - LONGEST))


def gather_slots(connection: sqlite3.Connection, now: datetime.datetime, clock: Clock) -> int:
    """Digests of the subscriptions whose moment has come; weekly ones are told of nothing, too."""
    written = 0
    for schedule, wishes in _groups(connection):
        slot = latest_slot(read_schedule(schedule), read_wishes(wishes), now, clock)
        while slot is not None and (due := _due(connection, "gathered", schedule, wishes, iso(slot))):
            written += _written(connection, due, now, "digest", slot)
    return written


def gather_proofs(connection: sqlite3.Connection, now: datetime.datetime, clock: Clock) -> int:
    """A line to those who heard nothing for a week: that there was nothing, and that the sources are well."""
    written = 0
    for schedule, wishes in _groups(connection):
        chosen = read_wishes(wishes)
        slot = latest_proof(read_schedule(schedule), chosen, now, clock) if chosen.silence else None
        while slot is not None and (due := _due(connection, "proved", schedule, wishes, iso(slot))):
            written += _proved(connection, due, now, slot)
    return written


def _groups(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    rows = connection.execute("select distinct schedule, wishes from subscription where state = 'active'")
    return [(row[0], row[1]) for row in rows]


def _due(connection: sqlite3.Connection, column: str, schedule: str, wishes: str, slot: str) -> list[sqlite3.Row]:
    return connection.execute(
        f"select * from subscription where state = 'active' and schedule = ? and wishes = ? and {column} < ?"  # noqa: S608
        " order by id limit ?",
        [schedule, wishes, slot, _AT_ONCE],
    ).fetchall()


def _written(
    connection: sqlite3.Connection,
    owing: list[sqlite3.Row],
    now: datetime.datetime,
    kind: str,
    slot: datetime.datetime | None = None,
) -> int:
    """One transaction: the messages of these subscriptions, and that the moment is worked off; how many messages."""
    written = 0
    with transaction(connection):
        for row in owing:
            held = _is_capped(connection, row, now)
            if not held:
                written += _pay(connection, row, now, kind, slot)
            if slot is not None:
                connection.execute("update subscription set gathered = ? where id = ?", [iso(slot), row["id"]])
        reach("gather.letters_written")
    reach("gather.committed")
    return written


def _is_capped(connection: sqlite3.Connection, row: sqlite3.Row, now: datetime.datetime) -> bool:
    """Whether the subscriber has had as many messages today (in Beijing) as wished; what is left waits."""
    cap = read_wishes(row["wishes"]).cap
    if not cap:
        return False
    midnight = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    had = connection.execute(
        "select count(*) from letter where subscription = ? and created >= ?"
        " and kind in ('alert', 'digest', 'summary')",
        [row["id"], iso(midnight)],
    ).fetchone()[0]
    return bool(had >= cap)


def _pay(
    connection: sqlite3.Connection, row: sqlite3.Row, now: datetime.datetime, kind: str, slot: datetime.datetime | None
) -> int:
    """One message with all that a subscription is owed; a weekly one also when that is nothing."""
    debts = connection.execute(
        "select id, about from outbox where subscription = ? and letter is null", [row["id"]]
    ).fetchall()
    if not debts:
        weekly = slot is not None and row["schedule"].startswith("weekly") and read_wishes(row["wishes"]).silence
        return _silence(connection, row, now, slot) if weekly and slot else 0
    kind = "summary" if kind == "alert" and len(debts) > MANY else kind
    letter = message_id(kind, row["id"], about_debts(debts))
    _to(connection, row, NewLetter(letter, row["id"], kind, row["channel"], row["address"]), now)
    connection.execute("update outbox set letter = ? where subscription = ? and letter is null", [letter, row["id"]])
    return 1


def _to(connection: sqlite3.Connection, row: sqlite3.Row, letter: NewLetter, now: datetime.datetime) -> None:
    write_letter(connection, letter, now)
    connection.execute("update subscription set last_letter = ? where id = ?", [iso(now), row["id"]])


def _silence(connection: sqlite3.Connection, row: sqlite3.Row, now: datetime.datetime, slot: datetime.datetime) -> int:
    letter = message_id("silence", row["id"], iso(slot))
    _to(connection, row, NewLetter(letter, row["id"], "silence", row["channel"], row["address"]), now)
    return 1


def _proved(
    connection: sqlite3.Connection, due: list[sqlite3.Row], now: datetime.datetime, slot: datetime.datetime
) -> int:
    written = 0
    with transaction(connection):
        for row in due:
            last = max(row["last_letter"] or "", row["confirmed"] or "")
            if last <= iso(slot - _WEEK) and not _owed(connection, row["id"]):
                written += _silence(connection, row, now, slot)
            connection.execute("update subscription set proved = ? where id = ?", [iso(slot), row["id"]])
        reach("gather.letters_written")
    reach("gather.committed")
    return written


def _owed(connection: sqlite3.Connection, subscription: str) -> bool:
    sql = "select 1 from outbox where subscription = ? and letter is null limit 1"
    return connection.execute(sql, [subscription]).fetchone() is not None
