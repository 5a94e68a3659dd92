"""Sources as the operator works on them: looked at, checked, written anew; the data directory and its settings here."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from crawler.cases import CaseResult, cases_of, read_again
from crawler.check import SourceCheck, check_sources
from crawler.errors import UnknownSource
from crawler.sources import CASES, CHECKS, Source, files_by_id, write_checks
from crawler.stub import Draft, Given, draft_source
from db.paths import DataDirectory
from parsers.dates import BEIJING
from parsers.rules import PageRules
from scheduler import house
from scheduler.settings import load

Chosen = list[tuple[Source, Path]]


def chosen(path: Path, names: Sequence[str], every: bool = False) -> Chosen:
    """The named sources of the data directory `path` (or all) with their files. Raises UnknownSource."""
    directory = DataDirectory(path)
    known, files = house.sources(directory), files_by_id(house.source_folders(directory))
    for name in names:
        if name not in known:
            raise UnknownSource(f"没有叫 {name} 的来源：用 caixun sources list 查看")
    if not names and not every:
        raise UnknownSource("请写来源的名字（caixun sources list 列出全部），或用 --all")
    return [(known[name], files[name]) for name in (known if every else dict.fromkeys(names))]


def run(path: Path, picked: Chosen, at_once: int) -> Iterator[SourceCheck]:
    """The checks as they are ready, under the user agent of the settings."""
    yield from check_sources(picked, at_once, load(path).crawl.full_agent)


def write(path: Path, good: Sequence[str]) -> Path:
    """Note today (Beijing) as the day when the sources `good` were checked; the file it stands in."""
    folder = path / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    write_checks(folder, good, house.now().astimezone(BEIJING).date())
    return folder / CHECKS


def draft(path: Path, url: str, given: Given) -> Draft:
    """A new source from the page at `url`; see crawler.stub for what it raises."""
    return draft_source(url, house.sources(DataDirectory(path)), given, load(path).crawl.full_agent)


def own_folder(path: Path) -> Path:
    """Where the operator's own sources and their saved pages lie."""
    return path / "sources"


def read_cases(path: Path, names: Sequence[str]) -> Iterator[tuple[str, CaseResult]]:
    """The saved pages of the named sources (or of all that have some), read again with today's rules."""
    known, folder = house.sources(DataDirectory(path)), own_folder(path)
    with_cases = sorted(place.name for place in (folder / CASES).glob("*") if place.is_dir())
    for name in names or with_cases:
        if name not in known:
            raise UnknownSource(f"没有叫 {name} 的来源：用 caixun sources list 查看")
        places = cases_of(folder, name)
        if not places:
            raise UnknownSource(f"来源 {name} 没有存下的样例：应在 {folder / CASES / name}/样例名/")
        for place in places:
            yield name, read_again(known[name], place)


def as_text(value: object) -> str:
    """A setting of a source as a person reads it: patterns, times and lists without their Python clothes."""
    if isinstance(value, re.Pattern):
        return str(value.pattern)
    if isinstance(value, (tuple, list)):
        return "、".join(map(as_text, value)) or "—"
    if isinstance(value, PageRules):
        parts = ((part.name, getattr(value, part.name)) for part in fields(value))
        return "；".join(f"{name}：{as_text(selectors)}" for name, selectors in parts if selectors) or "—"
    if isinstance(value, datetime.timedelta):
        hours = value.total_seconds() / 3600
        return f"{hours / 24:g} 天" if hours >= 24 else f"{hours:g} 小时" if hours >= 1 else f"{hours * 60:g} 分钟"
    return "—" if value in (None, "", {}) else str(value)
