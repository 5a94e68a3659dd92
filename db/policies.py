"""Policies of the archive: their life (印发 → 修订 → 废止), what they grant, and who writes of them.

A policy is what its title says without the marks of an edition, of years and of print (（试行）, 2.0版, 《》, spaces).
Its id is a hash of that, so it is the same in every archive and lasts when articles come and go.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache

from db.archive import stored_fact
from db.people import province_named
from parsers.places import canonical
from parsers.values import Fact

LISTED = 40  # policies on one page of the list
_CITATIONS = 300  # newest mentions of one policy that are read
_INCENTIVES = 60
_EDITION = re.compile(
    r"[（(][^（）()]{0,4}(?:试行|暂行|修订稿?|征求意见稿|草案|\d{4}[^（）()]{0,14})[）)]|\d(?:\.\d)?版|[\s《》〈〉<>“”\"'‘’]"
)
_NUMBER = re.compile(r"[（(]?([一-鿿]{1,8}[〔\[［【（(]\s*(?:19|20)\d{2}\s*[〕\]］】）)]\s*\d{1,4}\s*号)")
_ENDED_BEFORE = re.compile(r"(?:废止|停止执行)(?:了|原)?《?$")
_ENDED_BEHIND = re.compile(
    r"》(?:[（(][^（）()]*[）)])?(?:自[^，。]{0,12}起?)?(?:同时|即行|予以|已)?(?:废止|停止执行|失效)"
)
_NUMBER_WITHIN = 24  # characters behind the title in which its number stands
STEPS = ("印发", "修订", "废止")
_VERBS = {
    "废止": ("废止", "失效"),
    "修订": ("修订", "修改", "升级", "修正", "更新", "完善"),
    "印发": ("印发", "出台", "发布", "制定", "颁布", "公布", "下发", "推出", "审议", "通过", "起草", "签发", "编制"),
}


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A line of the list: `first` is the day of the first report of the first step, `steps` those reported."""

    id: str
    title: str
    issuer: str
    place: str
    first: str
    last: str
    steps: tuple[str, ...]
    articles: int


@dataclass(frozen=True, slots=True)
class PoliciesPage:
    """One page of the list; `total` counts policies."""

    total: int
    rows: tuple[PolicyRow, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """An article that names the policy: `step` 印发, 修订, 废止 or what was printed ("" for nothing), `copies` how
    many other articles of its story do too, `number` the fact's place on the article page (`#eN`)."""

    article: str
    title: str
    published: str | None
    site: str
    step: str
    edition: str
    issuer: str
    evidence: str
    number: int
    copies: int


@dataclass(frozen=True, slots=True)
class Granted:
    """An incentive told behind a mention of the policy in the same article, with the place of its evidence."""

    fact: Fact
    article: str
    title: str
    published: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy with everything that articles say of it. `titles` are the printed forms, `document` its number (文号),
    `life` the first mention of each step and edition in order, `mentions` newest first, a story once."""

    id: str
    title: str
    titles: tuple[str, ...]
    document: str
    issuer: str
    place: str
    life: tuple[Mention, ...]
    mentions: tuple[Mention, ...]
    incentives: tuple[Granted, ...]


@lru_cache(maxsize=100_000)
def stem(title: str) -> str:
    """The title that the editions of a policy share; never empty for a printed title."""
    return _EDITION.sub("", unicodedata.normalize("NFKC", title)) or title


@lru_cache(maxsize=100_000)
def identity(title: str) -> str:
    """The permanent id of the policy with this title."""
    return hashlib.blake2b(stem(title).encode(), digest_size=6).hexdigest()


def step_of(action: str) -> str:
    """The step of a life that a verb means (出台 → 印发), else the verb itself."""
    return next((step for step, verbs in _VERBS.items() if any(verb in action for verb in verbs)), action)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A policy as the catalogue knows it: `newest` is the revision of its newest mention."""

    key: str
    titles: tuple[str, ...]
    newest: int
    steps: frozenset[str]
    provinces: frozenset[str]


_Catalogue = dict[str, _Entry]
_kept: dict[str, tuple[int, _Catalogue]] = {}


def _catalogue(connection: sqlite3.Connection) -> _Catalogue:
    """Every policy by its id, newest mention first; read again when the archive has changed."""
    version = connection.execute("select coalesce(max(number), 0) from changes").fetchone()[0]
    file = connection.execute("select file from pragma_database_list where name = 'main'").fetchone()[0]
    if file and _kept.get(file, (-1,))[0] == version:
        return _kept[file][1]
    made = _read_catalogue(connection)
    if file:
        _kept[file] = version, made
    return made


def _read_catalogue(connection: sqlite3.Connection) -> _Catalogue:
    rows = connection.execute(
        "select f.title, f.subject, coalesce(f.action, '') as action, max(f.revision) as newest from facts f"
        " where f.kind = 'policy' and f.recorded_to is null and f.title <> ''"
        " and f.revision not in (select revision from articles where state = 'removed') group by 1, 2, 3"
    )
    groups: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        groups[stem(row["title"])].append(row)
    entries = [_entry(key, group) for key, group in groups.items()]
    return {identity(one.key): one for one in sorted(entries, key=lambda one: (-one.newest, one.key))}


def _entry(key: str, rows: list[sqlite3.Row]) -> _Entry:
    return _Entry(
        key=key,
        titles=tuple(dict.fromkeys(row["title"] for row in rows)),
        newest=max(row["newest"] for row in rows),
        steps=frozenset(step_of(row["action"]) for row in rows),
        provinces=frozenset(province_named(row["subject"]) for row in rows),
    )


def policies(
    connection: sqlite3.Connection, *, text: str = "", province: str = "", step: str = "", offset: int = 0
) -> PoliciesPage:
    """Policies whose title holds every word of `text`, of a `province`, that took `step`; newest mention first."""
    words, area = text.split(), canonical(province) or province
    found = [
        one
        for one in _catalogue(connection).values()
        if (not words or any(all(word in title for word in words) for title in one.titles))
        and (not area or area in one.provinces)
        and (not step or step in one.steps)
    ]
    return PoliciesPage(len(found), _rows(connection, {one.key: one.titles for one in found[offset : offset + LISTED]}))


def _rows(connection: sqlite3.Connection, titles: dict[str, tuple[str, ...]]) -> tuple[PolicyRow, ...]:
    wanted = [title for group in titles.values() for title in group]
    sql = (
        "select f.title, f.subject, f.action, json_extract(f.fields, '$.issuer') as issuer, f.article, a.day"
        " from facts f join articles a using (revision) where f.kind = 'policy' and f.recorded_to is null"
        " and a.state <> 'removed' and f.title in (select value from json_each(?)) order by f.revision, f.id"
    )
    found: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in connection.execute(sql, [json.dumps(wanted, ensure_ascii=False)]):
        found[stem(row["title"])].append(row)
    return tuple(_row(key, found[key]) for key in titles if key in found)


def _row(key: str, rows: list[sqlite3.Row]) -> PolicyRow:
    seen = {step_of(row["action"] or "") for row in rows}
    return PolicyRow(
        id=identity(key),
        title=max((row["title"] for row in rows), key=len),
        issuer=next((row["issuer"] for row in rows if row["issuer"]), ""),
        place=_place(rows),
        first=rows[0]["day"],
        last=rows[-1]["day"],
        steps=tuple(step for step in STEPS if step in seen),
        articles=len({row["article"] for row in rows}),
    )


def policy(connection: sqlite3.Connection, identity_or_title: str) -> Policy | None:
    """The policy of an id, or of a printed title; None when no current article names it."""
    known = _catalogue(connection)
    entry = known.get(identity_or_title) or known.get(identity(identity_or_title))
    titles = entry.titles if entry else ()
    rows = connection.execute(
        "select f.*, a.id as article_id, a.title as headline, a.published, a.story, t.body,"
        " coalesce(s.title, a.source) as site, (select count(*) from facts g where g.revision = f.revision and"
        ' (g.start, g."end", g.id) <= (f.start, f."end", f.id)) as number'
        " from facts f cross join articles a using (revision) left join article_text t using (revision)"
        " left join sources s on s.id = a.source where f.kind = 'policy' and f.recorded_to is null"
        " and f.title in (select value from json_each(?)) and a.recorded_to is null and a.state <> 'removed'"
        " order by +f.revision desc, f.start limit ?",
        [json.dumps(titles, ensure_ascii=False), _CITATIONS],
    ).fetchall()
    if not rows:
        return None
    oldest_first = sorted(rows, key=lambda row: (_when(row), row["revision"], row["start"]))
    return Policy(
        id=identity(titles[0]),
        title=max(titles, key=len),
        titles=tuple(sorted(titles)),
        document=next((number for row in oldest_first if (number := _document(row))), ""),
        issuer=next((issuer for row in oldest_first if (issuer := _issuer(row))), ""),
        place=_place(oldest_first),
        life=_life(oldest_first),
        mentions=_mentions(rows),
        incentives=_incentives(connection, rows),
    )


def _when(row: sqlite3.Row) -> str:
    """Text that sorts by publication: a bare year or month stands behind the days in it, no date behind all."""
    printed = str(row["published"] or "")
    return printed + "~" if len(printed) < 10 else printed


def _place(rows: list[sqlite3.Row]) -> str:
    """Where the policy holds: a place that its title names, else the one that most reports give."""
    counts = Counter(row["subject"] for row in rows if row["subject"])
    named = [place for place in counts if place in rows[0]["title"]]
    return str((named or [place for place, _ in counts.most_common(1)] or [""])[0])


def editions(connection: sqlite3.Connection, title: str) -> tuple[str, ...]:
    """All printed titles of the policy with this title, itself included."""
    entry = _catalogue(connection).get(identity(title))
    return entry.titles if entry else (title,)


def _issuer(row: sqlite3.Row) -> str:
    return str(json.loads(row["fields"]).get("issuer") or "")


def _document(row: sqlite3.Row) -> str:
    """The number behind the title in the text: （青政〔2024〕12号）."""
    at = (row["body"] or "").find(row["title"], row["start"])
    if at < 0:
        return ""
    behind = at + len(row["title"])
    found = _NUMBER.match(row["body"][behind : behind + _NUMBER_WITHIN].lstrip("》"))
    return found[1] if found else ""


def _mention(row: sqlite3.Row, copies: int = 0) -> Mention:
    edition = "".join(mark for mark in _EDITION.findall(row["title"]) if mark.strip("《》〈〉<>“”\"'‘’ "))
    step = "废止" if _repealed(row) else step_of(row["action"] or "")
    return Mention(
        row["article_id"], row["headline"], row["published"], row["site"], step, edition,
        _issuer(row), row["evidence"], row["number"], copies,
    )  # fmt: skip


def _repealed(row: sqlite3.Row) -> bool:
    """Whether the text says around this mention that the policy ended: 废止《…》, 《…》同时废止."""
    body, at = row["body"] or "", (row["body"] or "").find(row["title"], row["start"])
    if at < 0:
        return False
    before, behind = body[max(0, at - 8) : at], body[at + len(row["title"]) :][:30]
    return bool(_ENDED_BEFORE.search(before) or _ENDED_BEHIND.match(behind))


def _life(oldest_first: list[sqlite3.Row]) -> tuple[Mention, ...]:
    """The first report of each step and edition, in the order of the reports; a life may start anywhere."""
    steps: dict[tuple[str, str], Mention] = {}
    for row in oldest_first:
        mention = _mention(row)
        if mention.step in STEPS:
            steps.setdefault((mention.step, mention.edition if mention.step != "废止" else ""), mention)
    return tuple(steps.values())


def _mentions(rows: list[sqlite3.Row]) -> tuple[Mention, ...]:
    stories: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        stories[row["story"]].append(row)
    return tuple(
        _mention(min(told, key=lambda row: (_when(row), row["start"])), len(_articles(told)) - 1)
        for told in stories.values()
    )


def _articles(rows: list[sqlite3.Row]) -> set[str]:
    return {row["article_id"] for row in rows}


def _incentives(connection: sqlite3.Connection, mentions: list[sqlite3.Row]) -> tuple[Granted, ...]:
    """Incentives told between a mention of this policy and the next other policy of the same article, story once."""
    told = {row["story"]: row["revision"] for row in mentions}
    own = {row["title"] for row in mentions}
    rows = connection.execute(
        "select f.*, a.id as article_id, a.title as headline, a.published from facts f"
        " join articles a using (revision) where f.revision in (select value from json_each(?))"
        " and a.state <> 'removed' order by f.revision desc, f.start, f.\"end\", f.id",
        [json.dumps(list(told.values()))],
    )
    found: dict[tuple[str, str], Granted] = {}
    revision, under, number = -1, False, 0
    for row in rows:
        if row["revision"] != revision:
            revision, under, number = row["revision"], False, 0
        number += 1
        if row["kind"] == "policy":
            under = row["title"] in own
        elif row["kind"] == "incentive" and under:
            granted = Granted(stored_fact(row), row["article_id"], row["headline"], row["published"], number)
            found.setdefault((row["article_id"], row["fields"]), granted)
    return tuple(found.values())[:_INCENTIVES]
