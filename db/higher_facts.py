"""What follows from the facts of many articles: meetings, promises with results, posts, phrases, lives of policies.

Each function reads the current facts of the archive and returns plain values; each value names the articles behind it.
Copies of one story count once.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from db.fact_search import fact_row
from db.fact_trend import last_year, number
from db.fact_values import FactRow
from parsers.numerals import han_number

_SQL = (
    "select f.*, 0 as copies, a.id as article_id, a.title as article_title, a.published, a.story, s.title as site,"
    ' (select count(*) from facts g where g.revision = f.revision and (g.start, g."end", g.id) <='
    ' (f.start, f."end", f.id)) as number, t.body as body'
    " from facts f join articles a using (revision) left join article_text t using (revision)"
    " left join sources s on s.id = a.source"
    " where f.kind = ? and f.recorded_to is null and a.recorded_to is null and a.state <> 'removed'"
    " order by coalesce(a.published, '9999'), a.revision, f.start, f.id"
)
_GROUP_MEETING = re.compile(r"领导小组|人才工作协调小组|人才工作委员会")
_ORDINAL = re.compile(r"第([〇零一二三四五六七八九十百\d]+)次")
_YEAR = re.compile(r"(\d{4})\s*年")
_CHAIRED = re.compile(r"主持(?:召开|会议|了)?")
_PROMISE = re.compile(r"将|力争|计划|拟|目标|争取|预计|到20\d\d年")
_BEFORE = 40  # characters before a fact in which a promise is announced, within its sentence
_SENTENCE_END = re.compile(r"[。！？；\n]")
_QUOTED = re.compile(r"“([^”]{3,20})”")
_EDITION = re.compile(r"[（(](?:试行|暂行|修订稿?|征求意见稿|\d{4}年?(?:修订|版)?)[）)]|\d(?:\.\d)?版|[\s《》]")
_STEPS = (
    ("废止", ("废止", "失效")),
    ("修订", ("修订", "修改", "升级", "修正", "更新", "完善")),
    ("印发", ("印发", "出台", "发布", "制定", "颁布", "公布", "下发", "推出", "实施", "审议", "通过", "起草")),
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of a leading group: `ordinal` None where none is printed, `chair` "" where none is named."""

    date: str
    ordinal: int | None
    chair: str
    row: FactRow


@dataclass(frozen=True, slots=True)
class MeetingSeries:
    """The meetings of one group of one place (in one year where the number starts anew), and the ordinals missing."""

    place: str
    name: str
    year: str
    meetings: tuple[Meeting, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A promised figure and the later reports of the same measure; `reached` is None where no report is later.

    `programme` is the programme named beside both, "" where the measure alone joins them.
    """

    promise: FactRow
    programme: str
    results: tuple[FactRow, ...]
    reached: bool | None


@dataclass(frozen=True, slots=True)
class FirstUse:
    """A phrase with its first use in each place, the earliest first, and how many stories use it."""

    phrase: str
    uses: tuple[FactRow, ...]
    stories: int


@dataclass(frozen=True, slots=True)
class Post:
    """A post with its holders, each with the first and the last report (dates as printed)."""

    organisation: str
    role: str
    holders: tuple[tuple[str, str, str, FactRow], ...]


@dataclass(frozen=True, slots=True)
class PolicyLife:
    """A policy with its steps (印发, 修订, 废止, or what was printed) in the order of their reports."""

    title: str
    steps: tuple[tuple[str, FactRow], ...]


def _facts(connection: sqlite3.Connection, kind: str) -> Iterator[tuple[FactRow, str]]:
    """The current facts of a kind in the order of publication, each story's fact once, with the body beside it."""
    seen: set[tuple[str, str, str]] = set()
    for row in connection.execute(_SQL, [kind]):
        key = row["story"], row["fields"], row["period"]
        if key not in seen:
            seen.add(key)
            yield fact_row(row), row["body"] or ""


def meetings(connection: sqlite3.Connection) -> tuple[MeetingSeries, ...]:
    """The meetings of leading groups by place, name and year, those with most meetings first."""
    chairs = _chairs(connection)
    groups: dict[tuple[str, str, str], list[Meeting]] = defaultdict(list)
    for row, _ in _facts(connection, "event"):
        name = str(row.fact.fields.get("name") or "")
        if not _GROUP_MEETING.search(name):
            continue
        date = str(row.fact.fields.get("date") or row.fact.period or (row.published or "")[:10])
        year = _YEAR.search(name)
        stem = _ORDINAL.sub("", _YEAR.sub("", name))
        meeting = Meeting(date, _ordinal(row, name), chairs.get(row.article, ""), row)
        groups[row.fact.subject, stem, year[1] if year else ""].append(meeting)
    series = (_series(*key, found) for key, found in groups.items())
    return tuple(sorted(series, key=lambda one: (-len(one.meetings), one.place, one.name, one.year)))


def _ordinal(row: FactRow, name: str) -> int | None:
    printed = _ORDINAL.search(str(row.fact.fields.get("ordinal") or "")) or _ORDINAL.search(name)
    if printed is None:
        return None
    return (int(printed[1]) if printed[1].isdecimal() else han_number(printed[1])) or None


def _series(place: str, name: str, year: str, found: list[Meeting]) -> MeetingSeries:
    once = {(one.ordinal or one.date): one for one in reversed(found)}  # the first report of a meeting stands
    ordered = tuple(sorted(once.values(), key=lambda one: (one.ordinal or 0, one.date)))
    ordinals = {one.ordinal for one in ordered if one.ordinal}
    missing = [number for number in range(1, min(max(ordinals, default=0), 200)) if number not in ordinals]
    return MeetingSeries(place, name, year, ordered, tuple(missing))


def _chairs(connection: sqlite3.Connection) -> dict[str, str]:
    """Article → the person whose name is followed by 主持 within the same sentence."""
    found: dict[str, str] = {}
    for row, body in _facts(connection, "person"):
        name = str(row.fact.fields.get("name") or "")
        for match in re.finditer(re.escape(name), body) if name else ():
            rest = _SENTENCE_END.split(body[match.end() : match.end() + 30], maxsplit=1)[0]
            if _CHAIRED.search(rest):
                found.setdefault(row.article, name)
    return found


@dataclass(frozen=True, slots=True)
class _Report:
    """A figure with what its sentence says: whether it is still to come, and the programmes named in it."""

    row: FactRow
    promised: bool
    programmes: frozenset[str]


def promises(connection: sqlite3.Connection) -> tuple[Kept, ...]:
    """Promised figures with the later reports of the same measure and unit, those with results first.

    A figure is a promise when its sentence says so before it (将, 力争, 计划, 目标 …). A report is its result when it
    is of the same place and year, or when both sentences name the same programme and their measures are much alike.
    """
    phrases = {phrase.phrase for phrase in first_uses(connection)}
    reports = [_report(row, body, phrases) for row, body in _facts(connection, "figure")]
    reported: dict[tuple[str, ...], list[_Report]] = defaultdict(list)
    for report in reports:
        if not report.promised:
            for key in _keys(report):
                reported[key].append(report)
    kept = (_kept(report, reported) for report in reports if report.promised)
    return tuple(sorted(kept, key=lambda one: (one.reached is None, one.promise.published or "")))


def _report(row: FactRow, body: str, phrases: set[str]) -> _Report:
    before = _SENTENCE_END.split(body[max(0, row.fact.start - _BEFORE) : row.fact.end])[-1]
    start = body.rfind("。", 0, row.fact.start) + 1
    sentence = _SENTENCE_END.split(body[start : row.fact.end])[-1]
    named = frozenset(_QUOTED.findall(sentence)) & phrases
    return _Report(row, bool(_PROMISE.search(before)), named)


def _keys(report: _Report) -> Iterator[tuple[str, ...]]:
    unit = str(report.row.fact.fields.get("unit"))
    yield report.row.fact.subject, unit, report.row.measure, str(last_year(report.row))
    for programme in report.programmes:
        yield programme, unit


def _kept(report: _Report, reported: dict[tuple[str, ...], list[_Report]]) -> Kept:
    promise = report.row
    same, *of_programmes = (reported.get(key, []) for key in _keys(report))
    later = {one.row.id: one.row for one in same if _later(one.row, promise)}
    shared = [one for found in of_programmes for one in found if _later(one.row, promise) and _alike(one.row, promise)]
    programme = next((name for one in shared for name in sorted(report.programmes & one.programmes)), "")
    results = tuple((later | {one.row.id: one.row for one in shared}).values())
    best = max((value for row in results if (value := number(row)) is not None), default=None)
    wanted = number(promise)
    return Kept(promise, programme, results, None if best is None or wanted is None else best >= wanted)


def _later(row: FactRow, promise: FactRow) -> bool:
    return (row.published or "") > (promise.published or "") and row.story != promise.story


def _alike(row: FactRow, promise: FactRow) -> bool:
    """Whether the measures share most of their characters (选派科技副总, 新选派“科技副总”)."""
    one, two = set(row.measure), set(promise.measure)
    return len(one & two) * 2 > len(one | two)


def first_uses(connection: sqlite3.Connection) -> tuple[FirstUse, ...]:
    """Phrases in quotes that name programmes, with the first use in each place, those of most places first."""
    uses: dict[str, dict[str, FactRow]] = defaultdict(dict)
    stories: dict[str, set[str]] = defaultdict(set)
    for row, _ in _facts(connection, "programme"):
        name = str(row.fact.fields.get("name") or "")
        for phrase in _QUOTED.findall(name) or [name]:
            uses[phrase].setdefault(row.fact.subject, row)
            stories[phrase].add(row.story)
    found = (FirstUse(phrase, tuple(places.values()), len(stories[phrase])) for phrase, places in uses.items())
    return tuple(sorted(found, key=lambda one: (-len(one.uses), -one.stories, one.phrase)))


def posts(connection: sqlite3.Connection) -> tuple[Post, ...]:
    """Posts of organisations with their holders over time, those with several holders first."""
    held: dict[tuple[str, str], dict[str, list[FactRow]]] = defaultdict(lambda: defaultdict(list))
    for row, _ in _facts(connection, "person"):
        fields = row.fact.fields
        organisation, role = str(fields.get("organisation") or ""), str(fields.get("role") or "")
        if organisation and role:
            place = row.fact.subject if organisation.startswith(("市", "省", "州", "县", "区")) else ""
            held[f"{place} {organisation}".strip(), role][str(fields.get("name"))].append(row)
    found = (Post(*key, tuple(_holder(name, rows) for name, rows in names.items())) for key, names in held.items())
    return tuple(sorted(found, key=lambda one: (-len(one.holders), one.organisation, one.role)))


def _holder(name: str, rows: list[FactRow]) -> tuple[str, str, str, FactRow]:
    dates = sorted((row.published or "")[:10] for row in rows)
    return name, dates[0], dates[-1], rows[-1]


def policies(connection: sqlite3.Connection) -> tuple[PolicyLife, ...]:
    """Policies by title without edition marks, each with its steps; the same step is told once, longest lives first."""
    lives: dict[str, dict[tuple[str, str], tuple[str, FactRow]]] = defaultdict(dict)
    for row, _ in _facts(connection, "policy"):
        title = str(row.fact.fields.get("title") or "")
        stem = _EDITION.sub("", title)
        step = _step(str(row.fact.fields.get("action") or ""))
        edition = "".join(_EDITION.findall(title)) if step != "废止" else ""
        lives[stem].setdefault((step, edition), (step, row))
    found = (PolicyLife(title, tuple(steps.values())) for title, steps in lives.items())
    return tuple(sorted(found, key=lambda one: (-len({step for step, _ in one.steps}), -len(one.steps), one.title)))


def _step(action: str) -> str:
    for step, verbs in _STEPS:
        if any(verb in action for verb in verbs):
            return step
    return action or "提到"
