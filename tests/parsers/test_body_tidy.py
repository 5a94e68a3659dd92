"""The stored form of a text."""

from __future__ import annotations

import pytest

from parsers.tidy import tidy, tidy_all


@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        ("会议指出,要引才;还要留才!", "会议指出，要引才；还要留才！"),
        ("引进人才,2025年达到30名", "引进人才，2025年达到30名"),
        ("他说：“来得及!”随后离开", "他说：“来得及！”随后离开"),
        ("增长5.2%,达到新高", "增长5.2%，达到新高"),
        ("补贴1,000元、12,500.5元", "补贴1,000元、12,500.5元"),
        ("西宁讯 3月18日，会议召开", "西宁讯 3月18日，会议召开"),
        ("新华社北京 3 月 18 日电 记者", "新华社北京3月18日电 记者"),
        ("凤栖夏都 聚宁圆梦", "凤栖夏都 聚宁圆梦"),
        ("2025-03-18 08:55", "2025-03-18 08:55"),
        ("ＡＩ人才２０２５年", "AI人才2025年"),
        ("青河市(以下简称本市)引才(AI)", "青河市（以下简称本市）引才(AI)"),
        ("\u3000\u3000人\u200b才\ufeff\xa0\xa0 ", "人才"),
        ("青河\ue14d市", "青河\ue14d市"),
        ("一行\n两行", "一行 两行"),
    ],
)
def test_a_text_is_stored_in_its_normal_form(printed: str, stored: str) -> None:
    assert tidy(printed) == stored
    assert tidy_all([printed, "　", printed]) == (stored, stored)
    assert tidy(stored) == stored


def test_a_headline_keeps_the_spaces_between_its_parts() -> None:
    assert tidy("青河 2025 引才 启动", headline=True) == "青河 2025 引才 启动"


def test_texts_do_not_run_into_one_another() -> None:
    assert tidy_all(["他说,", "人才（", "）好."]) == ("他说，", "人才（", "）好。")
