"""Places of China: the gazetteer (data/divisions.tsv), mentions in a text, and what an article is about.

The table holds every province, prefecture and county with our short forms and former names. A form that
is also a
word, or that several units share (朝阳区, 海南), counts only when its province or parent stands in the
same text;
otherwise it is left out, never guessed.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from dataclasses import dataclass
from importlib import resources

import ahocorasick_rs

_WEIGHT_OF_TITLE = 5
_WEIGHT_OF_FIRST = 3
_OPENING = 120
_NOT_A_PLACE_BEFORE = ("新青海", "富青海", "大美青海", "和谐美丽新青海")  # slogans and the name of an app
_STREET = ("路", "街", "大道", "东路", "西路", "中路", "南路", "北路")


@dataclass(frozen=True, slots=True)
class Unit:
    """One administrative unit: six-digit code, full name, level (province, prefecture, county), parent code."""

    code: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a text: `text[start:end]` is the printed form, `name` the full canonical one."""

    start: int
    end: int
    name: str
    code: str
    level: str


@dataclass(frozen=True)
class _Gazetteer:
    units: dict[str, Unit]
    forms: tuple[str, ...]
    meanings: tuple[tuple[Unit, ...], ...]
    uncertain: frozenset[str]
    scanner: ahocorasick_rs.AhoCorasick

    def find(self, form: str) -> tuple[Unit, ...]:
        return self.by_form.get(form, ())

    @functools.cached_property
    def by_form(self) -> dict[str, tuple[Unit, ...]]:
        return dict(zip(self.forms, self.meanings, strict=True))


@functools.cache
def _gazetteer() -> _Gazetteer:
    table = resources.files("parsers").joinpath("data/divisions.tsv").read_text("utf-8")
    units: dict[str, Unit] = {}
    meanings: dict[str, list[Unit]] = defaultdict(list)
    uncertain: set[str] = set()
    for line in table.splitlines()[1:]:
        code, name, level, parent, short, former = line.split("\t")
        unit = units[code] = Unit(code, name, level, parent)
        for form in (name, *short.split(), *former.split()):
            plain = form.removesuffix("?")
            meanings[plain].append(unit)
            if plain != form or (len(plain) == 2 and plain[1] in "县区市旗"):  # 单位和县区 is not 和县
                uncertain.add(plain)
    scanner = ahocorasick_rs.AhoCorasick(list(meanings), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return _Gazetteer(units, tuple(meanings), tuple(map(tuple, meanings.values())), frozenset(uncertain), scanner)


PROVINCES: tuple[str, ...] = tuple(u.name for u in _gazetteer().units.values() if u.level == "province")


@functools.cache
def inside(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The full names of the units inside `name`: those that no other unit has, and those that others share (城中区)."""
    units = _gazetteer().units
    known = Counter(unit.name for unit in units.values())
    found = [unit.name for unit in units.values() if any(units[code].name == name for code in _ancestors(unit))]
    return tuple(one for one in found if known[one] == 1), tuple(one for one in found if known[one] > 1)


def is_inside(name: str) -> tuple[str, ...]:
    """The full names of what `name` lies inside, the nearest first; nothing for a name that several units share."""
    units = [unit for unit in _gazetteer().find(name) if unit.name == name]
    return tuple(_gazetteer().units[code].name for code in _ancestors(units[0])) if len(units) == 1 else ()


def _ancestors(unit: Unit) -> tuple[str, ...]:
    units = _gazetteer().units
    codes: list[str] = []
    while unit.parent:
        codes.append(unit.parent)
        unit = units[unit.parent]
    return tuple(codes)


def province_of(name: str) -> str:
    """The full name of the province that a canonical place name lies in.

    Raises KeyError for a name that is not in the table or that units of several provinces share.
    """
    gazetteer = _gazetteer()
    provinces = {gazetteer.units[unit.code[:2] + "0000"].name for unit in gazetteer.find(name)}
    if len(provinces) != 1:
        raise KeyError(name)
    return provinces.pop()


def canonical(name: str) -> str | None:
    """The full canonical form of a printed place name (海西州 → 海西蒙古族藏族自治州), or None.

    None means unknown or unclear.
    """
    gazetteer = _gazetteer()
    meanings = gazetteer.find(name.strip())
    if not meanings:
        return None
    exact = [unit for unit in meanings if unit.name == name]
    chosen = exact or list(meanings)
    if len({unit.name for unit in chosen}) == 1:
        return chosen[0].name
    highest = [unit for unit in chosen if unit.level == "province"]
    return highest[0].name if len(highest) == 1 else None


def find_places(text: str, near: tuple[str, ...] = ()) -> list[Mention]:
    """The places named in `text`, in order. `near` are canonical names known from elsewhere (source,
    title).

    Streets (南京路), slogans (新青海) and unclear names without context are left out.
    """
    gazetteer = _gazetteer()
    hits = [
        (gazetteer.forms[index], start, end)
        for index, start, end in gazetteer.scanner.find_matches_as_indexes(text)
        if not text.startswith(_STREET, end) and not text.endswith(_NOT_A_PLACE_BEFORE, 0, end)
    ]
    known = _context(hits, near)
    found: list[Mention] = []
    for form, start, end in hits:
        unit = _resolve(form, known)
        if unit is not None:
            found.append(Mention(start, end, unit.name, unit.code, unit.level))
    return found


def _context(hits: list[tuple[str, int, int]], near: tuple[str, ...]) -> frozenset[str]:
    """Codes of the units that are named without doubt, with their ancestors."""
    gazetteer = _gazetteer()
    known: set[str] = set()
    for form in (*near, *{form for form, _, _ in hits}):
        meanings = gazetteer.find(form)
        if len(meanings) == 1 and form not in gazetteer.uncertain:
            known |= {meanings[0].code, *_ancestors(meanings[0])}
    return frozenset(known)


def _resolve(form: str, known: frozenset[str]) -> Unit | None:
    gazetteer = _gazetteer()
    meanings = gazetteer.find(form)
    if len(meanings) == 1 and form not in gazetteer.uncertain:
        return meanings[0]
    if form in PROVINCES:
        return next(unit for unit in meanings if unit.name == form)
    supported = [unit for unit in meanings if unit.code in known or any(code in known for code in _ancestors(unit))]
    direct = [unit for unit in supported if unit.code in known or unit.parent in known]
    narrowed = direct if len(direct) >= 1 else supported
    if len(narrowed) > 1:  # 玉树 is a prefecture and a city in it: the wider one is meant
        inner = {unit.code for unit in narrowed if any(o.code in _ancestors(unit) for o in narrowed)}
        narrowed = [unit for unit in narrowed if unit.code not in inner]
    return narrowed[0] if len(narrowed) == 1 else None


def article_places(title: str, body: str) -> tuple[str, ...]:
    """The places an article is about, heaviest first, in full canonical form.

    A mention weighs 1, in the title 5, the first of the body 3 more. The heaviest place is always one.
    Others follow when they weigh at least
    40 % of it; places below the same province already at 3 mentions, and a province when it is in the
    title or when
    at least three of its units are there. Partner places named in passing stay out.
    """
    weights: dict[str, int] = defaultdict(int)
    mentions = find_places(title + "\n" + body)
    for mention in mentions:
        weights[mention.code] += _WEIGHT_OF_TITLE if mention.end <= len(title) else 1
    if not weights:
        return ()
    first = min(mentions, key=lambda m: (m.start <= len(title), m.level == "province", m.start))
    if len(title) <= first.start <= len(title) + _OPENING:
        weights[first.code] += _WEIGHT_OF_FIRST
    weights = _with_parents_of_counties(weights)
    order = sorted(weights, key=lambda code: -weights[code])
    kept = _about(order, weights, {m.code for m in mentions if m.end <= len(title)})
    units = _gazetteer().units
    return tuple(dict.fromkeys(units[code].name for code in kept))


def _with_parents_of_counties(weights: dict[str, int]) -> dict[str, int]:
    """What a county weighs counts for its prefecture where that is named too."""
    units = _gazetteer().units
    total = dict(weights)
    for code, weight in weights.items():
        if units[code].level == "county" and units[code].parent in weights:
            total[units[code].parent] += weight
    return total


def _about(order: list[str], weights: dict[str, int], in_title: set[str]) -> list[str]:
    top = order[0]
    home = top[:2]
    kept = [code for code in order if _belongs(code, top, weights, in_title)]
    inside = [code for code in kept if code[:2] == home and not code.endswith("0000")]
    province = home + "0000"
    if len(inside) >= 3 and province in weights:
        kept = [province, *(code for code in kept if code != province)]
    return kept


def _belongs(code: str, top: str, weights: dict[str, int], in_title: set[str]) -> bool:
    if code == top or code in in_title:
        return True
    if code.endswith("0000") and code[:2] == top[:2]:  # the province of the heaviest place is the background
        return weights[code] >= 0.6 * weights[top]
    if code[:2] == top[:2] and code.endswith("00"):
        return weights[code] >= 3
    return weights[code] >= max(3, 0.4 * weights[top])
