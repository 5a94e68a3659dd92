"""From an archive to the values of a brief: the search of some days, stories joined, ordered, grouped by theme."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from db import coverage, stories
from db.brief import levels
from db.brief.numbers import numbers
from db.brief.quotes import quotes
from db.brief.tables import meetings, policies
from db.brief.values import Asked, Brief, Cite, Group, Item, Quote, Section
from db.errors import Refused
from db.retrieval.engine import engine_of, reading, viewing
from parsers.query import And, Field, Query, parse_query, words_of

TABLE_LINES = {"numbers": 20, "policies": 60, "meetings": 60}  # lines of each table; what is beyond is counted
_AT_ONCE = 400
_ARTICLES = (
    "select a.revision, a.id, a.title, a.url, a.published, a.day, a.first_seen, a.origin, a.places, a.themes, a.story,"
    " a.relevance, a.state, a.source, coalesce(s.title, a.source) as site, s.province,"
    " (select count(*) from articles b where b.id = a.id and b.recorded_from <= a.recorded_from) as number"
    " from articles a left join sources s on s.id = a.source"
)
_FOUND = _ARTICLES + " where a.revision in (select value from json_each(?))"  # noqa: S608 - texts of ours
_MEMBERS = _ARTICLES + " where a.story in (select value from json_each(?)) and a.recorded_to is null"  # noqa: S608 - texts of ours
_Progress = Callable[[int, int], None]


def collect(connection: sqlite3.Connection, asked: Asked, made: date, progress: _Progress | None = None) -> Brief:
    """The brief of `asked` as the archive is now; `made` is the day on its head. Calls `progress(done, of)`.

    Raises QueryError, and Refused for days in the wrong order.
    """
    if asked.last < asked.first:
        raise Refused(f"起止日期颠倒：{asked.first} 晚于 {asked.last}")
    tree = parse_query(asked.query)
    with reading(connection):
        rows, change = _found(connection, tree, asked)
        told = _told(connection, rows)
        chosen = _chosen(told, asked.items)
        items = _items(connection, chosen, tree, asked, progress)
        sections = _sections(items)
        order = [chosen[item.cite.article][0]["revision"] for item in _in_order(sections)]
        figures, acts, held = numbers(connection, order), policies(connection, order), meetings(connection, order)
        certificate = coverage.certificate(connection, asked.first, asked.last)
    most = TABLE_LINES
    return Brief(
        asked=asked,
        made=made,
        change=change,
        articles=len(rows),
        stories=len(told),
        sections=sections,
        numbers=figures[: most["numbers"]],
        policies=acts[: most["policies"]],
        meetings=held[: most["meetings"]],
        certificate=certificate,
        more={
            "numbers": max(0, len(figures) - most["numbers"]),
            "policies": max(0, len(acts) - most["policies"]),
            "meetings": max(0, len(held) - most["meetings"]),
        },
    )


def _found(connection: sqlite3.Connection, tree: Query, asked: Asked) -> tuple[list[sqlite3.Row], int]:
    """The current articles of the answer, and the number of the newest change."""
    days = (Field("after", asked.first.isoformat()), Field("before", (asked.last + timedelta(days=1)).isoformat()))
    with viewing(engine_of(connection), connection) as view:
        found = view.evaluate(And((tree, *days)))
        chosen = view.chosen(asked.filters)
        found = found if chosen is None else found & chosen
        revisions = [int(view.state.revision.values[ordinal]) for ordinal in found]
        change = view.state.version
    rows: list[sqlite3.Row] = []
    for start in range(0, len(revisions), _AT_ONCE):
        part = json.dumps(revisions[start : start + _AT_ONCE])
        rows += connection.execute(_FOUND, [part])
    return [row for row in rows if row["state"] != "removed"], change


_Story = tuple[sqlite3.Row, list[stories.Member]]


def _told(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[_Story]:
    """Each story of the answer with its first publisher within the answer, and all its members in order."""
    groups: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        groups[row["story"]].append(row)
    everyone: dict[str, list[stories.Member]] = defaultdict(list)
    names = list(groups)
    for start in range(0, len(names), _AT_ONCE):
        for row in connection.execute(_MEMBERS, [json.dumps(names[start : start + _AT_ONCE])]):
            if row["state"] != "removed":
                everyone[row["story"]].append(_member(row))
    told = []
    for story, members in groups.items():
        by_id = {row["id"]: row for row in members}
        ordered = stories.in_order(everyone[story])
        first = next(member for member in ordered if member.article in by_id)
        told.append((by_id[first.article], ordered))
    return told


def _member(row: sqlite3.Row) -> stories.Member:
    return stories.Member(row["id"], row["title"], row["site"], row["origin"], row["published"], row["first_seen"])


def _chosen(told: Sequence[_Story], most: int) -> dict[str, _Story]:
    """The stories to tell, by the article that tells them: all, else those of most sites, then the most relevant."""
    ranked = sorted(told, key=lambda one: (-len(_sites(one[1])), -one[0]["relevance"], one[0]["day"], one[0]["id"]))
    return {row["id"]: (row, members) for row, members in ranked[:most]}


def _sites(members: Sequence[stories.Member]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(member.site for member in members))


def _items(
    connection: sqlite3.Connection, chosen: Mapping[str, _Story], tree: Query, asked: Asked, progress: _Progress | None
) -> list[tuple[str, str, Item]]:
    """(code of the place, day, item) of each story."""
    words = [word.text for word in words_of(tree) if not word.column]
    made = []
    for done, (row, members) in enumerate(chosen.values(), 1):
        body = connection.execute("select body from article_text where revision = ?", [row["revision"]]).fetchone()
        facts = connection.execute('select start, "end" from facts where revision = ?', [row["revision"]]).fetchall()
        said = quotes(body["body"], [(one[0], one[1]) for one in facts], words, excerpt=asked.excerpt) if body else ()
        made.append(_item(row, members, said, asked))
        if progress:
            progress(done, len(chosen))
    return made


def _item(
    row: sqlite3.Row, members: Sequence[stories.Member], said: tuple[Quote, ...], asked: Asked
) -> tuple[str, str, Item]:
    themes, places = tuple(json.loads(row["themes"])), tuple(json.loads(row["places"]))
    level, place, code = levels.place_of(row["title"], places, row["province"] == "全国")
    others = tuple(site for site in _sites(members) if site != row["site"])
    began = (members[0].published or "")[:10]
    item = Item(
        cite=Cite(row["id"], row["number"], row["title"], row["site"], row["published"]),
        url=row["url"].split("#")[0],
        origin=row["origin"] or "",
        place=place,
        level=level,
        themes=themes,
        quotes=said,
        copies=len(others),
        sites=others,
        began=began if began and began < asked.first.isoformat() and members[0].article != row["id"] else "",
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
