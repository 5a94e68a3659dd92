"""The calendar of work: make-up days, the operator's years, and years that nobody has told us yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scheduler import calendar
from scheduler.calendar import DayKind, WorkCalendar
from scheduler.errors import SettingsError


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 17), DayKind.HOLIDAY),  # first day of the year of the horse
        (date(2026, 2, 14), DayKind.WORKDAY),  # a Saturday that is worked for it
        (date(2026, 2, 28), DayKind.WORKDAY),
        (date(2026, 3, 7), DayKind.WEEKEND),
        (date(2026, 10, 7), DayKind.HOLIDAY),  # a Wednesday
        (date(2026, 11, 20), DayKind.WORKDAY),
    ],
)
def test_days_of_known_years(day: date, kind: DayKind) -> None:
    assert WorkCalendar().kind(day) is kind
    assert WorkCalendar().workday(day) is (kind is DayKind.WORKDAY)


def test_a_missing_year_is_asked_for_from_december_and_is_never_without_holidays() -> None:
    known = WorkCalendar()

    assert known.missing(date(2026, 11, 30)) == ()
    assert known.missing(date(2026, 12, 1)) == (2027,)
    assert known.missing(date(2027, 1, 5)) == (2027,)
    assert known.kind(date(2027, 2, 8)) is DayKind.HOLIDAY  # the Monday of Spring Festival, notice or not
    assert known.kind(date(2035, 10, 1)) is DayKind.HOLIDAY


def test_the_operators_year_counts(tmp_path: Path) -> None:
    (tmp_path / calendar.FILE_NAME).write_text(
        '[2027]\nholidays = ["2027-01-01..2027-01-03", 2027-02-08]\nworkdays = ["2027-02-14"]\n', "utf-8"
    )
    known = calendar.load(tmp_path)

    assert known.missing(date(2026, 12, 31)) == ()
    assert known.kind(date(2027, 1, 2)) is DayKind.HOLIDAY
    assert known.kind(date(2027, 2, 8)) is DayKind.HOLIDAY
    assert known.workday(date(2027, 2, 14))
    assert known.workday(date(2027, 2, 9))  # not named in this file: the file is the whole of its year


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[next]\n", "不是年份"),
        ("[2027]\n", "缺少 holidays"),
        ('[2027]\nholidays = ["2027-01-01"]\nholiday = 1\n', "没有 holiday 这一项"),
        ('[2027]\nholidays = ["1 January"]\n', "不是日期"),
        ('[2027]\nholidays = ["2027-01-05..2027-01-01"]\n', "首尾不对"),
        ('[2027]\nholidays = ["2026-12-31"]\n', "首尾不对"),
        ('[2027]\nholidays = ["2027-02-13"]\nworkdays = ["2027-02-13"]\n', "删去一处"),
        ('[2027]\nholidays = ["2027-01-01"]\nworkdays = ["2027-02-15"]\n', "本来就是周一至周五"),
        ("[2027\n", "不是正确的 TOML"),
        ('2027 = "x"\n', "应是一节"),
        ('[2027]\nholidays = "2027-01-01"\n', "应是列表"),
    ],
)
def test_a_wrong_file_says_what_and_where(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / calendar.FILE_NAME).write_text(text, "utf-8")

    with pytest.raises(SettingsError, match=said) as raised:
        calendar.load(tmp_path)
    assert "calendar.toml" in str(raised.value)
    assert "\n" not in str(raised.value).removesuffix("\n")
