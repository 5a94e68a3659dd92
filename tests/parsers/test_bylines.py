"""Who wrote it: names out of bylines, and never an editor, an office or a photographer."""

from __future__ import annotations

import pytest

from parsers.bylines import byline_in, names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本报记者 施翔 通讯员 宁组", ("施翔", "宁组")),
        ("郑思哲 青 组", ("郑思哲", "青组")),
        ("记者 方  敏 李 明", ("方敏", "李明")),
        ("记者张三、李四", ("张三", "李四")),
        ("新华社记者 王林 本报通讯员 李小云", ("王林", "李小云")),
        ("西宁市委常委、组织部部长 王润宇", ("王润宇",)),
        ("（记者 王小明）", ("王小明",)),
        ("文/图 李明", ("李明",)),
        ("文/张三 图/李四", ("张三",)),
        ("编辑：张小千", ()),
        ("光明日报全媒体记者 刘 艺 杨 吉", ("刘艺", "杨吉")),
        ("记者林晓谊／台北报道", ("林晓谊",)),
    ],
)
def test_names_of_a_byline(text: str, expected: tuple[str, ...]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("江畔网10月4日讯（记者陈小智 整合） 国庆长假过半，人才市场依旧红火。", ("陈小智",)),
        ("执笔/大刀姐、胡一刀&李小飞刀", ("大刀姐", "胡一刀", "李小飞刀")),
        ("各项工作有序推进。（李小楠）", ("李小楠",)),
        ("过一个祥和的春节。（常书小 马丹小 ）", ("常书小", "马丹小")),
        ("（新华社记者 谢小驰 摄）", ()),
        ("记者从省委组织部了解到，今年引进人才百名。", ()),
        ("修建了400多座运动场。（BBC）", ()),
        ("（河畔网编辑 孙小芳）", ()),
        ("（来源：某证券报）", ()),
    ],
)
def test_a_byline_in_a_paragraph(paragraph: str, expected: tuple[str, ...]) -> None:
    assert byline_in(paragraph) == expected
