"""Figures scored on texts of our own, marked as `[86家|86 家|参加活动的用人单位]`; `-` is no figure of its own."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from parsers.facts import ReadingContext
from parsers.facts.figures import figures
from parsers.sentences import sentences
from parsers.values import Fact

_MARK = re.compile(r"\[([^|\]]+)\|([^|\]]+)\|([^\]]+)\]")
_HEAD = re.compile(r"# (\S+) (\S+) (.+)")
Wanted = tuple[int, int, float, str, str]


def _articles() -> list[tuple[str, str, str, str]]:
    """Published, place, title and marked body of each text."""
    text = (Path(__file__).parent / "figure_texts.txt").read_text("utf-8")
    parts = [part.split("\n", 1) for part in re.split(r"^(?=# )", text, flags=re.M) if part]
    heads = [(_HEAD.fullmatch(head), body.strip()) for head, body in parts]
    return [(head[1], head[2], head[3], body) for head, body in heads if head]


def _unmarked(marked: str) -> tuple[str, list[Wanted]]:
    plain, wanted, last = "", [], 0
    for match in _MARK.finditer(marked):
        plain += marked[last : match.start()]
        if match[2] != "-":
            value, unit = match[2].split(" ")
            factor = 10**4 if unit.startswith("万") else 1
            wanted.append(
                (len(plain), len(plain) + len(match[1]), float(value) * factor, unit[-2:].lstrip("万"), match[3])
            )
        plain += match[1]
        last = match.end()
    return plain + marked[last:], wanted


def _alike(one: str, other: str) -> float:
    a, b = (Counter(re.sub(r"\W", "", text)) for text in (one, other))
    return 2 * sum((a & b).values()) / max(1, sum(a.values()) + sum(b.values()))


def _fits(wanted: Wanted, fact: Fact) -> bool:
    start, end, value, unit, _ = wanted
    stated = fact.fields["value_low"] if fact.fields["value_low"] is not None else fact.fields["value_high"]
    return fact.start <= start and end <= fact.end and abs(stated - value) < 0.01 and fact.fields["unit"] == unit


def score() -> tuple[float, float, list[str]]:
    """F1 with measures (half their characters shared), F1 whatever the measure, and what went wrong."""
    total = found = right = named = 0
    wrong: list[str] = []
    for published, place, title, marked in _articles():
        body, wanted = _unmarked(marked)
        context = ReadingContext(title, body, published, (place,))
        facts = [fact for sentence in sentences(body) for fact in figures(context, sentence)]
        total, found = total + len(wanted), found + len(facts)
        for want in wanted:
            fitting = [fact for fact in facts if _fits(want, fact)]
            right += bool(fitting)
            good = any(_alike(want[4], fact.fields["measure"]) >= 0.5 for fact in fitting)
            named += good
            if not good:
                wrong.append(f"{body[want[0] - 8 : want[1] + 8]} {want[4]} {[f.fields['measure'] for f in fitting]}")
        extra = [fact for fact in facts if not any(_fits(want, fact) for want in wanted)]
        wrong += [f"+ {fact.evidence} {fact.fields['measure']}" for fact in extra]
    return 2 * named / (total + found), 2 * right / (total + found), wrong
