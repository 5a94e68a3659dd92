"""Places: canonical forms, ambiguous names by context, what an article is about."""

from __future__ import annotations

import pytest

from parsers.places import PROVINCES, article_places, canonical, find_places, province_of


def test_there_are_34_provinces() -> None:
    assert len(PROVINCES) == 34
    assert {"香港特别行政区", "澳门特别行政区", "台湾省"} <= set(PROVINCES)


@pytest.mark.parametrize(
    ("printed", "full"),
    [
        ("海西州", "海西蒙古族藏族自治州"),
        ("果洛", "果洛藏族自治州"),
        ("湟中县", "湟中区"),
        ("大通县", "大通回族土族自治县"),
        ("内蒙古", "内蒙古自治区"),
        ("襄樊", "襄阳市"),
        ("鼓楼区", "鼓楼区"),
        ("不是地名", None),
    ],
)
def test_printed_names_become_canonical(printed: str, full: str | None) -> None:
    assert canonical(printed) == full


def test_an_ambiguous_name_needs_its_context() -> None:
    assert [m.name for m in find_places("青海省海南州共和县，海南生态立州")][-1] == "海南藏族自治州"
    assert find_places("朝阳区的天气") == []
    assert [m.code for m in find_places("北京市朝阳区")] == ["110000", "110105"]


def test_streets_and_slogans_are_no_places() -> None:
    assert find_places("南京路的商店，现代化新青海建设") == []


def test_a_partner_named_in_passing_is_not_what_it_is_about() -> None:
    body = "西宁市召开会议。西宁市提出意见。西宁市与南京市合作。西宁持续发力，西宁再上台阶。"
    assert article_places("西宁人才工作", body) == ("西宁市",)


def test_the_province_of_a_place() -> None:
    assert province_of("湟中区") == "青海省"
    with pytest.raises(KeyError):
        province_of("朝阳区")
