"""Is the data directory sound? Each check reads only, may run beside everything else, and says what to do.

Files and their integrity, schema steps, rows that point nowhere, marks ahead of their logs, the index against the
texts, the clock against the clocks of the sites, disk, letters and runs.
"""

from __future__ import annotations

import datetime
import json
import shutil
import sqlite3
import statistics
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from sqlite_utils import Database, Migrations

from db import metrics, text_index
from db.connection import open_reader
from db.migrations import archive, crawl, subscribers
from db.paths import DataDirectory
from parsers.script import fold

OK, WARN, FAIL = "ok", "warn", "fail"
LEAST_FREE = 2 * 1024**3  # bytes
_CLOCK = 300.0  # seconds that we may differ from the sites
_SAMPLE = 40  # articles of the index self-test
# what is counted, the file that it is in, the rows that point nowhere
_ORPHANS = (
    ("没有正文的文章", "archive", "articles a left join article_text t using (revision) where t.revision is null"
     " and a.state <> 'removed'"),
    ("没有文章的正文", "archive", "article_text t left join articles a using (revision) where a.revision is null"),
    ("没有文章的事实", "archive", "facts f left join articles a using (revision) where a.revision is null"),
    ("没有文章的报道成员", "archive", "stories s where s.recorded_to is null"
     " and not exists (select 1 from articles where id = s.article)"),
    ("来源不明的文章", "archive", "articles a where a.recorded_to is null"
     " and not exists (select 1 from sources where id = a.source)"),
    ("缺少快照的访问", "crawl", "(select body_hash from visit where body_hash is not null order by id desc"
     " limit 5000) v where not exists (select 1 from snapshot where hash = v.body_hash)"
     " and not exists (select 1 from snapshot_dropped where hash = v.body_hash)"),
    ("缺少底稿的快照差异", "crawl", "snapshot s where s.base is not null"
     " and not exists (select 1 from snapshot where hash = s.base)"),
    ("没有订阅的待办", "subscribers", "outbox o"
     " where not exists (select 1 from subscription where id = o.subscription)"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: its name, ok | warn | fail, a Chinese line with what to do."""

    check: str
    state: str
    detail: str


def examine(directory: DataDirectory, now: datetime.datetime, *, full: bool = False) -> Iterator[Finding]:
    """All checks of the databases, one after the other; `full` reads every page of the files (minutes on large ones).

    Where a file is damaged or missing nothing is asked of the others: rows would say nothing.
    """
    files = {"archive": directory.archive, "crawl": directory.crawl, "subscribers": directory.subscribers}
    sound = set()
    for name, file in files.items():
        finding = _integrity(file, full)
        yield finding
        if finding.state == OK:
            sound.add(name)
    yield _disk(directory.path)
    if sound != set(files):
        return
    schemas = list(_schemas(files))
    yield from schemas
    if any(finding.state != OK for finding in schemas):  # the other questions are put to today's tables
        return
    yield from _orphans(files)
    yield from _marks(directory)
    yield _index(directory.archive)
    yield _clock(directory.crawl)
    yield _letters(directory.subscribers)
    yield from _runs(directory.crawl, now)
    yield _events(directory.archive)


def _integrity(file: Path, full: bool) -> Finding:
    name = f"文件 {file.name}"
    if not file.exists():
        return Finding(name, FAIL, "不存在：请先运行 caixun run，或用 --data 指定数据目录，或从备份恢复")
    try:
        with closing(open_reader(file)) as connection:
            said = connection.execute("pragma integrity_check" if full else "pragma quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return Finding(name, FAIL, f"打不开（{error}）：请停止才讯，用备份恢复（caixun restore）")
    if said != "ok":
        return Finding(name, FAIL, f"已损坏（{said}）：请停止才讯，用备份恢复（caixun restore）")
    return Finding(name, OK, f"完好，{file.stat().st_size / 1024**2:.1f} MB")


def _disk(path: Path) -> Finding:
    free = shutil.disk_usage(path).free
    line = f"剩余 {free / 1024**3:.1f} GB"
    return Finding("磁盘", OK, line) if free >= LEAST_FREE else Finding("磁盘", WARN, f"{line}，请清理或扩容")


def _schemas(files: dict[str, Path]) -> Iterator[Finding]:
    steps: dict[str, Migrations] = {
        "archive": archive.migrations,
        "crawl": crawl.migrations,
        "subscribers": subscribers.migrations,
    }
    for name, file in files.items():
        with closing(open_reader(file)) as connection:
            connection.row_factory = None
            waiting = [step.name for step in steps[name].pending(Database(connection))]
        if waiting:
            yield Finding(f"结构 {file.name}", WARN, f"还差 {len(waiting)} 步，下次启动时自动完成（{waiting[0]}）")
        else:
            yield Finding(f"结构 {file.name}", OK, "是最新的")


def _orphans(files: dict[str, Path]) -> Iterator[Finding]:
    found = []
    for what, name, rows in _ORPHANS:
        with closing(open_reader(files[name])) as connection:
            count = connection.execute(f"select count(*) from {rows}").fetchone()[0]  # noqa: S608 - constants above
        if count:
            found.append(f"{what} {count} 条")
    if found:
        yield Finding("孤立记录", FAIL, "；".join(found) + "。请用备份恢复，或把这一行报告给开发者")
    else:
        yield Finding("孤立记录", OK, f"没有（查了 {len(_ORPHANS)} 种）")


def _marks(directory: DataDirectory) -> Iterator[Finding]:
    """A mark ahead of its log: the log is from an older copy than its reader, and rows would be skipped."""
    names = {"parse": "解析", "match": "提醒匹配"}
    for stage, waiting in metrics.lags(directory).items():
        if waiting < 0:
            yield Finding(
                f"进度 {names[stage]}", FAIL, f"比日志超前 {-waiting} 条：三个库不是同一次备份的，请整体恢复同一份备份"
            )
        else:
            yield Finding(f"进度 {names[stage]}", OK, f"还有 {waiting} 条待处理" if waiting else "已处理完")


def _index(file: Path) -> Finding:
    """A pair of characters of each sampled title must lead to its revision."""
    with closing(open_reader(file)) as connection:
        rows = connection.execute(
            "select revision, title from articles where recorded_to is null and state <> 'removed'"
            " order by revision * 2654435761 % 1000003 limit ?",
            [_SAMPLE],
        ).fetchall()
        missing = [row["title"] for row in rows if not _is_found(connection, row["revision"], row["title"])]
    if missing:
        said = f"抽查 {len(rows)} 篇，{len(missing)} 篇检索不到（如“{missing[0][:30]}”）：请用备份恢复 archive.db"
        return Finding("索引自检", FAIL, said)
    return Finding("索引自检", OK, f"抽查 {len(rows)} 篇，都检索得到")


def _is_found(connection: sqlite3.Connection, revision: int, title: str) -> bool:
    word = next((run for run in fold(title).split() if len(run) >= 2), "")
    word = "".join(letter for letter in word if letter.isalnum())[:2]
    if len(word) < 2:
        return True
    try:
        hit = connection.execute(
            "select 1 from article_index where article_index match ? and rowid = ?",
            [text_index.match_expression(word), revision],
        ).fetchone()
    except sqlite3.DatabaseError:
        return False
    return hit is not None


def _clock(file: Path) -> Finding:
    """Our clock against the Date headers of what was fetched last."""
    with closing(open_reader(file)) as connection:
        rows = connection.execute("select fetched_at, headers from visit order by id desc limit 400").fetchall()
    offsets = [offset for row in rows if (offset := _offset(row["fetched_at"], row["headers"])) is not None]
    if not offsets:
        return Finding("时钟", OK, "还没有网站的应答可对照")
    ahead = statistics.median(offsets)
    if abs(ahead) > _CLOCK:
        word = "快" if ahead > 0 else "慢"
        return Finding("时钟", WARN, f"本机比各网站{word} {abs(ahead) / 60:.0f} 分钟：请校准时间（NTP）")
    return Finding("时钟", OK, f"与 {len(offsets)} 次网站应答相差 {abs(ahead):.0f} 秒")


def _offset(fetched_at: str, headers: str) -> float | None:
    said = {name.lower(): str(value) for name, value in json.loads(headers).items()}.get("date", "")
    try:
        return (datetime.datetime.fromisoformat(fetched_at) - _aware(parsedate_to_datetime(said))).total_seconds()
    except ValueError:  # no such header, or not a date
        return None


def _aware(moment: datetime.datetime) -> datetime.datetime:
    """A date without a zone ("-0000") counts as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _letters(file: Path) -> Finding:
    with closing(open_reader(file)) as connection:
        counts = dict(connection.execute("select state, count(*) from letter group by state").fetchall())
    dead = counts.get("dead", 0)
    if dead:
        return Finding("邮件", WARN, f"{dead} 封没有送达：见 caixun alerts log，改好后 caixun alerts resend")
    return Finding("邮件", OK, f"已送出 {counts.get('sent', 0)} 封，等待 {counts.get('waiting', 0)} 封")


def _runs(file: Path, now: datetime.datetime) -> Iterator[Finding]:
    with closing(open_reader(file)) as connection:
        newest, watched = connection.execute(
            "select (select max(started) from run), (select count(*) from source_state)"
        ).fetchone()
        overdue = connection.execute(
            "select count(*) from source_state where next_due < ? and lease_until is null",
            [(now - datetime.timedelta(hours=1)).isoformat(timespec="seconds")],
        ).fetchone()[0]
    if not watched:
        yield Finding("抓取", OK, "还没有开始定时抓取")
    elif overdue:
        yield Finding(
            "抓取", WARN, f"{overdue} 个来源到点一小时仍未抓取（最近一次 {newest or '无'}）：才讯在运行吗？caixun run"
        )
    else:
        yield Finding("抓取", OK, f"{watched} 个来源按时，最近一次 {newest or '还没有'}")


def _events(file: Path) -> Finding:
    with closing(open_reader(file)) as connection:
        rows = connection.execute(
            "select coalesce(s.title, e.source) as title, e.detail from health_event e"
            " left join sources s on s.id = e.source where e.fixed is null order by e.number desc"
        ).fetchall()
    if not rows:
        return Finding("来源", OK, "没有异常")
    first = rows[0]
    return Finding("来源", WARN, f"{len(rows)} 处异常，如 {first['title']}：{first['detail']}（caixun sources health）")
