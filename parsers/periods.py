"""Periods that a text states, resolved against the day of publication.

Normal forms: `2024`, `2024-08`, `2024-08-05`, `2022-2024` (years), `2024-01/2024-05` (months),
`2024-03-18/2024-03-20` (days). Rules, all for the day of publication P:
- 今年, 去年, 上月, 昨日 … count from P; 今年以来 runs from January to the month of P, 2020年以来 to the year of P.
- 近三年, 三年来, 过去三年 run from P's year back (in 2024: 2021-2024); 过去一年 is the year before, from November
  on the year itself.
- A month or day without a year takes the year stated before it in the paragraph, else the last one that is not
  after P (after 定于, 将于, 拟于 the next one). A day at most two months ahead in P's own year is ahead: notices
  name deadlines (报名截至4月10日) without a word for the future.
- “十四五” is 2021-2025; 党的二十大以来 begins in 2022.
- Without P nothing relative is resolved. Durations (聘期3年, 3个月内) and document numbers are no periods.
"""

from __future__ import annotations

import calendar
import datetime
import functools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.numerals import han_digits, han_number

_DASH = "(?:-|—|–|－|～|~|至|到){1,2}"
_Y = r"(?<!\d)(?:(?:19|20)\d{2}|二[〇零○][〇零○一二三][〇零○一二三四五六七八九])"
_BASE = rf"(?:(?:{_Y}年)|今年|本年|去年|上一?年|前年|明年)"
_M = "(?:1[0-2]|0?[1-9])"
_D = r"(?:3[01]|[12]\d|0?[1-9])"
_HAN_M = "(?:十[一二]?|[一二三四五六七八九])"
_FIRST = r"(?=[\d今本去上下前明二第一两三四五六七八九十最近过“党昨])"  # one look spares most characters the rest
_PERIOD = re.compile(
    _FIRST + "(?:"
    rf"(?P<iso>(?<![\d.-])(?P<iso_y>20\d\d)[-./](?P<iso_m>{_M})[-./](?P<iso_d>{_D})(?![\d-]))"
    rf"|(?P<years>(?P<from_y>{_Y})年?(?:{_DASH}|、)(?P<to_y>(?:19|20)\d\d)(?:年度?|学年))"
    rf"|(?P<days>(?P<d_b>{_BASE})?(?<![\d个])(?P<d_m>{_M})月(?P<d_d>{_D})日"
    rf"(?:{_DASH}(?P<d_b2>{_BASE})?(?:(?P<d_m2>{_M})月)?(?P<d_d2>{_D})日)?)"
    rf"|(?P<months>(?P<m_b>{_BASE})?(?<![\d个])(?P<m_m>{_M})月?{_DASH}(?P<m_b2>{_BASE})?(?P<m_m2>{_M})月(?!\d))"
    rf"|(?P<month>(?P<o_b>{_BASE})?(?<![\d个.])(?P<o_m>{_M})月(?:份|底|末|初|[上中下]旬)?(?!\d|以来|至今))"
    rf"|(?P<han_month>(?P<h_b>{_BASE})(?P<h_m>{_HAN_M})月份?)"
    rf"|(?P<part>(?P<p_b>{_BASE})?(?:(?P<half>[上下])半年|(?P<first>前)?第?(?P<quarter>[一二三四1-4])个?季度|前(?P<f_m>{_M})个月))"
    rf"|(?P<since>(?P<s_b>{_BASE})(?:(?P<s_m>{_M})月)?(?:以来|至今))"
    rf"|(?P<year>{_BASE}(?:年?[底末初]|度|冬|春季学期|秋季学期|国庆)?)"
    r"|(?P<lately>(?:最?近|过去的?)(?P<l_n>\d{1,2}|[一二两三四五六七八九十])年来?|"
    r"(?<![\d一二三四五六七八九十])(?P<l_n2>\d{1,2}|[一二两三四五六七八九十])年来)"
    r"|(?P<plan>“?(?<!二)十(?P<plan_n>[一二三四五六])五”?(?P<plan_as>以来|期?末|(?:期间|时期)(?!以来)))"
    r"|(?P<congress>党的(?P<c_n>十[六七八九]|二十)大以来)"
    rf"|(?P<this_month>(?P<t_m>本月|上个?月)(?:(?P<t_d>{_D})日)?)"
    r"|(?P<near_day>昨[日天]|今[日天](?!后)|前天)"
    rf"|(?P<day>(?<![\d月至—-])(?P<a_d>{_D})日(?![内均报本常前语元起后程期历]))"
    r")"
)
_MONTHS_AHEAD = 2  # a day without a year may lie so far ahead
_NEXT = re.compile("(?:定于|将于|将在|拟于|计划于|预计)$")
_BACK = {"今年": 0, "本年": 0, "去年": 1, "上年": 1, "上一年": 1, "前年": 2, "明年": -1}
_PARTS = {"上": (1, 6), "下": (7, 12)}
_CONGRESSES = {"十六": 2002, "十七": 2007, "十八": 2012, "十九": 2017, "二十": 2022}
_YEAR = re.compile(r"((?:19|20)\d{2})年")
_NOT_ITS_OWN = re.compile(rf"《[^《》\n]{{1,80}}》|\d{{4}}年?{_DASH}\d{{4}}年")
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_YEAR_IS_OVER = 11  # from this month on, 过去一年 is the year that ends


@dataclass(frozen=True, slots=True)
class Period:
    """A period in its normal form; `start`/`end` delimit its words; `relative` if P decided it."""

    value: str
    start: int
    end: int
    relative: bool

    @property
    def precision(self) -> str:
        """`year`, `month` or `day`: the unit of its ends."""
        return {4: "year", 7: "month", 10: "day"}.get(len(self.value.split("/")[0]), "year")


def find_periods(text: str, published: str | None = None) -> Iterator[Period]:
    """The periods that `text` states, in order; `published` (ISO 8601, any precision) resolves the relative ones."""
    day = _day(published)
    reader, line_end = _Reader(day), -1
    for match in _PERIOD.finditer(text):
        if match.start() > line_end:  # another paragraph: what the last one said about years is over
            reader, line_end = _Reader(day), text.find("\n", match.start()) % (len(text) + 1)
        before = text[max(0, match.start() - 4) : match.start()]
        if value := reader.read(match, ahead=bool(_NEXT.search(before))):
            yield Period(value, match.start(), match.end(), reader.relative)


def _day(published: str | None) -> tuple[int, int, int]:
    """Year, month and day of an ISO date, 0 for what it does not say."""
    found = _DATE.match(published or "")
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else (0, 0, 0)


@dataclass
class _Reader:
    """Reads one paragraph: `year` is the last one stated in it, `relative` whether P decided the last answer."""

    published: tuple[int, int, int]
    year: int = 0
    relative: bool = False

    def read(self, match: re.Match[str], ahead: bool) -> str | None:
        """The normal form of what matched; None when P is missing or the day does not exist."""
        self.relative = False
        kind = match.lastgroup
        if kind in ("days", "months", "month", "han_month", "part", "day"):
            return self._of_months(match, ahead)
        if kind == "years":
            return _span(_number_of(match["from_y"]), int(match["to_y"]))
        if kind == "iso":
            return _date(int(match["iso_y"]), int(match["iso_m"]), int(match["iso_d"]))
        if kind in ("year", "since"):
            return self._of_years(match)
        return self._of_publication(match)

    def _of_months(self, match: re.Match[str], ahead: bool) -> str | None:
        if match["days"]:
            return self._days(match, ahead)
        if match["months"]:
            last = int(match["m_m2"])
            first_year = self._year(match["m_b"] or (None if not match["m_b2"] else match["m_b2"]), last, 0, ahead)
            last_year = self._year(match["m_b2"], last, 0, ahead) if match["m_b2"] else first_year
            return _both(_month(first_year, int(match["m_m"])), _month(last_year, last))
        if match["part"]:
            return self._part(match)
        if match["han_month"]:
            return _month(self._year(match["h_b"], 0, 0, ahead), han_number(match["h_m"]))
        if match["day"]:
            return self._day_alone(int(match["a_d"]))
        month = int(match["o_m"])
        return _month(self._year(match["o_b"], month, 0, ahead), month)

    def _days(self, match: re.Match[str], ahead: bool) -> str | None:
        month, day = int(match["d_m"]), int(match["d_d"])
        year = self._year(match["d_b"], month, day, ahead)
        first = _date(year, month, day)
        if not match["d_d2"]:
            return first
        last_year = self._year(match["d_b2"], 0, 0, ahead) if match["d_b2"] else year
        return _both(first, _date(last_year, int(match["d_m2"] or month), int(match["d_d2"])))

    def _part(self, match: re.Match[str]) -> str | None:
        if match["half"]:
            first, last = _PARTS[match["half"]]
        elif match["f_m"]:
            first, last = 1, int(match["f_m"])
        else:
            quarter = int(match["quarter"]) if match["quarter"].isdigit() else han_number(match["quarter"])
            first, last = 1 if match["first"] else 3 * quarter - 2, 3 * quarter
        year = self._year(match["p_b"], last if not match["p_b"] else 0, 0, False)
        return _both(_month(year, first), _month(year, last))

    def _day_alone(self, day: int) -> str | None:
        year, month, today = self.published
        if not today:
            return None
        self.relative = True
        if day > today:
            year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        return _date(year, month, day)

    def _of_years(self, match: re.Match[str]) -> str | None:
        base = match["s_b"] or re.match(_BASE, match["year"] or "")[0]  # type: ignore[index]
        year = self._year(base, 0, 0, False)
        if not match["since"]:
            return str(year) if year else None
        this, month, _ = self.published
        if not year or not this:
            return None
        self.relative = True
        if month and (match["s_m"] or base in ("今年", "本年")):
            return _both(_month(year, int(match["s_m"] or 1)), _month(this, month))
        return _span(year, this)

    def _of_publication(self, match: re.Match[str]) -> str | None:
        year, month, day = self.published
        self.relative = True
        if match["plan"]:
            return self._plan(match)
        if not year:
            return None
        if match["congress"]:
            return _span(_CONGRESSES[match["c_n"]], year)
        if match["lately"]:
            return self._lately(match["l_n"] or match["l_n2"], match["lately"])
        if match["this_month"] and month:
            if match["t_m"] != "本月":
                year, month = (year, month - 1) if month > 1 else (year - 1, 12)
            return _date(year, month, int(match["t_d"])) if match["t_d"] else _month(year, month)
        if match["near_day"] and day:
            back = {"昨": 1, "今": 0, "前": 2}[match["near_day"][0]]
            return (datetime.date(year, month, day) - datetime.timedelta(days=back)).isoformat()
        return None

    def _lately(self, number: str, printed: str) -> str | None:
        year, month, _ = self.published
        count = int(number) if number.isdigit() else han_number(number)
        if count == 1 and not printed.endswith("来"):
            return str(year if month >= _YEAR_IS_OVER else year - 1)
        return _span(year - count, year)

    def _plan(self, match: re.Match[str]) -> str | None:
        first = 2021 + 5 * (han_number(match["plan_n"]) - 4)
        if match["plan_as"] == "以来":
            return _span(first, self.published[0]) if self.published[0] else None
        self.relative = False
        return str(first + 4) if match["plan_as"].endswith("末") else _span(first, first + 4)

    def _year(self, base: str | None, month: int, day: int, ahead: bool) -> int | None:
        """The year of `base`; without one that of a month and day beside the year stated before or P."""
        if base is None:
            return self._year_of_day(month, day, ahead)
        if base in _BACK:
            if not self.published[0]:
                return None
            self.relative = True
            self.year = self.published[0] - _BACK[base]
        else:
            self.year = _number_of(base[:4])
        return self.year

    def _year_of_day(self, month: int, day: int, ahead: bool) -> int | None:
        year, today = self.published[0], (self.published[1] or 12, self.published[2] or 31)
        if self.year and (not year or self.year <= year):
            return self.year
        if not year:
            return None
        self.relative = True
        if ahead:
            return year if (month, day or 31) >= today else year + 1
        soon = day and self.published[2] and (month, day) <= (today[0] + _MONTHS_AHEAD, today[1])
        return year if soon or (month, day or 1) <= today else year - 1


def _number_of(year: str) -> int:
    return int(year) if year.isascii() else int(han_digits(year.replace("○", "〇")))


def _span(first: int, last: int) -> str | None:
    if first == last:
        return str(first)
    return f"{first}-{last}" if first < last else None


def _month(year: int | None, month: int) -> str | None:
    return f"{year}-{month:02d}" if year else None


def _date(year: int | None, month: int, day: int) -> str | None:
    if not year or day > calendar.monthrange(year, month)[1]:
        return None
    return f"{year}-{month:02d}-{day:02d}"


def _both(first: str | None, last: str | None) -> str | None:
    return f"{first}/{last}" if first and last and first <= last else None


@functools.lru_cache(maxsize=8)  # asked for every fact of one sentence
def stated_period(text: str, published: str | None = None) -> str:
    """The first period that a sentence or a title states, days cut to months; empty when it states none."""
    return next((in_months(period.value) for period in find_periods(text, published)), "")


def in_months(value: str) -> str:
    """A period without its days, as facts have it (2024-03-18/2024-03-20 → 2024-03)."""
    first, _, last = value.partition("/")
    if len(first) < 8 or first[4:5] != "-" or first[7:8] != "-":
        return value
    return first[:7] if not last or last[:7] == first[:7] else f"{first[:7]}/{last[:7]}"


@functools.lru_cache(maxsize=8)  # asked once for every fact of one article
def article_year(title: str, body: str, published: str | None) -> str:
    """The year an article speaks of: of its title, else most often in its first 800 characters, else published.

    Of the body's years only those of publication and the two before it count (an older one is history, a later
    one a plan), and none of a 《title》 or a span; of equal ones the later.
    """
    this = _day(published)[0]
    stated = _YEAR.search(title)
    if stated and not (this and int(stated.group(1)) > this):
        return stated.group(1)
    years = _YEAR.findall(_NOT_ITS_OWN.sub("", body[:800]))
    counts = Counter(year for year in years if not this or this - 2 <= int(year) <= this)
    if counts:
        return str(max(counts, key=lambda year: (counts[year], year)))
    return str(this) if this else ""
