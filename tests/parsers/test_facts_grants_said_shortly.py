"""Grants told in short verbs, in tiers, as shares or in kind; what only looks like one."""

from __future__ import annotations

import pytest

from tests.parsers.facts_reading import facts_of, values


@pytest.mark.parametrize(
    ("sentence", "amounts"),
    [
        ("在园区买房的，博士补8万元，硕士补4万元。", [80000, 40000]),
        ("全日制硕士购房补12万元。", [120000]),
        ("每带出一名技师奖师傅2000元。", [2000]),
        ("王工团队获得科研资助800万元。", [8000000]),
        ("技能大赛设一等奖3名，奖金各5万元、二等奖6名，奖金各2万元。", [50000, 20000]),
        ("去年，她获评“河谷工匠”，奖金20万元。", [200000]),
        ("省内每人300元，省外每人800元。", [300, 800]),
        ("企业每招收1名博士后，给予日常经费3万元。", [30000]),
    ],
)
def test_short_verbs_and_nouns_grant_a_sum(sentence: str, amounts: list[int]) -> None:
    assert values(sentence, "incentive", "amount") == amounts
    assert [f for f in facts_of(sentence, "figure") if f.fields["unit"] == "元"] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "河谷团队累计获得科研资助800万元。",
        "她每年拿出自己的奖金3万元资助学生。",
        "市里设立每年2000万元的人才专项资金。",
        "他收到过一家外企年薪80万元的邀请。",
        "新引进、年薪40万元以上的人才须签三年合同。",
        "学校候补队员30名，弥补缺口3万元。",
        "全年分配人才公寓1206套。",
    ],
)
def test_what_is_paid_offered_founded_or_required_is_no_grant(sentence: str) -> None:
    assert values(sentence, "incentive", "benefit") == []


def test_the_tiers_of_one_beneficiary_are_one_grant_from_the_lowest_to_the_highest() -> None:
    (grant,) = facts_of("优秀项目可获3万元、6万元、9万元三个档次的资助。", "incentive")
    assert (grant.fields["amount"], grant.fields["amount_high"]) == (30000, 90000)
    (grant,) = facts_of("青年人才购买首套住房的，按学历分别给予9万元、6万元、3万元补助。", "incentive")
    assert (grant.fields["amount"], grant.fields["amount_high"]) == (30000, 90000)
    assert values("对博士、硕士分别给予9万元、6万元补助。", "incentive", "amount") == [90000, 60000]


@pytest.mark.parametrize(
    ("sentence", "benefit", "amount"),
    [
        ("服务满五年的人才，由财政报销在职深造学费的60%。", "报销在职深造学费的60%", None),
        ("毕业生可免费住10天。", "免费住10天", None),
        ("租住满三年的人才，可按成本价的80%购买所住公寓。", "按成本价的80%购买所住公寓", None),
        ("对企业委托高校开展的研发，按支付额的25%给予补助，年度补助总额不超过300万元。", "补助", 3000000),
        ("聘请专家的，按支付额的15%补贴企业，单个企业每年不超过10万元。", "补贴", 100000),
    ],
)
def test_shares_and_what_is_given_in_kind(sentence: str, benefit: str, amount: int | None) -> None:
    assert [(f.fields["benefit"], f.fields["amount"]) for f in facts_of(sentence, "incentive")] == [(benefit, amount)]
    assert values(sentence, "figure", "measure") == []
