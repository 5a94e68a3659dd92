"""The outbox (log 3): a debt per subscription and story, gathered into messages, tried until they are accepted.

Every step is one transaction, and a message's id follows from the debts in it, so that a program killed anywhere goes
on where it was: a message that was accepted but not yet noted is handed over again under the same id.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import transaction
from db.crash_points import reach
from db.frontier import iso
from db.subscriptions import MAIL, message_id, subscription_in
from db.values import Subscription

LEASE = datetime.timedelta(minutes=3)  # longer than a hand-over may take
OPERATOR = "operator"  # the channel of notices to whoever runs the house; the address is in the settings


@dataclass(frozen=True, slots=True)
class Debt:
    """One thing to tell: an article in the revision that was matched. `kind`: see `db.schedules.KINDS`.

    `before` is the revision that a change is measured from; `note` says what changed, which value is new.
    """

    id: int
    kind: str
    story: str
    article: str
    revision: int
    before: int | None
    late: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A message to be sent. `kind`: confirm, alert, digest, summary (many at once), silence, notice, test or brief.

    A brief's one line is the key of its edition (`db.brief.sending`). Notices have `subject` and `lines` of their own,
    and no subscription when they are the operator's.
    """

    message_id: str
    kind: str
    channel: str
    address: str
    created: str
    tries: int
    subscription: Subscription | None
    debts: tuple[Debt, ...] = ()
    subject: str = ""
    lines: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The idempotency key: the Message-ID without its brackets."""
        return self.message_id.strip("<>")

    @property
    def items(self) -> tuple[tuple[str, int], ...]:
        """(article, revision) of each debt."""
        return tuple((debt.article, debt.revision) for debt in self.debts)


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A message to be written into the outbox."""

    message_id: str
    subscription: str | None
    kind: str
    channel: str
    address: str
    subject: str | None = None
    lines: tuple[str, ...] = ()


def write_letter(connection: sqlite3.Connection, letter: NewLetter, now: datetime.datetime) -> bool:
    """Write a message, in the caller's transaction; whether it is a new one (the same id is never written twice)."""
    lines = json.dumps(letter.lines, ensure_ascii=False)
    return bool(
        connection.execute(
            "insert or ignore into letter(message_id, subscription, kind, channel, address, subject, lines, created,"
            " next_try) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                letter.message_id, letter.subscription, letter.kind, letter.channel, letter.address, letter.subject,
                lines, iso(now), iso(now),
            ],
        ).rowcount
    )  # fmt: skip


def owe_notice(
    connection: sqlite3.Connection, key: str, subject: str, lines: Sequence[str], now: datetime.datetime
) -> bool:
    """Owe the operator a notice; whether it is a new one. The same `key` is told once, ever. One transaction."""
    letter = NewLetter(message_id("notice", OPERATOR, key), None, "notice", OPERATOR, "", subject, tuple(lines))
    with transaction(connection):
        return write_letter(connection, letter, now)


def owe_test(connection: sqlite3.Connection, subscription: Subscription, now: datetime.datetime) -> str:
    """Owe a subscriber a message that only shows that messages arrive; its Message-ID. At most one a minute."""
    letter = NewLetter(
        message_id("test", subscription.id, iso(now)[:16]), subscription.id, "test", subscription.channel,
        subscription.address or subscription.email,
    )  # fmt: skip
    with transaction(connection):
        write_letter(connection, letter, now)
    return letter.message_id


def due_letters(
    connection: sqlite3.Connection,
    now: datetime.datetime,
    limit: int = 20,
    passing_over: Sequence[str] = (),
    channels: Sequence[str] | None = None,
) -> list[DueLetter]:
    """Messages whose time has come, oldest first, without those in `passing_over`; all channels, or only some.

    Those of subscriptions that are paused wait; confirmations and tests of them do not.
    """
    rows = connection.execute(
        "select l.* from letter l left join subscription s on s.id = l.subscription"
        " where l.state = 'waiting' and l.next_try <= ? and l.message_id not in (select value from json_each(?))"
        " and (s.id is null or s.state = 'active' or (s.state <> 'ended' and l.kind in ('confirm', 'test', 'notice')))"
        " and (? is null or l.channel in (select value from json_each(?))) order by l.next_try, l.rowid limit ?",
        [
            iso(now), json.dumps(list(passing_over)), channels and 1, json.dumps(list(channels or ())), limit,
        ],
    ).fetchall()  # fmt: skip
    return [_due(connection, row) for row in rows]


def _due(connection: sqlite3.Connection, row: sqlite3.Row) -> DueLetter:
    owner = connection.execute("select * from subscription where id = ?", [row["subscription"]]).fetchone()
    debts = connection.execute("select * from outbox where letter = ? order by change, id", [row["message_id"]])
    return DueLetter(
        message_id=row["message_id"],
        kind=row["kind"],
        channel=row["channel"],
        address=row["address"],
        created=row["created"],
        tries=row["tries"],
        subscription=subscription_in(owner) if owner else None,
        debts=tuple(_debt(debt) for debt in debts),
        subject=row["subject"] or "",
        lines=tuple(json.loads(row["lines"])),
    )


def _debt(row: sqlite3.Row) -> Debt:
    return Debt(
        row["id"], row["kind"], row["story"], row["article"], row["revision"], row["before"], bool(row["late"]),
        row["note"],
    )  # fmt: skip


def letter_of(connection: sqlite3.Connection, key: str) -> DueLetter | None:
    """The message of that idempotency key, whatever its state (what a frozen link shows), or None."""
    row = connection.execute("select * from letter where message_id = ?", [f"<{key}>"]).fetchone()
    return _due(connection, row) if row else None


def taken(connection: sqlite3.Connection, message_id: str, now: datetime.datetime) -> None:
    """The message is being handed over: whoever dies meanwhile, and a disk that is full, leave it for a later try."""
    with transaction(connection):
        connection.execute("update letter set next_try = ? where message_id = ?", [iso(now + LEASE), message_id])


def sent(connection: sqlite3.Connection, message_id: str, now: datetime.datetime, answer: str | None = None) -> None:
    """The receiver has accepted the message; `answer` is what it said."""
    with transaction(connection):
        connection.execute(
            "update letter set state = 'sent', sent = ?, tries = tries + 1, error = null where message_id = ?",
            [iso(now), message_id],
        )
        _log(connection, message_id, now, "sent", answer)
        reach("deliver.noted")
    reach("deliver.committed")


def dropped(connection: sqlite3.Connection, message_id: str, now: datetime.datetime, reason: str) -> None:
    """The message is not to be sent at all, and never will be."""
    with transaction(connection):
        connection.execute(
            "update letter set state = 'dropped', error = ? where message_id = ? and state = 'waiting'",
            [reason, message_id],
        )
        _log(connection, message_id, now, "dropped", reason)


def not_sent(
    connection: sqlite3.Connection,
    message_id: str,
    now: datetime.datetime,
    reason: str,
    wait: datetime.timedelta | None,
    address_dead: bool = False,
) -> None:
    """The message was not accepted: try again after `wait`, or never (None: dead, visible in `alerts log`).

    `address_dead`: nobody is there. What goes there is paused, and the owner told through another channel.
    """
    with transaction(connection):
        connection.execute(
            "update letter set state = ?, tries = tries + 1, next_try = ?, error = ? where message_id = ?",
            ["dead" if wait is None else "waiting", iso(now + (wait or datetime.timedelta())), reason, message_id],
        )
        _log(connection, message_id, now, "dead" if wait is None else "retry", reason)
        if wait is None:
            row = connection.execute("select * from letter where message_id = ?", [message_id]).fetchone()
            _tell_operator(connection, row, reason, now)
            if address_dead and row["channel"] != OPERATOR:
                _pause_address(connection, row, reason, now)
        reach("refuse.noted")
    reach("refuse.committed")


def _tell_operator(connection: sqlite3.Connection, row: sqlite3.Row, reason: str, now: datetime.datetime) -> None:
    """One notice a day that messages were given up; never about the operator's own."""
    if row["channel"] == OPERATOR:
        return
    lines = (
        f"首封：{row['message_id']}（{row['channel']}）",
        f"原因：{reason}",
        "查看：caixun alerts log；重发：caixun alerts resend",
    )
    key = message_id("notice", OPERATOR, f"given-up:{iso(now)[:10]}")
    write_letter(connection, NewLetter(key, None, "notice", OPERATOR, "", "有提醒未能送达", lines), now)


def _pause_address(connection: sqlite3.Connection, row: sqlite3.Row, reason: str, now: datetime.datetime) -> None:
    """Pause all that goes to a dead address; tell each owner where another address of theirs is known."""
    gone = (row["channel"], row["address"])
    paused = connection.execute(
        "select id, email, query from subscription where channel = ? and address = ? and state = 'active'", gone
    ).fetchall()
    connection.execute(
        "update subscription set state = 'paused', paused = ? where channel = ? and address = ? and state = 'active'",
        [f"地址拒收：{reason}", *gone],
    )
    _log(connection, row["message_id"], now, "paused", f"{len(paused)} 个订阅已暂停")
    for email in sorted({one["email"] for one in paused}):
        other = _other_address(connection, email, gone)
        if other is None:
            continue
        queries = "、".join(one["query"] or "全部文章" for one in paused if one["email"] == email)
        lines = (
            f"发往 {row['address']} 的提醒被拒收，已暂停：{queries}",
            f"原因：{reason}",
            "修好后可在订阅管理页恢复，期间的消息会补发。",
        )
        key = message_id("notice", f"{email}\x1f{row['address']}", row["message_id"])
        write_letter(connection, NewLetter(key, None, "notice", *other, "有一个收件地址失效", lines), now)


def _other_address(connection: sqlite3.Connection, email: str, gone: tuple[str, str]) -> tuple[str, str] | None:
    """Where else the owner of `email` can be reached: the confirmed mail address itself, or another active channel."""
    if gone != (MAIL, email):
        return MAIL, email
    row = connection.execute(
        "select channel, address from subscription where email = ? and state = 'active' and not"
        " (channel = ? and address = ?) order by confirmed desc limit 1",
        [email, *gone],
    ).fetchone()
    return (row["channel"], row["address"]) if row else None


def resend(connection: sqlite3.Connection, now: datetime.datetime, message: str | None = None) -> int:
    """Try dead messages again, all or the one with that Message-ID; how many."""
    with transaction(connection):
        rows = connection.execute(
            "update letter set state = 'waiting', tries = 0, next_try = ? where state = 'dead'"
            " and (? is null or message_id = ?) returning message_id",
            [iso(now), message, message],
        ).fetchall()
        for row in rows:
            _log(connection, row[0], now, "resend", None)
        return len(rows)


def log_of(connection: sqlite3.Connection, subscription: str, limit: int = 100) -> list[sqlite3.Row]:
    """The delivery log that a subscriber can read: at, outcome, detail, kind, address, newest first."""
    return connection.execute(
        "select d.at, d.outcome, d.detail, l.message_id, l.kind, l.channel, l.address, l.state,"
        " (select count(*) from outbox o where o.letter = l.message_id) as items"
        " from letter l join delivery d on d.message_id = l.message_id where l.subscription = ?"
        " order by d.id desc limit ?",
        [subscription, limit],
    ).fetchall()


def _log(
    connection: sqlite3.Connection, message_id: str, now: datetime.datetime, outcome: str, detail: str | None
) -> None:
    connection.execute(
        "insert into delivery(message_id, at, outcome, detail) values (?, ?, ?, ?)",
        [message_id, iso(now), outcome, detail],
    )


def about_debts(debts: Sequence[sqlite3.Row]) -> str:
    """What names a set of debts: the same set, the same name."""
    return hashlib.blake2b("\x1f".join(sorted(debt["about"] for debt in debts)).encode(), digest_size=16).hexdigest()
