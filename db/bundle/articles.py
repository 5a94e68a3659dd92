"""The articles of a bundle as they are read offline: a line of the list, a page, a text with a head."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.downloads import frames
from db.downloads.frames import Filters
from parsers.dates import BEIJING


@dataclass(frozen=True, slots=True)
class Asked:
    """What a bundle is asked for: a search, as of a change, under a title."""

    query: str
    filters: Filters
    as_of: int
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """An article in the list."""

    id: str
    title: str
    day: str
    site: str

    @property
    def line(self) -> str:
        """Day and site, as the list shows them."""
        return " · ".join(part for part in (self.day, self.site) if part)


@dataclass(frozen=True, slots=True)
class OfflineArticle:
    """An article with its text; `record` are pairs of a name and what stands beside it."""

    id: str
    title: str
    subtitle: str
    line: str
    paragraphs: tuple[str, ...]
    facts: tuple[Any, ...]
    record: tuple[tuple[str, str], ...]
    link: str  # "" where its address is none of the web

    @property
    def text(self) -> str:
        """The clean text: a head of lines, an empty line, the paragraphs."""
        head = [("标题", self.title), ("副题", self.subtitle), *self.record, ("原文", self.link)]
        lines = [f"{name}：{' '.join(value.split())}" for name, value in head if value]
        return "\n".join([*lines, "", *self.paragraphs, ""])


def moment_of(connection: sqlite3.Connection, as_of: int) -> str:
    """The last moment (ISO 8601 UTC) of which anything up to change `as_of` speaks; "" in an empty archive."""
    row = connection.execute("select max(at) from changes where number <= ?", [as_of]).fetchone()
    return row[0] or ""


def count(connection: sqlite3.Connection, asked: Asked) -> int:
    """How many articles there will be. Raises QueryError."""
    return frames.count(connection, "articles", asked.query, asked.filters, asked.as_of)


def lines(connection: sqlite3.Connection, asked: Asked) -> Iterator[Line]:
    """The articles for the list, newest first."""
    sites = _sites(connection)
    for row in _rows(connection, asked, texts=False):
        yield Line(row["id"], row["title"], day_of(row["published"] or ""), sites.get(row["source"], row["source"]))


def addresses(connection: sqlite3.Connection, asked: Asked) -> Iterator[str]:
    """The web addresses that the articles were read from, their further pages included; some come twice."""
    further = "select url from article_parts where first = ?"
    for row in _rows(connection, asked, texts=False):
        first = row["url"].split("#")[0]
        yield first
        yield from (part for (part,) in connection.execute(further, [first]).fetchall())


def articles(connection: sqlite3.Connection, asked: Asked) -> Iterator[OfflineArticle]:
    """The articles with their texts and facts, newest first."""
    sites = _sites(connection)
    for row in _rows(connection, asked, texts=True):
        yield _article(connection, row, asked.as_of, sites.get(row["source"], row["source"]))


def _rows(connection: sqlite3.Connection, asked: Asked, *, texts: bool) -> Iterator[dict[str, Any]]:
    found = frames.frame(
        connection, "articles", query=asked.query, filters=asked.filters, as_of=asked.as_of, texts=texts
    )
    names = found.names
    for row in found.rows:
        yield dict(zip(names, row, strict=True))


def _sites(connection: sqlite3.Connection) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute("select id, title from sources")}


def _article(connection: sqlite3.Connection, row: dict[str, Any], as_of: int, site: str) -> OfflineArticle:
    authors = "、".join(json.loads(row["authors"]))
    published = day_of(row["published"] or "")
    record = (
        ("来源", row["origin"] or ""),
        ("站点", site),
        ("作者", authors),
        ("编辑", row["editor"] or ""),
        ("发布", published),
        ("地区", "、".join(json.loads(row["places"]))),
        ("主题", "、".join(json.loads(row["themes"]))),
        ("首次见到", day_of(row["first_seen"])),
        (
            "存档编号",
            f"{row['id']}，第 {_number(connection, row)} 版" + ("，原文已撤下" if row["state"] == "gone" else ""),
        ),
    )
    link = row["url"].split("#")[0]
    return OfflineArticle(
        id=row["id"],
        title=row["title"],
        subtitle=row["subtitle"] or "",
        line=" · ".join(part for part in (row["origin"] or site, authors, published) if part),
        paragraphs=tuple(row["body"].split("\n")),
        facts=tuple(_facts(connection, row["revision"], as_of)),
        record=tuple((name, value) for name, value in record if value),
        link=link if link.startswith(("http://", "https://")) else "",
    )


def _number(connection: sqlite3.Connection, row: dict[str, Any]) -> int:
    question = (
        "select count(*) from articles where id = ?"
        " and recorded_from <= (select recorded_from from articles where revision = ?)"
    )
    return int(connection.execute(question, [row["id"], row["revision"]]).fetchone()[0])


def _facts(connection: sqlite3.Connection, revision: int, as_of: int) -> list[sqlite3.Row]:
    return connection.execute(
        "select subject, period, evidence from facts where revision = ? and recorded_from <= ?"
        " and (recorded_to is null or recorded_to > ?) order by start, id",
        [revision, as_of, as_of],
    ).fetchall()


def day_of(text: str) -> str:
    """An ISO 8601 time as people read it, in Beijing time, with the precision that it has."""
    if "T" not in text:
        return text
    said = datetime.fromisoformat(text)
    return (said.astimezone(BEIJING) if said.tzinfo else said).strftime("%Y-%m-%d %H:%M")
