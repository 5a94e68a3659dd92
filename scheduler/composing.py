"""The mail of a debt, from what its message tells (`scheduler.channels.outgoing` fixes that at the first try)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db import delivered, subscriptions
from db.delivered import Told
from db.links import confirm_token
from db.outbox import DueLetter
from scheduler.channels.outgoing import message_of
from scheduler.letters import Envelope, Letter, confirmation_letter, message_letter, notice_letter
from scheduler.messages import Links
from scheduler.settings import Settings


@dataclass(frozen=True, slots=True)
class Desk:
    """What writing needs beside the debt: the house's `key` for links, and the settings."""

    key: str
    settings: Settings

    def links(self, due: DueLetter) -> Links:
        """Where readers see the archive, this very message, and the subscription."""
        base = self.settings.web.public_url
        if due.subscription is None:
            return Links(base)
        signed = subscriptions.token(self.key, due.subscription.id)
        return Links(base, f"{base}/m/{delivered.link_key(self.key, due.key)}", f"{base}/subscribe/stop/{signed}")

    def letter(self, due: DueLetter, told: Sequence[Told], state: str = "") -> Letter:
        """The mail of `due`; the same on every try, but for `state`, the sentence on the sources."""
        links, subscription = self.links(due), due.subscription
        envelope = Envelope(
            message_id=due.message_id,
            sender=self.settings.mail.sender,
            base_url=links.base,
            date=datetime.fromisoformat(due.created),
            unsubscribe_url=links.manage,
        )
        if subscription is None or due.kind == "notice":
            return notice_letter(due.address or self.settings.operator.email, due.subject, due.lines, envelope)
        if due.kind == "confirm":
            link = confirm_token(self.key, subscription.id, due.created)
            return confirmation_letter(subscription, f"{links.base}/subscribe/confirm/{link}", envelope)
        lines = (f"来源状况：{state}",) if state else ()
        return message_letter(message_of(due, told, links, lines), subscription, envelope)
