"""People of the archive: who is named with which post, over time; people of one name told apart.

Names come from facts of kind `person`. Reports of one name are taken for one person when their organisation is the
same, or when both hold leading posts in one province (posts change); a report without organisation joins the only
person of its province. Everything else stays apart: a reader can join two people in mind, but not part them.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from parsers.places import canonical, province_of

LISTED = 60  # names on one page of the list
_REPORTS = 400  # newest reports of one name that are read
_AROUND = 60  # characters before and behind a name that are read for its sentence
_END = re.compile(r"[。！？；\n]")
_LEADING = re.compile(r"书记|部长|主任$|局长|厅长|市长|省长|县长|区长|州长|主席|常委|秘书长|专员|组长")
_TRIMMED = re.compile(r"^(?:得到|时任|原|现任|来自|中共)+|[（(].*?[）)]|\s")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the list: a name with its newest post, the number of articles, and the days of first and last."""

    name: str
    role: str
    organisation: str
    place: str
    articles: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the list; `total` counts names."""

    total: int
    rows: tuple[PersonRow, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One article that names the person: `number` is the fact's place on the article page (`#eN`)."""

    article: str
    title: str
    published: str | None
    site: str
    story: str
    role: str
    organisation: str
    place: str
    evidence: str
    number: int


@dataclass(frozen=True, slots=True)
class Post:
    """A post that reports give: days of the first and the last of them, and how many."""

    role: str
    organisation: str
    first: str
    last: str
    reports: int


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a name: provinces, organisations, posts (oldest first), reports (newest first, a story once)."""

    name: str
    provinces: tuple[str, ...]
    organisations: tuple[str, ...]
    posts: tuple[Post, ...]
    reports: tuple[Report, ...]


# Rows of articles that were taken down are dropped here too, whatever became of their facts.
_NOT_REMOVED = "f.revision not in (select revision from articles where state = 'removed')"
_NAMES = (
    "select name, count(*) as articles, min(revision) as first, max(revision) as last, count(*) over () as total"  # noqa: S608
    " from (select distinct f.title as name, f.revision from facts f"
    f" where f.kind = 'person' and f.recorded_to is null and f.title <> '' and {_NOT_REMOVED} {{more}})"
    " group by name order by articles desc, last desc, name limit ? offset ?"
)


def people(
    connection: sqlite3.Connection,
    *,
    name: str = "",
    province: str = "",
    organisation: str = "",
    offset: int = 0,
) -> PeoplePage:
    """Names that contain `name`, of reports about `province` and with `organisation`, most articles first."""
    more = ""
    values: list[object] = []
    if name:
        more += " and instr(f.title, ?)"
        values.append(name)
    if province:
        more += " and f.revision in (select revision from article_places where place = ?)"
        values.append(canonical(province) or province)
    if organisation:
        more += " and instr(f.fields, ?) and instr(json_extract(f.fields, '$.organisation'), ?)"
        values += [organisation, organisation]
    found = connection.execute(_NAMES.format(more=more), [*values, LISTED, offset]).fetchall()
    return PeoplePage(found[0]["total"] if found else 0, _rows(connection, found))


def _rows(connection: sqlite3.Connection, found: list[sqlite3.Row]) -> tuple[PersonRow, ...]:
    """The names with their newest post that names an organisation, and their days, in one more statement."""
    sql = (
        "select f.title, f.subject, f.fields, a.day from json_each(?) j join facts f on f.title = j.value ->> 0"
        " and f.kind = 'person' and f.recorded_to is null and f.revision in (j.value ->> 1, j.value ->> 2)"
        " join articles a using (revision) where a.state <> 'removed' order by f.revision, f.id"
    )
    wanted = json.dumps([[row["name"], row["first"], row["last"]] for row in found], ensure_ascii=False)
    ends: dict[str, list[sqlite3.Row]] = {}
    for row in connection.execute(sql, [wanted]):
        ends.setdefault(row["title"], []).append(row)
    return tuple(_row(row, ends[row["name"]]) for row in found if row["name"] in ends)


def _row(row: sqlite3.Row, ends: list[sqlite3.Row]) -> PersonRow:
    posts = [json.loads(end["fields"]) for end in ends]
    post = max(reversed(posts), key=lambda one: bool(one.get("organisation")) * 2 + bool(one.get("role")))
    return PersonRow(
        row["name"], post.get("role") or "", post.get("organisation") or "", ends[-1]["subject"],
        row["articles"], ends[0]["day"], ends[-1]["day"],
    )  # fmt: skip


@lru_cache(maxsize=20_000)
def province_named(place: str) -> str:
    """The province of `place`, "" for a body or a name that several provinces share."""
    try:
        return province_of(place)
    except KeyError:
        return ""


def person(connection: sqlite3.Connection, name: str, *, texts: bool) -> tuple[Person, ...]:
    """The people called `name`, those with most reports first; () when nobody is.

    With `texts` a report quotes the sentence around the name, else only the words that the fact rests on.
    """
    around = f'substr(t.body, max(f.start - {_AROUND}, 0) + 1, f."end" - max(f.start - {_AROUND}, 0) + {_AROUND})'
    rows = connection.execute(
        f"select {around if texts else 'null'} as around, min(f.start, {_AROUND}) as before,"  # noqa: S608 - ours
        " f.subject, f.fields, f.evidence, a.id as article, a.title, a.published, a.story, a.revision,"
        " coalesce(s.title, a.source) as site, (select count(*) from facts g where g.revision = f.revision and"
        ' (g.start, g."end", g.id) <= (f.start, f."end", f.id)) as number'
        " from facts f cross join articles a using (revision) left join article_text t using (revision)"
        " left join sources s on s.id = a.source"
        " where f.kind = 'person' and f.title = ? and f.recorded_to is null and a.recorded_to is null"
        " and a.state <> 'removed' order by +f.revision desc, f.start limit ?",
        [name, _REPORTS],
    )
    groups = _told_apart([_report(row) for row in rows])
    found = [_person(name, group) for group in groups]
    return tuple(sorted(found, key=lambda one: -len(one.reports)))


def _report(row: sqlite3.Row) -> Report:
    fields = json.loads(row["fields"])
    return Report(
        row["article"], row["title"], row["published"], row["site"], row["story"], fields.get("role") or "",
        _TRIMMED.sub("", fields.get("organisation") or ""), row["subject"], _sentence(row), row["number"],
    )  # fmt: skip


def _sentence(row: sqlite3.Row) -> str:
    """The evidence within its sentence, as far as `_AROUND` characters on either side reach."""
    evidence = str(row["evidence"])
    if row["around"] is None:
        return evidence
    before, behind = row["around"][: row["before"]], row["around"][row["before"] + len(evidence) :]
    head, tail = _END.split(before)[-1], _END.split(behind)[0]
    cut_before = "…" if head == before and row["before"] == _AROUND else ""
    stop = behind[len(tail) : len(tail) + 1].strip()
    return (
        cut_before
        + head.lstrip("”’）")
        + evidence
        + (tail + stop if stop else tail + ("…" if len(tail) == _AROUND else ""))
    )


def _told_apart(reports: list[Report]) -> list[list[Report]]:
    groups: list[list[Report]] = []
    for report in reports:
        linked = [group for group in groups if any(_same_person(report, other) for other in group)]
        groups = [group for group in groups if group not in linked]
        groups.append([one for group in linked for one in group] + [report])
    return _unplaced_joined(groups)


def _same_person(one: Report, other: Report) -> bool:
    if one.story == other.story:
        return True
    if one.organisation and other.organisation and _agree(one.organisation, other.organisation):
        return True
    leading = _LEADING.search(one.role) and _LEADING.search(other.role)
    return bool(leading) and _area(one) == _area(other) != ""


def _agree(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) > 2 and short in long


def _area(report: Report) -> str:
    return province_named(report.place) or report.place


def _unplaced_joined(groups: list[list[Report]]) -> list[list[Report]]:
    """Reports without an organisation join the only person of their province; else they stay a person apart."""
    known = [group for group in groups if any(one.organisation for one in group)]
    alone: dict[str, list[Report]] = {}
    for group in groups:
        if group in known:
            continue
        area = _area(group[0])
        there = [other for other in known if any(_area(one) == area for one in other)]
        if len(there) == 1:
            there[0].extend(group)
        else:
            alone.setdefault(area, []).extend(group)
    return known + list(alone.values())


def _person(name: str, group: list[Report]) -> Person:
    ordered = sorted(group, key=lambda one: (one.published or "", one.article), reverse=True)
    once = tuple({one.story: one for one in reversed(ordered)}.values())[::-1]
    organisations = tuple(dict.fromkeys(one.organisation for one in ordered if one.organisation))
    areas = tuple(dict.fromkeys(area for one in ordered if (area := _area(one))))
    return Person(name, areas, organisations, _posts(ordered), once)


def _posts(reports: list[Report]) -> tuple[Post, ...]:
    held = sorted(
        (one for one in reports if one.role or one.organisation),
        key=lambda one: (one.organisation, one.role, (one.published or "9999")),
    )
    posts = [_post(list(same)) for _, same in groupby(held, key=lambda one: (one.organisation, one.role))]
    return tuple(sorted(posts, key=lambda post: (post.first or "9999", post.last)))


def _post(reports: list[Report]) -> Post:
    days = [(one.published or "")[:10] for one in reports]
    dated = [day for day in days if day]
    first, last = (dated[0], dated[-1]) if dated else ("", "")
    return Post(reports[0].role, reports[0].organisation, first, last, len({one.story for one in reports}))
