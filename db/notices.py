"""What the operator is told: letters in the same outbox as everybody's, each thing once.

A source that breaks is told at once, and so is its being well again; several at a time in one letter. Whoever breaks
again within a day, and runs that were only incomplete, come in the one letter of the day.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterable, Sequence

from db import health
from db.connection import transaction
from db.health import Event
from db.ingest import position, set_position
from db.outbox import OPERATOR, NewLetter, write_letter
from db.subscriptions import message_id
from parsers.dates import BEIJING

AT_ONCE = ("blocked", "failed", "fields", "silent")
# marks in subscribers.db: number of the event, second of the moment, ordinal of the day
BROKEN, FIXED, DAY = "told_broken", "told_fixed", "told_day"
_NAMED = 3  # sources in a subject
_DAY = datetime.timedelta(days=1)


def tell_events(
    subscribers: sqlite3.Connection, archive: sqlite3.Connection, now: datetime.datetime, base_url: str
) -> int:
    """Owe a letter on what broke and one on what is well again since the last call; how many.

    Letters and marks are one transaction. Links begin with `base_url`.
    """
    broken = _broken(archive, position(subscribers, BROKEN))
    fixed = _fixed(archive, position(subscribers, FIXED))
    if not broken and not fixed:
        return 0
    titles = dict(archive.execute("select id, title from sources").fetchall())
    written = 0
    with transaction(subscribers):
        for events, word in ((broken, "失效"), (fixed, "恢复")):
            told = [event for event in events if _is_told_at_once(archive, event)]
            if told:
                key = f"{word}:" + ",".join(str(event.number) for event in told)
                subject = _subject([titles.get(event.source, event.source) for event in told], word)
                lines = [_line(event, titles, base_url) for event in told]
                written += _write(subscribers, key, subject, lines, now)
        if broken:
            set_position(subscribers, broken[-1].number, BROKEN)
        if fixed:
            set_position(subscribers, max(_second(event.fixed) for event in fixed), FIXED)
    return written


def skip_events(subscribers: sqlite3.Connection, archive: sqlite3.Connection) -> None:
    """Without an operator's address nothing is owed; one set later is not told of the past."""
    broken = _broken(archive, position(subscribers, BROKEN))
    fixed = _fixed(archive, position(subscribers, FIXED))
    if broken or fixed:
        with transaction(subscribers):
            if broken:
                set_position(subscribers, broken[-1].number, BROKEN)
            if fixed:
                set_position(subscribers, max(_second(event.fixed) for event in fixed), FIXED)


def tell_day(
    subscribers: sqlite3.Connection, archive: sqlite3.Connection, now: datetime.datetime, day: datetime.date, base: str
) -> bool:
    """Owe the letter of `day` on everything else: what is still wrong, and what came and went. Quiet days: none.

    The first call of a day (the caller waits for its hour) decides; later ones do nothing.
    """
    if position(subscribers, DAY) >= day.toordinal():
        return False
    events = health.changed_since(archive, now - _DAY)
    lasting = [event for event in health.events(archive, limit=500) if event.fixed is None]
    rest = [event for event in events if event.fixed is not None and not _is_told_at_once(archive, event)]
    titles = dict(archive.execute("select id, title from sources").fetchall())
    lines = [f"仍有 {len(lasting)} 处异常，过去一天内另有 {len(rest)} 处已自行恢复。"]
    lines += [_line(event, titles, base) for event in [*lasting, *rest]]
    subject = f"才讯运行日报 {day.isoformat()}：{len(lasting)} 处异常"
    with transaction(subscribers):
        set_position(subscribers, day.toordinal(), DAY)
        return bool(lasting or rest) and _write(subscribers, f"day:{day.isoformat()}", subject, lines, now)


def _broken(archive: sqlite3.Connection, after: int) -> list[Event]:
    rows = archive.execute("select * from health_event where number > ? order by number", [after])
    return [Event(*row) for row in rows]


def _fixed(archive: sqlite3.Connection, after: int) -> list[Event]:
    rows = archive.execute(
        "select * from health_event where fixed is not null and unixepoch(fixed) > ?"
        " and source in (select id from sources where enabled) order by number",
        [after],
    )
    return [Event(*row) for row in rows]


def _second(moment: str | None) -> int:
    return int(datetime.datetime.fromisoformat(moment).timestamp()) if moment else 0


def _is_told_at_once(archive: sqlite3.Connection, event: Event) -> bool:
    """Whether the event is told by itself: a break, and no other of the same source in the day before."""
    if event.kind not in AT_ONCE:
        return False
    before = (datetime.datetime.fromisoformat(event.noticed) - _DAY).timestamp()
    earlier = archive.execute(
        "select 1 from health_event where source = ? and number < ? and unixepoch(noticed) > ?",
        [event.source, event.number, before],
    ).fetchone()
    return earlier is None


def _subject(titles: Sequence[str], word: str) -> str:
    names = "、".join(list(dict.fromkeys(titles))[:_NAMED])
    count = len(set(titles))
    return f"才讯：{names}{f' 等 {count} 个来源' if count > _NAMED else ''}{word}"


def _line(event: Event, titles: dict[str, str], base_url: str) -> str:
    state = f"已于 {_local(event.fixed)} 恢复" if event.fixed else event.detail
    return (
        f"{titles.get(event.source, event.source)}：{state}（自 {_local(event.since)} 起）"
        f" {base_url}/source/{event.source}"
    )


def _local(moment: str | None) -> str:
    return datetime.datetime.fromisoformat(moment).astimezone(BEIJING).strftime("%m-%d %H:%M") if moment else ""


def _write(
    subscribers: sqlite3.Connection, key: str, subject: str, lines: Iterable[str], now: datetime.datetime
) -> bool:
    letter = NewLetter(
        message_id("notice", OPERATOR, key), None, "notice", OPERATOR, "", subject=subject, lines=tuple(lines)
    )
    return write_letter(subscribers, letter, now)
