"""Figures: what is counted, of whom and when, on sentences of our own."""

from __future__ import annotations

import time

import pytest

from parsers.facts import ReadingContext
from parsers.facts.figures import figures
from parsers.facts.measure_forms import normal_measure
from parsers.sentences import sentences
from parsers.values import Fact


def _facts(body: str, published: str = "2025-03-18", places: tuple[str, ...] = ("青海省",)) -> list[Fact]:
    context = ReadingContext("人才工作", body, published, places)
    facts = [fact for sentence in sentences(body) for fact in figures(context, sentence)]
    for fact in facts:
        assert body[fact.start : fact.end] == fact.evidence
    return facts


def _measures(body: str) -> list[tuple[str, float]]:
    return [(fact.fields["measure"], fact.fields["value_low"]) for fact in _facts(body)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全州建成博士后工作站12个、专家公寓98套。", [("建成博士后工作站", 12), ("建成专家公寓", 98)]),
        ("引进冷链技术推广人才6名、果蔬种植领军人才2名。", [("引进冷链技术推广人才", 6), ("引进果蔬种植领军人才", 2)]),
        ("新引进各类人才900余名，其中博士、硕士210名。", [("引进各类人才", 900), ("引进博士、硕士", 210)]),
        ("出台《人才公寓管理办法》等配套政策8项。", [("出台配套政策", 8)]),
        ("先后推出医疗帮带、教育增效等12项举措。", [("推出举措", 12)]),
        ("技能人才由1200人增加到3500人，同比增长12.5%。", [("技能人才", 3500), ("技能人才同比增长", 12.5)]),
        ("博士、硕士、本科生分别为12名、46名、230名。", [("博士", 12), ("硕士", 46), ("本科生", 230)]),
        ("分别引进博士、硕士35名、85名。", [("引进博士", 35), ("引进硕士", 85)]),
        ("选派5人赴无锡学习。", [("选派赴无锡学习人数", 5)]),
        ("在6家医院推行首席专家制度，45周岁以下骨干聘期3年。", [("医院推行首席专家制度", 6)]),
        ("联合设立3000万元人才发展基金。", [("设立人才发展基金", 30000000)]),
        ("安排专项资金200万元购置实训设备。", [("购置实训设备专项资金", 2000000)]),
        ("技术推广的新模式覆盖9个乡镇。", [("覆盖乡镇", 9)]),
        ("工程师占全部专业技术人员的38%。", [("工程师占全部专业技术人员比重", 38)]),
        ("论坛邀请7名省外专家。", [("论坛邀请省外专家", 7)]),
        ("成功签约4个项目。", [("签约项目", 4)]),
    ],
)
def test_a_measure_reads_as_a_column_title(text: str, expected: list[tuple[str, float]]) -> None:
    assert _measures(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "博士 | 30万元 | 每月5000元",
        "对全职引进的博士给予一次性安家费20万元。",
        "带徒满5人的工匠可以申报。",
        "硕士和副高级职称人才按市场租金的50%缴纳。",
        "津贴由每月1000元提高到每月1500元。",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert _facts(text) == []


def test_the_subject_is_the_place_that_acts_in_the_paragraph() -> None:
    places = ("西宁市", "海东市", "南京市")
    body = "海东市抓培训。与南京市合作引进专家5名。\n邀请南京市8名专家。"
    assert [fact.subject for fact in _facts(body, places=places)] == ["海东市", "西宁市"]
    (fact,) = _facts("海东市与南京大学合作，引进博士5名。", places=places)
    assert fact.subject == "海东市"


def test_a_period_carries_its_year_but_not_its_month() -> None:
    body = "2024年8月大会召开，签约项目4个。随后建成公寓30套。\n培训干部50名。"
    assert [fact.period for fact in _facts(body)] == ["2024-08", "2024", "2024"]


def test_what_is_only_compared_with_is_not_the_period() -> None:
    (fact,) = _facts("今年引进人才是2021年的5倍，新建公寓60套。")[-1:]
    assert fact.period == "2025"
    (fact,) = _facts("落实《人才行动方案（2022—2026年）》，培训干部50名。")
    assert fact.period == "2025"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新建省级院士工作站", "设立院士工作站"),
        ("柔性引进专家人才", "柔性引进专家学者"),
        ("兑现人才奖补资金", "发放人才奖补资金"),
        ("培养培训专业人才", "培育专业人才"),
    ],
)
def test_one_measure_lines_up(one: str, other: str) -> None:
    assert normal_measure(one) == normal_measure(other)


def test_a_normal_form_never_mixes_stocks_and_deeds() -> None:
    assert normal_measure("柔性引进专家") != normal_measure("引进专家")
    assert normal_measure("新增岗位") == "新增岗位"
    assert normal_measure("落实服务") != normal_measure("发放服务")


def test_figures_cost_in_proportion_to_their_number() -> None:
    def cost(count: int) -> float:
        body = "西宁海东引进人才3人，" * count + "\n" + "引进人才" + "1,234万人" * count
        start = time.process_time()
        _facts(body, places=("西宁市", "海东市"))
        return time.process_time() - start

    cost(10)
    for text in ("达到" * 300 + "和3人", "培养培训" * 150 + "和3人", "共有" * 300 + "x3人", "今年以来" * 150 + "3人"):
        start = time.process_time()
        _facts(text)
        assert time.process_time() - start < 2  # endless while a phrase had many readings
    assert cost(1600) < 14 * cost(200) + 0.5  # eight times the work
