"""The query tree → a SQL condition over `articles a`: what each leaf asks, for search, feeds, downloads and alerts.

The functions of `db.sql_functions` must be on the connection (db.connection puts them there). Names are compared
folded, so that Traditional, full-width and capital letters meet. A condition may look at other rows of the same
moment (who published a story first), so it is made for today or for a change number `as_of`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from db.text_index import match_expression
from parsers.places import inside, province_of
from parsers.query import And, Field, Figure, Near, Not, Or, Query, Word
from parsers.query_fields import FACT_KINDS, same_unit
from parsers.query_match import measure_form

Condition = tuple[str, list[Any]]

FACETS = ("place", "year", "month", "source", "origin", "theme", "type", "author", "policy", "status")
_STATUSES = ("first", "repost", "only")


def now_or(as_of: int | None) -> Condition:
    """Which revisions count: the current ones, or those current after change number `as_of`."""
    if as_of is None:
        return "a.recorded_to is null and a.state <> 'removed'", []
    return (
        "a.recorded_from <= ? and (a.recorded_to is null or a.recorded_to > ?) and a.state <> 'removed'",
        [as_of, as_of],
    )


def condition(tree: Query, as_of: int | None = None) -> Condition:
    """The condition that `tree` sets on an article `a`, today or after change number `as_of`."""
    match tree:
        case Word(text, column):
            return (
                "a.revision in (select rowid from article_index where article_index match ?)",
                [match_expression(text, column)],
            )
        case Field(name, value):
            return _field(name, value, as_of)
        case Near(words, distance):
            return _near(words, distance)
        case Figure():
            return _figure(tree, as_of)
        case Not(item):
            text, values = condition(item, as_of)
            return f"not ({text})", values
        case And(items):
            return _joined(items, " and ", "1", as_of)
        case Or(items):
            return _joined(items, " or ", "0", as_of)


def _joined(items: tuple[Query, ...], word: str, empty: str, as_of: int | None) -> Condition:
    parts = [condition(item, as_of) for item in items]
    return (
        "(" + word.join(text for text, _ in parts) + ")" if parts else empty,
        [value for _, values in parts for value in values],
    )


def _near(words: tuple[str, ...], distance: int) -> Condition:
    close = " ".join(match_expression(word) for word in words)
    both_there = f"NEAR({close}, {distance + 1})"  # pairs: punctuation is not counted, a word's last character is
    return (
        "a.revision in (select n.revision from article_text n join articles m using (revision) where n.revision in"
        " (select rowid from article_index where article_index match ?) and words_near(m.title, n.body, ?, ?))",
        [both_there, json.dumps(words, ensure_ascii=False), distance],
    )


def _figure(asked: Figure, as_of: int | None) -> Condition:
    """Figures by measure, unit and the numbers printed; 100余 is more than 100, 不足 100 is less."""
    parts: list[Condition] = [("f.kind = 'figure'", []), facts_then(as_of)]
    if asked.measure:
        distinct = "select distinct measure from facts where kind = 'figure'"
        form = measure_form(asked.measure)
        parts.append((f"f.measure in (select measure from ({distinct}) where measure_form(measure) = ?)", [form]))  # noqa: S608 - texts of ours
    if asked.unit:
        units = [asked.unit, *(unit for unit in ("人", "位", "个", "％") if same_unit(unit) == asked.unit)]
        parts.append(("f.unit in (select value from json_each(?))", [json.dumps(units)]))
    if asked.low is not None:
        parts.append(_low_end(asked.low, asked.beyond))
    if asked.high is not None:
        parts.append(_high_end(asked.high, asked.beyond))
    text, values = both(*parts)
    return f"a.revision in (select f.revision from facts f where {text})", values  # noqa: S608 - texts of ours


def _low_end(low: float, beyond: bool) -> Condition:
    if beyond:
        return "coalesce(f.value_high, f.value_low) > ? or (f.value_high is null and f.value_low = ?)", [low, low]
    return "coalesce(f.value_high, f.value_low) >= ?", [low]


def _high_end(high: float, beyond: bool) -> Condition:
    if beyond:
        return "coalesce(f.value_low, f.value_high) < ? or (f.value_low is null and f.value_high = ?)", [high, high]
    return "coalesce(f.value_low, f.value_high) <= ?", [high]


def _field(name: str, value: str, as_of: int | None) -> Condition:
    match name:
        case "place":
            return _in_place(value)
        case "theme":
            return (
                "a.revision in (select revision from article_themes where theme in"
                " (select theme from (select distinct theme from article_themes) where folded(theme) = ?))",
                [value],
            )
        case "source":
            return (
                "a.source in (select id from sources where folded(id) = ? or instr(folded(title), ?))",
                [value, value],
            )
        case "type" | "origin" | "author":
            return _containing({"type": "doc_type", "author": "authors"}.get(name, name), value)
        case "policy" | "person":
            return _with_fact(("f.kind = ? and instr(folded(f.title), ?)", [name, value]), as_of)
        case "org":
            text, values = facts_then(as_of)
            return _BODIES.format(then=text), [*values, value]
        case "after":
            return "a.day >= ?", [_first_day(value)]
        case "before":
            return "a.day < ?", [_first_day(value)]
        case "has":
            return _has(value, as_of)
        case _:
            return _is(value, as_of)


def facts_then(as_of: int | None) -> Condition:
    """Which facts `f` count of a revision: those read in it now, or after change number `as_of`.

    A better rule ends facts and begins others of a revision that stays (db/fact_refresh.py).
    """
    if as_of is None:
        same = "(select b.recorded_to from articles b where b.revision = f.revision)"
        return f"(f.recorded_to is null or f.recorded_to = {same})", []
    return "f.recorded_from <= ? and (f.recorded_to is null or f.recorded_to > ?)", [as_of, as_of]


def _with_fact(chosen: Condition, as_of: int | None) -> Condition:
    text, values = both(chosen, facts_then(as_of))
    return f"a.revision in (select f.revision from facts f where {text})", values  # noqa: S608 - texts of ours


def _containing(column: str, value: str) -> Condition:
    """Null contains nothing; an unknown answer would be lost on both sides of a `not`."""
    return (
        f"coalesce(a.{column}, '') in (select {column} from (select distinct {column} from articles)"  # noqa: S608
        f" where instr(folded({column}), ?))",
        [value],
    )


_BODIES = (
    "a.revision in (select f.revision from facts f, json_tree(f.fields) j where {then} and"
    " f.kind in ('person', 'policy', 'cooperation', 'platform', 'programme', 'event') and j.type = 'text'"
    " and (j.key in ('organisation', 'issuer', 'host') or j.path = '$.parties') and instr(folded(j.value), ?))"
)


def _first_day(date: str) -> str:
    return date + "-01-01"[len(date) - 4 :]


def _in_place(name: str) -> Condition:
    """Articles on `name` or a place inside it; a name that several units share counts with the province beside it."""
    own, shared = inside(name)
    text = "a.revision in (select revision from article_places where place in (select value from json_each(?)))"
    values: list[Any] = [json.dumps([name, *own], ensure_ascii=False)]
    if shared and (province := _province(name)):
        text = (
            f"({text} or a.revision in (select p.revision from article_places p join article_places q using (revision)"  # noqa: S608
            " where p.place in (select value from json_each(?)) and q.place = ?))"
        )
        values += [json.dumps(shared, ensure_ascii=False), province]
    return text, values


def _province(name: str) -> str | None:
    try:
        return province_of(name)
    except KeyError:
        return None


def _has(what: str, as_of: int | None) -> Condition:
    match what:
        case "fact":
            return _with_fact(("1", []), as_of)
        case "flag" | "repair":
            return f"a.revision in (select revision from article_text where {what}s <> '[]')", []  # noqa: S608
        case "author":
            return "a.authors <> '[]'", []
        case "origin":
            return "coalesce(a.origin, '') <> ''", []
        case _:
            assert what in FACT_KINDS
            return _with_fact(("f.kind = ?", [what]), as_of)


GONE = (  # whether the site had taken an article away is read from the log: {article}, and {number} of the change
    "(select c.kind = 'gone' from changes c where c.article = {article} and c.number <= {number}"
    " and c.kind in ('gone', 'returned', 'new', 'revised') order by c.number desc limit 1)"
)
STORY = (  # the story that an article was in: {article} of the row {row}, and {number} of the change
    "coalesce((select s.id from stories s where s.article = {article} and s.recorded_from <= {number}"
    " and (s.recorded_to is null or s.recorded_to > {number})), {row}.story)"
)


def _is(what: str, as_of: int | None) -> Condition:
    match what:
        case "gone" if as_of is None:
            return "a.state = 'gone'", []
        case "gone":
            return f"coalesce({GONE.format(article='a.id', number='?')}, 0)", [as_of]
        case "changed":
            return "exists (select 1 from articles e where e.id = a.id and e.recorded_from < a.recorded_from)", []
        case "mirror":
            return "a.revision in (select revision from article_text where original_url is not null)", []
        case "traditional":
            return "a.revision in (select revision from article_text where script <> 'hans')", []
    return _in_story(what, as_of)


def _in_story(what: str, as_of: int | None) -> Condition:
    """Whether an article is the first, a copy, or alone in its story of the moment."""
    there, values = now_or(as_of)
    story, moment = "a.story", []
    if as_of is not None:
        story, moment = STORY.format(article="a.id", number="?", row="a"), [as_of, as_of]
    shared = f"select {story} from articles a where {there} group by 1 having count(*) > 1"  # noqa: S608
    asked = [*moment, *values]
    if what == "only":
        return f"{story} not in ({shared})", [*moment, *asked]
    first = (
        "select first_member(a.id, a.title, coalesce(s.title, a.source), a.origin, a.published, a.first_seen)"  # noqa: S608
        f" from articles a left join sources s on s.id = a.source where {there} and {story} in ({shared})"
        f" group by {story}"
    )
    word = "in" if what == "first" else "not in"
    return (
        f"{story} in ({shared}) and a.id {word} ({first})",
        [*moment, *asked, *values, *moment, *asked, *moment],
    )


_FACET = {
    "theme": "a.revision in (select revision from article_themes where theme = ?)",
    "year": "substr(a.day, 1, 4) = ?",
    "source": "a.source = ?",
    "type": "a.doc_type = ?",
    "month": "a.month = ?",
    "origin": "a.origin = ?",
    "author": "a.revision in (select b.revision from articles b, json_each(b.authors) j where j.value = ?)",
}


def filtered(
    filters: Mapping[str, tuple[str, ...]], leave_out: str | None = None, as_of: int | None = None
) -> Condition:
    """The condition that the chosen facet values set: any value of a facet, all facets; `leave_out` is ignored."""
    parts: list[str] = []
    values: list[Any] = []
    for name in FACETS:
        chosen = [value for value in filters.get(name, ()) if value]
        if chosen and name != leave_out:
            conditions = [_of_facet(name, value, as_of) for value in chosen]
            parts.append("(" + " or ".join(f"({text})" for text, _ in conditions) + ")")
            values.extend(given for _, own in conditions for given in own)
    return " and ".join(parts) or "1", values


def _of_facet(name: str, value: str, as_of: int | None) -> Condition:
    match name:
        case "status":
            return _is(value, as_of) if value in _STATUSES else ("0", [])
        case "policy":
            return _with_fact(("f.kind = 'policy' and f.title = ?", [value]), as_of)
        case "place":
            return _in_place(value)
    return _FACET[name], [value]


def both(*conditions: Condition) -> Condition:
    """All of `conditions`."""
    return (
        " and ".join(f"({text})" for text, _ in conditions),
        [value for _, values in conditions for value in values],
    )
