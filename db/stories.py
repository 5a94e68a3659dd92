"""Stories: the same report republished. Membership is kept with its history, so that an old id still leads somewhere.

Two articles are copies when `parsers.shingles.same_report` says so of their texts; a story is what such pairs connect,
so it has the same members in whatever order they arrive. A story's id is the id of the article that opened it. When
stories meet, the one that was opened first goes on; when an edit breaks one apart, the part with its oldest member.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parsers.dates import BEIJING
from parsers.shingles import LEAST_HASHES, Report, same_report, sketch

_COMMONEST = 400  # a shingle in more articles than this is looked up only when all of a text's are as common
_LOOKED_AT = 60  # candidates read whole before giving up: real copies share most and come first
_LEAST_SHARED = 0.35  # of the smaller sketch; copies share more than half of it, less a sample's luck


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs: its story, stories that it connects to it, and what an edit cut off from it."""

    story: str
    merged: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()  # (article, its new story)


def place(connection: sqlite3.Connection, article: str, report: Report) -> Placement:
    """Where `report`, the text that `article` now has, belongs. Its sketch is stored; membership is not yet.

    Call it before the new revision is written, then `record` with the number of the change.
    """
    kept = sketch(report.letters)
    known = _story_now(connection, article)
    keep_sketch(connection, article, kept)
    near = _copies(connection, article, report, kept)
    if known is None:
        stories = _oldest_first(connection, {story for _, story in near})
        return Placement(stories[0], tuple(stories[1:])) if stories else Placement(_free_id(connection, article))
    return _after_edit(connection, article, report, known, near)


def record(connection: sqlite3.Connection, article: str, placement: Placement, number: int) -> None:
    """Write the membership that `place` found, as of change `number`; the caller logs merges and moves."""
    for member, story in placement.moved:
        _move(connection, member, story, number)
    if _story_now(connection, article) != placement.story:
        _move(connection, article, placement.story, number)
    for story in placement.merged:
        for member in members(connection, story):
            _move(connection, member, placement.story, number)


def resolve(connection: sqlite3.Connection, story: str) -> str | None:
    """The story that `story` is today: itself, where its first article went, or the story of the article so named.

    None when nothing ever had this id.
    """
    if members(connection, story):
        return story
    row = connection.execute(
        "select article from stories where id = ? order by recorded_from, article limit 1", [story]
    ).fetchone()
    return _story_now(connection, story if row is None else row[0])


def members(connection: sqlite3.Connection, story: str) -> list[str]:
    """The ids of the articles in `story` now, in the order in which they joined."""
    rows = connection.execute(
        "select article from stories where id = ? and recorded_to is null order by recorded_from, article", [story]
    )
    return [row[0] for row in rows]


def past_ids(connection: sqlite3.Connection, story: str) -> set[str]:
    """All ids that the members of `story` were ever known by: who was told of one was told of the story."""
    rows = connection.execute(
        "select distinct old.id from stories now join stories old on old.article = now.article"
        " where now.id = ? and now.recorded_to is null",
        [story],
    )
    return {row[0] for row in rows} | {story}


def _story_now(connection: sqlite3.Connection, article: str) -> str | None:
    row = connection.execute("select id from stories where article = ? and recorded_to is null", [article]).fetchone()
    return None if row is None else str(row[0])


def _free_id(connection: sqlite3.Connection, article: str) -> str:
    """`article`'s id, or one with a number behind it when an earlier story had that id."""
    identity, number = article, 1
    while connection.execute("select 1 from stories where id = ?", [identity]).fetchone():
        number += 1
        identity = f"{article}-{number}"
    return identity


def _oldest_first(connection: sqlite3.Connection, stories: Iterable[str]) -> list[str]:
    def opened(story: str) -> tuple[int, str]:
        row = connection.execute("select min(recorded_from) from stories where id = ?", [story]).fetchone()
        return int(row[0]), story

    return sorted(stories, key=opened)


def _copies(
    connection: sqlite3.Connection, article: str, report: Report, kept: frozenset[int]
) -> list[tuple[str, str]]:
    """(article, story) of copies of `report`; of each story the first that is found to be one."""
    found: dict[str, str] = {}
    looked_at = 0
    for other, shared in _candidates(connection, article, kept):
        if shared < _LEAST_SHARED * min(_sketch_size(connection, other), len(kept)):
            continue
        row = _current(connection, other)
        if row is None or row["story"] in found:
            continue
        if same_report(report, Report.of(row["title"], row["body"], row["published"])):
            found[row["story"]] = other
        looked_at += 1
        if looked_at == _LOOKED_AT:
            break
    return [(other, story) for story, other in found.items()]


def _candidates(connection: sqlite3.Connection, article: str, kept: frozenset[int]) -> list[tuple[str, int]]:
    """Articles by how many sketch hashes they share with `kept`, most first."""
    own = int(article, 16)
    common: list[list[int]] = []
    shared: Counter[int] = Counter()
    for value in sorted(kept):
        rows = connection.execute(
            "select article from sketch where shingle = ? limit ?", [value, _COMMONEST + 1]
        ).fetchall()
        if len(rows) > _COMMONEST:
            common.append([row[0] for row in rows])
        else:
            shared.update(row[0] for row in rows)
    if not shared.keys() - {own}:
        for others in common[:8]:
            shared.update(others)
    del shared[own]
    enough = _LEAST_SHARED * LEAST_HASHES
    ranked = sorted((item for item in shared.items() if item[1] >= enough), key=lambda item: (-item[1], item[0]))
    return [(f"{other:012x}", count) for other, count in ranked]


def _current(connection: sqlite3.Connection, article: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "select a.title, a.published, a.story, t.body from articles a join article_text t using (revision)"
        " where a.id = ? and a.recorded_to is null and a.state <> 'removed'",
        [article],
    ).fetchone()
    return row


def _after_edit(
    connection: sqlite3.Connection, article: str, report: Report, known: str, near: Sequence[tuple[str, str]]
) -> Placement:
    """Where an edited article belongs now, and those that it held together."""
    outside = _oldest_first(connection, {story for _, story in near if story != known})
    texts = {member: _report(connection, member) for member in members(connection, known)} | {article: report}
    _, *cut_off = _connected(texts)
    moved: list[tuple[str, str]] = []
    own = known
    for group in cut_off:
        story = outside[0] if article in group and outside else _free_id(connection, group[0])
        own = story if article in group else own
        moved += [(member, story) for member in group if member != article]
    if own == known:
        own, *outside = _oldest_first(connection, {known, *outside})
    return Placement(own, tuple(story for story in outside if story != own), tuple(moved))


def _connected(texts: dict[str, Report | None]) -> list[list[str]]:
    """The articles grouped by what copies connect; the group of the first one first."""
    groups: list[list[str]] = []
    for member, report in texts.items():
        linked = [group for group in groups if any(_are_copies(report, texts[one]) for one in group)]
        groups = [group for group in groups if group not in linked]
        groups.append([one for group in linked for one in group] + [member])
    order = {member: index for index, member in enumerate(texts)}
    return sorted(groups, key=lambda group: min(order[member] for member in group))


def _are_copies(first: Report | None, second: Report | None) -> bool:
    return first is not None and second is not None and same_report(first, second)


def _report(connection: sqlite3.Connection, article: str) -> Report | None:
    row = _current(connection, article)
    return None if row is None else Report.of(row["title"], row["body"], row["published"])


def _move(connection: sqlite3.Connection, article: str, story: str, number: int) -> None:
    connection.execute(
        "update stories set recorded_to = ? where article = ? and recorded_to is null", [number, article]
    )
    connection.execute(
        "insert or replace into stories(id, article, recorded_from) values (?, ?, ?)", [story, article, number]
    )
    connection.execute("update articles set story = ? where id = ? and recorded_to is null", [story, article])


def keep_sketch(connection: sqlite3.Connection, article: str, kept: frozenset[int]) -> None:
    """Store the sketch of `article` in place of its former one."""
    number = int(article, 16)
    row = connection.execute("select hashes from sketch_of where article = ?", [number]).fetchone()
    if row:
        _drop_sketch(connection, article, row[0])
    connection.executemany("insert into sketch(shingle, article) values (?, ?)", [(value, number) for value in kept])
    connection.execute("insert into sketch_of(article, hashes) values (?, ?)", [number, _packed(kept)])


def _drop_sketch(connection: sqlite3.Connection, article: str, packed: bytes) -> None:
    number = int(article, 16)
    connection.executemany(
        "delete from sketch where shingle = ? and article = ?", [(value, number) for value in _unpacked(packed)]
    )
    connection.execute("delete from sketch_of where article = ?", [number])


def _sketch_size(connection: sqlite3.Connection, article: str) -> int:
    row = connection.execute("select length(hashes) from sketch_of where article = ?", [int(article, 16)]).fetchone()
    return int(row[0]) // 8 if row else 0


def _packed(kept: Iterable[int]) -> bytes:
    return b"".join(value.to_bytes(8, "big") for value in sorted(kept))


def _unpacked(packed: bytes) -> list[int]:
    return [int.from_bytes(packed[i : i + 8], "big") for i in range(0, len(packed), 8)]


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, with what tells who published first. `published` and `first_seen` are ISO 8601."""

    article: str
    title: str
    site: str
    origin: str | None
    published: str | None
    first_seen: str


def story_members(connection: sqlite3.Connection, story: str) -> list[Member]:
    """The members of `story` now, the first publisher first, then by time."""
    rows = connection.execute(
        "select a.id, a.title, coalesce(s.title, a.source) as site, a.origin, a.published, a.first_seen"
        " from stories m join articles a on a.id = m.article and a.recorded_to is null"
        " left join sources s on s.id = a.source where m.id = ? and m.recorded_to is null",
        [story],
    )
    return in_order([Member(*row) for row in rows])


def in_order(found: Sequence[Member]) -> list[Member]:
    """The first publisher, then the others by time.

    First is the site that the others name as their origin (来源), most often named first; else the earliest. A day
    without an hour counts as its noon; without any date, the time when it was first seen.
    """
    if not found:
        return []
    first = min(found, key=lambda member: (-_named(member, found), _moment(member), member.article))
    others = [member for member in found if member is not first]
    return [first, *sorted(others, key=lambda member: (_moment(member), member.article))]


def _named(member: Member, found: Sequence[Member]) -> int:
    """How many other sites of the story give this one as their origin, and it does not name another itself."""
    if member.origin and member.origin != member.site and any(member.origin == other.site for other in found):
        return 0
    return sum(other.origin == member.site for other in found if other.site != member.site)


def _moment(member: Member) -> str:
    """ISO 8601 in Beijing time; text that sorts."""
    printed = member.published or ""
    if len(printed) == 10:
        return f"{printed}T12:00:00+08:00"
    if len(printed) < 10:
        seen = datetime.datetime.fromisoformat(member.first_seen).astimezone(BEIJING)
        return seen.isoformat(timespec="seconds")
    return datetime.datetime.fromisoformat(printed).astimezone(BEIJING).isoformat(timespec="seconds")
