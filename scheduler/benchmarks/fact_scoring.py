"""Whether a fact read is the fact meant: the tolerances of the annotation rules, and the counts that follow.

Both must cite the same words (one evidence holds the other, or they share a run of at least 4 characters and half of
the shorter; a named fact may cite another mention that holds its name). Then a figure needs value, unit and half of the
measure's characters, an incentive the amount (or half of the benefit where there is none), a cooperation half of the
parties, anything else its name. What may be left out costs nothing; a second reading of one fact is false.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

Row = Mapping[str, Any]
KINDS = ("figure", "policy", "incentive", "event", "programme", "cooperation", "person", "platform")
_NOISE = re.compile(r"[\W_]+")
_UNITS = {"人": "名", "位": "名", "员": "名", "场次": "场", "个百分点": "百分点", "平米": "平方米"}
_ORDINAL = re.compile(r"第[〇零一二三四五六七八九十百\d]+[届次批期]|首届|首批|\d{4}\s*年(?:度)?")
_GENERIC = re.compile(r"(?:工作品牌|工作机制|工作模式|工程|计划|行动|品牌|活动|制度|机制|项目|模式|工作|政策)$")
_QUOTED = re.compile(r"[“「『]([^”」』]{3,})[”」』]")
_PLACE_END = re.compile(r"(?<=..)(?:(?:[^族]{1,3}族)*自治[区州县]|省|市|州|县|区)$")  # 海西州 is 海西蒙古族藏族自治州


@dataclass(slots=True)
class Count:
    """Of one kind: facts to be found, found, and read falsely."""

    gold: int = 0
    found: int = 0
    false: int = 0

    @property
    def precision(self) -> float:
        """Share of readings that are right (1 where nothing was read)."""
        return self.found / (self.found + self.false) if self.found + self.false else 1.0

    @property
    def recall(self) -> float:
        """Share of facts found (1 where there are none)."""
        return self.found / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(slots=True)
class Tally:
    """The counts of a set of articles: by kind, figures whatever their measure, traps, and what went wrong."""

    kinds: dict[str, Count] = field(default_factory=lambda: {kind: Count() for kind in KINDS})
    any_measure: Count = field(default_factory=Count)
    traps: int = 0
    trapped: int = 0
    missed: list[Row] = field(default_factory=list)
    wrong: list[Row] = field(default_factory=list)

    @property
    def micro(self) -> Count:
        """All kinds together."""
        counts = self.kinds.values()
        return Count(
            sum(one.gold for one in counts), sum(one.found for one in counts), sum(one.false for one in counts)
        )

    def add(self, gold: Sequence[Row], read: Sequence[Row], traps: Sequence[Row]) -> None:
        """Score one article."""
        self.traps += len(traps)
        for kind in KINDS:
            meant = [row for row in gold if row["kind"] == kind]
            got = [row for row in read if row["kind"] == kind]
            pairs = assign(meant, got, same)
            _count(self.kinds[kind], meant, got, pairs)
            self.missed += [row for at, row in enumerate(meant) if at not in pairs and not row.get("optional")]
            wrong = [row for at, row in enumerate(got) if at not in pairs.values()]
            self.wrong += wrong
            self.trapped += sum(any(_caught(row, trap) for trap in traps) for row in wrong)
            if kind == "figure":
                _count(self.any_measure, meant, got, assign(meant, got, same_value))


def _count(count: Count, gold: Sequence[Row], read: Sequence[Row], pairs: Mapping[int, int]) -> None:
    count.gold += sum(not row.get("optional") for row in gold)
    count.found += sum(not gold[at].get("optional") for at in pairs)
    count.false += len(read) - len(pairs)


def assign(gold: Sequence[Row], read: Sequence[Row], alike: Callable[[Row, Row], float]) -> dict[int, int]:
    """Index of a gold fact → index of its reading, as many as possible, facts that must be found first."""
    options: dict[int, list[int]] = {}
    for at, meant in enumerate(gold):
        ranked = sorted(((alike(meant, got), -to) for to, got in enumerate(read)), reverse=True)
        options[at] = [-to for likeness, to in ranked if likeness > 0]
    owner: dict[int, int] = {}

    def place(at: int, tried: set[int]) -> bool:
        for to in options[at]:
            if to not in tried:
                tried.add(to)
                if to not in owner or place(owner[to], tried):
                    owner[to] = at
                    return True
        return False

    for at in sorted(range(len(gold)), key=lambda at: bool(gold[at].get("optional"))):
        place(at, set())
    return {at: to for to, at in owner.items()}


def same(gold: Row, read: Row) -> float:
    """Over 0 when `read` is the fact `gold`, the more the closer their words."""
    if not _cites(gold, read):
        return 0.0
    match gold["kind"]:
        case "figure":
            close = shared(gold["measure"], read.get("measure"))
            return 1 + close if close >= 0.5 and _values_equal(gold, read) else 0.0
        case "incentive":
            return _incentive(gold, read)
        case "cooperation":
            return _parties(gold["parties"], read.get("parties") or ())
        case "person":
            return float(plain(gold["name"]) == plain(read.get("name")))
        case "policy":
            return _title(gold["title"], read.get("title"))
        case _:
            return _name(gold["name"], read.get("name"))


def same_value(gold: Row, read: Row) -> float:
    """The same for a figure whatever its measure is called."""
    return 1 + shared(gold["measure"], read.get("measure")) if _cites(gold, read) and _values_equal(gold, read) else 0.0


def plain(text: object) -> str:
    """NFKC, lower case, without spaces and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", str(text or "")).lower())


def shared(one: object, two: object) -> float:
    """F1 of the characters of two texts, 0 to 1."""
    first, second = Counter(plain(one)), Counter(plain(two))
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def _cites(gold: Row, read: Row) -> bool:
    one, two = plain(gold["evidence"]), plain(read.get("evidence"))
    if not one or not two:
        return False
    name = plain(gold.get("title") or gold.get("name"))
    if one in two or two in one or (name and name in two):
        return True
    run = SequenceMatcher(None, one, two, autojunk=False).find_longest_match().size
    return run >= max(4, min(len(one), len(two)) / 2)


def _unit(row: Row) -> str:
    unit = unicodedata.normalize("NFKC", str(row.get("unit") or ""))
    return _UNITS.get(unit, unit)


def _values_equal(gold: Row, read: Row) -> bool:
    low, high = gold.get("value_low"), gold.get("value_high")
    got_low, got_high = read.get("value_low"), read.get("value_high")
    if _unit(gold) != _unit(read):
        return False
    if low is not None and high is not None and low != high:
        return _near(low, got_low) and _near(high, got_high)
    if got_low is not None and got_high is not None and not _near(got_low, got_high):
        return False
    return _near(low if low is not None else high, got_low if got_low is not None else got_high)


def _near(one: Any, two: Any) -> bool:
    return one is not None and two is not None and abs(one - two) <= max(1e-6, 1e-9 * abs(one))


def _incentive(gold: Row, read: Row) -> float:
    benefit = shared(gold["benefit"], read.get("benefit"))
    likeness = 1 + benefit + shared(gold["beneficiary"], read.get("beneficiary"))
    amount, got = gold.get("amount"), read.get("amount")
    if amount is None and got is None:
        return likeness if benefit >= 0.5 else 0.0
    return likeness if _near(amount, got) else 0.0


def _parties(gold: Iterable[str], read: Iterable[str]) -> float:
    one, two = ({_PLACE_END.sub("", plain(party)) for party in parties} for parties in (gold, read))
    share = len(one & two) / len(one | two) if one | two else 0.0
    return share if share >= 0.5 else 0.0


def _title(gold: str, read: object) -> float:
    equal = _bare(gold) == _bare(read)
    likeness = 1.0 if equal else shared(gold, read)
    return likeness if likeness >= 0.9 else 0.0


def _bare(name: object) -> str:
    return plain(_ORDINAL.sub("", str(name or "")))


def _name(gold: str, read: object) -> float:
    likeness = shared(gold, read)
    return 1 + likeness if _aliases(gold) & _aliases(read) or likeness >= 0.85 else 0.0


def _aliases(name: object) -> set[str]:
    whole = str(name or "")
    found = {_bare(whole), *(_bare(part) for part in _QUOTED.findall(whole))}
    found |= {_GENERIC.sub("", alias) for alias in found}
    return {alias for alias in found if len(alias) >= 2}


def _caught(read: Row, trap: Row) -> bool:
    """Whether a wrong reading stepped into a trap: its words, and its number or name, are those of the trap."""
    if read["kind"] not in trap["kinds"]:
        return False
    words, evidence = plain(trap["text"]), plain(read.get("evidence"))
    if not (words in evidence or (evidence and evidence in words)):
        return False
    if read["kind"] == "figure":
        return bool(_numbers(trap["text"]) & {read.get("value_low"), read.get("value_high")})
    name = plain(read.get("title") or read.get("name"))
    return not name or name in words or words in name


_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000}


def _numbers(text: str) -> set[float]:
    found = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}
    for run in re.findall("[零一二两三四五六七八九十百千万]+", text):
        total, digit = 0, 0
        for char in run:
            if char in _DIGITS:
                digit = _DIGITS[char]
                found.add(float(digit))
            else:
                total, digit = total + (digit or 1) * _SCALES[char], 0
        found.add(float(total + digit))
    return found
