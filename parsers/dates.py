"""Dates as pages print them → ISO 8601 with the precision printed. A wrong day is worse than none."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "北京时间")  # China has one time zone, without summer time, since 1991
_RANGE = ("-", "—", "~", "至", "到")  # before a year: the end of a span, not a date
_YEARS = range(1949, 2100)
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_DATE = re.compile(
    r"([一二][〇○零一二三四五六七八九]{3})年(?:([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})[日号])?)?"
)
_YEARISH = re.compile("[12１２][90９０]|年")
_DASHES = str.maketrans("–‐‑‒−", "-----")
_RUN = re.compile(r"(?<!\d)((?:19|20)\d\d[01]\d[0-3]\d)([0-2]\d)([0-5]\d)([0-5]\d)(?!\d)")
_DATE = re.compile(
    r"""(?<![\d.])(?<!\d/)
    (?P<y>(?:19|20)\d\d)
    (?:
      \s*年\s*(?P<m1>\d{1,2})\s*月(?:\s*(?P<d1>\d{1,2})\s*[日号]?)?
    | \s?(?P<sep>[-/.])\s?(?P<m2>\d{1,2})
      (?:\s?(?P=sep)\s?(?P<d2>\d{1,2})|(?!\s?[-/.]\s?\d))(?:(?=\d\d:\d\d)|(?![\d%％]|\.\d))
    | \s*(?P<m4>\d\d)\s?/\s?(?P<d4>\d\d)(?=\s*\d\d:\d\d)
    | (?P<m3>0\d|1[0-2])(?P<d3>[0-2]\d|3[01])(?!\d)
    | \s*年(?!\s*[-—~至来到])
    | \s*$
    )
    """,
    re.X,
)
_TIME = re.compile(
    r"""\s*(?:[(（]?(?:星期|周|(?<=[(（]))[一二三四五六日天][)）]?)?[T\s,，|/_\-]*(?P<noon>上午|下午|中午|晚上?|凌晨|早上|[AaPp][Mm])?\s*
    (?P<h>\d{1,2})\s?(?:[:：]|[时点])\s?(?P<i>\d{2})?(?:\s?[:：分]\s?(?P<s>\d{2})?)?
    (?:[.:]\d+)?\s*(?P<zone>Z|GMT|UTC|[+-]\d{2}:?\d{2})?\s*(?P<half>[AaPp][Mm])?""",
    re.X,
)
_SHORT = re.compile(r"(?<!\d)(\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)(?!\d)")
_EPOCH = re.compile(r"(1\d{9})(?:\d{3})?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = "|".join(_MONTHS)
_ENGLISH = re.compile(
    rf"(?:(?P<d1>\d{{1,2}})\s+(?P<m1>{_NAMED})[a-z]*\.?,?\s+|(?P<m2>{_NAMED})[a-z]*\.?\s+(?P<d2>\d{{1,2}}),?\s+"
    r"(?P<clock>\d\d:\d\d(?::\d\d)?\s+(?:[A-Z]{3,4}\s+)?)?)(?P<y>(?:19|20)\d\d)",
    re.I,
)
_FIRST_MACHINE_DAY = "1990"  # a field that was never filled says 1970
_NOT_PATH = re.compile(r"^[^/?#]*//[^/?#]*|[?#].*$", re.S)
_URL_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/_](?P<m>\d{1,2})[-/_](?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])/(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
        r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/](?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
        r"(?:/|[tTwWaA]|art)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?=[/_.]|$)",
    )
)


def printed_date(text: str) -> str | None:
    """The first date printed in `text`, as ISO 8601 with the precision printed, or None.

    `2025-03-18T08:55:11+08:00` (Beijing time unless a zone is printed), `2022-10-11`, `2018-03`, `2018`.
    """
    found = split_at_date(text)
    return found[0] if found else None


def split_at_date(text: str) -> tuple[str, str, str] | None:
    """(date as `printed_date`, the text before it, the text after it), in half-width characters, or None."""
    if not _YEARISH.search(text):
        return None
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_DASHES)
        text = _CHINESE_DATE.sub(_in_digits, text).replace("年元月", "年1月")
    text = _RUN.sub(r"\1 \2:\3:\4", text)
    for match in _DATE.finditer(text):
        date, before, after = _date(match), text[: match.start()], text[match.end() :]
        if date is None or (len(date) == 4 and before.rstrip()[-1:] in _RANGE):
            continue
        if len(date) == 10:
            date, after = _with_time(date, after)
        return date, before, after
    return _with_year_last(text)


def machine_date(text: str) -> str | None:
    """The date of a field written by a program: as `printed_date`, and seconds since 1970, and English forms."""
    epoch = _EPOCH.fullmatch(text.strip())
    if epoch:
        return datetime.fromtimestamp(int(epoch[1]), BEIJING).isoformat(timespec="seconds")
    english = _ENGLISH.search(text)
    if english:
        month = 1 + _MONTHS.index((english["m1"] or english["m2"]).lower())
        date = iso_day(english["y"], str(month), english["d1"] or english["d2"])
        return date and _with_time(date, english["clock"] or text[english.end() :])[0]
    date = printed_date(text)
    return date if date and date >= _FIRST_MACHINE_DAY else None


def short_date(text: str) -> str | None:
    """A day whose year is printed with two digits (24-03-05), which only a label makes a date; else None."""
    match = _SHORT.search(unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    date = iso_day(f"20{match[1]}", match[3], match[4])
    return date and _with_time(date, text[match.end() :])[0]


def date_in_url(url: str) -> str | None:
    """The day in the path of `url` (…/2025/03/18/…, …/t20250318_1.html) as ISO 8601, or None."""
    path = _NOT_PATH.sub("", url)  # urlsplit refuses some of the addresses that pages give
    for pattern in _URL_DATES:
        match = pattern.search(path)
        if match and (date := iso_day(match["y"], match["m"], match["d"])):
            return date
    return None


def iso_day(year: str, month: str, day: str) -> str | None:
    """The day as ISO 8601, or None when the calendar has no such day."""
    y, m, d = int(year), int(month), int(day)
    if y not in _YEARS or not 1 <= m <= 12 or not 1 <= d <= calendar.monthrange(y, m)[1]:
        return None
    return f"{y:04d}-{m:02d}-{d:02d}"


def _date(match: re.Match[str]) -> str | None:
    month = match["m1"] or match["m2"] or match["m3"] or match["m4"]
    day = match["d1"] or match["d2"] or match["d3"] or match["d4"]
    if day:
        return iso_day(match["y"], month, day)
    if int(match["y"]) not in _YEARS:
        return None
    if not month:
        return match["y"]
    if match["sep"] and len(month) < 2:  # 2018-3 may be a number of anything
        return None
    return f"{match['y']}-{int(month):02d}" if 1 <= int(month) <= 12 else None


def _with_year_last(text: str) -> tuple[str, str, str] | None:
    """25/03/2024, day or month first: read only where one of the two can be no month."""
    match = _YEAR_LAST.search(text)
    if match is None or (int(match[1]) <= 12 and int(match[2]) <= 12 and match[1] != match[2]):
        return None
    day, month = (match[1], match[2]) if int(match[1]) > 12 else (match[2], match[1])
    date = iso_day(match[3], month, day)
    if date is None:
        return None
    date, after = _with_time(date, text[match.end() :])
    return date, text[: match.start()], after


def _with_time(date: str, rest: str) -> tuple[str, str]:
    """The day with the time that `rest` begins with, if it does, and what is left of `rest`."""
    match = _TIME.match(rest[:40])
    if not match or (match["i"] is None and "时" not in match[0] and not match["noon"]):
        return date, rest
    hour, minute, second = int(match["h"]), int(match["i"] or 0), int(match["s"] or 0)
    half = match["noon"] or match["half"]
    if half and half.lower() in ("下午", "晚", "晚上", "中午", "pm") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59 or second > 59:
        return date, rest
    precision = "seconds" if match["s"] else "minutes"
    clock = f"{date}T{hour:02d}:{minute:02d}:{second:02d}{_zone(match['zone'])}"
    # the day that counts is the day in China, whatever zone a program wrote
    moment = datetime.fromisoformat(clock).astimezone(BEIJING)
    return moment.isoformat(timespec=precision), rest[match.end() :]


def _zone(printed: str | None) -> str:
    if printed is None:
        return "+08:00"
    return "+00:00" if printed in ("Z", "GMT", "UTC") else f"{printed[:3]}:{printed[-2:]}"


def _in_digits(match: re.Match[str]) -> str:
    year = match[1].translate(_CHINESE_DIGITS)
    if match[2] is None:
        return f"{year}年"
    month = f"{year}年{_small_number(match[2])}月"
    return month if match[3] is None else f"{month}{_small_number(match[3])}日"


def _small_number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    digits = "〇一二三四五六七八九"
    value = digits.find(ones) if ones else 0
    return value + (10 * (digits.find(tens) if tens else 1) if ten else 0)
