"""What a number counts where its noun stands in another item: origins, run-on items, shares by age, funds."""

from __future__ import annotations

import pytest

from tests.parsers.facts_reading import facts_of, values


@pytest.mark.parametrize(
    ("sentence", "measures"),
    [
        (
            "聘任服务专员45名，其中市级部门23名、区县14名、企业8名。",
            ["聘任服务专员", "聘任市级部门服务专员", "聘任区县服务专员", "聘任企业服务专员"],
        ),
        ("全年引进各类人才842名其中博士26名柔性引进专家119名。", ["引进各类人才", "博士", "柔性引进专家"]),
        ("新来的人里，35岁以下的占62%。", ["35岁以下占比"]),
        ("拿到自然科学基金项目5项、经费160万元。", ["拿到自然科学基金项目", "拿到自然科学基金经费"]),
        ("周玉林等6位专家被聘为河谷市发展顾问。", ["被聘为河谷市发展顾问的专家"]),
        ("他主持育成“河麦”系列小麦品种14个。", ["育成河麦系列小麦品种"]),
        ("“十五五”期间培养技师900名。", ["培养技师"]),
        ("原来只有5人，如今专业技术人员有38人。", ["专业技术人员"]),
    ],
)
def test_the_measure_is_found_in_the_item_it_belongs_to(sentence: str, measures: list[str]) -> None:
    found = values(sentence, "figure", "measure")
    assert found[-len(measures) :] == measures


def test_posts_are_counted_by_the_time_too() -> None:
    (fact,) = facts_of("招聘会提供岗位2.3万个次。", "figure")
    assert (fact.fields["measure"], fact.fields["value_low"], fact.fields["unit"]) == ("提供岗位", 23000, "个次")


def test_members_of_a_workplace_are_no_kind_of_people_without_a_whole() -> None:
    assert "企业服务专员" not in values("走访企业8家。", "figure", "measure")
