"""Facts of the annotated articles against their floors, and the scorer itself.

Every set was written before the rules had read it. The floors are reached figures, rounded down; lowering one needs a
sentence in annotated/floors.toml.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from caixun import main
from scheduler.benchmarks import facts
from scheduler.benchmarks.fact_scoring import Tally, same
from scheduler.benchmarks.fact_sets import FactSetError, fact_set, read_annotated

ANNOTATED = Path(__file__).with_name("annotated")
FLOORS = tomllib.loads((ANNOTATED / "floors.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_facts_stay_above_their_floors(name: str) -> None:
    outcome = facts.run(ANNOTATED / name, lengths=())
    reached = facts.shares_of(outcome.tally)
    ceiling = FLOORS[name]["trapped"]
    floors = {kind: floor for kind, floor in FLOORS[name].items() if kind != "trapped"}
    below = {kind: (reached[kind], floor) for kind, floor in floors.items() if reached[kind] < floor}
    assert below == {}
    assert reached["trapped"] <= ceiling


def test_evidence_is_where_the_fact_says() -> None:
    for article in fact_set(ANNOTATED):
        for row in facts.reading(article):
            assert article.body[row["start"] : row["end"]] == row["evidence"], (article.name, row)


def test_every_article_is_long_enough_and_dense() -> None:
    for article in fact_set(ANNOTATED):
        assert 250 <= len(article.body) <= 1200, article.name
        assert len(article.facts) >= 6, article.name


GOLD = {
    "kind": "figure", "measure": "引进博士", "value_low": 118.0, "value_high": 118.0, "unit": "名",
    "evidence": "引进博士118名",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({}, True),
        ({"unit": "人"}, True),
        ({"unit": "家"}, False),
        ({"value_high": None}, True),
        ({"value_low": 1180.0}, False),
        ({"value_high": 200.0}, False),
        ({"measure": "人才总量"}, False),
        ({"evidence": "全年引进博士118名，其中"}, True),
        ({"evidence": "新建平台9个"}, False),
    ],
)
def test_a_figure_is_right_in_value_unit_words_and_half_its_measure(change: dict[str, Any], right: bool) -> None:
    assert bool(same(GOLD, GOLD | change)) is right


def test_a_second_reading_is_false_and_an_optional_fact_costs_nothing() -> None:
    tally = Tally()
    tally.add([GOLD, GOLD | {"evidence": "另有一处", "optional": True}], [GOLD, dict(GOLD)], [])
    assert (tally.micro.gold, tally.micro.found, tally.micro.false) == (1, 1, 1)
    empty = Tally()
    empty.add([GOLD | {"optional": True}], [], [])
    assert (empty.micro.precision, empty.micro.recall) == (1, 1)


def test_a_trap_is_stepped_into_with_its_own_number_only() -> None:
    trap = {"kind": "trap", "text": "第十一批", "why": "ordinal", "kinds": ["figure"]}
    for value, count in ((11.0, 1), (486.0, 0)):
        tally = Tally()
        tally.add([], [GOLD | {"evidence": "第十一批援疆干部", "value_low": value, "value_high": value}], [trap])
        assert tally.trapped == count


def test_parties_and_names_are_compared_without_their_endings() -> None:
    one = {"kind": "cooperation", "parties": ["海西州", "浙江大学"], "evidence": "海西州与浙江大学签约"}
    assert same(one, one | {"parties": ["海西", "浙江大学", "清华大学"]}) == pytest.approx(2 / 3)
    assert not same(one, one | {"parties": ["北京市", "清华大学"]})
    event = {"kind": "event", "name": "第九届科技城人才节", "evidence": "第九届科技城人才节开幕"}
    assert same(event, event | {"name": "科技城人才节", "evidence": "科技城人才节开幕"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("题：甲\n---\n正文", "两行 ---"),
        ("题：甲\n---\n正文\n---\nfigure | . | . | 甲 | 12 | 引 | 正文", "数值“12”"),
        ("题：甲\n---\n正文\n---\nperson | . | 甲 | 乙", "6 栏"),
        ("题：甲\n---\n正文\n---\nrumour | 甲", "不认识的类别"),
        ("题：甲\n---\n正文\n---\nprogramme | . | . | 甲 | 没有的话", "正文里没有"),
    ],
)
def test_a_wrong_annotation_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.txt").write_text(text, "utf-8")
    with pytest.raises(FactSetError, match=said):
        read_annotated(tmp_path / "a.txt")


def test_values_say_how_exact_they_are(tmp_path: Path) -> None:
    values = ["12 名", "12+ 名", "<12 名", "~12 名", "≤12 名", "12–15 名"]
    lines = "\n".join(f"figure | . | . | 甲 | {value} | | 正文" for value in values)
    (tmp_path / "a.txt").write_text(f"题：甲\n地：青海省\n---\n正文\n---\n{lines}", "utf-8")
    rows = read_annotated(tmp_path / "a.txt").facts
    assert [(row["value_low"], row["value_high"], row["qualifier"]) for row in rows] == [
        (12, 12, "exact"), (12, None, "over"), (12, 12, "nearly"), (12, 12, "about"), (None, 12, "under"),
        (12, 15, "exact"),
    ]  # fmt: skip
    assert {row["subject"] for row in rows} == {"青海省"}


def test_the_command_prints_a_table_or_json(tmp_path: Path) -> None:
    table = CliRunner().invoke(main, ["bench", "facts", "--set", str(ANNOTATED / "first"), "--misses", "1"])
    assert table.exit_code == 0 and "| 合计 |" in table.output and "陷阱误中" in table.output
    printed = CliRunner().invoke(main, ["bench", "facts", "--set", str(ANNOTATED / "first"), "--json"])
    assert json.loads(printed.output)["kinds"]["micro"]["gold"] > 200
    nothing = CliRunner().invoke(main, ["bench", "facts", "--set", str(tmp_path)])
    assert nothing.exit_code != 0 and "没有标注文章" in nothing.output + str(nothing.exception)
