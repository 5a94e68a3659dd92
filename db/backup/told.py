"""What was told after the last backup: a journal that lies beside the backups.

Which articles a message tells together depends on the moment; a house restored from a backup would gather them anew,
and tell them a second time under another Message-ID. So before a message is handed over, its Message-ID and what it
tells are appended here, and after it was accepted, that it was. A restored house takes both in: what was accepted is
told; what was only begun is handed over again under the same Message-ID. No address and no text lies in the journal.
"""

from __future__ import annotations

import datetime
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
# the change number of a debt whose article a restored archive has yet to find again: above every real one
NOT_FOUND_YET = 1 << 62
PATIENCE = datetime.timedelta(days=3)  # that a restored message waits for its articles to be found again
_KINDS = ("alert", "digest", "summary", "silence")
_LETTERS, _DELIVERIES = "told:letters", "told:deliveries"  # how far the journal is written
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Lines for the journal, and the marks that hold once they are written."""

    lines: tuple[dict[str, Any], ...]
    marks: dict[str, int]


def unwritten(subscribers: sqlite3.Connection) -> Unwritten | None:
    """What the journal has yet to say; None when it is up to date. It begins with what is written after its start."""
    newest = newest_of(subscribers)
    known = dict(subscribers.execute("select stage, position from mark where stage glob 'told:*'").fetchall())
    if not known:
        return Unwritten((), newest)
    if known == newest:
        return None
    # a number is used again after the newest rows were deleted: the journal may say something twice, never not at all
    return lines_after(subscribers, {stage: min(known.get(stage, 0), number) for stage, number in newest.items()})


def newest_of(subscribers: sqlite3.Connection) -> dict[str, int]:
    """The numbers of the newest message and of the newest row of the delivery log."""
    row = subscribers.execute(
        "select (select coalesce(max(rowid), 0) from letter), (select coalesce(max(id), 0) from delivery)"
    ).fetchone()
    return {_LETTERS: int(row[0]), _DELIVERIES: int(row[1])}


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
    lines = [_letter_line(subscribers, row) for row in letters if row["kind"] in _KINDS]
    lines += [{"sent": row["message_id"], "at": row["at"]} for row in accepted if row["outcome"] == "sent"]
    reached = {
        _LETTERS: letters[-1]["number"] if letters else marks[_LETTERS],
        _DELIVERIES: accepted[-1]["id"] if accepted else marks[_DELIVERIES],
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


def append(place: Path, lines: Iterable[dict[str, Any]], day: str) -> None:
    """Write lines to the journal of `day` in `place`; they are on the disk on return. Raises OSError."""
    folder = place / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{day}.jsonl").open("a", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def journal(place: Path, since: str) -> Iterator[dict[str, Any]]:
    """The lines in `place` from the day of `since` (ISO 8601 UTC) on; a last line that a kill cut off is left out."""
    for file in sorted((place / FOLDER).glob("*.jsonl")):
        if file.stem < since[:10]:
            continue
        for line in file.read_text("utf-8", errors="replace").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue


def shorten(place: Path, since: str) -> None:
    """Forget the days before `since`, that of the oldest backup."""
    for file in (place / FOLDER).glob("*.jsonl"):
        if file.stem < since[:10]:
            file.unlink()


def take_in(subscribers: sqlite3.Connection, lines: Iterable[dict[str, Any]], now: str) -> int:
    """Tell a restored outbox what was told after its backup; how many messages it did not know. Twice is as once."""
    known = 0
    with transaction(subscribers):
        for line in lines:
            if "letter" in line:
                known += _take_in_letter(subscribers, line, now)
            elif "sent" in line:
                _take_in_acceptance(subscribers, line)
        for stage, number in newest_of(subscribers).items():
            set_position(subscribers, number, stage)
    return known


def _take_in_letter(subscribers: sqlite3.Connection, line: dict[str, Any], now: str) -> int:
    new = subscribers.execute(
        "insert or ignore into letter(message_id, subscription, kind, channel, address, created, next_try)"
        " select ?, id, ?, channel, address, ?, ? from subscription where id = ?",
        [line["letter"], line["kind"], line["created"], now, line["subscription"]],
    ).rowcount
    if not new:
        return 0
    for debt in line["debts"]:
        subscribers.execute(
            "insert into outbox(subscription, about, kind, story, article, revision, change, created, late, note,"
            " letter) values (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)"
            " on conflict(subscription, about) do update set letter = excluded.letter where letter is null",
            [
                line["subscription"], debt["about"], debt["kind"], debt["story"], debt["article"], NOT_FOUND_YET,
                debt["created"], debt["late"], debt["note"], line["letter"],
            ],
        )  # fmt: skip
    subscribers.execute(
        "update subscription set gathered = max(coalesce(gathered, ''), ?), proved = max(coalesce(proved, ''), ?),"
        " last_letter = max(coalesce(last_letter, ''), ?) where id = ?",
        [line["created"], line["created"], line["created"], line["subscription"]],
    )
    return 1


def _take_in_acceptance(subscribers: sqlite3.Connection, line: dict[str, Any]) -> None:
    changed = subscribers.execute(
        "update letter set state = 'sent', sent = ?, error = null where message_id = ? and state = 'waiting'",
        [line["at"], line["sent"]],
    ).rowcount
    if changed:
        subscribers.execute(
            "insert into delivery(message_id, at, outcome, detail) values (?, ?, 'sent', '备份之后送出')",
            [line["sent"], line["at"]],
        )


def held(subscribers: sqlite3.Connection) -> list[str]:
    """The waiting messages of which an article was not found again yet: their texts cannot be written."""
    rows = subscribers.execute(
        "select distinct o.letter from outbox o join letter l on l.message_id = o.letter"  # noqa: S608 - a number
        f" where o.change = {NOT_FOUND_YET} and l.state = 'waiting'"
    )
    return [row[0] for row in rows]


def find_again(subscribers: sqlite3.Connection, archive: sqlite3.Connection, now: datetime.datetime) -> int:
    """Bind restored debts to the articles that the archive has again; how many.

    What has not come again after PATIENCE (its page is gone) is left out of its message; a message of nothing is
    dropped.
    """
    missing = f"select id, article from outbox where change = {NOT_FOUND_YET}"  # noqa: S608 - a number of ours
    waiting = subscribers.execute(missing).fetchall()
    if not waiting:
        return 0
    found = [(*row, debt["id"]) for debt in waiting if (row := _current(archive, debt["article"])) is not None]
    late = (now - PATIENCE).astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    with transaction(subscribers):
        subscribers.executemany("update outbox set revision = ?, change = ? where id = ?", found)
        subscribers.execute(
            f"update outbox set letter = '', change = 0 where change = {NOT_FOUND_YET} and letter in"  # noqa: S608 - ours
            " (select message_id from letter where state = 'waiting' and next_try < ?)",
            [late],
        )
        subscribers.execute(
            "update letter set state = 'dropped', error = '备份之后发出的稿件没有再抓到' where state = 'waiting'"
            " and kind in ('alert', 'digest', 'summary') and next_try < ?"
            " and not exists (select 1 from outbox o where o.letter = letter.message_id)",
            [late],
        )
    return len(found)


def _current(archive: sqlite3.Connection, article: str) -> tuple[int, int] | None:
    row = archive.execute(
        "select revision, recorded_from from articles where id = ? and recorded_to is null", [article]
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else None
