"""The doctor's questions about what keeps the data safe: backups, editions, room that could be given back, rules."""

from __future__ import annotations

import datetime
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from db import retention, text_index
from db.archive import PARSER
from db.backup import taking
from db.connection import open_reader
from db.doctor import OK, WARN, Finding
from db.editions.folder import Folder
from db.paths import DataDirectory
from parsers.errors import CaixunError
from scheduler import house
from scheduler.settings import Settings, load

_LONG = datetime.timedelta(days=7)  # without a backup, where none is made by the clock
_MUCH_ROOM = 1024**3  # bytes of free pages


def examine(directory: DataDirectory, now: datetime.datetime, *, full: bool) -> Iterator[Finding]:
    """The age of the last backup and edition, the readings of older parsers, the room that pruning would give."""
    settings = _settings(directory.path)
    yield _backup(directory, settings, now)
    if settings.publish.dir:
        yield _edition(directory, settings, now)
    if directory.archive.exists() and directory.crawl.exists():
        with suppress(sqlite3.DatabaseError):  # damaged, or of an older schema: findings of their own say so
            yield _readings(directory)
            yield _room(directory, settings, now, full=full)


def _settings(path: Path) -> Settings:
    try:
        return load(path)
    except CaixunError:  # a finding of its own says so
        return Settings()


def _backup(directory: DataDirectory, settings: Settings, now: datetime.datetime) -> Finding:
    last, every = taking.last(directory), settings.backup.interval
    if last is None:
        where = "" if settings.backup.dir else "，或在 caixun.toml 的 [backup] 设 dir 和 every"
        return Finding("备份", WARN, f"还没有备份过：caixun backup 目录（最好是另一块盘）{where}")
    taken, folder = last
    age = now - taken
    said = f"最近一次 {_age(age)}前，在 {folder}"
    if not (folder / "manifest.json").exists():
        return Finding("备份", WARN, f"{said}，但那里现在没有它：盘没有接上，或被移走了")
    if age > (2 * every if every else _LONG):
        why = "自动备份没有按时做成，见 logs/scheduler.log" if every else "请再做一次：caixun backup 目录"
        return Finding("备份", WARN, f"{said}；{why}")
    return Finding("备份", OK, said)


def _edition(directory: DataDirectory, settings: Settings, now: datetime.datetime) -> Finding:
    place = (directory.path / settings.publish.dir).resolve()
    try:
        listed = [edition for edition in Folder(place).listed() if edition.kept]
    except CaixunError as error:
        return Finding("版本发布", WARN, str(error))
    if not listed:
        return Finding("版本发布", WARN, f"{place} 里还没有发布过版本：caixun publish")
    age = now - datetime.datetime.fromisoformat(listed[0].created)
    said = f"保留 {len(listed)} 个，最近的 {listed[0].id} 在 {_age(age)}前"
    late = settings.publish.every != "" and age > 2 * settings.publish.interval
    # an archive without changes gives no new edition: an old one may be the newest
    return Finding("版本发布", OK, f"{said}（档案没有变化时不发布新的）" if late else said)


def _readings(directory: DataDirectory) -> Finding:
    """Which parsers and words read what is shown; where an older one did, `reparse` brings it up to date."""
    with closing(open_reader(directory.archive)) as archive:
        old = archive.execute(
            "select count(*) from articles a join article_text t using (revision)"
            " where a.recorded_to is null and a.state = 'current' and t.parser < ?",
            [PARSER],
        ).fetchone()[0]
    said = f"解析器 {PARSER}，切词 {text_index.TOKENIZER}，规则 {_rules()}"
    if old:
        return Finding("解析", WARN, f"{said}；{old} 篇由旧的解析器读出：caixun reparse 用今天的重读")
    return Finding("解析", OK, said)


def _rules() -> str:
    """Eight characters that change with any of the built-in rules: word lists, families, common knowledge."""
    digest = hashlib.sha256()
    for file in sorted(Path(house.__file__).resolve().parent.parent.joinpath("parsers", "data").rglob("*")):
        if file.is_file():
            digest.update(file.name.encode() + b"\x00" + file.read_bytes())
    return digest.hexdigest()[:8]


def _room(directory: DataDirectory, settings: Settings, now: datetime.datetime, *, full: bool) -> Finding:
    with closing(open_reader(directory.crawl)) as crawl:
        free = int(crawl.execute("pragma freelist_count").fetchone()[0]) * int(
            crawl.execute("pragma page_size").fetchone()[0]
        )
        dropped = crawl.execute("select name from sqlite_master where name = 'snapshot_dropped'").fetchone()
    said = f"crawl.db 里有 {free / 1024**2:.1f} MB 空闲"
    if full and dropped:
        found = retention.plan(directory, settings.retention, now)
        said += f"，按 [retention] 还可清理约 {found.bytes / 1024**2:.1f} MB（caixun prune）"
    if free > _MUCH_ROOM and free > directory.crawl.stat().st_size / 4:
        return Finding("空间", WARN, f"{said}：停止才讯后 caixun prune --compact 可还给磁盘")
    return Finding("空间", OK, said)


def _age(span: datetime.timedelta) -> str:
    hours = max(0.0, span.total_seconds() / 3600)
    return f"{hours:.0f} 小时" if hours < 72 else f"{hours / 24:.0f} 天"
