"""The manifest of an edition (a Frictionless Data Package, version 1), and the check of its files against it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from db.archive import PARSER
from db.coverage import certificate
from db.dictionary import TABLES
from db.downloads.manifest import RIGHTS
from db.durable import hash_of
from db.editions import values
from db.editions.folder import Folder
from db.editions.values import ARCHIVE, CHANGES, KINDS, LIST, MANIFEST, NOTE, SUMS, Edition
from db.errors import WrongEdition
from db.text_index import TOKENIZER

_SUM = re.compile(r"([0-9a-f]{64})  ([\w.]+)")
_LINE = {  # the fields of changes.jsonl
    "change": ("added 新增、revised 改动、gone 原站删除、returned 恢复、moved 归入别的报道、removed 撤下或移出",
               "added, revised, gone, returned, moved (to another story) or removed"),
    "id": ("文章标识", "Id of the article"),
    "url": ("原文网址", "Address of the original page"),
    "title": ("标题；removed 的没有", "Title; null for removed ones"),
    "source": ("来源站点", "See sources.id"),
    "published": ("发布时间", "Publication time"),
    "revision": ("版本号", "Number of the revision"),
}  # fmt: skip


def describe(archive: sqlite3.Connection, edition: Edition, folder: Path) -> dict[str, Any]:
    """The manifest, as JSON values: files, tables with their rows and dictionary, coverage, versions, rights."""
    return {
        "profile": "data-package",
        "name": f"caixun-edition-{edition.id}",
        "title": edition.title,
        "version": edition.id,
        "created": edition.created,
        "homepage": edition.live,
        "caixun": {
            "edition": asdict(edition),
            "parser": PARSER,
            "tokenizer": TOKENIZER,
            "coverage": _coverage(archive),
            "rights": RIGHTS,
        },
        "resources": [_database(archive, edition), _changes(edition, folder / CHANGES)],
    }


def _database(archive: sqlite3.Connection, edition: Edition) -> dict[str, Any]:
    return {
        "name": "archive",
        "path": ARCHIVE,
        "mediatype": "application/vnd.sqlite3",
        "format": "sqlite",
        "bytes": edition.bytes,
        "hash": f"sha256:{edition.sha256}",
        "tables": [_table(archive, name, edition) for name in _names(archive) if name in TABLES],
    }


def _names(archive: sqlite3.Connection) -> list[str]:
    rows = archive.execute("select name from sqlite_master where type in ('table', 'view') order by name")
    return [row[0] for row in rows]


def _table(archive: sqlite3.Connection, name: str, edition: Edition) -> dict[str, Any]:
    known = TABLES[name]
    stored = {row["name"]: row["type"] for row in archive.execute(f"pragma table_xinfo({name})")}
    fields = [
        {
            "name": column,
            "type": {"integer": "integer", "real": "number"}.get(stored[column].lower(), "string"),
            "description": about.line("zh"),
            "description_en": about.line("en"),
        }
        for column, about in known.columns.items()
        if column in stored
    ]
    title = {"title": known.title["zh"], "title_en": known.title["en"]}
    return {"name": name, **title, "rows": edition.rows.get(name), "schema": {"fields": fields}}


def _changes(edition: Edition, file: Path) -> dict[str, Any]:
    fields = [
        {"name": name, "type": "integer" if name == "revision" else "string", "description": zh, "description_en": en}
        for name, (zh, en) in _LINE.items()
    ]
    return {
        "name": "changes",
        "title": f"与版本 {edition.previous} 相比的变化" if edition.previous else "第一个版本，无可比较",
        "path": CHANGES,
        "mediatype": "application/x-ndjson",
        "format": "jsonl",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{hash_of(file)}",
        "rows": sum(edition.changed.get(kind, 0) for kind in KINDS),
        "schema": {"fields": fields},
    }


def _coverage(archive: sqlite3.Connection) -> dict[str, Any]:
    """The certificate from the first day crawled to the last; null where nothing was."""
    first, last = archive.execute("select min(day), max(day) from coverage").fetchone()
    found = certificate(archive, date.fromisoformat(first), date.fromisoformat(last)) if first else None
    return _plain(asdict(found)) if found else {}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def verify(given: Path, progress: Callable[[int], None] | None = None) -> str:
    """One line that says what the edition in the folder `given` is (of a folder of editions: the current one).

    `progress` is told how many bytes were read. Raises WrongEdition naming the file that is not right.
    """
    folder = given if (given / NOTE).exists() else Folder(given).current() or given
    edition = values.read(folder)
    said = sums(folder)
    missing = {ARCHIVE, CHANGES, NOTE, LIST, MANIFEST} - said.keys()
    if missing:
        raise WrongEdition(f"{folder / SUMS} 没有列出 {'、'.join(sorted(missing))}：已损坏，请重新拷贝")
    for name, digest in said.items():
        file = folder / name
        if not file.is_file():
            raise WrongEdition(f"{folder} 里缺少 {name}：没有拷全，请接着拷贝")
        if name == ARCHIVE and file.stat().st_size != edition.bytes:
            told = f"{file} 有 {file.stat().st_size:,} 字节，应为 {edition.bytes:,}"
            raise WrongEdition(f"{told}：没有拷全或被改动，请接着拷贝（rsync 或 curl -C -）")
        if hash_of(file, progress) != digest:
            raise WrongEdition(f"{file} 与 {SUMS} 的校验值不符：被改动或损坏，请重新拷贝这个文件")
    if said[ARCHIVE] != edition.sha256:
        raise WrongEdition(f"{folder / SUMS} 与 {NOTE} 的校验值不一致：请重新拷贝这个版本")
    beside = [name for name in (f"{ARCHIVE}-wal", f"{ARCHIVE}-shm", f"{ARCHIVE}-journal") if (folder / name).exists()]
    if beside:
        raise WrongEdition(f"{folder} 里多出 {beside[0]}：有程序写过这个版本，请删去它并重新核对")
    articles = edition.rows.get("articles", 0)
    return f"版本 {edition.id} 完好：{len(said)} 个文件，{articles:,} 个文章版本，截至第 {edition.as_of:,} 号变更"


def sums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file that SHA256SUMS names. Raises WrongEdition when it is missing or damaged."""
    return dict(_sums(folder))


def _sums(folder: Path) -> Iterator[tuple[str, str]]:
    """(name, SHA-256) of each line of SHA256SUMS, in the form of sha256sum."""
    try:
        lines = (folder / SUMS).read_bytes().decode("ascii").split("\n")
    except FileNotFoundError:
        raise WrongEdition(f"{folder} 里没有 {SUMS}：没有拷全，请接着拷贝") from None
    except UnicodeDecodeError:
        raise WrongEdition(f"{folder / SUMS} 读不出来：已损坏，请重新拷贝") from None
    for line in lines[:-1]:
        match = _SUM.fullmatch(line)
        if match is None:
            raise WrongEdition(f"{folder / SUMS} 有一行不对：已损坏，请重新拷贝")
        yield match[2], match[1]
    if lines[-1]:
        raise WrongEdition(f"{folder / SUMS} 的末尾不对：已损坏，请重新拷贝")
