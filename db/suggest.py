"""What to try when a search finds nothing or little: near queries with their counts, the best first, in bounded time.

A suggestion differs from the query in one way only, so that people see what kept them from finding something.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from itertools import islice

from db.retrieval.engine import Filters, View, engine_of, reading, viewing
from db.values import Suggestion
from parsers.places import is_inside
from parsers.query import And, Field, Figure, Near, Not, Or, Query, Word, parse_leniently, print_query
from parsers.query_match import measure_form
from parsers.synonyms import alike, variants
from parsers.words import split_query

FEW = 5  # with fewer stories than these, "also try" is worth its time
_MOST = 6
_MOST_TRIES = 48
_SECONDS = 0.15
_SECONDS_FEW = 0.04
_MOST_VARIANTS = 12
_FARTHER = 5
_DATES = ("after", "before")
Try = tuple[str, Query]  # what is changed, the changed query


def suggest(
    connection: sqlite3.Connection, text: str, filters: Filters, as_of: int | None = None, found: int = 0
) -> tuple[Suggestion, ...]:
    """At most six queries near `text` that find more than `found` articles, each with its count under `filters`.

    The order is that of `_tries`: what changes the meaning least comes first, within a kind the most hits.
    """
    tree, _ = parse_leniently(text)
    tries = list(islice(_tries(connection, tree), _MOST_TRIES))  # before the view: dictionaries are read at first use
    deadline = time.monotonic() + (_SECONDS_FEW if found else _SECONDS)
    kept: list[Suggestion] = []
    seen = {print_query(tree)}
    engine = engine_of(connection)  # before the transaction: inside one it would be read anew from the tables
    with reading(connection), viewing(engine, connection, as_of) as view:
        if any(filters.values()) and (count := _count(view, tree, None)) > found:
            kept.append(Suggestion(text, count, filtered=False, kind="facets"))
        for kind, changed in tries:
            printed = print_query(parse_leniently(print_query(changed))[0])  # nested brackets become one
            if time.monotonic() > deadline:
                break
            if printed and printed not in seen and (count := _count(view, changed, filters)) > found:
                kept.append(Suggestion(printed, count, kind=kind))
            seen.add(printed)
    return _best(kept)


def _count(view: View, tree: Query, filters: Filters | None) -> int:
    chosen = view.chosen(filters) if filters else None
    answer = view.evaluate(tree)
    return len(answer if chosen is None else answer & chosen)


def _best(found: list[Suggestion]) -> tuple[Suggestion, ...]:
    """Kinds in the order in which they were tried, the one with most hits of each first, then their others."""
    kinds = list(dict.fromkeys(one.kind for one in found))
    ranked = {kind: sorted((one for one in found if one.kind == kind), key=lambda one: -one.count) for kind in kinds}
    rounds = [ranked[kind][number] for number in range(_MOST) for kind in kinds if number < len(ranked[kind])]
    return tuple(rounds[:_MOST])


def _tries(connection: sqlite3.Connection, tree: Query) -> Iterator[Try]:
    yield from (("sound", one) for one in _changed(tree, _sounding))
    yield from (("synonym", one) for one in _changed(tree, _synonyms))
    yield from (("words", one) for one in _together(tree, _split))
    yield from (("near", one) for one in _changed(tree, _farther))
    yield from (("dates", one) for one in _without(tree, lambda leaf: isinstance(leaf, Field) and leaf.name in _DATES))
    yield from (("place", one) for one in _changed(tree, _wider_place))
    yield from (("title", one) for one in _together(tree, _anywhere))
    yield from (("figure", one) for one in _changed(tree, lambda leaf: _figures(connection, leaf)))
    yield from (("field", one) for one in _fewer_conditions(tree))
    yield from (("any" if _has_choice(one) else "one", one) for one in _any_word(tree))


def _changed(tree: Query, change: Callable[[Query], Iterator[Query]]) -> Iterator[Query]:
    """`tree` with one leaf changed, for every leaf that is asked for and every change of it."""
    match tree:
        case And(items) | Or(items):
            for number, item in enumerate(items):
                for other in _changed(item, change):
                    yield type(tree)((*items[:number], other, *items[number + 1 :]))
        case Not():
            return
        case _:
            yield from change(tree)


def _together(tree: Query, change: Callable[[Query], Query]) -> Iterator[Query]:
    """`tree` with all its leaves changed at once."""

    def walk(part: Query) -> Query:
        match part:
            case And(items) | Or(items):
                return type(part)(tuple(map(walk, items)))
            case Not():
                return part
            case _:
                return change(part)

    yield walk(tree)


def _without(tree: Query, condition: Callable[[Query], bool]) -> Iterator[Query]:
    if isinstance(tree, And):
        left = tuple(item for item in tree.items if not condition(item))
        if len(left) < len(tree.items):
            yield left[0] if len(left) == 1 else And(left)


def _sounding(leaf: Query) -> Iterator[Query]:
    if isinstance(leaf, Word):
        yield from (Word(other, leaf.column) for other in alike(leaf.text))


def _synonyms(leaf: Query) -> Iterator[Query]:
    if isinstance(leaf, Word):
        yield from (Word(other, leaf.column) for other in variants(leaf.text)[:_MOST_VARIANTS])


def _split(leaf: Query) -> Query:
    parts = split_query(leaf.text) if isinstance(leaf, Word) else []
    return And(tuple(Word(part, leaf.column) for part in parts)) if isinstance(leaf, Word) and len(parts) > 1 else leaf


def _farther(leaf: Query) -> Iterator[Query]:
    if isinstance(leaf, Near):
        yield Near(leaf.words, max(50, leaf.distance * _FARTHER))
        yield And(tuple(map(Word, leaf.words)))


def _wider_place(leaf: Query) -> Iterator[Query]:
    if isinstance(leaf, Field) and leaf.name == "place":
        yield from (Field("place", above) for above in is_inside(leaf.value))


def _anywhere(leaf: Query) -> Query:
    return Word(leaf.text) if isinstance(leaf, Word) else leaf


def _figures(connection: sqlite3.Connection, leaf: Query) -> Iterator[Query]:
    """The same measure with any number, and measures whose names hold this one's."""
    if not isinstance(leaf, Figure) or not leaf.measure:
        return
    if leaf.low is not None or leaf.high is not None:
        yield Figure(leaf.measure)
    form = measure_form(leaf.measure)
    rows = connection.execute(
        "select measure, count(*) from facts where kind = 'figure' and instr(measure, ?) group by 1 order by 2 desc, 1"
        " limit ?",
        [form, _MOST_VARIANTS],
    )
    yield from (Figure(row[0], leaf.low, leaf.high, leaf.beyond, leaf.unit) for row in rows.fetchall())


def _fewer_conditions(tree: Query) -> Iterator[Query]:
    """`tree` without one of its conditions on a field, and without one of what it excludes."""
    if isinstance(tree, And):
        for item in tree.items:
            if isinstance(item, Field | Figure | Not):
                yield from _without(tree, lambda leaf, item=item: leaf is item)  # type: ignore[misc]


def _has_choice(tree: Query) -> bool:
    return isinstance(tree, Or) or (isinstance(tree, And) and any(isinstance(item, Or) for item in tree.items))


def _any_word(tree: Query) -> Iterator[Query]:
    """Articles with any of the words, where the query wants all of them; then each of the words."""
    items = tree.items if isinstance(tree, And) else (tree,)
    words = [item for item in items if isinstance(item, Word)]
    others = tuple(item for item in items if not isinstance(item, Word))
    parts = [Word(part) for word in words for part in (split_query(word.text) or [word.text])]
    single = tuple(dict.fromkeys(part for part in parts if len(part.text) > 1))
    if len(single) > 1:
        yield And((Or(single), *others)) if others else Or(single)
        for word in single:
            yield And((word, *others)) if others else word
