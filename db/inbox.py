"""The demo's mailbox: what the local mail catcher was handed, for a page to show."""

from __future__ import annotations

import email
import email.policy
import sqlite3
from email.message import EmailMessage
from pathlib import Path

from db.connection import open_writer, transaction
from db.values import Mail


def open_inbox(path: Path) -> sqlite3.Connection:
    """The mailbox at `path`, made when absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = open_writer(path)
    connection.execute("pragma synchronous = full")  # a mail accepted is a mail kept
    connection.execute(
        "create table if not exists mail (id integer primary key, received text not null, message_id text unique,"
        " raw blob not null, times integer not null default 1)"
    )
    return connection


def store(connection: sqlite3.Connection, raw: bytes, received: str) -> int:
    """Keep a message durably; its id. One with a Message-ID already there is counted, not kept twice."""
    message_id = email.message_from_bytes(raw, policy=email.policy.default)["Message-ID"]
    with transaction(connection):
        connection.execute(
            "insert into mail(received, message_id, raw) values (?, ?, ?)"
            " on conflict(message_id) do update set times = times + 1",
            [received, str(message_id).strip() if message_id else None, raw],
        )
        row = connection.execute("select id from mail where message_id is ? order by id desc", [message_id]).fetchone()
    return int(row[0]) if row else 0


def mails(connection: sqlite3.Connection) -> tuple[Mail, ...]:
    """All messages, newest first."""
    return tuple(_mail(row) for row in connection.execute("select * from mail order by id desc"))


def mail(connection: sqlite3.Connection, number: int) -> Mail | None:
    """One message, or None."""
    row = connection.execute("select * from mail where id = ?", [number]).fetchone()
    return _mail(row) if row else None


def _mail(row: sqlite3.Row) -> Mail:
    message = email.message_from_bytes(row["raw"], policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return Mail(
        id=row["id"],
        received=row["received"],
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        message_id=str(message["Message-ID"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers={name: str(value) for name, value in message.items()},
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
