"""`caixun doctor`: a sound directory passes, each planted fault is named with what to do, and the exit code tells."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from email.utils import format_datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from db import doctor, ingest
from db.backup import taking
from db.connection import open_writer
from db.doctor import Finding
from db.paths import DataDirectory
from scheduler import calendar, checkup, settings
from scheduler.commands.doctor import doctor as command
from tests.web import archive_of

NOW = datetime.datetime(2026, 11, 21, 4, tzinfo=datetime.UTC)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    data: DataDirectory = archive_of.make(tmp_path, 6)
    return data


def found(directory: DataDirectory, now: datetime.datetime = NOW) -> dict[str, Finding]:
    return {one.check: one for one in checkup.examine(directory.path, now)}


def troubled(directory: DataDirectory, now: datetime.datetime = NOW) -> dict[str, str]:
    return {one.check: one.state for one in found(directory, now).values() if one.state != doctor.OK}


def change(file: Path, *statements: str) -> None:
    with closing(open_writer(file)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_sound_directory_passes(directory: DataDirectory) -> None:
    assert troubled(directory) == {"设置": "warn", "备份": "warn"}  # no mail server, no backup: remarks, not faults
    result = CliRunner().invoke(command, ["--data", str(directory.path)])
    assert result.exit_code == 0
    assert "✓ 索引自检：抽查 6 篇，都检索得到" in result.output


def _no_texts(directory: DataDirectory) -> None:
    change(directory.archive, "delete from article_text where revision = (select min(revision) from articles)")


def _mark_ahead(directory: DataDirectory) -> None:
    with closing(open_writer(directory.archive)) as archive:
        ingest.set_position(archive, 500)


def _index_hole(directory: DataDirectory) -> None:
    change(directory.archive, "insert into article_index(article_index) values ('delete-all')")


def _no_snapshot(directory: DataDirectory) -> None:
    change(
        directory.crawl,
        "insert into visit(url, source, kind, fetched_at, status, headers, body_hash)"
        " values ('u', 'qhnews', 'article', '2026-11-21T00:00:00+00:00', 200, '{}', 'b2:none')",
    )


@pytest.mark.parametrize(
    ("spoil", "check", "said"),
    [
        (_no_texts, "孤立记录", "没有正文的文章 1 条"),
        (_no_snapshot, "孤立记录", "缺少快照的访问 1 条"),
        (_mark_ahead, "进度 解析", "比日志超前 500 条"),
        (_index_hole, "索引自检", "6 篇检索不到"),
    ],
)
def test_a_planted_fault_is_named(
    directory: DataDirectory, spoil: Callable[[DataDirectory], None], check: str, said: str
) -> None:
    spoil(directory)
    finding = found(directory)[check]

    assert finding.state == doctor.FAIL
    assert said in finding.detail
    assert CliRunner().invoke(command, ["--data", str(directory.path)]).exit_code == 1


def test_a_damaged_file_is_found_and_the_rest_is_not_asked(directory: DataDirectory) -> None:
    with closing(open_writer(directory.archive)) as archive:
        archive.execute("pragma wal_checkpoint(truncate)")
    size = directory.archive.stat().st_size
    with directory.archive.open("r+b") as file:
        file.seek(4096)
        file.write(b"\x5a" * (size - 8192))
    findings = found(directory)

    assert findings["文件 archive.db"].state == doctor.FAIL
    assert "备份恢复" in findings["文件 archive.db"].detail
    assert "孤立记录" not in findings


def test_a_missing_file_says_so(directory: DataDirectory) -> None:
    directory.subscribers.unlink()
    assert "不存在" in found(directory)["文件 subscribers.db"].detail


@pytest.mark.parametrize(("ahead", "state"), [(3, "ok"), (1200, "warn"), (-1200, "warn")])
def test_our_clock_is_held_against_those_of_the_sites(directory: DataDirectory, ahead: int, state: str) -> None:
    said = [format_datetime(NOW - datetime.timedelta(seconds=ahead), usegmt=True)] * 3 + ["yesterday"]
    with closing(open_writer(directory.crawl)) as crawl:
        crawl.executemany(
            "insert into visit(url, source, kind, fetched_at, status, headers)"
            " values ('u', 'qhnews', 'list', ?, 200, json_object('Date', ?))",
            [(NOW.isoformat(), one) for one in said],
        )
    finding = found(directory)["时钟"]
    assert finding.state == state
    if state == "warn":
        assert f"{'快' if ahead > 0 else '慢'} 20 分钟" in finding.detail


def test_wrong_settings_calendar_and_sources_are_findings(directory: DataDirectory) -> None:
    (directory.path / settings.FILE_NAME).write_text("[web]\nprot = 1\n", "utf-8")
    (directory.path / calendar.FILE_NAME).write_text("[2027]\n", "utf-8")
    (directory.path / "sources").mkdir()
    (directory.path / "sources" / "x.toml").write_text("title = 1\n", "utf-8")

    states = troubled(directory)
    assert states == {"设置": "fail", "日历": "fail", "来源文件": "fail", "备份": "warn"}


def test_a_missing_year_is_said_from_december_on(directory: DataDirectory) -> None:
    december = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
    assert "2027" in found(directory, december)["日历"].detail


def test_json_is_one_line_a_check(directory: DataDirectory) -> None:
    result = CliRunner().invoke(command, ["--data", str(directory.path), "--json", "--full"])
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert all(set(line) == {"check", "state", "detail"} for line in lines)
    assert len(lines) >= 18


def test_no_directory_is_an_error_in_one_line(tmp_path: Path) -> None:
    from caixun import main

    result = CliRunner().invoke(main, ["doctor", "--data", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert "没有档案" in result.output


@pytest.mark.parametrize(
    ("settings_said", "days", "state", "said"),
    [
        ("", 1, "ok", "最近一次 24 小时前"),
        ("", 8, "warn", "请再做一次"),
        ('every = "6h"\n', 1, "warn", "没有按时做成"),
        ('every = "7d"\n', 8, "ok", "8 天前"),
    ],
)
def test_the_age_of_the_last_backup_is_told(
    directory: DataDirectory, tmp_path: Path, settings_said: str, days: int, state: str, said: str
) -> None:
    place = tmp_path.with_name(f"{tmp_path.name}-safe")
    (directory.path / settings.FILE_NAME).write_text(f'[backup]\ndir = "{place}"\n{settings_said}', "utf-8")
    taken = taking.take(directory, place, NOW - datetime.timedelta(days=days))
    finding = found(directory)["备份"]
    assert finding.state == state
    assert said in finding.detail
    shutil.rmtree(taken.folder)
    assert "盘没有接上" in found(directory)["备份"].detail


def test_readings_of_an_older_parser_are_counted(directory: DataDirectory) -> None:
    assert found(directory)["解析"].state == doctor.OK
    change(directory.archive, "update article_text set parser = 0 where revision in"
           " (select revision from articles order by revision limit 2)")  # fmt: skip
    assert "2 篇由旧的解析器读出：caixun reparse" in found(directory)["解析"].detail


def test_a_full_look_says_what_pruning_would_give(directory: DataDirectory) -> None:
    full = {one.check: one for one in checkup.examine(directory.path, NOW, full=True)}
    assert "还可清理约 0.0 MB" in full["空间"].detail


def test_a_directory_that_waits_for_its_upgrade_is_asked_nothing_else(directory: DataDirectory) -> None:
    change(directory.crawl, "drop table snapshot_dropped",
           "delete from _sqlite_migrations where name = 'm005_dropped_snapshots'")  # fmt: skip
    findings = {one.check: one for one in checkup.examine(directory.path, NOW, full=True)}
    assert "还差 1 步" in findings["结构 crawl.db"].detail
    assert "孤立记录" not in findings
    directory.prepare()
    assert found(directory)["结构 crawl.db"].state == doctor.OK
