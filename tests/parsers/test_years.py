"""Years that cannot be: doubted with their place; years that can be: left alone."""

from __future__ import annotations

from parsers.years import doubtful_years


def doubted(body: str) -> list[str]:
    flags = doubtful_years(body)
    assert all(flag.name == "year-doubt" for flag in flags)
    return [body[max(0, (flag.start or 0) - 2) : (flag.end or 0) + 2] for flag in flags]


def test_a_count_that_is_a_year_is_doubted() -> None:
    assert doubted("全年培训专业人才2025余人，引进205名。") == ["人才2025余人"]


def test_a_year_after_the_office_is_gone_is_doubted() -> None:
    assert doubted("省卫生计生委就2025年工作作了汇报。") == ["委就2025年工"]


def test_years_of_the_time_and_the_end_of_a_plan_are_not_doubted() -> None:
    assert doubted("省卫生计生委2017年的工作，规划到2025年完成，2018—2022年实施。") == []
    assert doubted("2025年，全市引进人才2000余人。") == []
