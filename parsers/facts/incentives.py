"""Incentives: money, housing or an honour that talents, their teams or employers can get.

From prose (see `grants`) and from table rows (`cell | cell` lines below a header row): one fact for each beneficiary
and benefit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from parsers.facts.awards import honours, remissions
from parsers.facts.context import ReadingContext
from parsers.facts.grants import Grant, grants, money, notes
from parsers.facts.incentive_tables import table_cells
from parsers.sentences import Sentence
from parsers.values import Fact

RULE, VERSION = "incentive", 3
_LOOK_BACK = 400


def incentives(context: ReadingContext, sentence: Sentence) -> Iterator[Fact]:
    """One fact for each beneficiary and benefit of the sentence or table row."""
    text = sentence.text
    found = _of_row(context, sentence) if " | " in text else _of_prose(context, sentence)
    for grant in found:
        span = (grant.start, grant.end)
        yield context.fact("incentive", (RULE, VERSION), sentence, span, _fields(grant), at=grant.start)


def _fields(grant: Grant) -> dict[str, object]:
    fields: dict[str, object] = {
        "beneficiary": grant.beneficiary,
        "benefit": grant.benefit,
        "amount": grant.amount,
        "amount_note": grant.note,
        "condition": grant.condition,
    }
    return fields if grant.amount_high is None else {**fields, "amount_high": grant.amount_high}


def _of_prose(context: ReadingContext, sentence: Sentence) -> Iterator[Grant]:
    """The grants of a sentence, read with what stands before its semicolon: beneficiary and benefit carry over."""
    begin = sentence.start
    while begin > 0 and context.body[begin - 1] == "；" and sentence.start - begin < _LOOK_BACK:
        begin = max(context.body.rfind(mark, 0, begin - 1) for mark in "。！？；\n") + 1
    offset = sentence.start - begin
    remitted = list(remissions(sentence.text))
    for grant in grants(context.body[begin : sentence.start + len(sentence.text)]):
        capped = any(one.amount == grant.amount and one.end == grant.end - offset for one in remitted)
        if grant.end > offset and not capped:  # 按薪酬的15%给予奖励，不超过100万元: told once
            yield replace(grant, start=max(grant.start - offset, 0), end=grant.end - offset)
    yield from honours(sentence.text)
    yield from remitted


def _of_row(context: ReadingContext, sentence: Sentence) -> Iterator[Grant]:
    """The grants of a table row, read once at its first sentence; evidence runs from its start to the cell."""
    if sentence.start and context.body[sentence.start - 1] != "\n":
        return
    for cell in table_cells(context.body, sentence.start):
        if amount := money(cell.text):
            low, high = amount
            yield Grant(cell.who, cell.what, low, high, notes(cell.text), cell.condition, 0, cell.end - sentence.start)
