"""Years that cannot be: doubted with their place; years that can be: left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parsers.years import doubtful_years, read_year


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


CASES = [
    line
    for line in (Path(__file__).parent / "years_cases.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def marked(line: str) -> list[tuple[int, int]]:
    """The spans of the {…} of a case, counted without the brackets."""
    return [
        (m.start() - 2 * number, m.start() - 2 * number + len(m[1]))
        for number, m in enumerate(re.finditer(r"\{(.*?)\}", line))
    ]


@pytest.mark.parametrize("line", CASES)
def test_altered_values_are_doubted_and_honest_ones_are_not(line: str) -> None:
    body = line.replace("{", "").replace("}", "")
    flags = doubtful_years(body)
    assert len(flags) == len(marked(line)), flags
    for flag, (start, end) in zip(flags, marked(line), strict=True):
        assert flag.start is not None and flag.end is not None
        assert flag.start < end and start < flag.end
        assert flag.name in {"year-doubt", "number-doubt"}


def test_the_cases_are_many() -> None:
    altered = sum("{" in line for line in CASES)
    assert (altered, len(CASES) - altered) == (30, 60)


@pytest.mark.parametrize("text", ["2025", "2025年", "二〇二五", "二○二五", "二零二五"])
def test_a_year_is_read_in_each_spelling(text: str) -> None:
    assert read_year(text) == 2025


@pytest.mark.parametrize("text", ["", "12", "20255", "三百", "3025", "²⁰²⁵"])
def test_what_is_no_year_is_not_read(text: str) -> None:
    assert read_year(text) is None


def test_a_year_after_the_publication_that_is_told_as_done_is_doubted() -> None:
    body = "2026年，全市已引进人才300名。2027年将建成人才公寓。"
    assert [(f.start, f.end) for f in doubtful_years(body, "2024-03-18")] == [(0, 4)]
    assert doubtful_years(body, "2026-12-30") == ()


def test_the_likely_year_is_offered() -> None:
    (flag,) = doubtful_years("党的二十大于2025年10月召开。")
    assert "可能是2022年" in flag.detail
