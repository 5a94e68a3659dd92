"""Marks typed as ASCII part Chinese words as the wide ones do, and facts are cited as printed."""

from __future__ import annotations

import pytest

from parsers.facts.borders import with_borders
from tests.parsers.facts_reading import facts_of, values


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("育成品种9个,其中审定3个;推广", "育成品种9个，其中审定3个；推广"),
        ("投入1,250万元,增长", "投入1,250万元，增长"),
        ("按1:20配备,电话:8:30", "按1:20配备，电话：8:30"),
        ("各县(市、区)参加", "各县（市、区）参加"),
        ("f(x), a, b", "f(x), a, b"),
        ("好;", "好；"),
    ],
)
def test_marks_beside_chinese_words_are_wide(typed: str, read: str) -> None:
    assert with_borders(typed) == read
    assert len(typed) == len(read)


def test_figures_behind_typed_marks_have_their_own_nouns() -> None:
    body = "他先后培养博士12名,硕士41名;资助学生96名,累计推广新技术7项"
    assert values(body, "figure", "measure") == ["培养博士", "硕士", "资助学生", "推广新技术"]


def test_the_evidence_is_cited_as_printed() -> None:
    (fact,) = facts_of("全市引进博士35名,增速较快。", "figure")
    assert fact.evidence == "全市引进博士35名"
    (event,) = facts_of("第三届河谷(西宁)人才论坛在西宁举行。", "event")
    assert "(西宁)" in event.evidence
