"""Webhooks: the message as JSON, signed and named as Standard Webhooks has it (standardwebhooks.com, version 1).

    webhook-id         the idempotency key: the same on every try of the same message
    webhook-timestamp  seconds since 1970 of this try; receivers refuse what is older than five minutes
    webhook-signature  "v1," and the base64 of HMAC-SHA256 over "ID.TIMESTAMP.BODY"

The body is the same on every try. `Idempotency-Key` repeats the id for receivers that know that name.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
from typing import Any

from db.signing import PREFIX
from scheduler.channels.addresses import Rules
from scheduler.channels.exchange import Answer, post
from scheduler.channels.receipt import NotAccepted, Receipt
from scheduler.messages import Entry, Message

TOLERANCE = datetime.timedelta(minutes=5)
_GONE = 410


def body_of(message: Message) -> bytes:
    """The message as JSON in UTF-8; absent things are null."""
    content: dict[str, Any] = {
        "type": f"caixun.{message.kind}",
        "id": message.key,
        "created": message.created or None,
        "subject": message.subject,
        "subscription": message.subscription or None,
        "query": message.query,
        "why": message.why,
        "link": message.link or None,
        "manage": message.manage or None,
        "lines": [message.intro, *message.lines],
        "items": [_item(one) for one in message.entries],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _item(one: Entry) -> dict[str, Any]:
    return {
        "title": one.title,
        "facts": one.facts,
        "sentence": one.sentence,
        "matches": [list(mark) for mark in one.marks],
        "figures": list(one.figures),
        "note": one.note or None,
        "archive_url": one.read,
        "original_url": one.original or None,
    }


def signature(secret: str, identity: str, timestamp: int, body: bytes) -> str:
    """The value of webhook-signature."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{identity}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def verified(secret: str, headers: dict[str, str], body: bytes, now: datetime.datetime) -> bool:
    """What a receiver does: whether `headers` (names in lower case) sign `body`, not longer than five minutes ago."""
    identity, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (identity and stamp.isascii() and stamp.isdigit() and len(stamp) < 13):
        return False
    fresh = abs(now.timestamp() - int(stamp)) <= TOLERANCE.total_seconds()
    wanted = signature(secret, identity, int(stamp), body)
    given = headers.get("webhook-signature", "").split(" ")
    return fresh and any(hmac.compare_digest(wanted, one) for one in given)


async def send(url: str, message: Message, secret: str, rules: Rules, now: datetime.datetime) -> Receipt:
    """POST the message to `url`; returns when it was accepted (2xx).

    Raises RefusedAddress, NotAccepted (a redirect is no acceptance; 410 says that nobody is there) and DeliveryError.
    """
    body, stamp = body_of(message), int(now.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": message.key,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature(secret, message.key, stamp, body),
        "Idempotency-Key": message.key,
    }
    answer = await post(url, headers, body, rules)
    if not 200 <= answer.status < 300:
        raise _refusal(answer)
    return Receipt(1, answer.line())


def _refusal(answer: Answer) -> NotAccepted:
    text = f"接收方未接受（{answer.status}）"
    if answer.status == _GONE:
        text = "接收方说此地址已停用（410）"
    elif 300 <= answer.status < 400:
        text = f"接收方要求跳转（{answer.status}），不跟随：请填写最终的网址"
    wait = datetime.timedelta(seconds=answer.retry_after) if answer.retry_after else None
    return NotAccepted(text, permanent=answer.status == _GONE, answer=answer.line(), wait=wait)
