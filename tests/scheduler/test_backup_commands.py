"""`caixun backup`, `restore`, `prune` as an operator meets them, and backups on the scheduler's clock."""

from __future__ import annotations

import datetime
import json
import re
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caixun import main
from db import subscriptions
from db.backup import kept, told
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from scheduler import house as houses
from scheduler import programs
from scheduler.backups import BackupClock
from scheduler.commands.keeping import backup, prune, restore
from scheduler.delivering import Delivering
from scheduler.health_checks import HealthChecks
from scheduler.in_force import SettingsWatch, need_a_restart, settings_of
from scheduler.runs import Launcher
from scheduler.settings import DEFAULT_TOML, FILE_NAME
from scheduler.told_journal import Journal
from tests.scheduler.alert_house import article, prepared, put, subscribed

NOW = datetime.datetime(2026, 11, 21, 4, tzinfo=datetime.UTC)


@pytest.fixture
def house(tmp_path: Path) -> DataDirectory:
    directory = prepared(tmp_path / "data")
    subscribed(directory, "人才")
    put(directory, article("青海引才"))
    return directory


def run(command: str, *arguments: object, say: str | None = None) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments)], input=say)


def test_the_commands_are_registered() -> None:
    assert {backup, restore, prune} <= set(main.commands.values())


def test_back_up_restore_and_look_at_the_old_one(house: DataDirectory, tmp_path: Path) -> None:
    made = run("backup", tmp_path / "safe", "--data", house.path)
    assert made.exit_code == 0, made.output
    assert re.search(r"已备份到 .*caixun-\d{8}T\d{6}Z（\d 个文件，\d\.\d MB，已核对）", made.output)
    put(house, article("备份之后"))

    done = run("restore", tmp_path / "safe", "--data", house.path, say="y\n")
    assert done.exit_code == 0, done.output
    assert "原目录改名留着" in done.output
    assert re.search(r"原来的数据在 .*before-restore", done.output)
    with closing(open_reader(house.archive)) as archive:
        assert [row[0] for row in archive.execute("select title from articles")] == ["青海引才"]


def test_without_a_yes_nothing_is_restored(house: DataDirectory, tmp_path: Path) -> None:
    run("backup", tmp_path / "safe", "--data", house.path)
    put(house, article("备份之后"))
    assert run("restore", tmp_path / "safe", "--data", house.path, say="n\n").exit_code == 1
    with closing(open_reader(house.archive)) as archive:
        assert archive.execute("select count(*) from articles").fetchone()[0] == 2


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [
        ("backup", [], "没有说备份到哪里"),
        ("backup", ["{data}/inside"], "在数据目录里面"),
        ("restore", ["{data}/none", "--yes"], "不是才讯的备份"),
    ],
)
def test_what_cannot_be_done_is_one_line(house: DataDirectory, command: str, arguments: list[str], said: str) -> None:
    result = run(command, *(one.format(data=house.path) for one in arguments), "--data", house.path)
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_keep_and_place_come_from_the_settings(house: DataDirectory, tmp_path: Path) -> None:
    (house.path / FILE_NAME).write_text(f'[backup]\ndir = "{tmp_path / "safe"}"\nkeep = 1\n', "utf-8")
    with closing(open_writer(house.subscribers)) as subscribers:
        subscriptions.secret(subscribers)
        mine = tmp_path / "safe" / "told" / told.house_of(subscribers)
    others = tmp_path / "safe" / "told" / "0123456789ab"
    for folder in (mine, others):
        folder.mkdir(parents=True)
        (folder / "2020-01-01.jsonl").write_text("{}\n", "utf-8")
    for _ in range(2):
        assert run("backup", "--data", house.path).exit_code == 0
        time.sleep(1.1)  # a backup is named by its second
    assert len(kept.listed(tmp_path / "safe")) == 1
    assert list(mine.iterdir()) == []  # older than the oldest backup
    assert len(list(others.iterdir())) == 1


def ended(clock: BackupClock) -> int | None:
    """The exit code of the backup that the clock has started; None when it has started none."""
    return clock.side.process.wait(60) if clock.side.process else None


def test_backups_are_due_by_the_settings_and_made_by_the_clock(house: DataDirectory, tmp_path: Path) -> None:
    clock = BackupClock(house, settings_of(house))
    assert not clock.is_due(NOW)
    (house.path / FILE_NAME).write_text(f'[backup]\ndir = "{tmp_path / "safe"}"\nevery = "6h"\n', "utf-8")
    clock.settings = settings_of(house)
    clock.tick()
    assert ended(clock) == 0
    clock.tick()
    made = kept.listed(tmp_path / "safe")
    assert len(made) == 1
    assert not clock.side.runs  # not due again

    taken = datetime.datetime.fromisoformat(made[0].taken)
    assert not clock.is_due(taken + datetime.timedelta(hours=5))
    assert clock.is_due(taken + datetime.timedelta(hours=6))
    assert clock.is_due(taken - datetime.timedelta(hours=1))  # our clock went back


def test_a_backup_that_fails_is_tried_again_later(house: DataDirectory, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    (house.path / FILE_NAME).write_text(f'[backup]\ndir = "{tmp_path / "file"}"\nevery = "6h"\n', "utf-8")
    clock = BackupClock(house, settings_of(house))
    clock.tick()
    assert ended(clock) == 1
    clock.tick()
    assert not clock.side.runs
    assert not clock.is_due(houses.now())
    assert clock.is_due(houses.now() + datetime.timedelta(minutes=11))


def test_prune_says_what_it_would_free_asks_and_does_it_once(house: DataDirectory) -> None:
    with closing(open_writer(house.subscribers)) as subscribers:
        subscribers.executemany("insert into subscription_log(subscription) values (?)", [("x",)] * 2000)
    looked = run("prune", "--dry-run", "--data", house.path)
    assert "订阅改动的记录：1,002 份" in looked.output
    refused = run("prune", "--data", house.path, say="n\n")
    assert refused.exit_code == 1
    done = run("prune", "--compact", "--yes", "--data", house.path)
    assert done.exit_code == 0, done.output
    assert "已清理 1,002 项" in done.output
    assert "还给磁盘" in done.output
    assert "没有可以清理的" in run("prune", "--yes", "--data", house.path).output


def test_compacting_is_refused_while_somebody_reads(house: DataDirectory) -> None:
    with closing(open_writer(house.crawl)) as somebody:
        somebody.execute("select count(*) from visit").fetchone()
        result = run("prune", "--compact", "--yes", "--data", house.path)
    assert result.exit_code == 1
    assert "crawl.db 正被打开" in result.output


def test_a_journal_whose_disk_fails_or_hangs_holds_up_nothing(
    house: DataDirectory, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(open_writer(house.subscribers)) as subscribers:
        subscriptions.secret(subscribers)
        journal = Journal(subscribers, tmp_path / "safe")
        journal.write(NOW)  # begins here
        for number in range(3):
            subscribers.execute(
                "insert into letter(message_id, subscription, kind, channel, address, created, next_try)"
                " select ?, id, 'alert', 'mail', 'a@b.cn', '', '' from subscription", [f"<{number}>"],
            )  # fmt: skip
            if number == 0:
                (tmp_path / "safe").write_text("a file, no folder", "utf-8")
            journal.write(NOW)
            if number == 0:
                assert "投递照常" in caplog.text
                (tmp_path / "safe").unlink()
            if number == 1:
                assert not (tmp_path / "safe").exists()  # a minute has not passed
                journal.not_before = 0.0
        journal.close()
        name = told.house_of(subscribers)
    lines = [line["letter"] for line in told.journal(tmp_path / "safe", name, NOW.isoformat())]
    assert lines == ["<0>", "<1>", "<2>"]


def test_a_change_of_settings_is_seen_and_a_wrong_one_changes_nothing(
    house: DataDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    before = settings_of(house)
    watch = SettingsWatch(house, before)

    def changed(text: str) -> object:
        time.sleep(0.01)
        (house.path / FILE_NAME).write_text(text, "utf-8")
        watch.looked = 0.0
        return watch.changed()

    assert watch.changed() is None
    assert changed("[alerts]\ndaily_at = '25:00'\n") is None
    assert "仍用原来的" in caplog.text
    fresh = changed("[alerts]\ndaily_at = '09:30'\n")
    assert fresh is watch.settings
    assert watch.settings.alerts.daily_at == "09:30"
    assert need_a_restart(before, watch.settings) == []
    changed("[web]\nport = 9000\n[crawl]\nredis = 'redis://127.0.0.1'\n")
    assert need_a_restart(before, watch.settings) == ["[web]", "[crawl] redis"]
    assert changed(DEFAULT_TOML) == before


def test_the_last_backup_is_written_down(house: DataDirectory, tmp_path: Path) -> None:
    run("backup", tmp_path / "safe", "--data", house.path)
    said = json.loads((house.path / "last-backup.json").read_text("utf-8"))
    assert said["folder"] == str(kept.listed(tmp_path / "safe")[0].folder)


def test_delivery_works_by_changed_settings_at_once(house: DataDirectory, tmp_path: Path) -> None:
    work = Delivering(house, settings_of(house))
    try:
        assert work._channels()[0] != "mail"  # no mail server: letters wait
        time.sleep(0.01)
        said = f"[mail]\nhost = '127.0.0.1'\n[alerts]\ndaily_at = '09:30'\n[backup]\ndir = '{tmp_path}'\n"
        (house.path / FILE_NAME).write_text(said, "utf-8")
        work._watch.looked = 0.0
        work.gather()
        assert work._channels()[0] == "mail"
        assert work.settings.alerts.daily_time == datetime.time(9, 30)
        assert work._journal.place == tmp_path
    finally:
        work.close()


def test_the_scheduler_works_by_changed_settings_and_says_what_needs_a_restart(
    house: DataDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    before = settings_of(house)
    watch, checks, clock = SettingsWatch(house, before), HealthChecks(house, before), BackupClock(house, before)
    launcher = Launcher(house, {}, before.crawl.at_once)
    time.sleep(0.01)
    (house.path / FILE_NAME).write_text("[crawl]\nat_once = 3\n[web]\nport = 9000\n", "utf-8")
    programs._take_up_settings(watch, launcher, checks, clock)
    assert launcher.at_once == 3
    assert checks.settings is clock.settings is watch.settings is not before
    assert "设置已改，[web] 要重新启动才讯后生效" in caplog.text
