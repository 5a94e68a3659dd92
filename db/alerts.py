"""Alerts in one place: subscriptions (db.subscriptions), matching (db.matching), messages (db.gathering, db.outbox)."""

from __future__ import annotations

import datetime
import sqlite3

from db.gathering import gather_instant
from db.matching import STAGE, Matcher
from db.outbox import Debt, DueLetter, due_letters, letter_of, log_of, not_sent, owe_notice, owe_test, resend, sent
from db.schedules import Clock, Wishes
from db.subscriptions import (
    change,
    confirm,
    everyone,
    find,
    forget,
    of_owner,
    pause,
    resume,
    secret,
    stop,
    subscribe,
    subscription_of,
    token,
)  # fmt: skip

__all__ = [
    "STAGE", "Debt", "DueLetter", "Matcher", "Wishes", "change", "confirm", "due_letters", "everyone", "find",
    "forget", "letter_of", "log_of", "match", "not_sent", "of_owner", "owe_notice", "owe_test", "pause", "resend",
    "resume", "secret", "sent", "stop", "subscribe", "subscription_of", "token",
]  # fmt: skip


def match(subscribers: sqlite3.Connection, archive: sqlite3.Connection, now: datetime.datetime) -> int:
    """Work off the changes after the mark and write the instant messages at once; how many changes."""
    matcher, done = Matcher(subscribers, archive), 0
    while count := matcher.step(now):
        done += count
    gather_instant(subscribers, now, Clock(lambda day: True), datetime.timedelta())
    return done
