"""The query tree → a SQL condition over `articles a`: one evaluator for search, feeds, downloads and alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.text_index import match_expression
from parsers.places import canonical
from parsers.query import And, Field, Figure, Near, Not, Or, Query, Word

Condition = tuple[str, list[Any]]

FACETS = ("place", "year", "source", "theme", "type")


def now_or(as_of: int | None) -> Condition:
    """Which revisions count: the current ones, or those current after change number `as_of`."""
    if as_of is None:
        return "a.recorded_to is null and a.state <> 'removed'", []
    return (
        "a.recorded_from <= ? and (a.recorded_to is null or a.recorded_to > ?) and a.state <> 'removed'",
        [as_of, as_of],
    )


def condition(tree: Query) -> Condition:
    """The condition that `tree` sets on an article."""
    match tree:
        case Word(text, column):
            return (
                "a.revision in (select rowid from article_index where article_index match ?)",
                [match_expression(text, column)],
            )
        case Field(name, value):
            return _field(name, value)
        case Near(words):
            return condition(And(tuple(Word(word) for word in words)))
        case Figure(measure):
            return (
                "a.revision in (select revision from facts where kind = 'figure' and ? in ('', measure))",
                [measure],
            )
        case Not(item):
            text, values = condition(item)
            return f"not ({text})", values
        case And(items):
            return _joined(items, " and ", "1")
        case Or(items):
            return _joined(items, " or ", "0")


def _joined(items: tuple[Query, ...], word: str, empty: str) -> Condition:
    parts = [condition(item) for item in items]
    return (
        "(" + word.join(text for text, _ in parts) + ")" if parts else empty,
        [value for _, values in parts for value in values],
    )


def _field(name: str, value: str) -> Condition:
    like = "%" + value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    match name:
        case "place":
            return _FACET["place"], [canonical(value) or value]
        case "theme":
            return _FACET["theme"], [value]
        case "source":
            return "a.source in (select id from sources where id = ? or title = ?)", [value, value]
        case "type":
            return "a.doc_type like ? escape '\\'", [like]
        case "origin" | "author":
            column = "origin" if name == "origin" else "authors"
            return f"a.{column} like ? escape '\\'", [like]
        case "policy":
            return (
                "exists (select 1 from facts f where f.revision = a.revision and f.kind = 'policy'"
                " and f.title like ? escape '\\')",
                [like],
            )
        case "after":
            return "a.day >= ?", [(value + "-01-01")[:10] if len(value) == 4 else (value + "-01")[:10]]
        case "before":
            return "a.day < ?", [(value + "-01-01")[:10] if len(value) == 4 else (value + "-01")[:10]]
        case "has":
            kind = {"数据": "figure", "政策": "policy"}.get(value, value)
            return "exists (select 1 from facts f where f.revision = a.revision and f.kind = ?)", [kind]
        case _:  # is:repost
            return "a.id <> a.story", []


_FACET = {
    "place": "a.revision in (select revision from article_places where place = ?)",
    "theme": "a.revision in (select revision from article_themes where theme = ?)",
    "year": "substr(a.day, 1, 4) = ?",
    "source": "a.source = ?",
    "type": "a.doc_type = ?",
}


def filtered(filters: Mapping[str, tuple[str, ...]], leave_out: str | None = None) -> Condition:
    """The condition that the chosen facet values set: any value of a facet, all facets; `leave_out` is ignored."""
    parts: list[str] = []
    values: list[Any] = []
    for name in FACETS:
        chosen = [value for value in filters.get(name, ()) if value]
        if chosen and name != leave_out:
            parts.append("(" + " or ".join([_FACET[name]] * len(chosen)) + ")")
            values.extend(chosen)
    return " and ".join(parts) or "1", values


def both(*conditions: Condition) -> Condition:
    """All of `conditions`."""
    return (
        " and ".join(f"({text})" for text, _ in conditions),
        [value for _, values in conditions for value in values],
    )
