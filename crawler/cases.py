"""Saved pages of a source: one folder each (page, meta.toml, expected.json) below sources/cases/ID.

Adding a folder adds the test; a missing expected.json is written and the test fails until somebody has read it.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import SourceFileError
from crawler.lists import tasks_on
from crawler.sources import CASES, Source
from crawler.values import Task, Visit
from parsers import parse_page

PAGE, META, EXPECTED = "page.html", "meta.toml", "expected.json"
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A saved page read again: what differs from what was expected, a line each; empty when nothing does."""

    name: str
    differences: tuple[str, ...]


def cases_of(folder: Path, source: str) -> list[Path]:
    """The folders of the saved pages of `source` below `folder` (a folder of source files)."""
    return sorted(file.parent for file in (folder / CASES / source).glob(f"*/{META}"))


def save_case(folder: Path, source: Source, visit: Visit, name: str) -> Path:
    """Save a visited page as the case `name` of `source`, with what is read on it today; its folder.

    Raises SourceFileError when the case exists: saved pages are never overwritten.
    """
    place = folder / CASES / source.id / name
    try:
        place.mkdir(parents=True)
    except FileExistsError as error:
        raise SourceFileError(f"{place}：已有这个样例，不覆盖；请先移走旧的") from error
    (place / PAGE).write_bytes(visit.body or b"")
    meta = {"url": visit.final_url or visit.url, "kind": visit.kind, "fetched_at": visit.fetched_at}
    if visit.content_type:
        meta["content_type"] = visit.content_type
    if visit.date:
        meta["date"] = visit.date
    (place / META).write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in meta.items()), "utf-8")
    _write(place / EXPECTED, reading(source, visit))
    return place


def reading(source: Source, visit: Visit) -> dict[str, Any]:
    """What is taken from a page with the rules of `source`: the links of a list, or the fields of its articles."""
    body, address = visit.body or b"", visit.final_url or visit.url
    if visit.kind in ("list", "epaper"):
        found = tasks_on(
            source, Task(address, source.id, visit.kind, date=visit.date), address, body, visit.content_type, None
        )
        links = [[task.url, task.title, task.date] for task in found if task.kind == "article"]
        others = [task.url for task in found if task.kind != "article"]
        return {"links": links, "next": others}
    page = parse_page(body, address, visit.content_type, source.page)
    fields = ("title", "published", "origin", "authors", "editor", "paragraphs")
    articles = [{name: one.as_json()[name] for name in fields} for one in page.articles]
    return {"page": page.kind.value, "articles": articles}


def read_again(source: Source, place: Path) -> CaseResult:
    """The case in the folder `place`, read with today's rules and compared. Raises SourceFileError if it is damaged."""
    found = reading(source, _saved(place))
    file = place / EXPECTED
    if not file.exists():
        _write(file, found)
        return CaseResult(place.name, (f"没有 {EXPECTED}：已按现在读到的写下，请看过再运行一遍",))
    try:
        expected = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise SourceFileError(f"{file}：不是有效的 JSON（{error}）；改正或删去后再运行") from error
    return CaseResult(place.name, tuple(_differences(expected, json.loads(json.dumps(found)), "")))


def _saved(place: Path) -> Visit:
    try:
        meta = tomllib.loads((place / META).read_text("utf-8"))
        body = (place / PAGE).read_bytes()
        return Visit(
            meta["url"],
            "",
            meta["kind"],
            meta["fetched_at"],
            200,
            body,
            meta.get("content_type"),
            date=meta.get("date"),
        )
    except (OSError, ValueError, KeyError) as error:
        raise SourceFileError(
            f"{place}：样例不完整（{error}），应有 {PAGE} 和 {META}（url、kind、fetched_at）"
        ) from error


def _write(file: Path, found: dict[str, Any]) -> None:
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _differences(expected: Any, found: Any, where: str) -> list[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = list(dict.fromkeys([*expected, *found]))
        return [
            line
            for key in keys
            for line in _differences(expected.get(key), found.get(key), f"{where}.{key}".strip("."))
        ]
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return [f"{where}：应有 {len(expected)} 项，读到 {len(found)} 项"]
        pairs = enumerate(zip(expected, found, strict=True), 1)
        return [line for number, (one, other) in pairs for line in _differences(one, other, f"{where}[{number}]")]
    return [] if expected == found else [f"{where}：应为 {_short(expected)}，读到 {_short(found)}"]


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
