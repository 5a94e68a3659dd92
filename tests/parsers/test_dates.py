"""Dates as they are printed on pages and in addresses."""

from __future__ import annotations

import pytest

from parsers.dates import date_in_url, printed_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-18 08:55:11", "2025-03-18T08:55:11+08:00"),
        ("发布时间：2025年3月18日 08:55", "2025-03-18T08:55+08:00"),
        ("2025/03/18", "2025-03-18"),
        ("2025.03.18", "2025-03-18"),
        ("二〇二五年三月十八日", "2025-03-18"),
        ("二○二四年十二月三十一日", "2024-12-31"),
        ("２０２５－０３－１８　０８：５５", "2025-03-18T08:55+08:00"),
        ("2019年9月07日07:48", "2019-09-07T07:48+08:00"),
        ("2022年10月11日 下午3:05", "2022-10-11T15:05+08:00"),
        ("2024-05-05T16:30:00Z", "2024-05-06T00:30:00+08:00"),
        ("2018-03", "2018-03"),
        ("2018年", "2018"),
        ("2025-02-30", None),
        ("2022-13-01", None),
        ("投资2019.5万元", None),
        ("2022—2024年", None),
        ("没有日期", None),
    ],
)
def test_a_printed_date_is_read_with_its_precision(text: str, expected: str | None) -> None:
    assert printed_date(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.example/system/2025/03/18/030367537.shtml", "2025-03-18"),
        ("https://a.example/202508/t20250807_217861.html", "2025-08-07"),
        ("http://a.example/html/2014-12/21/content_200221.htm", "2014-12-21"),
        ("http://a.example/pc/content/202409/02/content_1.html", "2024-09-02"),
        ("http://a.example/art/2026/4/13/art_1.html", "2026-04-13"),
        ("http://a.example/n1/2023/1201/c1.html", "2023-12-01"),
        ("http://a.example/20231301/1.html", None),
        ("http://a.example/1.html?d=/2025/03/18/", None),
        ("http://[a.example/2025/03/18/1.html", "2025-03-18"),
        ("//：河畔|/2025/03/18/1.html", "2025-03-18"),
        ("/2025/03/18/1.html", "2025-03-18"),
        ("http://a.example/info/1053/6730.htm", None),
    ],
)
def test_the_day_in_an_address(url: str, expected: str | None) -> None:
    assert date_in_url(url) == expected
