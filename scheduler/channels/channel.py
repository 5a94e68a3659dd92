"""One door to every channel but mail: is this address right, and send this message there."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from db.signing import webhook_secret
from scheduler.channels import others, robots, webhook
from scheduler.channels.addresses import RefusedAddress, Rules, checked_url
from scheduler.channels.pacing import Pacer
from scheduler.channels.receipt import Receipt
from scheduler.messages import Message

CHANNELS = ("webhook", *robots.ROBOTS, "apprise")


@dataclass(frozen=True, slots=True)
class Desk:
    """What sending needs beside the message: the house's `key` for secrets, rules, turns, and the clock."""

    key: str
    rules: Rules
    pacer: Pacer
    now: Callable[[], datetime.datetime]


def check(channel: str, address: str, rules: Rules) -> str:
    """`address`, tidied, when messages of `channel` may be sent there. Raises RefusedAddress with what to do."""
    text = address.strip()
    if channel == "webhook":
        return checked_url(text.partition("#")[0], rules)
    if channel in robots.ROBOTS:
        return robots.checked(channel, text, rules)
    if channel == "apprise":
        return others.checked(text)
    raise RefusedAddress(f"没有“{channel}”这种渠道；可选 mail、{'、'.join(CHANNELS)}", permanent=True)


async def send(
    channel: str,
    address: str,
    message: Message,
    desk: Desk,
    *,
    done: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Receipt:
    """Hand `message` over; returns when all of it was accepted.

    A robot may need several parts: `done` of them were accepted on an earlier try, `progress` is told of each.
    Raises DeliveryError (RefusedAddress, NotAccepted); `.permanent` says that no later try can help.
    """
    check(channel, address, desk.rules)
    if channel == "webhook":
        secret = webhook_secret(desk.key, message.subscription)
        return await webhook.send(address, message, secret, desk.rules, desk.now())
    if channel == "apprise":
        return await others.send(address, message, desk.rules, desk.pacer, done=done, progress=progress)
    return await robots.send(
        channel, address, message, desk.rules, desk.pacer, now=desk.now, done=done, progress=progress
    )
