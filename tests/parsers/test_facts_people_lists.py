"""People of tables and of lists of who was chosen; words that are no names."""

from __future__ import annotations

import pytest

from tests.parsers.facts_reading import facts_of, values


def test_a_line_of_a_table_names_a_person_with_body_and_post() -> None:
    body = "姓名 | 工作单位 | 职称\n林晓梅 | 河谷农业大学 | 副教授\n2 | 周海涛 | 河谷光电研究所 | 首席科学家 | 80万元"
    rows = [tuple(f.fields[k] for k in ("name", "organisation", "role")) for f in facts_of(body, "person")]
    assert rows == [("林晓梅", "河谷农业大学", "副教授"), ("周海涛", "河谷光电研究所", "首席科学家")]


@pytest.mark.parametrize(
    "row", ["临床医学 | 硕士 | 3名", "高层次 | 购房补贴 | 20万元", "金华 | 河谷大学 | 教授", "姓名 | 单位 | 职务"]
)
def test_a_line_of_a_table_of_other_things_names_nobody(row: str) -> None:
    assert values("引才项目表如下。\n" + row, "person") == []


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        (
            "河谷理工大学谷倩、第二医院林素云、河谷农业大学周雪岚等7人当选副会长。",
            ["谷倩", "林素云", "周雪岚"],
        ),
        ("河谷大学王海涛、青河学院李春梅荣获表彰。", ["王海涛", "李春梅"]),
        ("河谷大学教授林海峰当选会长。", ["林海峰"]),
        ("市领军人才周玉林等4位专家受聘。", ["周玉林"]),
        ("校长阿里木江·买买提出席会议。", ["阿里木江·买买提"]),
        ("学校为特聘教授顾衡颁发聘书。", ["顾衡"]),
    ],
)
def test_who_was_chosen_stands_behind_a_body(sentence: str, names: list[str]) -> None:
    assert values(sentence, "person") == names


@pytest.mark.parametrize(
    "sentence",
    [
        "校长为18名博士代表发放经费。",
        "专家解答了求职者的问题。",
        "县里把46名老师傅登记在册。",
        "河谷大学、青河学院等5人次入选。",
        "河谷大学科研成果、青河学院教学成果获得好评。",
    ],
)
def test_verbs_and_nouns_behind_a_role_or_a_body_are_no_names(sentence: str) -> None:
    assert values(sentence, "person") == []
