"""Periods against the day of publication, on sentences written before the grammar."""

from __future__ import annotations

import time

import pytest

from parsers.periods import article_year, find_periods, in_months, stated_period
from tests.parsers.marked_cases import rows, unmarked


def _found(text: str, published: str) -> list[tuple[int, int, str]]:
    day = None if published == "-" else published
    return [(period.start, period.end, period.value) for period in find_periods(text, day)]


def wrong_periods() -> list[tuple[str, str, object, object]]:
    """The cases that are not read as they are marked: published, sentence, expected, found."""
    wrong: list[tuple[str, str, object, object]] = []
    for published, marked in rows("period_cases.tsv"):
        text, expected = unmarked(marked)
        if (found := _found(text, published)) != expected:
            wrong.append((published, text, expected, found))
    return wrong


def test_at_least_95_of_100_sentences_are_read_whole() -> None:
    wrong = wrong_periods()
    assert len(wrong) <= 0.05 * len(rows("period_cases.tsv")), wrong


@pytest.mark.parametrize(
    ("value", "months"),
    [
        ("2024-03-18", "2024-03"),
        ("2024-03-18/2024-03-20", "2024-03"),
        ("2024-03-28/2024-04-02", "2024-03/2024-04"),
        ("2024", "2024"),
        ("2022-2024", "2022-2024"),
        ("2024-01/2024-05", "2024-01/2024-05"),
    ],
)
def test_a_fact_has_no_days(value: str, months: str) -> None:
    assert in_months(value) == months


def test_the_precision_and_what_publication_decided_are_known() -> None:
    year, day = find_periods("2023年引进人才，昨日签约", "2024-10-12")
    assert (year.precision, year.relative, day.precision, day.relative) == ("year", False, "day", True)


def test_a_year_does_not_reach_into_the_next_paragraph() -> None:
    assert [p.value for p in find_periods("2021年启动。\n5月完成。", "2024-10-12")] == ["2021", "2024-05"]


@pytest.mark.parametrize(
    ("text", "published", "value"),
    [
        ("报名截至4月10日。", "2025-03-17", "2025-04-10"),
        ("报名时间为3月25日至4月10日。", "2025-03-17", "2025-03-25/2025-04-10"),
        ("5月17日举行考试。", "2025-03-17", "2025-05-17"),
        ("5月18日举行考试。", "2025-03-17", "2024-05-18"),  # more than two months ahead: the year before
        ("1月10日召开会议。", "2025-12-20", "2025-01-10"),  # never into the next year without a word for it
        ("将于1月10日召开会议。", "2025-12-20", "2026-01-10"),
        ("4月10日召开会议。", "2025-03", "2024-04-10"),  # nobody knows how far ahead
    ],
)
def test_a_day_without_a_year_may_lie_a_little_ahead(text: str, published: str, value: str) -> None:
    assert [period.value for period in find_periods(text, published)] == [value]


def test_the_first_period_of_a_title() -> None:
    assert stated_period("人才行动方案（2024—2026年）") == "2024-2026"
    assert article_year("2023年人才工作综述", "2022年", "2024-01-05") == "2023"


def test_periods_cost_in_proportion_to_the_text() -> None:
    start = time.process_time()
    for text in ("2024年" * 20000, "1" * 40000, "5月\n" * 20000, "二〇" * 20000, "近" * 40000):
        list(find_periods(text, "2024-10-12"))
    assert time.process_time() - start < 5  # 0.5 s measured
