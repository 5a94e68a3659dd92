"""What an edition has otherwise than the one before it, article by article, read from the two files themselves."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from db.connection import open_reader

_SHOWN = "recorded_to is null and state <> 'removed'"
# An article that is in both: a new text goes before a new state, that before another story.
_WHAT = (
    "case when n.revision <> o.revision then 'revised' when n.state <> o.state and n.state = 'gone' then 'gone'"
    " when n.state <> o.state then 'returned' when n.story <> o.story then 'moved' end"
)
_CHANGED = f"""
select * from (
  select {_WHAT} as change, n.id, n.url, n.title, n.source, n.published, n.revision
  from main.articles n join earlier.articles o on o.id = n.id and o.recorded_to is null and o.state <> 'removed'
  where n.recorded_to is null and n.state <> 'removed'
  union all
  select 'added', n.id, n.url, n.title, n.source, n.published, n.revision from main.articles n
  where n.recorded_to is null and n.state <> 'removed'
  and not exists (select 1 from earlier.articles o where o.id = n.id and o.recorded_to is null and o.state <> 'removed')
) where change is not null order by revision desc, id
"""  # noqa: S608 - made of SQL of ours
# Of what was removed no title is repeated, its address says what it was.
_REMOVED = f"""
select 'removed' as change, o.id, o.url, null as title, o.source, null as published, null as revision
from earlier.articles o where o.{_SHOWN.replace(" state", " o.state")}
and not exists (select 1 from main.articles n where n.id = o.id and n.recorded_to is null and n.state <> 'removed')
order by o.id
"""  # noqa: S608 - made of SQL of ours


@dataclass(frozen=True, slots=True)
class Change:
    """One line of changes.jsonl: added, revised, gone, returned, moved (to another story) or removed.

    A removed article has no title, day and revision any more.
    """

    change: str
    id: str
    url: str
    title: str | None
    source: str
    published: str | None
    revision: int | None


def write(edition: Path, earlier: Path | None, file: Path) -> dict[str, int]:
    """Write what `edition` has otherwise than `earlier` as JSON lines; how many of each kind. Nothing without one."""
    counts: Counter[str] = Counter()
    with file.open("w", encoding="utf-8") as lines:
        for row in _rows(edition, earlier) if earlier else ():
            counts[row["change"]] += 1
            lines.write(json.dumps(dict(row), ensure_ascii=False) + "\n")
    return dict(counts)


def _rows(edition: Path, earlier: Path) -> Iterator[sqlite3.Row]:
    with closing(open_reader(edition)) as connection:
        connection.execute("attach ? as earlier", [f"{earlier.as_uri()}?mode=ro"])
        yield from connection.execute(_CHANGED)
        yield from connection.execute(_REMOVED)


def read(file: Path, kind: str, limit: int) -> list[Change]:
    """The first `limit` changes of a kind in a changes.jsonl; [] where there is none."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8") as lines:
        found = (values for values in map(json.loads, lines) if values["change"] == kind)
        return [Change(**values) for values in islice(found, limit)]
