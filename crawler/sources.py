"""Source and family files: one TOML file is one site; nothing else is touched to add one.

    title    = "青海新闻网"
    province = "青海省"
    kind     = "portal"              # portal, gov, hrss, party, epaper
    family   = "enorth"
    reviewed = 2026-11-21            # last time a person compared the live site with this file; absent: never
    evidence = ["网址样本 2026-03"]   # what the file was written from: kind and date
    [crawl]
    every    = "2h"
    lists    = ["https://www.qhnews.com/newscenter/"]
    article  = '/system/\\d{4}/\\d{2}/\\d{2}/\\d+\\.shtml$'
    [page]                           # only what the family does not already say
    body     = ["#content"]
    [expect]
    articles_per_week = {min = 20}

A family file (parsers/data/families/*.toml, see parsers.families) has title, evidence, [recognise], [crawl] and [page];
the source's keys win over the family's. A family's article rule counts on the source's own hosts only (`hosts`, else
those of its lists, with their sub-domains); a source's own rule counts as it is written.

A folder of sources may hold two things that are no sources: cases/ (saved pages, see crawler.cases) and checks.json
(when `caixun sources check --write` last took a list and an article from the live site).
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from crawler.errors import SourceFileError
from crawler.tables import Table
from parsers import families
from parsers.rules import PageRules

PAGE_KEYS = ("title", "subtitle", "body", "time", "origin", "author", "editor")
CONFIDENCE = ("high", "medium", "low")
KINDS = ("portal", "gov", "hrss", "party", "epaper")
CASES = "cases"
CHECKS = "checks.json"
EXPECTATIONS = ("articles_per_week", "title", "published", "origin", "authors", "relevant")
REVISIT = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72, 168, 720, 2160))
_PLACES = {
    "{YYYYMMDD}": r"\d{8}",
    "{YYYYMM}": r"\d{6}",
    "{YYYY-MM}": r"\d{4}-\d{2}",
    "{YYYY}": r"\d{4}",
    "{MM}": r"\d{2}",
    "{DD}": r"\d{2}",
    "{NN}": r"\d{2}",
    "{NNN}": r"\d{3}",
}
LOOPBACK = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]):\d{1,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One watched site. Times are timedeltas, `delay` and `timeout` seconds; `revisit` ends in "yearly"."""

    id: str
    title: str
    province: str
    city: str | None
    family: str
    kind: str
    enabled: bool
    reviewed: date | None
    confidence: str
    evidence: tuple[str, ...]
    note: str
    lists: tuple[str, ...]
    article: tuple[re.Pattern[str], ...]
    every: timedelta
    hosts: tuple[str, ...] = ()
    checked: date | None = None
    delay: float = 5.0
    concurrency: int = 1
    allow_private: tuple[str, ...] = ()
    max_list_pages: int = 5
    page_budget: int = 500
    revisit: tuple[timedelta, ...] = REVISIT
    gone_after: timedelta = timedelta(hours=24)
    verify_certificates: bool = True
    timeout: float = 3600.0
    next_page: str | None = None
    next_page_from: int = 2
    issue_page: re.Pattern[str] | None = None
    page: PageRules = field(default_factory=PageRules)
    expect: dict[str, dict[str, float]] = field(default_factory=dict)

    def kind_of(self, url: str) -> str | None:
        """What `url` is to this source: list, epaper (a page of a dated issue) or article; None for another's."""
        if url in self.lists:
            return "list"
        dated = [_dated_pattern(address) for address in self.lists if "{" in address]
        if any(pattern.fullmatch(url) for pattern in dated):
            return "epaper"
        if any(pattern.search(url) for pattern in self.article):
            return "article"
        own = self.issue_page is not None and re.search(_on_hosts(self.hosts, self.issue_page.pattern), url)
        return "epaper" if own else None


def built_in_directory() -> Path:
    """The folder of the sources that come with the product."""
    return Path(__file__).parent / "sources"


def load_sources(directories: Iterable[Path]) -> dict[str, Source]:
    """All sources of `directories` by id (file stem); a later directory overrides an earlier one's id.

    Raises SourceFileError (file, key, reason) on the first thing that is not right.
    """
    known = load_families()
    found: dict[str, Source] = {}
    for directory in directories:
        seen: dict[str, Path] = {}
        for file in source_files(directory):
            if file.stem in seen:
                raise SourceFileError(f"{file}：与 {seen[file.stem]} 同名，来源编号取自文件名，请改名")
            seen[file.stem] = file
            found[file.stem] = read_source(file, known)
        for name, day in read_checks(directory).items():
            if name in found:
                found[name] = replace(found[name], checked=day)
    return found


def source_files(directory: Path) -> list[Path]:
    """The source files of `directory` and its folders, without the saved pages of cases/."""
    files = sorted(directory.rglob("*.toml"))
    return [file for file in files if CASES not in file.relative_to(directory).parts[:-1]]


def files_by_id(directories: Iterable[Path]) -> dict[str, Path]:
    """The file that each source of `directories` is read from; a later directory wins."""
    return {file.stem: file for directory in directories for file in source_files(directory)}


def read_checks(directory: Path) -> dict[str, date]:
    """When `sources check --write` last found a source good, by id. SourceFileError on a damaged file."""
    file = directory / CHECKS
    if not file.exists():
        return {}
    try:
        return {name: date.fromisoformat(day) for name, day in json.loads(file.read_text("utf-8")).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise SourceFileError(f"{file}：读不懂（{error}）；删去它再运行 caixun sources check --write") from error


def write_checks(directory: Path, good: Iterable[str], day: date) -> None:
    """Note that the sources `good` were found good on `day`; the file is replaced whole."""
    known = {**read_checks(directory), **dict.fromkeys(good, day)}
    lines = {name: known[name].isoformat() for name in sorted(known)}
    fresh = directory / f"{CHECKS}.new"
    fresh.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", "utf-8")
    fresh.replace(directory / CHECKS)


def load_families() -> dict[str, Table]:
    """The families that come with the product, by id; each is its own validated file."""
    return {file.stem: Table(file, "", _toml(file)) for file in sorted(families.DIRECTORY.glob("*.toml"))}


def read_source(file: Path, known: dict[str, Table] | None = None) -> Source:
    """One source file; `known` are the families by id. SourceFileError says what is wrong with it."""
    known = load_families() if known is None else known
    table = Table(file, "", _toml(file))
    name = table.take("family", str, "generic")
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        guess = f"，是不是 {near[0]}？" if near else ""
        raise table.wrong("family", f"没有叫 {name!r} 的系统{guess}（可用：{'、'.join(sorted(known))}）")
    own = table.take("crawl", dict, {})
    crawl = {**_part(known[name], "crawl"), **own}
    rules = {**_part(known[name], "page"), **table.take("page", dict, {})}
    values = {**_head(table), **_crawl(Table(file, "crawl", crawl))}
    if "article" not in own:
        values["article"] = tuple(re.compile(_on_hosts(values["hosts"], rule.pattern)) for rule in values["article"])
    source = Source(
        id=file.stem,
        family=name,
        page=_page_rules(Table(file, "page", rules)),
        expect=_expect(table.table("expect")),
        **values,
    )
    table.finish()
    return source


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceFileError(f"{file}：不是有效的 TOML：{error}") from error
    except OSError as error:
        raise SourceFileError(f"{file}：读不了：{error.strerror}") from error


def _on_hosts(hosts: tuple[str, ...], pattern: str) -> str:
    """`pattern`, which may begin anywhere in an address, on `hosts` and their sub-domains only."""
    names = "|".join(map(re.escape, hosts))
    return rf"^(?=https?://(?:[\w-]+\.)*(?:{names})(?::\d+)?/).*?(?:{pattern})"


@cache
def _dated_pattern(address: str) -> re.Pattern[str]:
    """The addresses that an e-paper's list stands for, whatever the day and the page number."""
    parts = re.split(r"(\{[A-Z-]+\})", address)
    return re.compile("".join(_PLACES.get(part) or re.escape(part) for part in parts))


def _part(family: Table, key: str) -> dict[str, Any]:
    part = family.values.get(key, {})
    if not isinstance(part, dict):
        raise family.wrong(key, f"类型不对：{part!r} 应为表")
    return part


def _head(table: Table) -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": table.take("title", str, required=True),
        "province": table.take("province", str, required=True),
        "city": table.take("city", str, None),
        "kind": table.take("kind", str, "portal"),
        "enabled": table.take("enabled", bool, True),
        "reviewed": table.day("reviewed"),
        "confidence": table.take("confidence", str, "medium"),
        "evidence": table.texts("evidence"),
        "note": table.take("note", str, ""),
    }
    for key, allowed in (("confidence", CONFIDENCE), ("kind", KINDS)):
        if values[key] not in allowed:
            raise table.wrong(key, f"{values[key]!r} 应为 {'、'.join(allowed)} 之一")
    return values


def _crawl(table: Table) -> dict[str, Any]:
    values: dict[str, Any] = {
        "lists": table.addresses("lists"),
        "article": table.patterns("article"),
        "hosts": table.texts("hosts"),
        "every": table.duration("every", timedelta(hours=2)),
        "delay": table.number("delay", 5.0, 0, 600),
        "concurrency": table.whole("concurrency", 1, 1, 16),
        "allow_private": table.texts("allow_private"),
        "max_list_pages": table.whole("max_list_pages", 5, 1, 2000),
        "page_budget": table.whole("page_budget", 500, 1, 1_000_000),
        "revisit": _revisit(table),
        "gone_after": table.duration("gone_after", timedelta(hours=24)),
        "verify_certificates": table.take("verify_certificates", bool, True),
        "timeout": table.duration("timeout", timedelta(hours=1)).total_seconds(),
        "next_page": table.take("next_page", str, None),
        "next_page_from": table.whole("next_page_from", 2, 1, 2),
        "issue_page": next(iter(table.patterns("issue_page")), None),
    }
    table.finish()
    _check_crawl(table, values)
    values["hosts"] = values["hosts"] or _hosts(values["lists"])
    return values


def _hosts(lists: Iterable[str]) -> tuple[str, ...]:
    """The hosts of the lists, without www., so that the site's other sub-domains count too."""
    return tuple(dict.fromkeys((urlsplit(address).hostname or "").removeprefix("www.") for address in lists))


def _check_crawl(table: Table, values: dict[str, Any]) -> None:
    for key in ("lists", "article"):
        if not values[key]:
            raise table.wrong(key, "缺少这一项，请补上")
    for place in values["allow_private"]:
        if not LOOPBACK.fullmatch(place):
            raise table.wrong("allow_private", f"{place!r} 应为确切的地址和端口，如 127.0.0.1:8080")
    for host in values["hosts"]:
        if not re.fullmatch(r"[\w-]+(?:\.[\w-]+)*", host):
            raise table.wrong("hosts", f"{host!r} 应为域名，如 example.cn（不带 http:// 和路径）")
    if values["next_page"] is not None and "{n}" not in values["next_page"]:
        raise table.wrong("next_page", f"{values['next_page']!r} 里要有 {{n}}（页码的位置）")


def _revisit(table: Table) -> tuple[timedelta, ...]:
    texts = table.texts("revisit")
    steps = tuple(table.as_duration("revisit", text) for text in texts) or REVISIT
    if list(steps) != sorted(steps):
        raise table.wrong("revisit", "间隔要从短到长")
    return steps


def _page_rules(table: Table) -> PageRules:
    values = {key: table.texts(key) for key in PAGE_KEYS}
    table.finish()
    for key, selectors in values.items():
        for selector in selectors:
            if not _can_be_asked(selector):
                raise table.wrong(key, f"{selector!r} 不是 CSS 选择器，写法如 #content、div.article、meta[name=Author]")
    return PageRules(**values)


@cache
def _can_be_asked(selector: str) -> bool:
    try:
        LexborHTMLParser("<p>").css_first(selector)
    except SelectolaxError:
        return False
    return True


def _expect(table: Table) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for key in EXPECTATIONS:
        bounds = table.take(key, dict, None)
        if bounds is None:
            continue
        wrong = set(bounds) - {"min", "max"}
        if wrong or not bounds or not all(isinstance(value, (int, float)) for value in bounds.values()):
            raise table.wrong(key, f"{bounds!r} 应为 {{min = 数字}}、{{max = 数字}} 或两者")
        found[key] = {name: float(value) for name, value in bounds.items()}
    table.finish()
    return found
