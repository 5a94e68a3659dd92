"""`caixun publish` on the command line, by the settings, and on the scheduler's clock."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from caixun import main
from db import takedown
from db.archive import article_id
from db.connection import open_writer
from db.editions import values
from db.editions.folder import Folder
from db.editions.manifest import verify
from db.paths import DataDirectory
from scheduler import house, publishing
from scheduler.errors import SettingsError
from scheduler.publishing import Publisher
from scheduler.settings import load
from tests.web import archive_of


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return archive_of.make(tmp_path / "data", 5)


def caixun(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


def setting(directory: DataDirectory, text: str) -> None:
    (directory.path / "caixun.toml").write_text(text, "utf-8")


def test_the_command_publishes_and_verifies(directory: DataDirectory, tmp_path: Path) -> None:
    done = caixun("publish", tmp_path / "out", "--data", directory.path, "--title", "试发布")
    assert done.exit_code == 0 and "第一个版本" in done.stderr and "含全文" in done.stderr
    current = Folder(tmp_path / "out").current()
    assert current is not None and values.read(current).title == "试发布"
    told = caixun("verify", tmp_path / "out" / "current", "--json")
    assert told.exit_code == 0 and json.loads(told.stdout)["good"]
    again = caixun("publish", tmp_path / "out", "--data", directory.path)
    assert again.exit_code == 0 and "不重复发布" in again.stderr
    (current / "changes.jsonl").chmod(0o644)
    (current / "changes.jsonl").write_text("x", "utf-8")
    broken = caixun("verify", current)
    assert broken.exit_code == 1 and "changes.jsonl" in broken.stdout


def test_what_is_wrong_is_one_line(directory: DataDirectory, tmp_path: Path) -> None:
    nowhere = caixun("publish", "--data", directory.path)
    assert nowhere.exit_code == 1 and "[publish]" in nowhere.stderr
    inside = caixun("publish", directory.path, "--data", directory.path)
    assert inside.exit_code == 1 and "数据目录" in inside.stderr
    (tmp_path / "file").touch()
    blocked = caixun("publish", tmp_path / "file" / "out", "--data", directory.path)
    assert blocked.exit_code == 1 and "不能写" in blocked.stderr and "Traceback" not in blocked.stderr
    empty = caixun("serve", "--edition", tmp_path)
    assert empty.exit_code == 1 and "没有已发布的版本" in empty.stderr


def test_the_settings_say_where_and_what_is_shown(directory: DataDirectory, tmp_path: Path) -> None:
    setting(
        directory,
        f'[web]\nshow = "excerpt"\nbase_url = "https://caixun.example.cn/"\n'
        f'[publish]\ndir = "{tmp_path / "out"}"\nkeep = 3\nedition_title = "本省档案"\n',
    )
    edition, made = publishing.publish(directory, None, publishing.Wishes(), lambda _: None)
    assert made and (edition.show, edition.title, edition.live) == ("excerpt", "本省档案", "https://caixun.example.cn")
    setting(directory, '[publish]\nevery = "often"\n')
    with pytest.raises(SettingsError, match="every"):
        load(directory.path)


def run_once(publisher: Publisher) -> None:
    publisher.tick()
    assert publisher.side.process is not None
    publisher.side.process.wait(60)
    publisher.tick()


def test_the_clock_publishes_when_it_is_due(directory: DataDirectory, tmp_path: Path) -> None:
    publisher = Publisher(directory)
    publisher.tick()
    assert not publisher.side.runs  # off unless it is set
    setting(directory, '[publish]\ndir = "../out"\nevery = "1d"\n')
    run_once(publisher)
    folder = Folder(tmp_path / "out")
    (first,) = folder.listed()
    assert verify(folder.place(first)) and not publisher.side.runs
    publisher.not_before = house.now()
    assert not publisher.is_due()
    with closing(open_writer(directory.archive)) as archive:
        takedown.take_down(archive, article_id("https://news.example.cn/1.html"), house.now().isoformat(), "应要求")
    assert publisher.is_due()  # what was taken down must not stay in an edition for a day
    run_once(publisher)
    listed = folder.listed()
    assert [one.state for one in listed] == ["kept", "takedown"] and not folder.place(first).exists()
    assert not publisher.is_due() and publisher.not_before > house.now() + timedelta(minutes=20)


def test_a_folder_that_cannot_be_read_is_tried_again_later(directory: DataDirectory, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    setting(directory, '[publish]\ndir = "../file/out"\nevery = "1d"\n')
    publisher = Publisher(directory)
    assert not publisher.is_due()
    publisher.tick()
    assert not publisher.side.runs and publisher.not_before > house.now()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[str], port: int, log: Path) -> Iterator[str]:
    base = f"http://127.0.0.1:{port}"
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            for _ in range(600):
                assert process.poll() is None, log.read_text("utf-8")
                try:
                    httpx.get(f"{base}/about", timeout=5)
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
            yield base
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


@pytest.mark.parametrize("plain", [False, True], ids=["caixun serve", "datasette"])
def test_any_server_serves_it_from_a_folder_that_nobody_may_write(
    directory: DataDirectory, tmp_path: Path, plain: bool
) -> None:
    edition, _ = publishing.publish(directory, tmp_path / "out", publishing.Wishes(), lambda _: None)
    place, port = tmp_path / "out" / edition.id, free_port()
    names = sorted(path.name for path in place.iterdir())
    command = [sys.executable, "-m", "caixun", "serve", "--edition", str(tmp_path / "out"), "--port", str(port)]
    if plain:
        if "caixun_edition" not in entry_points(group="datasette").names:
            pytest.skip("caixun was installed before it had this plugin: pip install -e . again")
        command = [sys.executable, "-m", "datasette", "-i", str(place / "archive.db"), "--port", str(port)]
    place.chmod(0o555)
    try:
        with serving(command, port, tmp_path / "log") as base:
            found = httpx.get(f"{base}/search?q=人才", timeout=30)
            assert found.status_code == 200 and f"这里是 {edition.id} 的版本" in found.text
            assert httpx.get(f"{base}/archive/articles", timeout=30).status_code == 200
            assert httpx.get(f"{base}/subscribe?q=人才", timeout=30).status_code == 403
            assert httpx.get(f"{base}/archive/rejected", timeout=30).status_code == 404
    finally:
        place.chmod(0o755)
    assert sorted(path.name for path in place.iterdir()) == names and verify(place)
    assert os.access(place, os.R_OK)
