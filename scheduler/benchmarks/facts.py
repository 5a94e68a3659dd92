"""`caixun bench facts`: the facts read from annotated articles beside those meant, and the time that reading takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parsers.enrich import judge
from parsers.values import Reading
from scheduler.benchmarks.fact_scoring import KINDS, Count, Row, Tally
from scheduler.benchmarks.fact_sets import Annotated, fact_set
from scheduler.benchmarks.fact_speed import LENGTHS, speeds

OURS = Path(__file__).parents[2] / "tests" / "eval" / "annotated"
_NAMES = {
    "figure": "数据", "policy": "政策", "incentive": "待遇", "event": "活动",
    "programme": "项目", "cooperation": "合作", "person": "人物", "platform": "平台",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """The counts, and by length of an article the milliseconds of processor time for 2,000 characters."""

    articles: int
    tally: Tally
    milliseconds: dict[int, float]


def run(folder: Path | None = None, lengths: Iterable[int] = LENGTHS) -> Outcome:
    """Reads every article of `folder` (without one: the product's own set), and texts made of them of `lengths`.

    Raises FactSetError.
    """
    articles = fact_set(folder or OURS)
    tally = Tally()
    for article in articles:
        tally.add(article.facts, reading(article), article.traps)
    return Outcome(len(articles), tally, speeds(articles, lengths))


def reading(article: Annotated) -> list[dict[str, Any]]:
    """What our rules read from the article, with the name of the article."""
    judged = judge(
        Reading(title=article.title or None, published=article.published or None, paragraphs=article.paragraphs)
    )
    return [{"doc": article.name, **fact.as_json()} for fact in judged.facts]


def table(outcome: Outcome, misses: int = 0) -> str:
    """The outcome as a table in Markdown, then up to `misses` facts that were missed and as many read falsely."""
    tally = outcome.tally
    lines = ["| 类别 | 应有 | 读对 | 误读 | 准 | 全 | F1 |", "|---" * 7 + "|"]
    rows = [(_NAMES[kind], tally.kinds[kind]) for kind in KINDS]
    rows += [("合计", tally.micro), ("数据（不论指标名）", tally.any_measure)]
    lines += [
        f"| {name} | {one.gold} | {one.found} | {one.false} | {one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f} |"
        for name, one in rows
    ]
    lines.append(f"{outcome.articles} 篇；陷阱误中 {tally.trapped} / {tally.traps}")
    if outcome.milliseconds:
        spent = "、".join(f"{length:,} 字的文章 {value:.1f}" for length, value in outcome.milliseconds.items())
        lines.append(f"每 2,000 字的处理器时间（毫秒，单核）：{spent}")
    lines += [f"漏 {_line(row)}" for row in tally.missed[:misses]]
    lines += [f"误 {_line(row)}" for row in tally.wrong[:misses]]
    return "\n".join(lines)


def _line(row: Row) -> str:
    what = row.get("measure") or row.get("title") or row.get("name") or row.get("benefit") or row.get("parties")
    low, high = row.get("value_low"), row.get("value_high")
    number = low if low is not None else high
    if row["kind"] == "incentive":
        number = row.get("amount")
    return f"{row['kind']} {what} {'' if number is None else f'{number:,.10g}'} [{row['evidence']}]"


def as_json(outcome: Outcome) -> str:
    """The outcome as one line of JSON."""

    def shares(count: Count) -> dict[str, float]:
        return {"gold": count.gold, "f1": count.f1, "precision": count.precision, "recall": count.recall}

    tally = outcome.tally
    kinds = {kind: shares(tally.kinds[kind]) for kind in KINDS}
    kinds |= {"micro": shares(tally.micro), "figure_any_measure": shares(tally.any_measure)}
    summary = {"traps": tally.traps, "trapped": tally.trapped, "milliseconds": outcome.milliseconds}
    return json.dumps({"articles": outcome.articles, **summary, "kinds": kinds}, ensure_ascii=False)


def shares_of(tally: Tally, kinds: Sequence[str] = KINDS) -> dict[str, float]:
    """F1 by kind that has facts, micro, figures whatever their measure, and the share of traps stepped into."""
    found = {kind: tally.kinds[kind].f1 for kind in kinds if tally.kinds[kind].gold}
    trapped = tally.trapped / tally.traps if tally.traps else 0.0
    return found | {"micro": tally.micro.f1, "figure_any_measure": tally.any_measure.f1, "trapped": trapped}
