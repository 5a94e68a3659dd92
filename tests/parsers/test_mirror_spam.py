"""Injected words leave a mirror's title; a title about such things stays."""

from __future__ import annotations

import pytest

from parsers.mirror_spam import drop_spam


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("真人娛樂城_搭建平臺 拓寬路徑 助力人才發展", "搭建平臺 拓寬路徑 助力人才發展"),
        ("搭建平臺 助力人才發展-彩票投注,国产精品一区二区", "搭建平臺 助力人才發展"),
        ("百家乐|全省人才工作會議召開|青海新聞網", "全省人才工作會議召開|青海新聞網"),
    ],
)
def test_injected_parts_are_dropped_and_told(line: str, kept: str) -> None:
    text, flag = drop_spam(line)
    assert text == kept
    assert flag is not None and flag.name == "mirror-spam"


@pytest.mark.parametrize("line", ["青海警方查處一起網絡博彩案", "全省人才工作會議召開_青海新聞網", "彩票", ""])
def test_other_titles_stay(line: str) -> None:
    assert drop_spam(line) == (line, None)
