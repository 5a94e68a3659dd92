"""The query language: what is written reads as what is meant, and a fault is told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.errors import QueryError
from parsers.query import (
    MOST_CHARACTERS,
    MOST_LEVELS,
    MOST_TERMS,
    And,
    Field,
    Figure,
    Near,
    Not,
    Or,
    Query,
    Word,
    parse_leniently,
    parse_query,
    print_query,
)
from parsers.query_fields import HAS, IS, NAMES

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", And()),
        ("綠色算力", Word("绿色算力")),
        ("a b", And((A, B))),
        ("a AND b 且 c", And((A, B, C))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b | c)", And((A, Or((B, C))))),
        ("a或b", Word("a或b")),
        ("a 或 b", Or((A, B))),
        ("a｜b", Or((A, B))),
        ("-a", Not(A)),
        ("a NOT b", And((A, Not(B)))),
        ("非（a b）", Not(And((A, B)))),
        ("非遗", Word("非遗")),
        ("或许", Word("或许")),
        ("“a b”", Word("a b")),
        ("「人才」 『引才』", And((Word("人才"), Word("引才")))),
        ("２０２４－０３", Word("2024-03")),
        ("才讯 — 青海 !", And((Word("才讯"), Word("青海")))),
        ("-！ a", A),
        ("编者按：a", Word("编者按:a")),
        ("标题：“a b”", Word("a b", "title")),
        ("title:(a OR -b)", Or((Word("a", "title"), Not(Word("b", "title"))))),
        ("PLACE:西宁", Field("place", "西宁市")),
        ("地区：西寧、海東", Or((Field("place", "西宁市"), Field("place", "海东市")))),
        ("place:(西宁 OR 海西州)", Or((Field("place", "西宁市"), Field("place", "海西蒙古族藏族自治州")))),
        ("place:鼓楼", Field("place", "鼓楼区")),
        ("policy:“甲、乙”", Field("policy", "甲、乙")),
        ("after:2024", Field("after", "2024")),
        ("after:2024年3月 before:2024/3/18", And((Field("after", "2024-03"), Field("before", "2024-03-18")))),
        ("before:20240318", Field("before", "2024-03-18")),
        ("has:数据 is:转载", And((Field("has", "figure"), Field("is", "repost")))),
        ("origin: 青海日报", Field("origin", "青海日报")),
        ("figure:签约人才项目", Figure("签约人才项目")),
        ("figure:签约人才项目>100", Figure("签约人才项目", 100, beyond=True)),
        ("指标：签约人才项目 ≥ 1.5万名", Figure("签约人才项目", 15000, unit="名")),
        ("figure:a<=1,200人", Figure("a", None, 1200, unit="名")),
        ("figure:a=100", Figure("a", 100, 100)),
        ("figure:a=100..200", Figure("a", 100, 200)),
        ("figure:a=100-200万元", Figure("a", 1_000_000, 2_000_000, unit="元")),
        ("figure:a=100万至200万", Figure("a", 1_000_000, 2_000_000)),
        ("figure:a=三万五千", Figure("a", 35000, 35000)),
        ("figure:>100万元", Figure("", 1_000_000, beyond=True, unit="元")),
        ("near:30(校园 引才)", Near(("校园", "引才"), 30)),
        ("邻近：（校园 “引 才” a）", Near(("校园", "引 才", "a"), 20)),
    ],
)  # fmt: skip
def test_a_query_reads_as_what_is_meant(text: str, tree: Query) -> None:
    assert parse_query(text) == tree
    assert parse_query(print_query(tree)) == tree


@pytest.mark.parametrize(
    ("text", "key", "position", "instead"),
    [
        ("“引才 西宁", "quote", 0, "引才 西宁"),
        ("a (b", "open", 2, "a b"),
        ("a) b", "close", 1, "a b"),
        ("a ()", "empty_group", 2, "a"),
        ("OR a", "or", 0, "a"),
        ("a OR", "or", 2, "a"),
        ("a OR OR b", "or", 5, "a OR b"),
        ("(a OR) b", "or", 3, "a b"),
        ("a NOT", "not", 2, "a"),
        ("(a -) b", "not", 3, "a b"),
        ("a NOT OR b", "not", 2, "a OR b"),
        ("place:", "no_value", 0, ""),
        ("place: OR a", "no_value", 0, "a"),
        ("titel:a", "field", 0, '"titel:a"'),
        ("after:昨天 a", "date", 0, "a"),
        ("a after:2024-02-30", "no_such_day", 2, "a"),
        ("after:0001", "no_such_day", 0, ""),
        ("place:火星", "place", 0, "火星"),
        ("has:金子", "choice", 0, ""),
        ("is:新", "choice", 0, ""),
        ("figure:a>很多", "figure", 0, "figure:a"),
        ("figure:", "no_value", 0, ""),
        ("near:30(a)", "near", 0, "a"),
        ("near:9999(a b)", "near", 0, "a b"),
        ("near:a b", "near", 0, "a b"),
        ("near:(a -b)", "near", 0, "a -b"),
    ],
)
def test_a_fault_is_told_at_its_place_with_what_is_searched_instead(
    text: str, key: str, position: int, instead: str
) -> None:
    tree, problems = parse_leniently(text)
    assert [(one.key, one.position) for one in problems] == [(key, position)]
    assert print_query(tree) == instead
    with pytest.raises(QueryError) as error:
        parse_query(text)
    assert error.value.position == position
    assert str(error.value) == problems[0].text("zh") != problems[0].text("en")


def test_every_fault_of_a_query_is_told_in_order() -> None:
    _, problems = parse_leniently("place:火星 (after:昨天 OR “a")
    assert [one.key for one in problems] == ["place", "open", "date", "quote"]


def test_length_depth_and_number_of_terms_are_limited() -> None:
    tree, problems = parse_leniently("a" * 5000)
    assert (tree, [one.key for one in problems]) == (Word("a" * MOST_CHARACTERS), ["too_long"])
    tree, problems = parse_leniently("b " + "(" * 400 + "a" + ")" * 400)
    assert (tree, problems[0].key, problems[0].position) == (Word("b"), "too_deep", 2 + MOST_LEVELS)
    assert parse_leniently("b " + "-" * 400 + "a")[1][0].key == "too_deep"
    tree, problems = parse_leniently(" ".join(f"w{number}" for number in range(MOST_TERMS + 30)))
    assert [one.key for one in problems] == ["too_many"]
    assert isinstance(tree, And) and len(tree.items) == MOST_TERMS


@pytest.mark.parametrize("name", [name for name in NAMES if NAMES[name] != "near"])
def test_every_name_of_a_field_is_known(name: str) -> None:
    value = {"place": "西宁", "after": "2024", "before": "2024", "has": "政策", "is": "首发"}.get(NAMES[name], "人才")
    tree = parse_query(f"{name}：{value}")
    assert tree == parse_query(f"{NAMES[name]}:{value}")
    assert isinstance(tree, Field | Figure) or (isinstance(tree, Word) and tree.column == "title")


def test_the_description_names_every_field_and_choice() -> None:
    text = (Path(__file__).resolve().parent.parent.parent / "docs" / "query.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{name}:`" not in text] == []
    assert [key for choices in (HAS, IS) for key, name in choices.items() if f"{key} {name}" not in text] == []
    assert f"{MOST_CHARACTERS} 个字符、{MOST_TERMS} 个词" in text and f"最多 {MOST_LEVELS} 层" in text
