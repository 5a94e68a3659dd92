"""From a message owed to a message handed over: what it tells is fixed once, every try says the same."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Sequence

from db import delivered
from db.delivered import Delivered, Told
from db.outbox import DueLetter
from parsers.dates import BEIJING
from scheduler import messages
from scheduler.channels import channel
from scheduler.channels.channel import Desk
from scheduler.channels.receipt import Receipt
from scheduler.messages import Links, Message


def fixed(
    subscribers: sqlite3.Connection, archive: sqlite3.Connection, due: DueLetter, key: str, now: datetime.datetime
) -> tuple[str, Delivered]:
    """(key of the frozen link, what is told): made and kept at the first try, read back at every later one.

    What was taken down before the first try is left out; after it, a line says so in its place (a part of the message
    may have been accepted, so that its items keep their places) and no word of the text goes out.

    Call it for mail too, and build the letter from what it gives: then a letter's frozen link, `/m/KEY`, shows just
    that. `key` is the house's own (`db.subscriptions.secret`). Raises QueryError.
    """
    frozen = delivered.link_key(key, due.key)
    found = delivered.opened(subscribers, archive, frozen)
    if found is None:
        query = due.subscription.query if due.subscription else ""
        notes = [(debt.kind, debt.note or "") for debt in due.debts]
        composed = delivered.told(archive, [debt.revision for debt in due.debts], query, notes)
        told = tuple(one for one in composed if one.hit is not None)  # nobody was told of what is taken down by now
        owner = due.subscription.id if due.subscription else ""
        delivered.keep(subscribers, frozen, owner, due.kind, query, told, now)
        found = Delivered(due.kind, query, due.created, told)
    return frozen, found


def message_of(due: DueLetter, told: Sequence[Told], links: Links, lines: Sequence[str] = ()) -> Message:
    """The message of a debt; `lines` are said after the articles of a digest (health of the sources)."""
    if due.subscription is None or due.kind == "notice":
        return messages.notice(due.subject, due.lines, key=due.key, created=due.created)
    if due.kind == "test":
        return messages.trial(due.subscription, told, links, key=due.key, created=due.created)
    if due.kind in ("digest", "silence"):
        day = datetime.datetime.fromisoformat(due.created).astimezone(BEIJING).date()
        said = (*due.lines, *lines)
        return messages.digest(due.subscription, told, links, key=due.key, created=due.created, day=day, lines=said)
    write = messages.summary if due.kind == "summary" else messages.alert
    return write(due.subscription, told, links, key=due.key, created=due.created)


async def hand_over(subscribers: sqlite3.Connection, due: DueLetter, message: Message, desk: Desk) -> Receipt:
    """Send `message` to the channel and address of `due`, behind the parts that an earlier try has sent.

    Raises DeliveryError: RefusedAddress, NotAccepted (its `answer` is for the log, its `wait` may be longer than ours).
    """
    frozen = delivered.link_key(desk.key, due.key)
    return await channel.send(
        due.channel,
        due.address,
        message,
        desk,
        done=delivered.parts_done(subscribers, frozen),
        progress=lambda number: delivered.part_accepted(subscribers, frozen, number),
    )
