"""Label lines under the title and at the end of an article."""

from __future__ import annotations

import pytest

from parsers.labels import is_label_line, read_labels


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "来源：青海日报 作者：郑思哲 青 组 发布时间：2025-03-18 08:55:11 编辑：张小千",
            {
                "origin": "青海日报",
                "authors": "郑思哲 青 组",
                "published": "2025-03-18T08:55:11+08:00",
                "editor": "张小千",
            },
        ),
        (
            "来源:《当代组工干部》    日期:2022-10-11    浏览量:",
            {"origin": "《当代组工干部》", "published": "2022-10-11"},
        ),
        ("责任编辑：王小某", {"editor": "王小某"}),
        ("[编辑:李小四]", {"editor": "李小四"}),
        ("（责编：王小一、李小二）", {"editor": "王小一、李小二"}),
        ("信息来源：市委组织部", {"origin": "市委组织部"}),
        ("稿源：中新网 2020-01-02", {"origin": "中新网"}),
        ("文/李小明", {"authors": "李小明"}),
        ("来 源：青海日报", {"origin": "青海日报"}),
        ("作者：  来源：", {}),
        ("浏览量：300 字号：大 中 小 打印", {}),
    ],
)
def test_known_labels_give_their_values(line: str, expected: dict[str, str]) -> None:
    assert read_labels(line) == expected


def test_a_sentence_is_no_label_line() -> None:
    assert is_label_line("责任编辑：王小某")
    assert not is_label_line("来源：这里说的是水的来源，它自雪山流下。")
    assert not is_label_line("人才是第一资源。")
