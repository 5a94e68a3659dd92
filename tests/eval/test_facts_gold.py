"""All kinds of facts against the gold facts; the texts are not part of the product."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from parsers.enrich import judge
from parsers.values import Reading

GOLD = Path(__file__).parents[3] / "shared" / "gold"

FLOORS = {
    "figure": 0.93,
    "policy": 0.95,
    "incentive": 0.95,
    "event": 0.90,
    "programme": 0.90,
    "cooperation": 0.90,
    "person": 0.95,
    "platform": 0.95,
}


@pytest.mark.skipif(not GOLD.is_dir(), reason="the gold facts are not on this machine")
def test_every_kind_reaches_its_floor(tmp_path: Path) -> None:
    lines = []
    for line in (GOLD / "articles.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        reading = Reading(
            title=row["title"] or None,
            subtitle=row["subtitle"] or None,
            published=row["published"] or None,
            paragraphs=tuple(row["paragraphs"]),
        )
        article = judge(reading)
        assert article.relevant, row["doc"]
        lines += [json.dumps({"doc": row["doc"], **fact.as_json()}) for fact in article.facts]
    prediction = tmp_path / "pred.jsonl"
    prediction.write_text("\n".join(lines), "utf-8")
    command = [sys.executable, str(GOLD / "score.py"), "--gold", str(GOLD / "facts.jsonl"), "--json"]
    command += ["--pred", str(prediction), "--traps", str(GOLD / "traps.jsonl")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    table = json.loads(printed)
    kinds = table.get("kinds") or table.get("by_kind") or table
    for kind, floor in FLOORS.items():
        assert kinds[kind]["f1"] >= floor, (kind, kinds[kind])
    assert table["total"]["micro_f1"] >= 0.95
    assert table["total"]["trap_violations"] == 0
