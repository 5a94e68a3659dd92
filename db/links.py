"""The links that stand for an account: they name one person's subscriptions, expire, and are sent anew to the address.

What is done here never tells whether an address is known: the same call, the same answer.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from db.connection import transaction
from db.errors import Refused
from db.frontier import iso
from db.outbox import NewLetter, log_of, write_letter
from db.subscriptions import MAIL, find, message_id, of_owner
from db.values import Subscription

MANAGE_DAYS = 30
CONFIRM_DAYS = 7
MOST_LETTERS = 4  # confirmations and links to one address a day: nobody is flooded
_SALT = "manage"
_CONFIRM = "confirm"
_DAY = datetime.timedelta(days=1)


class LinkExpired(Refused):
    """A signed link is ours but too old; `subscription` is the one it names."""

    def __init__(self, subscription: str) -> None:
        """`subscription` is an id."""
        super().__init__("这个链接已过期，请让系统再寄一个新的")
        self.subscription = subscription


def manage_token(key: str, subscription: str, now: datetime.datetime) -> str:
    """The link part that opens all subscriptions of the owner of `subscription`, for `MANAGE_DAYS` from `now`."""
    return str(URLSafeSerializer(key, salt=_SALT).dumps([subscription, int(now.timestamp())]))


def owner_of(connection: sqlite3.Connection, key: str, signed: str, now: datetime.datetime) -> str | None:
    """The mail address whose subscriptions a link opens; None for a forged or cut one. Raises LinkExpired."""
    try:
        identity, made = URLSafeSerializer(key, salt=_SALT).loads(signed)
    except (BadSignature, ValueError, TypeError):
        return None
    found = find(connection, str(identity))
    if found is None:
        return None
    if now.timestamp() - int(made) > MANAGE_DAYS * _DAY.total_seconds():
        raise LinkExpired(found.id)
    return found.email


def confirm_token(key: str, subscription: str, asked: str) -> str:
    """The link part that confirms a subscription, for `CONFIRM_DAYS` from `asked` (ISO 8601, when its letter was made).

    Unlike the link that ends one (`db.subscriptions.token`), which stands in every mail and holds for ever.
    """
    return str(URLSafeSerializer(key, salt=_CONFIRM).dumps([subscription, asked]))


def confirming(connection: sqlite3.Connection, key: str, signed: str, now: datetime.datetime) -> Subscription | None:
    """The subscription that a confirmation link names; None for a forged or cut one, or one whose data were deleted.

    Raises LinkExpired.
    """
    try:
        identity, asked = URLSafeSerializer(key, salt=_CONFIRM).loads(signed)
    except (BadSignature, ValueError, TypeError):
        return None
    if iso(now - CONFIRM_DAYS * _DAY) > str(asked):
        raise LinkExpired(str(identity))
    return find(connection, str(identity))


def is_flooded(connection: sqlite3.Connection, email: str, now: datetime.datetime) -> bool:
    """Whether an address has had enough letters that anybody may cause, confirmations and links, for today."""
    row = connection.execute(
        "select count(*) from letter where channel = ? and address = ? and created > ?"
        " and (kind = 'confirm' or message_id like '<manage.%')",
        [MAIL, email.strip(), iso(now - _DAY)],
    ).fetchone()
    return int(row[0]) >= MOST_LETTERS


def owe_link(connection: sqlite3.Connection, key: str, email: str, base: str, now: datetime.datetime) -> bool:
    """Owe `email` the link to its subscriptions; whether a letter was written.

    None is for an address without subscriptions, one that has had enough of them today, or within ten minutes.
    """
    known = of_owner(connection, email)
    if not known or is_flooded(connection, email, now):
        return False
    address = f"{base}/subscribe/manage/{manage_token(key, known[-1].id, now)}"
    lines = (
        "打开下面的链接，可以查看、暂停、修改、导出或删除您的全部订阅：",
        address,
        f"链接 {MANAGE_DAYS} 天内有效，过期后可随时再要一个。若不是您本人所要，不必理会此信，也请勿转发。",
    )
    letter = NewLetter(
        message_id("manage", email.strip(), iso(now)[:15]), None, "notice", MAIL, email.strip(), "管理您的订阅", lines
    )
    with transaction(connection):
        return write_letter(connection, letter, now)


def export_of(connection: sqlite3.Connection, email: str) -> dict[str, Any]:
    """Everything kept of a person: subscriptions with what was owed and sent for each, and the delivery log."""
    return {
        "email": email.strip(),
        "subscriptions": [_exported(connection, one) for one in of_owner(connection, email)],
    }


def _exported(connection: sqlite3.Connection, one: Subscription) -> dict[str, Any]:
    owed = connection.execute(
        "select kind, story, article, revision, created, note, letter from outbox where subscription = ? order by id",
        [one.id],
    )
    return {
        "id": one.id,
        "query": one.query,
        "filters": {name: list(values) for name, values in one.filters.items()},
        "schedule": one.schedule,
        "wishes": json.loads(one.wishes.text()),
        "channel": one.channel,
        "address": one.address,
        "state": one.state,
        "created": one.created,
        "confirmed": one.confirmed,
        "told": [dict(row) for row in owed],
        "deliveries": [dict(row) for row in log_of(connection, one.id, 100_000)],
    }
