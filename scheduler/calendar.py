"""The Chinese calendar of work: holidays and make-up workdays (调休).

The years that the library `chinesecalendar` holds come from the State Council's yearly notices. Years that it lacks
come from the operator's DATA/calendar.toml, which also wins over the library:

    [2027]
    holidays = ["2027-01-01..2027-01-03", "2027-02-05..2027-02-11"]   # 放假，含首尾；也可写单独一天
    workdays = ["2027-02-14"]                                          # 调休上班的周末

A year that neither holds is *missing*: `missing` names it (the coming one from 1 December on), and whoever watches
tells the operator. Until then its days are judged by the law's fixed holidays and the Spring Festival week, never as
if there were no holidays at all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import chinese_calendar

from scheduler.errors import SettingsError

FILE_NAME = "calendar.toml"
_ASK_FROM = (12, 1)  # month and day from which the coming year has to be known
_KEYS = ("holidays", "workdays")
_LONGEST = 31  # days of one holiday; a longer range is a slip of the pen
# Chinese New Year of years for which a notice may still be missing (astronomical, not a matter of notices)
_NEW_YEAR = {
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
    2031: date(2031, 1, 23),
    2032: date(2032, 2, 11),
}


class DayKind(StrEnum):
    """What a day is for the people who publish: a workday, a weekend, or a public holiday (bridged days included)."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Year:
    """The arrangement of one year: days off that a notice names, and weekend days that are worked."""

    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked; `own` are the operator's years, which win over the library's."""

    own: Mapping[int, Year] = field(default_factory=dict)

    def knows(self, year: int) -> bool:
        """Whether the arrangement of `year` is known."""
        return year in self.own or year in _LIBRARY

    def missing(self, today: date) -> tuple[int, ...]:
        """The years that have to be known on `today` and are not: this one, from 1 December the coming one too."""
        asked = [today.year] + ([today.year + 1] if (today.month, today.day) >= _ASK_FROM else [])
        return tuple(year for year in asked if not self.knows(year))

    def kind(self, day: date) -> DayKind:
        """What `day` is; of a year that is missing the best guess (fixed holidays, Spring Festival week)."""
        year = self.own.get(day.year) or _LIBRARY.get(day.year) or _guessed(day.year)
        if day in year.workdays:
            return DayKind.WORKDAY
        if day in year.holidays:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY

    def workday(self, day: date) -> bool:
        """Whether offices work on `day`."""
        return self.kind(day) is DayKind.WORKDAY


def load(directory: Path) -> WorkCalendar:
    """The calendar with the years of `directory`/calendar.toml.

    Raises SettingsError naming the file, the year and the value that is wrong.
    """
    path = directory / FILE_NAME
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return WorkCalendar()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}：不是正确的 TOML（UTF-8）：{error}") from error
    except OSError as error:
        raise SettingsError(f"{path}：无法读取（{error.strerror}），请检查文件权限") from error
    return WorkCalendar({int(name): _year(path, name, table) for name, table in read.items() if _is_year(path, name)})


def _is_year(path: Path, name: str) -> bool:
    if not (name.isdigit() and len(name) == 4):
        raise SettingsError(f"{path}：[{name}] 不是年份，请写成 [2027]")
    return True


def _year(path: Path, name: str, table: Any) -> Year:
    where = f"{path}：[{name}]"
    if not isinstance(table, dict):
        raise SettingsError(f"{where} 应是一节，含 holidays 和 workdays")
    wrong = set(table) - set(_KEYS)
    if wrong:
        raise SettingsError(f"{where} 没有 {sorted(wrong)[0]} 这一项；可用的有：holidays、workdays")
    if not table.get("holidays"):
        raise SettingsError(f"{where} 缺少 holidays：没有假日的年份不存在，请照国务院办公厅的通知填写")
    off, on = (frozenset(_days(where, key, int(name), table.get(key, []))) for key in _KEYS)
    for day in sorted(on):
        if day in off:
            raise SettingsError(f"{where} {day} 既在 holidays 又在 workdays，请删去一处")
        if day.weekday() < 5:
            raise SettingsError(f"{where} workdays：{day} 本来就是周一至周五，不必写；请核对日期")
    return Year(off, on)


def _days(where: str, key: str, year: int, values: Any) -> Iterator[date]:
    """The days of a list of dates ("2027-01-01", or TOML's own) and ranges ("2027-02-05..2027-02-11")."""
    if not isinstance(values, list):
        raise SettingsError(f'{where} {key} 应是列表，如 ["{year}-01-01..{year}-01-03"]')
    for value in values:
        first, _, last = str(value).partition("..")
        try:
            start, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        except ValueError as error:
            raise SettingsError(
                f'{where} {key}：{str(value)!r} 不是日期，写法如 "{year}-01-01" 或 "{year}-01-01..{year}-01-03"'
            ) from error
        if not (start <= end < start + timedelta(days=_LONGEST)) or {start.year, end.year} != {year}:
            raise SettingsError(f"{where} {key}：{str(value)!r} 的首尾不对：应先早后晚、都在 {year} 年、不超过 31 天")
        yield from (start + timedelta(days=number) for number in range((end - start).days + 1))


def _library() -> dict[int, Year]:
    off, on = chinese_calendar.constants.holidays, chinese_calendar.constants.workdays
    return {
        year: Year(frozenset(day for day in off if day.year == year), frozenset(day for day in on if day.year == year))
        for year in sorted({day.year for day in off})
    }


def _guessed(year: int) -> Year:
    """What is certain without a notice: New Year, Labour Day, National Day, and the week of the Spring Festival."""
    spans = [(date(year, 1, 1), 1), (date(year, 5, 1), 5), (date(year, 10, 1), 7)]
    if year in _NEW_YEAR:
        spans.append((_NEW_YEAR[year] - timedelta(days=1), 8))
    return Year(
        frozenset(first + timedelta(days=number) for first, days in spans for number in range(days)), frozenset()
    )


_LIBRARY = _library()
