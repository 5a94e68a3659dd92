"""What was told after the last backup: a journal that lies beside the backups.

Which articles a message tells together depends on the moment; a house restored from a backup would gather them anew,
and tell them a second time under another Message-ID. So before a message is handed over, its Message-ID and what it
tells are appended here, and after it was accepted, that it was. A restored house takes both in: what was accepted is
told; what was only begun is handed over again under the same Message-ID. Subscriptions that were ended
or deleted stay so. No address lies in the journal, and of texts only what a message says of a change. Each house has
a journal of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.connection import transaction
from db.ingest import set_position

FOLDER = "told"
_KINDS = ("alert", "digest", "summary", "silence")
# how far the journal is written: messages, the delivery log, changes of subscriptions
_LETTERS, _DELIVERIES, _SUBSCRIPTIONS = "told:letters", "told:deliveries", "told:subscriptions"
_NEWEST = {
    _LETTERS: "select coalesce(max(rowid), 0) from letter",
    _DELIVERIES: "select coalesce(max(id), 0) from delivery",
    _SUBSCRIPTIONS: "select coalesce(max(number), 0) from subscription_log",
}
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Lines for the journal, and the marks that hold once they are written."""

    lines: tuple[dict[str, Any], ...]
    marks: dict[str, int]


def unwritten(subscribers: sqlite3.Connection) -> Unwritten | None:
    """What the journal has yet to say; None when it is up to date. It begins with what waits at its start."""
    newest = newest_of(subscribers)
    known = dict(subscribers.execute("select stage, position from mark where stage glob 'told:*'").fetchall())
    if not known:
        first = subscribers.execute("select min(rowid) - 1 from letter where state = 'waiting'").fetchone()[0]
        known = newest if first is None else newest | {_LETTERS: int(first)}
        return lines_after(subscribers, known)
    if known == newest:
        return None
    # a number is used again after the newest rows were deleted: the journal may say something twice, never not at all
    return lines_after(subscribers, {stage: min(known.get(stage, 0), number) for stage, number in newest.items()})


def newest_of(subscribers: sqlite3.Connection) -> dict[str, int]:
    """The numbers of the newest message, delivery and change of a subscription."""
    return {stage: int(subscribers.execute(sql).fetchone()[0]) for stage, sql in _NEWEST.items()}


def house_of(subscribers: sqlite3.Connection) -> str:
    """Twelve characters that name the house and its restored copies, by the key of its links; "" before it has one."""
    row = subscribers.execute("select value from secret where name = 'links'").fetchone()
    return hashlib.sha256(f"house\x1f{row[0]}".encode()).hexdigest()[:12] if row else ""


def written(subscribers: sqlite3.Connection, lines: Unwritten) -> None:
    """Note that the lines lie in the journal."""
    with transaction(subscribers):
        for stage, number in lines.marks.items():
            set_position(subscribers, number, stage)


def lines_after(subscribers: sqlite3.Connection, marks: dict[str, int]) -> Unwritten:
    """The next messages and acceptances after `marks`, in their order, and the marks after them."""
    letters = subscribers.execute(
        "select rowid as number, * from letter where rowid > ? order by rowid limit ?", [marks[_LETTERS], _AT_A_TIME]
    ).fetchall()
    accepted = subscribers.execute(
        "select id, message_id, at, outcome from delivery where id > ? order by id limit ?",
        [marks[_DELIVERIES], _AT_A_TIME],
    ).fetchall()
    changed = subscribers.execute(
        "select l.number, l.subscription, s.state from subscription_log l"
        " left join subscription s on s.id = l.subscription where l.number > ? order by l.number limit ?",
        [marks[_SUBSCRIPTIONS], _AT_A_TIME],
    ).fetchall()
    lines = [_letter_line(subscribers, row) for row in letters if row["kind"] in _KINDS]
    lines += [{"sent": row["message_id"], "at": row["at"]} for row in accepted if row["outcome"] == "sent"]
    left = [row for row in changed if row["state"] in (None, "ended")]  # none: deleted by its owner
    lines += [{"left": row["subscription"], "deleted": row["state"] is None} for row in left]
    reached = {
        _LETTERS: letters[-1]["number"] if letters else marks[_LETTERS],
        _DELIVERIES: accepted[-1]["id"] if accepted else marks[_DELIVERIES],
        _SUBSCRIPTIONS: changed[-1]["number"] if changed else marks[_SUBSCRIPTIONS],
    }
    return Unwritten(tuple(lines), reached)


def _letter_line(subscribers: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    debts = [dict(debt) for debt in _debts(subscribers, row["message_id"])]
    return {
        "letter": row["message_id"],
        "kind": row["kind"],
        "subscription": row["subscription"],
        "created": row["created"],
        "debts": debts,
    }


def _debts(subscribers: sqlite3.Connection, letter: str) -> list[sqlite3.Row]:
    return subscribers.execute(
        "select about, kind, story, article, created, late, note from outbox where letter = ? order by id", [letter]
    ).fetchall()


def append(place: Path, house: str, lines: Iterable[dict[str, Any]], day: str) -> None:
    """Write lines to the journal of `house` for `day` in `place`; they are on the disk on return. Raises OSError."""
    folder = place / FOLDER / house
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{day}.jsonl").open("ab") as file:
        # each line begins a new one: what a kill cut off before must not swallow it
        file.write(b"".join(b"\n" + json.dumps(line, ensure_ascii=False).encode() for line in lines))
        file.flush()
        os.fsync(file.fileno())


def journal(place: Path, house: str, since: str) -> Iterator[dict[str, Any]]:
    """The lines of `house` from the day of `since` (ISO 8601 UTC) on; what a kill cut off is left out."""
    for file in sorted((place / FOLDER / house).glob("*.jsonl")) if house else ():
        if file.stem < since[:10]:
            continue
        for line in file.read_text("utf-8", errors="replace").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue


def shorten(place: Path, house: str, since: str) -> None:
    """Forget the days before `since`, that of the oldest backup."""
    for file in (place / FOLDER / house).glob("*.jsonl") if house else ():
        if file.stem < since[:10]:
            file.unlink()
