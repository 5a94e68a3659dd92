"""The manifest of a download: what was asked, what came, how to check it (a Frictionless Data Package, version 1)."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from db.archive import PARSER
from db.coverage import certificate
from db.dictionary import TABLES
from db.downloads.frames import Column, Filters, newest_change
from db.durable import hash_of
from db.errors import WrongDownload
from db.text_index import TOKENIZER

SUFFIX = ".manifest.json"
RIGHTS = (
    "才讯整理的事实、目录与说明可自由使用，请注明出处；"
    "文章的标题与正文属于原作者和原网站，只供研究，转载请取得原网站同意。"
)
_TYPES = {"text": "string", "integer": "integer", "real": "number", "list": "string"}
MEDIA = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "sqlite": "application/vnd.sqlite3",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a download was asked for."""

    what: str
    form: str
    query: str
    filters: Filters
    as_of: int


def dictionary_of(columns: tuple[Column, ...]) -> list[list[str]]:
    """The data dictionary of a download: a head, then a line a column (name, Chinese, English, unit)."""
    lines = [["column", "zh", "en", "unit"]]
    for column in columns:
        known = TABLES[column.table].columns[column.source]
        lines.append([column.name, known.about["zh"], known.about["en"], known.unit])
    return lines


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file (or the bytes that a stream sent): its name, rows, bytes, and SHA-256 (hexadecimal)."""

    name: str
    rows: int
    size: int
    digest: str


def describe(
    connection: sqlite3.Connection, asked: Asked, columns: tuple[Column, ...], file: Path, rows: int, now: datetime
) -> dict[str, Any]:
    """The manifest of a finished file, as JSON values."""
    written = Written(file.name, rows, file.stat().st_size, hash_of(file))
    return describe_written(connection, asked, columns, written, now)


def describe_written(
    connection: sqlite3.Connection, asked: Asked, columns: tuple[Column, ...], written: Written, now: datetime
) -> dict[str, Any]:
    """The manifest of what was written, as JSON values."""
    days = connection.execute("select min(day), max(day) from coverage").fetchone()
    removed = "select count(distinct id) from articles where state = 'removed'"
    return {
        "profile": "tabular-data-package",
        "name": f"caixun-{asked.what}",
        "title": f"才讯 {TABLES[asked.what].title['zh']}",
        "created": now.isoformat(timespec="seconds"),
        "caixun": {
            "version": version("caixun"),
            "query": asked.query,
            "filters": {name: list(values) for name, values in asked.filters.items()},
            "as_of_change": asked.as_of,
            "parser": PARSER,
            "tokenizer": TOKENIZER,
            "taken_down": connection.execute(removed).fetchone()[0],
            "takedowns": _takedowns(connection, asked.as_of),
            "made_at_change": newest_change(connection),
            "coverage": _coverage(connection, days),
            "rights": RIGHTS,
        },
        "resources": [
            {
                "name": asked.what,
                "path": written.name,
                "mediatype": MEDIA[asked.form],
                "format": asked.form,
                "encoding": "utf-8",
                "bytes": written.size,
                "hash": f"sha256:{written.digest}",
                "rows": written.rows,
                "schema": {"fields": [_field(column) for column in columns]},
            }
        ],
    }


def _takedowns(connection: sqlite3.Connection, as_of: int) -> list[dict[str, str]]:
    """What was taken down after the change `as_of`, taken back or not: the archive of then had rows of it."""
    rows = connection.execute(
        "select article, at from changes where kind = 'removed' and number > ? order by number", [as_of]
    ).fetchall()
    return [{"article": article, "at": at} for article, at in rows]


def taken_down_since(connection: sqlite3.Connection, change: int) -> bool:
    """Whether something was taken down (or that taken back) after `change`: what was made before is not served."""
    row = connection.execute(
        "select 1 from changes where number > ? and kind in ('removed', 'restored') limit 1", [change]
    ).fetchone()
    return row is not None


def _field(column: Column) -> dict[str, str]:
    known = TABLES[column.table].columns[column.source]
    field = {"name": column.name, "type": _TYPES[column.type], "description": known.line("zh")}
    return field | {"description_en": known.line("en")}


def _coverage(connection: sqlite3.Connection, days: tuple[str | None, str | None]) -> dict[str, Any]:
    if not days[0] or not days[1]:
        return {"sources": 0, "expected": 0, "crawled": 0, "gaps": []}
    found = certificate(connection, date.fromisoformat(days[0]), date.fromisoformat(days[1]))
    return {
        "first": days[0],
        "last": days[1],
        "sources": found.sources,
        "expected": found.expected,
        "crawled": found.crawled,
        "gaps": [
            {"source": gap.source, "first": gap.first.isoformat(), "last": gap.last.isoformat(), "why": gap.why}
            for gap in found.gaps
        ],
    }


def beside(file: Path) -> Path:
    """Where the manifest of a file lies."""
    return file.with_name(file.name + SUFFIX)


def verify(file: Path) -> str:
    """One line that says what the file holds. Raises WrongDownload when it is not what its manifest says."""
    note = beside(file)
    if not file.exists():
        raise WrongDownload(f"没有 {file} 这个文件")
    try:
        said = json.loads(note.read_text("utf-8"))
        resource = said["resources"][0]
        size, digest, rows = resource["bytes"], resource["hash"], resource["rows"]
    except FileNotFoundError:
        raise WrongDownload(f"{file} 旁边没有 {note.name}：下载没有完成，或清单没有一起拷来，请重新下载") from None
    except (ValueError, KeyError, IndexError, TypeError):
        raise WrongDownload(f"{note} 不是才讯的清单，或已损坏，请重新下载") from None
    actual = file.stat().st_size
    if actual != size:
        cause = "没有下载完" if actual < size else "被改动过"
        raise WrongDownload(f"{file} 有 {actual:,} 字节，应为 {size:,}：{cause}，请重新下载")
    if f"sha256:{hash_of(file)}" != digest:
        raise WrongDownload(f"{file} 的内容与清单的校验值不符：文件被改动或损坏，请重新下载")
    return f"{file.name} 完好：{rows:,} 行，{size:,} 字节，截至第 {said['caixun']['as_of_change']:,} 号变更"
