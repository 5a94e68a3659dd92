"""Quantities and what only looks like one."""

from __future__ import annotations

import pytest

from parsers.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "qualifier"),
    [
        ("引进人才86人", 86, 86, "人", "exact"),
        ("安排资金540余万元", 5400000, None, "元", "over"),
        ("培训1.2万人次", 12000, 12000, "人次", "exact"),
        ("政策近20项", 20, 20, "项", "nearly"),
        ("不少于30名", 30, None, "名", "over"),
        ("百余名专家", 100, None, "名", "over"),
        ("招聘20-30名", 20, 30, "名", "exact"),
        ("占比提高3.5个百分点", 3.5, 3.5, "个百分点", "exact"),
        ("选派二十三名干部", 23, 23, "名", "exact"),
        ("500人以上", 500, None, "人", "over"),
    ],
)
def test_a_quantity_is_read(text: str, low: float, high: float | None, unit: str, qualifier: str) -> None:
    (found,) = find_quantities(text)
    assert (found.low, found.high, found.unit, found.qualifier) == (low, high, unit, qualifier)


@pytest.mark.parametrize(
    "text",
    ["第18次会议", "“三个最大”省情", "345工程", "千人计划", "〔2024〕5号", "五个方面意见", "2024年3月5日", "带徒满5人"],
)
def test_what_only_looks_like_a_quantity(text: str) -> None:
    assert list(find_quantities(text)) == []
