"""What a search finds that it did not find when it was saved: new articles, and texts changed since."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from db.hits import hits_of
from db.retrieval.engine import Filters, engine_of, reading, viewing
from db.values import Hit
from parsers.query import Query, parse_leniently


@dataclass(frozen=True, slots=True)
class Since:
    """A search then and now (articles), and what came since: `new` articles, the newest of them as `hits`, `changed`
    ones that were there and have another text today, `gone` ones that it no longer finds."""

    then: int
    now: int
    new: int
    changed: int
    gone: int
    hits: tuple[Hit, ...]


def since(connection: sqlite3.Connection, text: str, filters: Filters, number: int, limit: int = 50) -> Since:
    """What a search finds beyond what it found after change `number`. A faulty text is read as a page reads it."""
    tree, _ = parse_leniently(text)
    now = _articles(connection, tree, filters, None)
    then = _articles(connection, tree, filters, number)
    new = sorted((revision for article, revision in now.items() if article not in then), reverse=True)
    changed = sum(article in then and then[article] != revision for article, revision in now.items())
    hits = hits_of(connection, new[:limit], tree)
    return Since(len(then), len(now), len(new), changed, len(then.keys() - now.keys()), tuple(hits))


def _articles(connection: sqlite3.Connection, tree: Query, filters: Filters, as_of: int | None) -> dict[str, int]:
    """Article → its revision, of all that a search finds."""
    engine = engine_of(connection)  # before the transaction: inside one it would be read anew from the tables
    with reading(connection), viewing(engine, connection, as_of) as view:
        answer, chosen = view.evaluate(tree), view.chosen(filters)
        found = answer if chosen is None else answer & chosen
        revisions = [int(view.state.revision.values[ordinal]) for ordinal in found]
    listed: dict[str, int] = {}
    for start in range(0, len(revisions), 500):
        part = revisions[start : start + 500]
        marks = ", ".join("?" * len(part))
        rows = connection.execute(f"select id, revision from articles where revision in ({marks})", part)  # noqa: S608
        listed.update((row[0], row[1]) for row in rows)
    return listed
