"""Kinds of document and themes on titles of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parsers.doc_types import DOC_TYPES, doc_type
from parsers.themes import themes


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("某州2024年人才工作综述", "一年来……", "综述"),
        ("在全州人才工作会议上的讲话", "同志们：今天开会。", "讲话"),
        ("关于印发人才引进办法的通知", "各县人民政府：现印发。", "政策文件"),
        ("全州人才工作会议召开", "会议强调……", "消息"),
        ("某县2024年急需紧缺人才招聘公告", "现公告如下。", "招聘引才公告"),
        ("拟入选人才名单公示", "现予公示。", "公示公告"),
        ("一图读懂人才新政", "看图。", "政策文件"),
        ("医疗专家抵达州医院", "十名专家昨日抵达。", "消息"),
        ("某县引进医疗卫生高层次紧缺人员的公告", "面向全国引进。", "招聘引才公告"),
        ("某县公开招聘事业单位人员拟聘用名单公示", "现予公示。", "公示公告"),
        ("市人才办发布2025年英才计划申报公告", "近日，市里发布公告。", "消息"),
        ("“羊博士”周文海：草原上的二十年", "周文海是研究员。他走遍牧场，牧民都认得他。", "人物"),
        (
            "请神容易留神难",
            "人请来了，不是终点，而是起点。只重引进，怎能留得住？说到底，靠的是一视同仁。",
            "评论/署名文章",
        ),
        ("请来的老师又走了", "记者近日走访三校。不是待遇低，而是没事干，怎能留得住？说到底，靠的是用。", "消息"),
    ],
)
def test_the_kind_follows_from_title_and_opening(title: str, body: str, kind: str) -> None:
    assert doc_type(title, body) == kind


def test_without_text_there_is_no_kind() -> None:
    assert doc_type("标题", " ") is None


def test_themes_name_what_the_text_dwells_on() -> None:
    found = themes("援青医疗队", "东西部协作选派援青专家，组团式帮扶，对口支援医院。")
    assert found[0] == "协作援青"
    assert "评价激励" not in found


ITEMS = [
    json.loads(line)
    for line in (Path(__file__).parent / "relevance_items.jsonl").read_text("utf-8").splitlines()
    if '"doc_type"' in line
]


def test_the_kinds_of_our_labelled_items_are_told() -> None:
    right = [doc_type(item["title"], item["text"]) == item["doc_type"] for item in ITEMS]
    assert {item["doc_type"] for item in ITEMS} == set(DOC_TYPES)
    assert sum(right) / len(right) >= 0.95
