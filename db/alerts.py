"""Subscriptions, the outbox (log 3: a debt per subscription and story) and the letters that pay it."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from db import search, stories
from db.connection import transaction
from db.errors import Refused
from db.frontier import iso
from db.ingest import position, set_position
from db.values import Subscription
from parsers.query import parse_query

STAGE = "match"
_ADDRESS = re.compile(r"[^@\s<>\",;]+@[^@\s<>\",;]+\.?[^@\s<>\",;]+")
_MOST_PENDING = 5  # unconfirmed subscriptions of one address: nobody is flooded with confirmation mails
_MOST_AN_HOUR = 200  # requests for subscriptions in all
_BATCH = 200


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter to be sent: who, what kind, and the articles (id, revision) it is about."""

    message_id: str
    subscription: Subscription
    kind: str  # confirm | alert | digest
    created: str
    tries: int
    items: tuple[tuple[str, int], ...]


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
    return _subscription(row) if row else None


def everyone(connection: sqlite3.Connection) -> list[Subscription]:
    """All subscriptions, oldest first."""
    return [_subscription(row) for row in connection.execute("select * from subscription order by created, id")]


def _subscription(row: sqlite3.Row) -> Subscription:
    return Subscription(
        id=row["id"],
        email=row["email"],
        query=row["query"],
        filters={name: tuple(values) for name, values in json.loads(row["filters"]).items()},
        schedule=row["schedule"],
        state=row["state"],
        created=row["created"],
        confirmed=row["confirmed"],
    )


def subscribe(
    connection: sqlite3.Connection,
    email: str,
    query: str,
    filters: Mapping[str, tuple[str, ...]],
    schedule: str,
    now: datetime.datetime,
) -> Subscription:
    """A pending subscription and its confirmation letter. Raises QueryError and Refused (address, too many)."""
    address = email.strip()
    parse_query(query)
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise Refused(f"“{address[:60]}”不像一个邮箱地址，请检查")
    if schedule not in ("instant", "daily"):
        raise Refused("推送方式只能是“即时”或“每日”")
    kept = {name: sorted(values) for name, values in sorted(filters.items()) if values}
    text = json.dumps(kept, ensure_ascii=False)
    digest = hashlib.blake2b("\x1f".join([address, query, text, schedule]).encode(), digest_size=10).hexdigest()
    with transaction(connection):
        _refuse_floods(connection, address, digest, now)
        connection.execute(
            "insert into subscription(id, email, query, filters, schedule, state, created, asked)"
            " values (?, ?, ?, ?, ?, 'pending', ?, 1) on conflict(id) do update set asked = asked + 1,"
            " state = case when state = 'active' then 'active' else 'pending' end, created = excluded.created",
            [digest, address, query, text, schedule, iso(now)],
        )
        row = connection.execute("select * from subscription where id = ?", [digest]).fetchone()
        if row["state"] == "pending":
            _write_letter(connection, _message_id("confirm", digest, str(row["asked"])), digest, "confirm", now)
    return _subscription(row)


def _refuse_floods(connection: sqlite3.Connection, address: str, identity: str, now: datetime.datetime) -> None:
    pending = connection.execute(
        "select coalesce(sum(asked), 0) from subscription where email = ? and state = 'pending' and created > ?",
        [address, iso(now - datetime.timedelta(days=1))],
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
            "update subscription set state = 'active', confirmed = ?, since = ?, ended = null"
            " where id = ? and state = 'pending'",
            [iso(now), newest_change, identity],
        )
    return find(connection, identity)


def stop(connection: sqlite3.Connection, identity: str, now: datetime.datetime) -> Subscription | None:
    """End a subscription; what was not sent yet is not sent. A second click changes nothing."""
    with transaction(connection):
        connection.execute(
            "update subscription set state = 'ended', ended = ? where id = ? and state <> 'ended'", [iso(now), identity]
        )
    return find(connection, identity)


def match(subscribers: sqlite3.Connection, archive: sqlite3.Connection, now: datetime.datetime) -> int:
    """Walk log 2 after the mark: every new article that a subscription asks for becomes a debt, once per story.

    Returns how many changes were worked off. Debts, letters of instant subscriptions and the mark are one transaction.
    """
    mark = position(subscribers, STAGE)
    changes = archive.execute(
        "select * from changes where number > ? order by number limit ?", [mark, _BATCH]
    ).fetchall()
    if not changes:
        return 0
    with transaction(subscribers):
        active = subscribers.execute("select * from subscription where state = 'active'").fetchall()
        for change in changes:
            if change["kind"] != "new":
                continue
            told = stories.past_ids(archive, stories.resolve(archive, change["story"]) or change["story"])
            for row in active:
                if row["since"] < change["number"] and _wanted(archive, row, change):
                    _owe(subscribers, row, change, told, now)
        set_position(subscribers, changes[-1]["number"], STAGE)
    return len(changes)


def _wanted(archive: sqlite3.Connection, row: sqlite3.Row, change: sqlite3.Row) -> bool:
    return search.matches(archive, row["query"], json.loads(row["filters"]), change["revision"])


def _owe(
    connection: sqlite3.Connection, row: sqlite3.Row, change: sqlite3.Row, told: set[str], now: datetime.datetime
) -> None:
    """Write the debt, unless the subscription has one for the story under any of the ids in `told`."""
    known = json.dumps(sorted(told))
    if connection.execute(
        "select 1 from outbox where subscription = ? and story in (select value from json_each(?))", [row["id"], known]
    ).fetchone():
        return
    instant = row["schedule"] == "instant"
    message_id = _message_id("alert", row["id"], change["story"]) if instant else None
    added = connection.execute(
        "insert or ignore into outbox(subscription, story, article, revision, change, created, letter)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        [row["id"], change["story"], change["article"], change["revision"], change["number"], iso(now), message_id],
    ).rowcount
    if added and message_id:
        _write_letter(connection, message_id, row["id"], "alert", now)


def gather_digests(connection: sqlite3.Connection, now: datetime.datetime, local_day: str) -> int:
    """One digest a daily subscription that owes anything, for `local_day`; how many. Again the same day: none."""
    with transaction(connection):
        owing = connection.execute(
            "select distinct o.subscription from outbox o join subscription s on s.id = o.subscription"
            " where o.letter is null and s.schedule = 'daily' and s.state = 'active'"
        ).fetchall()
        written = 0
        for row in owing:
            message_id = _message_id("digest", row[0], local_day)
            if connection.execute("select 1 from letter where message_id = ?", [message_id]).fetchone():
                continue
            _write_letter(connection, message_id, row[0], "digest", now)
            connection.execute(
                "update outbox set letter = ? where subscription = ? and letter is null", [message_id, row[0]]
            )
            written += 1
    return written


def _message_id(kind: str, subscription: str, about: str) -> str:
    """The same debt has the same Message-ID in every run, so that a repeated delivery is recognised as one."""
    digest = hashlib.blake2b(f"{kind}\x1f{subscription}\x1f{about}".encode(), digest_size=16).hexdigest()
    return f"<{kind}.{digest}@caixun>"


def _write_letter(
    connection: sqlite3.Connection, message_id: str, subscription: str, kind: str, now: datetime.datetime
) -> None:
    connection.execute(
        "insert or ignore into letter(message_id, subscription, kind, created, next_try) values (?, ?, ?, ?, ?)",
        [message_id, subscription, kind, iso(now), iso(now)],
    )


def due_letters(connection: sqlite3.Connection, now: datetime.datetime, limit: int = 20) -> list[DueLetter]:
    """Letters whose time has come, oldest first; those of ended subscriptions are not sent any more."""
    rows = connection.execute(
        "select l.*, s.state as subscription_state from letter l join subscription s on s.id = l.subscription"
        " where l.state = 'waiting' and l.next_try <= ? and s.state <> 'ended' order by l.next_try, l.rowid limit ?",
        [iso(now), limit],
    ).fetchall()
    letters = []
    for row in rows:
        subscription = find(connection, row["subscription"])
        assert subscription is not None
        items = connection.execute(
            "select article, revision from outbox where letter = ? order by change", [row["message_id"]]
        ).fetchall()
        letters.append(
            DueLetter(
                message_id=row["message_id"],
                subscription=subscription,
                kind=row["kind"],
                created=row["created"],
                tries=row["tries"],
                items=tuple((item["article"], item["revision"]) for item in items),
            )
        )
    return letters


def sent(connection: sqlite3.Connection, message_id: str, now: datetime.datetime) -> None:
    """The server has accepted the letter."""
    with transaction(connection):
        connection.execute(
            "update letter set state = 'sent', sent = ?, tries = tries + 1, error = null where message_id = ?",
            [iso(now), message_id],
        )
        _log(connection, message_id, now, "sent", None)


def not_sent(
    connection: sqlite3.Connection,
    message_id: str,
    now: datetime.datetime,
    reason: str,
    wait: datetime.timedelta | None,
) -> None:
    """The letter was not accepted: try again after `wait`, or never (None: dead, visible in `alerts log`)."""
    with transaction(connection):
        connection.execute(
            "update letter set state = ?, tries = tries + 1, next_try = ?, error = ? where message_id = ?",
            ["dead" if wait is None else "waiting", iso(now + (wait or datetime.timedelta())), reason, message_id],
        )
        _log(connection, message_id, now, "dead" if wait is None else "retry", reason)


def resend(connection: sqlite3.Connection, now: datetime.datetime) -> int:
    """Try dead letters again; how many."""
    with transaction(connection):
        return connection.execute(
            "update letter set state = 'waiting', tries = 0, next_try = ? where state = 'dead'", [iso(now)]
        ).rowcount


def _log(
    connection: sqlite3.Connection, message_id: str, now: datetime.datetime, outcome: str, detail: str | None
) -> None:
    connection.execute(
        "insert into delivery(message_id, at, outcome, detail) values (?, ?, ?, ?)",
        [message_id, iso(now), outcome, detail],
    )
