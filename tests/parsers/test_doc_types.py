"""Kinds of document and themes on titles of our own."""

from __future__ import annotations

import pytest

from parsers.doc_types import doc_type
from parsers.themes import themes


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("某州2024年人才工作综述", "一年来……", "综述"),
        ("在全州人才工作会议上的讲话", "同志们：今天开会。", "讲话"),
        ("关于印发人才引进办法的通知", "各县人民政府：现印发。", "通知/政策文件"),
        ("全州人才工作会议召开", "会议强调……", "会议报道"),
        ("某县2024年急需紧缺人才招聘公告", "现公告如下。", "招聘公告"),
        ("拟入选人才名单公示", "现予公示。", "公示公告"),
        ("一图读懂人才新政", "看图。", "解读"),
        ("医疗专家抵达州医院", "十名专家昨日抵达。", "消息"),
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
