"""The parties of a cooperation come from its own clause, in full or under a short name."""

from __future__ import annotations

import pytest

from parsers.facts import ReadingContext, extract
from tests.parsers.facts_reading import values


def _parties(body: str, title: str = "") -> list[list[str]]:
    context = ReadingContext(title, body, "2025-06-01", ("西宁市",))
    return [fact.fields["parties"] for fact in extract(context) if fact.kind == "cooperation"]


@pytest.mark.parametrize(
    ("body", "parties"),
    [
        (
            "河谷畜牧试验站成立十年。如今，试验站与青海大学共建高寒牧草观测站。",
            ["河谷畜牧试验站", "青海大学"],
        ),
        (
            "走进河铜新材料股份有限公司。河铜与青海大学签订合作协议。",
            ["河铜", "青海大学"],
        ),
        (
            "西宁市人力资源和社会保障局还与兰州、银川、张掖三市人社部门签署协作备忘录。",
            ["西宁市人力资源和社会保障局", "兰州市", "银川市", "张掖市"],
        ),
        (
            "支持青海大学、西宁职业技术学院与华为、快手等企业共办“算力班”。",
            ["青海大学", "西宁职业技术学院", "华为", "快手"],
        ),
        (
            "西宁市与兰州大学流体元件与控制系统重点实验室签订合作协议。",
            ["西宁市", "兰州大学流体元件与控制系统重点实验室"],
        ),
        ("市里与青海大学签订人才合作协议。", ["西宁市", "青海大学"]),
    ],
)
def test_who_stands_before_the_link_is_the_first_party(body: str, parties: list[str]) -> None:
    assert _parties(body) == [parties]


def test_a_later_clause_goes_on_with_the_party_before() -> None:
    body = "河谷科技协会换届。协会与青海大学联合设立“返岗基金”；与西宁银行签署战略合作协议。"
    assert _parties(body) == [["河谷科技协会", "青海大学"], ["河谷科技协会", "西宁银行"]]


def test_a_school_of_the_title_is_meant_by_its_kind() -> None:
    body = "会上，学校与兰州大学签署共建协议。"
    assert _parties(body, "河谷师范大学举行见面会") == [["河谷师范大学", "兰州大学"]]


@pytest.mark.parametrize("body", ["小李他们与青海大学签订合作协议。", "凌云与青海大学签订合作协议。"])
def test_the_place_of_the_article_is_no_party_where_the_clause_names_somebody(body: str) -> None:
    assert _parties(body) == []


def test_a_list_does_not_begin_with_its_preposition() -> None:
    assert ["与兰州大学", "青海大学"] not in values(
        "由与兰州大学、青海大学共建的研究院揭牌。", "cooperation", "parties"
    )
