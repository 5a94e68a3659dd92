"""Incentives in sentences and tables of our own: who gets what, how much, on which condition; and what is none."""

from __future__ import annotations

import pytest

from tests.parsers.facts_reading import facts_of, values


def _rows(body: str) -> list[tuple[str, str, object]]:
    return [(f.fields["beneficiary"], f.fields["benefit"], f.fields["amount"]) for f in facts_of(body, "incentive")]


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "对全职引进的博士研究生，给予30万元安家补助，分5年发放。",
            [("全职引进的博士研究生", "安家补助", 300000)],
        ),
        (
            "对新引进的博士、硕士、本科毕业生，分别给予20万元、10万元、5万元安家补贴。",
            [("新引进的博士", "安家补贴", 200000), ("硕士", "安家补贴", 100000), ("本科毕业生", "安家补贴", 50000)],
        ),
        (
            "领军人才给予每人30万元、拔尖人才给予每人15万元、青年人才给予每人5万元培养经费支持。",
            [
                ("领军人才", "培养经费支持", 300000),
                ("拔尖人才", "培养经费支持", 150000),
                ("青年人才", "培养经费支持", 50000),
            ],
        ),
        (
            "博士后在站期间每人每年可获得15万元生活补助，出站后留省工作的再给予30万元安家费。",
            [("博士后", "生活补助", 150000), ("博士后", "安家费", 300000)],
        ),
        (
            "A类人才可享受200万元安家补助，B类人才可享受100万元安家补助，C类人才50万元。",
            [("A类人才", "安家补助", 2000000), ("B类人才", "安家补助", 1000000), ("C类人才", "安家补助", 500000)],
        ),
        ("新当选院士的，一次性奖励1000万元。", [("新当选院士", "奖励", 10000000)]),
        ("对获批国家级工作站的单位，给予50万元建站补助。", [("获批国家级工作站的单位", "建站补助", 500000)]),
    ],
)
def test_each_beneficiary_and_benefit_is_one_incentive(sentence: str, rows: list[tuple[str, str, object]]) -> None:
    assert _rows(sentence) == rows


def test_a_range_has_both_ends_in_yuan() -> None:
    (fact,) = facts_of("高校毕业生可享受两年6000元至1.5万元的租房补贴。", "incentive")
    assert (fact.fields["amount"], fact.fields["amount_high"]) == (6000, 15000)


def test_the_words_that_limit_an_amount_are_kept() -> None:
    (fact,) = facts_of("全职到区里工作的博士，给予最高40万元购房补贴。", "incentive")
    assert fact.fields["amount_note"] == "最高"
    (monthly,) = facts_of("对引进的硕士，每月发放2000元生活津贴。", "incentive")
    assert monthly.fields["amount_note"] == "每月"


def test_an_honour_that_is_granted_is_an_incentive_without_amount() -> None:
    (fact,) = facts_of("对挂职期满的专家授予“河谷友谊人才”称号。", "incentive")
    assert fact.fields["amount"] is None
    assert "河谷友谊人才" in fact.fields["benefit"]


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "博士和正高级职称人才前5年免租金，硕士按市场租金的50%缴纳。",
            [("博士和正高级职称人才", "前5年免租金", None), ("硕士", "按市场租金的50%缴纳", None)],
        ),
        ("为全职引进的领军人才提供120平方米住房。", [("全职引进的领军人才", "提供120平方米住房", None)]),
        ("大赛对第一名的选手奖励2万元，并授予“河谷技术能手”称号。", [("第一名的选手", "奖励", 20000)]),
    ],
)
def test_housing_rent_and_prizes_are_incentives(sentence: str, rows: list[tuple[str, str, object]]) -> None:
    assert _rows(sentence)[: len(rows)] == rows


def test_a_benefit_carries_over_a_semicolon() -> None:
    body = "对新引进的博士研究生，按每人每月5000元标准发放生活补助；硕士研究生每人每月2000元。"
    assert _rows(body) == [("新引进的博士研究生", "生活补助", 5000), ("硕士研究生", "生活补助", 2000)]


def test_a_sum_in_chinese_numerals_is_read() -> None:
    assert _rows("市里给在站人员每年十二万元生活补助。") == [("在站人员", "生活补助", 120000)]


@pytest.mark.parametrize(
    "sentence",
    [
        "县里为200名教师提供周转房，解决了住房困难问题。",
        "今年以来，全市累计发放人才补贴2300万元，惠及人才1200余人。",
        "会上兑现人才奖补资金1200万元。",
        "人才公寓项目总投资3.2亿元，带动就业800人。",
        "企业去年实现销售收入5000万元。",
        "县财政安排专项资金540万元购置人才公寓。",
    ],
)
def test_money_spent_or_paid_out_in_all_is_no_incentive(sentence: str) -> None:
    assert values(sentence, "incentive", "benefit") == []


def test_a_table_gives_one_incentive_a_cell() -> None:
    table = "人才层次 | 安家补助 | 岗位津贴\n博士研究生 | 30万元 | 每月5000元\n本科生 | — | 每月800元"
    assert _rows(table) == [
        ("博士研究生", "安家补助", 300000),
        ("博士研究生", "岗位津贴", 5000),
        ("本科生", "岗位津贴", 800),
    ]
    assert facts_of(table, "incentive")[1].evidence == "博士研究生 | 30万元 | 每月5000元"


def test_the_unit_of_a_column_title_counts_for_bare_numbers() -> None:
    table = "类别 | 购房补贴（万元） | 租房补贴（元/月）\n第二类 | 50-80 | 2000"
    first, second = facts_of(table, "incentive")
    assert (first.fields["amount"], first.fields["amount_high"]) == (500000, 800000)
    assert second.fields["amount"] == 2000


def test_a_table_by_benefit_names_beneficiary_and_condition_from_their_columns() -> None:
    table = "补贴项目 | 补贴对象 | 补贴标准 | 申请条件\n租房补贴 | 全日制博士 | 每月2000元 | 在本市缴纳社保满6个月"
    (fact,) = facts_of(table, "incentive")
    assert (fact.fields["beneficiary"], fact.fields["benefit"]) == ("全日制博士", "租房补贴")
    assert fact.fields["condition"] == "在本市缴纳社保满6个月"


def test_a_table_of_other_things_has_no_incentives() -> None:
    assert facts_of("项目名称 | 完成时间 | 投资\n人才公寓 | 2025年 | 3亿元", "incentive") == []


def test_the_money_of_an_incentive_is_not_repeated_as_a_figure() -> None:
    body = "大赛对第一名的选手奖励2万元，第二、三名分别奖励1万元、5000元。全市拨付专项资金300万元。"
    assert [f.fields["value_low"] for f in facts_of(body, "figure") if f.fields["unit"] == "元"] == [3000000]


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "首次购房的，按博士15万元、硕士6万元、本科2万元给予一次性补贴。",
            [("博士", "补贴", 150000), ("硕士", "补贴", 60000), ("本科", "补贴", 20000)],
        ),
        ("硕士每月1200元，博士每月4000元，连补三年。", [("硕士", "补贴", 1200), ("博士", "补贴", 4000)]),
        ("新引进的博士，3年内分期兑现安家费60万元。", [("新引进的博士", "安家费", 600000)]),
        (
            "对在本县创办企业并带动5人以上就业的，发放创业补贴2万元。",
            [("在本县创办企业并带动5人以上就业", "创业补贴", 20000)],
        ),
        (
            "中介机构每引进1名急需人才，按实际佣金的30%补助，单个机构年度不超过15万元。",
            [("中介机构", "补助", 150000)],
        ),
        (
            "支持领军人才组建创新工作室，给予启动经费10万元，年度考核优秀的再奖补3万元。",
            [("领军人才", "启动经费", 100000), ("领军人才", "奖补", 30000)],
        ),
        ("硕士科研启动费最高8万元。", [("硕士", "科研启动费", 80000)]),
        ("他另领交通补贴，每次1500元。", [("", "交通补贴", 1500)]),
        ("今年5月，她被授予“三八红旗手”称号。", [("她", "授予“三八红旗手”称号", None)]),
        ("4.县里提供拎包入住公寓，免租金2年。", [("引进人才", "免租金", None)]),
        (
            "对获得省赛金奖的选手，奖8万元；银奖奖4万元。",
            [("获得省赛金奖的选手", "奖", 80000), ("银奖", "奖", 40000)],
        ),
        ("市里给了80万元科研经费。", [("", "科研经费", 800000)]),
    ],
)
def test_sums_of_a_list_and_sums_without_a_verb_are_grants(sentence: str, rows: list[tuple[str, str, object]]) -> None:
    assert _rows(sentence) == rows


@pytest.mark.parametrize(
    "sentence",
    [
        "博士企业产值3000万元，硕士企业产值800万元。",
        "他给了师傅200元路费。",
        "技师缴税2万元、工人缴税3000元。",
    ],
)
def test_sums_that_people_earn_or_pay_are_no_grants(sentence: str) -> None:
    assert _rows(sentence) == []
