"""What a report on everything counts beside talent work is no fact; what talent work brings about is one."""

from __future__ import annotations

import pytest

from tests.parsers.facts_reading import values


@pytest.mark.parametrize(
    "sentence",
    [
        "城镇新增就业3.1万人。",
        "新增养老床位600张，改造老旧小区28个。",
        "新改建农村公路300公里，新增学位4200个。",
        "城镇登记失业率为3.2%，发放担保贷款1.9亿元，建成零工驿站8个。",
        "绿电占比保持在75%以上，实施重点项目96个，完成投资210亿元。",
        "工业投资增长18%。",
        "当天公交加开班次52趟。",
        "产品寿命提高到30万次，单价降低四成。",
        "学校始建于1956年，现有本科专业48个，全日制在校生1.6万人。",
    ],
)
def test_other_matters_of_a_report_are_no_figures(sentence: str) -> None:
    assert values(sentence, "figure", "measure") == []


@pytest.mark.parametrize(
    ("sentence", "measures"),
    [
        ("城镇新增就业3.1万人，引进博士56名。", ["引进博士"]),
        ("带动农户就业860人。", ["带动农户就业"]),
        ("为引进人才子女新增学位240个。", ["引进人才子女新增学位"]),
        ("学院在校生达9800人。", ["学院在校生"]),
        ("实施人才项目38个，完成投资2.6亿元。", ["实施人才项目", "完成投资"]),
        ("职业技能培训1.2万人次，新增养老床位300张。", ["职业技能培训"]),
    ],
)
def test_what_talent_work_brings_about_counts_beside_them(sentence: str, measures: list[str]) -> None:
    assert values(sentence, "figure", "measure") == measures
