"""What is new in a change beside the article itself: the weight of an edit, a measure's new value, a first use."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from db.conditions import both, condition, filtered
from db.triggers import SavedSearch
from parsers.differences import differences, weightiest
from parsers.places import PROVINCES
from parsers.query_match import Document, measure_form
from parsers.query_tree import And, Figure, Or, Query

_SHOWN = 3  # differences that a message names
_LONGEST = 40  # characters of each


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit worth telling: the revision before it, and its weightiest differences as text."""

    before: int
    note: str


def changed(archive: sqlite3.Connection, article: str, revision: int, least_weight: float) -> Edit | None:
    """What an edit changed, if that weighs at least `least_weight`; None else, or when there is no earlier text."""
    old = archive.execute(
        "select e.revision from articles e join articles a using (id) where a.revision = ?"
        " and e.recorded_from < a.recorded_from and e.state <> 'removed' order by e.recorded_from desc limit 1",
        [revision],
    ).fetchone()
    if old is None:
        return None
    found = [
        one
        for one in weightiest(differences(_text(archive, old[0]), _text(archive, revision)))
        if one.weight >= least_weight
    ]
    if not found:
        return None
    shown = "；".join(f"{_short(one.before) or '（无）'} → {_short(one.after) or '（删）'}" for one in found[:_SHOWN])
    return Edit(int(old[0]), shown)


def _text(archive: sqlite3.Connection, revision: int) -> str:
    row = archive.execute(
        "select a.title, t.body from articles a join article_text t using (revision) where a.revision = ?", [revision]
    ).fetchone()
    return f"{row['title']}\n{row['body']}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"


def new_values(archive: sqlite3.Connection, tree: Query, revision: int, number: int) -> Iterator[str]:
    """Values of the measures in `tree` (all, if it names none) that no article had before change `number`.

    Each is "subject measure period value unit", which names it for ever.
    """
    forms = {measure_form(figure.measure) for figure in _figures(tree) if figure.measure}
    for fact in archive.execute("select * from facts where revision = ? and kind = 'figure' order by id", [revision]):
        if fact["measure"] is None or (forms and measure_form(fact["measure"]) not in forms):
            continue
        same = archive.execute(
            "select 1 from facts where kind = 'figure' and measure_normal is ? and subject is ? and period is ?"
            " and value_low is ? and value_high is ? and recorded_from < ? limit 1",
            [
                fact["measure_normal"], fact["subject"], fact["period"], fact["value_low"], fact["value_high"], number,
            ],
        ).fetchone()  # fmt: skip
        if same is None:
            low, high = fact["value_low"], fact["value_high"]
            value = (
                f"{low:g}"
                if low == high and low is not None
                else "–".join(f"{v:g}" for v in (low, high) if v is not None)
            )
            yield f"{fact['subject']} {fact['measure_normal']} {fact['period']} {value}{fact['unit'] or ''}"


def _figures(tree: Query) -> Iterator[Figure]:
    match tree:
        case Figure():
            yield tree
        case And(items) | Or(items):
            for item in items:
                yield from _figures(item)
        case _:
            return


def first_uses(archive: sqlite3.Connection, search: SavedSearch, read: Document, number: int) -> Iterator[str]:
    """The provinces of the article in which nothing answered the search before change `number`."""
    for province in sorted(read.places.intersection(PROVINCES)):
        where = both(
            ("a.recorded_from < ? and a.state <> 'removed'", [number]),
            condition(search.tree),
            filtered(search.filters),
            ("a.revision in (select revision from article_places where place = ?)", [province]),
        )
        if archive.execute(f"select 1 from articles a where {where[0]} limit 1", where[1]).fetchone() is None:  # noqa: S608
            yield province
