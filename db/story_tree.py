"""A story as a tree: who published first, who has it from whom, how much later, and what each copy changed."""

from __future__ import annotations

import datetime
import sqlite3
from dataclasses import dataclass, replace
from functools import lru_cache

from db import stories
from db.revisions import Change, change_between
from parsers.shingles import kept_share

_COMPARED = 30  # copies whose text is compared with the first one; the others are listed


@dataclass(frozen=True, slots=True)
class Node:
    """An article of a story. `depth` 0 is the first publisher, `parent` the article it has its text from.

    `delay` is in minutes after the first, None where a time is not printed; `kept` the share of the first text that
    stands here too; `change` what it has other than the first (both None where the text may not be read). `against` is
    the revision of the first that was there when this one was first seen: an edit made later is none of the copy's.
    """

    id: str
    title: str
    site: str
    origin: str | None
    published: str | None
    depth: int
    parent: str | None
    delay: int | None
    kept: float | None
    change: Change | None
    retitled: bool
    against: int


@dataclass(frozen=True, slots=True)
class StoryTree:
    """A story with its articles, each behind the one it was copied from; `removed` counts those taken down."""

    id: str
    nodes: tuple[Node, ...]
    removed: int


def tree(connection: sqlite3.Connection, identity: str, *, texts: bool) -> StoryTree | None:
    """The story that has, or once had, this id; None when none ever had it."""
    story = stories.resolve(connection, identity)
    if story is None:
        return None
    gone = _removed(connection, story)
    members = [one for one in stories.story_members(connection, story) if one.article not in gone]
    members = stories.in_order(members)
    if not members:
        return StoryTree(story, (), len(gone)) if gone else None
    bodies = _bodies(connection, [one.article for one in members[1 : _COMPARED + 1]]) if texts else {}
    originals = _texts(connection, members[0].article)
    parents = {one.article: _parent(one, members) for one in members}
    nodes = {one.article: _node(one, members[0], _at(originals, one.first_seen), bodies) for one in members}
    return StoryTree(story, tuple(_behind(None, 0, parents, nodes)), len(gone))


def _removed(connection: sqlite3.Connection, story: str) -> set[str]:
    rows = connection.execute(
        "select distinct m.article from stories m join articles a on a.id = m.article"
        " where m.id = ? and m.recorded_to is null and a.state = 'removed'",
        [story],
    )
    return {row[0] for row in rows}


@dataclass(frozen=True, slots=True)
class _Text:
    """One revision of the first article: `recorded` is when it was stored."""

    number: int
    title: str
    body: str
    recorded: str


def _texts(connection: sqlite3.Connection, article: str) -> list[_Text]:
    rows = connection.execute(
        "select a.title, t.body, coalesce(c.at, '') as at from articles a join article_text t using (revision)"
        " left join changes c on c.number = a.recorded_from where a.id = ? order by a.recorded_from",
        [article],
    )
    return [_Text(number, *row) for number, row in enumerate(rows, 1)]


def _at(texts: list[_Text], moment: str) -> _Text:
    """The text that stood there at `moment`, else the first that was kept."""
    return next((text for text in reversed(texts) if text.recorded <= moment), texts[0])


def _bodies(connection: sqlite3.Connection, articles: list[str]) -> dict[str, str]:
    marks = ", ".join("?" * len(articles))
    rows = connection.execute(
        "select a.id, t.body from articles a join article_text t using (revision)"  # noqa: S608 - question marks
        f" where a.id in ({marks}) and a.recorded_to is null and a.state <> 'removed'",
        articles,
    )
    return {row["id"]: row["body"] for row in rows}


def _parent(member: stories.Member, members: list[stories.Member]) -> str | None:
    """The article that `member` has its text from: an earlier one of the site that it names, else the first."""
    if member is members[0]:
        return None
    earlier = members[: members.index(member)]
    named = [one for one in earlier if one.site == member.origin and one.site != member.site]
    return (named or members[:1])[-1].article


def _node(member: stories.Member, first: stories.Member, original: _Text, bodies: dict[str, str]) -> Node:
    text = bodies.get(member.article)
    pair = (original.body, text) if text and member is not first else None
    return Node(
        id=member.article,
        title=member.title,
        site=member.site,
        origin=member.origin,
        published=member.published,
        depth=0,
        parent=None,
        delay=minutes_between(first.published, member.published),
        kept=_kept(*pair) if pair else None,
        change=change_between(*pair) if pair else None,
        retitled=member is not first and member.title != original.title,
        against=original.number,
    )


@lru_cache(maxsize=512)
def _kept(original: str, text: str) -> float:
    return round(kept_share(original, text), 3)


def _behind(parent: str | None, depth: int, parents: dict[str, str | None], nodes: dict[str, Node]) -> list[Node]:
    """The copies of `parent` in order of time, each followed by its own; a chain is as long as the story at most."""
    found: list[Node] = []
    for article, of in parents.items():
        if of == parent:
            found.append(replace(nodes[article], parent=parent, depth=depth))
            found += _behind(article, depth + 1, parents, nodes)
    return found


def minutes_between(first: str | None, second: str | None) -> int | None:
    """Whole minutes from one printed time to another; None unless both are printed to the minute."""
    if not first or not second or "T" not in first or "T" not in second:
        return None
    span = datetime.datetime.fromisoformat(second) - datetime.datetime.fromisoformat(first)
    return int(span.total_seconds() // 60)
