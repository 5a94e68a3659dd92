"""Columns in any order, doubled headings and narrow lines, own writing."""

from __future__ import annotations

import textwrap

from parsers.newspaper import is_newspaper, read_newspaper, undoubled

LEAD = "功以才成，业由才广。过去一年，河谷市坚持党管人才，把人才工作摆在重要位置，以更大力度引才、育才、留才，为全市高质量发展提供了坚强支撑。"  # noqa: E501 (one paragraph)
ATTRACT = "“这里的引才政策很实在，”博士周大山说。河谷市到十所高校开展校园引才，签订引才协议，设立引才工作站，引进博士二十名，渠道越来越宽。"  # noqa: E501 (one paragraph)
ATTRACT_MORE = (
    "全市拓宽渠道，以赛引才，以会引才，让更多人才看得见河谷、来得了河谷，引才渠道从线下拓到线上，签约项目不断增加。"
)
SERVE = "“公寓拎包入住，孩子上学也有人帮，”工程师李小溪说。河谷市优化服务，建人才公寓三百套，办好服务专窗，让人才安心。"
SERVE_MORE = (
    "服务专员定期走访，问需求、解难题，优化住房和就医服务，人才服务的温度看得见、摸得着，留下来的人才一年比一年多。"
)


def column(text: str, width: int) -> str:
    first, *rest = textwrap.wrap(text, width)
    return "\n".join([first, *rest])


def page() -> str:
    return "\n\n".join(
        [
            column(SERVE, 14) + "\n\n" + column(SERVE_MORE, 14),
            "贤聚河谷 才兴未来\n——河谷市人才工作综述\n\n本报记者 周小雨 通讯员 何祖",
            column(ATTRACT, 20) + "\n\n" + column(ATTRACT_MORE, 20),
            column(LEAD, 32),
            "拓宽引才渠道拓宽引才渠道",
            "优化人才服务优化人才服务 留住各方英才留住各方英才",
        ]
    )


def test_a_page_of_columns_is_told_from_ordinary_text() -> None:
    assert is_newspaper(page())
    assert not is_newspaper("\n".join(["河谷市举办交流会", LEAD, ATTRACT, SERVE]))


def test_the_page_is_read_in_order() -> None:
    (reading,) = read_newspaper(page())
    assert (reading.title, reading.subtitle) == ("贤聚河谷 才兴未来", "——河谷市人才工作综述")
    assert reading.authors == ("周小雨", "何祖")
    assert reading.paragraphs == (
        LEAD,
        "拓宽引才渠道",
        ATTRACT,
        ATTRACT_MORE,
        "优化人才服务 留住各方英才",
        SERVE,
        SERVE_MORE,
    )


def test_an_order_that_nothing_decides_is_flagged() -> None:
    text = page().replace("拓宽引才渠道拓宽引才渠道", "甲丙戊庚甲丙戊庚")
    text = text.replace("优化人才服务优化人才服务 留住各方英才留住各方英才", "乙丁己辛乙丁己辛")
    (reading,) = read_newspaper(text)
    assert reading.order_confidence is not None and reading.order_confidence < 0.75
    assert [flag.name for flag in reading.flags] == ["reading-order"]


def test_headings_printed_twice_are_taken_once() -> None:
    assert undoubled("坚持走访坚持走访") == "坚持走访"
    assert undoubled("甲乙丙甲乙丙 丁戊己丁戊己") == "甲乙丙 丁戊己"
    assert undoubled("坚持走访常走访") is None
    assert undoubled("——————") is None
