"""Plain texts of each kind, own writing, the damage of real copies included."""

from __future__ import annotations

import pytest

from parsers.errors import NoBody
from parsers.plain_text import read_text

LONG = (
    "全市人才工作者围绕重点产业需求，走进企业车间和实验室，逐一了解岗位空缺、技术难题和生活困难，建立清单并且逐项销号"
)


def test_a_title_line_and_text() -> None:
    (reading,) = read_text("河谷市举办青年人才交流会\n\n6月3日，交流会举办。\n\n一、先看产业\n\n120人到场。\n")
    assert reading.title == "河谷市举办青年人才交流会"
    assert reading.paragraphs == ("6月3日，交流会举办。", "一、先看产业", "120人到场。")
    assert (reading.published, reading.origin, reading.editor, reading.authors) == (None, None, None, ())


def test_a_shared_copy_loses_its_lead_and_its_line_breaks() -> None:
    body = f"同志们：\n{LONG}，开办水利“订单\n班”，效果很好。\n{LONG}。\n一、压实责任。\n大家要一起努力。"
    text = f" 在座谈会上的讲话同志们：{LONG}，开办...\n在座谈会上的讲话\n{body}\n"
    (reading,) = read_text(text)
    assert reading.title == "在座谈会上的讲话"
    assert reading.paragraphs == (
        "同志们：",
        f"{LONG}，开办水利“订单班”，效果很好。",
        f"{LONG}。",
        "一、压实责任。",
        "大家要一起努力。",
    )


def test_labels_repeated_title_and_office_line_stay_out() -> None:
    text = (
        "以好作风为指引 建设人才强县\n\n来源:《河谷组工》    日期:2023-05-06    浏览量:\n\n以好作风为指引\n\n建设人才强县\n\n"  # noqa: E501 (one text)
        "河谷县委常委、组织部部长 王小河\n\n  我们坚持党管人才,成效明显。\n\n抓好平台建设\n\n  今年新建工作站3个。\n"
    )
    (reading,) = read_text(text)
    assert reading.title == "以好作风为指引 建设人才强县"
    assert (reading.origin, reading.published) == ("《河谷组工》", "2023-05-06")
    assert reading.authors == ("王小河",)
    assert reading.paragraphs == ("我们坚持党管人才，成效明显。", "抓好平台建设", "今年新建工作站3个。")


def test_a_saved_page_gives_the_article_once() -> None:
    article = "  河谷新闻网讯 人才是第一资源,河谷市新引进博士12名。\n\n车间里的技术员。河谷市委组织部供图\n\n  全市共建平台。\n"  # noqa: E501 (one text)
    head = "【身边人才】河谷引才记\n——河谷市引才综述\n"
    text = (
        "首页 新闻 视频 专题\n您当前的位置 : 河谷新闻网 > 要闻\n"
        f"{head}来源:河谷日报\n作者:李大江 赵 云\n发布时间:2024-07-08 09:10:11\n编辑:周小雨\n\n{article}\n"
        f"推荐阅读\n河谷市召开大会\n24H热点\n白鹭来了\n关于我们 | 法律顾问\n{head}\n河谷日报\n2024-07-08 09:10\n"
        f"{head}\n{article}\n编辑:周小雨\n"
    )
    (reading,) = read_text(text)
    assert (reading.title, reading.subtitle) == ("【身边人才】河谷引才记", "——河谷市引才综述")
    assert (reading.origin, reading.editor) == ("河谷日报", "周小雨")
    assert reading.authors == ("李大江", "赵云")
    assert reading.published == "2024-07-08T09:10:11+08:00"
    assert reading.captions == ("车间里的技术员。河谷市委组织部供图",)
    assert reading.paragraphs == ("河谷新闻网讯 人才是第一资源，河谷市新引进博士12名。", "全市共建平台。")


def test_a_body_without_title_takes_its_origin_from_the_dateline() -> None:
    (reading,) = read_text("河谷新闻网·河谷客户端讯 今年以来，全市引进人才50名。\n“走出去”看产业\n成效明显。\n")
    assert reading.title is None
    assert reading.origin == "河谷新闻网·河谷客户端"
    assert reading.paragraphs[0].startswith("河谷新闻网·河谷客户端讯 今年以来")
    assert len(reading.paragraphs) == 3


def test_simplified_words_are_not_converted() -> None:
    (reading,) = read_text("标题在此\n取得了显著成效，著名专家来访。\n")
    assert reading.paragraphs == ("取得了显著成效，著名专家来访。",)
    assert reading.original_paragraphs == ()


def test_a_text_without_body_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(NoBody, match="请确认"):
        read_text(" \n\n")
