"""What a figure is called: the noun after 其中, who attends, who comes, states without a noun of their own."""

from __future__ import annotations

import pytest

from tests.parsers.facts_reading import facts_of


@pytest.mark.parametrize(
    ("sentence", "titles"),
    [
        (
            "全市引进硕士820名，同比增长6.5%，其中留学归国人员64名。",
            ["引进硕士", "引进硕士同比增长", "引进留学归国人员"],
        ),
        ("签约项目46个，同比增长9%，其中国家级7个。", ["签约项目", "签约项目同比增长", "国家级项目"]),
        ("建成博士后工作站52家，其中省级18家。", ["建成博士后工作站", "省级博士后工作站"]),
        ("新能源技术人才需求8000人，目前到岗5200人。", ["新能源技术人才需求", "新能源技术人才到岗"]),
        ("215家单位带来岗位6100个。", ["参加单位", "带来岗位"]),
        ("86家企业提供岗位2300个。", ["参加企业", "提供岗位"]),
        ("全县累计吸引3100名在外人才返乡。", ["吸引在外人才返乡"]),
        ("请120名港澳青年来看一看。", ["请港澳青年"]),
        ("前两批入选的210名专家不再申报。", ["入选专家"]),
        ("清华大学、同济大学等8所高校举办“才聚河谷”专场招聘会。", ["举办才聚河谷专场招聘会的高校"]),
        ("28名专员每人盯住一个园区。", ["专员"]),
        ("资金执行率只有71.2%。", ["资金执行率"]),
        ("开展电商培训58期，培训4300人次。", ["开展电商培训", "电商培训"]),
        ("75人拿到了高级技师证书。", ["拿到了高级技师证书人数"]),
    ],
)
def test_a_title_is_the_noun_with_its_verb(sentence: str, titles: list[str]) -> None:
    assert [fact.fields["measure"] for fact in facts_of(sentence, "figure")] == titles


def test_a_goal_of_doubling_is_no_growth() -> None:
    assert facts_of("力争技师总量三年翻一番。", "figure") == []
    assert facts_of("确保博士后数量五年内翻两番。", "figure") == []
