"""Drafts of briefs: the text as the operator has edited it, until it is sent or thrown away."""

from __future__ import annotations

import datetime
import secrets
import sqlite3
from dataclasses import dataclass

from db.brief import markdown
from db.connection import transaction
from db.errors import Refused
from db.frontier import iso

LONGEST = 1_000_000  # characters of one draft


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft; `changed` (ISO 8601 UTC) also tells whether somebody else saved it meanwhile."""

    id: str
    title: str
    text: str
    created: str
    changed: str


def create(connection: sqlite3.Connection, text: str, now: datetime.datetime) -> Draft:
    """A new draft. Raises Refused when it is too long."""
    made = Draft(secrets.token_urlsafe(9), _title(text), _fit(text), _moment(now), _moment(now))
    with transaction(connection):
        connection.execute(
            "insert into brief_draft(id, title, text, created, changed) values (?, ?, ?, ?, ?)",
            [made.id, made.title, made.text, made.created, made.changed],
        )
    return made


def save(connection: sqlite3.Connection, known: str, text: str, before: str, now: datetime.datetime) -> Draft:
    """Save the draft `known` that was read when its `changed` was `before`.

    Raises Refused when it is gone, too long, or was saved by somebody else since.
    """
    with transaction(connection):
        row = connection.execute("select changed from brief_draft where id = ?", [known]).fetchone()
        if row is None:
            raise Refused("这份草稿已经删除")
        if row["changed"] != before:
            raise Refused("这份草稿在别处改过，您的改动没有保存：请复制下面的文字，重新打开草稿再合并")
        connection.execute(
            "update brief_draft set title = ?, text = ?, changed = ? where id = ?",
            [_title(text), _fit(text), _moment(now), known],
        )
    return _opened(connection, known)


def find(connection: sqlite3.Connection, known: str) -> Draft | None:
    """A draft, or None."""
    row = connection.execute("select * from brief_draft where id = ?", [known]).fetchone()
    return Draft(**dict(row)) if row else None


def _opened(connection: sqlite3.Connection, known: str) -> Draft:
    found = find(connection, known)
    assert found is not None, "it was written a moment ago"
    return found


def listed(connection: sqlite3.Connection) -> tuple[Draft, ...]:
    """All drafts, the one changed last first."""
    return tuple(
        Draft(**dict(row)) for row in connection.execute("select * from brief_draft order by changed desc, id")
    )


def throw_away(connection: sqlite3.Connection, known: str) -> None:
    """Remove a draft; what was sent of it stays."""
    with transaction(connection):
        connection.execute("delete from brief_draft where id = ?", [known])


def _fit(text: str) -> str:
    if len(text) > LONGEST:
        raise Refused(f"草稿有 {len(text):,} 字，最多 {LONGEST:,} 字")
    return text.replace("\r\n", "\n")


def _title(text: str) -> str:
    head = markdown.read(text)
    return " ".join(part for part in (head.title or "简报", head.number, head.date) if part)


def _moment(now: datetime.datetime) -> str:
    """With microseconds, so that two savings differ."""
    return now.astimezone(datetime.UTC).isoformat(timespec="microseconds") if now.microsecond else iso(now)
