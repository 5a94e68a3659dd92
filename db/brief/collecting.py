"""From an archive to the values of a brief: the search of some days, stories joined, ordered, grouped by theme."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from db import coverage
from db.brief import levels
from db.brief.finding import Story, find, told
from db.brief.numbers import numbers
from db.brief.quotes import quotes
from db.brief.tables import meetings, policies
from db.brief.values import Asked, Brief, Cite, Group, Item, Quote, Section
from db.errors import Refused
from db.retrieval.engine import engine_of, reading
from parsers.query import Query, parse_query, words_of

TABLE_LINES = {"numbers": 20, "policies": 60, "meetings": 60}  # lines of each table; what is beyond is counted
_TEXTS_AT_ONCE = 200
_BODIES = "select revision, body from article_text where revision in (select value from json_each(?))"
_FACTS = 'select revision, start, "end" from facts where revision in (select value from json_each(?))'
_Progress = Callable[[int, int], None]


def collect(connection: sqlite3.Connection, asked: Asked, made: date, progress: _Progress | None = None) -> Brief:
    """The brief of `asked` as the archive is now; `made` is the day on its head. Calls `progress(done, of)`.

    Raises QueryError, and Refused for days in the wrong order.
    """
    if asked.last < asked.first:
        raise Refused(f"起止日期颠倒：{asked.first} 晚于 {asked.last}")
    tree = parse_query(asked.query)
    engine = engine_of(connection)  # before the transaction: inside one it would be an engine of its own
    with reading(connection):
        found = find(connection, engine, tree, asked)
        chosen = told(connection, found, asked.items)
        items = _items(connection, chosen, tree, asked, progress)
        sections = _sections(items)
        order = [chosen[item.cite.article].row["revision"] for item in _in_order(sections)]
        figures, more_figures = numbers(connection, order, TABLE_LINES["numbers"])
        acts, more_acts = policies(connection, order, TABLE_LINES["policies"])
        held = meetings(connection, order)
        certificate = coverage.certificate(connection, asked.first, asked.last)
    return Brief(
        asked=asked,
        made=made,
        change=found.change,
        articles=found.articles,
        stories=len(found.weights),
        sections=sections,
        numbers=figures,
        policies=acts,
        meetings=held[: TABLE_LINES["meetings"]],
        certificate=certificate,
        more={
            "numbers": more_figures,
            "policies": more_acts,
            "meetings": max(0, len(held) - TABLE_LINES["meetings"]),
        },
    )


def _items(
    connection: sqlite3.Connection, chosen: Mapping[str, Story], tree: Query, asked: Asked, progress: _Progress | None
) -> list[tuple[str, str, Item]]:
    """(code of the place, day, item) of each story."""
    words = [word.text for word in words_of(tree) if not word.column]
    by_revision = {story.row["revision"]: story for story in chosen.values()}
    made = []
    for row, facts in _texts(connection, list(by_revision)):
        said = quotes(row["body"], facts, words, excerpt=asked.excerpt)
        made.append(_item(by_revision[row["revision"]], said, asked))
        if progress:
            progress(len(made), len(chosen))
    return made


def _texts(
    connection: sqlite3.Connection, revisions: Sequence[int]
) -> Iterator[tuple[sqlite3.Row, list[tuple[int, int]]]]:
    """Each text with the places of its facts, some texts at a time."""
    for start in range(0, len(revisions), _TEXTS_AT_ONCE):
        part = json.dumps(revisions[start : start + _TEXTS_AT_ONCE])
        facts: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for revision, first, last in connection.execute(_FACTS, [part]):
            facts[revision].append((first, last))
        for row in connection.execute(_BODIES, [part]):
            yield row, facts[row["revision"]]


def _item(story: Story, said: tuple[Quote, ...], asked: Asked) -> tuple[str, str, Item]:
    row, began = story.row, (story.members[0].published or "")[:10]
    places = tuple(json.loads(row["places"]))
    level, place, code = levels.place_of(row["title"], places, row["province"] == "全国")
    others = tuple(site for site in story.sites if site != row["site"])
    older = began and began < asked.first.isoformat() and story.members[0].article != row["id"]
    item = Item(
        cite=Cite(row["id"], row["number"], row["title"], row["site"], row["published"]),
        url=row["url"].split("#")[0],
        origin=row["origin"] or "",
        place=place,
        level=level,
        themes=tuple(json.loads(row["themes"])),
        quotes=said,
        copies=len(others),
        sites=others,
        began=began if older else "",
        gone=row["state"] == "gone",
    )
    return code, row["day"] if row["published"] else "9999", item


def _sections(found: Sequence[tuple[str, str, Item]]) -> tuple[Section, ...]:
    """A section a theme, the largest first, what has none last; a story stands under its heaviest theme only."""
    sections: dict[str, dict[str, list[tuple[str, str, Item]]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        sections[one[2].themes[0] if one[2].themes else ""][one[2].level].append(one)
    sizes = Counter({theme: sum(map(len, groups.values())) for theme, groups in sections.items()})
    names = sorted(sections, key=lambda theme: (theme == "", -sizes[theme], theme))
    return tuple(Section(theme, _groups(sections[theme])) for theme in names)


def _groups(found: Mapping[str, Sequence[tuple[str, str, Item]]]) -> tuple[Group, ...]:
    return tuple(
        Group(
            level, tuple(one[2] for one in sorted(found[level], key=lambda one: (one[0], one[1], one[2].cite.article)))
        )
        for level in sorted(found, key=levels.rank)
    )


def _in_order(sections: Sequence[Section]) -> list[Item]:
    return [item for section in sections for group in section.groups for item in group.items]
