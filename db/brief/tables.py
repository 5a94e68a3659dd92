"""The tables of a brief: policies that were made, changed or ended, and meetings that were held."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from db.brief.numbers import cite
from db.brief.values import MeetingLine, PolicyLine
from db.policies import policy, stem

_ROWS = (
    "select f.*, a.id as article_id, a.title as article_title, a.published, coalesce(s.title, a.source) as site,"
    " (select count(*) from articles b where b.id = a.id and b.recorded_from <= a.recorded_from) as text_number,"
    ' (select count(*) from facts g where g.revision = f.revision and (g.start, g."end", g.id) <='
    ' (f.start, f."end", f.id)) as number'
    " from facts f join articles a using (revision) left join sources s on s.id = a.source"
    " where f.kind = ? and f.recorded_to is null and a.state <> 'removed'"
    " and f.revision in (select value from json_each(?)) order by coalesce(a.published, '9999'), f.revision, f.start"
)


def policies(connection: sqlite3.Connection, revisions: Sequence[int], most: int) -> tuple[tuple[PolicyLine, ...], int]:
    """The policies to which something was done in the articles `revisions`, the first report of each act, by date.

    At most `most`, and how many are left out. A policy that is only mentioned has no line.
    """
    found: dict[tuple[str, str], sqlite3.Row] = {}
    for row in connection.execute(_ROWS, ["policy", json.dumps(list(revisions))]):
        if row["title"] and row["action"]:
            found.setdefault((stem(row["title"]), row["action"]), row)
    rows = list(found.values())
    return tuple(_policy_line(connection, row) for row in rows[:most]), max(0, len(rows) - most)


def _policy_line(connection: sqlite3.Connection, row: sqlite3.Row) -> PolicyLine:
    known = policy(connection, row["title"])
    issuer = json.loads(row["fields"]).get("issuer") or (known.issuer if known else "")
    return PolicyLine(row["title"], known.document if known else "", str(issuer), row["action"], cite(row))


def meetings(connection: sqlite3.Connection, revisions: Sequence[int]) -> tuple[MeetingLine, ...]:
    """The meetings and other named events in the articles `revisions`, each once, by date; undated ones last."""
    found: dict[tuple[str, str], MeetingLine] = {}
    for row in connection.execute(_ROWS, ["event", json.dumps(list(revisions))]):
        fields = json.loads(row["fields"])
        name, ordinal = str(fields.get("name") or ""), str(fields.get("ordinal") or "")
        shown = name if not ordinal or ordinal in name else f"{name}（{ordinal}）"
        day = str(fields.get("date") or row["period"] or "")
        place = str(fields.get("place") or row["subject"] or "")
        if name:
            found.setdefault((shown, day), MeetingLine(shown, day, place, cite(row)))
    return tuple(sorted(found.values(), key=lambda one: (one.date or "9999", one.place, one.name)))
