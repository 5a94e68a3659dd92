"""Years and numbers that a copyist altered: what the text's own evidence does not allow is doubted, never changed."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parsers.values import Flag

_DATA = Path(__file__).parent / "data" / "dated_facts.toml"
# patterns begin with what they look for and look behind afterwards: so the search passes over all else quickly
_COUNT = re.compile(r"20(?<!\d20)[0-4][1-9](?=(?:余|多)(?:人|名|位|个|家|项|场|件|次|户|万|亿|所))")
_YEAR = re.compile(
    r"[12一二](?<![\d.].)(?:(?<=1)9\d\d|(?<=2)0\d\d|(?<=[一二])[〇○零九][〇○零一二三四五六七八九]{2})(?=年)"
)
_DIGITS = {character: str(number) for number, character in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0"}
_PLAN = re.compile(r"(?:到|至|力争|预计|计划|规划|争取|面向|[—\-－~～])\s*$")
_AHEAD = re.compile(r"^年(?:底|末)?(?:前|以前|之前|远景|目标|规划)|^年[^。，；]{0,12}(?:将|力争|达到[^了]{0,6}以上)")
_PAST = re.compile(r"原|昔日|当年|时任|前身|曾|当时|撤销|更名|改组|合并|组建|改革前|历任|先后")
_ENDED = re.compile(r"撤销|更名|改组|并入")
_HELD = re.compile(r"^[^。，；]{0,8}?(?:胜利|隆重)?(?:召开|开幕|闭幕)")
_LETTERS = re.compile(r"[12][0-9OoIl]{3}(?=年)|[0-9OoIl]{2}(?=[月日])")  # and a letter and a digit among them
_ALNUM = re.compile(r"[0-9A-Za-z]")
_READ = str.maketrans("OoIl", "0011")
_PLAN_NAME = re.compile(r"十[一二三四五]?五")
_BASE = re.compile(r"(?:比|较|同比|是|相比)(20\d\d)年(?=[^。，；]{0,8}(?:增|降|减|提高|翻|倍|多|少|上升|下降))")
_RANGE = re.compile(r"((?:19|20)\d\d)年?(?:—|--|－|-|～|~|至)((?:19|20)\d\d)(?=年)")
_MEASURE = re.compile(
    r"([\u4e00-\u9fff]{3,8}?)(?:达到?|为|共|约|超过?)?(\d{1,15}+(?:\.\d{1,9})?)(万|亿)(元|人|千瓦|吨|亩)"
)
_AMOUNT = re.compile(r"((?<!\d)\d{1,15}+(?:\.\d{1,9})?)(万|亿)(?:元|人|千瓦|吨|亩)")  # what every measure holds


@dataclass(frozen=True, slots=True)
class Era:
    """What is current from year `start` to year `end`: an office, an office holder, a formula of the time."""

    names: tuple[str, ...]
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class _Year:
    value: int
    start: int
    end: int


@functools.cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@functools.cache
def _eras() -> tuple[Era, ...]:
    return tuple(Era(tuple(row["names"]), row["from"], row["to"], row["why"]) for row in _facts()["era"])


@functools.cache
def _events() -> dict[str, int]:
    return {name: row["year"] for row in _facts()["event"] for name in row["names"]}


@functools.cache
def _plans() -> dict[str, tuple[int, int]]:
    return {row["name"]: (row["from"], row["to"]) for row in _facts()["plan"]}


def read_year(text: str) -> int | None:
    """The year that four digits or four Chinese digits stand for (2025, 二〇二五, 二○二五, 二零二五), else None."""
    plain = "".join(_DIGITS.get(character, character) for character in text.removesuffix("年"))
    return int(plain) if re.fullmatch(r"(?:19|20)\d\d", plain, re.ASCII) else None


def doubtful_years(body: str, published: str | None = None) -> tuple[Flag, ...]:
    """Flags "year-doubt" (and "number-doubt" for slips of 万 and 亿) with the reason and the likely value.

    The text's time is bounded by the offices, office holders and formulas it speaks of as current, and by
    `published` (ISO 8601) where it is known. Goals, ends of plans and what is told as past are not doubted;
    the printed value stays. Spans count in `body`.
    """
    years = [_Year(value, m.start(), m.end()) for m in _YEAR.finditer(body) if (value := read_year(m[0]))]
    checks = (_counts(body), _letters(body), _after_era(body, years), _events_dated(body, years))
    more = (_plan_years(body), _bases(body, years), _ranges(body), _not_yet(body, years, published), _scales(body))
    found: dict[tuple[int | None, int | None], Flag] = {}
    for flag in (flag for check in (*checks, *more) for flag in check):
        found.setdefault((flag.start, flag.end), flag)
    return tuple(sorted(found.values(), key=lambda flag: flag.start or 0))


def _doubt(start: int, end: int, detail: str) -> Flag:
    return Flag("year-doubt", detail, start, end)


def _counts(body: str) -> Iterator[Flag]:
    for m in _COUNT.finditer(body):
        yield _doubt(m.start(), m.end(), f"“{m[0]}”后有“余”或“多”，像是被改成年份的数量，请核对原文。")


def _letters(body: str) -> Iterator[Flag]:
    if not any(letter in body for letter in "OoIl"):
        return
    for m in _LETTERS.finditer(body):
        if m[0].isdecimal() or not any(map(str.isdecimal, m[0])) or _ALNUM.match(body[m.start() - 1 : m.start()]):
            continue
        yield _doubt(m.start(), m.end(), f"“{m[0]}”中有字母，可能是{m[0].translate(_READ)}。")


def _sentence(body: str, at: int) -> tuple[int, int]:
    start = max(body.rfind(mark, 0, at) for mark in "。！？；\n") + 1
    ends = [end for mark in "。！？；\n" if (end := body.find(mark, at)) >= 0]
    return start, min(ends, default=len(body))


def _current(body: str, era: Era) -> str | None:
    """The name by which the text speaks of `era` as of its own time; a mention told as past is none."""
    for name in era.names:
        at = body.find(name)
        while at >= 0:
            start, end = _sentence(body, at)
            told = [int(m[0]) for m in _YEAR.finditer(body, start, end) if m[0].isdecimal()]
            past = _PAST.search(body[max(start, at - 8) : at]) or _ENDED.search(body[at:end])
            if not past and not any(year <= era.end for year in told):
                return name
            at = body.find(name, at + 1)
    return None


def _after_era(body: str, years: list[_Year]) -> Iterator[Flag]:
    if not any(year.value > min(era.end for era in _eras()) for year in years):
        return
    named = [(era, name) for era in _eras() if any(n in body for n in era.names) and (name := _current(body, era))]
    if not named:
        return
    born = [era.start for era, _ in named] + [year for name, year in _events().items() if name in body]
    ended = min(named, key=lambda item: item[0].end)
    if max(born) > ended[0].end:  # the text names later things: it looks back
        return
    era, name = ended
    for year in years:
        if year.value > era.end + 1 and not _is_ahead(body, year):
            likely = f"，可能是{max(born)}年前后" if max(born) > era.start or era.start >= era.end - 3 else ""
            detail = f"{year.value}年与文中“{name}”不合：{era.why}，年份可能被改动{likely}。"
            yield _doubt(year.start, year.end, detail)


def _is_ahead(body: str, year: _Year) -> bool:
    """Whether the year is a goal or the end of a plan."""
    return bool(_PLAN.search(body[max(0, year.start - 4) : year.start]) or _AHEAD.match(body[year.end : year.end + 24]))


def _events_dated(body: str, years: list[_Year]) -> Iterator[Flag]:
    """A year that stands beside a congress which was held in another, or earlier than the spirit of one."""
    events = [(name, held) for name, held in _events().items() if name in body]
    if not events:
        return
    for year in years:
        rest = body[year.end + 1 : year.end + 30]
        clause = re.split("[。；！？\n]", rest)[0]
        for name, held in events:
            at = clause.find(name)
            if at < 0 or (at and clause[at - 1] in "一二三四五六七八九十"):
                continue
            dated = len(re.sub(r"\d{1,2}月(?:\d{1,2}日)?|[，,]|中国共产党|在北京", "", clause[:at])) <= 2
            is_held = dated and _HELD.match(clause[at + len(name) :]) and year.value != held
            is_early = year.value < held and re.search(r"(?:学习|贯彻|落实|宣传)[^，。]{0,4}$", clause[:at])
            if is_held or (is_early and "，" not in clause[:at].strip("，")):
                yield _doubt(year.start, year.end, f"{year.value}年与“{name}”不合：该会于{held}年召开。")
    for name, held in events:
        for m in re.finditer(re.escape(name) + r"(?:于|[（(])((?:19|20)\d\d)(?=年)", body):
            if int(m[1]) != held and m.start() and body[m.start() - 1] not in "一二三四五六七八九十":
                yield _doubt(m.start(1), m.end(1), f"{m[1]}年与“{name}”不合：该会于{held}年召开，可能是{held}年。")


def _plan_years(body: str) -> Iterator[Flag]:
    if not _PLAN_NAME.search(body):
        return
    for m in re.finditer(
        r"[“\"]?(十[一二三四五]?五)[”\"]?(?:时期|期间|规划)?[（(]((?:19|20)\d\d)年?[—\-－~至]+((?:19|20)\d\d)年?", body
    ):
        start, end = _plans().get(m[1], (0, 0))
        for group, right in ((2, start), (3, end)):
            if right and int(m[group]) != right:
                detail = f"{m[group]}年与“{m[1]}”不合：“{m[1]}”为{start}—{end}年，可能是{right}年。"
                yield _doubt(m.start(group), m.end(group), detail)
    for m in re.finditer(
        r"[“\"](十[一二三四五]?五)[”\"](?:规划)?(开局|收官|末|初|第一)(?:之年|年)?(?:的|即|[（(])?((?:19|20)\d\d)(?=年)",
        body,
    ):
        start, end = _plans().get(m[1], (0, 0))
        right = end if m[2] in ("收官", "末") else start
        if right and abs(int(m[3]) - right) > (m[2] in ("末", "初")):
            yield _doubt(m.start(3), m.end(3), f"{m[3]}年与“{m[1]}”{m[2]}不合，可能是{right}年。")
    for m in re.finditer(r"((?:19|20)\d\d)年是[“\"](十[一二三四五]?五)[”\"](?:规划)?[^，。]{0,4}?(开局|收官)", body):
        start, end = _plans().get(m[2], (0, 0))
        right = end if m[3] == "收官" else start
        if right and int(m[1]) != right:
            yield _doubt(m.start(1), m.end(1), f"{m[1]}年与“{m[2]}”{m[3]}之年不合，可能是{right}年。")


def _bases(body: str, years: list[_Year]) -> Iterator[Flag]:
    """A year that a comparison starts from must lie before the year that is compared."""
    for m in _BASE.finditer(body):
        start, end = _sentence(body, m.start())
        others = [year.value for year in years if start <= year.start < end and year.start != m.start(1)]
        if others and int(m[1]) >= max(others):
            yield _doubt(m.start(1), m.end(1), f"比较的基期{m[1]}年不早于同句的{max(others)}年，年份可能被改动。")


def _ranges(body: str) -> Iterator[Flag]:
    for m in _RANGE.finditer(body):
        if int(m[1]) > int(m[2]):
            yield _doubt(m.start(), m.end(), f"“{m[0]}年”的起年晚于止年，年份可能被改动。")


def _not_yet(body: str, years: list[_Year], published: str | None) -> Iterator[Flag]:
    """A year after the day of publication that is told as done."""
    now = read_year((published or "")[:4])
    if now is None:
        return
    for year in years:
        if year.value <= now:
            continue
        clause = re.split("[。；！？\n]", body[year.end : year.end + 60])[0]
        done = re.search(r"已|了|完成|荣获|获评|召开了|顺利", clause) and not re.search(
            r"将|力争|要|目标|计划|确保", clause
        )
        ahead = _is_ahead(body, year) or "将" in body[max(0, year.start - 6) : year.start]
        if done and not ahead:
            yield _doubt(year.start, year.end, f"{year.value}年晚于发布日期（{now}年），却说已经发生，年份可能被改动。")


def _scales(body: str) -> Iterator[Flag]:
    """The same digits of the same measure, once in 万 and once in 亿."""
    scales = set(_AMOUNT.findall(body))
    if len({digits for digits, _ in scales}) == len(scales):  # no number stands in both
        return
    seen: dict[tuple[str, str, str], str] = {}
    for m in _MEASURE.finditer(body):
        key = (m[1][-4:], m[2], m[4])
        if seen.setdefault(key, m[3]) != m[3]:
            detail = f"“{m[1]}”在文中一处为{m[2]}{seen[key]}{m[4]}、一处为{m[2]}{m[3]}{m[4]}，万、亿可能有误。"
            yield Flag("number-doubt", detail, m.start(2), m.end())
