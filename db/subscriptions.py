"""Subscriptions: who is told of what, when and where. Signed links stand for accounts; addresses stay in this file."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import secrets
import sqlite3
from collections.abc import Mapping

from itsdangerous import BadSignature, URLSafeSerializer

from db.connection import transaction
from db.errors import Refused
from db.frontier import iso
from db.schedules import Wishes, read_schedule, read_wishes
from db.values import Subscription
from parsers.query import parse_query

MAIL = "mail"
_ADDRESS = re.compile(r"[^@\s<>\",;]+@[^@\s<>\",;]+\.?[^@\s<>\",;]+")
_MOST_PENDING = 5  # unconfirmed subscriptions of one address: nobody is flooded with confirmation mails
_MOST_AN_HOUR = 200  # requests for subscriptions in all


def secret(connection: sqlite3.Connection) -> str:
    """The key that signs links, made at first use."""
    with transaction(connection):
        connection.execute("insert or ignore into secret(name, value) values ('links', ?)", [secrets.token_hex(32)])
        return str(connection.execute("select value from secret where name = 'links'").fetchone()[0])


def token(key: str, subscription: str) -> str:
    """The signed link part of a subscription; it stays valid."""
    return str(URLSafeSerializer(key, salt="subscription").dumps(subscription))


def subscription_of(connection: sqlite3.Connection, key: str, signed: str) -> Subscription | None:
    """The subscription that a signed link names, or None (forged, cut, unknown)."""
    try:
        identity = URLSafeSerializer(key, salt="subscription").loads(signed)
    except BadSignature:
        return None
    return find(connection, str(identity))


def find(connection: sqlite3.Connection, identity: str) -> Subscription | None:
    """One subscription by id, or None."""
    row = connection.execute("select * from subscription where id = ?", [identity]).fetchone()
    return subscription_in(row) if row else None


def everyone(connection: sqlite3.Connection) -> list[Subscription]:
    """All subscriptions, oldest first."""
    return [subscription_in(row) for row in connection.execute("select * from subscription order by created, id")]


def of_owner(connection: sqlite3.Connection, email: str) -> list[Subscription]:
    """All subscriptions of one person, oldest first."""
    rows = connection.execute("select * from subscription where email = ? order by created, id", [email.strip()])
    return [subscription_in(row) for row in rows]


def subscription_in(row: sqlite3.Row) -> Subscription:
    """The subscription of a row."""
    return Subscription(
        id=row["id"],
        email=row["email"],
        query=row["query"],
        filters={name: tuple(values) for name, values in json.loads(row["filters"]).items()},
        schedule=row["schedule"],
        state=row["state"],
        created=row["created"],
        confirmed=row["confirmed"],
        wishes=read_wishes(row["wishes"]),
        channel=row["channel"],
        address=row["address"],
        paused=row["paused"],
    )


def subscribe(
    connection: sqlite3.Connection,
    email: str,
    query: str,
    filters: Mapping[str, tuple[str, ...]],
    schedule: str,
    now: datetime.datetime,
    wishes: Wishes | None = None,
    target: tuple[str, str] | None = None,
) -> Subscription:
    """A pending subscription of `email`, and the letter that asks for its confirmation.

    `target` is (channel, address) where that is not the mail address itself. Raises QueryError and Refused (address,
    schedule, wishes, too many).
    """
    owner = email.strip()
    parse_query(query)
    read_schedule(schedule)
    chosen = read_wishes((wishes or Wishes()).text())
    if not _ADDRESS.fullmatch(owner) or len(owner) > 254:
        raise Refused(f"“{owner[:60]}”不像一个邮箱地址，请检查")
    channel, address = target or (MAIL, owner)
    text = _filters(filters)
    identity = _identity([owner, query, text, schedule], chosen, channel, address)
    with transaction(connection):
        _refuse_floods(connection, owner, now)
        connection.execute(
            "insert into subscription(id, email, query, filters, schedule, wishes, channel, address, state, created,"
            " asked) values (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, 1) on conflict(id) do update set asked = asked + 1,"
            " state = case when state in ('active', 'paused') then state else 'pending' end,"
            " created = excluded.created",
            [identity, owner, query, text, schedule, chosen.text(), channel, address, iso(now)],
        )
        row = connection.execute("select * from subscription where id = ?", [identity]).fetchone()
        if row["state"] == "pending":
            _ask(connection, row, now)
    return subscription_in(row)


def _filters(filters: Mapping[str, tuple[str, ...]]) -> str:
    kept = {name: sorted(values) for name, values in sorted(filters.items()) if values}
    return json.dumps(kept, ensure_ascii=False)


def _identity(asked: list[str], wishes: Wishes, channel: str, address: str) -> str:
    """The same wish of the same person is the same subscription, however often it is asked for."""
    more = [wishes.text(), channel, address] if wishes != Wishes() or channel != MAIL else []
    return hashlib.blake2b("\x1f".join([*asked, *more]).encode(), digest_size=10).hexdigest()


def _ask(connection: sqlite3.Connection, row: sqlite3.Row, now: datetime.datetime) -> None:
    """The letter to the owner's mail address that asks for confirmation, whatever the channel will be."""
    connection.execute(
        "insert or ignore into letter(message_id, subscription, kind, channel, address, created, next_try)"
        " values (?, ?, 'confirm', ?, ?, ?, ?)",
        [message_id("confirm", row["id"], str(row["asked"])), row["id"], MAIL, row["email"], iso(now), iso(now)],
    )


def message_id(kind: str, subscription: str, about: str) -> str:
    """The same debt has the same Message-ID in every run, so that a repeated delivery is recognised as one."""
    digest = hashlib.blake2b(f"{kind}\x1f{subscription}\x1f{about}".encode(), digest_size=16).hexdigest()
    return f"<{kind}.{digest}@caixun>"


def _refuse_floods(connection: sqlite3.Connection, email: str, now: datetime.datetime) -> None:
    pending = connection.execute(
        "select coalesce(sum(asked), 0) from subscription where email = ? and state = 'pending' and created > ?",
        [email, iso(now - datetime.timedelta(days=1))],
    ).fetchone()[0]
    if pending >= _MOST_PENDING:
        raise Refused("这个邮箱今天已有多封确认邮件未点开，请先查收（含垃圾箱），明天再试")
    recent = connection.execute(
        "select count(*) from subscription where created > ?", [iso(now - datetime.timedelta(hours=1))]
    ).fetchone()[0]
    if recent >= _MOST_AN_HOUR:
        raise Refused("订阅请求太多，请一小时后再试")


def confirm(
    connection: sqlite3.Connection, identity: str, newest_change: int, now: datetime.datetime
) -> Subscription | None:
    """Activate a subscription: it is told of changes after `newest_change`. A second click changes nothing."""
    with transaction(connection):
        connection.execute(
            "update subscription set state = 'active', confirmed = ?, gathered = ?, proved = ?, since = ?, ended = null"
            " where id = ? and state = 'pending'",
            [iso(now), iso(now), iso(now), newest_change, identity],
        )
    return find(connection, identity)


def change(
    connection: sqlite3.Connection,
    identity: str,
    query: str,
    filters: Mapping[str, tuple[str, ...]],
    schedule: str,
    wishes: Wishes,
) -> Subscription | None:
    """Ask for something else from the next article on; what is owed stays owed. Raises QueryError, Refused."""
    parse_query(query)
    read_schedule(schedule)
    chosen = read_wishes(wishes.text())
    with transaction(connection):
        connection.execute(
            "update subscription set query = ?, filters = ?, schedule = ?, wishes = ? where id = ?",
            [query, _filters(filters), schedule, chosen.text(), identity],
        )
    return find(connection, identity)


def pause(connection: sqlite3.Connection, identity: str, reason: str = "") -> Subscription | None:
    """Hold what is owed back until `resume`; nothing is lost. `reason` is shown, "" is the owner's own wish."""
    with transaction(connection):
        connection.execute(
            "update subscription set state = 'paused', paused = ? where id = ? and state = 'active'", [reason, identity]
        )
    return find(connection, identity)


def resume(connection: sqlite3.Connection, identity: str, now: datetime.datetime) -> Subscription | None:
    """Send again, what was held back and what its address had refused included."""
    with transaction(connection):
        found = connection.execute(
            "update subscription set state = 'active', paused = null where id = ? and state = 'paused'", [identity]
        ).rowcount
        if found:
            connection.execute(
                "update letter set state = 'waiting', tries = 0, next_try = ?"
                " where subscription = ? and state = 'dead'",
                [iso(now), identity],
            )
    return find(connection, identity)


def stop(connection: sqlite3.Connection, identity: str, now: datetime.datetime) -> Subscription | None:
    """End a subscription; what was not sent yet is not sent. A second click changes nothing."""
    with transaction(connection):
        connection.execute(
            "update subscription set state = 'ended', ended = ? where id = ? and state <> 'ended'", [iso(now), identity]
        )
        connection.execute(
            "update letter set state = 'dropped' where subscription = ? and state = 'waiting'", [identity]
        )
    return find(connection, identity)


def forget(connection: sqlite3.Connection, email: str) -> int:
    """Delete everything kept of a person: subscriptions, debts, letters, the delivery log; how many subscriptions."""
    connection.execute("pragma secure_delete = on")
    with transaction(connection):
        mine = "(select id from subscription where email = ?)"
        letters = f"(select message_id from letter where subscription in {mine} or address = ?)"  # noqa: S608 - ours
        for sql, values in (
            (f"delete from delivery where message_id in {letters}", [email, email]),  # noqa: S608 - texts of ours
            (f"delete from outbox where subscription in {mine}", [email]),  # noqa: S608 - texts of ours
            (f"delete from letter where subscription in {mine} or address = ?", [email, email]),  # noqa: S608 - ours
            (f"delete from subscription_log where subscription in {mine}", [email]),  # noqa: S608 - texts of ours
        ):
            connection.execute(sql, values)
        return connection.execute("delete from subscription where email = ?", [email]).rowcount
