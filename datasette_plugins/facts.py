"""Facts and repairs beside the paragraphs that they come from."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

from datasette_plugins.language import Words
from datasette_plugins.spans import Span, render
from db.fact_values import in_words, quantity_in_words
from db.values import ArticleRecord
from parsers.values import Fact


@dataclass(frozen=True, slots=True)
class Numbered:
    """A fact with its number on the page and what people read of it."""

    number: int
    fact: Fact
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph rendered with its evidence, repairs and doubts, and the facts that begin in it."""

    html: Markup
    facts: tuple[Numbered, ...]


def numbered(record: ArticleRecord) -> tuple[Numbered, ...]:
    """The facts in the order of the text."""
    ordered = sorted(record.facts, key=lambda fact: (fact.start, fact.end))
    return tuple(Numbered(number, fact, describe(fact)) for number, fact in enumerate(ordered, 1))


def blocks(record: ArticleRecord, facts: Iterable[Numbered], t: Words) -> tuple[Block, ...]:
    """One block a paragraph; spans that reach over a paragraph's end continue in the next, anchored once."""
    listed = list(facts)
    starts = [0, *accumulate(len(paragraph) + 1 for paragraph in record.paragraphs)]
    spans: dict[int, list[Span]] = defaultdict(list)
    for span in [_evidence(item) for item in listed] + _repairs(record, t) + _doubts(record):
        for index in range(bisect(starts, span.start) - 1, bisect(starts, span.end - 1)):
            spans[index].append(span)
    here: dict[int, list[Numbered]] = defaultdict(list)
    for item in listed:
        here[bisect(starts, item.fact.start) - 1].append(item)
    return tuple(
        Block(_marked(paragraph, starts[index], spans[index]), tuple(here[index]))
        for index, paragraph in enumerate(record.paragraphs)
    )


def _marked(paragraph: str, start: int, spans: list[Span]) -> Markup:
    return render(paragraph, [moved for span in spans if (moved := _within(span, start, start + len(paragraph)))])


def _evidence(item: Numbered) -> Span:
    fact = item.fact
    return Span(fact.start, fact.end, "evidence", f"e{item.number}", f"#f{item.number}", item.text)


def _repairs(record: ArticleRecord, t: Words) -> list[Span]:
    return [
        Span(
            repair.start,
            repair.end,
            "repair",
            f"r{number}",
            f"#o{number}",
            title=t("article.repair.hint", before=repair.before, why=repair.why),
        )
        for number, repair in enumerate(record.repairs, 1)
        if repair.place == "body"
    ]


def _doubts(record: ArticleRecord) -> list[Span]:
    return [
        Span(flag.start, flag.end, "flagged", f"d{number}", title=flag.detail)
        for number, flag in enumerate(record.flags, 1)
        if flag.start is not None and flag.end is not None
    ]


def _within(span: Span, start: int, end: int) -> Span | None:
    if span.end <= start or span.start >= end:
        return None
    anchor = span.anchor if span.start >= start else None
    return Span(max(span.start, start) - start, min(span.end, end) - start, span.kind, anchor, span.href, span.title)


def describe(fact: Fact) -> str:
    """A fact in one line of Chinese, of the values in its fields alone."""
    values = fact.fields
    if fact.kind == "figure":
        return _join(values.get("measure"), _amount(values))
    if fact.kind == "incentive":
        return _join(values.get("beneficiary"), values.get("benefit"), _money(values), values.get("condition"))
    if fact.kind == "policy":
        return _join(values.get("issuer"), values.get("action"), f"《{values.get('title', '')}》")
    if fact.kind == "cooperation":
        return _join("、".join(values.get("parties") or ()), values.get("form"))
    if fact.kind == "person":
        return _join(values.get("name"), values.get("organisation"), values.get("role"))
    return _join(*(value for value in values.values() if isinstance(value, str))) or fact.evidence


def _join(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _amount(values: dict[str, object]) -> str:
    low, high = _number(values.get("value_low")), _number(values.get("value_high"))
    return quantity_in_words(low, high, str(values.get("unit") or ""), str(values.get("qualifier") or ""))


def _money(values: dict[str, object]) -> str:
    said = in_words(_number(values.get("amount")), _number(values.get("amount_high")), "元")
    return f"{values.get('amount_note') or ''} {said}".strip() if said else ""


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) else None
